/**
 * Facts turned back into the requests they came from, with the fact's own id and time. Only these four are ever asked:
 * the rest of a history is what buyers, carriers and clocks did, and no gate stands before that.
 */
import type { Minor } from '../core/words/money.js';
import type { RecordOf } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';

export function application(opened: RecordOf<'store.opened'>): RecordOf<'store.apply'> {
	return { ...opened, type: 'store.apply' };
}

/** @param at later than the change itself where a held cut is asked again. */
export function proposal(change: RecordOf<'price.changed'>, at: Instant = change.at): RecordOf<'price.propose'> {
	return { ...change, type: 'price.propose', at };
}

/** What was paid is not asked for: a claim gets what is due. */
export function claim({ id, at, claim_id, order_line_id }: RecordOf<'claim.paid'>): RecordOf<'claim.file'> {
	return { type: 'claim.file', id, at, claim_id, order_line_id };
}

/** @param at later than the withdrawal itself where the rest of it is asked for again. */
export function withdrawal(
	paid: RecordOf<'withdrawal.paid'>,
	amount: Minor = paid.amount,
	at: Instant = paid.at,
): RecordOf<'withdrawal.request'> {
	return { ...paid, type: 'withdrawal.request', amount, at };
}

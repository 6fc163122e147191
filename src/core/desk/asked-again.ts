/** What becomes of a held request when it is asked again, when a person says yes, and when its time runs out. */
import { admit } from '../admit.js';
import { decide } from '../decide.js';
import { limits } from '../gates/admission-gate.js';
import type { State } from '../state.js';
import { assert, SuretyError } from '../words/error.js';
import { badField } from '../words/field.js';
import { type Minor, ZERO } from '../words/money.js';
import type { Verdict } from '../words/outcome.js';
import { type Reason, type ReasonCode, reason } from '../words/reason.js';
import type { Request } from '../words/record.js';
import { HOUR, type Instant } from '../words/time.js';
import type { Hold } from './holds.js';

/** What settles a hold, with the amount where its gate grants one. */
export interface Word {
	readonly verdict: Verdict;
	readonly reasons: readonly Reason[];
	readonly amount?: Minor | undefined;
}

const NO: Word = { verdict: 'refuse', reasons: [] };

/** A claim stays a claim of its own time; everything else happens when it is let through. */
export const asOf = ({ gate, request }: Hold, now: Instant): Request =>
	gate === 'claim' ? request : { ...request, at: now };

/** [HO2] What the gate says now, where that lets it through; stores wait for a person. */
export function passes(state: State, hold: Hold): Word | undefined {
	if (hold.gate === 'admission' || !isTakeable(state, hold)) return undefined;
	const { verdict, reasons, amount } = ask(state, hold);
	// A cut or a withdrawal that was asked for goes through whole or not at all.
	const lets = verdict === 'approve' || (verdict === 'limit' && hold.gate === 'claim');
	return lets ? { verdict, reasons: [reason(whyFreed(hold)), ...reasons], amount } : undefined;
}

/** Whether money is what came, or a person was waited for who is no longer needed. */
const whyFreed = ({ outcome }: Hold): ReasonCode =>
	outcome.reasons.some(({ code }) => FOR_A_PERSON.has(code)) ? 'hold_freed' : 'hold_funded';

/** Reasons why a cut or a withdrawal waits for a person and not for money. */
export const FOR_A_PERSON: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['cut_out_of_band', 'held_by_rule']);

/**
 * [HO5] A person decides stores, claims, and cuts and withdrawals that are funded; all else only money can let through.
 * @throws SuretyError where a yes at this time could not be followed.
 */
export function admitYes(state: State, hold: Hold, at: Instant): void {
	const { gate, request } = hold;
	if ((gate === 'payout' || gate === 'price') && !isFunded(state, hold))
		throw badField('verdict', 'approve', 'only the store’s funds let a cut or a withdrawal through');
	// By then its line may be forgotten, or its store open.
	admit(state, { ...request, at });
	if (gate === 'claim' && decide(state, request).verdict === 'refuse')
		throw badField('verdict', 'approve', 'nothing is claimable on the line now');
}

/** [PG7] [RU2] Whether a cut or a withdrawal waits for a person alone. */
function isFunded(state: State, hold: Hold): boolean {
	const { request } = hold;
	const { top_up, headroom = ZERO } = decide(state.of(hold.store_id), asOf(hold, state.book.now));
	return request.type === 'withdrawal.request' ? request.amount <= headroom : top_up === ZERO;
}

/** [HO5] What a person's word means: a claim is paid as far as it is owed, a store keeps the limits of its papers. */
export function byPerson(state: State, hold: Hold, verdict: 'approve' | 'refuse', by: string): Word {
	const word = verdict === 'refuse' ? NO : granted(state, hold);
	return { ...word, reasons: [reason('hold_settled', { by }), ...word.reasons] };
}

/** [HO4] An unfunded claim may be paid by the platform; everything else that nobody settled is refused. */
export function byDefault(state: State, hold: Hold): Word {
	const pays =
		hold.gate === 'claim' && state.of(hold.store_id).policy.unfunded_claim === 'pay' && isTakeable(state, hold);
	const word = pays ? owed(state, hold) : NO;
	const hours = Math.round((hold.until - hold.since) / HOUR);
	return { ...word, reasons: [reason('hold_expired', { hours }), ...word.reasons] };
}

function granted(state: State, hold: Hold): Word {
	const { request } = hold;
	// It goes through whole, and is funded: the gate grants nothing while a rule stands before it.
	if (request.type === 'withdrawal.request') return { verdict: 'approve', reasons: [], amount: request.amount };
	if (request.type !== 'store.apply') return owed(state, hold);
	const reasons = limits(state.of(request.store_id), request);
	return { verdict: reasons.length > 0 ? 'limit' : 'approve', reasons };
}

/** What a claim is owed now, whether its store can pay or not. */
function owed(state: State, hold: Hold): Word {
	const asked = ask(state, hold);
	return asked.verdict === 'hold' ? { ...asked, verdict: 'approve', reasons: [] } : asked;
}

function ask(state: State, hold: Hold): Word {
	const { verdict, reasons, amount } = decide(state.of(hold.store_id), asOf(hold, state.book.now));
	assert(verdict !== 'recorded', 'a fact was held');
	return { verdict, reasons, amount };
}

/** Whether what waits could be taken at all now: its line may be forgotten, its money too large to be added. */
function isTakeable(state: State, hold: Hold): boolean {
	try {
		admit(state, asOf(hold, state.book.now));
		return true;
	} catch (error) {
		if (error instanceof SuretyError) return false;
		throw error;
	}
}

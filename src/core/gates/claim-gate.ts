/**
 * The claim gate: a valid claim is paid from the guarantee's own reserve, in full, at once. What makes a claim valid
 * is the programme's business and holds in every mode; only the last guard, about money, may be merely observed.
 */
import { HELD, OPEN, PROMISED, type Slot } from '../book/line-slab.js';
import { add, excess, least, type Minor, ZERO } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { type Reason, reason } from '../words/reason.js';
import type { RecordOf } from '../words/record.js';
import { formatInstant, type Instant, SECOND } from '../words/time.js';
import type { Caps } from './caps.js';
import { type GateView, inWords } from './view.js';

export function claimGate(
	view: GateView,
	request: Pick<RecordOf<'claim.file'>, 'at' | 'traits'>,
	slot: Slot,
	caps: Caps,
): Answer {
	const { book } = view;
	const refuse = (why: Reason): Answer => ({ gate: 'claim', verdict: 'refuse', reasons: [why], amount: ZERO });
	// [CL1] Before its purchase a line carries nothing either.
	const isTooEarly = request.at < book.lines.paidS(slot) * SECOND;
	if (isTooEarly || !book.lines.has(slot, PROMISED)) return refuse(reason('not_protected'));
	// [CL2] A claim that was made in time but is told late is judged by its own time.
	if (book.isOver(slot, request.at)) return refuse(reason('window_ended', { ended: ended(view, slot) }));
	// [CL3]
	if (book.lines.quantity(slot) === 0) return refuse(reason('line_refunded'));
	// [CL4]
	const barred = book.rulesOf(slot).barredAtClaim(request.traits);
	if (barred !== undefined) return refuse(reason('claim_excluded', { what: barred }));
	// [CL5] [CL6]
	const due = book.claimableNow(slot);
	if (due === 0) return refuse(whyNothing(view, slot));
	// [CL7]
	const buyer = book.buyers.id(book.lines.buyer(slot));
	const cap = caps.left(book.lines.programme(slot), buyer, book.storeOf(slot).id, request.at);
	if (cap.left === 0) return refuse(reason('cap_reached', { scope: cap.scope, cap: inWords(view, cap.amount) }));
	const amount = least(due, cap.left);
	// [CL8]
	const secured = securedFor(view, slot, amount);
	const storePart = book.securing.storePart(slot, amount);
	if (secured < storePart) {
		const values = { funded: inWords(view, secured), amount: inWords(view, storePart) };
		return { gate: 'claim', verdict: 'hold', reasons: [reason('funds_short', values)], amount };
	}
	// [CL9]
	const verdict = amount < due ? 'limit' : 'approve';
	const why =
		amount < due
			? reason('cap_reached', { scope: cap.scope, cap: inWords(view, cap.amount) })
			: reason('claim_secured');
	return { gate: 'claim', verdict, reasons: [why], amount };
}

/** Money that may pay this claim: the line's own and its reserve; for a late one, what the store has free. */
function securedFor(view: GateView, slot: Slot, amount: Minor): Minor {
	const { lines, securing } = view.book;
	const detail = lines.detailOf(slot);
	if (lines.has(slot, OPEN)) return add(detail?.own ?? ZERO, detail?.reserve ?? ZERO);
	const held = lines.has(slot, HELD) ? lines.held(slot) : ZERO;
	return least(amount, add(held, securing.freeFunds(view.book.storeOf(slot))));
}

function whyNothing(view: GateView, slot: Slot): Reason {
	const { lines, securing } = view.book;
	const rules = view.book.rulesOf(slot);
	const reference = securing.itemOf(slot).reference;
	const base = lines.base(slot);
	const refunded = lines.detailOf(slot)?.refunded ?? ZERO;
	if (refunded > 0 && rules.programme.repeat === 'none')
		return reason('claimed_once', { refunded: inWords(view, refunded) });
	if (refunded >= rules.lineCap) return reason('cap_reached', { scope: 'line', cap: inWords(view, rules.lineCap) });
	if (reference !== undefined && rules.minimum > 0) {
		const difference = excess((Math.max(0, base - reference) * lines.quantity(slot)) as Minor, refunded);
		if (difference > 0 && difference < rules.minimum) {
			return reason('below_minimum', { difference: inWords(view, difference), minimum: inWords(view, rules.minimum) });
		}
	}
	const now = reference === undefined ? '-' : inWords(view, reference);
	return reason('nothing_claimable', { paid: inWords(view, base), now, refunded: inWords(view, refunded) });
}

const ended = (view: GateView, slot: Slot): string => formatInstant((view.book.lines.endS(slot) * SECOND) as Instant);

/**
 * Deciding: a request is put to its gate; a fact is recorded, with what its gate would have said had it been asked.
 * Reads the state, as one policy sees it, and changes nothing.
 */
import { NONE, type Slot } from './book/line-slab.js';
import { admissionGate } from './gates/admission-gate.js';
import { claimGate } from './gates/claim-gate.js';
import { guaranteeGate, mayPromise } from './gates/guarantee-gate.js';
import { isWithin, payoutGate } from './gates/payout-gate.js';
import { isLetThrough, priceGate } from './gates/price-gate.js';
import type { Deciding } from './gates/view.js';
import { formatMoney, ZERO } from './words/money.js';
import type { Answer, Outcome } from './words/outcome.js';
import { type Reason, reason } from './words/reason.js';
import type { Fact, RecordOf, Request, SuretyRecord } from './words/record.js';

const NO_REASONS: readonly Reason[] = [];

export function decide(view: Deciding, record: SuretyRecord): Outcome {
	switch (record.type) {
		case 'store.apply':
			return answerWith(view, record, admissionGate(view, record));
		case 'guarantee.quote': {
			const store = view.book.store(record.store_id);
			return answerWith(view, record, guaranteeGate(view, store, view.book.findItem(store, record.sku_id)));
		}
		case 'price.propose': {
			const store = view.book.store(record.store_id);
			return answerWith(view, record, priceGate(view, record, store, view.book.findItem(store, record.sku_id)));
		}
		case 'claim.file':
			return answerWith(
				view,
				record,
				claimGate(view, record, view.book.line(record.order_line_id, record.at), view.caps),
			);
		case 'withdrawal.request':
			return decideWithdrawal(view, record);
		case 'store.opened':
		case 'store.closed':
		case 'store.labelled':
		case 'deposit.received':
		case 'deposit.returned':
		case 'price.changed':
		case 'order.paid':
		case 'order.delivered':
		case 'order.released':
		case 'order.refunded':
		case 'claim.paid':
		case 'withdrawal.paid':
			return recorded(view, record);
	}
}

/** The fact that follows from a decided record, if one does: a replay needs no more than record and outcome. */
export function becomes(record: SuretyRecord, outcome: Pick<Outcome, 'verdict' | 'amount'>): Fact | undefined {
	const { verdict, amount = ZERO } = outcome;
	if (verdict === 'hold' || verdict === 'refuse') return undefined;
	switch (record.type) {
		case 'store.apply':
			return { ...record, type: 'store.opened', probation: verdict === 'limit' };
		case 'guarantee.quote':
			return undefined;
		case 'price.propose':
			return { ...record, type: 'price.changed' };
		case 'claim.file': {
			const { id, at, claim_id, order_line_id } = record;
			return { type: 'claim.paid', id, at, claim_id, order_line_id, amount };
		}
		case 'withdrawal.request':
			return { ...record, type: 'withdrawal.paid', amount };
		case 'store.opened':
		case 'store.closed':
		case 'store.labelled':
		case 'deposit.received':
		case 'deposit.returned':
		case 'price.changed':
		case 'order.paid':
		case 'order.delivered':
		case 'order.released':
		case 'order.refunded':
		case 'claim.paid':
		case 'withdrawal.paid':
			return record;
	}
}

/** An observing payout gate grants what was asked; an enforcing one what it finds free. */
function decideWithdrawal(view: Deciding, request: RecordOf<'withdrawal.request'>): Outcome {
	const answer = payoutGate(view, view.book.store(request.store_id), request.amount);
	const amount = view.policy.gates.payout === 'enforce' ? (answer.amount ?? ZERO) : request.amount;
	return { ...answerWith(view, request, answer), amount };
}

/**
 * Turns a gate's answer into an outcome, as the gate's mode says [MO1]. What a programme refuses or caps stays so in
 * every mode: what is not owed is not paid.
 */
function answerWith(view: Deciding, request: Request, answer: Answer): Outcome {
	const { gate, ...figures } = answer;
	const byProgramme = gate === 'claim' && answer.verdict !== 'hold';
	const binding = byProgramme || view.policy.gates[gate] === 'enforce';
	const outcome = { id: request.id, seq: view.seq + 1, type: request.type, policy: view.policy.label, ...figures };
	return binding || answer.verdict === 'approve' ? outcome : { ...outcome, verdict: 'approve', observed: answer };
}

function recorded(view: Deciding, fact: Fact): Outcome {
	const observed = observe(view, fact);
	const { id, type } = fact;
	const seq = view.seq + 1;
	const policy = view.policy.label;
	const reasons = remarks(view, fact);
	if (observed === undefined) return { id, seq, type, verdict: 'recorded', reasons, policy };
	return { id, seq, type, verdict: 'recorded', reasons, policy, observed };
}

/** What somebody should know of a fact, besides what its gate would have said. */
function remarks(view: Deciding, fact: Fact): readonly Reason[] {
	if (fact.type === 'order.paid') return exclusions(view, fact);
	return fact.type === 'order.refunded' ? overRefund(view, fact) : NO_REASONS;
}

/** [OR6] Whoever has had the difference is owed the price less the difference, not the price. */
function overRefund({ book, currency }: Deciding, fact: RecordOf<'order.refunded'>): readonly Reason[] {
	const slot = book.findLine(fact.order_line_id);
	const left = slot === NONE ? fact.amount : book.securing.cashLeft(slot);
	if (fact.amount <= left) return NO_REASONS;
	const values = { amount: formatMoney(fact.amount, currency), left: formatMoney(left, currency) };
	return [reason('refund_beyond_paid', values)];
}

/** [GG2] An order line that the programme does not cover is recorded with the reason. */
function exclusions(view: Deciding, order: RecordOf<'order.paid'>): readonly Reason[] {
	const what =
		order.protect_days === 0
			? undefined
			: view.book.programmes.of(view.book.programmes.placeOf(view.policy)).excluded(order);
	return what === undefined ? NO_REASONS : [reason('item_excluded', { what })];
}

/** What the fact's gate would have said; undefined where it would have approved or there is no gate. */
function observe(view: Deciding, fact: Fact): Answer | undefined {
	switch (fact.type) {
		case 'store.opened':
			return unlessApproved(admissionGate(view, { ...fact, type: 'store.apply' }));
		case 'order.paid':
			return observeGuarantee(view, fact);
		case 'price.changed':
			return observePrice(view, fact);
		case 'claim.paid': {
			const slot = view.book.findLine(fact.order_line_id);
			return slot === NONE ? undefined : observeClaim(view, fact, slot);
		}
		case 'withdrawal.paid': {
			const store = view.book.store(fact.store_id);
			return isWithin(view, store, fact.amount) ? undefined : unlessApproved(payoutGate(view, store, fact.amount));
		}
		case 'store.closed':
		case 'store.labelled':
		case 'deposit.received':
		case 'deposit.returned':
		case 'order.delivered':
		case 'order.released':
		case 'order.refunded':
			return undefined;
	}
}

function observeGuarantee(view: Deciding, order: RecordOf<'order.paid'>): Answer | undefined {
	if (order.protect_days === 0) return undefined;
	const store = view.book.store(order.store_id);
	const item = view.book.findItem(store, order.sku_id);
	return mayPromise(view, store, item) ? undefined : guaranteeGate(view, store, item);
}

/** What was paid beyond what was due is a refusal of the rest. */
function observeClaim(view: Deciding, fact: RecordOf<'claim.paid'>, slot: Slot): Answer | undefined {
	const answer = claimGate(view, fact, slot, view.caps);
	if (answer.verdict !== 'approve' || (answer.amount ?? ZERO) >= fact.amount) return unlessApproved(answer);
	const values = {
		paid: formatMoney(fact.amount, view.currency),
		due: formatMoney(answer.amount ?? ZERO, view.currency),
	};
	return { ...answer, verdict: 'limit', reasons: [reason('overpaid', values)] };
}

function observePrice(view: Deciding, fact: RecordOf<'price.changed'>): Answer | undefined {
	const store = view.book.store(fact.store_id);
	const item = view.book.findItem(store, fact.sku_id);
	return isLetThrough(view, fact, store, item) ? undefined : unlessApproved(priceGate(view, fact, store, item));
}

const unlessApproved = (answer: Answer): Answer | undefined => (answer.verdict === 'approve' ? undefined : answer);

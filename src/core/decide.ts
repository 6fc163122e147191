/**
 * Deciding: a request is put to its gate; a fact is recorded, with what its gate would have said had it been asked.
 * Reads the state and changes nothing.
 */
import { NONE, type Slot } from './book/line-slab.js';
import type { Item } from './book/store.js';
import { admissionGate } from './gates/admission-gate.js';
import { claimGate } from './gates/claim-gate.js';
import { guaranteeGate } from './gates/guarantee-gate.js';
import { isWithin, payoutGate } from './gates/payout-gate.js';
import { isFunded, priceGate } from './gates/price-gate.js';
import { postedDeposit, requiredDeposit } from './gates/view.js';
import type { State } from './state.js';
import { formatMoney, ZERO } from './words/money.js';
import type { Answer, Outcome } from './words/outcome.js';
import { type Reason, reason } from './words/reason.js';
import type { Fact, RecordOf, Request, SuretyRecord } from './words/record.js';

const NO_REASONS: readonly Reason[] = [];

export function decide(state: State, record: SuretyRecord): Outcome {
	switch (record.type) {
		case 'store.apply':
			return answerWith(state, record, admissionGate(state, record));
		case 'guarantee.quote': {
			const store = state.book.store(record.store_id);
			return answerWith(state, record, guaranteeGate(state, store, state.book.findItem(store, record.sku_id)));
		}
		case 'price.propose': {
			const store = state.book.store(record.store_id);
			return answerWith(state, record, priceGate(state, record, store, state.book.findItem(store, record.sku_id)));
		}
		case 'claim.file':
			return answerWith(
				state,
				record,
				claimGate(state, record, state.book.line(record.order_line_id, record.at), state.caps),
			);
		case 'withdrawal.request':
			return decideWithdrawal(state, record);
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
			return recorded(state, record);
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
function decideWithdrawal(state: State, request: RecordOf<'withdrawal.request'>): Outcome {
	const answer = payoutGate(state, state.book.store(request.store_id), request.amount);
	const amount = state.policy.gates.payout === 'enforce' ? (answer.amount ?? ZERO) : request.amount;
	return { ...answerWith(state, request, answer), amount };
}

/**
 * Turns a gate's answer into an outcome, as the gate's mode says [MO1]. What a programme refuses or caps stays so in
 * every mode: what is not owed is not paid.
 */
function answerWith(state: State, request: Request, answer: Answer): Outcome {
	const { gate, ...figures } = answer;
	const byProgramme = gate === 'claim' && answer.verdict !== 'hold';
	const binding = byProgramme || state.policy.gates[gate] === 'enforce';
	const outcome = { id: request.id, seq: state.seq + 1, type: request.type, policy: state.policy.label, ...figures };
	return binding || answer.verdict === 'approve' ? outcome : { ...outcome, verdict: 'approve', observed: answer };
}

function recorded(state: State, fact: Fact): Outcome {
	const observed = observe(state, fact);
	const { id, type } = fact;
	const seq = state.seq + 1;
	const policy = state.policy.label;
	const reasons = fact.type === 'order.paid' ? exclusions(state, fact) : NO_REASONS;
	if (observed === undefined) return { id, seq, type, verdict: 'recorded', reasons, policy };
	return { id, seq, type, verdict: 'recorded', reasons, policy, observed };
}

/** [GG2] An order line that the programme does not cover is recorded with the reason. */
function exclusions(state: State, order: RecordOf<'order.paid'>): readonly Reason[] {
	const what = order.protect_days === 0 ? undefined : state.book.rules.excluded(order);
	return what === undefined ? NO_REASONS : [reason('item_excluded', { what })];
}

/** What the fact's gate would have said; undefined where it would have approved or there is no gate. */
function observe(state: State, fact: Fact): Answer | undefined {
	switch (fact.type) {
		case 'store.opened':
			return unlessApproved(admissionGate(state, { ...fact, type: 'store.apply' }));
		case 'order.paid':
			return observeGuarantee(state, fact);
		case 'price.changed':
			return observePrice(state, fact);
		case 'claim.paid': {
			const slot = state.book.findLine(fact.order_line_id);
			return slot === NONE ? undefined : observeClaim(state, fact, slot);
		}
		case 'withdrawal.paid': {
			const store = state.book.store(fact.store_id);
			return isWithin(state, store, fact.amount) ? undefined : payoutGate(state, store, fact.amount);
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

function observeGuarantee(state: State, order: RecordOf<'order.paid'>): Answer | undefined {
	if (order.protect_days === 0) return undefined;
	const store = state.book.store(order.store_id);
	const isPlain = store.closedAt === undefined && !state.risk.of(store).probation;
	if (isPlain && postedDeposit(state, store) >= requiredDeposit(state, store)) return undefined;
	return unlessApproved(guaranteeGate(state, store, state.book.findItem(store, order.sku_id)));
}

/** What was paid beyond what was due is a refusal of the rest. */
function observeClaim(state: State, fact: RecordOf<'claim.paid'>, slot: Slot): Answer | undefined {
	const answer = claimGate(state, fact, slot, state.caps);
	if (answer.verdict !== 'approve' || (answer.amount ?? ZERO) >= fact.amount) return unlessApproved(answer);
	const values = {
		paid: formatMoney(fact.amount, state.currency),
		due: formatMoney(answer.amount ?? ZERO, state.currency),
	};
	return { ...answer, verdict: 'limit', reasons: [reason('overpaid', values)] };
}

function observePrice(state: State, fact: RecordOf<'price.changed'>): Answer | undefined {
	const store = state.book.store(fact.store_id);
	const item = state.book.findItem(store, fact.sku_id);
	const costsNothing = item === undefined || !isCut(item, fact) || isFunded(state, fact, item);
	return costsNothing && store.closedAt === undefined ? undefined : unlessApproved(priceGate(state, fact, store, item));
}

/** Only a cut on an item with open guarantees can cost anything. */
const isCut = (item: Item, fact: RecordOf<'price.changed'>): boolean =>
	item.first !== NONE && (item.price === undefined || fact.price < item.price || fact.coupon !== undefined);

const unlessApproved = (answer: Answer): Answer | undefined => (answer.verdict === 'approve' ? undefined : answer);

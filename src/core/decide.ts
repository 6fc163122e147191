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

/** The outcome, and the fact that follows from it: none where a request was held or refused. */
export interface Decision {
	readonly outcome: Outcome;
	readonly fact: Fact | undefined;
}

const NO_REASONS: readonly Reason[] = [];

export function decide(state: State, record: SuretyRecord): Decision {
	switch (record.type) {
		case 'store.apply':
			return answerWith(state, record, admissionGate(state, record), { ...record, type: 'store.opened' });
		case 'guarantee.quote':
			return answerWith(state, record, guaranteeGate(state, state.book.store(record.store_id)), undefined);
		case 'price.propose':
			return decidePrice(state, record);
		case 'claim.file':
			return decideClaim(state, record);
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
			return { outcome: recorded(state, record), fact: record };
	}
}

function decidePrice(state: State, request: RecordOf<'price.propose'>): Decision {
	const store = state.book.store(request.store_id);
	const answer = priceGate(state, request, store, state.book.findItem(store, request.sku_id));
	return answerWith(state, request, answer, { ...request, type: 'price.changed' });
}

function decideClaim(state: State, request: RecordOf<'claim.file'>): Decision {
	const { id, at, claim_id, order_line_id } = request;
	const answer = claimGate(state, request, state.book.line(order_line_id, at), state.caps);
	return answerWith(state, request, answer, {
		type: 'claim.paid',
		id,
		at,
		claim_id,
		order_line_id,
		amount: answer.amount ?? ZERO,
	});
}

/** An observing payout gate grants what was asked; an enforcing one what it finds free. */
function decideWithdrawal(state: State, request: RecordOf<'withdrawal.request'>): Decision {
	const answer = payoutGate(state, state.book.store(request.store_id), request.amount);
	const amount = state.policy.gates.payout === 'enforce' ? (answer.amount ?? ZERO) : request.amount;
	const { outcome, fact } = answerWith(state, request, answer, { ...request, type: 'withdrawal.paid', amount });
	return { outcome: { ...outcome, amount }, fact };
}

/**
 * Turns a gate's answer into a decision, as the gate's mode says [MO1]. What a programme refuses or caps stays so in
 * every mode: what is not owed is not paid.
 */
function answerWith(state: State, request: Request, answer: Answer, becomes: Fact | undefined): Decision {
	const { gate, ...figures } = answer;
	const byProgramme = gate === 'claim' && answer.verdict !== 'hold';
	const binding = byProgramme || state.policy.gates[gate] === 'enforce';
	const passes = !binding || answer.verdict === 'approve' || answer.verdict === 'limit';
	const outcome = { id: request.id, seq: state.seq + 1, type: request.type, policy: state.policy.label, ...figures };
	const fact = passes ? becomes : undefined;
	if (binding || answer.verdict === 'approve') return { outcome, fact };
	return { outcome: { ...outcome, verdict: 'approve', observed: answer }, fact };
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
	const secured = postedDeposit(state, store) >= requiredDeposit(state, store);
	return secured && store.closedAt === undefined ? undefined : guaranteeGate(state, store);
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

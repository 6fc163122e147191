/**
 * The core: `decide` answers a record from the state, `evolve` applies the fact that follows, if one does; `take` is
 * both. Pure: time and ids come in the record, and nothing else comes in. Only facts change the state; a request
 * becomes one when its gate lets it through.
 */
import { Book } from './book/book.js';
import * as facts from './book/facts.js';
import { NONE, type Slot } from './book/line-slab.js';
import type { Item, Store } from './book/store.js';
import { admissionGate } from './gates/admission-gate.js';
import { Caps } from './gates/caps.js';
import { claimGate } from './gates/claim-gate.js';
import { guaranteeGate } from './gates/guarantee-gate.js';
import { isWithin, payoutGate } from './gates/payout-gate.js';
import { isFunded, priceGate } from './gates/price-gate.js';
import { type GateView, postedDeposit, requiredDeposit } from './gates/view.js';
import type { Policy } from './policy.js';
import { Rules } from './programme/rules.js';
import type { Programme } from './programme/schema.js';
import { Risk } from './risk/risk.js';
import { SuretyError } from './words/error.js';
import { badField } from './words/field.js';
import type { OrderLineId, StoreId } from './words/ids.js';
import type { Currency } from './words/money.js';
import { ZERO } from './words/money.js';
import type { Answer, Outcome } from './words/outcome.js';
import type { Reason } from './words/reason.js';
import type { Fact, RecordOf, Request, SuretyRecord } from './words/record.js';

export interface CoreOptions {
	readonly currency: Currency;
	readonly programme: Programme;
	readonly policy: Policy;
}

/** What `decide` says: the outcome, and the fact that follows from it. */
export interface Decision {
	readonly outcome: Outcome;
	readonly fact: Fact | undefined;
}

const NO_REASONS: readonly Reason[] = [];

export class Core implements GateView {
	readonly book: Book;
	readonly risk: Risk;
	readonly caps: Caps;
	readonly policy: Policy;
	readonly currency: Currency;
	/** Records decided so far. */
	seq = 0;

	constructor({ currency, programme, policy }: CoreOptions) {
		const rules = new Rules(programme, currency);
		this.currency = currency;
		this.policy = policy;
		this.book = new Book(rules, policy.rememberMs);
		this.caps = new Caps(rules);
		this.risk = new Risk(this.book, policy, currency);
	}

	/**
	 * Decides a record and applies what follows. Records are decided in the order they arrive; one from the past is
	 * judged by its own time but moves no clock (docs/SPEC.md, TM).
	 * @throws SuretyError where the record cannot be taken at all; then nothing has changed.
	 */
	take(record: SuretyRecord): Outcome {
		this.admit(record);
		this.book.advance(record.at);
		const { outcome, fact } = this.decide(record);
		if (fact !== undefined) this.evolve(fact);
		this.seq++;
		return outcome;
	}

	/** Answers a record that `admit` let through; changes nothing. */
	decide(record: SuretyRecord): Decision {
		switch (record.type) {
			case 'store.apply':
				return this.ask(record, admissionGate(this, record), (id) => ({ ...record, id, type: 'store.opened' }));
			case 'guarantee.quote':
				return this.ask(record, guaranteeGate(this, this.book.store(record.store_id)), undefined);
			case 'price.propose': {
				const store = this.book.store(record.store_id);
				const answer = priceGate(this, record, store, store.items.get(record.sku_id));
				return this.ask(record, answer, (id) => ({ ...record, id, type: 'price.changed' }));
			}
			case 'claim.file':
				return this.decideClaim(record);
			case 'withdrawal.request': {
				const answer = payoutGate(this, this.book.store(record.store_id), record.amount);
				const amount = this.policy.gates.payout === 'enforce' ? (answer.amount ?? ZERO) : record.amount;
				return this.ask(record, { ...answer, amount }, (id) => ({ ...record, id, type: 'withdrawal.paid', amount }));
			}
			default:
				return { outcome: this.recorded(record), fact: record };
		}
	}

	/** Applies a fact. */
	evolve(fact: Fact): void {
		switch (fact.type) {
			case 'store.opened':
				return this.risk.storeOpened(facts.openStore(this.book, fact), fact);
			case 'store.closed':
				this.book.store(fact.store_id).closedAt = fact.at;
				return;
			case 'store.labelled':
				this.risk.labelled(this.book.store(fact.store_id), fact.label, fact.at);
				return;
			case 'deposit.received':
				return this.money(fact, (store) => facts.receiveDeposit(this.book, store, fact.amount));
			case 'deposit.returned':
				return this.money(fact, (store) => facts.returnDeposit(this.book, store, fact.amount));
			case 'withdrawal.paid':
				this.risk.withdrawn(this.book.store(fact.store_id), fact.at, fact.amount);
				return this.money(fact, (store) => facts.payWithdrawal(this.book, store, fact.amount));
			case 'price.changed':
				return this.changePrice(fact);
			case 'order.paid':
				return this.payOrder(fact);
			case 'order.delivered':
			case 'order.released':
			case 'order.refunded':
			case 'claim.paid':
				return this.evolveLine(fact);
		}
	}

	/** Facts about one order line. */
	private evolveLine(
		fact:
			| RecordOf<'order.delivered'>
			| RecordOf<'order.released'>
			| RecordOf<'order.refunded'>
			| RecordOf<'claim.paid'>,
	): void {
		const slot = this.book.findLine(fact.order_line_id);
		if (fact.type === 'claim.paid') return this.payClaim(fact, slot);
		if (slot === NONE) {
			if (fact.type === 'order.refunded' && fact.store_id !== undefined) {
				facts.refundForgotten(this.book, this.book.store(fact.store_id), fact.amount);
			}
			return;
		}
		if (fact.type === 'order.refunded') facts.refund(this.book, slot, fact.amount, fact.quantity);
		else {
			this.risk.received(slot, fact.at);
			if (fact.type === 'order.delivered') facts.deliver(this.book, slot, fact.at);
			else facts.release(this.book, slot, fact.amount, this.policy.commission_basis_points);
		}
		this.book.check(this.book.storeOf(slot));
	}

	private changePrice(fact: RecordOf<'price.changed'>): void {
		const item = this.book.item(this.book.store(fact.store_id), fact.sku_id);
		// [PG2]
		if (item.pricedAt !== undefined && fact.at < item.pricedAt) return;
		const before =
			item.price === undefined || item.pricedAt === undefined ? undefined : { at: item.pricedAt, price: item.price };
		facts.changePrice(this.book, item, fact.price, this.book.rules.reference(fact.price, fact.coupon), fact.at);
		this.book.check(item.store);
		if (before !== undefined) this.risk.priceChanged(item, before, fact.at);
	}

	private payOrder(fact: RecordOf<'order.paid'>): void {
		const store = this.book.store(fact.store_id);
		const buyer = this.book.buyers.meet(fact.buyer_id, fact.at);
		const slot = facts.payOrder(this.book, fact, store, this.book.item(store, fact.sku_id), buyer);
		this.risk.orderPaid(store, buyer, fact, slot);
		this.book.check(store);
	}

	private payClaim(fact: RecordOf<'claim.paid'>, slot: Slot): void {
		const { book } = this;
		const store = slot === NONE ? book.store(fact.store_id as StoreId) : book.storeOf(slot); // admitted: one is known
		const effect =
			slot === NONE
				? facts.payForgottenClaim(book, store, fact.amount, fact.recovered)
				: facts.payClaim(book, slot, fact.amount, fact.recovered);
		const buyer = slot === NONE ? undefined : book.buyers.at(book.lines.buyer(slot));
		const buyerId = buyer?.id ?? fact.buyer_id;
		if (buyerId !== undefined) {
			this.caps.paid(buyerId, store.id, fact.at, fact.amount);
			this.risk.claimPaid(store, slot, buyerId, buyer, fact, effect);
		}
		book.check(store);
	}

	private money(
		fact: RecordOf<'deposit.received'> | RecordOf<'deposit.returned'> | RecordOf<'withdrawal.paid'>,
		effect: (store: Store) => void,
	): void {
		const store = this.book.store(fact.store_id);
		effect(store);
		this.book.check(store);
	}

	private decideClaim(record: RecordOf<'claim.file'>): Decision {
		const slot = this.line(record.order_line_id);
		const answer = claimGate(this, record, slot, this.caps);
		const amount = answer.amount ?? ZERO;
		return this.ask(record, answer, (id) => ({
			type: 'claim.paid',
			id,
			at: record.at,
			claim_id: record.claim_id,
			order_line_id: record.order_line_id,
			amount,
		}));
	}

	/** Turns a gate's answer into a decision, as the gate's mode says. */
	private ask(record: Request, answer: Answer, become: ((id: Request['id']) => Fact) | undefined): Decision {
		const { gate, ...figures } = answer;
		const binding = this.policy.gates[gate] === 'enforce' || isProgrammes(answer);
		const passes = !binding || answer.verdict === 'approve' || answer.verdict === 'limit';
		const outcome = { id: record.id, seq: this.seq + 1, type: record.type, policy: this.policy.label, ...figures };
		const fact = passes && become !== undefined ? become(record.id) : undefined;
		if (binding || answer.verdict === 'approve') return { outcome, fact };
		return { outcome: { ...outcome, verdict: 'approve', observed: answer }, fact };
	}

	private recorded(fact: Fact): Outcome {
		const observed = this.observe(fact);
		const { id, type } = fact;
		const seq = this.seq + 1;
		const policy = this.policy.label;
		if (observed === undefined) return { id, seq, type, verdict: 'recorded', reasons: NO_REASONS, policy };
		return { id, seq, type, verdict: 'recorded', reasons: NO_REASONS, policy, observed };
	}

	/** What the gate would have said had it been asked before this fact; undefined where it would have approved. */
	private observe(fact: Fact): Answer | undefined {
		const answer = this.askBefore(fact);
		return answer === undefined || answer.verdict === 'approve' ? undefined : answer;
	}

	private askBefore(fact: Fact): Answer | undefined {
		switch (fact.type) {
			case 'store.opened':
				return admissionGate(this, { ...fact, type: 'store.apply' });
			case 'order.paid': {
				const store = this.book.store(fact.store_id);
				const secured = fact.protect_days === 0 || postedDeposit(this, store) >= requiredDeposit(this, store);
				return secured && store.closedAt === undefined ? undefined : guaranteeGate(this, store);
			}
			case 'price.changed': {
				const store = this.book.store(fact.store_id);
				const item = store.items.get(fact.sku_id);
				return isCut(item, fact) && !isFunded(this, fact, item) ? priceGate(this, fact, store, item) : undefined;
			}
			case 'claim.paid': {
				const slot = this.book.findLine(fact.order_line_id);
				return slot === NONE ? undefined : claimGate(this, fact, slot, this.caps);
			}
			case 'withdrawal.paid': {
				const store = this.book.store(fact.store_id);
				return isWithin(this, store, fact.amount) ? undefined : payoutGate(this, store, fact.amount);
			}
			default:
				return undefined;
		}
	}

	/** @throws SuretyError unless the record can be taken at all: what it names is known, what it makes is new. */
	private admit(record: SuretyRecord): void {
		switch (record.type) {
			case 'store.opened':
			case 'store.apply':
				if (this.book.findStore(record.store_id) === undefined) return;
				throw new SuretyError('duplicate_store', `store_id "${record.store_id}": is open already`, 'store_id');
			case 'order.paid':
				this.book.store(record.store_id);
				if (this.book.findLine(record.order_line_id) === NONE) return;
				throw new SuretyError(
					'duplicate_order_line',
					`order_line_id "${record.order_line_id}": is known already`,
					'order_line_id',
				);
			case 'claim.paid':
				if ((record.recovered ?? 0) > record.amount)
					throw badField('recovered', record.recovered, 'is more than the amount');
				return this.admitLine(record.order_line_id, record.store_id);
			case 'order.released':
			case 'order.refunded':
				return this.admitLine(record.order_line_id, record.store_id);
			case 'order.delivered':
			case 'claim.file':
				return this.admitLine(record.order_line_id, undefined);
			default:
				this.book.store(record.store_id);
		}
	}

	/** A forgotten line may still be told about if the record names its store. */
	private admitLine(line: OrderLineId, store: StoreId | undefined): void {
		if (this.book.findLine(line) === NONE && (store === undefined || this.book.findStore(store) === undefined))
			this.line(line);
	}

	private line(id: OrderLineId): Slot {
		const slot = this.book.findLine(id);
		if (slot === NONE)
			throw new SuretyError('unknown_order_line', `order_line_id "${id}": no such order line`, 'order_line_id');
		return slot;
	}
}

/** A claim refused or limited by the programme is so in every mode: what is not owed is not paid. */
const isProgrammes = ({ gate, verdict }: Answer): boolean => gate === 'claim' && verdict !== 'hold';

function isCut(item: Item | undefined, fact: RecordOf<'price.changed'>): item is Item {
	return item !== undefined && item.first !== NONE && (item.price === undefined || fact.price < item.price);
}

/** Evolving: what a fact does to the state. The book moves the money and the promises; then risk looks at what changed. */
import * as facts from './book/facts.js';
import { NONE, type Slot } from './book/line-slab.js';
import type { State } from './state.js';
import type { StoreId } from './words/ids.js';
import { excess } from './words/money.js';
import type { Fact, RecordOf } from './words/record.js';

export function evolve(state: State, fact: Fact): void {
	const { book, risk } = state;
	switch (fact.type) {
		case 'store.opened':
			return risk.storeOpened(facts.openStore(book, fact), fact);
		case 'store.closed':
			book.store(fact.store_id).closedAt = fact.at;
			return;
		case 'store.labelled':
			risk.labelled(book.store(fact.store_id), fact.label, fact.at);
			return;
		case 'deposit.received':
		case 'deposit.returned':
		case 'withdrawal.paid':
			return moveMoney(state, fact);
		case 'price.changed':
			return changePrice(state, fact);
		case 'order.paid':
			return payOrder(state, fact);
		case 'order.delivered':
		case 'order.released':
		case 'order.refunded':
			return changeLine(state, fact);
		case 'claim.paid':
			return payClaim(state, fact);
	}
}

type MoneyFact = RecordOf<'deposit.received'> | RecordOf<'deposit.returned'> | RecordOf<'withdrawal.paid'>;

function moveMoney({ book, risk }: State, fact: MoneyFact): void {
	const store = book.store(fact.store_id);
	if (fact.type === 'deposit.received') facts.receiveDeposit(book, store, fact.amount);
	else if (fact.type === 'deposit.returned') facts.returnDeposit(book, store, fact.amount);
	else {
		risk.withdrawn(store, fact.at, fact.amount);
		facts.payWithdrawal(book, store, fact.amount);
	}
	book.check(store);
}

function changePrice({ book, risk }: State, fact: RecordOf<'price.changed'>): void {
	const item = book.item(book.store(fact.store_id), fact.sku_id);
	// [PG2]
	if (item.pricedAt !== undefined && fact.at < item.pricedAt) return;
	const { pricedAt, reference } = item;
	const before = pricedAt === undefined || reference === undefined ? undefined : { at: pricedAt, price: reference };
	facts.changePrice(book, item, fact.price, book.rules.reference(fact.price, fact.coupon), fact.at);
	book.check(item.store);
	if (before !== undefined) risk.priceChanged(item, before, fact.at);
}

function payOrder(state: State, fact: RecordOf<'order.paid'>): void {
	const { book, risk } = state;
	const store = book.store(fact.store_id);
	const buyer = book.buyers.meet(fact.buyer_id, fact.at);
	const item = book.item(store, fact.sku_id);
	const slot = facts.payOrder(book, fact, store, item, buyer, state.sellsUnder(store.id));
	risk.orderPaid(store, buyer, fact, slot);
	book.check(store);
}

type LineFact = RecordOf<'order.delivered'> | RecordOf<'order.released'> | RecordOf<'order.refunded'>;

function changeLine(state: State, fact: LineFact): void {
	const { book, risk } = state;
	const slot = book.findLine(fact.order_line_id);
	if (slot === NONE) return changeForgotten(state, fact);
	if (fact.type === 'order.refunded') refund(state, fact, slot);
	else {
		risk.received(slot, fact.at);
		if (fact.type === 'order.delivered') facts.deliver(book, slot, fact.at);
		else facts.release(book, slot, fact.amount, state.of(book.storeOf(slot).id).policy.commission_basis_points);
	}
	book.check(book.storeOf(slot));
}

function refund({ book, risk }: State, fact: RecordOf<'order.refunded'>, slot: Slot): void {
	const beyond = excess(fact.amount, book.securing.cashLeft(slot));
	facts.refund(book, slot, fact.amount, fact.quantity);
	if (beyond > 0) risk.refundedBeyond(book.storeOf(slot), beyond, fact.at);
}

/** Of a forgotten line only a refund still moves money: it was released, and its window is over. */
function changeForgotten({ book }: State, fact: LineFact): void {
	if (fact.type !== 'order.refunded' || fact.store_id === undefined) return;
	const store = book.store(fact.store_id);
	facts.refundForgotten(book, store, fact.amount);
	book.check(store);
}

function payClaim(state: State, fact: RecordOf<'claim.paid'>): void {
	const { book, risk, caps } = state;
	const slot = book.findLine(fact.order_line_id);
	const store = slot === NONE ? book.store(fact.store_id as StoreId) : book.storeOf(slot); // admitted: one of the two is known
	const programme = slot === NONE ? state.sellsUnder(store.id) : book.lines.programme(slot);
	const effect = payOn(slot);
	const buyerId = slot === NONE ? fact.buyer_id : book.buyers.id(book.lines.buyer(slot));
	if (buyerId !== undefined) {
		caps.paid(programme, buyerId, store.id, fact.at, fact.amount);
		risk.claimPaid(store, slot, buyerId, fact, effect);
	}
	book.check(store);

	function payOn(line: Slot): facts.ClaimEffect {
		const { amount, recovered } = fact;
		if (line === NONE) return facts.payForgottenClaim(book, store, book.programmes.of(programme), amount, recovered);
		return facts.payClaim(book, line, amount, recovered);
	}
}

/**
 * Facts: what each one does to the book. A column of plain effects, in the order the money moves. Whether the fact can
 * be taken at all (known store, known line) was settled before; nothing here refuses.
 */
import { OWN } from '../programme/programmes.js';
import type { Rules } from '../programme/rules.js';
import { assert } from '../words/error.js';
import { add, excess, least, type Minor, shareDown, subtract, times, ZERO } from '../words/money.js';
import type { RecordOf } from '../words/record.js';
import { SECOND } from '../words/time.js';
import { type Book, secondOf } from './book.js';
import type { Buyer } from './buyers.js';
import {
	BALANCE,
	BANK,
	BUYERS,
	DEPOSIT,
	HELD_ACCOUNT,
	OWED,
	OWED_REFUNDS,
	OWED_STATED,
	PLATFORM,
	RESERVE,
} from './ledger.js';
import { CLAIMED, DELIVERED, HELD, type LineDetail, NONE, OPEN, PROMISED, type Slot } from './line-slab.js';
import type { Item, Store } from './store.js';

/** Hundredths of a per cent as millionths. */
const BASIS_POINT = 100;

export function openStore(book: Book, fact: RecordOf<'store.opened'>): Store {
	const store = book.addStore(fact.store_id, fact.at);
	book.ledger.move(store.index, BANK, DEPOSIT, fact.deposit);
	return store;
}

export function receiveDeposit(book: Book, store: Store, amount: Minor): void {
	book.ledger.move(store.index, BANK, DEPOSIT, amount);
	book.securing.arrive(store);
}

/** Takes the free deposit first, then what it had lent to reserves; more than that is unexplained. */
export function returnDeposit(book: Book, store: Store, amount: Minor): void {
	let paid = book.ledger.take(store.index, DEPOSIT, BANK, amount);
	const lent = least(subtract(amount, paid), store.reserveFromDeposit);
	store.reserveFromDeposit = subtract(store.reserveFromDeposit, lent);
	paid = add(paid, book.securing.takeReserves(store, BANK, lent));
	payUnexplained(book, store, subtract(amount, paid));
	book.securing.arrive(store);
}

/** Takes the balance first, then reserves that came from it; more than that is unexplained. */
export function payWithdrawal(book: Book, store: Store, amount: Minor): void {
	let paid = book.ledger.take(store.index, BALANCE, BANK, amount);
	const reserved = excess(book.ledger.get(store.index, RESERVE), store.reserveFromDeposit);
	paid = add(paid, book.securing.takeReserves(store, BANK, least(subtract(amount, paid), reserved)));
	payUnexplained(book, store, subtract(amount, paid));
	book.securing.arrive(store);
}

/** [BK10] Money left that the records do not explain: booked, counted, accused of nothing. */
function payUnexplained(book: Book, store: Store, amount: Minor): void {
	book.ledger.move(store.index, PLATFORM, BANK, amount);
	store.unexplained = add(store.unexplained, amount);
}

/**
 * [BK11] Sets the item's price and secures every open guarantee on it anew.
 * A price from before the current one is history and changes nothing; the caller knows.
 */
export function changePrice(
	book: Book,
	item: Item,
	price: Minor,
	reference: Minor,
	at: RecordOf<'price.changed'>['at'],
): void {
	const falls = item.reference === undefined || reference < item.reference;
	item.price = price;
	item.reference = reference;
	item.pricedAt = at;
	let freed = false;
	for (let slot = item.first; slot !== NONE; slot = book.lines.next(slot)) {
		if (book.securing.secure(item.store, slot, falls)) freed = true;
	}
	if (freed) book.securing.arrive(item.store);
}

/**
 * [OR1] A paid line: its money is held, and its guarantee opens unless the programme excludes it or it is over.
 * @param programme [PR14] the place of the one that the line is sold under.
 */
export function payOrder(
	book: Book,
	order: RecordOf<'order.paid'>,
	store: Store,
	item: Item,
	buyer: Buyer,
	programme: number,
): Slot {
	const { lines } = book;
	const rules = book.programmes.of(programme);
	const slot = lines.allocate();
	const protection = rules.protection(order);
	const endS = protection.protected ? protection.endS : Math.floor(order.at / SECOND);
	const flags = HELD | (protection.protected ? PROMISED : 0);
	lines.set(slot, item.index, buyer, order.unit_price, order.quantity, flags, Math.floor(order.at / SECOND), endS);
	if (programme !== OWN) lines.setProgramme(slot, programme);
	book.index.insert(order.order_line_id, slot);
	book.buyers.countLines(buyer, 1);
	store.lines++;
	book.ledger.move(store.index, BUYERS, HELD_ACCOUNT, times(order.unit_price, order.quantity));
	if (order.parts !== undefined) setBase(book, slot, rules.protectedPrice(order));
	if (protection.protected && endS * SECOND >= book.now) {
		book.openGuarantee(slot, item);
		book.securing.settle(store, slot);
	}
	return slot;
}

function setBase(book: Book, slot: Slot, base: Minor): void {
	if (base !== book.lines.unit(slot)) book.lines.detailFor(slot).base = base;
}

/** [OR2] Delivery moves the window only where the programme's clock starts there. */
export function deliver(book: Book, slot: Slot, at: RecordOf<'order.delivered'>['at']): void {
	if (book.lines.has(slot, DELIVERED)) return;
	book.lines.raise(slot, DELIVERED);
	const endS = book.rulesOf(slot).endAfterDelivery(at);
	if (endS === undefined || !book.lines.has(slot, OPEN)) return;
	book.moveEnd(slot, endS);
	if (endS * SECOND < book.now) book.endGuarantee(slot, secondOf(book.now));
}

/**
 * [OR3] Held proceeds become balance, less commission. They secure their own line first; what is left pays old
 * shortfalls. A release above what is held gives back what claims had taken from it, and the rest is a subsidy.
 */
export function release(book: Book, slot: Slot, amount: Minor | undefined, commissionBasisPoints: number): void {
	const { lines, ledger } = book;
	if (!lines.has(slot, HELD)) return;
	const store = book.storeOf(slot);
	const detail = lines.detailOf(slot);
	const held = lines.held(slot);
	const net = amount ?? subtract(held, shareDown(held, commissionBasisPoints * BASIS_POINT));
	const paid = subtract(net, least(detail?.fromHeld ?? ZERO, excess(net, held)));
	book.securing.uncount(store, slot);
	const kept = detail === undefined ? ZERO : keepCover(book, store, detail, paid);
	const rest = subtract(held, kept);
	const free = excess(paid, kept);
	ledger.move(store.index, HELD_ACCOUNT, BALANCE, least(free, rest));
	ledger.move(store.index, HELD_ACCOUNT, PLATFORM, excess(rest, free));
	ledger.move(store.index, PLATFORM, BALANCE, excess(free, rest));
	lines.lower(slot, HELD);
	book.securing.settle(store, slot);
	book.securing.arrive(store);
	book.settled(slot);
}

/** What the held proceeds secured becomes the line's reserve, before store and commission get theirs. */
function keepCover(book: Book, store: Store, detail: LineDetail, paid: Minor): Minor {
	const kept = detail.own;
	book.ledger.move(store.index, HELD_ACCOUNT, RESERVE, kept);
	detail.reserve = add(detail.reserve, kept);
	detail.commission = excess(kept, paid);
	detail.held = ZERO;
	return kept;
}

/**
 * [OR4] Goods money goes back to the buyer: from the line's held proceeds, then the store's free money; what neither
 * covers the store owes. Without a quantity, whole units are counted from the amount, and the rest is goodwill.
 */
export function refund(book: Book, slot: Slot, amount: Minor, quantity: number | undefined): void {
	const { lines, ledger, securing } = book;
	const store = book.storeOf(slot);
	const d = lines.detailFor(slot);
	const left = lines.quantity(slot);
	const unit = lines.unit(slot);
	const returned = Math.min(left, quantity ?? unitsIn(amount, unit, left));
	securing.uncount(store, slot);
	const fromHeld = ledger.take(store.index, HELD_ACCOUNT, BUYERS, least(d.held, amount));
	d.held = subtract(d.held, fromHeld);
	const collected = securing.collect(store, BUYERS, subtract(amount, fromHeld));
	ledger.move(store.index, OWED_REFUNDS, BUYERS, subtract(amount, add(fromHeld, collected)));
	lines.setQuantity(slot, left - returned);
	d.goodwill = add(d.goodwill, excess(amount, times(unit, returned)));
	securing.settle(store, slot);
	// Nothing is left to hold, or nothing to promise.
	if (d.held === 0 && amount > 0) lines.lower(slot, HELD);
	if (left === returned && lines.has(slot, OPEN)) book.endGuarantee(slot, secondOf(book.now));
	else book.settled(slot);
}

function unitsIn(amount: Minor, unit: Minor, left: number): number {
	if (amount >= times(unit, left)) return left;
	return Math.floor(amount / unit);
}

/** What a paid claim did. */
export interface ClaimEffect {
	/** What was claimable on the line before. */
	readonly claimable: Minor;
	readonly recovered: Minor;
	readonly shortfall: Minor;
}

/**
 * [CL10] The platform advances a refund and collects from the store: the line's held proceeds, its own reserve, free
 * money, and where that is not enough, since the money has already gone, other reserves. `stated` is what the platform
 * says it collected; it is believed.
 */
export function payClaim(book: Book, slot: Slot, amount: Minor, stated: Minor | undefined): ClaimEffect {
	const { lines, ledger, securing } = book;
	const store = book.storeOf(slot);
	const d = lines.detailFor(slot);
	const claimable = book.claimableNow(slot);
	const storePart = securing.storePart(slot, amount);
	const wanted = stated ?? storePart;
	securing.uncount(store, slot);
	const own = ledger.take(store.index, HELD_ACCOUNT, BUYERS, least(d.held, wanted));
	d.held = subtract(d.held, own);
	d.fromHeld = add(d.fromHeld, own);
	const reserved = securing.spendReserve(store, d, BUYERS, subtract(wanted, own));
	d.refunded = add(d.refunded, amount);
	d.failed = excess(d.failed, amount);
	d.lapsed = excess(d.lapsed, amount);
	const rest = collectElsewhere(book, store, subtract(wanted, add(own, reserved)));
	const recovered = bookAdvance(book, store, amount, storePart, add(add(own, reserved), rest), stated);
	lines.raise(slot, CLAIMED);
	securing.settle(store, slot);
	return { claimable, recovered, shortfall: excess(storePart, recovered) };
}

/** What paying a claim took from its store; kept while the payment may still fail. */
export interface ClaimTaken {
	readonly amount: Minor;
	/** The store's part of the amount, ... */
	readonly storePart: Minor;
	/** ... of that, from the line's held proceeds, from the deposit (directly or out of reserves), and not at all. */
	readonly fromHeld: Minor;
	readonly fromDeposit: Minor;
	readonly shortfall: Minor;
}

/**
 * [CL12] The platform could not pay an advance after all: what was collected for it goes back to where it came from,
 * what the store owes for it is owed no more, and the buyer may claim again.
 */
export function unpayClaim(book: Book, slot: Slot, taken: ClaimTaken): void {
	const { ledger, securing, lines } = book;
	const { amount } = taken;
	const store = book.storeOf(slot);
	const d = lines.detailFor(slot);
	securing.uncount(store, slot);
	d.refunded = subtract(d.refunded, amount);
	d.failed = add(d.failed, amount);
	const storePart = securing.storePart(slot, amount);
	const collected = forgive(book, store, taken, storePart);
	// What was released meanwhile is proceeds no more.
	const toHeld = lines.has(slot, HELD) ? least(taken.fromHeld, collected) : ZERO;
	ledger.move(store.index, BUYERS, HELD_ACCOUNT, toHeld);
	d.held = add(d.held, toHeld);
	d.fromHeld = subtract(d.fromHeld, toHeld);
	const rest = subtract(collected, toHeld);
	if (lines.has(slot, OPEN)) {
		ledger.move(store.index, BUYERS, RESERVE, rest);
		d.reserve = add(d.reserve, rest);
		store.reserveFromDeposit = add(store.reserveFromDeposit, least(taken.fromDeposit, rest));
	} else {
		giveBack(book, store, taken, rest);
		d.lapsed = add(d.lapsed, amount);
	}
	securing.settle(store, slot);
	securing.arrive(store);
}

/** [CL12] The same for a line that has been forgotten meanwhile: there is no guarantee to change, only money. */
export function unpayForgottenClaim(book: Book, store: Store, taken: ClaimTaken): void {
	giveBack(book, store, taken, forgive(book, store, taken, taken.storePart));
	book.securing.arrive(store);
}

/** Takes an advance off the store's account: first what is still owed for it. @returns what had been collected. */
function forgive(book: Book, store: Store, { amount, shortfall }: ClaimTaken, storePart: Minor): Minor {
	const { ledger } = book;
	const owed = least(least(shortfall, storePart), subtract(ZERO, ledger.get(store.index, OWED)));
	const collected = subtract(storePart, owed);
	ledger.move(store.index, BUYERS, OWED, owed);
	ledger.move(store.index, BUYERS, PLATFORM, subtract(amount, storePart));
	store.advanced = subtract(store.advanced, amount);
	store.recovered = subtract(store.recovered, collected);
	return collected;
}

/** To the deposit what came from it, the rest to the balance. */
function giveBack(book: Book, store: Store, { fromDeposit }: ClaimTaken, amount: Minor): void {
	const toDeposit = least(fromDeposit, amount);
	book.ledger.move(store.index, BUYERS, DEPOSIT, toDeposit);
	book.ledger.move(store.index, BUYERS, BALANCE, subtract(amount, toDeposit));
}

/** [PO5] A withdrawal did not reach the store's bank account: the money is its balance again, as far as it ever was. */
export function unpayWithdrawal(book: Book, store: Store, amount: Minor, unexplained: Minor): void {
	book.ledger.move(store.index, BANK, PLATFORM, unexplained);
	store.unexplained = subtract(store.unexplained, unexplained);
	book.ledger.move(store.index, BANK, BALANCE, subtract(amount, unexplained));
	book.securing.arrive(store);
}

/**
 * [CL11] An advance on a line that the book has forgotten: there is no guarantee to change, only money.
 * @param rules those that the store sells under now, since the line's own are forgotten with it.
 */
export function payForgottenClaim(
	book: Book,
	store: Store,
	rules: Rules,
	amount: Minor,
	stated: Minor | undefined,
): ClaimEffect {
	const storePart = rules.borneByStore(amount);
	const recovered = bookAdvance(
		book,
		store,
		amount,
		storePart,
		collectElsewhere(book, store, stated ?? storePart),
		stated,
	);
	return { claimable: ZERO, recovered, shortfall: excess(storePart, recovered) };
}

function collectElsewhere(book: Book, store: Store, wanted: Minor): Minor {
	const free = book.securing.collect(store, BUYERS, wanted);
	return add(free, book.securing.takeReserves(store, BUYERS, subtract(wanted, free)));
}

/** Books the rest of an advance: what the store owes now, what came from outside, what the platform bears by rule. */
function bookAdvance(
	book: Book,
	store: Store,
	amount: Minor,
	storePart: Minor,
	taken: Minor,
	stated: Minor | undefined,
): Minor {
	const { ledger } = book;
	assert(taken <= amount, 'more was collected for an advance than was advanced');
	// A stated recovery that the store's known money does not explain was paid in from outside.
	const outside = stated === undefined ? ZERO : subtract(stated, taken);
	const recovered = add(taken, outside);
	const shortfall = excess(storePart, recovered);
	ledger.move(store.index, BANK, BUYERS, outside);
	ledger.move(store.index, stated === undefined ? OWED : OWED_STATED, BUYERS, shortfall);
	ledger.move(store.index, PLATFORM, BUYERS, subtract(amount, add(recovered, shortfall)));
	store.advanced = add(store.advanced, amount);
	store.recovered = add(store.recovered, recovered);
	return recovered;
}

/** [OR5] A refund of goods on a forgotten line. */
export function refundForgotten(book: Book, store: Store, amount: Minor): void {
	const collected = book.securing.collect(store, BUYERS, amount);
	book.ledger.move(store.index, OWED_REFUNDS, BUYERS, subtract(amount, collected));
}

/**
 * The book: every guarantee, price and amount of money that open promises depend on. It applies facts and never
 * refuses one for policy; the gates look at it before a fact comes about. Time is the latest `at` seen: windows end by
 * record time and nothing else.
 */
import { OWN, type Programmes } from '../programme/programmes.js';
import type { Rules } from '../programme/rules.js';
import { SuretyError } from '../words/error.js';
import type { OrderLineId, SkuId, StoreId } from '../words/ids.js';
import { least, type Minor, ZERO } from '../words/money.js';
import { type Instant, SECOND } from '../words/time.js';
import { Buyers } from './buyers.js';
import { Calendar } from './calendar.js';
import { Ledger } from './ledger.js';
import { ItemRows } from './item-rows.js';
import { DUE, HELD, LineSlab, NONE, OPEN, type Slot } from './line-slab.js';
import { Securing } from './securing.js';
import { Item, Store } from './store.js';
import { TextIndex } from './text-index.js';

export class Book {
	/** The book's own programme; what all programmes share, such as the reference price, is asked of it. */
	readonly rules: Rules;
	readonly programmes: Programmes;
	readonly lines = new LineSlab();
	readonly index = new TextIndex(this.lines);
	readonly ledger = new Ledger();
	readonly buyers = new Buyers();
	readonly stores: Store[] = [];
	readonly items: Item[] = [];
	readonly securing: Securing;
	/** The latest time seen. */
	now = 0 as Instant;
	private readonly storesById = new Map<string, Store>();
	private readonly itemIndex = new TextIndex(new ItemRows(this.items));
	private latest: Store | undefined;
	private readonly ends = new Calendar(this.lines, (slot) => this.lines.endS(slot));
	private readonly forgetting: Calendar;
	private readonly rememberS: number;

	/** @param rememberMs how long a settled line is remembered after its window. */
	constructor(programmes: Programmes, rememberMs: number) {
		this.rules = programmes.of(OWN);
		this.programmes = programmes;
		this.rememberS = Math.ceil(rememberMs / SECOND);
		this.forgetting = new Calendar(this.lines, (slot) => this.lines.settledS(slot) + this.rememberS);
		this.securing = new Securing(programmes, this.lines, this.ledger, this.items);
	}

	/** @throws SuretyError `unknown_store`. */
	store(id: StoreId): Store {
		const store = this.findStore(id);
		if (store === undefined) throw new SuretyError('unknown_store', `store_id "${id}": no such store`, 'store_id');
		return store;
	}

	findStore(id: string): Store | undefined {
		// A record's handlers ask for the same store again and again.
		if (this.latest?.id === id) return this.latest;
		const store = this.storesById.get(id);
		if (store !== undefined) this.latest = store;
		return store;
	}

	/** A line's slot, as a record at `at` would find it: one that is forgotten by then is unknown. */
	findLine(id: OrderLineId, at: Instant = this.now): Slot {
		const slot = this.index.find(id);
		return slot !== NONE && this.isForgotten(slot, Math.max(at, this.now) / SECOND) ? NONE : slot;
	}

	/** [BK1] What a buyer may claim on a line now; once its window has ended, what was left when it did [TM4]. */
	claimableNow(slot: Slot): Minor {
		if (this.lines.has(slot, OPEN)) return this.securing.claimable(slot, this.securing.itemOf(slot).reference);
		const lapsed = this.lines.detailOf(slot)?.lapsed ?? ZERO;
		return lapsed === 0 ? ZERO : least(lapsed, this.securing.cashLeft(slot));
	}

	/** @throws SuretyError `unknown_order_line`. */
	line(id: OrderLineId, at: Instant): Slot {
		const slot = this.findLine(id, at);
		if (slot === NONE)
			throw new SuretyError('unknown_order_line', `order_line_id "${id}": no such order line`, 'order_line_id');
		return slot;
	}

	/** [PR14] The rules that a line was sold under, and keeps to its end. */
	rulesOf(slot: Slot): Rules {
		return this.securing.rulesOf(slot);
	}

	storeOf(slot: Slot): Store {
		return this.securing.itemOf(slot).store;
	}

	addStore(id: StoreId, openedAt: Instant): Store {
		const index = this.stores.length;
		const store = new Store(index, id, openedAt, this.ledger.row(index));
		this.stores.push(store);
		this.storesById.set(id, store);
		return store;
	}

	/** The store's item, made on first sight. */
	item(store: Store, sku: SkuId): Item {
		return this.findItem(store, sku) ?? this.addItem(store, sku);
	}

	findItem(store: Store, sku: SkuId): Item | undefined {
		return this.items[this.itemIndex.find(sku, store.index) - 1];
	}

	/** Lets time pass: windows that ended before `at` end now, in order. A record from the past moves nothing. */
	advance(at: Instant): void {
		if (at <= this.now) return;
		this.now = at;
		const second = at / SECOND;
		for (let e = this.ends.takeBefore(second); e !== undefined; e = this.ends.takeBefore(second)) {
			this.fallDue(e.slot, e.linked, second);
		}
		for (let e = this.forgetting.takeBefore(second); e !== undefined; e = this.forgetting.takeBefore(second)) {
			// A refund since then has settled it anew, and it is remembered longer.
			if (this.isForgotten(e.slot, second)) this.forget(e.slot);
			else this.planToForget(e.slot);
		}
		this.buyers.sweep(at);
	}

	/** Whether the window is over at `at`; its last second belongs to it. */
	isOver(slot: Slot, at: Instant): boolean {
		return this.lines.endS(slot) * SECOND < at;
	}

	/** Opens a line's guarantee: it joins its item's list and the calendar. */
	openGuarantee(slot: Slot, item: Item): void {
		const { lines } = this;
		const isFixed = !this.rulesOf(slot).endsAfterDelivery;
		lines.raise(slot, isFixed ? OPEN | DUE : OPEN);
		lines.setNext(slot, item.first);
		if (item.first !== NONE) lines.setPrevious(item.first, slot);
		item.first = slot;
		item.store.openGuarantees++;
		this.ends.add(slot, lines.endS(slot), isFixed);
	}

	/** Moves the end of an open guarantee. */
	moveEnd(slot: Slot, endS: number): void {
		this.lines.setEndS(slot, endS);
		this.ends.add(slot, endS, false);
	}

	/** [BK9] Ends a guarantee at a second: nothing more can become due on it, and its reserve comes free. */
	endGuarantee(slot: Slot, second: number): void {
		const item = this.securing.itemOf(slot);
		const left = this.claimableNow(slot);
		if (left > 0) this.lines.detailFor(slot).lapsed = left;
		this.securing.uncount(item.store, slot);
		this.lines.lower(slot, OPEN);
		this.unlink(slot, item);
		item.store.openGuarantees--;
		this.securing.settle(item.store, slot);
		this.settled(slot, second);
	}

	/** Called where a line may have nothing more to come; notes since when, and plans when to forget it. */
	settled(slot: Slot, second = secondOf(this.now)): void {
		const { lines } = this;
		if (lines.has(slot, OPEN | HELD)) return;
		lines.setSettledS(slot, Math.max(lines.endS(slot), second));
		if (!lines.has(slot, DUE)) this.planToForget(slot);
	}

	/** Sums that must hold for a store after every record. */
	check(store: Store): void {
		this.ledger.check(store.index);
		this.securing.check(store);
	}

	/** A line has come out of the calendar. An unlinked place may be stale: its line may have moved or gone. */
	private fallDue(slot: Slot, isLinked: boolean, second: number): void {
		const { lines } = this;
		if (isLinked) lines.lower(slot, DUE);
		if (lines.has(slot, OPEN)) {
			if (lines.endS(slot) < second) this.endGuarantee(slot, lines.endS(slot));
		} else if (isLinked && !lines.has(slot, HELD)) this.planToForget(slot);
	}

	private planToForget(slot: Slot): void {
		this.lines.raise(slot, DUE);
		this.forgetting.add(slot, this.lines.settledS(slot) + this.rememberS, true);
	}

	private addItem(store: Store, sku: SkuId): Item {
		const item = new Item(this.items.length, store, sku);
		this.items.push(item);
		this.itemIndex.insert(sku, this.items.length, store.index);
		store.items++;
		return item;
	}

	/** Whether a record at this second would find the line forgotten; time passes for it as for every other. */
	private isForgotten(slot: Slot, second: number): boolean {
		const { lines } = this;
		if (lines.has(slot, HELD)) return false;
		const settledS = lines.has(slot, OPEN) ? lines.endS(slot) : lines.settledS(slot);
		return settledS + this.rememberS < second;
	}

	private forget(slot: Slot): void {
		const store = this.storeOf(slot);
		this.index.remove(slot);
		this.buyers.countLines(this.lines.buyer(slot), -1);
		store.lines--;
		this.lines.release(slot);
	}

	private unlink(slot: Slot, item: Item): void {
		const next = this.lines.next(slot);
		const previous = this.lines.previous(slot);
		if (next !== NONE) this.lines.setPrevious(next, previous);
		if (previous === NONE) item.first = next;
		else this.lines.setNext(previous, next);
	}
}

/** An instant's second of 1970, rounded up. */
export const secondOf = (at: Instant): number => Math.ceil(at / SECOND);

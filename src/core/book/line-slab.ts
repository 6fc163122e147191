/**
 * The line slab: one row for each order line the book must remember, in pages of typed columns, because objects would
 * cost four times the memory and seconds of garbage collection at ten million rows. A plain line (nothing claimed,
 * nothing refunded, price not fallen) is 55 bytes; what happens to few lines (see LineDetail) lives beside it.
 *
 * A slot is a row's number; slot 0 is never used and means "none". Pages are added, never copied, so growing does not
 * pause. The checker cannot know that a slot is inside its page, hence the non-null assertions here and only here.
 */
import { type Minor, times, ZERO } from '../words/money.js';

export type Slot = number;
export const NONE: Slot = 0;

const PAGE_BITS = 14;
const PAGE_ROWS = 1 << PAGE_BITS;
const ROW = PAGE_ROWS - 1;

/** Facts about a line that fit one bit each; they share a word with the quantity (20 bits). */
export const OPEN = 1 << 20; // its guarantee is open
export const HELD = 1 << 21; // its proceeds have not been released
export const PROMISED = 1 << 22; // it had a guarantee once
export const DELIVERED = 1 << 23;
export const CLAIMED = 1 << 24; // a claim was paid on it
export const QUICK = 1 << 25; // receipt was confirmed implausibly fast (see risk), one of two bits
export const INSTANT = 1 << 26; // ... the other
export const DUE = 1 << 27; // it stands in the calendar
const QUANTITY = OPEN - 1;

class Page {
	readonly a = new Uint32Array(PAGE_ROWS);
	readonly b = new Uint32Array(PAGE_ROWS);
	readonly c = new Uint32Array(PAGE_ROWS);
	readonly item = new Uint32Array(PAGE_ROWS);
	readonly buyer = new Uint32Array(PAGE_ROWS);
	readonly unit = new Float64Array(PAGE_ROWS);
	readonly state = new Uint32Array(PAGE_ROWS);
	readonly paidS = new Uint32Array(PAGE_ROWS);
	readonly endS = new Uint32Array(PAGE_ROWS);
	readonly next = new Uint32Array(PAGE_ROWS);
	readonly previous = new Uint32Array(PAGE_ROWS);
	readonly due = new Uint32Array(PAGE_ROWS);
	readonly detail = new Uint32Array(PAGE_ROWS);
}

/** What is kept only of lines to which something happened. Amounts in minor units. */
export class LineDetail {
	/** Proceeds still held. */
	held: Minor;
	/** The protected price of a unit. */
	base: Minor;
	/** Paid out on claims. */
	refunded = ZERO;
	/** Of that, taken from the line's own held proceeds. */
	fromHeld = ZERO;
	/** Goods money returned to the buyer without a unit coming back. */
	goodwill = ZERO;
	/** The store's part of what is claimable now, as last booked; always = own + reserve + gap. */
	due = ZERO;
	/** Of that, secured by the line's own held proceeds, ... */
	own = ZERO;
	/** ... by money set aside for it, ... */
	reserve = ZERO;
	/** ... and not secured: a shortfall. */
	gap = ZERO;

	constructor(held: Minor, base: Minor) {
		this.held = held;
		this.base = base;
	}
}

export class LineSlab {
	private readonly pages: Page[] = [];
	private readonly details: (LineDetail | undefined)[] = [undefined];
	private readonly freeDetails: number[] = [];
	private free: Slot = NONE;
	private top = 1;
	/** Rows in use. */
	count = 0;

	/** A fresh row, its columns not yet set. */
	allocate(): Slot {
		this.count++;
		if (this.free !== NONE) {
			const slot = this.free;
			this.free = this.page(slot).next[slot & ROW]!;
			return slot;
		}
		const slot = this.top++;
		if (slot >>> PAGE_BITS >= this.pages.length) this.pages.push(new Page());
		return slot;
	}

	release(slot: Slot): void {
		this.dropDetail(slot);
		this.count--;
		this.page(slot).next[slot & ROW] = this.free;
		this.free = slot;
	}

	/** Sets every column of a fresh row. */
	set(
		slot: Slot,
		item: number,
		buyer: number,
		unit: Minor,
		quantity: number,
		flags: number,
		paidS: number,
		endS: number,
	): void {
		const page = this.page(slot);
		const row = slot & ROW;
		page.item[row] = item;
		page.buyer[row] = buyer;
		page.unit[row] = unit;
		page.state[row] = quantity | flags;
		page.paidS[row] = paidS;
		page.endS[row] = endS;
		page.next[row] = NONE;
		page.previous[row] = NONE;
		page.due[row] = NONE;
		page.detail[row] = 0;
	}

	setFingerprint(slot: Slot, a: number, b: number, c: number): void {
		const page = this.page(slot);
		const row = slot & ROW;
		page.a[row] = a;
		page.b[row] = b;
		page.c[row] = c;
	}
	matches(slot: Slot, a: number, b: number, c: number): boolean {
		const page = this.page(slot);
		const row = slot & ROW;
		return page.a[row] === a && page.b[row] === b && page.c[row] === c;
	}
	/** Two of the fingerprint's words, for the index. */
	wordA = (slot: Slot): number => this.page(slot).a[slot & ROW]!;
	wordB = (slot: Slot): number => this.page(slot).b[slot & ROW]!;

	item = (slot: Slot): number => this.page(slot).item[slot & ROW]!;
	buyer = (slot: Slot): number => this.page(slot).buyer[slot & ROW]!;
	unit = (slot: Slot): Minor => this.page(slot).unit[slot & ROW]! as Minor;
	paidS = (slot: Slot): number => this.page(slot).paidS[slot & ROW]!;
	endS = (slot: Slot): number => this.page(slot).endS[slot & ROW]!;
	quantity = (slot: Slot): number => this.page(slot).state[slot & ROW]! & QUANTITY;
	has = (slot: Slot, flag: number): boolean => (this.page(slot).state[slot & ROW]! & flag) !== 0;
	next = (slot: Slot): Slot => this.page(slot).next[slot & ROW]!;
	previous = (slot: Slot): Slot => this.page(slot).previous[slot & ROW]!;
	due = (slot: Slot): Slot => this.page(slot).due[slot & ROW]!;

	setEndS(slot: Slot, endS: number): void {
		this.page(slot).endS[slot & ROW] = endS;
	}
	setQuantity(slot: Slot, quantity: number): void {
		const { state } = this.page(slot);
		state[slot & ROW] = (state[slot & ROW]! & ~QUANTITY) | quantity;
	}
	raise(slot: Slot, flags: number): void {
		this.page(slot).state[slot & ROW]! |= flags;
	}
	lower(slot: Slot, flags: number): void {
		this.page(slot).state[slot & ROW]! &= ~flags;
	}
	setNext(slot: Slot, next: Slot): void {
		this.page(slot).next[slot & ROW] = next;
	}
	setPrevious(slot: Slot, previous: Slot): void {
		this.page(slot).previous[slot & ROW] = previous;
	}
	setDue(slot: Slot, due: Slot): void {
		this.page(slot).due[slot & ROW] = due;
	}

	/** What happened to the line, if anything did. */
	detailOf(slot: Slot): LineDetail | undefined {
		return this.details[this.page(slot).detail[slot & ROW]!];
	}

	/** The line's detail, begun from its plain columns where there is none yet. */
	detailFor(slot: Slot): LineDetail {
		const known = this.detailOf(slot);
		if (known !== undefined) return known;
		const detail = new LineDetail(this.held(slot), this.unit(slot));
		const place = this.freeDetails.pop() ?? this.details.length;
		this.details[place] = detail;
		this.page(slot).detail[slot & ROW] = place;
		return detail;
	}

	/** Forgets the detail of a line that is plain again; else leaves it. */
	simplify(slot: Slot): void {
		const d = this.detailOf(slot);
		if (d === undefined || d.refunded > 0 || d.goodwill > 0 || d.due > 0 || d.reserve > 0 || d.gap > 0) return;
		const plainHeld = this.has(slot, HELD) ? times(this.unit(slot), this.quantity(slot)) : ZERO;
		if (d.held === plainHeld && d.base === this.unit(slot)) this.dropDetail(slot);
	}

	/** Proceeds of the line still held. */
	held(slot: Slot): Minor {
		const detail = this.detailOf(slot);
		if (detail !== undefined) return detail.held;
		return this.has(slot, HELD) ? times(this.unit(slot), this.quantity(slot)) : ZERO;
	}
	/** The protected price of a unit. */
	base(slot: Slot): Minor {
		return this.detailOf(slot)?.base ?? this.unit(slot);
	}

	/** Bytes of the columns allocated, for measurements. */
	get bytes(): number {
		return this.pages.length * PAGE_ROWS * 56;
	}

	private dropDetail(slot: Slot): void {
		const page = this.page(slot);
		const place = page.detail[slot & ROW]!;
		if (place === 0) return;
		this.details[place] = undefined;
		this.freeDetails.push(place);
		page.detail[slot & ROW] = 0;
	}

	private page(slot: Slot): Page {
		return this.pages[slot >>> PAGE_BITS]!;
	}
}

/**
 * The line slab: one row for each order line the book must remember, in pages of typed words, because objects would
 * cost four times the memory and seconds of garbage collection at ten million rows. A plain line (nothing claimed,
 * nothing refunded, price not fallen) is 56 bytes; what happens to few lines (see LineDetail) lives beside it. Where
 * lines were sold under more than the book's own programme, each names its own in one byte more.
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

/** A row's words. They lie side by side, 56 bytes a row, so that a record that finds a line finds all of it in cache. */
const UNIT = 0; // a double: two words
const A = 2;
const B = 3;
const C = 4;
const ITEM = 5;
const BUYER = 6;
const STATE = 7;
const PAID_S = 8;
const END_S = 9;
const NEXT = 10;
const PREVIOUS = 11;
const DUE_NEXT = 12;
const DETAIL = 13;
const WORDS = 14;

export class Page {
	readonly words = new Uint32Array(PAGE_ROWS * WORDS);
	readonly doubles = new Float64Array(this.words.buffer);
	/** Places of the rows' programmes; absent while all are the book's own. */
	programmes: Uint8Array | undefined = undefined;
}

/** What is kept only of lines to which something happened. Amounts in minor units. */
export class LineDetail {
	/** Proceeds still held. */
	held: Minor;
	/** The protected price of a unit. */
	base: Minor;
	/** Paid out on claims. */
	refunded = ZERO;
	/** Not of that: paid on claims once, but the payment failed. */
	failed = ZERO;
	/** Of what was paid out, taken from the line's own held proceeds. */
	fromHeld = ZERO;
	/** Goods money returned to the buyer without a unit coming back. */
	goodwill = ZERO;
	/** Commission that gave way to the line's cover at release; taken when that reserve comes free. */
	commission = ZERO;
	/** What a buyer could still have claimed when the window ended: all that a claim told late can pay. */
	lapsed = ZERO;
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

	/** A fresh row, its words not yet set. */
	allocate(): Slot {
		this.count++;
		if (this.free !== NONE) {
			const slot = this.free;
			this.free = this.word(slot, NEXT);
			return slot;
		}
		const slot = this.top++;
		if (slot >>> PAGE_BITS >= this.pages.length) this.pages.push(new Page());
		return slot;
	}

	release(slot: Slot): void {
		this.dropDetail(slot);
		if (this.programme(slot) !== 0) this.setProgramme(slot, 0);
		this.count--;
		this.setWord(slot, NEXT, this.free);
		this.setWord(slot, STATE, 0);
		this.free = slot;
	}

	/** Sets every word of a fresh row but its fingerprint. */
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
		const { words, doubles } = this.page(slot);
		const row = (slot & ROW) * WORDS;
		doubles[(row + UNIT) / 2] = unit;
		words[row + ITEM] = item;
		words[row + BUYER] = buyer;
		words[row + STATE] = quantity | flags;
		words[row + PAID_S] = paidS;
		words[row + END_S] = endS;
		words[row + NEXT] = NONE;
		words[row + PREVIOUS] = NONE;
		words[row + DUE_NEXT] = NONE;
		words[row + DETAIL] = 0;
	}

	setFingerprint(slot: Slot, a: number, b: number, c: number): void {
		const { words } = this.page(slot);
		const row = (slot & ROW) * WORDS;
		words[row + A] = a;
		words[row + B] = b;
		words[row + C] = c;
	}
	matches(slot: Slot, a: number, b: number, c: number): boolean {
		const { words } = this.page(slot);
		const row = (slot & ROW) * WORDS;
		return words[row + A] === a && words[row + B] === b && words[row + C] === c;
	}
	/** Two of the fingerprint's words, for the index. */
	wordA(slot: Slot): number {
		return this.word(slot, A);
	}
	wordB(slot: Slot): number {
		return this.word(slot, B);
	}

	item(slot: Slot): number {
		return this.word(slot, ITEM);
	}
	buyer(slot: Slot): number {
		return this.word(slot, BUYER);
	}
	unit(slot: Slot): Minor {
		return this.page(slot).doubles[((slot & ROW) * WORDS + UNIT) / 2]! as Minor;
	}
	paidS(slot: Slot): number {
		return this.word(slot, PAID_S);
	}
	endS(slot: Slot): number {
		return this.word(slot, END_S);
	}
	quantity(slot: Slot): number {
		return this.word(slot, STATE) & QUANTITY;
	}
	has(slot: Slot, flag: number): boolean {
		return (this.word(slot, STATE) & flag) !== 0;
	}
	next(slot: Slot): Slot {
		return this.word(slot, NEXT);
	}
	previous(slot: Slot): Slot {
		return this.word(slot, PREVIOUS);
	}
	due(slot: Slot): Slot {
		return this.word(slot, DUE_NEXT);
	}
	/** The place, among the book's programmes, of the one that the line was sold under. */
	programme(slot: Slot): number {
		return this.page(slot).programmes?.[slot & ROW] ?? 0;
	}
	/** When the line had nothing more to come; kept where an ended guarantee needs no neighbour. */
	settledS(slot: Slot): number {
		return this.word(slot, PREVIOUS);
	}

	setProgramme(slot: Slot, place: number): void {
		const page = this.page(slot);
		page.programmes ??= new Uint8Array(PAGE_ROWS);
		page.programmes[slot & ROW] = place;
	}
	setEndS(slot: Slot, endS: number): void {
		this.setWord(slot, END_S, endS);
	}
	setQuantity(slot: Slot, quantity: number): void {
		this.setWord(slot, STATE, (this.word(slot, STATE) & ~QUANTITY) | quantity);
	}
	raise(slot: Slot, flags: number): void {
		this.setWord(slot, STATE, this.word(slot, STATE) | flags);
	}
	lower(slot: Slot, flags: number): void {
		this.setWord(slot, STATE, this.word(slot, STATE) & ~flags);
	}
	setNext(slot: Slot, next: Slot): void {
		this.setWord(slot, NEXT, next);
	}
	setPrevious(slot: Slot, previous: Slot): void {
		this.setWord(slot, PREVIOUS, previous);
	}
	setSettledS(slot: Slot, second: number): void {
		this.setWord(slot, PREVIOUS, second);
	}
	setDue(slot: Slot, due: Slot): void {
		this.setWord(slot, DUE_NEXT, due);
	}

	/** What happened to the line, if anything did. */
	detailOf(slot: Slot): LineDetail | undefined {
		return this.details[this.word(slot, DETAIL)];
	}

	/** The line's detail, begun from its plain row where there is none yet. */
	detailFor(slot: Slot): LineDetail {
		const known = this.detailOf(slot);
		if (known !== undefined) return known;
		const detail = new LineDetail(this.held(slot), this.unit(slot));
		const place = this.freeDetails.pop() ?? this.details.length;
		this.details[place] = detail;
		this.setWord(slot, DETAIL, place);
		return detail;
	}

	/** Forgets the detail of a line that is plain again; else leaves it. */
	simplify(slot: Slot): void {
		const d = this.detailOf(slot);
		if (d === undefined || d.due > 0 || d.reserve > 0 || d.gap > 0) return;
		if (d.refunded > 0 || d.goodwill > 0 || d.commission > 0 || d.lapsed > 0 || d.failed > 0) return;
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

	/** Bytes of the pages allocated, for measurements. */
	get bytes(): number {
		return this.pages.reduce((sum, { words, programmes }) => sum + words.byteLength + (programmes?.length ?? 0), 0);
	}

	private dropDetail(slot: Slot): void {
		const place = this.word(slot, DETAIL);
		if (place === 0) return;
		this.details[place] = undefined;
		this.freeDetails.push(place);
		this.setWord(slot, DETAIL, 0);
	}

	private page(slot: Slot): Page {
		return this.pages[slot >>> PAGE_BITS]!;
	}

	private word(slot: Slot, which: number): number {
		return this.page(slot).words[(slot & ROW) * WORDS + which]!;
	}

	private setWord(slot: Slot, which: number, value: number): void {
		this.page(slot).words[(slot & ROW) * WORDS + which] = value;
	}
}

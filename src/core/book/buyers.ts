/**
 * Buyers that matter now: those with remembered lines, and those seen lately. Others are forgotten, so that memory
 * follows the trade that is open and not the length of history. Most buyers come once, so a buyer is a row of typed
 * words like a line; what few have (several stores, identifiers shown) lies beside it.
 */
import type { BuyerId } from '../words/ids.js';
import { DAY, type Instant } from '../words/time.js';
import { TextIndex } from './text-index.js';

/** A buyer's row; 0 means none. */
export type Buyer = number;
export const NOBODY: Buyer = 0;

/** Identifiers as a buyer showed them last. */
export interface Shown {
	payment_account: string | undefined;
	device_id: string | undefined;
	ip: string | undefined;
	address: string | undefined;
}

/** How long a buyer without remembered lines is kept. */
const IDLE_DAYS = 90;
const SWEEP_MS = 15 * DAY;
/** Stores that one buyer is followed to; heavier shoppers say little by their next one. */
const MOST_STORES = 64;

const PAGE_BITS = 12;
const PAGE_ROWS = 1 << PAGE_BITS;
const ROW = PAGE_ROWS - 1;

/** A row's words, 32 bytes. */
const A = 0;
const B = 1;
const C = 2;
const LINES = 3; // remembered lines
const LAST_DAY = 4; // whole day of 1970 when last seen
const STORE = 5; // the store first bought from under guarantee, by index, plus one
const EXTRA = 6; // place among the extras
const NEXT = 7; // the next free row
const WORDS = 8;

/** What only some buyers have. */
export class Extra {
	/** Stores bought from after the first, in order. */
	stores: number[] = [];
	shown: Shown | undefined;
}

export class Buyers {
	private readonly pages: Uint32Array[] = [];
	private readonly index = new TextIndex(this);
	private readonly ids: (BuyerId | undefined)[] = [undefined];
	private readonly extras: (Extra | undefined)[] = [undefined];
	private readonly freeExtras: number[] = [];
	private free: Buyer = NOBODY;
	private top = 1;
	private sweepAt = 0;
	/** Buyers known now. */
	count = 0;

	/** The buyer of an id, made where unknown. */
	meet(id: BuyerId, at: Instant): Buyer {
		const buyer = this.find(id) || this.add(id);
		const day = Math.floor(at / DAY);
		if (day > this.word(buyer, LAST_DAY)) this.setWord(buyer, LAST_DAY, day);
		return buyer;
	}

	/** The buyer of an id, or NOBODY. */
	find(id: string): Buyer {
		return this.index.find(id);
	}

	id(buyer: Buyer): BuyerId {
		return this.ids[buyer] as BuyerId; // remembered lines keep their buyer
	}

	/** Remembers one line more, or one less. */
	countLines(buyer: Buyer, by: 1 | -1): void {
		this.setWord(buyer, LINES, this.word(buyer, LINES) + by);
	}

	/** Notes that the buyer bought from a store under guarantee. @returns whether for the first time. */
	visit(buyer: Buyer, store: number): boolean {
		const first = this.word(buyer, STORE);
		if (first === store + 1) return false;
		if (first === 0) {
			this.setWord(buyer, STORE, store + 1);
			return true;
		}
		const extra = this.extra(buyer);
		const { stores } = extra;
		if (stores.includes(store)) return false;
		if (stores.length === MOST_STORES - 1) this.setWord(buyer, STORE, (stores.shift() as number) + 1);
		// Most have one more store and no third: a list that is pushed to has room for seventeen.
		if (stores.length === 0) extra.stores = [store];
		else stores.push(store);
		return true;
	}

	/** Stores (by index) this buyer bought from under guarantee, in order of first purchase. */
	stores(buyer: Buyer): readonly number[] {
		const first = this.word(buyer, STORE);
		if (first === 0) return [];
		return [first - 1, ...(this.extras[this.word(buyer, EXTRA)]?.stores ?? [])];
	}

	/** What the buyer of an id showed last, if anything. */
	shown(id: string): Shown | undefined {
		return this.extras[this.word(this.find(id), EXTRA)]?.shown;
	}

	/** Keeps what is shown now; what is not shown stays as it was. */
	show(buyer: Buyer, shown: Partial<Shown>): void {
		const { payment_account, device_id, ip, address } = shown;
		if (payment_account === undefined && device_id === undefined && ip === undefined && address === undefined) return;
		const extra = this.extra(buyer);
		const last = extra.shown;
		extra.shown = {
			payment_account: payment_account ?? last?.payment_account,
			device_id: device_id ?? last?.device_id,
			ip: ip ?? last?.ip,
			address: address ?? last?.address,
		};
	}

	/** Forgets idle buyers, now and then; driven by record time alone. */
	sweep(now: Instant): void {
		if (now < this.sweepAt) return;
		this.sweepAt = now + SWEEP_MS;
		const idleSince = now / DAY - IDLE_DAYS;
		for (let buyer = 1; buyer < this.top; buyer++) {
			if (this.ids[buyer] === undefined) continue;
			if (this.word(buyer, LINES) === 0 && this.word(buyer, LAST_DAY) <= idleSince) this.forget(buyer);
		}
	}

	setFingerprint(buyer: Buyer, a: number, b: number, c: number): void {
		const words = this.page(buyer);
		const row = (buyer & ROW) * WORDS;
		words[row + A] = a;
		words[row + B] = b;
		words[row + C] = c;
	}
	matches(buyer: Buyer, a: number, b: number, c: number): boolean {
		const words = this.page(buyer);
		const row = (buyer & ROW) * WORDS;
		return words[row + A] === a && words[row + B] === b && words[row + C] === c;
	}
	wordA(buyer: Buyer): number {
		return this.word(buyer, A);
	}
	wordB(buyer: Buyer): number {
		return this.word(buyer, B);
	}

	private add(id: BuyerId): Buyer {
		const buyer = this.free === NOBODY ? this.top++ : this.free;
		if (buyer === this.free) this.free = this.word(buyer, NEXT);
		while (buyer >>> PAGE_BITS >= this.pages.length) this.pages.push(new Uint32Array(PAGE_ROWS * WORDS));
		const row = (buyer & ROW) * WORDS;
		this.page(buyer).fill(0, row, row + WORDS);
		this.ids[buyer] = id;
		this.index.insert(id, buyer);
		this.count++;
		return buyer;
	}

	private forget(buyer: Buyer): void {
		this.index.remove(buyer);
		const place = this.word(buyer, EXTRA);
		if (place !== 0) {
			this.extras[place] = undefined;
			this.freeExtras.push(place);
		}
		this.ids[buyer] = undefined;
		this.setWord(buyer, NEXT, this.free);
		this.free = buyer;
		this.count--;
	}

	private extra(buyer: Buyer): Extra {
		const known = this.extras[this.word(buyer, EXTRA)];
		if (known !== undefined) return known;
		const extra = new Extra();
		const place = this.freeExtras.pop() ?? this.extras.length;
		this.extras[place] = extra;
		this.setWord(buyer, EXTRA, place);
		return extra;
	}

	private page(buyer: Buyer): Uint32Array {
		return this.pages[buyer >>> PAGE_BITS]!; // rows are handed out with their page
	}
	private word(buyer: Buyer, which: number): number {
		return this.pages[buyer >>> PAGE_BITS]?.[(buyer & ROW) * WORDS + which] ?? 0;
	}
	private setWord(buyer: Buyer, which: number, value: number): void {
		this.page(buyer)[(buyer & ROW) * WORDS + which] = value;
	}
}

/**
 * The price histories of items that signals need: of each item whose price ever changed its latest eight prices and its
 * deepest falls, as a row of numbers. There are as many as goods on offer, so no objects are kept of them.
 */
import type { Minor } from '../words/money.js';
import type { Instant } from '../words/time.js';
import type { Raise } from './episode.js';

/** Prices kept of an item, the latest ones. */
const KEPT = 8;
/** A row: times and prices in a circle, how many there ever were, the deepest fall, and the deepest before the latest. */
const TIMES = 0;
const PRICES = KEPT;
const COUNT = 2 * KEPT;
const DEEPEST = COUNT + 1;
const DEEPEST_BEFORE = COUNT + 2;
const WIDTH = COUNT + 3;
const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;

export class ItemPasts {
	private readonly pages: Float64Array[] = [];
	/** By item index: its row plus one, or 0. */
	private readonly rows: number[] = [];
	private count = 0;

	/** Whether the item's price has ever changed. */
	has(item: number): boolean {
		return (this.rows[item] ?? 0) !== 0;
	}

	/** Notes a price of an item. */
	push(item: number, at: Instant, price: Minor): void {
		const row = this.rowOf(item) ?? this.add(item);
		const place = row.count() % KEPT;
		row.set(TIMES + place, at);
		row.set(PRICES + place, price);
		row.set(COUNT, row.count() + 1);
	}

	/** The deepest one-step fall, in whole per cent. */
	deepestPercent(item: number): number {
		return this.rowOf(item)?.get(DEEPEST) ?? 0;
	}

	addFall(item: number, percent: number): void {
		const row = this.rowOf(item);
		if (row === undefined) return;
		row.set(DEEPEST_BEFORE, row.get(DEEPEST));
		row.set(DEEPEST, Math.max(row.get(DEEPEST), percent));
	}

	/** The latest fall was taken back at once: a mistyped price is not part of the item's past. */
	forgetLastFall(item: number): void {
		const row = this.rowOf(item);
		row?.set(DEEPEST, row.get(DEEPEST_BEFORE));
	}

	/** The largest raise since `since` that the price `now` takes back. */
	raiseBefore(item: number, now: Minor, since: Instant): Raise | undefined {
		const row = this.rowOf(item);
		if (row === undefined) return undefined;
		let low: Minor | undefined;
		let found: Raise | undefined;
		const end = row.count();
		for (let n = Math.max(0, end - KEPT); n < end; n++) {
			const at = row.get(TIMES + (n % KEPT));
			const price = row.get(PRICES + (n % KEPT)) as Minor;
			if (low !== undefined && at >= since && price * 2 >= low * 3 && now * 10 <= low * 11) {
				if (found === undefined || price > found.high) found = { low, high: price };
			}
			if (low === undefined || price < low) low = price;
		}
		return found;
	}

	private add(item: number): Row {
		const number = this.count++;
		while (this.rows.length <= item) this.rows.push(0);
		this.rows[item] = number + 1;
		if (number >>> PAGE_BITS === this.pages.length) this.pages.push(new Float64Array(PAGE_ROWS * WIDTH));
		return this.row(number);
	}

	private rowOf(item: number): Row | undefined {
		const place = this.rows[item] ?? 0;
		return place === 0 ? undefined : this.row(place - 1);
	}

	private row(number: number): Row {
		const page = this.pages[number >>> PAGE_BITS] as Float64Array; // made with the row
		return new Row(page, (number & (PAGE_ROWS - 1)) * WIDTH);
	}
}

/** One row of a page. */
class Row {
	private readonly page: Float64Array;
	private readonly start: number;

	constructor(page: Float64Array, start: number) {
		this.page = page;
		this.start = start;
	}

	get(column: number): number {
		return this.page[this.start + column] as number; // inside the row
	}

	set(column: number, value: number): void {
		this.page[this.start + column] = value;
	}

	count(): number {
		return this.get(COUNT);
	}
}

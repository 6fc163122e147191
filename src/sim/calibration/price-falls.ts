/**
 * How honest prices fall, counted as it was on public price histories: the price at each midnight of each item, and how
 * deep it falls within the days after. One store at a time; what is kept are counts.
 */
import { DAY, type Instant } from '../../core/words/time.js';
import type { Calendar } from '../calendar.js';
import type { Item } from '../plan.js';
import type { PriceRow, SettledStore } from '../settle.js';

export const WINDOWS = [7, 15, 30] as const;
export type Window = (typeof WINDOWS)[number];

/** A fall of a fifth is a cliff; back at 95 % of the old price within so many days it has recovered. */
const CLIFF = 0.8;
const BACK = 0.95;
const BACK_WITHIN = 15;
/** Smaller stores have too few items for a share of them to say much. */
const MANY_ITEMS = 50;
const DEEPEST = 100;

/** What is counted for one length of window. */
interface Falls {
	days: number;
	any: number;
	/** Sum of the parts of the price that fell, which is what a claim on every item-day would cost. */
	refund: number;
	/** Item-days whose price falls by so many whole per cent, 0 being less than one. */
	readonly byPercent: number[];
}

const noFalls = (): Falls => ({ days: 0, any: 0, refund: 0, byPercent: Array.from({ length: DEEPEST + 1 }, () => 0) });

export class PriceFalls {
	private readonly of: Readonly<Record<Window, Falls>> = { 7: noFalls(), 15: noFalls(), 30: noFalls() };
	private readonly calendar: Calendar;
	private cliffs = 0;
	private recovered = 0;
	private raisedThenHalved = 0;
	/** Weeks of stores with many items, by the tenths of a per cent of items that fell by a fifth. */
	private readonly storeWeeks: number[] = Array.from({ length: 10 * DEEPEST + 1 }, () => 0);

	constructor(calendar: Calendar) {
		this.calendar = calendar;
	}

	take(store: SettledStore): void {
		const until = store.plan.closedAt ?? this.calendar.to;
		const weeks: [items: number, fallen: number][] = [];
		for (const path of pathsOf(store.prices)) {
			this.cliffsOf(path);
			const first = this.calendar.dayOf(path[0]?.at ?? until) + 1;
			const prices = midnights(path, this.calendar.day(first), until);
			for (let day = 0; day < prices.length; day++) {
				const low = this.after(prices, day);
				if ((first + day) % 7 !== 0 || low === undefined) continue;
				const week = (weeks[(first + day) / 7] ??= [0, 0]);
				week[0]++;
				if (low <= (prices[day] as number) * CLIFF) week[1]++;
			}
		}
		for (const [items, fallen] of Object.values(weeks)) {
			if (items >= MANY_ITEMS) bump(this.storeWeeks, Math.round((1000 * fallen) / items));
		}
	}

	/** Per cent of item-days. `atLeast` is a whole per cent of the price; 0 means any fall. */
	share(window: Window, atLeast: number): number | null {
		const { days, any, byPercent } = this.of[window];
		if (days === 0) return null;
		const fallen = atLeast === 0 ? any : byPercent.slice(atLeast).reduce((sum, n) => sum + n, 0);
		return (100 * fallen) / days;
	}

	/** Per cent of the price that a claim on every item-day would give back. */
	refund(window: Window): number | null {
		const { days, refund } = this.of[window];
		return days === 0 ? null : (100 * refund) / days;
	}

	get itemDays(): number {
		return this.of[7].days;
	}

	/** Per cent of falls of a fifth or more in one step. */
	get backWithin15(): number | null {
		return this.cliffs === 0 ? null : (100 * this.recovered) / this.cliffs;
	}

	/** Per cent of item-days. */
	get raisedThenHalvedWithin15(): number | null {
		return this.of[15].days === 0 ? null : (100 * this.raisedThenHalved) / this.of[15].days;
	}

	/** Per cent of a store's items that fell by a fifth within a week: so many at most in 99 of 100 weeks. */
	get fallenTogether(): number | null {
		const all = this.storeWeeks.reduce((sum, n) => sum + n, 0);
		let seen = 0;
		for (const [tenths, weeks] of this.storeWeeks.entries())
			if ((seen += weeks) >= 0.99 * all && all > 0) return tenths / 10;
		return null;
	}

	private cliffsOf(path: readonly PriceRow[]): void {
		for (const [i, { at, price }] of path.entries()) {
			const before = path[i - 1]?.price ?? 0;
			if (price > before * CLIFF || at > this.calendar.to - BACK_WITHIN * DAY) continue;
			this.cliffs++;
			const ends = at + BACK_WITHIN * DAY;
			if (path.slice(i + 1).some((next) => next.price >= before * BACK && next.at <= ends)) this.recovered++;
		}
	}

	/** Looks ahead from one midnight. @returns the lowest price within a week, if the week is inside the history. */
	private after(prices: readonly number[], day: number): number | undefined {
		const price = prices[day] as number;
		const ahead = Math.min(30, prices.length - 1 - day);
		let [low, peak, halved, weeksLow]: [number, number, boolean, number | undefined] = [Infinity, 0, false, undefined];
		for (let k = 1; k <= ahead; k++) {
			const next = prices[day + k] as number;
			low = Math.min(low, next);
			if (k <= 15) {
				if (next > (prices[day + k - 1] as number)) peak = Math.max(peak, next);
				if (peak > 0 && next * 2 <= peak) halved = true;
			}
			if (k === 7) weeksLow = low;
			if (k === 7 || k === 15 || k === 30) this.count(this.of[k], price, low);
		}
		if (halved && ahead >= 15) this.raisedThenHalved++;
		return weeksLow;
	}

	private count(falls: Falls, price: number, low: number): void {
		falls.days++;
		if (low >= price) return;
		const part = 1 - low / price;
		falls.any++;
		falls.refund += part;
		bump(falls.byPercent, Math.floor(part * 100 + 1e-9));
	}
}

const bump = (counts: number[], at: number): void => void (counts[at] = (counts[at] ?? 0) + 1);

/** Price rows of a store, item by item, in order of time. */
function pathsOf(prices: readonly PriceRow[]): Iterable<PriceRow[]> {
	const paths = new Map<Item, PriceRow[]>();
	for (const row of prices) {
		const path = paths.get(row.item);
		if (path === undefined) paths.set(row.item, [row]);
		else path.push(row);
	}
	return paths.values();
}

/** The price at every midnight from the first after it was listed. */
function midnights(path: readonly PriceRow[], first: Instant, until: Instant): number[] {
	const prices: number[] = [];
	let next = 0;
	for (let at: number = first; at < until; at += DAY) {
		while ((path[next + 1]?.at ?? Infinity) <= at) next++;
		prices.push(path[next]?.price ?? 0);
	}
	return prices;
}

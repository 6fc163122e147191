/**
 * The market's calendar: days in Shanghai time, shopping festivals, and when people buy. Everything is on whole
 * seconds. Shanghai has had no daylight saving since 1991, so a day is always 24 hours and the offset +08:00.
 */
import { DAY, HOUR, type Instant, SECOND } from '../core/words/time.js';
import type { Random } from './random.js';

const OFFSET = 8 * HOUR;

/** First and last day (month, day) of each festival. */
const FESTIVALS = [
	['01-20', '01-28'],
	['03-05', '03-08'],
	['06-12', '06-18'],
	['11-01', '11-11'],
	['12-10', '12-12'],
	['12-30', '12-31'],
	['01-01', '01-02'],
] as const;

/** How many of a hundred orders are paid in each hour, from midnight. */
const HOURS = [3, 2, 1, 1, 1, 1, 1, 2, 4, 5, 6, 5, 5, 5, 5, 5, 5, 4, 5, 6, 8, 8, 7, 5];
const HOUR_OF_PERCENT = HOURS.flatMap((percent, hour) => Array.from({ length: percent }, () => hour));

export interface Festival {
	readonly from: Instant;
	readonly to: Instant;
}

export class Calendar {
	readonly from: Instant;
	readonly to: Instant;
	readonly days: number;
	readonly festivals: readonly Festival[];
	/** Running sum of how busy the days are. */
	private readonly busyUpTo: number[] = [0];

	constructor(from: Instant, days: number) {
		this.from = from;
		this.days = days;
		this.to = (from + days * DAY) as Instant;
		const festive = Array.from({ length: days }, (_, day) => isFestive(this.day(day)));
		this.festivals = stretches(festive).map(([first, end]) => ({ from: this.day(first), to: this.day(end) }));
		let busy = 0;
		for (let day = 0; day < days; day++) {
			const weekend = (Math.floor((this.day(day) + OFFSET) / DAY) + 4) % 7 >= 5;
			this.busyUpTo.push((busy += festive[day] ? 22 : weekend ? 12 : 10));
		}
	}

	/** Midnight at the start of a day of the market; it may lie before the first or after the last. */
	day(number: number): Instant {
		return (this.from + number * DAY) as Instant;
	}

	/** The day of the market in which the instant lies. */
	dayOf(at: Instant): number {
		return Math.floor((at - this.from) / DAY);
	}

	/** A moment at which somebody buys, between two instants inside the market: busy days and hours more often. */
	shoppingTime(random: Random, from: Instant, to: Instant): Instant {
		const first = Math.max(0, this.dayOf(from));
		const end = Math.min(this.days, this.dayOf(to) + 1);
		for (let attempt = 0; attempt < 20; attempt++) {
			const at = timeOfDay(random, this.day(this.busyDay(random, first, end)));
			if (at >= from && at < to) return at;
		}
		return momentIn(random, from, to);
	}

	private busyDay(random: Random, first: number, end: number): number {
		const base = this.busyUpTo[first] ?? 0;
		const target = base + random.below((this.busyUpTo[end] ?? base) - base);
		let [low, high] = [first, end];
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((this.busyUpTo[middle] as number) <= target) low = middle;
			else high = middle;
		}
		return low;
	}
}

function timeOfDay(random: Random, midnight: Instant): Instant {
	return (midnight + random.pick(HOUR_OF_PERCENT) * HOUR + random.below(3600) * SECOND) as Instant;
}

/** Any second between two instants. */
export function momentIn(random: Random, from: Instant, to: Instant): Instant {
	return (from + random.below(Math.max(1, Math.floor((to - from) / SECOND))) * SECOND) as Instant;
}

/** `at` plus a whole number of seconds between the two durations. */
export function after(random: Random, at: Instant, leastMs: number, mostMs: number): Instant {
	return (at + random.between(Math.ceil(leastMs / SECOND), Math.floor(mostMs / SECOND)) * SECOND) as Instant;
}

/** The start of the next day in Shanghai. */
export const midnightAfter = (at: Instant): Instant =>
	((Math.floor((at + OFFSET) / DAY) + 1) * DAY - OFFSET) as Instant;

/** RFC 3339 in Shanghai time: what a local export looks like. */
export function shanghaiTime(at: Instant): string {
	return `${new Date(at + OFFSET).toISOString().slice(0, 19)}+08:00`;
}

function isFestive(day: Instant): boolean {
	const monthDay = shanghaiTime(day).slice(5, 10);
	return FESTIVALS.some(([first, last]) => monthDay >= first && monthDay <= last);
}

/** Runs of true, as first index and index after the last. */
function stretches(flags: readonly boolean[]): (readonly [number, number])[] {
	const found: (readonly [number, number])[] = [];
	for (let first = flags.indexOf(true); first >= 0; ) {
		const end = flags.indexOf(false, first);
		found.push([first, end < 0 ? flags.length : end]);
		first = end < 0 ? -1 : flags.indexOf(true, end);
	}
	return found;
}

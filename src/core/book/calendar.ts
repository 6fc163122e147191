/**
 * The calendar: which lines fall due, by record time. Lines wait in one bucket an hour, linked through the slab (four
 * bytes each); when time enters an hour its bucket is sorted, so lines fall due in exact order of their second, ties
 * by slot. A heap would keep ten million lines in order all the time; only the current hour has to be.
 *
 * What comes out is a hint: whoever takes it checks whether the line is really due. So a line whose end moves (a clock
 * that starts at delivery) is simply added again; its old place comes out one day and means nothing.
 */
import { type LineSlab, NONE, type Slot } from './line-slab.js';

const HOUR_S = 3600;

interface Entry {
	readonly second: number;
	readonly slot: Slot;
	/** Whether the slab's link was used; such a line must not be forgotten before it comes out. */
	readonly linked: boolean;
}

interface Bucket {
	/** First line of the chain through the slab. */
	first: Slot;
	/** Lines that stand in another chain already. */
	again: Entry[] | undefined;
}

export class Calendar {
	private readonly lines: LineSlab;
	private readonly secondOf: (slot: Slot) => number;
	private readonly buckets = new Map<number, Bucket>();
	/** The hours that have a bucket, least first (a binary heap: there are few). */
	private readonly hours: number[] = [];
	/** The hour being emptied, latest first, so that the next one due is the last. */
	private current: Entry[] = [];
	private currentHour = -1;
	/** The least second anything can be due at; lets most records skip the calendar. */
	private earliest = Number.POSITIVE_INFINITY;

	/** @param secondOf when a line falls due; only needs to be exact within the line's hour. */
	constructor(lines: LineSlab, secondOf: (slot: Slot) => number) {
		this.lines = lines;
		this.secondOf = secondOf;
	}

	/** @param linked false where the line stands in the calendar already. */
	add(slot: Slot, second: number, linked: boolean): void {
		if (second < this.earliest) this.earliest = second;
		const hour = Math.floor(second / HOUR_S);
		if (hour <= this.currentHour) this.insertCurrent({ second, slot, linked });
		else if (linked) this.chain(slot, this.bucket(hour));
		else (this.bucket(hour).again ??= []).push({ second, slot, linked });
	}

	/** Takes out the next line due strictly before `second`; undefined if there is none. */
	takeBefore(second: number): Entry | undefined {
		if (second <= this.earliest) return undefined;
		for (;;) {
			const entry = this.current.at(-1);
			if (entry !== undefined) return entry.second < second ? this.current.pop() : this.waitUntil(entry.second);
			const hour = this.hours[0];
			if (hour === undefined) return this.waitUntil(Number.POSITIVE_INFINITY);
			if (hour * HOUR_S >= second) return this.waitUntil(hour * HOUR_S);
			this.open(hour);
		}
	}

	private waitUntil(second: number): undefined {
		this.earliest = second;
	}

	private bucket(hour: number): Bucket {
		let bucket = this.buckets.get(hour);
		if (bucket === undefined) {
			bucket = { first: NONE, again: undefined };
			this.buckets.set(hour, bucket);
			push(this.hours, hour);
		}
		return bucket;
	}

	private chain(slot: Slot, bucket: Bucket): void {
		this.lines.setDue(slot, bucket.first);
		bucket.first = slot;
	}

	private open(hour: number): void {
		pop(this.hours);
		this.currentHour = hour;
		const bucket = this.buckets.get(hour) as Bucket; // every hour in the heap has one
		this.buckets.delete(hour);
		const entries = bucket.again ?? [];
		const last = hour * HOUR_S + HOUR_S - 1;
		for (let slot = bucket.first; slot !== NONE; slot = this.lines.due(slot)) {
			entries.push({ second: Math.min(last, this.secondOf(slot)), slot, linked: true });
		}
		this.current = entries.sort(latestFirst);
	}

	private insertCurrent(entry: Entry): void {
		let at = this.current.length;
		while (at > 0 && latestFirst(this.current[at - 1] as Entry, entry) > 0) at--;
		this.current.splice(at, 0, entry);
	}
}

const latestFirst = (a: Entry, b: Entry): number => b.second - a.second || b.slot - a.slot;

function push(heap: number[], value: number): void {
	let at = heap.push(value) - 1;
	while (at > 0) {
		const parent = (at - 1) >> 1;
		if ((heap[parent] as number) <= value) break;
		heap[at] = heap[parent] as number;
		at = parent;
	}
	heap[at] = value;
}

function pop(heap: number[]): void {
	const value = heap.pop() as number;
	if (heap.length === 0) return;
	let at = 0;
	for (;;) {
		let child = 2 * at + 1;
		if (child >= heap.length) break;
		if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
		if ((heap[child] as number) >= value) break;
		heap[at] = heap[child] as number;
		at = child;
	}
	heap[at] = value;
}

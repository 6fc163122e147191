/**
 * The events of the newest batches, as the service announced them: whoever keeps up reads them here, and nobody decodes
 * a batch twice. Bounded; an endpoint that has fallen behind what is kept reads the log itself until it is back.
 */
import type { Batch, Position } from '../log/port.js';
import type { Entry } from '../runtime/entry.js';
import { type EventBatch, eventsOf } from './delivery.js';

const MOST_EVENTS = 10_000;

export interface Passed {
	readonly number: number;
	readonly position: Position;
}

export class Tail {
	/** Those with events, in order. */
	private readonly batches: EventBatch[] = [];
	private events = 0;
	/** The first batch that is covered. */
	private first: number;
	private newest: Passed;

	/** @param applied the last batch that is not announced any more, where there is one. */
	constructor(applied: Passed | undefined) {
		this.newest = applied ?? { number: 0, position: 0 as Position };
		this.first = this.newest.number + 1;
	}

	/** The last batch that was announced. */
	get last(): Passed {
		return this.newest;
	}

	/** Whether there were events in it. */
	push(batch: Batch, entries: readonly Entry[]): boolean {
		this.newest = { number: batch.number, position: batch.position };
		const read = eventsOf(batch, entries);
		if (read.events.length === 0) return false;
		this.batches.push(read);
		this.events += read.events.length;
		while (this.events > MOST_EVENTS && this.batches.length > 1) {
			const oldest = this.batches.shift() as EventBatch; // there is one
			this.events -= oldest.events.length;
			this.first = oldest.number + 1;
		}
		return true;
	}

	/** Batches with events after a batch, or nothing where some of them are not kept any more. */
	after(number: number): readonly EventBatch[] | undefined {
		if (number + 1 < this.first) return undefined;
		let from = this.batches.length;
		while (from > 0 && (this.batches[from - 1] as EventBatch).number > number) from--;
		return this.batches.slice(from);
	}
}

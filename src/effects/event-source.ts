/** Events read from the service's log: those of one batch for a delivery that is tried again, or all after a cursor. */
import { SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import type { Log } from '../log/port.js';
import { decodeBatch } from '../runtime/entry.js';
import { bodyOf, type EventBatch, eventsOf, type FoundEvent, type Ref } from './delivery.js';
import type { Passed, Tail } from './tail.js';

/** Batches that stay decoded, because what fails together is tried again together. */
const MOST_RECENT = 4;

export class EventSource {
	readonly log: Log;
	readonly currency: Currency;
	private readonly tail: Tail;
	private readonly recent = new Map<number, EventBatch>();

	constructor(log: Log, currency: Currency, tail: Tail) {
		this.log = log;
		this.currency = currency;
		this.tail = tail;
	}

	/** What is posted for an event, or nothing where the log does not have it (any more). */
	async body(ref: Ref): Promise<string | undefined> {
		const found = this.eventOf(await this.batch(ref), ref);
		return found === undefined ? undefined : bodyOf(found.said, this.currency);
	}

	/**
	 * Batches after a place, in order, then where the end was. Batches without events may be left out.
	 * @throws SuretyError `log_corrupt`, `log_unavailable`
	 */
	async *after(from: Passed): AsyncGenerator<EventBatch, Passed> {
		const kept = this.tail.after(from.number);
		const { last } = this.tail;
		if (kept !== undefined) {
			yield* kept;
			return last.number > from.number ? last : from;
		}
		let end = from;
		for await (const batch of this.log.read(from)) {
			yield eventsOf(batch, decodeBatch(batch.payload));
			end = { number: batch.number, position: batch.position };
		}
		return end;
	}

	/** How many batches lie after a place, as far as there may be events in them. */
	behind(number: number): number {
		const hasNone = this.tail.after(number)?.length === 0;
		return hasNone ? 0 : Math.max(0, this.log.head.number - number);
	}

	/** Whether the log has this batch at this place. */
	async has({ number, position }: Passed): Promise<boolean> {
		if (number > this.log.head.number) return false;
		try {
			return (await this.log.readAt(position)).number === number;
		} catch (error) {
			if (error instanceof SuretyError && error.code === 'log_corrupt') return false;
			throw error;
		}
	}

	private eventOf(batch: EventBatch | undefined, { entry, event }: Ref): FoundEvent | undefined {
		return batch?.events.find((found) => found.entry === entry && found.event === event);
	}

	private async batch({ number, position }: Ref): Promise<EventBatch | undefined> {
		const recent = this.recent.get(number);
		if (recent !== undefined) return recent;
		if (number > this.log.head.number) return undefined;
		const read = await this.log.readAt(position);
		if (read.number !== number) return undefined;
		const batch = eventsOf(read, decodeBatch(read.payload));
		this.recent.set(number, batch);
		const [oldest] = this.recent.keys();
		if (this.recent.size > MOST_RECENT && oldest !== undefined) this.recent.delete(oldest);
		return batch;
	}
}

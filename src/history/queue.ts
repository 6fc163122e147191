/**
 * Batches that have become durable and are not in the history yet. Their payloads only, and only so many bytes of
 * them: when it is full everything is dropped, and what was dropped is read from the log when its turn comes.
 */
import type { Batch } from '../log/port.js';

export class BatchQueue {
	/** How often it was full, for the operator. */
	overflows = 0;
	private batches: Batch[] = [];
	private bytes = 0;
	private readonly mostBytes: number;

	constructor(mostBytes: number) {
		this.mostBytes = mostBytes;
	}

	push(batch: Batch): void {
		if (this.bytes + batch.payload.length > this.mostBytes) {
			this.batches = [];
			this.bytes = 0;
			this.overflows++;
			return;
		}
		this.batches.push(batch);
		this.bytes += batch.payload.length;
	}

	/** The batch of this number, if it is here; all before it are let go. */
	take(number: number): Batch | undefined {
		let past = 0;
		while ((this.batches[past]?.number ?? Number.POSITIVE_INFINITY) < number) past++;
		const found = this.batches[past]?.number === number ? this.batches[past] : undefined;
		const gone = this.batches.splice(0, found === undefined ? past : past + 1);
		for (const { payload } of gone) this.bytes -= payload.length;
		return found;
	}
}

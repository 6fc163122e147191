/**
 * The log: the truth. A batch of bytes goes in, is made durable in one sync, and stays where it is, in order, for ever;
 * every batch carries the hash of all before it. What the bytes mean is the business of whoever writes them. One writer
 * at a time, one batch in flight. An adapter that passes test/log/conformance.ts may stand in for another.
 */

/** Where a batch lies. Opaque, a safe integer, and greater for a later batch; only the log that gave it can use it. */
export type Position = number & { readonly __brand: 'Position' };

export interface Batch {
	/** 1 for the first batch of the log, then one more each. */
	readonly number: number;
	readonly position: Position;
	/** SHA-256 over the hash of the batch before and this payload; what an auditor compares. */
	readonly chain: Uint8Array;
	readonly payload: Uint8Array;
}

/** The newest durable batch; number 0 and the birth's own hash where there is none. */
export interface Head {
	readonly number: number;
	readonly chain: Uint8Array;
}

/** What opening found and did; a person is told. */
export interface Recovery {
	/** A last batch that was never whole, hence never answered: cut off, and kept beside the log under `kept`. */
	readonly torn?: { readonly file: string; readonly offset: number; readonly bytes: number; readonly kept: string };
}

export interface Log {
	/** Given at birth, random, 32 hexadecimal digits: two logs are never taken for one another. */
	readonly id: string;
	readonly head: Head;
	readonly recovery: Recovery;
	/**
	 * Makes one batch durable. One at a time: the next may be appended once this has settled. After a failure nothing
	 * of the batch is in the log, and the same batch may be appended again once the disk has recovered. (If the cutting
	 * back fails too and the process dies before it appends again, the batch may be there when the log is opened.)
	 * @throws SuretyError `log_unavailable` where the disk is full, read-only or failing.
	 */
	append(payload: Uint8Array): Promise<Batch>;
	/**
	 * Batches in order, up to what was durable when the reading began. After `after`, or from the first.
	 * @throws SuretyError `log_corrupt`, naming file and offset, where a batch is not what was written.
	 */
	read(after?: { readonly number: number; readonly position: Position }): AsyncIterable<Batch>;
	/** One batch by its position; checked like all reading. */
	readAt(position: Position): Promise<Batch>;
	/** Waits for the append in flight and gives the writer's lock back. */
	close(): Promise<void>;
}

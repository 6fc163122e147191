/** What is asked of the writer, and what becomes of it on its way to the disk. */
import type { Verified } from '../door/verification.js';
import type { Said } from './answer.js';
import type { Content } from './content.js';
import type { Entry, RecordEntry } from './entry.js';

/** Records that were sent together and are answered together. */
export interface Job {
	readonly raws: readonly unknown[];
	/** What registries said of each; empty where nobody was asked. */
	readonly verified: readonly (Verified | undefined)[];
	/** Whose records they are, for the log. */
	readonly by: string;
	readonly resolve: (answers: readonly Said[]) => void;
	readonly reject: (error: Error) => void;
}

/** A batch that has been decided and is not durable yet. */
export interface Decided {
	readonly entries: Entry[];
	/** The index key and content of each record entry. */
	readonly contents: (Content | undefined)[];
	/** The record entries by id. */
	readonly byId: Map<string, RecordEntry>;
	readonly jobs: { readonly job: Job; readonly answers: readonly (Said | Promise<Said>)[] }[];
	/** How many were asked for. */
	records: number;
}

/** Counters for the operator. */
export interface Counts {
	records: number;
	errors: number;
	batches: number;
	bytes: number;
	failures: number;
	refused: number;
}

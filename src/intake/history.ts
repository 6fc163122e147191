/** What a folder of exported tables became: summed up, and ready to be replayed in order of time. */
import type { Currency } from '../core/words/money.js';
import type { Fact } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';
import type { FactBlock } from './fact-block.js';
import type { Settled } from './settle.js';
import type { TableMap } from './map.js';
import type { TableName } from './tables.js';

export interface Progress {
	/** `read` counts bytes of the files, `check` and `sort` tables, `replay` facts. */
	readonly phase: 'read' | 'check' | 'sort' | 'replay';
	readonly done: number;
	readonly total: number;
}

export interface IntakeOptions {
	readonly dir: string;
	readonly currency: Currency;
	readonly map?: TableMap | undefined;
	/** Where the temporary folder is made; needs about twice the room of the tables. Default: the system's. */
	readonly tempDir?: string | undefined;
	/** Where rejected rows are written as NDJSON. */
	readonly rejectedPath?: string | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface TableSummary {
	readonly table: TableName;
	/** Null when the table is not in the folder. */
	readonly file: string | null;
	/** Rows of data, the rejected and the duplicate ones too. */
	readonly rows: number;
	readonly rejected: number;
	/** Rows whose id and content an earlier row had; harmless. */
	readonly duplicates: number;
	/** Columns of ours that are there, optional ones too, given by the file or as constants. */
	readonly columns: readonly string[];
}

export interface History {
	/** All six, in the order of the contract. */
	readonly tables: readonly TableSummary[];
	readonly counts: {
		readonly stores: number;
		readonly buyers: number;
		readonly order_lines: number;
		readonly price_changes: number;
		readonly claims: number;
		readonly withdrawals: number;
		readonly rejected_rows: number;
		/** Facts that `records()` yields. */
		readonly records: number;
	};
	readonly period: { readonly from: Instant | null; readonly to: Instant | null };
	/** The first rejected rows, as sentences: `order_lines.csv:1204: unit_price "12.345": CNY has 2 decimals`. */
	readonly rejectedSample: readonly string[];
	/** What the tables left open and how it was settled; see settle.ts. All zero or false on a perfect export. */
	readonly settled: Settled & {
		/** Times without an offset, taken as UTC. */
		readonly assumedUtc: number;
		/** The order lines have no `released_at`: every line was released when it was paid. */
		readonly releasesAssumed: boolean;
	};
	/**
	 * The facts in order of time (facts-sql.ts says which at equal instants), in batches. May be called again and
	 * again. With `stores`, only the facts of those.
	 */
	records(options?: { readonly stores?: readonly string[] | undefined }): AsyncIterable<readonly Fact[]>;
	/** The same facts as columns, a stretch of time each; `factsIn` makes facts of them. */
	blocks(): AsyncIterable<FactBlock>;
	/** By the number that stands for a store in a block. */
	readonly storeIds: readonly string[];
	/** Removes the temporary folder. */
	close(): Promise<void>;
}

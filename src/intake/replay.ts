/**
 * Sorted facts out of the database, range by range. While one is replayed the next is being fetched;
 * nothing older or newer is in memory.
 */
import { DuckDBBlobVector, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';
import { assert } from '../core/words/error.js';
import type { Fact } from '../core/words/record.js';
import type { Database } from './database.js';
import { factsOf, Texts, type Block } from './fact-block.js';

/** Of some ten vectors of DuckDB's: few enough to fetch the first at once, enough to make a query worth while. */
const RANGE_ROWS = 40_960;

export interface Replay {
	readonly database: Database;
	readonly storeIds: readonly string[];
	readonly records: number;
	/** Numbers of the stores whose facts are wanted; all when undefined. */
	readonly only: readonly number[] | undefined;
	readonly onProgress: (done: number) => void;
}

export async function* replay(wanted: Replay): AsyncGenerator<readonly Fact[]> {
	const connection = await wanted.database.connect();
	let pending = fetchRange(connection, wanted, 0);
	try {
		for (let from = 0; from < wanted.records; from += RANGE_ROWS) {
			const { numbers, texts } = await pending;
			pending = fetchRange(connection, wanted, from + RANGE_ROWS);
			pending.catch(() => undefined); // heard above, in the next turn
			for (const chunk of numbers) yield factsOf(blockOf(chunk, texts), wanted.storeIds);
			assert(texts.done, 'every text belongs to a fact');
			wanted.onProgress(Math.min(from + RANGE_ROWS, wanted.records));
		}
	} finally {
		await pending.catch(() => undefined);
		connection.closeSync();
	}
}

/** The facts of a range: their numbers chunk by chunk, and the texts of all of them in one run of bytes. */
interface Range {
	readonly numbers: readonly DuckDBDataChunk[];
	readonly texts: Texts;
}

async function fetchRange(connection: DuckDBConnection, { records, only }: Replay, from: number): Promise<Range> {
	if (from >= records) return { numbers: [], texts: new Texts(new Uint8Array()) };
	const stores = only === undefined ? '' : `and store in (${[-1, ...only].join(', ')})`;
	const range = `from facts where rowid >= ${from} and rowid < ${from + RANGE_ROWS} ${stores}`;
	const numbers = await connection.run(`select key::double, store::double, a::double, b::double ${range}`);
	const packs = await connection.run(`select encode(string_agg(pack, chr(31))) ${range}`);
	const [chunk] = await packs.fetchAllChunks();
	const bytes = chunk?.getColumnVector(0);
	assert(bytes instanceof DuckDBBlobVector, 'bytes were asked for');
	return { numbers: await numbers.fetchAllChunks(), texts: new Texts(bytes.getItemBytes(0) ?? new Uint8Array()) };
}

function blockOf(chunk: DuckDBDataChunk, texts: Texts): Block {
	const [key = [], store = [], a = [], b = []] = [0, 1, 2, 3].map((column) => doubles(chunk, column));
	return { length: chunk.rowCount, key, store, a, b, texts };
}

/**
 * The doubles of a column. The vector gives them out one by one with a look at the null mask each time, at a hundred
 * times the cost; here they are taken from where it keeps them. There are no nulls among them.
 */
function doubles(chunk: DuckDBDataChunk, column: number): ArrayLike<number> {
	const vector = chunk.getColumnVector(column);
	const { items } = vector as unknown as { readonly items?: unknown }; // private in its type
	return items instanceof Float64Array ? items : (vector.toArray() as number[]);
}

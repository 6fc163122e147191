/**
 * Sorted facts out of the database, a window of time after the other. While one window is replayed the next is being
 * sorted; nothing older or newer is in memory.
 */
import { DuckDBBlobVector, DuckDBListVector, type DuckDBConnection } from '@duckdb/node-api';
import { assert } from '../core/words/error.js';
import type { Fact } from '../core/words/record.js';
import type { Database } from './database.js';
import { type Block, factsOf, Texts } from './fact-block.js';
import { type Present, type Window, windowQuery } from './facts-sql.js';

/** Facts that are handed over at a time. */
const BATCH = 2048;

export interface Replay {
	readonly database: Database;
	readonly storeIds: readonly string[];
	readonly present: Present;
	readonly windows: readonly Window[];
	/** Numbers of the stores whose facts are wanted; all when undefined. */
	readonly only: readonly number[] | undefined;
	/** Told how many facts, wanted or not, lie behind. */
	readonly onProgress: (done: number) => void;
}

export async function* replay(wanted: Replay): AsyncGenerator<readonly Fact[]> {
	const connection = await wanted.database.connect();
	let pending = fetchWindow(connection, wanted, 0);
	let done = 0;
	try {
		for (const [at, window] of wanted.windows.entries()) {
			const block = await pending;
			pending = fetchWindow(connection, wanted, at + 1);
			pending.catch(() => undefined); // heard above, in the next turn
			for (let from = 0; from < block.length; from += BATCH) {
				const to = Math.min(from + BATCH, block.length);
				yield factsOf(block, from, to, wanted.storeIds);
				wanted.onProgress(done + Math.floor((window.facts * to) / block.length));
			}
			assert(block.texts.done, 'every text belongs to a fact');
			done += window.facts;
		}
		wanted.onProgress(done);
	} finally {
		await pending.catch(() => undefined);
		connection.closeSync();
	}
}

const NOTHING: Block = { length: 0, key: [], store: [], a: [], b: [], texts: new Texts(new Uint8Array()) };

async function fetchWindow(connection: DuckDBConnection, wanted: Replay, at: number): Promise<Block> {
	const window = wanted.windows[at];
	if (window === undefined) return NOTHING;
	const result = await connection.run(windowQuery(wanted.present, window, wanted.only));
	const [chunk] = await result.fetchAllChunks();
	assert(chunk !== undefined, 'an aggregate has one row');
	const bytes = chunk.getColumnVector(4);
	assert(bytes instanceof DuckDBBlobVector, 'bytes were asked for');
	const packs = bytes.getItemBytes(0);
	if (packs === null) return NOTHING;
	const [key = [], store = [], a = [], b = []] = [0, 1, 2, 3].map((column) => {
		const list = chunk.getColumnVector(column);
		assert(list instanceof DuckDBListVector, 'a list was asked for');
		return doubles(list);
	});
	return { length: key.length, key, store, a, b, texts: new Texts(packs) };
}

/**
 * The doubles of the only list of a column. Their vector gives them out one by one with a look at the null mask each
 * time, at a hundred times the cost; here they are taken from where it keeps them. There are no nulls among them.
 */
function doubles(list: DuckDBListVector): ArrayLike<number> {
	const { childVector } = list;
	const { items } = childVector as unknown as { readonly items?: unknown }; // private in its type
	return items instanceof Float64Array ? items : (childVector.toArray() as number[]);
}

/**
 * Sorted facts out of the database, a window of time after the other. While one window is replayed the next is being
 * sorted; nothing older or newer is in memory.
 */
import { DuckDBBlobVector, DuckDBListVector, type DuckDBConnection } from '@duckdb/node-api';
import { assert } from '../core/words/error.js';
import type { Fact } from '../core/words/record.js';
import type { Database } from './database.js';
import { type FactBlock, factsIn } from './fact-block.js';
import { type Present, type Window, windowQuery } from './facts-sql.js';

export interface Replay {
	readonly database: Database;
	readonly storeIds: readonly string[];
	readonly present: Present;
	readonly windows: readonly Window[];
	/** Numbers of the stores whose facts are wanted; all when undefined. */
	readonly only: readonly number[] | undefined;
}

/**
 * The facts themselves, a few at a time.
 * @param onProgress told how many facts, wanted or not, lie behind.
 */
export async function* replay(wanted: Replay, onProgress: (done: number) => void): AsyncGenerator<readonly Fact[]> {
	let done = 0;
	for await (const block of blocks(wanted)) {
		let taken = 0;
		for (const facts of factsIn(block, wanted.storeIds)) {
			taken += facts.length;
			yield facts;
			onProgress(done + Math.floor((block.covers * taken) / block.length));
		}
		done += block.covers;
	}
	onProgress(done);
}

/** The facts as columns, a window of time each. */
export async function* blocks(wanted: Replay): AsyncGenerator<FactBlock> {
	const connection = await wanted.database.connect();
	let pending = fetchWindow(connection, wanted, 0);
	try {
		for (const at of wanted.windows.keys()) {
			const block = await pending;
			pending = fetchWindow(connection, wanted, at + 1);
			pending.catch(() => undefined); // heard above, in the next turn
			yield block;
		}
	} finally {
		await pending.catch(() => undefined);
		connection.closeSync();
	}
}

const NOTHING = { length: 0, key: [], store: [], a: [], b: [], texts: new Uint8Array() };

async function fetchWindow(connection: DuckDBConnection, wanted: Replay, at: number): Promise<FactBlock> {
	const window = wanted.windows[at];
	if (window === undefined) return { ...NOTHING, covers: 0 };
	const result = await connection.run(windowQuery(wanted.present, window, wanted.only));
	const [chunk] = await result.fetchAllChunks();
	assert(chunk !== undefined, 'an aggregate has one row');
	const bytes = chunk.getColumnVector(4);
	assert(bytes instanceof DuckDBBlobVector, 'bytes were asked for');
	const texts = bytes.getItemBytes(0);
	const covers = window.facts;
	if (texts === null) return { ...NOTHING, covers };
	const [key = [], store = [], a = [], b = []] = [0, 1, 2, 3].map((column) => {
		const list = chunk.getColumnVector(column);
		assert(list instanceof DuckDBListVector, 'a list was asked for');
		return doubles(list);
	});
	return { length: key.length, covers, key, store, a, b, texts };
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

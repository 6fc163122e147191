/**
 * Sorted facts out of the database, block by block. While one range of blocks is replayed the next is being fetched;
 * nothing older or newer is in memory.
 */
import { DuckDBBlobVector, DuckDBListVector, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';
import { assert } from '../core/words/error.js';
import type { Fact } from '../core/words/record.js';
import type { Database } from './database.js';
import { factsOf, Texts, type Block } from './fact-block.js';

const BLOCK_ROWS = 2048;
/** A row group of DuckDB: what it can skip over without looking. */
const RANGE_ROWS = 122_880;

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
			const chunks = await pending;
			pending = fetchRange(connection, wanted, from + RANGE_ROWS);
			pending.catch(() => undefined); // heard above, in the next turn
			let done = from;
			for (const chunk of chunks) {
				for (const block of blocksOf(chunk)) {
					yield factsOf(block, wanted.storeIds);
					wanted.onProgress((done = Math.min(done + BLOCK_ROWS, wanted.records)));
				}
			}
		}
		wanted.onProgress(wanted.records);
	} finally {
		await pending.catch(() => undefined);
		connection.closeSync();
	}
}

async function fetchRange(
	connection: DuckDBConnection,
	{ records, only }: Replay,
	from: number,
): Promise<readonly DuckDBDataChunk[]> {
	if (from >= records) return [];
	const stores = only === undefined ? '' : `and store in (${[-1, ...only].join(', ')})`;
	const lists = ['key', 'row', 'store', 'a', 'b'].map((column) => `list(${column}::double)`).join(', ');
	const result = await connection.run(
		`select ${lists}, encode(string_agg(pack, chr(31))) from facts
		where rowid >= ${from} and rowid < ${from + RANGE_ROWS} ${stores}
		group by rowid // ${BLOCK_ROWS} order by rowid // ${BLOCK_ROWS}`,
	);
	return result.fetchAllChunks();
}

function* blocksOf(chunk: DuckDBDataChunk): Generator<Block> {
	const lists = [0, 1, 2, 3, 4].map((column) => {
		const vector = chunk.getColumnVector(column);
		assert(vector instanceof DuckDBListVector, 'a list was asked for');
		return vector;
	});
	const [keys] = lists;
	const packs = chunk.getColumnVector(5);
	assert(packs instanceof DuckDBBlobVector && keys !== undefined, 'bytes were asked for');
	const [key = [], row = [], store = [], a = [], b = []] = lists.map(numbers);
	for (let block = 0; block < chunk.rowCount; block++) {
		const from = keys.getEntryOffset(block);
		const texts = new Texts(packs.getItemBytes(block) ?? new Uint8Array());
		yield { from, to: from + keys.getEntryLength(block), key, row, store, a, b, texts };
	}
}

function numbers(list: DuckDBListVector): ArrayLike<number> {
	return list.childVector.toArray() as number[]; // a list of doubles without nulls
}

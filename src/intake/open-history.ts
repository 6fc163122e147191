/** From a folder of exported tables to a history that can be replayed: find, read, check, explain, sort. */
import { arrangeByTime } from './arrange.js';
import { Database } from './database.js';
import { Disagreement, explainFaults } from './explain.js';
import { cutTimeline, type Present, type Timeline } from './facts-sql.js';
import { type FaultCounts, findFaults, numberStores } from './faults.js';
import { findTables, type TableFile } from './folder.js';
import type { History, IntakeOptions, Progress, TableSummary } from './history.js';
import { type Loaded, loadTable } from './load.js';
import { Rejects } from './rejects.js';
import { blocks, type Replay, replay } from './replay.js';
import { settle } from './settle.js';
import type { Instant } from '../core/words/time.js';
import { TABLES, TABLE_NAMES, type TableName } from './tables.js';

/**
 * Reads, checks and sorts the tables of a folder. Bad rows are counted and written down, never fatal.
 * @throws SuretyError `bad_folder`, `bad_table`, `bad_output`.
 */
export async function openHistory(options: IntakeOptions): Promise<History> {
	const salvage = new Set<TableName>();
	for (;;) {
		try {
			return await attempt(options, salvage);
		} catch (error) {
			if (!(error instanceof Disagreement) || salvage.has(error.table)) throw error;
			salvage.add(error.table);
		}
	}
}

/** @param salvage tables whose files DuckDB must not read as they are. */
async function attempt(options: IntakeOptions, salvage: ReadonlySet<TableName>): Promise<History> {
	const files = await findTables(options.dir, options.map ?? {});
	const rejects = new Rejects(options.rejectedPath);
	try {
		const database = await Database.open(options.tempDir);
		try {
			return await new Opening(options, files, database, rejects).run(salvage);
		} catch (error) {
			await database.close();
			throw error;
		}
	} finally {
		rejects.close();
	}
}

/** Facts that are sorted and in memory at a time, twice: some 30 MB. */
const WINDOW_FACTS = 130_000;

const instant = (time: number | undefined): Instant | null => (time === undefined ? null : (time as Instant)); // of a fact

interface ReadTable {
	readonly loaded: Loaded;
	readonly counts: FaultCounts;
}

/** One attempt at a folder; its methods are the steps, in order. */
class Opening {
	readonly #options: IntakeOptions;
	readonly #files: readonly TableFile[];
	readonly #database: Database;
	readonly #rejects: Rejects;
	readonly #tables = new Map<TableName, ReadTable>();
	#storeIds: readonly string[] = [];

	constructor(options: IntakeOptions, files: readonly TableFile[], database: Database, rejects: Rejects) {
		this.#options = options;
		this.#files = files;
		this.#database = database;
		this.#rejects = rejects;
	}

	async run(salvage: ReadonlySet<TableName>): Promise<History> {
		await this.#read(salvage);
		await this.#explain();
		this.#progress('sort', 0, 1);
		const present = this.#present();
		await arrangeByTime(this.#database, (table) => this.#tables.has(table));
		const settled = await settle(this.#database, present);
		const timeline = await cutTimeline(this.#database, present, WINDOW_FACTS);
		const counts = await this.#count(timeline);
		// The rest of the work is sorting windows; one thread keeps texts and numbers in the same order and leaves the
		// other cores to the replay.
		await this.#database.run('set threads = 1');
		this.#progress('sort', 1, 1);
		return {
			tables: TABLE_NAMES.map((name) => this.#summary(name)),
			counts,
			period: { from: instant(timeline.first), to: instant(timeline.last) },
			rejectedSample: this.#rejects.sample,
			settled: { ...settled, assumedUtc: this.#assumedUtc(), releasesAssumed: !present.releases },
			records: ({ stores } = {}) => {
				const total = counts.records;
				return replay(this.#replay(present, timeline, stores), (done) => this.#progress('replay', done, total));
			},
			blocks: () => blocks(this.#replay(present, timeline, undefined)),
			storeIds: this.#storeIds,
			close: () => this.#database.close(),
		};
	}

	async #read(salvage: ReadonlySet<TableName>): Promise<void> {
		const { currency, map = {} } = this.#options;
		const [database, rejects] = [this.#database, this.#rejects];
		const total = this.#files.reduce((sum, file) => sum + file.bytes, 0);
		let done = 0;
		this.#progress('read', 0, total);
		for (const file of this.#files) {
			const { table } = file;
			const loading = { database, currency, rejects, mapping: map[table] ?? {}, salvage: salvage.has(table) };
			const loaded = await loadTable(file, loading);
			this.#tables.set(table, { loaded, counts: await findFaults(database, TABLES[table]) });
			if (table === 'stores') this.#storeIds = await numberStores(database);
			this.#progress('read', (done += file.bytes), total);
		}
	}

	async #explain(): Promise<void> {
		const { currency } = this.#options;
		let done = 0;
		for (const { loaded, counts } of this.#tables.values()) {
			if (counts.rejected > 0) await explainFaults(this.#database, loaded, counts.rows, currency, this.#rejects);
			this.#progress('check', ++done, this.#tables.size);
		}
	}

	#present(): Present {
		return {
			price_changes: this.#tables.has('price_changes'),
			withdrawals: this.#tables.has('withdrawals'),
			labels: this.#tables.has('labels'),
			releases: this.#tables.get('order_lines')?.loaded.columns.has('released_at') ?? false,
		};
	}

	async #count({ windows }: Timeline): Promise<History['counts']> {
		const [buyers = 0] = await this.#database.numbers('select count(distinct buyer) from good_order_lines');
		const good = (name: TableName): number => {
			const counts = this.#tables.get(name)?.counts;
			return counts === undefined ? 0 : counts.rows - counts.rejected - counts.duplicates;
		};
		return {
			stores: good('stores'),
			buyers,
			order_lines: good('order_lines'),
			price_changes: good('price_changes'),
			claims: good('claims'),
			withdrawals: good('withdrawals'),
			rejected_rows: this.#rejects.total,
			records: windows.reduce((sum, { facts }) => sum + facts, 0),
		};
	}

	#summary(name: TableName): TableSummary {
		const read = this.#tables.get(name);
		if (read === undefined) return { table: name, file: null, rows: 0, rejected: 0, duplicates: 0, columns: [] };
		const { loaded, counts } = read;
		const rejected = this.#rejects.count(name);
		const salvagedAway = rejected - counts.rejected; // rows that never got into the database
		return {
			table: name,
			file: loaded.file.file,
			rows: counts.rows + salvagedAway,
			rejected,
			duplicates: counts.duplicates,
			columns: loaded.table.columns.map((column) => column.name).filter((column) => loaded.columns.has(column)),
		};
	}

	#assumedUtc(): number {
		return [...this.#tables.values()].reduce((sum, { counts }) => sum + counts.assumedUtc, 0);
	}

	#replay(present: Present, { windows }: Timeline, stores: readonly string[] | undefined): Replay {
		const numbers = new Map(this.#storeIds.map((id, number) => [id, number]));
		const only = stores?.map((id) => numbers.get(id) ?? -1);
		return { database: this.#database, storeIds: this.#storeIds, present, windows, only };
	}

	#progress(phase: Progress['phase'], done: number, total: number): void {
		this.#options.onProgress?.({ phase, done, total });
	}
}

/**
 * The history's database file: opened if it is whole, made anew if not; rows and the place in the log they came from
 * are written in one transaction, so that after a crash at any moment the feeding goes on exactly where it was.
 */
import { appendFileSync, chmodSync, existsSync, rmSync, statSync } from 'node:fs';
import { resolve as wholePath } from 'node:path';
import { BIGINT, DuckDBInstance, type DuckDBConnection, type DuckDBValue, VARCHAR } from '@duckdb/node-api';
import type { Position } from '../log/port.js';
import type { Lines } from './project.js';
import { DEFINITIONS, INSERTS, SCHEMA, type TableName, TABLES } from './tables.js';

/** The last batch whose rows are in the database; number 0 before the first. */
export interface Place {
	readonly number: number;
	readonly position: Position;
	/** The batch's chain hash, hexadecimal. */
	readonly chain: string;
}

export type Parameter = string | number;
export type Cells = Readonly<Record<string, unknown>>;
/** Runs a query with its values bound; numbers are whole, results are as DuckDB gives them (BIGINT as bigint). */
export type Query = (sql: string, values?: Readonly<Record<string, Parameter>>) => Promise<readonly Cells[]>;

/**
 * Readers at a time. Each query in flight takes one of the four threads that Node does its file work on; with the one
 * that feeds, one is always left for the log.
 */
const READERS = 2;
const SETTINGS = {
	threads: '1',
	memory_limit: '512MB',
	// Written together less often than by default: feeding is then quicker, and opening after a crash takes a second.
	checkpoint_threshold: '64MB',
	autoinstall_known_extensions: 'false',
	autoload_known_extensions: 'false',
} as const;

/** Whole paths of files that are open in this process, as far as this thread knows. */
const opened = new Set<string>();

/**
 * Claims a file for this process, or for a thread that is to open it; nothing where it is claimed already. Between
 * processes the database sees to this itself.
 * @returns how to give it back.
 */
export function claim(path: string): (() => void) | undefined {
	const whole = wholePath(path);
	if (opened.has(whole)) return undefined;
	opened.add(whole);
	return () => void opened.delete(whole);
}

export class HistoryFile {
	/** Where the rows in the file end. */
	place: Place;
	private readonly release: () => void;
	private readonly instance: DuckDBInstance;
	private readonly writer: DuckDBConnection;
	private readonly idle: DuckDBConnection[];
	private readonly queue: ((connection: DuckDBConnection) => void)[] = [];

	private constructor(
		release: () => void,
		instance: DuckDBInstance,
		writer: DuckDBConnection,
		idle: DuckDBConnection[],
		place: Place,
	) {
		this.release = release;
		this.instance = instance;
		this.writer = writer;
		this.idle = idle;
		this.place = place;
	}

	/**
	 * Opens the file of a log, or makes one where there is none.
	 * @returns why the file is of no use, where it is none; then it may be deleted.
	 * @throws where the database cannot be opened now and that says nothing about the file.
	 */
	static async open(path: string, logId: string): Promise<HistoryFile | string> {
		const release = claim(path);
		if (release === undefined) throw new Error('the file is in use by another history of this process');
		let file: HistoryFile | undefined;
		try {
			if (triedTwice(path)) return 'the last two attempts to open it ended the process';
			appendFileSync(openingNote(path), '.');
			const found = await HistoryFile.connect(wholePath(path), logId, release);
			if (typeof found !== 'string') file = found;
			return found;
		} catch (error) {
			if (isOfNow(error)) throw error;
			return `it cannot be read (${messageOf(error)})`;
		} finally {
			if (file === undefined) release();
			rmSync(openingNote(path), { force: true });
		}
	}

	private static async connect(path: string, logId: string, release: () => void): Promise<HistoryFile | string> {
		const isNew = !existsSync(path);
		const instance = await DuckDBInstance.create(path, SETTINGS);
		// Of the files it makes later (the write-ahead one), the process's umask says whose they are.
		if (isNew) chmodSync(path, 0o600);
		let place: Place | string = 'it cannot be read';
		try {
			const writer = await instance.connect();
			if (isNew) await create(writer, logId);
			place = await placeIn(writer, logId);
			if (typeof place === 'string') return place;
			const idle = [];
			for (let i = 0; i < READERS; i++) idle.push(await instance.connect());
			return new HistoryFile(release, instance, writer, idle, place);
		} finally {
			if (typeof place === 'string') instance.closeSync();
		}
	}

	async begin(): Promise<void> {
		await this.writer.run('begin transaction');
	}

	/** Adds rows within the transaction. */
	async add(lines: Lines): Promise<void> {
		for (const table of Object.keys(TABLES) as TableName[]) {
			if (lines[table].length > 0) await this.writer.run(INSERTS[table], [lines[table].join('\n')]);
		}
	}

	/** Makes what was added durable, together with the place it came from. */
	async commit(place: Place): Promise<void> {
		await this.writer.run(
			'update feed set batch = $batch, position = $position, chain = $chain',
			{ batch: BigInt(place.number), position: BigInt(place.position), chain: place.chain },
			{ batch: BIGINT, position: BIGINT, chain: VARCHAR },
		);
		await this.writer.run('commit');
		this.place = place;
	}

	/** The stores of ids by their keys; the latest where an id came up again. */
	async owners(keys: readonly number[]): Promise<readonly (readonly [name: string, store: string])[]> {
		const found = await this.writer.runAndReadAll(
			`select o.name, arg_max(o.store_id, o.seq)
			from (select unnest(string_split($1, ','))::bigint as key) asked join owners o on o.key = asked.key
			group by o.name`,
			[keys.join(',')],
		);
		return found.getRows() as [string, string][]; // two columns of text
	}

	/** Runs queries on a connection of their own; waits for one where all are busy. */
	async read<T>(use: (query: Query) => Promise<T>): Promise<T> {
		const connection = this.idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.queue.push(resolve)));
		try {
			return await use((sql, values) => run(connection, sql, values));
		} finally {
			const next = this.queue.shift();
			if (next === undefined) this.idle.push(connection);
			else next(connection);
		}
	}

	/** Lets readers finish and closes. What was not committed is forgotten. */
	async close(): Promise<void> {
		await this.writer.run('rollback').catch(() => undefined); // mostly there is nothing to roll back
		await Promise.all(Array.from({ length: READERS }, () => this.take()));
		// Off this thread; closing would do the same on it.
		await this.writer.run('checkpoint').catch(() => undefined); // the next opening does it instead
		this.writer.closeSync();
		this.instance.closeSync();
		this.release();
	}

	/** Waits for a reader's connection and takes it away for good. */
	private async take(): Promise<void> {
		const connection = this.idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.queue.push(resolve)));
		connection.closeSync();
	}
}

async function create(connection: DuckDBConnection, logId: string): Promise<void> {
	await connection.run('begin transaction');
	for (const definition of DEFINITIONS) await connection.run(definition);
	await connection.run(
		'insert into feed values ($1, $2, 0, 0, $3)',
		[BigInt(SCHEMA), logId, ''],
		[BIGINT, VARCHAR, VARCHAR],
	);
	await connection.run('commit');
}

/** Where the rows of the file end, or why it is not the history of this log. */
async function placeIn(connection: DuckDBConnection, logId: string): Promise<Place | string> {
	const rows = await run(connection, 'select "schema", log_id, batch, position, chain from feed');
	const [row] = rows;
	if (row === undefined || rows.length > 1) return 'it does not say what it was made from';
	if (row['schema'] !== BigInt(SCHEMA)) return `it is of version ${String(row['schema'])}, not ${SCHEMA}`;
	if (row['log_id'] !== logId) return 'it is the history of another log';
	return { number: Number(row['batch']), position: Number(row['position']) as Position, chain: String(row['chain']) };
}

async function run(
	connection: DuckDBConnection,
	sql: string,
	values: Readonly<Record<string, Parameter>> = {},
): Promise<readonly Cells[]> {
	const bound: Record<string, DuckDBValue> = {};
	const types: Record<string, typeof BIGINT | typeof VARCHAR> = {};
	for (const [name, value] of Object.entries(values)) {
		bound[name] = typeof value === 'number' ? BigInt(value) : value;
		types[name] = typeof value === 'number' ? BIGINT : VARCHAR;
	}
	const reader = await connection.runAndReadAll(sql, bound, types);
	return reader.getRowObjectsJS();
}

/** A note beside the file while it is being opened: a file that brings the process down is not opened for ever. */
export const openingNote = (path: string): string => `${path}.opening`;

function triedTwice(path: string): boolean {
	return (statSync(openingNote(path), { throwIfNoEntry: false })?.size ?? 0) >= 2;
}

/** Failures that pass, or that a person has to mend; the file itself may well be whole. */
function isOfNow(error: unknown): boolean {
	if (error instanceof Error && 'code' in error) return true; // from the file system
	return /lock|conflict|permission|denied|read-only|no space|out of memory|cannot open|already open|attached/i.test(
		messageOf(error),
	);
}

/** Failures of a query that say the file is damaged. */
export const isDamage = (error: unknown): boolean =>
	/corrupt|checksum|deserializ/i.test(messageOf(error)) && !isFatal(error);

/** After such a failure the database answers nothing more until it is opened again. */
export const isFatal = (error: unknown): boolean => /has been invalidated/i.test(messageOf(error));

export const messageOf = (error: unknown): string =>
	(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

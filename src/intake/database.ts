/**
 * The database that reads and sorts: DuckDB, in this process, working in a temporary folder that is removed when done.
 * Its memory is bounded; what does not fit is spilled to that folder, so a long history needs disk, not memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBResult } from '@duckdb/node-api';
import { SuretyError } from '../core/words/error.js';
import type { TableName } from './tables.js';

const MEMORY_LIMIT = '512MB';

/** A result's values as JSON has them: bigints as strings. */
type Cell = string | number | boolean | null;

interface TempFolder {
	readonly folder: string;
	readonly atExit: () => void;
}

/** In one step, so that a process which ends at any moment without closing leaves no folder behind. */
function makeTempFolder(tempDir: string): TempFolder {
	try {
		const folder = mkdtempSync(join(tempDir, 'surety-'));
		const atExit = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }); // the database may still be writing
		process.once('exit', atExit);
		return { folder, atExit };
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new SuretyError('bad_output', `${tempDir}: no temporary folder can be made there (${code})`);
	}
}

export class Database {
	readonly folder: string;
	readonly #instance: DuckDBInstance;
	readonly #connection: DuckDBConnection;
	readonly #atExit: () => void;

	private constructor({ folder, atExit }: TempFolder, instance: DuckDBInstance, connection: DuckDBConnection) {
		this.folder = folder;
		this.#atExit = atExit;
		this.#instance = instance;
		this.#connection = connection;
	}

	/** Nothing of the machine's setting may count: the zone is UTC and no extension is fetched. */
	static async open(tempDir: string = tmpdir()): Promise<Database> {
		const made = makeTempFolder(tempDir);
		const instance = await DuckDBInstance.create(':memory:', {
			memory_limit: MEMORY_LIMIT,
			temp_directory: join(made.folder, 'spill'),
			preserve_insertion_order: 'true',
			autoinstall_known_extensions: 'false',
			autoload_known_extensions: 'false',
		});
		const connection = await instance.connect();
		await connection.run("set TimeZone = 'UTC'");
		return new Database(made, instance, connection);
	}

	async run(sql: string): Promise<void> {
		await this.#connection.run(sql);
	}

	async rows(sql: string): Promise<Cell[][]> {
		const reader = await this.#connection.runAndReadAll(sql);
		return reader.getRowsJson() as Cell[][]; // the queries here give plain values only
	}

	/** The numbers of a query's one row. */
	async numbers(sql: string): Promise<number[]> {
		const [row = []] = await this.rows(sql);
		return row.map(Number);
	}

	async stream(sql: string): Promise<DuckDBResult> {
		return this.#connection.stream(sql);
	}

	/** A connection of its own, for a reader that works alongside others. */
	async connect(): Promise<DuckDBConnection> {
		return this.#instance.connect();
	}

	async close(): Promise<void> {
		this.#connection.closeSync();
		this.#instance.closeSync();
		await rm(this.folder, { recursive: true, force: true });
		process.off('exit', this.#atExit);
	}

	/** DuckDB takes `*` and the like in a path for a pattern; such a file is reached through a link. */
	async plainPath(table: TableName, path: string): Promise<string> {
		if (!/[*?[\]{}]/.test(path)) return path;
		const link = join(this.folder, `link-${table}`);
		await rm(link, { force: true });
		await symlink(resolve(path), link);
		return link;
	}
}

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

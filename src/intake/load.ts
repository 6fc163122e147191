/**
 * One file into one table of the database, parsed and checked on the way. CSV is read by DuckDB as it is where that
 * works, which is nearly always; a file with a broken row is salvaged first.
 */
import { join } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import { loadQuery, type SourceColumn } from './check-sql.js';
import { type Database, literal } from './database.js';
import type { TableFile } from './folder.js';
import { locate, readHeader, type Header } from './header.js';
import type { TableMapping } from './map.js';
import type { Rejects } from './rejects.js';
import { LINE_COLUMN, salvageCsv, salvageNdjson } from './salvage.js';
import { TABLES, type Table } from './tables.js';

/** Where a loaded table's rows can be looked at again. */
export interface Loaded {
	readonly table: Table;
	readonly file: TableFile;
	/** Our columns that the file or the mapping gave. */
	readonly columns: ReadonlyMap<string, SourceColumn>;
	readonly origin: CsvOrigin | ParquetOrigin;
	readonly constants: Readonly<Record<string, string>>;
}

export interface CsvOrigin {
	readonly kind: 'csv';
	readonly path: string;
	readonly gzip: boolean;
	readonly header: Header;
	/** Position of our columns in a row. */
	readonly places: ReadonlyMap<string, number>;
	/** A clean copy: the last column of a row is its line in the real file. */
	readonly salvaged: boolean;
}

export interface ParquetOrigin {
	readonly kind: 'parquet';
	readonly scan: string;
}

export interface Loading {
	readonly database: Database;
	readonly currency: Currency;
	readonly rejects: Rejects;
	readonly mapping: TableMapping;
	/** Do not try to read the CSV file as it is. */
	readonly salvage: boolean;
}

export async function loadTable(file: TableFile, loading: Loading): Promise<Loaded> {
	const table = TABLES[file.table];
	if (file.format === 'parquet') return loadParquet(file, table, loading);
	if (file.format === 'ndjson') return loadNdjson(file, table, loading);
	const header = await readHeader(file, table, loading.mapping);
	const places = locate(file.file, table, header.names, loading.mapping);
	const gzip = file.format === 'csv.gz';
	const asIs: CsvOrigin = { kind: 'csv', path: file.path, gzip, header, places, salvaged: false };
	if (!loading.salvage) {
		const loaded = await loadCsv(file, table, asIs, loading).catch(() => undefined);
		if (loaded !== undefined) return loaded;
	}
	const path = join(loading.database.folder, `${table.name}.csv`);
	await salvageCsv(file, header, path, loading.rejects);
	return loadCopy(file, table, copyOrigin(path, header.names, places), loading);
}

async function loadCopy(file: TableFile, table: Table, origin: CsvOrigin, loading: Loading): Promise<Loaded> {
	return loadCsv(file, table, origin, loading).catch((error: Error) => {
		throw new SuretyError('bad_table', `${file.file}: cannot be read: ${error.message.split('\n')[0]}`);
	});
}

function copyOrigin(path: string, names: readonly string[], places: ReadonlyMap<string, number>): CsvOrigin {
	const header = { delimiter: ',', names: [...names, LINE_COLUMN] };
	return { kind: 'csv', path, gzip: false, header, places, salvaged: true };
}

async function loadCsv(file: TableFile, table: Table, origin: CsvOrigin, loading: Loading): Promise<Loaded> {
	const columns = withConstants(loading.mapping);
	for (const [name, at] of origin.places) columns.set(name, { sql: `c${at}`, kind: 'text' });
	const path = await loading.database.plainPath(table.name, origin.path);
	await create(table, columns, csvScan(path, origin), loading);
	return { table, file, columns, origin, constants: loading.mapping.constants ?? {} };
}

/** Everything is said, nothing is guessed by looking at the data. Columns get plain names; headers may be anything. */
function csvScan(path: string, { gzip, header }: CsvOrigin): string {
	const columns = header.names.map((_, at) => `c${at}: 'VARCHAR'`).join(', ');
	const options = [
		'auto_detect = false',
		'header = true',
		`delim = ${literal(header.delimiter)}`,
		`quote = '"'`,
		`escape = '"'`,
		`compression = '${gzip ? 'gzip' : 'none'}'`,
		'buffer_size = 4194304', // small, so that a file of some megabytes is read by all threads
		`columns = {${columns}}`,
	];
	return `read_csv(${literal(path)}, ${options.join(', ')})`;
}

async function loadNdjson(file: TableFile, table: Table, loading: Loading): Promise<Loaded> {
	const path = join(loading.database.folder, `${table.name}.csv`);
	const found = await salvageNdjson(file, table, loading.mapping, path, loading.rejects);
	const names = table.columns.map((column) => column.name);
	const places = new Map([...found].map((name) => [name, names.indexOf(name)]));
	return loadCopy(file, table, copyOrigin(path, names, places), loading);
}

async function loadParquet(file: TableFile, table: Table, loading: Loading): Promise<Loaded> {
	const { database, mapping } = loading;
	const scan = `read_parquet(${literal(await database.plainPath(table.name, file.path))}, file_row_number = true)`;
	try {
		const described = await database.rows(`describe select * exclude (file_row_number) from ${scan}`);
		const names = described.map(([name]) => String(name));
		const columns = withConstants(mapping);
		for (const [name, at] of locate(file.file, table, names, mapping)) {
			const ofTimes = table.columns.some((column) => column.name === name && column.kind === 'time');
			columns.set(name, parquetColumn(names[at] as string, String(described[at]?.[1]), ofTimes)); // `at` is one of them
		}
		await create(table, columns, scan, loading);
		return { table, file, columns, origin: { kind: 'parquet', scan }, constants: mapping.constants ?? {} };
	} catch (error) {
		if (error instanceof SuretyError) throw error;
		const [why = ''] = (error as Error).message.replaceAll(file.path, file.file).split('\n');
		throw new SuretyError('bad_table', `${file.file}: cannot be read as Parquet: ${why}`);
	}
}

/** Only a column of times is taken as times; elsewhere a typed time is a text like any number. */
function parquetColumn(name: string, type: string, ofTimes: boolean): SourceColumn {
	const sql = `"${name.replaceAll('"', '""')}"`;
	if (type === 'VARCHAR') return { sql: `nullif(${sql}, '')`, kind: 'text' };
	if (!ofTimes || !/^(TIMESTAMP|DATE)/.test(type)) return { sql, kind: 'number' };
	return { sql, kind: type === 'TIMESTAMP WITH TIME ZONE' ? 'timestamptz' : 'timestamp' };
}

function withConstants({ constants = {} }: TableMapping): Map<string, SourceColumn> {
	return new Map(Object.entries(constants).map(([name, value]) => [name, { sql: constant(value), kind: 'text' }]));
}

const constant = (value: string): string => (value === '' ? 'null::varchar' : literal(value));

/** Row ids follow the order of the file, because the database is told to preserve it. */
async function create(
	table: Table,
	columns: ReadonlyMap<string, SourceColumn>,
	scan: string,
	{ database, currency }: Loading,
): Promise<void> {
	await database.run(`create or replace table ${table.name} as ${loadQuery(table, columns, currency, scan)}`);
}

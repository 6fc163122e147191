/**
 * Files that DuckDB does not read as they are: a CSV file with a broken row, and NDJSON, which DuckDB would read
 * without line numbers and with every number as a float. The good rows are copied into a clean CSV file that carries
 * each row's physical line as its last column; the broken ones are rejected here.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { SuretyError } from '../core/words/error.js';
import { CsvRows, NOT_UTF8, TOO_LONG, withoutMark } from './csv-rows.js';
import { isUtf8 } from 'node:buffer';
import type { TableFile } from './folder.js';
import { locate, sourceName, type Header } from './header.js';
import type { TableMapping } from './map.js';
import { eachLine } from './physical-lines.js';
import type { Rejects } from './rejects.js';
import type { Table } from './tables.js';

export const LINE_COLUMN = 'line';
const FLUSH_AT = 1 << 20;

/** Writes the clean copy, a block at a time. */
class CleanCopy {
	readonly #file: number;
	#text: string[] = [];
	#held = 0;

	constructor(path: string, names: readonly string[]) {
		this.#file = openSync(path, 'w');
		this.row(names, LINE_COLUMN);
	}

	row(cells: readonly string[], line: number | string): void {
		const text = `${cells.map(quoted).join(',')},${line}\n`;
		this.#text.push(text);
		this.#held += text.length;
		if (this.#held > FLUSH_AT) this.#flush();
	}

	close(): void {
		this.#flush();
		closeSync(this.#file);
	}

	#flush(): void {
		writeSync(this.#file, this.#text.join(''));
		this.#text = [];
		this.#held = 0;
	}
}

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Copies the rows of a CSV file that can be cut into cells. */
export async function salvageCsv(file: TableFile, header: Header, to: string, rejects: Rejects): Promise<void> {
	const copy = new CleanCopy(to, header.names);
	const { table, file: name } = file;
	const rows = new CsvRows(header.delimiter, header.names.length, {
		row: (line, cells) => {
			if (line > 1) copy.row(cells, line);
		},
		broken: (line, value, reason) => rejects.add({ table, file: name, line, field: null, value, reason }),
	});
	try {
		await eachLine(file.path, name, file.format === 'csv.gz', (bytes) => rows.line(bytes));
		rows.end();
	} finally {
		copy.close();
	}
}

/**
 * Copies an NDJSON file, one column per column of ours.
 * @returns the names of ours that some row had.
 * @throws SuretyError `bad_table` when a required or mapped column is in no row.
 */
export async function salvageNdjson(
	file: TableFile,
	table: Table,
	mapping: TableMapping,
	to: string,
	rejects: Rejects,
): Promise<ReadonlySet<string>> {
	const names = table.columns.map((column) => column.name);
	const sources = table.columns.map((column) => sourceName(column, mapping));
	const copy = new CleanCopy(to, names);
	const keys = new Set<string>();
	let line = 0;
	const take = (bytes: Buffer | undefined): void => {
		const row = parseLine(bytes, ++line);
		if (row === undefined) return;
		const cells = 'reason' in row ? row : cellsOf(row.object, names, sources, keys);
		if ('reason' in cells) {
			const { field = null, value = null, reason } = cells;
			rejects.add({ table: table.name, file: file.file, line, field, value, reason });
		} else copy.row(cells, line);
	};
	try {
		await eachLine(file.path, file.file, false, take);
	} finally {
		copy.close();
	}
	if (line === 0) throw new SuretyError('bad_table', `${file.file}: the file is empty`);
	const found = locate(file.file, table, [...keys], mapping);
	return new Set(found.keys());
}

interface Unusable {
	readonly field?: string;
	readonly value?: string;
	readonly reason: string;
}

function parseLine(
	bytes: Buffer | undefined,
	line: number,
): { object: Record<string, unknown> } | Unusable | undefined {
	if (bytes === undefined) return { reason: TOO_LONG };
	const body = line === 1 ? withoutMark(bytes) : bytes;
	if (body.length === 0) return undefined;
	if (!isUtf8(body)) return { reason: NOT_UTF8 };
	const text = body.toString('utf8');
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
			return { object: value as Record<string, unknown> }; // checked just now
		}
	} catch {
		return { value: text, reason: 'not JSON' };
	}
	return { value: text, reason: 'not a JSON object' };
}

function cellsOf(
	object: Record<string, unknown>,
	names: readonly string[],
	sources: readonly string[],
	keys: Set<string>,
): string[] | Unusable {
	for (const key of Object.keys(object)) if (keys.size < 1000) keys.add(key);
	const cells: string[] = [];
	for (const [at, source] of sources.entries()) {
		const raw = Object.hasOwn(object, source) ? object[source] : null;
		if (raw === null || typeof raw === 'string') cells.push(raw ?? '');
		else if (typeof raw === 'number' && (!Number.isInteger(raw) || Number.isSafeInteger(raw))) cells.push(String(raw));
		else {
			const reason = typeof raw === 'number' ? 'too large a number to be exact; write it as text' : 'expected a text';
			return { field: names[at] as string, value: JSON.stringify(raw), reason }; // one name per source
		}
	}
	return cells;
}

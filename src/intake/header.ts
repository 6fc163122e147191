/** The first line of a CSV file: is it text at all, which delimiter, and under which position is each of our columns. */
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { SuretyError } from '../core/words/error.js';
import { parseRow, TOO_LONG, withoutMark } from './csv-rows.js';
import type { TableFile } from './folder.js';
import type { TableMapping } from './map.js';
import { eachLine } from './physical-lines.js';
import type { Column, Table } from './tables.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;

export interface Header {
	readonly delimiter: string;
	/** All columns of the file, in its order. */
	readonly names: readonly string[];
}

/** @throws SuretyError `bad_table` when the file is no text or has no first line. */
export async function readHeader(file: TableFile, table: Table, mapping: TableMapping = {}): Promise<Header> {
	await refuseOtherFormats(file);
	let first: Buffer | undefined;
	let seen = false;
	await eachLine(file.path, file.file, file.format === 'csv.gz', (bytes) => {
		first = bytes;
		seen = true;
		return false;
	});
	if (!seen)
		throw new SuretyError('bad_table', `${file.file}: the file is empty; its first line must name the columns`);
	if (first === undefined) throw new SuretyError('bad_table', `${file.file}:1: ${TOO_LONG}`);
	const body = withoutMark(first);
	if (body.includes(0) || !isUtf8(body)) {
		throw new SuretyError('bad_table', `${file.file}:1: not text in UTF-8; is it really a CSV file?`);
	}
	return bestHeader(body.toString('utf8'), table, mapping);
}

/** The delimiter that makes the most of our columns appear; then the one that makes the most columns. */
function bestHeader(line: string, table: Table, mapping: TableMapping): Header {
	const wanted = new Set(table.columns.map((column) => sourceName(column, mapping)));
	const tries = DELIMITERS.map((delimiter) => {
		const names = parseRow(line, delimiter).cells.map((name) => name.trim());
		return { delimiter, names, hits: names.filter((name) => wanted.has(name)).length };
	});
	tries.sort((a, b) => b.hits - a.hits || b.names.length - a.names.length);
	return tries[0] as Header; // DELIMITERS is not empty
}

/** What the beginning of a file gives away about its real format. */
const MARKS: readonly { readonly mark: readonly number[]; readonly what: string }[] = [
	{ mark: [0x50, 0x41, 0x52, 0x31], what: 'it is a Parquet file; name it .parquet' },
	{ mark: [0x1f, 0x8b], what: 'it is compressed with gzip; name it .csv.gz' },
	{ mark: [0x50, 0x4b, 3, 4], what: 'it is a spreadsheet or zip file; export it as CSV' },
	{ mark: [0xff, 0xfe], what: 'it is text in UTF-16; save it as UTF-8' },
	{ mark: [0xfe, 0xff], what: 'it is text in UTF-16; save it as UTF-8' },
];

async function refuseOtherFormats({ path, file, format }: TableFile): Promise<void> {
	if (format !== 'csv') return;
	const handle = await open(path);
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
		const start = buffer.subarray(0, bytesRead);
		const other = MARKS.find(({ mark }) => mark.every((byte, at) => start[at] === byte));
		if (other !== undefined) throw new SuretyError('bad_table', `${file}: not a CSV file: ${other.what}`);
		if (start.includes(0)) {
			throw new SuretyError(
				'bad_table',
				`${file}: not a CSV file: it is binary (byte ${start.indexOf(0) + 1} is zero)`,
			);
		}
	} finally {
		await handle.close();
	}
}

/** The header under which a column of ours is looked for. */
export const sourceName = (column: Column, mapping: TableMapping = {}): string =>
	mapping.columns?.[column.name] ?? column.name;

/**
 * Where each of our columns stands among the file's; columns given as constants and absent optional ones are left out.
 * @throws SuretyError `bad_table` when a required or mapped column is missing or a wanted name is there twice.
 */
export function locate(
	file: string,
	table: Table,
	names: readonly string[],
	mapping: TableMapping = {},
): ReadonlyMap<string, number> {
	const places = new Map<string, number>();
	for (const column of table.columns) {
		if (mapping.constants?.[column.name] !== undefined) continue;
		const wanted = sourceName(column, mapping);
		const at = names.indexOf(wanted);
		if (at >= 0 && names.includes(wanted, at + 1)) {
			throw new SuretyError('bad_table', `${file}:1: the column ${wanted} is there twice`, column.name);
		}
		if (at >= 0) places.set(column.name, at);
		else if (column.required || mapping.columns?.[column.name] !== undefined)
			throw missing(file, column, wanted, names);
	}
	return places;
}

function missing(file: string, column: Column, wanted: string, names: readonly string[]): SuretyError {
	const near = closest(wanted, names);
	const hint = near === undefined ? '' : `; if "${near}" is it, say so with --map`;
	const found = names.length > 40 ? [...names.slice(0, 40), '...'] : names;
	const called = wanted === column.name ? wanted : `${wanted} (mapped to ${column.name})`;
	const message = `${file}:1: the column ${called} is missing; the columns are ${found.join(', ')}${hint}`;
	return new SuretyError('bad_table', message, column.name);
}

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The most similar name, if any is similar at all. */
export function closest(wanted: string, names: readonly string[]): string | undefined {
	const ranked = names
		.filter((name) => name !== '' && name.length <= 100)
		.map((name) => ({ name, distance: editDistance(plain(wanted), plain(name)) }))
		.sort((a, b) => a.distance - b.distance);
	const [best] = ranked;
	return best !== undefined && best.distance <= wanted.length / 2 ? best.name : undefined;
}

/** Levenshtein 1966, one row at a time. */
function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}

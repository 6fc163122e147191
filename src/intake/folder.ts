/** Which file of the folder holds which table, and in which format. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import type { TableMap } from './map.js';
import { TABLES, TABLE_NAMES, type TableName } from './tables.js';

export const FORMATS = ['csv', 'csv.gz', 'parquet', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

export interface TableFile {
	readonly table: TableName;
	/** As messages name it. */
	readonly file: string;
	readonly path: string;
	readonly format: Format;
	readonly bytes: number;
}

/**
 * Finds the files of a history. Tables that are not needed may be missing.
 * @throws SuretyError `bad_folder`, or `bad_table` naming the files that were looked for.
 */
export async function findTables(dir: string, map: TableMap): Promise<readonly TableFile[]> {
	const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
		const why = error.code === 'ENOTDIR' ? 'not a folder' : error.code === 'ENOENT' ? 'no such folder' : error.code;
		throw new SuretyError('bad_folder', `${dir}: ${why}`);
	});
	if (names.length === 0) throw new SuretyError('bad_folder', `${dir}: the folder is empty; expected ${expected()}`);
	const found: TableFile[] = [];
	for (const table of TABLE_NAMES) {
		const file = fileOf(table, names, dir, map[table]?.file);
		if (file !== undefined) found.push(await describe(table, dir, file));
	}
	return found;
}

const expected = (): string =>
	TABLE_NAMES.filter((name) => TABLES[name].required)
		.map((name) => `${name}.csv`)
		.join(', ');

function fileOf(table: TableName, names: readonly string[], dir: string, mapped?: string): string | undefined {
	if (mapped !== undefined) return mapped;
	const candidates = FORMATS.map((format) => `${table}.${format}`);
	const found = candidates.filter((name) => names.includes(name));
	if (found.length > 1) {
		throw new SuretyError('bad_table', `${table}: found ${found.join(' and ')}; keep one of them`);
	}
	if (found.length === 0 && TABLES[table].required) {
		const looked = candidates.join(', ');
		throw new SuretyError('bad_table', `${table}: the table is missing from ${dir}; looked for ${looked}`);
	}
	return found[0];
}

async function describe(table: TableName, dir: string, file: string): Promise<TableFile> {
	const format = FORMATS.find((ending) => file.endsWith(`.${ending}`));
	if (format === undefined) {
		throw new SuretyError('bad_table', `${table}: ${file} must end in ${FORMATS.map((f) => `.${f}`).join(', ')}`);
	}
	const path = join(dir, file);
	const about = await stat(path).catch(() => undefined);
	if (about === undefined) throw new SuretyError('bad_table', `${table}: ${file} is missing from ${dir}`);
	if (!about.isFile()) throw new SuretyError('bad_table', `${file}: not a file`);
	return { table, file, path, format, bytes: about.size };
}

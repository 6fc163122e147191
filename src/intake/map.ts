/**
 * `--map FILE`: how a marketplace's own exports are named. A JSON document, one entry per table:
 *
 *     { "order_lines": { "file": "sales.csv",
 *                        "columns":   { "unit_price": "UnitPrice" },
 *                        "constants": { "protect_days": "7" } } }
 *
 * `file` is the table's file in the folder (default: the table's name with one of the known endings); `columns` says
 * under which header a column of ours is found; `constants` gives every row of a column of ours the same value.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SuretyError } from '../core/words/error.js';
import { TABLES, TABLE_NAMES, type TableName } from './tables.js';

export interface TableMapping {
	readonly file?: string | undefined;
	/** Our column to the header in the file. */
	readonly columns?: Readonly<Record<string, string>> | undefined;
	/** Our column to the value of every row, written as it would be in a CSV file. */
	readonly constants?: Readonly<Record<string, string>> | undefined;
}
export type TableMap = Readonly<Partial<Record<TableName, TableMapping>>>;

const mapping = (name: TableName): z.ZodType<TableMapping> => {
	const names = TABLES[name].columns.map((column) => column.name);
	const ofColumns = <V extends z.ZodType>(value: V) =>
		z.strictObject(Object.fromEntries(names.map((column) => [column, value.optional()])));
	const constant = z.union([z.string(), z.number()]).transform(String);
	return z
		.strictObject({
			file: z.string().min(1).optional(),
			columns: ofColumns(z.string().min(1)).optional(),
			constants: ofColumns(constant).optional(),
		})
		.transform((given): TableMapping => given as TableMapping); // optional keys: absent, never undefined, in JSON
};

const schema = z.strictObject(Object.fromEntries(TABLE_NAMES.map((name) => [name, mapping(name).optional()])));

/**
 * Reads and checks a mapping document.
 * @throws SuretyError `usage` naming the file and the key that is wrong.
 */
export async function readMap(path: string): Promise<TableMap> {
	const text = await readFile(path, 'utf8').catch(() => {
		throw new SuretyError('usage', `--map ${path}: no such file`);
	});
	let document: unknown;
	try {
		document = JSON.parse(text);
	} catch (error) {
		throw new SuretyError('usage', `--map ${path}: not JSON: ${(error as SyntaxError).message}`);
	}
	return parseMap(document, path);
}

/** Checks a mapping that is a JavaScript value already; `source` is what messages call it. */
export function parseMap(document: unknown, source = 'map'): TableMap {
	const parsed = schema.safeParse(document);
	if (!parsed.success) throw new SuretyError('usage', `--map ${source}: ${firstProblem(parsed.error)}`);
	const map = parsed.data as TableMap; // what the schema lets through
	for (const [table, { columns = {}, constants = {} }] of Object.entries(map)) {
		const both = Object.keys(columns).find((column) => Object.hasOwn(constants, column));
		if (both === undefined) continue;
		throw new SuretyError('usage', `--map ${source}: ${table}.${both} is in both columns and constants`);
	}
	return map;
}

function firstProblem(error: z.ZodError): string {
	const [issue] = error.issues;
	if (issue === undefined) return 'does not fit';
	const place = issue.path.join('.');
	if (issue.code !== 'unrecognized_keys') return `${place === '' ? 'the document' : place}: ${issue.message}`;
	return `${place === '' ? '' : `${place}.`}${issue.keys[0]} is not known here`;
}

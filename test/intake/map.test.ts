/** Mapping documents: what is taken, and what is said about the others. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { closest } from '../../src/intake/header.js';
import { parseMap, readMap } from '../../src/intake/index.js';
import { emptyFolder } from './folder-of-tables.js';

it('reads a document; numbers as constants become text', async () => {
	const path = join(await emptyFolder(), 'map.json');
	await writeFile(
		path,
		'{"order_lines":{"file":"sales.csv","columns":{"unit_price":"UnitPrice"},"constants":{"protect_days":7}}}',
	);
	expect(await readMap(path)).toEqual({
		order_lines: { file: 'sales.csv', columns: { unit_price: 'UnitPrice' }, constants: { protect_days: '7' } },
	});
	expect(parseMap({})).toEqual({});
});

it.each([
	[{ orders: {} }, '--map m.json: orders is not known here'],
	[{ claims: { column: {} } }, '--map m.json: claims.column is not known here'],
	[{ claims: { columns: { price: 'p' } } }, '--map m.json: claims.columns.price is not known here'],
	[
		{ claims: { columns: { amount: 3 } } },
		'--map m.json: claims.columns.amount: Invalid input: expected string, received number',
	],
	[
		{ claims: { columns: { amount: 'a' }, constants: { amount: '1' } } },
		'--map m.json: claims.amount is in both columns and constants',
	],
	[[], '--map m.json: the document: Invalid input: expected object, received array'],
])('refuses %j', (document, message) => {
	expect(() => parseMap(document, 'm.json')).toThrow(expect.objectContaining({ code: 'usage', message }));
});

it('says when the file is missing or no JSON', async () => {
	const path = join(await emptyFolder(), 'map.json');
	await expect(readMap(path)).rejects.toThrow(`--map ${path}: no such file`);
	await writeFile(path, '{');
	await expect(readMap(path)).rejects.toThrow(`--map ${path}: not JSON: `);
});

it('suggests the closest header', () => {
	expect(closest('unit_price', ['Quantity', 'UnitPrice', 'Unit'])).toBe('UnitPrice');
	expect(closest('store_id', ['a', 'b'])).toBeUndefined();
});

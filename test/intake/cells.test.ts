/** The database's checks and the sentences about bad cells must agree on what is bad, and on every value. */
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { currency, parseMoney } from '../../src/core/words/money.js';
import { parseInstant } from '../../src/core/words/time.js';
import { faultOf, withOffset } from '../../src/intake/cells.js';
import { loadQuery } from '../../src/intake/check-sql.js';
import { TABLES } from '../../src/intake/tables.js';

const LINE = {
	order_line_id: 'OL1',
	store_id: 'S1',
	sku_id: 'K1',
	buyer_id: 'B1',
	quantity: '1',
	unit_price: '12.30',
	paid_at: '2023-10-01T10:00:00+08:00',
	protect_days: '7',
	released_at: '2023-10-02T10:00:00Z',
	released_amount: '12.00',
	address: 'here',
};
type Cell = keyof typeof LINE;

const TIMES = [
	'2024-02-29T23:59:60.123456789+08:00',
	'2024-02-29 08:00:00Z',
	'2099-12-31T23:59:59-12:00',
	'2100-01-01T00:00:00+08:00',
	'1970-01-01T00:00:00+00:00',
	'1970-01-01T07:59:59+08:00',
	'2024-03-01t08:00:00z',
	'2024-03-01T24:00:00+08:00',
	'2024-03-01T08:00:00+24:00',
	'2024-03-01T08:00:00+09:60',
	'2024-03-01 08:00:00.5',
	'2024-03-01',
	'infinity',
	'epoch',
	'2024-03-01T08:00:00 UTC',
	'2024-03-01T08:00:00+08',
];
const AMOUNTS = [
	'12.30',
	'0',
	'00012.3',
	'.5',
	'5.',
	'1e3',
	'+1',
	'1_000',
	'100000000000.00',
	'100000000000.01',
	'12.345',
	'nan',
	' 1',
	'9'.repeat(40),
];
const WHOLES = ['1', '0', '007', '1.0', '-1', '1000000', '1000001', '3650', '3651', '9'.repeat(16), '1e1', '0x1'];
const TEXTS = [
	'x',
	'x'.repeat(200),
	'x'.repeat(201),
	'路'.repeat(200),
	'路'.repeat(201),
	'x'.repeat(501),
	'a\nb',
	'a\u001fb',
	'a\u0000b',
	'a\u007fb',
	'\t',
];

/** A sample with a few characters changed, dropped or put in. */
const mutated = (samples: readonly string[], alphabet: string): fc.Arbitrary<string> =>
	fc
		.tuple(
			fc.constantFrom(...samples),
			fc.array(fc.tuple(fc.nat(40), fc.constantFrom('', ...alphabet.split('')), fc.boolean()), { maxLength: 2 }),
		)
		.map(([text, changes]) =>
			changes.reduce((t, [at, character, insert]) => t.slice(0, at) + character + t.slice(insert ? at : at + 1), text),
		);

const change: fc.Arbitrary<Partial<Record<Cell, string>>> = fc.oneof(
	fc.record({ paid_at: mutated([LINE.paid_at, ...TIMES], '0123456789-:+TZ. z') }),
	fc.record({ released_at: mutated([LINE.released_at, ...TIMES], '0123456789-:+TZ. ') }),
	fc.record({ unit_price: mutated(AMOUNTS, '0123456789.-+e ,'), quantity: mutated(WHOLES, '0123456789.-+ ') }),
	fc.record({ released_amount: mutated(AMOUNTS, '0123456789.-+e ,') }),
	fc.record({ quantity: mutated(WHOLES, '0123456789.-+ ') }),
	fc.record({ protect_days: mutated(WHOLES, '0123456789.-+ ') }),
	fc.record({ buyer_id: mutated(TEXTS, 'ab\n\u0001') }),
	fc.record({ address: mutated(TEXTS, 'ab\n\u0001'), sku_id: mutated(TEXTS, 'ab') }),
);

it.each(['CNY', 'JPY', 'KWD'])(
	'both agree on which rows are bad and on the values (%s)',
	{ timeout: 60_000 },
	async (code) => {
		const money = currency(code);
		const table = TABLES.order_lines;
		const names = Object.keys(LINE) as Cell[];
		const changes = fc.sample(change, { numRuns: 4000, seed: 7 });
		const usual = { ...LINE, ...(code === 'JPY' ? { unit_price: '12', released_amount: '1' } : {}) };
		const rows = changes.map((cells) => Object.assign({}, usual, cells));
		const instance = await DuckDBInstance.create(':memory:');
		const connection = await instance.connect();
		await connection.run("set TimeZone = 'UTC'; create type store as enum ('S1')");
		await connection.run(`create table raw (${names.map((name) => `${name} varchar`).join(', ')})`);
		const appender = await connection.createAppender('raw');
		for (const row of rows) {
			for (const name of names) {
				if (row[name] === '') appender.appendNull();
				else appender.appendVarchar(row[name]);
			}
			appender.endRow();
		}
		appender.closeSync();
		const source = new Map(names.map((name) => [name, { sql: name, kind: 'text' as const }]));
		await connection.run(`create table loaded as ${loadQuery(table, source, money, 'raw')}`);
		const reader = await connection.runAndReadAll(
			'select ok, paid_at::double, released_at::double, unit_price::double, released_amount::double from loaded order by rowid',
		);
		const loaded = reader.getRows();
		let good = 0;
		for (const [at, row] of rows.entries()) {
			const cells = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ''));
			const [ok, ...values] = loaded[at] ?? [];
			const fault = faultOf(table, cells, money);
			expect({ row, ok, fault }).toEqual({ row, ok: fault === undefined, fault });
			if (fault !== undefined) continue;
			good++;
			const read = (text: string) => (text === '' ? null : parseInstant(withOffset(text)));
			const [paid, released] = [read(row.paid_at), read(row.released_at)];
			const moved = released === null || paid === null || released > paid ? released : paid;
			const amounts = [row.unit_price, row.released_amount].map((text) =>
				text === '' ? null : parseMoney(text, money),
			);
			expect({ row, values }).toEqual({ row, values: [paid, moved, ...amounts] });
		}
		expect(good).toBeGreaterThan(500);
		expect(rows.length - good).toBeGreaterThan(500);
		connection.closeSync();
		instance.closeSync();
	},
);

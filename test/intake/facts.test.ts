/** Good tables become the right facts in the right order, whatever the format, the machine's zone or language. */
import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { currency } from '../../src/core/words/money.js';
import { formatInstant, MINUTE } from '../../src/core/words/time.js';
import { Texts } from '../../src/intake/fact-block.js';
import { drain, emptyFolder, folderOf, GOOD, open, withRows } from './folder-of-tables.js';

const csv = (table: keyof typeof GOOD): string => `${GOOD[table].join('\n')}\n`;
const NAMES = Object.keys(GOOD) as (keyof typeof GOOD)[];

describe('facts of the good tables', () => {
	it('come in the order of time, then rank, then row', async () => {
		const { facts, history } = await open(await folderOf());
		expect(facts.map((fact) => `${formatInstant(fact.at)} ${fact.id}`)).toEqual([
			'2023-09-01T02:00:00Z stores:S1',
			'2023-09-02T02:00:00Z stores:S2',
			'2023-09-30T00:00:00Z price_changes:1',
			'2023-10-01T02:00:00Z order_lines:OL1:paid',
			'2023-10-01T02:05:00Z order_lines:OL1:delivered',
			'2023-10-01T02:10:00Z order_lines:OL1:released',
			'2023-10-02T02:00:00Z order_lines:OL2:paid',
			'2023-10-02T02:00:00Z order_lines:OL3:paid',
			'2023-10-02T20:00:00Z withdrawals:W1',
			'2023-10-03T00:00:00Z price_changes:2',
			'2023-10-03T02:00:00Z order_lines:OL2:delivered',
			'2023-10-03T08:00:00Z claims:C1',
			'2023-10-03T09:00:00Z claims:C2',
			'2023-10-05T02:00:00Z order_lines:OL2:refunded',
			'2023-10-05T02:00:00Z order_lines:OL3:refunded',
			'2024-02-01T00:00:00Z stores:S2:closed',
			'2024-03-01T00:00:00Z labels:1',
			'2024-03-01T00:00:00Z labels:2',
		]);
		expect(history.counts).toEqual({
			stores: 2,
			buyers: 2,
			order_lines: 3,
			price_changes: 2,
			claims: 2,
			withdrawals: 1,
			rejected_rows: 0,
			records: 18,
		});
		expect(history.period).toEqual({ from: facts[0]?.at, to: facts.at(-1)?.at });
		expect(history.settled).toEqual({
			openedEarlier: 0,
			movedToPayment: 0,
			labelsAtEnd: 1,
			assumedUtc: 0,
			releasesAssumed: false,
		});
	});

	it('carry every field, money in minor units, hints filled in', async () => {
		const { facts } = await open(await folderOf());
		const byId = new Map(facts.map((fact) => [String(fact.id), fact]));
		expect(byId.get('stores:S1')).toMatchObject({
			deposit: 100000,
			legal_person: '王小明',
			address: '上海市静安区, 1 号',
			ip: '10.0.0.1',
		});
		expect(byId.get('stores:S2')).toMatchObject({ deposit: 50000, category: undefined, address: undefined });
		expect(byId.get('order_lines:OL1:paid')).toEqual({
			type: 'order.paid',
			id: 'order_lines:OL1:paid',
			at: Date.UTC(2023, 9, 1, 2),
			order_line_id: 'OL1',
			order_id: undefined,
			store_id: 'S1',
			sku_id: 'K1',
			buyer_id: 'B1',
			quantity: 1,
			unit_price: 999900,
			protect_days: 7,
			category: undefined,
			device_id: 'D9',
			ip: undefined,
			address: '3 号楼 "东"',
			payment_account: undefined,
			ordered_at: undefined,
			campaign_ends_at: undefined,
			traits: undefined,
			parts: undefined,
		});
		expect(byId.get('order_lines:OL1:released')).toMatchObject({ store_id: 'S1', amount: undefined });
		expect(byId.get('order_lines:OL2:refunded')).toMatchObject({ store_id: 'S1', amount: 20100 });
		expect(byId.get('order_lines:OL3:refunded')).toMatchObject({ store_id: 'S2', amount: 525 });
		expect(byId.get('claims:C1')).toMatchObject({ recovered: undefined, store_id: 'S1', buyer_id: 'B1' });
		expect(byId.get('claims:C2')).toMatchObject({ amount: 50, recovered: 25, order_line_id: 'OL2', buyer_id: 'B2' });
		expect(byId.get('withdrawals:W1')).toMatchObject({ withdrawal_id: 'W1', store_id: 'S1', amount: 900000 });
		expect(byId.get('labels:1')).toMatchObject({ store_id: 'S1', label: 'abuse' });
		expect(byId.get('labels:2')).toMatchObject({ store_id: 'S2', label: 'honest' });
	});

	it('can be read again, and for some stores only', async () => {
		const { facts, history } = await open(await folderOf());
		expect(await drain(history)).toEqual(facts);
		const ofS2 = await drain(history, ['S2', 'nobody']);
		expect(ofS2.map((fact) => fact.id)).toEqual([
			'stores:S2',
			'order_lines:OL3:paid',
			'order_lines:OL3:refunded',
			'stores:S2:closed',
			'labels:2',
		]);
		expect(await drain(history, [])).toEqual([]);
	});

	it('can be left half read, and nothing stays behind', async () => {
		const { history, tempDir } = await open(await folderOf());
		for await (const batch of history.records()) {
			expect(batch.length).toBeGreaterThan(0);
			break;
		}
		await history.close();
		expect(await readdir(tempDir)).toEqual(['out']);
	});
});

describe('the order rule', () => {
	it('ranks facts of the same instant', async () => {
		const at = '2023-10-01T00:00:00Z';
		const dir = await folderOf({
			stores: ['store_id,opened_at,deposit,closed_at', `S1,${at},1,${at}`],
			order_lines: [
				'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days,delivered_at,released_at,refunded_at',
				`OL1,S1,K,B,1,1,${at},7,${at},${at},${at}`,
				`OL0,S1,K,B,1,1,${at},7,${at},${at},${at}`,
			],
			price_changes: ['store_id,sku_id,changed_at,price', `S1,K,${at},1`],
			claims: ['claim_id,order_line_id,claimed_at,amount', `C1,OL1,${at},1`],
			withdrawals: ['withdrawal_id,store_id,requested_at,amount', `W1,S1,${at},1`],
			labels: ['store_id,label,labelled_at', `S1,abuse,${at}`],
		});
		const { facts } = await open(dir);
		expect(facts.map((fact) => fact.id)).toEqual([
			'stores:S1',
			'price_changes:1',
			'order_lines:OL1:paid',
			'order_lines:OL0:paid',
			'order_lines:OL1:delivered',
			'order_lines:OL0:delivered',
			'order_lines:OL1:refunded',
			'order_lines:OL0:refunded',
			'order_lines:OL1:released',
			'order_lines:OL0:released',
			'claims:C1',
			'withdrawals:W1',
			'labels:1',
			'stores:S1:closed',
		]);
	});

	it('opens a store when it is first named, and moves what happened before payment to the payment', async () => {
		const dir = await folderOf(GOOD, {
			'price_changes.csv': withRows('price_changes', 'S2,K1,2023-08-01T00:00:00Z,20.00'),
			'order_lines.csv': withRows(
				'order_lines',
				'OL4,S2,K1,B3,1,9.00,2023-10-06T00:00:00Z,7,2023-10-05T00:00:00Z,,,,,',
			),
			'claims.csv': withRows('claims', 'C3,OL4,2023-10-05T00:00:00Z,1.00,'),
		});
		const { facts, history } = await open(dir);
		const seen = facts.map((fact) => `${formatInstant(fact.at)} ${fact.id}`);
		expect(seen.slice(0, 2)).toEqual(['2023-08-01T00:00:00Z stores:S2', '2023-08-01T00:00:00Z price_changes:3']);
		expect(seen.filter((each) => each.startsWith('2023-10-06'))).toEqual([
			'2023-10-06T00:00:00Z order_lines:OL4:paid',
			'2023-10-06T00:00:00Z order_lines:OL4:delivered',
			'2023-10-06T00:00:00Z claims:C3',
		]);
		expect(history.settled).toMatchObject({ openedEarlier: 1, movedToPayment: 2 });
	});

	it('releases at payment when there is no released_at, and says so', async () => {
		const dir = await folderOf(GOOD, {
			'order_lines.csv':
				'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days\nOL1,S1,K1,B1,1,9999.00,2023-10-01T10:00:00+08:00,7\nOL2,S1,K1,B2,1,1.00,2023-10-01T10:00:00+08:00,7\n',
		});
		const { facts, history } = await open(dir);
		expect(facts.filter((fact) => fact.type.startsWith('order.')).map((fact) => fact.id)).toEqual([
			'order_lines:OL1:paid',
			'order_lines:OL2:paid',
			'order_lines:OL1:released',
			'order_lines:OL2:released',
		]);
		expect(history.settled.releasesAssumed).toBe(true);
	});
});

describe('large tables', () => {
	it('in no order come out in order, window after window', { timeout: 60_000 }, async () => {
		const count = 620_000;
		const start = Date.UTC(2023, 0, 1);
		const rows = [GOOD.price_changes[0] as string];
		for (let i = 0; i < count; i++) {
			const minute = (i * 386_371) % count; // coprime to count: every minute once
			rows.push(`S1,K${i},${new Date(start + minute * MINUTE).toISOString()},${i % 1000}.${10 + (i % 90)}`);
		}
		const dir = await folderOf(GOOD, { 'price_changes.csv': rows.join('\n') });
		const { history, facts } = await open(dir);
		expect(history.counts.price_changes).toBe(count);
		const prices = facts.filter((fact) => fact.type === 'price.changed');
		const wrong = prices.filter(({ at, id, sku_id, price }, minute) => {
			const i = Number(sku_id.slice(1));
			const right = at === start + minute * MINUTE && price === (i % 1000) * 100 + 10 + (i % 90);
			return !right || id !== `price_changes:${i + 1}`;
		});
		expect(prices.length).toBe(count);
		expect(wrong).toEqual([]);
		expect((await drain(history, ['S2'])).length).toBe(5);
	});
});

describe('texts', () => {
	it('are cut from a run of bytes, short and long, ASCII and not', () => {
		const parts = ['a', '', 'exactly-12-c', 'thirteen-char', '买家一号', 'é', 'x'.repeat(300), '路'.repeat(40), 'end'];
		const texts = new Texts(Buffer.from(parts.join('\u001f')));
		expect(parts.map(() => texts.next())).toEqual(parts);
		expect(texts.done).toBe(true);
		expect(new Texts(Buffer.from('\u001f')).optional()).toBeUndefined();
	});
});

describe('formats', () => {
	it('CSV, gzip CSV, Parquet and NDJSON give the same facts', async () => {
		const { facts } = await open(await folderOf());
		const zipped = Object.fromEntries(
			NAMES.flatMap((name): [string, string | Uint8Array | null][] => [
				[`${name}.csv`, null],
				[`${name}.csv.gz`, gzipSync(csv(name))],
			]),
		);
		expect((await open(await folderOf(GOOD, zipped))).facts).toEqual(facts);
		expect((await open(await parquetFolder())).facts).toEqual(facts);
		expect((await open(await ndjsonFolder())).facts).toEqual(facts);
	});

	it('typed Parquet columns are taken exactly', async () => {
		const dir = await folderOf(GOOD, { 'stores.csv': null, 'claims.csv': null, 'order_lines.csv': null });
		await sql(`copy (select 'S1' as store_id, timestamptz '2023-09-01 02:00:00Z' as opened_at, 1000.00::decimal(12,4) as deposit
			union all select 'S2', timestamptz '2023-09-02 02:00:00Z', 500) to '${dir}/stores.parquet'`);
		await sql(`copy (select 1 as order_line_id, 'S1' as store_id, date '2020-01-02' as sku_id, 7::bigint as buyer_id, 2::double as quantity,
			12.34::double as unit_price, timestamp '2023-10-01 02:00:00.123999' as paid_at, 7::tinyint as protect_days, date '2023-10-02' as delivered_at,
			'' as address) to '${dir}/order_lines.parquet'`);
		await sql(`copy (select 'C1' as claim_id, 1 as order_line_id, timestamp_s '2023-10-03 00:00:00' as claimed_at, 1.1::float as amount)
			to '${dir}/claims.parquet'`);
		const { facts, history } = await open(dir);
		expect(history.counts.rejected_rows).toBe(0);
		expect(history.settled.assumedUtc).toBe(3);
		expect(facts.find((fact) => fact.type === 'order.paid')).toMatchObject({
			order_line_id: '1',
			sku_id: '2020-01-02',
			buyer_id: '7',
			quantity: 2,
			unit_price: 1234,
			at: Date.UTC(2023, 9, 1, 2, 0, 0, 123),
			address: undefined,
		});
		expect(facts.find((fact) => fact.type === 'claim.paid')).toMatchObject({ amount: 110 });
	});

	it('delimiters, CRLF, a byte order mark, quoted cells and columns in any order do not matter', async () => {
		const { facts } = await open(await folderOf());
		const stores = '\ufeffdeposit;opened_at;extra;store_id\r\n"1000.00";2023-09-01 10:00:00+08:00;"a;""b""";S1\r\n';
		const prices = 'price\tchanged_at\tsku_id\tstore_id\n9999.00\t2023-09-30T00:00:00Z\tK1\tS1';
		const dir = await folderOf(GOOD, {
			'stores.csv': `${stores}500;2023-09-02T02:00:00Z;;S2`,
			'price_changes.csv': prices,
		});
		const { facts: others, history } = await open(dir);
		expect(history.counts).toMatchObject({ stores: 2, price_changes: 1, rejected_rows: 0 });
		expect(others.map((fact) => fact.id).slice(0, 9)).toEqual(facts.map((fact) => fact.id).slice(0, 9));
		expect(others[0]).toMatchObject({ store_id: 'S1', deposit: 100000 });
	});

	it('takes a time without an offset as UTC and counts it', async () => {
		const rows = [
			'S1,K1,2023-09-30 00:00:00,1',
			'S1,K1,2023-09-30T00:00:00.5,1',
			'S1,K1,2023-09-30,1',
			'S1,K1,2023-09-30t00:00:60z,1',
		];
		const { facts, history } = await open(
			await folderOf(GOOD, { 'price_changes.csv': withRows('price_changes', ...rows) }),
		);
		expect(history.settled.assumedUtc).toBe(3);
		const added = facts.filter((fact) => /price_changes:[3-6]/.test(fact.id));
		expect(added.map((fact) => `${fact.id} ${formatInstant(fact.at)}`)).toEqual([
			'price_changes:3 2023-09-30T00:00:00Z',
			'price_changes:5 2023-09-30T00:00:00Z',
			'price_changes:4 2023-09-30T00:00:00.500Z',
			'price_changes:6 2023-09-30T00:00:59Z',
		]);
	});

	it('reads money at the scale of the currency', async () => {
		const dir = await folderOf(GOOD, {
			'withdrawals.csv': withRows('withdrawals', 'W2,S1,2023-10-02T20:00:00Z,12.345'),
		});
		const { facts } = await open(dir, { currency: currency('KWD') });
		expect(facts.find((fact) => fact.id === 'withdrawals:W2')).toMatchObject({ amount: 12345 });
		const yen = await open(dir, { currency: currency('JPY') });
		expect(yen.history.rejectedSample[0]).toBe('stores.csv:2: deposit "1000.00": JPY has 0 decimals');
	});
});

describe('a mapping', () => {
	it('names files and columns and fills in constants', async () => {
		const dir = await folderOf(GOOD, {
			'order_lines.csv': null,
			'sales.csv':
				'Line,Shop,Item,Who,Qty,UnitPrice,Time\nOL1,S1,K1,B1,1,9999.00,2023-10-01T10:00:00+08:00\nOL2,S1,K1,B2,2,1.00,2023-10-01T10:00:00+08:00\n',
		});
		const map = {
			order_lines: {
				file: 'sales.csv',
				columns: {
					order_line_id: 'Line',
					store_id: 'Shop',
					sku_id: 'Item',
					buyer_id: 'Who',
					quantity: 'Qty',
					unit_price: 'UnitPrice',
					paid_at: 'Time',
				},
				constants: { protect_days: 15, category: 'toys' },
			},
		};
		const { facts, history } = await open(dir, { map });
		expect(facts.find((fact) => fact.type === 'order.paid')).toMatchObject({ protect_days: 15, category: 'toys' });
		expect(history.tables[1]).toMatchObject({ table: 'order_lines', file: 'sales.csv', rows: 2, rejected: 0 });
		expect(history.tables[1]?.columns).toContain('protect_days');
	});
});

it('the machine’s zone and language change nothing', async () => {
	const prices = withRows('price_changes', 'S1,K1,2023-09-30 00:00:00,1', 'S1,K1,2023-09-30,1', 'S1,K1,x,1');
	const dir = await folderOf(GOOD, { 'price_changes.csv': prices });
	const { facts, rejected } = await open(dir);
	const machine = { ...process.env };
	try {
		for (const [zone, language] of [
			['Asia/Shanghai', 'zh_CN.UTF-8'],
			['America/St_Johns', 'de_DE.UTF-8'],
		] as const) {
			Object.assign(process.env, { TZ: zone, LANG: language, LC_ALL: language });
			expect(new Date(Date.UTC(2023, 9, 1)).getHours()).not.toBe(0);
			const there = await open(dir);
			expect(there.facts).toEqual(facts);
			expect(there.rejected).toEqual(rejected);
		}
	} finally {
		process.env = machine;
	}
});

async function sql(statement: string): Promise<void> {
	const instance = await DuckDBInstance.create(':memory:');
	const connection = await instance.connect();
	await connection.run("set TimeZone = 'UTC'");
	await connection.run(statement);
	connection.closeSync();
	instance.closeSync();
}

async function parquetFolder(): Promise<string> {
	const [from, to] = [await folderOf(), await emptyFolder()];
	for (const name of NAMES) {
		await sql(`copy (from read_csv('${from}/${name}.csv', all_varchar = true)) to '${to}/${name}.parquet'`);
	}
	return to;
}

async function ndjsonFolder(): Promise<string> {
	const [from, to] = [await folderOf(), await emptyFolder()];
	for (const name of NAMES) {
		await sql(
			`copy (from read_csv('${from}/${name}.csv', all_varchar = true)) to '${to}/${name}.ndjson' (format json)`,
		);
	}
	return to;
}

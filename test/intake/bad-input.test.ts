/** Whatever is wrong with an export, the message says where; good rows are kept and nothing crashes. */
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { emptyFolder, folderOf, GOOD, open, refusal, sentencesOf, withRows } from './folder-of-tables.js';

describe('folders and files that cannot be read at all', () => {
	it('a missing folder, a file, an empty folder', async () => {
		expect(await refusal('/nowhere/at/all')).toBe('bad_folder: DIR: no such folder');
		const dir = await folderOf();
		expect(await refusal(join(dir, 'claims.csv'))).toBe('bad_folder: DIR: not a folder');
		expect(await refusal(await emptyFolder())).toBe(
			'bad_folder: DIR: the folder is empty; expected stores.csv, order_lines.csv, claims.csv',
		);
	});

	it('a missing table, a table twice, a folder in its place', async () => {
		expect(await refusal(await folderOf(GOOD, { 'claims.csv': null }))).toBe(
			'bad_table: claims: the table is missing from DIR; looked for claims.csv, claims.csv.gz, claims.parquet, claims.ndjson',
		);
		expect(await refusal(await folderOf(GOOD, { 'claims.ndjson': '{}' }))).toBe(
			'bad_table: claims: found claims.csv and claims.ndjson; keep one of them',
		);
		const dir = await folderOf(GOOD, { 'claims.csv': null });
		await mkdir(join(dir, 'claims.csv'));
		expect(await refusal(dir)).toBe('bad_table: claims.csv: not a file');
	});

	it('no room for temporary files or for the rejected rows', async () => {
		const dir = await folderOf();
		expect(await refusal(dir, { tempDir: '/nowhere/at/all' })).toBe(
			'bad_output: /nowhere/at/all: no temporary folder can be made there (ENOENT)',
		);
		const rejectedPath = join(dir, 'stores.csv', 'rejected.ndjson');
		expect(await refusal(dir, { rejectedPath })).toMatch(
			/^bad_output: DIR\/stores.csv\/rejected.ndjson: E(NOTDIR|EXIST)$/,
		);
	});

	it('a folder whose name looks like a pattern', async () => {
		const dir = join(await emptyFolder(), 'exports [2024] *');
		await mkdir(dir);
		for (const [name, lines] of Object.entries(GOOD))
			await writeFile(join(dir, `${name}.csv`), `${lines.join('\n')}\n`);
		expect((await open(dir)).facts.length).toBe(18);
	});

	it('optional tables may be missing', async () => {
		const { history } = await open(
			await folderOf(GOOD, { 'price_changes.csv': null, 'withdrawals.csv': null, 'labels.csv': null }),
		);
		expect(history.tables.map(({ table, file }) => [table, file])).toEqual([
			['stores', 'stores.csv'],
			['order_lines', 'order_lines.csv'],
			['price_changes', null],
			['claims', 'claims.csv'],
			['withdrawals', null],
			['labels', null],
		]);
	});

	it('a wrong header', async () => {
		const header = 'Claim,order_line_id,claimed_at,refund_amount';
		expect(await refusal(await folderOf(GOOD, { 'claims.csv': `${header}\n` }))).toBe(
			`bad_table: claims.csv:1: the column claim_id is missing; the columns are ${header.replaceAll(',', ', ')}; if "Claim" is it, say so with --map`,
		);
		expect(await refusal(await folderOf(GOOD, { 'claims.csv': `${GOOD.claims[0]},amount\n` }))).toBe(
			'bad_table: claims.csv:1: the column amount is there twice',
		);
		expect(await refusal(await folderOf(GOOD, { 'claims.csv': '' }))).toBe(
			'bad_table: claims.csv: the file is empty; its first line must name the columns',
		);
		const map = { claims: { columns: { recovered: 'Back' } } };
		expect(await refusal(await folderOf(), { map })).toBe(
			'bad_table: claims.csv:1: the column Back (mapped to recovered) is missing; the columns are claim_id, order_line_id, claimed_at, amount, recovered',
		);
	});

	it('another format under a CSV name', async () => {
		const refused = async (content: Uint8Array): Promise<string> =>
			refusal(await folderOf(GOOD, { 'claims.csv': content }));
		expect(await refused(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 9]))).toBe(
			'bad_table: claims.csv: not a CSV file: it is binary (byte 8 is zero)',
		);
		expect(await refused(gzipSync('x'))).toBe(
			'bad_table: claims.csv: not a CSV file: it is compressed with gzip; name it .csv.gz',
		);
		expect(await refused(Buffer.from('PK\u0003\u0004abc'))).toBe(
			'bad_table: claims.csv: not a CSV file: it is a spreadsheet or zip file; export it as CSV',
		);
		expect(await refused(Buffer.from('PAR1abc'))).toBe(
			'bad_table: claims.csv: not a CSV file: it is a Parquet file; name it .parquet',
		);
		expect(await refused(Buffer.from('\ufeffclaim_id', 'utf16le'))).toBe(
			'bad_table: claims.csv: not a CSV file: it is text in UTF-16; save it as UTF-8',
		);
		expect(await refused(Buffer.from([0xc3, 0x28, 0x2c, 0x41]))).toBe(
			'bad_table: claims.csv:1: not text in UTF-8; is it really a CSV file?',
		);
	});

	it('a gzip file that is cut off or is none', async () => {
		const rows = Array.from({ length: 5000 }, (_, i) => `C${i + 9},OL1,2023-10-03T08:00:00Z,${i}.00,`);
		const whole = gzipSync(withRows('claims', ...rows));
		const cut = { 'claims.csv': null, 'claims.csv.gz': whole.subarray(0, whole.length - 2000) };
		expect(await refusal(await folderOf(GOOD, cut))).toBe(
			'bad_table: claims.csv.gz: the gzip file ends too early: the rest is missing',
		);
		const none = { 'claims.csv': null, 'claims.csv.gz': `${GOOD.claims.join('\n')}\n` };
		expect(await refusal(await folderOf(GOOD, none))).toBe(
			'bad_table: claims.csv.gz: not a good gzip file (incorrect header check)',
		);
	});

	it('a corrupt Parquet file', async () => {
		const parquet = Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(200, 7), Buffer.from('PAR1')]);
		expect(await refusal(await folderOf(GOOD, { 'claims.csv': null, 'claims.parquet': parquet }))).toMatch(
			/^bad_table: claims\.parquet: cannot be read as Parquet: .*claims\.parquet/,
		);
		expect(await refusal(await folderOf(GOOD, { 'claims.csv': null, 'claims.parquet': 'hello' }))).toMatch(
			/^bad_table: claims\.parquet: cannot be read as Parquet: /,
		);
	});
});

describe('bad rows', () => {
	const line = (cells: Partial<Record<string, string>>): string => {
		const good: Record<string, string> = {
			order_line_id: 'OL9',
			store_id: 'S1',
			sku_id: 'K1',
			buyer_id: 'B9',
			quantity: '1',
			unit_price: '12.30',
			paid_at: '2023-10-01T10:00:00+08:00',
			protect_days: '7',
			delivered_at: '',
			released_at: '',
			refunded_at: '',
			refunded_amount: '',
			device_id: '',
			address: '',
		};
		return Object.values({ ...good, ...cells }).join(',');
	};

	it.each([
		[{ unit_price: '12.345' }, 'unit_price "12.345": CNY has 2 decimals'],
		[{ unit_price: '-5' }, 'unit_price "-5": is negative'],
		[{ unit_price: '1e3' }, 'unit_price "1e3": expected a decimal amount such as "12.30"'],
		[{ unit_price: 'NULL' }, 'unit_price "NULL": expected a decimal amount such as "12.30"'],
		[{ unit_price: '' }, 'unit_price is missing: expected a decimal amount such as "12.30"'],
		[{ unit_price: '100000000000.01' }, 'unit_price "100000000000.01": more than 100000000000.00'],
		[{ unit_price: '99999999999', quantity: '2' }, 'quantity "2": unit_price x quantity is too large to book'],
		[{ quantity: '-2' }, 'quantity "-2": is negative'],
		[{ quantity: '0' }, 'quantity "0": less than 1'],
		[{ quantity: '1.5' }, 'quantity "1.5": expected a whole number'],
		[{ quantity: '1000001' }, 'quantity "1000001": more than 1000000'],
		[{ protect_days: '4000' }, 'protect_days "4000": more than 3650'],
		[{ paid_at: '01/10/2023' }, 'paid_at "01/10/2023": expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00'],
		[{ paid_at: '2023-02-30T00:00:00Z' }, 'paid_at "2023-02-30T00:00:00Z": no such day'],
		[{ paid_at: '2023-02-03T24:00:00Z' }, 'paid_at "2023-02-03T24:00:00Z": no such time of day'],
		[{ paid_at: '1969-12-31T00:00:00Z' }, 'paid_at "1969-12-31T00:00:00Z": the year must be 1970 to 2099'],
		[{ released_at: '\\N' }, 'released_at "\\\\N": expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00'],
		[{ buyer_id: '' }, 'buyer_id is missing: expected a non-empty text'],
		[{ buyer_id: 'a\u0001b' }, 'buyer_id "a\\u0001b": has a control character'],
		[{ sku_id: 'a\u001fb' }, 'sku_id "a\\u001fb": has a control character'],
		[{ store_id: 'S9' }, 'store_id "S9": unknown store: no good row of stores has this id'],
		[{ order_line_id: 'OL1' }, 'order_line_id "OL1": an earlier row has this id and other content'],
	])('%j: %s', async (cells, expected) => {
		const changes = { 'order_lines.csv': withRows('order_lines', line(cells), line({ order_line_id: 'OL10' })) };
		const { history, facts } = await open(await folderOf(GOOD, changes));
		expect(history.rejectedSample).toEqual([`order_lines.csv:5: ${expected}`]);
		expect(history.tables[1]).toMatchObject({ rows: 5, rejected: 1, duplicates: 0 });
		expect(facts.filter((fact) => fact.type === 'order.paid').length).toBe(4);
	});

	it('an id longer than 200 characters, an address longer than 500', async () => {
		const [long, address] = ['x'.repeat(201), '路'.repeat(501)];
		const changes = {
			'order_lines.csv': withRows(
				'order_lines',
				line({ buyer_id: long }),
				line({ address }),
				line({ address: address.slice(1) }),
			),
		};
		const { history, rejected } = await open(await folderOf(GOOD, changes));
		expect(rejected).toEqual([
			{
				file: 'order_lines.csv',
				line: 5,
				field: 'buyer_id',
				value: `${long.slice(0, 200)}...`,
				reason: 'longer than 200 characters',
			},
			{
				file: 'order_lines.csv',
				line: 6,
				field: 'address',
				value: `${address.slice(0, 200)}...`,
				reason: 'longer than 500 characters',
			},
		]);
		expect(history.counts.order_lines).toBe(4);
	});

	it('of the other tables', async () => {
		expect(
			await sentencesOf({
				'stores.csv': `${GOOD.stores.join('\n')}\nS3,yesterday,1,,,,,,,,,\nS1,2023-09-01T10:00:00+08:00,7,,,,,,,,,\n`,
				'order_lines.csv': withRows('order_lines', line({ store_id: 'S3' })),
				'price_changes.csv': withRows(
					'price_changes',
					'S3,K1,2023-10-01T00:00:00Z,1',
					'S1,K1,2023-10-01T00:00:00Z,free',
				),
				'claims.csv': withRows(
					'claims',
					'C3,OL9,2023-10-01T00:00:00Z,1,',
					'C1,OL1,2023-10-03T08:00:00Z,1.00,',
					'C4,OL1,2023-10-03T08:00:00Z,1.00,-1',
				),
				'withdrawals.csv': withRows('withdrawals', 'W2,S9,2023-10-01T00:00:00Z,1', ',S1,2023-10-01T00:00:00Z,1'),
				'labels.csv': withRows('labels', 'S1,bad,', 'S9,abuse,'),
			}),
		).toEqual([
			'stores.csv:4: opened_at "yesterday": expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00',
			'stores.csv:5: store_id "S1": an earlier row has this id and other content',
			'order_lines.csv:5: store_id "S3": unknown store: no good row of stores has this id',
			'price_changes.csv:4: store_id "S3": unknown store: no good row of stores has this id',
			'price_changes.csv:5: price "free": expected a decimal amount such as "12.30"',
			'claims.csv:4: order_line_id "OL9": unknown order line: no good row of order_lines has this id',
			'claims.csv:5: claim_id "C1": an earlier row has this id and other content',
			'claims.csv:6: recovered "-1": is negative',
			'withdrawals.csv:3: store_id "S9": unknown store: no good row of stores has this id',
			'withdrawals.csv:4: withdrawal_id is missing: expected a non-empty text',
			'labels.csv:4: label "bad": expected one of abuse, honest',
			'labels.csv:5: store_id "S9": unknown store: no good row of stores has this id',
		]);
	});

	it('an id again with the same content is a harmless duplicate', async () => {
		const again = GOOD.order_lines[1] as string;
		const { history, facts } = await open(await folderOf(GOOD, { 'order_lines.csv': withRows('order_lines', again) }));
		expect(history.tables[1]).toMatchObject({ rows: 4, rejected: 0, duplicates: 1 });
		expect(history.counts.order_lines).toBe(3);
		expect(facts.length).toBe(18);
	});

	it('a bad row does not make a good row with the same id a duplicate', async () => {
		const rows = [line({ unit_price: 'x' }), line({})];
		const { history } = await open(await folderOf(GOOD, { 'order_lines.csv': withRows('order_lines', ...rows) }));
		expect(history.rejectedSample).toEqual([
			'order_lines.csv:5: unit_price "x": expected a decimal amount such as "12.30"',
		]);
		expect(history.counts.order_lines).toBe(4);
	});

	it('physical lines are right behind quoted line breaks and empty lines', async () => {
		const rows = [line({ order_line_id: 'OL8', address: '"three\nlines\nlong"' }), '', line({ quantity: 'x' })];
		expect(await sentencesOf({ 'order_lines.csv': withRows('order_lines', ...rows) })).toEqual([
			'order_lines.csv:9: quantity "x": expected a whole number',
		]);
	});

	it('no good row at all', async () => {
		const { history, facts } = await open(await folderOf(GOOD, { 'stores.csv': `${GOOD.stores[0]}\n` }));
		expect(facts).toEqual([]);
		expect(history.period).toEqual({ from: null, to: null });
		expect(history.counts).toMatchObject({ stores: 0, rejected_rows: 10, records: 0 });
	});
});

describe('rows that cannot be cut into cells', () => {
	const C3 = 'C3,OL1,2023-10-04T00:00:00Z,1.00,';
	const C4 = 'C4,OL1,2023-10-04T00:00:00Z,2.00,';

	it.each([
		['too few columns', 'C9,OL1', 'claims.csv:4: has 2 columns, the header has 5'],
		['too many columns', 'C9,OL1,2023-10-04T00:00:00Z,1,,,x', 'claims.csv:4: has 7 columns, the header has 5'],
		['a quote never closed', 'C9,"OL1,2023-10-04T00:00:00Z,1,', 'claims.csv:4: a quote is opened and never closed'],
		['text after a quote', 'C9,"OL1"x,2023-10-04T00:00:00Z,1,', 'claims.csv:4: text follows a closing quote'],
	])('%s', async (_, bad, expected) => {
		const { history, rejected } = await open(await folderOf(GOOD, { 'claims.csv': withRows('claims', bad, C3, C4) }));
		expect(history.rejectedSample).toEqual([expected]);
		expect(history.counts.claims).toBe(4);
		expect(history.tables[3]).toMatchObject({ rows: 5, rejected: 1 });
		expect(rejected[0]).toMatchObject({ field: null, value: null });
	});

	it('a file that the two readers cut differently is read again by the forgiving one', async () => {
		const rows = ['"C" "9",OL1,2023-10-04T00:00:00Z,1.00,', C3, 'C5,OL1,2023-10-04T00:00:00Z,x,'];
		expect(await sentencesOf({ 'claims.csv': withRows('claims', ...rows) })).toEqual([
			'claims.csv:4: text follows a closing quote',
			'claims.csv:6: amount "x": expected a decimal amount such as "12.30"',
		]);
	});

	it('after a quote that is never closed the lines behind are read as rows again', async () => {
		const many = Array.from({ length: 60_000 }, (_, i) => `C${i + 9},OL1,2023-10-04T00:00:00Z,1.00,`);
		const rows = ['C6,"OL1,2023-10-04T00:00:00Z,1.00,', ...many, 'C7,"OL1",2023-10-04T00:00:00Z,1.00,'];
		const { history } = await open(await folderOf(GOOD, { 'claims.csv': withRows('claims', ...rows) }));
		expect(history.rejectedSample).toEqual(['claims.csv:4: a quote is opened and never closed']);
		expect(history.counts.claims).toBe(60_003);
	});

	it('invalid UTF-8', async () => {
		const bad = Buffer.concat([
			Buffer.from(withRows('claims', C3)),
			Buffer.from([0x43, 0xff]),
			Buffer.from(`,${C3.slice(3)}\n${C4}\n`),
		]);
		const { history } = await open(await folderOf(GOOD, { 'claims.csv': bad }));
		expect(history.rejectedSample).toEqual(['claims.csv:5: not valid UTF-8']);
		expect(history.counts.claims).toBe(4);
	});

	it('bad cells in a file with broken rows keep their lines', async () => {
		const rows = ['C9,OL1', C3, 'C5,OL1,2023-10-04T00:00:00Z,x,'];
		expect(await sentencesOf({ 'claims.csv': withRows('claims', ...rows) })).toEqual([
			'claims.csv:4: has 2 columns, the header has 5',
			'claims.csv:6: amount "x": expected a decimal amount such as "12.30"',
		]);
	});

	it('NDJSON with a broken line, numbers that are not exact, and cells that are none', async () => {
		const claim = (id: unknown, amount: unknown): string =>
			JSON.stringify({ claim_id: id, order_line_id: 'OL1', claimed_at: '2023-10-04T00:00:00Z', amount });
		const lines = [
			claim('C1', 1),
			'{"claim_id": "C2", ',
			claim('C3', '2.50'),
			'',
			'[1]',
			claim('C4', 0.125),
			claim({}, 1),
		];
		const ndjson = `${lines.join('\n')}\n${claim('C5', 1).replace('"C5"', '12345678901234567890')}\n${claim(6, null)}\n`;
		const { history, facts } = await open(await folderOf(GOOD, { 'claims.csv': null, 'claims.ndjson': ndjson }));
		expect(history.rejectedSample).toEqual([
			'claims.ndjson:2: not JSON',
			'claims.ndjson:5: not a JSON object',
			'claims.ndjson:7: claim_id "{}": expected a text',
			'claims.ndjson:8: claim_id "12345678901234567000": too large a number to be exact; write it as text',
			'claims.ndjson:6: amount "0.125": CNY has 2 decimals',
			'claims.ndjson:9: amount is missing: expected a decimal amount such as "12.30"',
		]);
		expect(facts.filter((fact) => fact.type === 'claim.paid').map(({ id, amount }) => [id, amount])).toEqual([
			['claims:C1', 100],
			['claims:C3', 250],
		]);
		expect(await refusal(await folderOf(GOOD, { 'claims.csv': null, 'claims.ndjson': '{"id":1}\n' }))).toBe(
			'bad_table: claims.ndjson:1: the column claim_id is missing; the columns are id',
		);
	});

	it('bad rows of a Parquet file are named by their number', async () => {
		const dir = await folderOf(GOOD, { 'claims.csv': null });
		const instance = await DuckDBInstance.create(':memory:');
		const connection = await instance.connect();
		await connection.run(`copy (select 'C' || range as claim_id, 'OL1' as order_line_id, timestamptz '2023-10-03 00:00:00Z' as claimed_at,
			range / 8 as amount from range(4)) to '${dir}/claims.parquet'`);
		connection.closeSync();
		instance.closeSync();
		expect((await open(dir)).history.rejectedSample).toEqual([
			'claims.parquet:2: amount "0.125": CNY has 2 decimals',
			'claims.parquet:4: amount "0.375": CNY has 2 decimals',
		]);
	});
});

describe('a line of a gigabyte', () => {
	it.each(['csv', 'ndjson'])('%s: is one bad row and never in memory', { timeout: 120_000 }, async (format) => {
		const row = (id: string): string =>
			format === 'csv'
				? `${id},OL1,2023-10-04T00:00:00Z,1.00,\n`
				: `${JSON.stringify({ claim_id: id, order_line_id: 'OL1', claimed_at: '2023-10-04T00:00:00Z', amount: 1 })}\n`;
		const dir = await folderOf(GOOD, { 'claims.csv': null });
		const file = openSync(join(dir, `claims.${format}`), 'w');
		if (format === 'csv') writeSync(file, `${GOOD.claims[0]}\n`);
		writeSync(file, row('C1'));
		const megabyte = Buffer.alloc(1 << 20, 'x');
		for (let i = 0; i < 1024; i++) writeSync(file, megabyte);
		writeSync(file, `\n${row('C2')}`);
		closeSync(file);
		const before = process.memoryUsage().rss;
		const { history } = await open(dir);
		expect(history.rejectedSample).toEqual([
			`claims.${format}:${format === 'csv' ? 3 : 2}: the line is longer than 2000000 bytes`,
		]);
		expect(history.counts.claims).toBe(2);
		expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
		truncateSync(join(dir, `claims.${format}`));
	});
});

it('an older rejected.ndjson is not taken for this run’s', async () => {
	const dir = await folderOf();
	const rejectedPath = join(await emptyFolder(), 'rejected.ndjson');
	await writeFile(rejectedPath, '{"file":"old"}\n');
	await open(dir, { rejectedPath });
	expect(await readFile(rejectedPath, 'utf8')).toBe('');
});

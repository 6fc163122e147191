/** The command line as a user meets it: exit codes, messages, and what is written. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/model.js';
import { surety as inProcess } from '../cli.js';
import { folder } from './markets.js';

const { dir, remove } = folder();
const tables = join(dir, 'tables');

const surety = (...args: string[]): { code: number | null; out: string; err: string } => {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/surety', ...args], { encoding: 'utf8' });
	return { code: status, out: stdout, err: stderr };
};

const ORDERS = `order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days
L1,S1,K1,B1,1,100.00,2024-03-01T10:00:00+08:00,7
L2,S1,K1,B2,1,12.345,2024-03-01T11:00:00+08:00,7
L3,S9,K1,B2,1,10.00,2024-03-01T11:00:00+08:00,7
`;

beforeAll(() => {
	mkdirSync(tables);
	writeFileSync(join(tables, 'stores.csv'), 'store_id,opened_at,deposit\nS1,2024-01-01T00:00:00Z,1000\n');
	writeFileSync(join(tables, 'order_lines.csv'), ORDERS);
	writeFileSync(
		join(tables, 'claims.csv'),
		'claim_id,order_line_id,claimed_at,amount\nC1,L1,2024-03-02T00:00:00Z,20.00\n',
	);
});
afterAll(remove);

describe('surety investigate', () => {
	test('keeps good rows, names bad ones, and writes the contract’s report', () => {
		const { code, out } = surety('investigate', tables, '--out', join(dir, 'out'));
		expect(code).toBe(0);
		expect(out).toContain('order_lines.csv:3: unit_price "12.345": CNY has 2 decimals');
		const report = JSON.parse(readFileSync(join(dir, 'out', 'report.json'), 'utf8')) as Report;
		expect(report).toMatchObject({ schema: 'surety.report/1', currency: 'CNY' });
		expect(report.totals).toMatchObject({
			order_lines: 1,
			claims: 1,
			advanced: '20.00',
			recovered: '20.00',
			shortfall: '0.00',
			rejected_rows: 2,
		});
		expect(report.stores).toMatchObject([
			{ store_id: 'S1', flagged: false, flagged_at: null, advanced: '20.00', ring_id: null },
		]);
		expect(report.unjudged.map(({ en }) => en).join(' ')).toContain('price_changes');
		expect(existsSync(join(dir, 'out', 'report.html'))).toBe(true);
		const rejected = readFileSync(join(dir, 'out', 'rejected.ndjson'), 'utf8')
			.trim()
			.split('\n');
		expect(rejected.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([3, 4]);
	});

	test('wrong usage ends the process with 2, and is said on standard error', () => {
		const { code, out, err } = surety('inspect');
		expect([code, out]).toEqual([2, '']);
		expect(err).toContain('"inspect" is not a command');
	});

	test('--strict makes a bad row fatal', () => {
		expect(surety('investigate', tables, '--out', join(dir, 'strict'), '--strict')).toMatchObject({ code: 1 });
	});

	test('--json prints the sums for programs', () => {
		const { out } = surety('investigate', tables, '--out', join(dir, 'json'), '--json');
		expect(JSON.parse(out)).toMatchObject({ totals: { advanced: '20.00' }, flagged: [], rings: [] });
	});

	test.each([
		[['investigate', join(dir, 'nowhere'), '--out', dir], 'no such folder'],
		[['investigate', tables], 'needs --out'],
		[['investigate', tables, '--out', dir, '--currency', 'yuan'], 'expected an ISO 4217 code'],
		[['investigate', tables, '--out', dir, '--programme', 'nix'], 'neither a file nor one of'],
		[['investigate', tables, '--out', dir, '--nope'], "Unknown option '--nope'"],
		[['inspect'], '"inspect" is not a command'],
	])('%j is wrong usage', async (args, message) => {
		const { code, err } = await inProcess(...args);
		expect(err).toContain(message);
		expect(code).toBe(2);
	});
});

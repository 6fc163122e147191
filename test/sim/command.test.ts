/** `surety simulate` as a user meets it: what is written, what is said, and what is refused. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ATTACKS } from '../../src/sim/attacks.js';
import type { CalibrationReport, Truth } from '../../src/sim/index.js';
import { surety as inProcess } from '../cli.js';

const root = mkdtempSync(join(tmpdir(), 'surety-simulate-'));
const surety = (...args: string[]): { code: number | null; out: string; err: string } => {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/surety', ...args], { encoding: 'utf8' });
	return { code: status, out: stdout, err: stderr };
};
const SMALL = ['--stores', '40', '--days', '90', '--buyers', '20'];
const read = (dir: string, name: string): string => readFileSync(join(root, dir, name), 'utf8');

afterAll(() => rmSync(root, { recursive: true }));

describe('surety simulate', () => {
	test('writes the tables, the truth and how real they are; the same seed gives the same bytes', () => {
		const call = (dir: string, seed: string) =>
			surety(
				'simulate',
				'--out',
				join(root, dir),
				...SMALL,
				'--seed',
				seed,
				'--attack',
				'patient',
				'--attack',
				'patient',
			);
		const { code, out, err } = call('a', '3');
		expect([code, err]).toEqual([0, '']);
		expect(out).toContain('60 stores');
		expect(out).toContain('patient: 10 stores took');
		expect(readdirSync(join(root, 'a')).sort()).toEqual([
			'calibration.html',
			'calibration.json',
			'claims.csv',
			'order_lines.csv',
			'price_changes.csv',
			'stores.csv',
			'truth.json',
			'withdrawals.csv',
		]);
		const truth = JSON.parse(read('a', 'truth.json')) as Truth;
		expect(truth).toMatchObject({ schema: 'surety.truth/1', seed: 3, period: { from: '2023-06-01T00:00:00+08:00' } });
		expect(truth.gangs.map(({ attack }) => attack)).toEqual(['patient', 'patient']);
		const calibration = JSON.parse(read('a', 'calibration.json')) as CalibrationReport;
		expect(calibration).toMatchObject({ schema: 'surety.calibration/1', market: { days: 90, honest_stores: 40 } });
		call('b', '3');
		call('c', '4');
		for (const name of readdirSync(join(root, 'a'))) {
			expect(read('b', name), name).toBe(read('a', name));
			expect(read('c', name), name).not.toBe(read('a', name));
		}
	});

	test('without an attack nobody is lost money to', async () => {
		const { out } = await inProcess('simulate', '--out', join(root, 'honest'), ...SMALL, '--json');
		expect(JSON.parse(out)).toMatchObject({ seed: 1, gangs: [], totals: { stores: 40, shortfall: '0.00' } });
	});

	test('--attack all has every one once; --recovered adds the column', async () => {
		const dir = join(root, 'all');
		const { out } = await inProcess('simulate', '--out', dir, ...SMALL, '--attack', 'all', '--recovered', '--json');
		const told = JSON.parse(out) as { gangs: { attack: string }[] };
		expect(told.gangs.map(({ attack }) => attack)).toEqual(Object.keys(ATTACKS));
		expect(read('all', 'claims.csv').split('\n')[0]).toBe('claim_id,order_line_id,claimed_at,amount,recovered');
	});

	test('NAME+NAME is one gang that does both', async () => {
		const both = ['--attack', 'bust-out+forged-prices'];
		const { code } = await inProcess('simulate', '--out', join(root, 'both'), ...SMALL, ...both);
		expect(code).toBe(0);
		const truth = JSON.parse(read('both', 'truth.json')) as Truth;
		expect(truth.gangs.map(({ attack, stores }) => [attack, stores.length])).toEqual([['bust-out+forged-prices', 10]]);
		const of = (store: string, name: string): string[][] =>
			read('both', name)
				.split('\n')
				.map((row) => row.split(','))
				.filter((cells) => cells.includes(store));
		for (const { store_id } of truth.gangs[0]?.stores ?? []) {
			const dear = of(store_id, 'price_changes.csv').filter(([, , , price]) => Number(price) > 9000);
			expect(dear.length, 'listed, and back after the forged price').toBeGreaterThan(1);
			expect(of(store_id, 'order_lines.csv').length, 'months of trust').toBeGreaterThan(70);
		}
	});

	test('--list tells each attack in its sentence', async () => {
		const { code, out } = await inProcess('simulate', '--list');
		expect(code).toBe(0);
		const told = out.trimEnd().split('\n');
		expect(told.map((line) => line.split(/ {2,}/))).toEqual(
			Object.entries(ATTACKS).map(([name, { means }]) => [name, means]),
		);
		const listed = JSON.parse((await inProcess('simulate', '--list', '--json')).out) as Record<string, string>;
		expect(Object.keys(listed)).toEqual(Object.keys(ATTACKS));
	});

	writeFileSync(join(root, 'a-file'), '');
	test.each([
		[[], 'needs --out'],
		[
			['--out', join(root, 'x'), '--attack', 'founding+bribe'],
			'--attack "bribe": expected all or one of founding, clean-papers',
		],
		[['--out', join(root, 'x'), '--days', '44'], 'days 44: a market needs at least 45'],
		[['--out', join(root, 'x'), '--days', 'ten'], '--days "ten": expected a whole number from 1 to'],
		[['--out', join(root, 'x'), '--stores', '0'], '--stores "0": expected a whole number from 1 to'],
		[['--out', join(root, 'x'), '--stores', '1.5'], '--stores "1.5": expected a whole number'],
		[['--out', join(root, 'x'), '--seed', '-1'], '--seed'],
		[['--out', join(root, 'x'), '--from', '2023-13-01'], '--from "2023-13-01": expected a day such as'],
		[['--out', join(root, 'a-file')], 'cannot be written'],
		[['--out', join(root, 'a-file', 'below')], 'cannot be written'],
		[['--out', join(root, 'x'), '--nope'], "Unknown option '--nope'"],
		[['--out', join(root, 'x'), 'more'], 'more'],
	])('%j is wrong usage', async (args, message) => {
		const { code, err } = await inProcess('simulate', ...args);
		expect(err).toContain(message);
		expect(err).toMatch(/^surety: /);
		expect(code).toBe(2);
	});
});

/** `surety backtest` as a user meets it: exit codes, messages, what is written; and that threads change no byte. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backtest } from '../../src/backtest/model.js';
import { writeMarket } from '../../src/sim/index.js';
import { surety as inProcess } from '../cli.js';
import { folder, writeTables } from './at-hand.js';

const { dir, remove } = folder();
const tables = join(dir, 'tables');
const surety = (...args: string[]): { code: number | null; out: string; err: string } => {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/surety', ...args], { encoding: 'utf8' });
	return { code: status, out: stdout, err: stderr };
};
const policy = (name: string, text: string): string => {
	const path = join(dir, name);
	writeFileSync(path, text);
	return path;
};

beforeAll(async () => {
	await writeMarket(tables, {
		seed: 9,
		days: 50,
		honestStores: 15,
		lookalikes: 'none',
		gangs: [{ stores: 3, people: 1, buyers: 10, activeDays: [15, 35] }],
	});
});
afterAll(remove);

describe('surety backtest', () => {
	test('interrupted, it says so, and leaves nothing in the folder for what is temporary', async () => {
		const temp = join(dir, 'temp');
		mkdirSync(temp);
		const env = { ...process.env, TMPDIR: temp };
		const child = spawn(process.execPath, ['bin/surety', 'backtest', tables, '--out', join(dir, 'cut')], { env });
		let err = '';
		child.stderr.on('data', (text: Buffer) => (err += text.toString()));
		while (!readdirSync(temp).some((name) => name.startsWith('surety-'))) await new Promise(setImmediate);
		child.kill('SIGINT');
		expect(await once(child, 'close')).toEqual([130, null]);
		expect(err).toBe('\nsurety: stopped before it was done\n');
		expect(readdirSync(temp)).toEqual([]);
	});

	test('writes both files and tells the loss of each policy', () => {
		const mine = policy('mine.json', '{"schema":"surety.policy/1","name":"mine","version":2}');
		const { code, out, err } = surety('backtest', tables, '--out', join(dir, 'out'), '--policy', mine);
		expect([code, err]).toEqual([0, '']);
		expect(out).toMatch(/^\nmine@2: 0\.00 CNY lost instead of [\d,]+\.\d\d\.\n/);
		const found = JSON.parse(readFileSync(join(dir, 'out', 'backtest.json'), 'utf8')) as Backtest;
		expect(found).toMatchObject({ schema: 'surety.backtest/1', currency: 'CNY', programme: 'default@1' });
		expect(found.runs.map((run) => run.policy)).toEqual(['mine@2']);
		expect(readFileSync(join(dir, 'out', 'backtest.html'), 'utf8')).toMatch(/<\/html>\n$/);
	});

	test('--json prints the runs without their stores', () => {
		const { code, out } = surety('backtest', tables, '--out', join(dir, 'json'), '--json');
		expect(code).toBe(0);
		const told = JSON.parse(out) as Backtest & { readonly backtest_json: string };
		expect(told.runs[0]).toMatchObject({ policy: 'default@1', shortfall: '0.00' });
		expect(told.runs[0]).not.toHaveProperty('by_store');
		expect(told.backtest_json).toBe(join(dir, 'json', 'backtest.json'));
	});

	test.each([
		['no folder', [], /backtest takes one folder/],
		['no --out', ['T'], /backtest needs --out/],
		['an unknown option', ['T', '--out', 'O', '--nope'], /nope/],
		['a folder that is not there', ['/no/such/folder', '--out', 'O'], /no such folder|\/no\/such\/folder/],
		['a policy that is not there', ['T', '--out', 'O', '--policy', '/no/such/policy.json'], /policy\.json/],
	])('%s is wrong usage', async (_, args, message) => {
		const given = args.map((arg) => (arg === 'T' ? tables : arg === 'O' ? join(dir, 'unused') : arg));
		const { code, err } = await inProcess('backtest', ...given);
		expect([code, message.test(err)]).toEqual([2, true]);
	});

	test('a policy that contradicts itself is wrong usage, named with its file', async () => {
		const bad = policy('bad.json', '{"schema":"surety.policy/1","name":"bad","version":1,"flag_score":10}');
		const { code, err } = await inProcess('backtest', tables, '--out', join(dir, 'unused'), '--policy', bad);
		expect(code).toBe(2);
		expect(err).toContain(`${bad}: policy: flag_score: is below watch_score`);
	});

	test('a rejected row is counted, and with --strict it is fatal', () => {
		const odd = writeTables(join(dir, 'odd'), {
			stores: ['store_id,opened_at,deposit', 'S,2024-01-01T00:00:00Z,0'],
			order_lines: [
				'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days',
				'L,S,K,B,1,1,2024-03-01T00:00:00Z,7',
			],
			claims: ['claim_id,order_line_id,claimed_at,amount', 'C,GONE,2024-03-03T00:00:00Z,50'],
		});
		const lax = surety('backtest', odd, '--out', join(dir, 'lax'));
		expect(lax.code).toBe(0);
		expect(lax.out).toContain('1 rows rejected');
		expect(lax.out).toContain('There is no price_changes table');
		expect(surety('backtest', odd, '--out', join(dir, 'strict'), '--strict').code).toBe(1);
	});
});

test('runs in two threads find the same as in one', () => {
	const script = `
		import { backtest } from './dist/backtest/backtest.js';
		import { readPolicies } from './dist/backtest/policies.js';
		import { currency, DEFAULT_PROGRAMME } from './dist/index.js';
		const [dir, out] = process.argv.slice(1);
		const CNY = currency('CNY');
		for (const threads of [1, 2, 3]) {
			await backtest({ dir, out: out + threads, strict: false, currency: CNY, programme: DEFAULT_PROGRAMME,
				policies: await readPolicies([], CNY), threads });
		}`;
	execFileSync(process.execPath, ['--input-type=module', '-e', script, tables, join(dir, 'threads')]);
	const bytes = (threads: number): string => readFileSync(join(dir, `threads${threads}`, 'backtest.json'), 'utf8');
	expect(bytes(2)).toBe(bytes(1));
	expect(bytes(3)).toBe(bytes(1));
});

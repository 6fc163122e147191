/** `surety redteam` as one runs it: threads, a break and going on, what is written, playing a strategy again. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Findings } from '../../src/redteam/findings.js';
import { surety as inProcess } from '../cli.js';
import { policy, PLANTED } from './settings.js';

const dir = mkdtempSync(join(tmpdir(), 'surety-redteam-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function surety(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/surety', 'redteam', ...args], {
		encoding: 'utf8',
	});
	return { code: status, out: stdout, err: stderr };
}

const weak = join(dir, 'weak.json');
writeFileSync(weak, JSON.stringify(PLANTED['payouts observed, unfunded claims paid'].policy));
const bytes = (out: string, name: string): string => readFileSync(join(dir, out, name), 'utf8');

describe('the same bytes', () => {
	const run = (out: string, ...more: string[]) =>
		surety('--policy', weak, '--seed', '4', '--out', join(dir, out), '--json', ...more);

	test('from one worker and from three, and after going on from a checkpoint', () => {
		expect(run('one', '--generations', '4', '--workers', '1').code).toBe(0);
		expect(run('three', '--generations', '4', '--workers', '3').code).toBe(0);
		expect(run('broken', '--generations', '2', '--workers', '2').code).toBe(0);
		expect(surety('--resume', '--generations', '4', '--workers', '3', '--out', join(dir, 'broken')).code).toBe(0);
		for (const name of ['checkpoint.json', 'redteam.json', 'redteam.html']) {
			expect(bytes('three', name), name).toBe(bytes('one', name));
			expect(bytes('broken', name), name).toBe(bytes('one', name));
		}
	});

	test('what was found is written, and can be played again under its own policy and a stricter one', () => {
		const findings = JSON.parse(bytes('one', 'redteam.json')) as Findings;
		expect(findings).toMatchObject({ schema: 'surety.redteam/1', generations: 4, tried: 384, nearest: null });
		const [worst] = findings.found;
		expect(Number(worst?.platform_cost)).toBeGreaterThan(100_000);
		expect(worst?.book_shortfall).toBe(worst?.platform_cost);
		const files = readdirSync(join(dir, 'one', 'found'));
		expect(files).toEqual(findings.found.map(({ name }) => `${name}.json`));
		const file = join(dir, 'one', 'found', files[0] ?? '');
		const played = surety('--replay', file);
		expect(played.code).toBe(0);
		for (const { what } of worst?.steps ?? []) expect(played.out).toContain(what.en);
		const strict = join(dir, 'strict.json');
		writeFileSync(strict, JSON.stringify(policy({})));
		const sums = JSON.parse(surety('--replay', file, '--policy', strict, '--json').out) as object;
		expect(sums).toMatchObject({ platform_cost: '0.00', book_shortfall: '0.00' });
	});
});

describe('wrong usage is told', () => {
	test.each([
		['--goal', 'fame'],
		['--minutes', 'soon'],
		['--generations', '-1'],
		['--policy', '/nowhere/policy.json'],
		['--replay', '/nowhere/strategy.json'],
		['--colour'],
		['--resume', '--policy', weak],
	])('%s %s %s', async (...args) => {
		const given = args.filter((arg) => arg !== undefined);
		const { code, err } = await inProcess('redteam', '--out', join(dir, 'wrong'), ...given);
		expect(code).toBe(2);
		expect(err).toContain('surety: ');
	});

	test('going on where nothing was begun', async () => {
		const { code, err } = await inProcess('redteam', '--resume', '--out', join(dir, 'nothing'));
		expect(code).toBe(2);
		expect(err).toContain('no checkpoint');
	});

	test('going on from something else', async () => {
		for (const text of ['', '{', 'null', '{}', '{"schema":"surety.redteam-checkpoint/2"}']) {
			writeFileSync(join(dir, 'checkpoint.json'), text);
			const { code, err } = await inProcess('redteam', '--resume', '--out', dir);
			expect(code).toBe(2);
			expect(err).toContain('not a checkpoint of this version');
		}
	});
});

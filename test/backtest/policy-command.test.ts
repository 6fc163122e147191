/** `surety policy`: sound or not, and what it would change, before anything is asked of a document. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'surety-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, more: object): string {
	const path = join(folder, `${name}.json`);
	writeFileSync(path, JSON.stringify({ schema: 'surety.policy/1', name, version: 1, ...more }));
	return path;
}
function run(...args: readonly string[]) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin/surety'), 'policy', ...args], {
		encoding: 'utf8',
		env: { ...process.env, NO_COLOR: '1' },
	});
	return { status, stdout, stderr };
}

const now = file('now', { margin_percent: { new: 20, normal: 5, watch: 30, abnormal: 100, probation: 50 } });
const rule = { name: 'cliffs', gate: 'price', when: 'fall_percent > 60', verdict: 'hold' };
const next = file('next', { rules: [rule] });

test('a sound document: its gates, its rules, and each difference with its direction', () => {
	const { status, stdout } = run(next, '--against', now);
	expect(status).toBe(0);
	expect(stdout).toContain('next@1 is sound.');
	expect(stdout).toContain('rule cliffs: price hold where fall_percent > 60');
	expect(stdout).toMatch(/What differs from now@1:\n {2}looser .* keep 3 % .* not 5 %\n {2}stricter New rule "cliffs"/);
	expect(JSON.parse(run(now, '--against', now, '--json').stdout)).toMatchObject({ policy: 'now@1', differences: [] });
});

test('the words of rules', () => {
	expect(run('--words').stdout).toMatch(/^ {2}store\.id +string +guarantee, price, payout +the store’s id\n/);
	expect(Object.keys(JSON.parse(run('--words', '--json').stdout) as object)).toContain('fall_percent');
});

test('what is wrong is told with its place, and so is a wrong call', () => {
	const bad = file('bad', { rules: [{ ...rule, when: 'price > 60' }] });
	expect(run(bad)).toMatchObject({ status: 2, stdout: '' });
	expect(run(bad).stderr).toContain('bad.json: policy: rules.0.when: no such overload: money > int');
	expect(run(join(folder, 'none.json'))).toMatchObject({ status: 2 });
	expect(run()).toMatchObject({ status: 2, stderr: 'surety: usage: surety policy FILE [--against FILE]\n' });
});

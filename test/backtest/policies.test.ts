/** Which policies a backtest takes, and how it says no to the others. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkPolicies, flatHold, nothing, policyFrom, readPolicies } from '../../src/backtest/policies.js';
import { CNY, folder } from './at-hand.js';

const { dir, remove } = folder();
afterAll(remove);

const base = { schema: 'surety.policy/1', name: 'mine', version: 3 };
const write = (name: string, text: string): string => {
	mkdirSync(dir, { recursive: true });
	const path = join(dir, name);
	writeFileSync(path, text);
	return path;
};
const gates = (mode: string) => ({ admission: mode, guarantee: mode, price: mode, claim: mode, payout: mode });

describe('policies', () => {
	test('without a file it is the default policy, enforcing', async () => {
		const [only, ...more] = await readPolicies([], CNY);
		expect(only).toMatchObject({ label: 'default@1', gates: gates('enforce') });
		expect(more).toEqual([]);
	});

	test('one that says nothing of gates has all of them enforce; one that does is taken as written', async () => {
		const mixed = { ...gates('observe'), price: 'enforce' };
		const paths = [
			write('silent.json', JSON.stringify(base)),
			write('mixed.json', JSON.stringify({ ...base, version: 4, gates: mixed })),
		];
		const policies = await readPolicies(paths, CNY);
		expect(policies.map(({ label, gates: modes }) => [label, modes])).toEqual([
			['mine@3', gates('enforce')],
			['mine@4', mixed],
		]);
	});

	test('the comparisons observe, and hold everything', () => {
		expect(nothing(CNY).gates).toEqual(gates('observe'));
		expect(flatHold(CNY)).toMatchObject({ gates: { ...gates('observe'), payout: 'enforce' } });
		expect(Object.values(flatHold(CNY).margin_percent)).toEqual([100, 100, 100, 100, 100]);
	});
});

describe('is refused, with the file named:', () => {
	test.each([
		['no JSON', '{"schema":', /bad\.json: .*JSON/],
		['no object', '[]', /bad\.json: expected a policy document/],
		['an unknown field', JSON.stringify({ ...base, margins: 5 }), /bad\.json: .*margins/],
		[
			'a negative margin',
			JSON.stringify({ ...base, margin_percent: { new: -1, normal: 5, watch: 30, abnormal: 100 } }),
			/bad\.json: .*margin_percent\.new/,
		],
		[
			'a flag line below the watch line',
			JSON.stringify({ ...base, flag_score: 30, watch_score: 40 }),
			/bad\.json: .*flag_score: is below watch_score/,
		],
		[
			'a gate that is missing',
			JSON.stringify({ ...base, gates: { price: 'enforce' } }),
			/bad\.json: .*gates\.admission/,
		],
		['gates of null', JSON.stringify({ ...base, gates: null }), /bad\.json: .*gates/],
	])('%s', async (_, text, message) => {
		const failure = readPolicies([write('bad.json', text)], CNY);
		await expect(failure).rejects.toMatchObject({ code: 'bad_policy', message: expect.stringMatching(message) });
	});

	test('a file that is not there', async () => {
		const failure = readPolicies([join(dir, 'nowhere.json')], CNY);
		await expect(failure).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('nowhere.json') });
	});

	test('two of one name and version', async () => {
		const paths = [write('a.json', JSON.stringify(base)), write('b.json', JSON.stringify(base))];
		const failure = readPolicies(paths, CNY);
		await expect(failure).rejects.toMatchObject({
			code: 'bad_policy',
			message: expect.stringContaining('mine@3 is given twice'),
		});
	});

	test('one that would never be asked', () => {
		const watching = policyFrom({ ...base, gates: gates('observe') }, 'watching.json', CNY);
		expect(() => checkPolicies([watching])).toThrow(/nothing would ever be asked/);
	});
});

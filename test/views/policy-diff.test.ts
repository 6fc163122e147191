/** Differences between policies, in words. */
import { describe, expect, test } from 'vitest';
import { defaultPolicy, parsePolicy } from '../../src/core/policy.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { BY_HAND } from '../train/model-by-hand.js';
import { leavesOf, policyDiff, settingOf } from '../../src/views/policy-diff.js';

const CNY = currency('CNY');
const { document } = defaultPolicy(CNY, 'enforce');
const changed = (more: object) =>
	policyDiff(document, parsePolicy({ ...document, ...more }, CNY).document, DEFAULT_PROGRAMME);

describe('a policy against another', () => {
	test.each(leavesOf(document).map(([field]) => field))('%s has its sentence in both languages', (field) => {
		const [{ en, zh }] = settingOf(field);
		for (const sentence of [en, zh]) {
			expect(sentence).toContain('{from}');
			expect(sentence).toContain('{to}');
		}
		expect(en.includes('{name}')).toBe(zh.includes('{name}'));
	});

	test('only what differs is told, and name and version are no difference', () => {
		expect(changed({ version: 7, name: 'other' })).toEqual([]);
		expect(changed({ margin_percent: { ...document.margin_percent, new: 35 } })).toEqual([
			{
				field: 'margin_percent.new',
				from: 20,
				to: 35,
				effect: 'stricter',
				en: 'Stores of tier "new" keep 35 % of what open guarantees could cost, not 20 %',
				zh: '“new”级店铺须留存未结价保敞口的 35%（原为 20%）',
			},
		]);
	});

	test('[SC7] a model is one sentence, whatever is in it', () => {
		expect(changed({ model: BY_HAND })).toEqual([
			{
				field: 'model',
				from: 'transparent',
				to: 'by-hand@1',
				effect: 'other',
				en: 'Stores are scored by the transparent score and model by-hand@1 of 2 trees, not by the transparent score alone',
				zh: '店铺评分改用透明评分及模型 by-hand@1（2 棵树）（原为仅透明评分）',
			},
		]);
		const withModel = parsePolicy({ ...document, model: BY_HAND }, CNY).document;
		const next = parsePolicy({ ...document, model: { ...BY_HAND, version: 2 } }, CNY).document;
		expect(policyDiff(withModel, structuredClone(withModel), DEFAULT_PROGRAMME)).toEqual([]);
		expect(policyDiff(withModel, next, DEFAULT_PROGRAMME).map(({ from, to }) => [from, to])).toEqual([
			['by-hand@1', 'by-hand@2'],
		]);
	});

	test.each([
		[{ gates: { ...document.gates, price: 'observe' } }, 'looser'],
		[{ hold_hours: { ...document.hold_hours, price: 24 } }, 'stricter'],
		[{ probation: { ...document.probation, guarantee_cap: '60000' } }, 'looser'],
		[{ flag_score: 50 }, 'stricter'],
		[{ unfunded_claim: 'pay' }, 'other'],
		[{ commission_basis_points: 30 }, 'other'],
	])('%j is %s', (more, effect) => {
		expect(changed(more).map((one) => one.effect)).toEqual([effect]);
	});
});

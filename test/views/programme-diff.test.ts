/** Differences between programmes, in words: every field of the document that may differ has its sentence. */
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/core/policy.js';
import { DEFAULT_PROGRAMME, PRESETS } from '../../src/core/programme/presets.js';
import { type Programme, parseProgramme, programmeSchema } from '../../src/core/programme/schema.js';
import { currency } from '../../src/core/words/money.js';
import { policyDiff } from '../../src/views/policy-diff.js';
import { programmeDiff } from '../../src/views/programme-diff.js';

const CNY = currency('CNY');
const seven = parseProgramme({ ...DEFAULT_PROGRAMME, clock: { start: 'payment', days: 7 } });
const from = (more: object): ReturnType<typeof programmeDiff> =>
	programmeDiff(seven, parseProgramme({ ...seven, ...more }));

/** Each field changed, and what is said of it. */
const CASES: readonly [change: object, field: string, en: string, zh: string][] = [
	[
		{ version: 2 },
		'programme',
		'What is sold from then on is promised by the programme default@2, not default@1; what was promised before stays',
		'此后成交的订单适用价保规则 default@2（原为 default@1），此前的价保承诺不变',
	],
	[
		{ clock: { ...seven.clock, start: 'order' } },
		'programme.clock.start',
		'The window starts at order submission, not at payment',
		'价保期自提交订单起算（原为付款）',
	],
	[
		{ clock: { ...seven.clock, days: 15 } },
		'programme.clock.days',
		'The window is 15 days, not 7 days',
		'价保期为 15 天（原为 7 天）',
	],
	[
		{ clock: { ...seven.clock, undelivered_days: 30 } },
		'programme.clock.undelivered_days',
		'Until delivery is told, a promise stands for 30 days, not 60',
		'未签收时价保最长 30 天（原为 60 天）',
	],
	[
		{ parts: { platform_coupon: 'deduct' } },
		'programme.parts.platform_coupon',
		'The platform coupon part of what was paid is taken off in the protected price, not ignored',
		'受保价格中平台优惠券部分：扣除（原为不计）',
	],
	...(['merchant_coupon', 'points', 'freight', 'tax', 'gift'] as const).map(
		(part): [object, string, string, string] => [
			{ parts: { [part]: 'count' } },
			`programme.parts.${part}`,
			`The ${part.replace('_', ' ')} part of what was paid is added in the protected price, not ignored`,
			'计入（原为不计）',
		],
	),
	[
		{ exclude: { ...seven.exclude, traits: ['gift', 'fresh'] } },
		'programme.exclude.traits',
		'Not covered when bought as: gift, fresh (before: nothing)',
		'以下购买方式不享价保：gift、fresh（原为：无）',
	],
	[
		{ exclude: { ...seven.exclude, categories: ['gold'] } },
		'programme.exclude.categories',
		'Categories not covered: gold (before: nothing)',
		'以下类目不享价保：gold（原为：无）',
	],
	[
		{ exclude: { ...seven.exclude, at_claim: ['cancelled'] } },
		'programme.exclude.at_claim',
		'Not claimable while the item or order is: cancelled (before: nothing)',
		'商品或订单处于以下状态时不可申请：cancelled（原为：无）',
	],
	[
		{ repeat: 'none' },
		'programme.repeat',
		'After a claim was paid a buyer may claim nothing more, not what the price falls further',
		'补差一次之后：不再补差（原为可补后续差价）',
	],
	[
		{ minimum_difference: '5' },
		'programme.minimum_difference',
		'The least difference that is paid is 5, not 0',
		'最低补差金额为 5（原为 0）',
	],
	[
		{ caps: { line: '200' } },
		'programme.caps.line',
		'The cap on one order line is 200, not none',
		'单笔订单行补差上限：200（原为：不设上限）',
	],
	...(['buyer', 'store', 'period'] as const).map((scope): [object, string, string, string] => [
		{ caps: { [scope]: { amount: '200', days: 30 } } },
		`programme.caps.${scope}`,
		'is 200 in each 30 days, not none',
		'补差上限：每 30 天 200（原为：不设上限）',
	]),
	[
		{ store_bears_percent: 70 },
		'programme.store_bears_percent',
		'Stores bear 70 % of a refund, not 100 %',
		'店铺承担补差的 70%（原为 100%）',
	],
	[
		{ fund_within_hours: 24 },
		'programme.fund_within_hours',
		'A store has 24 hours to fund a claim, not 48',
		'店铺须在 24 小时内为申请备足资金（原为 48 小时）',
	],
];

describe('a programme against another', () => {
	test.each(CASES)('%j', (change, field, en, zh) => {
		const differences = from(change);
		expect(differences.map((one) => one.field)).toEqual([field]);
		expect(differences[0]?.en).toContain(en);
		expect(differences[0]?.zh).toContain(zh);
	});

	test('the same is no difference, nor is where it says it comes from, nor a part that is left out as if ignored', () => {
		expect(from({ source: 'another page' })).toEqual([]);
		expect(from({ parts: { gift: 'ignore' } })).toEqual([]);
	});

	test('every field of the document has its sentence, but for what a book’s programmes share and what is for people', () => {
		const without = new Set(['schema', 'name', 'version', 'source', 'reference', 'funding']);
		const told = new Set(CASES.map(([, field]) => field.split('.')[1]));
		const fields = Object.keys(programmeSchema.shape).filter((name) => !without.has(name));
		expect(fields.filter((name) => !told.has(name))).toEqual([]);
		const inside = (name: 'clock' | 'exclude' | 'caps'): string[] =>
			CASES.flatMap(([, field]) => (field.startsWith(`programme.${name}.`) ? [field.split('.')[2] ?? ''] : []));
		expect(inside('clock').sort()).toEqual(Object.keys(seven.clock).sort());
		expect(inside('exclude').sort()).toEqual(Object.keys(seven.exclude).sort());
		expect(inside('caps').sort()).toEqual(['buyer', 'line', 'period', 'store']);
	});

	test('what stores bear and how long they have is stricter or looser for them; what shoppers get is neither', () => {
		const effects = (more: object) => from(more).map(({ effect }) => effect);
		expect(effects({ store_bears_percent: 70 })).toEqual(['looser']);
		expect(effects({ fund_within_hours: 24 })).toEqual(['stricter']);
		expect(effects({ fund_within_hours: 72 })).toEqual(['looser']);
		expect(effects({ clock: { ...seven.clock, days: 90 } })).toEqual(['other']);
	});

	test('each line of a document that says how long it is protected', () => {
		expect(programmeDiff(DEFAULT_PROGRAMME, seven).map(({ from: was, to, en }) => [was, to, en])).toEqual([
			['line', 7, 'The window is 7 days, not as long as the order line says'],
		]);
	});
});

describe('policies that carry programmes', () => {
	const policy = (more: object) =>
		parsePolicy({ schema: 'surety.policy/1', name: 'a', version: 1, ...more }, CNY).document;
	const fields = (a: object, b: object, own: Programme = seven) =>
		policyDiff(policy(a), policy(b), own).map(({ field }) => field);

	test('[PL9] one without a programme has the book’s own', () => {
		expect(fields({}, { programme: 'jd-label' }, PRESETS.get('jd-label'))).toEqual([]);
		expect(fields({ programme: seven }, {})).toEqual([]);
		expect(fields({}, { programme: 'target-14', flag_score: 70 })).toEqual([
			'flag_score',
			'programme',
			'programme.clock.days',
			'programme.exclude.traits',
			'programme.exclude.at_claim',
			'programme.repeat',
		]);
	});
});

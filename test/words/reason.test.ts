/** Reasons: one code, one sentence in each language, made from the values it was decided by. */
import { describe, expect, test } from 'vitest';
import {
	type Language,
	REASONS,
	type ReasonCode,
	reason,
	sentence,
	term,
	type Values,
} from '../../src/core/words/reason.js';

const codes = Object.keys(REASONS) as ReasonCode[];
const languages: readonly Language[] = ['en', 'zh'];
const named = (text: string): string[] => [...text.matchAll(/\{(\w+)[:}]/g)].map((m) => m[1] as string);

describe('each reason is a whole sentence in both languages', () => {
	test.each(codes)('%s', (code) => {
		const values: Values = Object.fromEntries(named(REASONS[code].en).map((name, i) => [name, 10 + i]));
		for (const language of languages) {
			const said = sentence({ code, values }, language);
			expect(said).not.toMatch(/[{}]/);
			expect(said.length).toBeGreaterThan(3);
		}
		expect(sentence({ code, values }, 'zh')).toMatch(/\p{Script=Han}/u);
		expect(sentence({ code, values }, 'en')).not.toMatch(/\p{Script=Han}/u);
	});
});

describe('[CL5] a shopper reads why nothing is due', () => {
	const values = { paid: '100.00', now: '120.00', refunded: '0.00' };

	test('in English, which is also the message an outcome carries', () => {
		expect(reason('nothing_claimable', values)).toEqual({
			code: 'nothing_claimable',
			message: 'The price has not fallen further: paid 100.00, now 120.00, refunded already 0.00',
			values,
		});
	});

	test('in Chinese', () => {
		expect(sentence({ code: 'nothing_claimable', values }, 'zh')).toBe(
			'价格没有进一步下降：实付 100.00，现价 120.00，已退 0.00',
		);
	});
});

test('a value that is missing stays visible, one too many is left out', () => {
	expect(sentence({ code: 'deposit_short', values: { deposit: '1.00', colour: 'red' } }, 'en')).toBe(
		'The deposit is 1.00; {required} is required',
	);
	expect(sentence({ code: 'deposit_short', values: JSON.parse('{"__proto__": "9"}') as Values }, 'en')).toBe(
		'The deposit is {deposit}; {required} is required',
	);
});

test('a value is taken as it is, even if it looks like a pattern', () => {
	expect(sentence({ code: 'deposit_short', values: { deposit: '{required}', required: '$&' } }, 'en')).toBe(
		'The deposit is {required}; $& is required',
	);
});

test.each([
	[{ lines: 1 }, 'on 1 protected order line;'],
	[{ lines: '1' }, 'on 1 protected order line;'],
	[{ lines: 0 }, 'on 0 protected order lines;'],
	[{ lines: 12 }, 'on 12 protected order lines;'],
	[{}, 'on {lines} protected order lines;'],
] as const)('one is singular in English: %o', (values, part) => {
	expect(sentence({ code: 'cut_unfunded', values }, 'en')).toContain(part);
	expect(sentence({ code: 'cut_unfunded', values }, 'zh')).toContain('条受保订单行共');
});

test('with one of everything no sentence has a plural after the 1, and none a form that was not chosen', () => {
	for (const code of codes) {
		const values = Object.fromEntries(named(REASONS[code].en).map((name) => [name, 1]));
		const said = sentence({ code, values }, 'en');
		expect(said).not.toMatch(/\b1 (?:stores|days|hours|buyers|items|claims|sales|protected sales)\b/);
		expect(said).not.toMatch(/[{}]|\w\/\w/);
	}
});

describe('kinds of identifiers are named in the reader’s language', () => {
	test.each([
		['bank_account', 'bank account', '银行账户'],
		['licence_no,phone', 'licence no, phone', '营业执照、电话'],
		['buyer', 'buyer', '买家'],
		['S-1,S-2', 'S-1,S-2', 'S-1,S-2'],
		['phone,S-2', 'phone,S-2', 'phone,S-2'],
		['constructor', 'constructor', 'constructor'],
		['', '', ''],
	])('%s: %s, %s', (value, en, zh) => {
		expect(term(value, 'en')).toBe(en);
		expect(term(value, 'zh')).toBe(zh);
	});

	test('but an item that happens to be called "phone" keeps its name', () => {
		const values = { sku: 'phone', fall: 90, hours: 20, deepest: 10 };
		expect(sentence({ code: 'out_of_line_cut', values }, 'zh')).toContain('商品 phone ');
	});
});

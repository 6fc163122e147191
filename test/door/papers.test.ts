/** Papers: the standards' own examples, codes of well-known companies, and what each check digit catches. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/core/words/time.js';
import type { Instant } from '../../src/core/words/time.js';
import {
	CREDIT_ALPHABET,
	cardCheck,
	creditCheck,
	identityCheck,
	organisationCheck,
	registrationCheck,
} from '../../src/door/check-digits.js';
import { bankCard, identity, licence, mobile } from '../../src/door/papers.js';

const DIGITS = '0123456789';
const at = (text: string): Instant => parseInstant(text) as Instant;

describe('worked examples of the standards', () => {
	test('GB 32100-2015, GB 11714-1997, GS 15-2006, GB 11643-1999', () => {
		expect(licence('91350100M000100Y43')).toBe('valid');
		expect(organisationCheck('D2143569')).toBe('X');
		expect(licence('110108000000016')).toBe('valid');
		expect(identity('11010519491231002X')).toBe('valid');
		// The standard's other example was born in 1880: its digit is right, its bearer would be too old.
		expect(identityCheck('44052418800101001')).toBe('4');
		expect(identity('440524188001010014')).toBe('bad_structure');
	});

	test('card numbers the networks publish for testing', () => {
		for (const card of [
			'4111111111111111',
			'5555555555554444',
			'378282246310005',
			'6200000000000005',
			'3530111333300000',
		])
			expect(bankCard(card)).toBe('valid');
	});
});

test.each([
	['Tencent', '91440300708461136T'],
	['Alibaba', '91330100799655058B'],
	['Huawei', '914403001922038216'],
	['Baidu', '91110000802100433B'],
	['Industrial and Commercial Bank of China', '91100000100003962T'],
	['Kweichow Moutai', '9152000071430580XT'],
	['BYD', '91440300192317458F'],
])('the code on the public licence of %s', (_, code) => {
	expect(licence(code)).toBe('valid');
	expect(licence(`${code.slice(0, 8)} ${code.slice(8).toLowerCase()}`)).toBe('valid');
});

test('registration numbers before the codes: those of Tencent and Huawei', () => {
	expect(licence('440301103448669')).toBe('valid');
	expect(licence('440301103097413')).toBe('valid');
});

test('a licence that cannot be: structure goes before the digit', () => {
	expect(licence('91440300708461136P')).toBe('bad_check_digit');
	expect(licence('9144030070846113T')).toBe('bad_structure');
	expect(licence('91440300708461136TT')).toBe('bad_structure');
	expect(licence('91990300708461136T')).toBe('bad_structure');
	expect(licence('B1440300708461136T')).toBe('bad_structure');
	expect(licence('9144O300708461136T')).toBe('bad_structure');
	expect(licence('110108000000017')).toBe('bad_check_digit');
	expect(licence('990108000000016')).toBe('bad_structure');
});

test('papers of other kinds are unknown, not bad', () => {
	for (const foreign of ['HRB 123456 B', '12-3456789', '00102590', '11222333000181', '无']) {
		expect(licence(foreign)).toBe('unknown_kind');
	}
	for (const other of ['张三', 'E12345678', 'H1234567890', 'ID-0a1b2c3d4e5f'])
		expect(identity(other)).toBe('unknown_kind');
	for (const account of ['0200004519000123456', 'DE89370400440532013000', 'pay-3f2a9c']) {
		expect(bankCard(account)).toBe('unknown_kind');
	}
	for (const line of ['010-62345678', '+1 415 555 2671', '10086']) expect(mobile(line)).toBe('unknown_kind');
});

describe('identity numbers', () => {
	const of = (body: string): string => body + identityCheck(body);

	test('written in any of the usual ways', () => {
		expect(identity('11010519491231002x')).toBe('valid');
		expect(identity('110105 19491231 002X')).toBe('valid');
		expect(identity('１１０１０５１９４９１２３１００２Ｘ')).toBe('valid');
		expect(identity('\u200b110105-19491231-002X\ufeff')).toBe('valid');
	});

	test('the birthday is a day, not before 1900, and has begun in China', () => {
		expect(identity(of('11010520000229001'))).toBe('valid');
		expect(identity(of('11010519000229001'))).toBe('bad_structure');
		expect(identity(of('11010520010229001'))).toBe('bad_structure');
		expect(identity(of('11010519991301001'))).toBe('bad_structure');
		expect(identity(of('11010519990100001'))).toBe('bad_structure');
		expect(identity(of('11010518991231001'))).toBe('bad_structure');
		const born = of('11010520240301001');
		expect(identity(born, at('2024-03-01T00:00:00+08:00'))).toBe('valid');
		expect(identity(born, at('2024-02-29T23:59:59+08:00'))).toBe('bad_structure');
		expect(identity(born)).toBe('valid');
	});

	test('regions: residents of Hong Kong, and foreigners by the make of 2023', () => {
		expect(identity(of('81000019900101001'))).toBe('valid');
		expect(identity(of('93184019900101001'))).toBe('valid');
		expect(identity(of('99184019900101001'))).toBe('bad_structure');
		expect(identity('110105491231002')).toBe('bad_structure');
	});
});

test('mobile numbers', () => {
	for (const phone of [
		'13800138000',
		'+86 138 0013 8000',
		'0086-13800138000',
		'8613800138000',
		'１３８００１３８０００',
	])
		expect(mobile(phone)).toBe('valid');
	for (const phone of ['1380013800', '138001380000', '11800138000', '+86 1380013800'])
		expect(mobile(phone)).toBe('bad_structure');
});

test('cards of UnionPay have 16 to 19 digits', () => {
	const of = (body: string): string => body + cardCheck(body);
	expect(bankCard(of('622202123456789'))).toBe('valid');
	expect(bankCard(of('622202123456789012'))).toBe('valid');
	expect(bankCard('6222 0212-3456 7890')).toBe(of('622202123456789').endsWith('0') ? 'valid' : 'bad_check_digit');
	expect(bankCard('62220212345')).toBe('unknown_kind');
	expect(bankCard('6222021234567')).toBe('bad_structure');
	expect(bankCard('62220212345678901234')).toBe('bad_structure');
});

/** Random bodies with their check digit, and every way to get one character or one pair of neighbours wrong. */
function slips(check: (body: string) => string, length: number, alphabet: string): fc.Arbitrary<Slip> {
	const body = fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: length, maxLength: length });
	return fc
		.tuple(body, fc.nat(length), fc.constantFrom(...alphabet.split('')))
		.map(([text, place, other]) => ({ code: text + check(text), place, other }));
}
interface Slip {
	readonly code: string;
	readonly place: number;
	readonly other: string;
}
const fits = (check: (body: string) => string, code: string): boolean => check(code.slice(0, -1)) === code.at(-1);
const wrongAt = ({ code, place, other }: Slip): string => code.slice(0, place) + other + code.slice(place + 1);
const swapAt = ({ code, place }: Slip): string =>
	code.slice(0, place) +
	code
		.slice(place, place + 2)
		.split('')
		.reverse()
		.join('') +
	code.slice(place + 2);

describe('what is mathematically caught', () => {
	test.each([
		['GB 32100: weights are all different modulo a prime, 31', creditCheck, 17, CREDIT_ALPHABET],
		['GB 11643: MOD 11-2', identityCheck, 17, DIGITS],
		['GS 15: MOD 11,10', registrationCheck, 14, DIGITS],
		['Luhn', cardCheck, 15, DIGITS],
	])('one wrong character, always: %s', (_, check, length, alphabet) => {
		fc.assert(
			fc.property(slips(check, length, alphabet), (slip) => {
				expect(fits(check, wrongAt(slip))).toBe(wrongAt(slip) === slip.code);
			}),
			{ numRuns: 2000 },
		);
	});

	test.each([
		['GB 32100', creditCheck, 17, CREDIT_ALPHABET],
		['GB 11643', identityCheck, 17, DIGITS],
	])('two neighbours swapped, always: %s', (_, check, length, alphabet) => {
		fc.assert(
			fc.property(slips(check, length, alphabet), (slip) => {
				expect(fits(check, swapAt(slip))).toBe(swapAt(slip) === slip.code);
			}),
			{ numRuns: 2000 },
		);
	});

	test('GB 32100: any two characters swapped, but the first and the last', () => {
		fc.assert(
			fc.property(slips(creditCheck, 17, CREDIT_ALPHABET), fc.nat(17), ({ code, place }, second) => {
				const swapped = code.split('');
				[swapped[place], swapped[second]] = [code.charAt(second), code.charAt(place)];
				const missed = swapped.join('') === code || Math.abs(place - second) === 17;
				expect(fits(creditCheck, swapped.join(''))).toBe(missed);
			}),
			{ numRuns: 2000 },
		);
	});

	test('Luhn: every swap of neighbours but 09 and 90', () => {
		fc.assert(
			fc.property(slips(cardCheck, 15, DIGITS), (slip) => {
				const pair = slip.code.slice(slip.place, slip.place + 2);
				const missed = swapAt(slip) === slip.code || pair === '09' || pair === '90';
				expect(fits(cardCheck, swapAt(slip))).toBe(missed);
			}),
			{ numRuns: 2000 },
		);
	});

	test('MOD 11,10: after what came before, exactly one pair of digits of 45 may be swapped unseen', () => {
		const step = (running: number, digit: number): number => (((running + digit) % 10 || 10) * 2) % 11;
		for (let running = 1; running <= 10; running++) {
			const unseen = DIGITS.split('').flatMap((a, i) =>
				DIGITS.split('')
					.slice(i + 1)
					.filter((b) => {
						const [x, y] = [Number(a), Number(b)];
						return step(step(running, x), y) === step(step(running, y), x);
					}),
			);
			expect(unseen).toHaveLength(1);
		}
	});

	test('GB 11714 alone cannot tell 0 from B; the credit code around it can', () => {
		expect(organisationCheck('00000000')).toBe(organisationCheck('B0000000'));
		expect(creditCheck('91440300000000000')).not.toBe(creditCheck('91440300B00000000'));
	});

	test('a whole licence: no wrong character and no swap of neighbours is called valid', () => {
		const organisation = fc.string({ unit: fc.constantFrom(...CREDIT_ALPHABET.split('')), minLength: 8, maxLength: 8 });
		const slip = fc.tuple(organisation, fc.nat(17), fc.constantFrom(...CREDIT_ALPHABET.split('')));
		fc.assert(
			fc.property(slip, ([body, place, other]) => {
				const start = `91440300${body}${organisationCheck(body)}`;
				const code = start + creditCheck(start);
				expect(licence(code)).toBe('valid');
				for (const bad of [wrongAt({ code, place, other }), swapAt({ code, place, other })])
					expect(licence(bad) === 'valid').toBe(bad === code);
			}),
			{ numRuns: 2000 },
		);
	});
});

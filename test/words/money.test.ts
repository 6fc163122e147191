/** Money: text to minor units and back, exactly; every refusal in its own words. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SuretyError } from '../../src/core/words/error.js';
import {
	currency,
	decimalsOf,
	excess,
	formatMoney,
	LARGEST_AMOUNT,
	type Minor,
	parseMoney,
	shareDown,
	shareUp,
} from '../../src/core/words/money.js';

const CNY = currency('CNY');
const JPY = currency('JPY');
const KWD = currency('KWD');
const NOT_AN_AMOUNT = 'expected a decimal amount such as "12.30"';

const amounts = fc.integer({ min: 0, max: LARGEST_AMOUNT }) as fc.Arbitrary<Minor>;
const currencies = fc.constantFrom(CNY, JPY, KWD);

describe('an amount is read exactly, or not at all', () => {
	test('whatever is written can be read back', () => {
		fc.assert(
			fc.property(amounts, currencies, (amount, code) => {
				expect(parseMoney(formatMoney(amount, code), code)).toBe(amount);
			}),
		);
	});

	test('text is taken digit by digit: no sum of floats is ever in between', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: 0n, max: 99_999_999_999n }), fc.integer({ min: 0, max: 99 }), (whole, fraction) => {
				const text = `${whole}.${String(fraction).padStart(2, '0')}`;
				expect(BigInt(parseMoney(text, CNY))).toBe(whole * 100n + BigInt(fraction));
			}),
		);
	});

	test('no text whatever crashes the reader or yields a fraction', () => {
		const nearly = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', '+', 'e', ' ', ',', '１') });
		fc.assert(
			fc.property(fc.oneof(nearly, fc.string(), fc.double(), fc.anything()), currencies, (raw, code) => {
				const read = parseMoney(raw, code);
				if (typeof read === 'number') expect(Number.isSafeInteger(read) && read >= 0).toBe(true);
				else expect(read).not.toBe('');
			}),
		);
	});

	test.each([
		['12.30', 1230],
		['12.3', 1230],
		['12', 1200],
		['0', 0],
		['0.01', 1],
		['007', 700],
		['100000000000', 1e13],
		['100000000000.00', 1e13],
		[12.34, 1234],
		[0.29, 29],
		[1.1, 110],
		[0, 0],
		[-0, 0],
	])('CNY %o is %i fen', (raw, minor) => {
		expect(parseMoney(raw, CNY)).toBe(minor);
	});

	test.each([
		[JPY, '1200', 1200],
		[JPY, '10000000000000', 1e13],
		[KWD, '1.234', 1234],
		[KWD, '1', 1000],
		[KWD, '10000000000.000', 1e13],
	])('%s has its own scale: %o is %i', (code, raw, minor) => {
		expect(parseMoney(raw, code)).toBe(minor);
	});
});

describe('a refusal says what is wrong', () => {
	test.each([
		['12.345', 'CNY has 2 decimals'],
		['12.300', 'CNY has 2 decimals'],
		[0.1 + 0.2, 'CNY has 2 decimals'],
		['-1', 'is negative'],
		['-0.01', 'is negative'],
		[-12.34, 'is negative'],
		['-', NOT_AN_AMOUNT],
		['', NOT_AN_AMOUNT],
		['.', NOT_AN_AMOUNT],
		['.5', NOT_AN_AMOUNT],
		['5.', NOT_AN_AMOUNT],
		['1.2.3', NOT_AN_AMOUNT],
		['1,000', NOT_AN_AMOUNT],
		['+1', NOT_AN_AMOUNT],
		[' 1', NOT_AN_AMOUNT],
		['1 ', NOT_AN_AMOUNT],
		['1e3', NOT_AN_AMOUNT],
		[1e21, NOT_AN_AMOUNT],
		[1e-7, NOT_AN_AMOUNT],
		['0x10', NOT_AN_AMOUNT],
		['１２', NOT_AN_AMOUNT],
		['¥12', NOT_AN_AMOUNT],
		[Number.NaN, NOT_AN_AMOUNT],
		[Number.POSITIVE_INFINITY, NOT_AN_AMOUNT],
		[null, NOT_AN_AMOUNT],
		[undefined, NOT_AN_AMOUNT],
		[true, NOT_AN_AMOUNT],
		[['1'], NOT_AN_AMOUNT],
		['100000000000.01', 'more than 100000000000.00'],
		['100000000001', 'more than 100000000000.00'],
		['9'.repeat(1_000_000), 'more than 100000000000.00'],
	])('CNY %o: %s', (raw, sentence) => {
		expect(parseMoney(raw, CNY)).toBe(sentence);
	});

	test.each([
		[JPY, '12.3', 'JPY has 0 decimals'],
		[JPY, '12.', NOT_AN_AMOUNT],
		[JPY, '10000000000001', 'more than 10000000000000'],
		[KWD, '1.2345', 'KWD has 3 decimals'],
		[KWD, '10000000000.001', 'more than 10000000000.000'],
	])('%s %o: %s', (code, raw, sentence) => {
		expect(parseMoney(raw, code)).toBe(sentence);
	});
});

describe('an amount is shown at the currency’s scale', () => {
	test.each([
		[CNY, 0, '0.00'],
		[CNY, 5, '0.05'],
		[CNY, -1230, '-12.30'],
		[CNY, 1e13, '100000000000.00'],
		[JPY, 1200, '1200'],
		[JPY, -3, '-3'],
		[KWD, 1, '0.001'],
	])('%s %i as %s', (code, minor, text) => {
		expect(formatMoney(minor as Minor, code)).toBe(text);
	});

	test('a sum of a store, far beyond a single amount, still shows every fen', () => {
		expect(formatMoney((2 ** 52) as Minor, CNY)).toBe('45035996273704.96');
	});
});

describe('a share has a direction', () => {
	const parts = fc.integer({ min: 0, max: 1_000_000 });
	const exact = (amount: number, millionths: number): bigint => BigInt(amount) * BigInt(millionths);

	test('what secures rounds up, what is charged rounds down, and neither by a whole fen', () => {
		fc.assert(
			fc.property(amounts, parts, (amount, millionths) => {
				const product = exact(amount, millionths);
				expect(BigInt(shareDown(amount, millionths))).toBe(product / 1_000_000n);
				expect(BigInt(shareUp(amount, millionths))).toBe((product + 999_999n) / 1_000_000n);
			}),
		);
	});

	test('an excess is never negative', () => {
		fc.assert(
			fc.property(amounts, amounts, (a, b) => {
				expect(excess(a, b)).toBe(Math.max(0, a - b));
			}),
		);
	});
});

describe('a currency is three capital letters', () => {
	test.each(['cny', 'RMB ', '', 'CN', 'CNYX', '人民币', 'C1Y'])('%o is none', (code) => {
		expect(() => currency(code)).toThrow(
			new SuretyError('bad_currency', `currency "${code}": expected an ISO 4217 code such as CNY`),
		);
	});

	test.each([
		['CNY', 2],
		['USD', 2],
		['JPY', 0],
		['KRW', 0],
		['KWD', 3],
		['TND', 3],
	])('%s has %i decimals', (code, decimals) => {
		expect(decimalsOf(currency(code))).toBe(decimals);
	});
});

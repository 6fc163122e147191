/** Amount-days are exact until they are written, and then rounded once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AmountDays, formatAmountDays } from '../../src/backtest/amount-days.js';
import { currency, type Minor } from '../../src/core/words/money.js';
import { DAY } from '../../src/core/words/time.js';

const CNY = currency('CNY');

describe('amount-days', () => {
	test('sums of any size agree with whole numbers of any length', () => {
		const stretch = fc.tuple(fc.integer({ min: 0, max: 1e13 }), fc.integer({ min: 0, max: 400 * DAY }));
		fc.assert(
			fc.property(fc.array(stretch, { maxLength: 60 }), (stretches) => {
				const sum = new AmountDays();
				for (const [amount, millis] of stretches) sum.add(amount as Minor, millis);
				expect(sum.exact).toBe(stretches.reduce((all, [amount, millis]) => all + BigInt(amount) * BigInt(millis), 0n));
			}),
		);
	});

	test.each([
		[100n * BigInt(DAY), 'CNY', '1.00'], // 1.00 yuan for a day
		[BigInt(DAY) / 2n, 'CNY', '0.01'], // half of a hundredth: up
		[BigInt(DAY) / 2n - 1n, 'CNY', '0.00'],
		[3n * BigInt(DAY), 'JPY', '3.00'], // no decimals in the currency, two in the figure
		[1234n * BigInt(DAY), 'KWD', '1.23'], // three in the currency
		[0n, 'CNY', '0.00'],
	])('%s minor units x milliseconds of %s are written %s', (exact, code, text) => {
		expect(formatAmountDays(exact, currency(code))).toBe(text);
	});

	test('nothing and negative stretches add nothing', () => {
		const sum = new AmountDays();
		sum.add(0 as Minor, DAY);
		sum.add(5 as Minor, 0);
		sum.add(5 as Minor, -DAY);
		expect(formatAmountDays(sum.exact, CNY)).toBe('0.00');
	});
});

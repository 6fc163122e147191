/** A programme document is taken whole or refused naming every field that does not fit. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rules } from '../../src/core/programme/rules.js';
import { parseProgramme } from '../../src/core/programme/schema.js';
import { SuretyError } from '../../src/core/words/error.js';
import { currency, type Minor } from '../../src/core/words/money.js';
import { programme } from './marketplace.js';

const clock = { start: 'payment', days: 7 };
const least = { schema: 'surety.programme/1', name: 'mine', version: 1, clock };

function refusal(document: unknown): Pick<SuretyError, 'code' | 'message' | 'field'> {
	try {
		parseProgramme(document);
	} catch (error) {
		if (!(error instanceof SuretyError)) throw error;
		return { code: error.code, message: error.message, field: error.field };
	}
	throw new Error('was taken');
}

test('what is left out has a plain default', () => {
	expect(parseProgramme(least)).toEqual({
		...least,
		clock: { start: 'payment', days: 7, undelivered_days: 60 },
		reference: 'page',
		parts: {},
		exclude: { traits: [], categories: [], at_claim: [] },
		repeat: 'further_fall',
		minimum_difference: '0',
		caps: {},
		store_bears_percent: 100,
		funding: ['balance', 'deposit'],
		fund_within_hours: 48,
	});
});

describe('a refusal names the field and what it should be', () => {
	test.each<[string, object, string]>([
		['a field nobody knows', { colour: 'red' }, 'document: Unrecognized key: "colour"'],
		['two of them', { colour: 'red', size: 1 }, 'document: Unrecognized keys: "colour", "size"'],
		['one inside', { clock: { ...clock, zone: 'UTC' } }, 'clock: Unrecognized key: "zone"'],
		['another schema', { schema: 'surety.programme/2' }, 'schema: Invalid input: expected "surety.programme/1"'],
		['a name with spaces', { name: 'My Rules' }, 'name: expected lower-case letters, digits and hyphens'],
		['version 0', { version: 0 }, 'version: Too small: expected number to be >=1'],
		['a negative window', { clock: { ...clock, days: -1 } }, 'clock.days: Too small: expected number to be >=0'],
		[
			'a window beyond ten years',
			{ clock: { ...clock, days: 3651 } },
			'clock.days: Too big: expected number to be <=3650',
		],
		[
			'another clock',
			{ clock: { ...clock, start: 'moon' } },
			'clock.start: Invalid option: expected one of "order"|"payment"|"delivery"|"campaign_end"',
		],
		['another reference', { reference: 'rival' }, 'reference: Invalid option: expected one of "page"|"checkout"'],
		['an unknown part', { parts: { tip: 'count' } }, 'parts: Unrecognized key: "tip"'],
		[
			'an unknown rule for a part',
			{ parts: { gift: 'double' } },
			'parts.gift: Invalid option: expected one of "ignore"|"count"|"deduct"',
		],
		[
			'an empty trait',
			{ exclude: { traits: [''] } },
			'exclude.traits.0: Too small: expected string to have >=1 characters',
		],
		['another repeat', { repeat: 'twice' }, 'repeat: Invalid option: expected one of "further_fall"|"none"'],
		[
			'a negative minimum',
			{ minimum_difference: '-1' },
			'minimum_difference: expected a decimal amount such as "200.00"',
		],
		[
			'a minimum as a float',
			{ minimum_difference: 0.1 },
			'minimum_difference: Invalid input: expected string, received number',
		],
		['a negative cap', { caps: { line: '-5' } }, 'caps.line: expected a decimal amount such as "200.00"'],
		[
			'a cap without its period',
			{ caps: { buyer: { amount: '5' } } },
			'caps.buyer.days: Invalid input: expected number, received undefined',
		],
		[
			'a cap over no time',
			{ caps: { store: { amount: '5', days: 0 } } },
			'caps.store.days: Too small: expected number to be >=1',
		],
		[
			'more than the whole refund',
			{ store_bears_percent: 101 },
			'store_bears_percent: Too big: expected number to be <=100',
		],
		[
			'part of a per cent',
			{ store_bears_percent: 0.5 },
			'store_bears_percent: Invalid input: expected int, received number',
		],
		['no funding', { funding: [] }, 'funding: Too small: expected array to have >=1 items'],
		[
			'funding from thin air',
			{ funding: ['credit'] },
			'funding.0: Invalid option: expected one of "balance"|"deposit"',
		],
		['a month to fund', { fund_within_hours: 721 }, 'fund_within_hours: Too big: expected number to be <=720'],
	])('%s', (_, change, problem) => {
		expect(refusal({ ...least, ...change })).toMatchObject({ code: 'bad_programme', message: `programme: ${problem}` });
	});

	test('what contradicts itself is refused', () => {
		expect(refusal({ ...least, clock: { start: 'delivery', days: 'line' } })).toEqual({
			code: 'bad_programme',
			message: 'programme: clock.days: a clock from delivery needs its own length',
			field: 'clock.days',
		});
		expect(refusal({ ...least, clock: { start: 'order', days: 0 } })).toEqual({
			code: 'bad_programme',
			message: 'programme: clock.days: a window of 0 days protects nothing',
			field: 'clock.days',
		});
		expect(refusal({ ...least, funding: ['deposit', 'deposit'] })).toEqual({
			code: 'bad_programme',
			message: 'programme: funding: names the same money twice',
			field: 'funding',
		});
	});

	test('all of it at once', () => {
		expect(refusal({ ...least, version: 0, repeat: 'twice' }).message).toBe(
			'programme: version: Too small: expected number to be >=1; repeat: Invalid option: expected one of "further_fall"|"none"',
		);
	});

	test.each([
		[null, 'programme: document: Invalid input: expected object, received null'],
		['x', 'programme: document: Invalid input: expected object, received string'],
		[[], 'programme: document: Invalid input: expected object, received array'],
	])('what is no document: %o', (raw, message) => {
		expect(refusal(raw).message).toBe(message);
	});

	test('a length that is neither days nor "line" is told what it may be', () => {
		expect(refusal({ ...least, clock: { ...clock, days: 'long' } }).message).toMatch(/clock\.days: .*line/);
	});

	test('[PR3] a delivery clock that gives no time until delivery protects nothing, and is refused', () => {
		refusal({ ...least, clock: { start: 'delivery', days: 7, undelivered_days: 0 } });
	});
});

test('no document whatever does anything but pass or be refused', () => {
	const change = fc.dictionary(fc.constantFrom(...Object.keys(programme())), fc.jsonValue());
	fc.assert(
		fc.property(change, (fields) => {
			try {
				parseProgramme({ ...least, ...fields });
			} catch (error) {
				expect(error).toBeInstanceOf(SuretyError);
			}
		}),
	);
});

describe('amounts must fit the currency the programme is used with', () => {
	test.each([
		['CNY', { minimum_difference: '1.234' }, 'minimum_difference', 'CNY has 2 decimals'],
		['JPY', { caps: { line: '0.5' } }, 'caps.line', 'JPY has 0 decimals'],
		[
			'CNY',
			{ caps: { period: { amount: '1'.repeat(20), days: 1 } } },
			'caps.period.amount',
			'more than 100000000000.00',
		],
	])('%s %o', (code, change, field, problem) => {
		expect(() => new Rules(programme(change), currency(code))).toThrow(
			new SuretyError('bad_programme', `programme: ${field}: ${problem}`, field),
		);
	});

	test('KWD has three decimals to use', () => {
		expect(new Rules(programme({ minimum_difference: '0.001' }), currency('KWD')).minimum).toBe(1);
	});
});

describe('[PR10] the claimable amount never rises with the price, and never passes the cap', () => {
	const CNY = currency('CNY');
	const fen = fc.integer({ min: 0, max: 100_000 }) as fc.Arbitrary<Minor>;
	const documents = fc.record({
		minimum_difference: fc.constantFrom('0', '0.01', '5.00', '300'),
		repeat: fc.constantFrom('further_fall' as const, 'none' as const),
		caps: fc.constantFrom({}, { line: '7.00' }, { line: '400.00' }),
	});

	test('for any programme, line and two prices', () => {
		fc.assert(
			fc.property(
				documents,
				fen,
				fc.integer({ min: 1, max: 9 }),
				fen,
				fen,
				fen,
				(document, base, units, a, b, refunded) => {
					const rules = new Rules(programme(document), CNY);
					const due = (price: number): number => rules.claimable(base, units, price as Minor, refunded);
					const [low, high] = a < b ? [a, b] : [b, a];
					expect(due(low)).toBeGreaterThanOrEqual(due(high));
					expect(due(low) === 0 || due(low) + refunded <= Math.min(base * units, rules.lineCap)).toBe(true);
					expect(due(Math.max(base, high))).toBe(0);
				},
			),
		);
	});
});

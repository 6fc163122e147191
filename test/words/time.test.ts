/** Time: RFC 3339 and nothing else, the same instant on every machine. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { formatInstant, type Instant, later, parseInstant } from '../../src/core/words/time.js';

const NOT_A_TIME = 'expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00';
const YEARS = 'the year must be 1970 to 2099';

describe('a time with an offset is one instant', () => {
	test.each([
		['2024-03-01T08:00:00+08:00', '2024-03-01T00:00:00Z'],
		['2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z'],
		['2024-03-01t00:00:00z', '2024-03-01T00:00:00Z'],
		['2024-03-01 00:00:00Z', '2024-03-01T00:00:00Z'],
		['2024-02-29T19:00:00-05:00', '2024-03-01T00:00:00Z'],
		['2024-03-01T05:45:00+05:45', '2024-03-01T00:00:00Z'],
		['2024-03-01T00:00:00-00:00', '2024-03-01T00:00:00Z'],
		['2024-03-01T23:59:00+23:59', '2024-03-01T00:00:00Z'],
		['2024-03-01T00:00:00.5Z', '2024-03-01T00:00:00.500Z'],
		['2024-03-01T00:00:00.123Z', '2024-03-01T00:00:00.123Z'],
		['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
		['2099-12-31T23:59:59Z', '2099-12-31T23:59:59Z'],
		['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
		['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
	])('%s is %s', (text, utc) => {
		expect(formatInstant(parseInstant(text) as Instant)).toBe(utc);
	});

	test('digits past the millisecond are cut off, not rounded', () => {
		expect(parseInstant('2024-03-01T00:00:00.999999999Z')).toBe(parseInstant('2024-03-01T00:00:00.999Z'));
	});

	test('a leap second is the last second of its minute, as in Unix time', () => {
		expect(parseInstant('2016-12-31T23:59:60Z')).toBe(parseInstant('2016-12-31T23:59:59Z'));
		expect(parseInstant('2017-01-01T07:59:60+08:00')).toBe(parseInstant('2016-12-31T23:59:59Z'));
	});

	test('whatever is written can be read back, and agrees with the calendar', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) - 1 }), (millis) => {
				expect(parseInstant(formatInstant(millis as Instant))).toBe(millis);
				expect(parseInstant(new Date(millis).toISOString())).toBe(millis);
			}),
		);
	});

	test('an instant moves by milliseconds', () => {
		expect(later(1000 as Instant, 500)).toBe(1500);
	});
});

describe('a refusal says what is wrong', () => {
	test.each([
		['2024-03-01T08:00:00', 'the offset is missing (Z or +08:00)'],
		['2024-03-01 08:00:00.25', 'the offset is missing (Z or +08:00)'],
		['2023-02-29T00:00:00Z', 'no such day'],
		['2024-02-30T00:00:00Z', 'no such day'],
		['2024-04-31T00:00:00Z', 'no such day'],
		['2024-13-01T00:00:00Z', 'no such day'],
		['2024-00-01T00:00:00Z', 'no such day'],
		['2024-01-00T00:00:00Z', 'no such day'],
		['2024-03-01T24:00:00Z', 'no such time of day'],
		['2024-03-01T00:60:00Z', 'no such time of day'],
		['2024-03-01T00:00:61Z', 'no such time of day'],
		['2024-03-01T00:00:00+24:00', 'no such offset'],
		['2024-03-01T00:00:00+08:60', 'no such offset'],
		['1969-12-31T23:59:59Z', YEARS],
		['1970-01-01T00:00:00+08:00', YEARS],
		['2100-02-29T00:00:00Z', YEARS],
		['0024-03-01T00:00:00Z', YEARS],
		['2024-03-01', NOT_A_TIME],
		['2024-03-01T08:00Z', NOT_A_TIME],
		['2024-3-1T08:00:00Z', NOT_A_TIME],
		['2024-03-01T08:00:00+0800', NOT_A_TIME],
		['2024-03-01T08:00:00+08', NOT_A_TIME],
		['2024-03-01T08:00:00 Z', NOT_A_TIME],
		['2024-03-01T08:00:00.Z', NOT_A_TIME],
		['2024-03-01T08:00:00.1234567890Z', NOT_A_TIME],
		['+002024-03-01T08:00:00Z', NOT_A_TIME],
		['Fri, 01 Mar 2024 08:00:00 GMT', NOT_A_TIME],
		['２０２４-03-01T08:00:00Z', NOT_A_TIME],
		['2024-03-01T08:00:00Z\n', NOT_A_TIME],
		['now', NOT_A_TIME],
		['', NOT_A_TIME],
		['2'.repeat(1_000_000), NOT_A_TIME],
		[1_709_251_200_000, NOT_A_TIME],
		[new Date(0), NOT_A_TIME],
		[null, NOT_A_TIME],
		[undefined, NOT_A_TIME],
	])('%o: %s', (raw, sentence) => {
		expect(parseInstant(raw)).toBe(sentence);
	});

	test('no value whatever crashes the reader', () => {
		const nearly = fc.string({ unit: fc.constantFrom('2', '0', '1', '9', '-', ':', 'T', 'Z', '+', '.', ' ') });
		fc.assert(
			fc.property(fc.oneof(nearly, fc.anything()), (raw) => {
				const read = parseInstant(raw);
				expect(typeof read === 'string' || (Number.isSafeInteger(read) && read >= 0)).toBe(true);
			}),
		);
	});
});

describe('the machine’s own zone changes nothing', () => {
	const here = process.env['TZ'];
	afterEach(() => {
		if (here === undefined) delete process.env['TZ'];
		else process.env['TZ'] = here;
	});

	// The second is skipped by New York's summer time, the third comes twice there.
	test.each(['2024-03-01T08:00:00+08:00', '2024-03-10T02:30:00-05:00', '2024-11-03T01:30:00-04:00'])('%s', (text) => {
		const seen = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu'].map((zone) => {
			process.env['TZ'] = zone;
			const local = new Date(2024, 0, 1).getTime(); // proof that the zone has taken effect
			const at = parseInstant(text) as Instant;
			return { local, at, shown: formatInstant(at) };
		});
		expect(new Set(seen.map(({ local }) => local)).size).toBe(5);
		expect(new Set(seen.map(({ at, shown }) => `${at} ${shown}`)).size).toBe(1);
	});
});

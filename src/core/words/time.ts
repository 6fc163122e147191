/**
 * Time: milliseconds since 1970 UTC, read from RFC 3339 by hand. The platform's `Date` parser is not used: it accepts
 * other forms and reads some of them in the machine's own zone, which would make decisions differ between machines.
 */

declare const instant: unique symbol;
/** Milliseconds since 1970-01-01T00:00:00Z; an integer. */
export type Instant = number & { readonly [instant]: true };

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Years outside are mistypings; inside, seconds fit 32 bits. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2099;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const FORM = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** Where the fraction's digits would begin. */
const FRACTION = 20;

/**
 * Reads an RFC 3339 time with offset; digits past the millisecond are cut off.
 * @returns the instant, or a sentence that says what is wrong with it (without the field's name).
 */
export function parseInstant(raw: unknown): Instant | string {
	if (typeof raw !== 'string') return 'expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00';
	if (!FORM.test(raw)) return explain(raw);
	// By place and not by captures: this is read once for every record that comes in.
	const [year, month, day] = [digits(raw, 0, 4), digits(raw, 5, 7), digits(raw, 8, 10)];
	const [hour, minute, second] = [digits(raw, 11, 13), digits(raw, 14, 16), digits(raw, 17, 19)];
	if (year < FIRST_YEAR || year > LAST_YEAR) return `the year must be ${FIRST_YEAR} to ${LAST_YEAR}`;
	if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return 'no such day';
	if (hour > 23 || minute > 59 || second > 60) return 'no such time of day';
	const zone = raw.length - (raw.charCodeAt(raw.length - 3) === COLON ? 6 : 1);
	const millis = millisOf(raw, zone);
	// A leap second is the last second of its minute, as in Unix time.
	const local = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), millis);
	const offset = parseOffset(raw, zone);
	if (offset === undefined) return 'no such offset';
	const at = local - offset;
	return at < 0 ? `the year must be ${FIRST_YEAR} to ${LAST_YEAR}` : (at as Instant);
}

/** An instant as RFC 3339 in UTC; milliseconds only where there are any. */
export function formatInstant(at: Instant): string {
	const text = new Date(at).toISOString();
	return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

/** `at` moved by a number of milliseconds. */
export const later = (at: Instant, millis: number): Instant => (at + millis) as Instant;

function daysIn(year: number, month: number): number {
	const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
	return leap ? 29 : (MONTH_DAYS[month - 1] as number);
}

/** Milliseconds of the fraction that ends before the zone, if there is one. */
function millisOf(text: string, zone: number): number {
	const shown = Math.min(3, zone - FRACTION);
	return shown <= 0 ? 0 : digits(text, FRACTION, FRACTION + shown) * 10 ** (3 - shown);
}

function parseOffset(text: string, zone: number): number | undefined {
	if (zone === text.length - 1) return 0;
	const [hours, minutes] = [digits(text, zone + 1, zone + 3), digits(text, zone + 4, zone + 6)];
	if (hours > 23 || minutes > 59) return undefined;
	return (text.charCodeAt(zone) === MINUS ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}

/** The number that the digits between two places write. */
function digits(text: string, from: number, to: number): number {
	let value = 0;
	for (let i = from; i < to; i++) value = value * 10 + text.charCodeAt(i) - ZERO_DIGIT;
	return value;
}

const [MINUS, COLON, ZERO_DIGIT] = [45, 58, 48];

function explain(raw: string): string {
	if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?$/.test(raw)) return 'the offset is missing (Z or +08:00)';
	return 'expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00';
}

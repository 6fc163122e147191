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
const FORM = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads an RFC 3339 time with offset; digits past the millisecond are cut off.
 * @returns the instant, or a sentence that says what is wrong with it (without the field's name).
 */
export function parseInstant(raw: unknown): Instant | string {
	if (typeof raw !== 'string') return 'expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00';
	const m = FORM.exec(raw);
	if (m === null) return explain(raw);
	const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
	const [hour, minute, second] = [Number(m[4]), Number(m[5]), Number(m[6])];
	if (year < FIRST_YEAR || year > LAST_YEAR) return `the year must be ${FIRST_YEAR} to ${LAST_YEAR}`;
	if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return 'no such day';
	if (hour > 23 || minute > 59 || second > 60) return 'no such time of day';
	const millis = Number((m[7] ?? '0').slice(0, 3).padEnd(3, '0'));
	// A leap second is the last second of its minute, as in Unix time.
	const local = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), millis);
	const offset = parseOffset(m[8] as string);
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

function parseOffset(text: string): number | undefined {
	if (text.length === 1) return 0;
	const hours = Number(text.slice(1, 3));
	const minutes = Number(text.slice(4));
	if (hours > 23 || minutes > 59) return undefined;
	return (text.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}

function explain(raw: string): string {
	if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?$/.test(raw)) return 'the offset is missing (Z or +08:00)';
	return 'expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00';
}

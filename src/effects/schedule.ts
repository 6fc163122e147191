/** When a failed delivery is tried again: later each time, and not all at the same moment. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The waits of Standard Webhooks' own recommendation: ten attempts over a little more than three days. */
export const DEFAULT_RETRIES_MS: readonly number[] = [
	5 * SECOND,
	5 * MINUTE,
	30 * MINUTE,
	2 * HOUR,
	5 * HOUR,
	10 * HOUR,
	14 * HOUR,
	20 * HOUR,
	24 * HOUR,
];
const LONGEST_ASKED_MS = 24 * HOUR;
/** A wait is up to this share shorter or longer. */
const JITTER = 0.2;

/** With chance in [0, 1), spreads a wait evenly around its length. */
export const jittered = (waitMs: number, chance: number): number => waitMs * (1 - JITTER + 2 * JITTER * chance);

/** What a `Retry-After` asks for in milliseconds, at most a day; 0 where it says nothing that can be read. */
export function askedWaitMs(retryAfter: string | undefined, nowMs: number): number {
	if (retryAfter === undefined) return 0;
	const waitMs = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * SECOND : Date.parse(retryAfter) - nowMs;
	return Number.isFinite(waitMs) ? Math.min(Math.max(0, waitMs), LONGEST_ASKED_MS) : 0;
}

/**
 * Calibration: which score stands for which log-odds. A score of 60, at which a policy flags by default, is put where
 * out of fold at most one honest store in a thousand would have been flagged, and no store that is more likely honest
 * than not among as many of either as there were. The other scores stand around it as shares of a hundred do in
 * log-odds.
 */
import { log, logOddsOf } from './elementary.js';
import type { Suspicion } from './cross-validation.js';
import { MILLION } from './tree.js';

/** The score that the line is drawn for. */
export const FLAG_SCORE = 60;
/** Honest stores, in a thousand, that may be flagged out of fold. */
export const HONEST_PER_MILLE = 1;
const MIDDLE_SCORE = 90;
const HIGHEST_SHARE = 0.995;

/**
 * Log-odds in millionths from which stores are flagged: halfway between the honest store that just is not and the next
 * abusive one above it. Honest stores count by the worst they ever looked, also where nothing was uncovered and they
 * could not have been flagged: in another history it may be.
 * @param honest all of them, also those that were never scored.
 */
export function flagLine(honest: readonly Suspicion[], abuse: readonly Suspicion[]): number {
	const allowed = Math.floor((honest.length * HONEST_PER_MILLE) / 1000);
	const barred = honest.map((one) => one.most).sort((a, b) => b - a)[allowed] ?? -Infinity;
	const above = abuse.map((one) => one.heard).filter((logOdds) => logOdds > barred);
	const next = above.reduce((least, logOdds) => Math.min(least, logOdds), Infinity);
	const isBetween = Number.isFinite(next) && Number.isFinite(barred);
	const even = Math.round(log(honest.length / abuse.length) * MILLION);
	return Math.max(even, isBetween ? Math.ceil((barred + next) / 2) : barred + 1);
}

/**
 * The document's breakpoints: a score of s is reached at the s-th, 60 at the line, and 90 where half of the abusive
 * stores were, out of fold.
 */
export function breakpoints(line: number, abuse: readonly Suspicion[]): number[] {
	const flag = logOddsOf(FLAG_SCORE / 100);
	const heard = abuse.map((one) => one.heard).sort((a, b) => a - b);
	const middle = heard[Math.floor(heard.length / 2)] ?? line;
	const stretch = Math.max(MILLION, (middle - line) / (logOddsOf(MIDDLE_SCORE / 100) - flag));
	return Array.from({ length: 100 }, (_, i) => {
		const share = Math.min(HIGHEST_SHARE, (i + 1) / 100);
		return i + 1 === FLAG_SCORE ? line : line + Math.round((logOddsOf(share) - flag) * stretch);
	});
}

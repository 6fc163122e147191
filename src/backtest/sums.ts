/** Small sums over what runs found: counts of held cuts, middle and longest waits. */
import type { CutEnd, HeldCut } from './held-cuts.js';
import type { CutShortSums, HeldCutSums } from './model.js';
import type { RunFindings, StoreFound } from './findings.js';
import { DAY, HOUR } from '../core/words/time.js';
import type { Amount } from '../report/model.js';

/** In whole units with one decimal, the nearest tenth. */
const inUnits = (millis: number, unit: number): number => Math.round((10 * millis) / unit) / 10;

/** @param waits in milliseconds. */
function middleAndLongest(waits: readonly number[], unit: number): readonly [number | null, number | null] {
	const sorted = waits.toSorted((a, b) => a - b);
	const middle = sorted[Math.floor(sorted.length / 2)];
	const longest = sorted.at(-1);
	return [middle, longest].map((millis) => (millis === undefined ? null : inUnits(millis, unit))) as [
		number | null,
		number | null,
	];
}

/** @param stores whose cuts are meant; @param cuts the held ones of all stores. */
export function heldCutSums(stores: readonly StoreFound[], cuts: readonly HeldCut[]): HeldCutSums {
	const ids = new Set(stores.map((store) => store.store_id));
	const theirs = cuts.filter((cut) => ids.has(cut.store_id));
	const count = (end: CutEnd): number => theirs.filter((cut) => cut.end === end).length;
	const [median_hours, longest_hours] = middleAndLongest(
		theirs.filter(({ end }) => end === 'let_through').map(({ millis }) => millis),
		HOUR,
	);
	return {
		cuts_asked: stores.reduce((sum, { tally }) => sum + (tally?.cuts ?? 0), 0),
		held: theirs.length,
		let_through: count('let_through'),
		replaced: count('replaced'),
		refused: count('refused'),
		waiting: count('waiting'),
		median_hours,
		longest_hours,
	};
}

export function cutShortSums({ cutShort, waits }: RunFindings, amount: Amount): CutShortSums {
	const [median_days, longest_days] = middleAndLongest(waits, DAY);
	return { withdrawals: cutShort.withdrawals, amount, granted_later: waits.length, median_days, longest_days };
}

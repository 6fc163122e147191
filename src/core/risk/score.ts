/**
 * The score: points for signals, added up in the open. It is a port: a learned model may take its place, as long as it
 * is a pure function of the signals and says what each contributed.
 */
import type { ReasonCode } from '../words/reason.js';
import type { Signal, SignalKind } from './signals.js';

export interface Scored {
	/** Whole per cent, 0 to 100. */
	readonly score: number;
	/** Points by signal, in the order given; tenths of a per cent are rounded away. */
	readonly points: readonly number[];
}

/** A score, with the signals that its points belong to. */
export interface Judged extends Scored {
	readonly signals: readonly Signal[];
}

/** @param established 0 for a store without a past, 1 for one with many buyers over months. */
export type StoreModel = (signals: readonly Signal[], established: number, flagScore: number) => Scored;

/** The most points each signal can give. */
const WEIGHTS: Readonly<Partial<Record<ReasonCode, number>>> = {
	uncovered_cut: 30,
	out_of_line_cut: 10,
	unrecovered: 15,
	paid_twice: 30,
	cashed_out: 15,
	tiny_deposit: 5,
	fast_receipt: 20,
	raised_then_cut: 15,
	new_few_dear: 15,
	few_fast_claims: 15,
	shared_buyers: 15,
	shared_papers: 15,
	self_dealing: 15,
};

/** No kind of evidence counts for more than this, however many signals repeat it. */
const MOST: Readonly<Record<SignalKind, number>> = { money: 45, conduct: 45, context: 20 };
/** [SC2] Below either of these a store is never flagged, whatever the sum. */
const LEAST_MONEY = 20;
const LEAST_CONDUCT = 20;
/** How much of its conduct's weight a fully established store is spared. */
const TRUST = 0.6;

/** [SC1] The transparent score. */
export const transparentModel: StoreModel = (signals, established, flagScore) => {
	const sums: Record<SignalKind, number> = { money: 0, conduct: 0, context: 0 };
	const points = signals.map((signal) => {
		const trust = signal.kind === 'conduct' ? 1 - TRUST * established : 1;
		const given = (WEIGHTS[signal.code] ?? 0) * signal.strength * trust;
		sums[signal.kind] += given;
		return Math.round(given);
	});
	const total =
		Math.min(sums.money, MOST.money) + Math.min(sums.conduct, MOST.conduct) + Math.min(sums.context, MOST.context);
	const both = sums.money >= LEAST_MONEY && sums.conduct >= LEAST_CONDUCT;
	const score = Math.min(100, Math.round(total));
	return { score: both ? score : Math.min(score, flagScore - 1), points };
};

/** What a move came to, for people and for telling ideas apart; and what the gates answered to it. */
import { type Minor, ZERO } from '../core/words/money.js';
import type { Answer, Outcome } from '../core/words/outcome.js';
import type { Move } from './strategy.js';

/** Whole per cent as millionths. */
export const PERCENT = 10_000;

export interface Step {
	/** Hours since the beginning. */
	readonly hour: number;
	readonly move: Move;
	readonly store: string;
	/** Money that moved, or the price that was asked for. */
	readonly amount: Minor;
	/** Lines, payments or steps done, of how many tried. */
	readonly done: number;
	readonly tried: number;
	/** The gates' answers: verdict and first reason, with how often. */
	readonly answers: Readonly<Record<string, number>>;
}

export type Done = Pick<Step, 'amount' | 'done' | 'tried'>;

export const NOTHING: Done = { amount: ZERO, done: 0, tried: 0 };

export class Answers {
	private counts: Record<string, number> = {};

	/** Notes an answer; where the gate only observes, with what it would have said. */
	hear(outcome: Outcome | undefined): void {
		const said = ({ verdict, reasons }: Pick<Answer, 'reasons'> & { verdict: string }): string =>
			`${verdict} ${reasons[0]?.code ?? ''}`.trim();
		const observed = outcome?.observed;
		const answer = outcome === undefined ? 'error' : observed === undefined ? said(outcome) : `would ${said(observed)}`;
		this.counts[answer] = (this.counts[answer] ?? 0) + 1;
	}

	/** What was answered since the last time. */
	take(): Readonly<Record<string, number>> {
		const { counts } = this;
		this.counts = {};
		return counts;
	}
}

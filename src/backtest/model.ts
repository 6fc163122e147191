/** The `backtest.json` of the contract: what each policy would have paid, lost, locked and delayed, and for whom. */
import type { RuleGate } from '../core/rules/vocabulary.js';
import type { Gate, Verdict } from '../core/words/outcome.js';
import type { Reason } from '../core/words/reason.js';
import type { Amount, Time, Unjudged } from '../report/model.js';
import type { CutEnd } from './held-cuts.js';

/** Major units times days, two decimals. */
export type AmountDaysText = string;

export interface Backtest {
	readonly schema: 'surety.backtest/1';
	readonly currency: string;
	readonly programme: string;
	readonly period: { readonly from: Time | null; readonly to: Time | null; readonly days: number };
	readonly history: HistorySums;
	/** The policies asked for, in their order. */
	readonly runs: readonly RunReport[];
	/** `nothing` (what really happened) and `flat-hold` (all proceeds kept until their windows end). */
	readonly comparisons: readonly RunReport[];
	/** What the tables did not allow to judge, in plain sentences. */
	readonly unjudged: readonly Unjudged[];
}

/** What was replayed. */
export interface HistorySums {
	readonly records: number;
	readonly stores: number;
	readonly buyers: number;
	readonly order_lines: number;
	readonly price_changes: number;
	readonly claims: number;
	readonly withdrawals: number;
	readonly rejected_rows: number;
	/** Stores that an observing Surety would have flagged in it. */
	readonly flagged: number;
}

/** How requests were answered, each under its first verdict. */
export interface Verdicts extends Readonly<Record<Verdict, number>> {
	readonly asked: number;
}

export interface RunReport {
	readonly policy: string;
	/** What its order lines were sold under; that of the backtest unless the policy carries one. */
	readonly programme: string;
	readonly gates: Readonly<Record<Gate, 'observe' | 'enforce'>>;
	readonly advanced: Amount;
	/** What the platform is left with at the end. */
	readonly shortfall: Amount;
	/** The shortfall of what really happened, less this one. */
	readonly prevented: Amount;
	readonly borne_by: { readonly stores: Amount; readonly platform_by_rule: Amount; readonly shortfall: Amount };
	/** Due at the end, not claimed, and not covered. */
	readonly uncovered_at_end: Amount;
	readonly stores: Verdicts;
	readonly price_changes: Verdicts;
	readonly claims: Verdicts;
	readonly withdrawals: Verdicts;
	readonly withdrawal_delay_amount_days: AmountDaysText;
	readonly locked_amount_days: AmountDaysText;
	/** Of what was locked: set aside for guarantees whose price has fallen, so owed already; the rest is margin. */
	readonly locked_as_reserve_amount_days: AmountDaysText;
	readonly flat_hold_amount_days: AmountDaysText;
	readonly held_cuts: HeldCutSums;
	readonly withdrawals_cut_short: CutShortSums;
	readonly claims_not_paid: { readonly claims: number; readonly amount: Amount };
	readonly orders_without_protection: { readonly orders: number; readonly amount: Amount };
	/** What the policy's own rules stopped; those that never spoke too. */
	readonly rules: readonly RuleSums[];
	readonly did_not_happen: NotHappened;
	/** Records that made no sense any more, by error code. */
	readonly not_taken: Readonly<Record<string, number>>;
	readonly honest: GroupSums;
	readonly flagged: GroupSums;
	/** Stores to which a gate said other than approve, or with an advance or a shortfall; the most money first. */
	readonly by_store: readonly StoreReport[];
	/** Digest of the core's state after the last record; the same on every machine. */
	readonly state_hash: string;
}

export interface HeldCutSums extends Readonly<Record<CutEnd, number>> {
	/** Prices below the store's price of that moment. */
	readonly cuts_asked: number;
	readonly held: number;
	/** Until they were let through: the middle one and the longest, in hours. */
	readonly median_hours: number | null;
	readonly longest_hours: number | null;
}

export interface CutShortSums {
	readonly withdrawals: number;
	/** What was not granted at once. */
	readonly amount: Amount;
	readonly granted_later: number;
	readonly median_days: number | null;
	readonly longest_days: number | null;
}

/** Requests that a rule stopped, alone or among others, and how many stores made them; of honest ones besides. */
export interface RuleSums {
	readonly rule: string;
	readonly gate: RuleGate;
	readonly verdict: 'hold' | 'refuse';
	readonly when: string;
	readonly requests: number;
	readonly stores: number;
	readonly honest_requests: number;
	readonly honest_stores: number;
}

export interface NotHappened {
	readonly stores: number;
	readonly orders: Missing;
	readonly claims: Missing;
	readonly withdrawals: Missing;
	readonly other_records: number;
}

export interface Missing {
	readonly records: number;
	readonly amount: Amount;
}

/** Sums over the stores that history shows to be honest, or over those it shows to be abnormal. */
export interface GroupSums {
	readonly stores: number;
	/** To which a gate said other than approve. */
	readonly touched: number;
	readonly advanced: Amount;
	readonly shortfall: Amount;
	readonly cuts: HeldCutSums;
	readonly locked_amount_days: AmountDaysText;
	readonly locked_as_reserve_amount_days: AmountDaysText;
	readonly withdrawal_delay_amount_days: AmountDaysText;
	readonly flat_hold_amount_days: AmountDaysText;
}

export interface StoreReport {
	readonly store_id: string;
	readonly label: 'abuse' | 'honest' | null;
	/** Whether, and when, an observing Surety would have flagged it in what really happened. */
	readonly flagged: boolean;
	readonly flagged_at: Time | null;
	/** False where the admission gate kept it out. */
	readonly let_in: boolean;
	readonly advanced: Amount;
	readonly shortfall: Amount;
	readonly cuts: { readonly asked: number; readonly held: number };
	readonly claims: { readonly asked: number; readonly stopped: number };
	readonly withdrawals: { readonly asked: number; readonly stopped: number };
	readonly orders_without_protection: number;
	readonly withdrawal_delay_amount_days: AmountDaysText;
	readonly locked_amount_days: AmountDaysText;
	readonly flat_hold_amount_days: AmountDaysText;
	readonly first_stop: Stopped | null;
	/** Of the first stop. */
	readonly reasons: readonly Reason[];
}

export interface Stopped {
	readonly gate: Gate;
	readonly at: Time;
	readonly verdict: Verdict;
}

/** All the page needs. */
export interface BacktestPage {
	readonly backtest: Backtest;
	readonly inputs: readonly {
		readonly table: string;
		readonly file: string | null;
		readonly rows: number;
		readonly rejected: number;
	}[];
	readonly rejected: readonly string[];
}

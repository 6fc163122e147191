/** What an investigation found: the `report.json` of the contract, and what the page shows beside it. */
import type { Gate, Verdict } from '../core/words/outcome.js';
import type { Reason } from '../core/words/reason.js';

/** Decimal string in major units. */
export type Amount = string;
/** RFC 3339, UTC. */
export type Time = string;

export interface Report {
	readonly schema: 'surety.report/1';
	readonly currency: string;
	readonly programme: string;
	/** Name and version of the model that scored; absent where the transparent score did. */
	readonly model?: string;
	readonly period: { readonly from: Time | null; readonly to: Time | null };
	readonly totals: Totals;
	readonly stores: readonly StoreFinding[];
	readonly rings: readonly RingFinding[];
	/** What each gate would have stopped, had it been enforcing from the start. */
	readonly gates: readonly GateFinding[];
	/** What the tables did not allow to judge, in plain sentences. */
	readonly unjudged: readonly Unjudged[];
	/** Digest of the core's state after the last record; the same on every machine. */
	readonly state_hash: string;
}

export interface Totals {
	readonly stores: number;
	readonly buyers: number;
	readonly order_lines: number;
	readonly price_changes: number;
	readonly claims: number;
	readonly advanced: Amount;
	readonly recovered: Amount;
	readonly shortfall: Amount;
	/** Refunds of goods that the store could not cover; no part of the shortfall. */
	readonly refunds_owed: Amount;
	readonly rejected_rows: number;
}

export interface StoreFinding {
	readonly store_id: string;
	readonly score: number;
	readonly flagged: boolean;
	readonly flagged_at: Time | null;
	readonly advanced: Amount;
	readonly recovered: Amount;
	readonly shortfall: Amount;
	/** Refunds of goods that the store could not cover; no part of the shortfall. */
	readonly refunds_owed: Amount;
	readonly ring_id: string | null;
	readonly reasons: readonly Reason[];
	/** The first time each gate would have stopped this store. */
	readonly stops: readonly Stop[];
	readonly first_claim_at: Time | null;
}

export interface Stop {
	readonly gate: Gate;
	readonly at: Time;
	readonly verdict: Verdict;
	readonly reason: Reason;
}

export interface RingFinding {
	readonly ring_id: string;
	readonly score: number;
	readonly flagged_at: Time;
	readonly stores: readonly string[];
	readonly buyers: readonly string[];
	readonly links: readonly RingLink[];
	readonly advanced: Amount;
	readonly recovered: Amount;
	readonly shortfall: Amount;
	/** Refunds of goods that the store could not cover; no part of the shortfall. */
	readonly refunds_owed: Amount;
}

/** One thing that ties members together: an identifier they share (`value` says which) or buyers in common. */
export interface RingLink {
	/** licence_no, legal_person, bank_account, phone, device_id, ip, address, payment_account or shared_buyers. */
	readonly kind: string;
	readonly value: string;
	readonly stores: readonly string[];
	readonly buyers: readonly string[];
}

export interface GateFinding {
	readonly gate: Gate;
	/** How many records it would not have let through as they were, and for how many stores. */
	readonly stopped: number;
	readonly stores: number;
	readonly first_at: Time | null;
	/** Advances of flagged stores made after this gate's first stop of that store. */
	readonly advanced_after: Amount;
}

export interface Unjudged {
	readonly en: string;
	readonly zh: string;
}

/** Everything the page draws for one store, in order of time. */
export interface Timeline {
	readonly store_id: string;
	readonly opened_at: Time | null;
	readonly prices: readonly { readonly at: Time; readonly sku_id: string; readonly price: Amount }[];
	readonly sales: readonly {
		readonly at: Time;
		readonly sku_id: string;
		readonly buyer_id: string;
		readonly quantity: number;
		readonly unit_price: Amount;
		readonly protected: boolean;
	}[];
	readonly claims: readonly {
		readonly at: Time;
		readonly buyer_id: string;
		readonly amount: Amount;
		readonly recovered: Amount;
	}[];
	readonly withdrawals: readonly { readonly at: Time; readonly amount: Amount }[];
	/** Money of the store at the platform after each of its records. */
	readonly funds: readonly {
		readonly at: Time;
		readonly held: Amount;
		readonly balance: Amount;
		readonly deposit: Amount;
		readonly reserve: Amount;
		readonly claimable: Amount;
	}[];
	/** True where the store had more events than are shown; the shown ones are the most telling window. */
	readonly cut_short: boolean;
}

/** All the page needs. */
export interface ReportPage {
	readonly report: Report;
	/** For the flagged stores with the largest shortfall first, then the best-scored others, up to a bound. */
	readonly timelines: readonly Timeline[];
	/** What was read: one line a table. */
	readonly inputs: readonly {
		readonly table: string;
		readonly file: string | null;
		readonly rows: number;
		readonly rejected: number;
	}[];
	/** First few rejected rows, as shown on the terminal. */
	readonly rejected: readonly string[];
}

/** What one policy's gates said in a run: counts by verdict, and for each store its counts and the first no. */
import type { Gate, Outcome, Verdict } from '../core/words/outcome.js';
import { add, type Minor, ZERO } from '../core/words/money.js';
import type { Reason } from '../core/words/reason.js';
import type { Instant } from '../core/words/time.js';
import { count, noCounts, type VerdictCounts } from './counts.js';
import { RuleTally } from './rule-tally.js';

/** Gates that a history asks; the guarantee gate is asked for the badge, order by order. */
export type AskedGate = Exclude<Gate, 'guarantee'>;

export interface FirstStop {
	readonly gate: Gate;
	readonly at: Instant;
	readonly verdict: Verdict;
	readonly reasons: readonly Reason[];
}

export interface StoreTally {
	readonly store_id: string;
	/** Prices below the store's price of that moment; and how many of them the price gate held or refused. */
	cuts: number;
	cutsHeld: number;
	claims: number;
	claimsStopped: number;
	withdrawals: number;
	withdrawalsStopped: number;
	unprotectedOrders: number;
	firstStop: FirstStop | undefined;
}

export class Tally {
	readonly counts: Readonly<Record<AskedGate, VerdictCounts>> = {
		admission: noCounts(),
		price: noCounts(),
		claim: noCounts(),
		payout: noCounts(),
	};
	/** Orders that were sold without protection because their store could not show the badge. */
	readonly unprotected = { orders: 0, amount: ZERO };
	/** Claims of the history that were paid less here, or not at all, and by how much. */
	readonly notPaid = { claims: 0, amount: ZERO };
	/** Withdrawals that were not granted in full at once, and what was missing then. */
	readonly cutShort = { withdrawals: 0, amount: ZERO };
	/** Records that could not be taken, by error code. */
	readonly notTaken = new Map<string, number>();
	readonly stores = new Map<string, StoreTally>();
	readonly rules = new RuleTally();

	/** Counts what its gate let through, or nobody asked for. @returns the store's own counts, to be gone on with. */
	approved(gate: AskedGate, storeId: string): StoreTally {
		count(this.counts[gate], 'approve');
		return this.of(storeId);
	}

	/** Counts an answer. @returns the store's own counts, to be gone on with. */
	answered(gate: AskedGate, storeId: string, at: Instant, outcome: Outcome): StoreTally {
		count(this.counts[gate], outcome.verdict);
		const store = this.of(storeId);
		if (isStop(outcome.verdict)) this.stopped(store, { gate, at, verdict: outcome.verdict, reasons: outcome.reasons });
		return store;
	}

	/** An order that lost its badge. */
	withoutBadge(storeId: string, at: Instant, reasons: readonly Reason[], amount: Minor): void {
		this.unprotected.orders++;
		this.unprotected.amount = add(this.unprotected.amount, amount);
		const store = this.of(storeId);
		store.unprotectedOrders++;
		this.stopped(store, { gate: 'guarantee', at, verdict: 'refuse', reasons });
	}

	of(storeId: string): StoreTally {
		let known = this.stores.get(storeId);
		if (known === undefined) {
			known = fresh(storeId);
			this.stores.set(storeId, known);
		}
		return known;
	}

	private stopped(store: StoreTally, stop: FirstStop): void {
		store.firstStop ??= stop;
		this.rules.count(store.store_id, stop.reasons);
	}
}

export const isStop = (verdict: Outcome['verdict']): verdict is Exclude<Verdict, 'approve'> =>
	verdict !== 'approve' && verdict !== 'recorded';

const fresh = (store_id: string): StoreTally => ({
	store_id,
	cuts: 0,
	cutsHeld: 0,
	claims: 0,
	claimsStopped: 0,
	withdrawals: 0,
	withdrawalsStopped: 0,
	unprotectedOrders: 0,
	firstStop: undefined,
});

/**
 * What did not happen under a policy: the records of stores that were not let in, counted with the money that the
 * history saw in them. Nobody can know what their buyers would have bought elsewhere.
 */
import { add, type Minor, times, ZERO } from '../core/words/money.js';
import type { Fact } from '../core/words/record.js';

export interface Missed {
	records: number;
	amount: Minor;
}

export interface AbsentCounts {
	readonly orders: Missed;
	readonly claims: Missed;
	readonly withdrawals: Missed;
	/** Price changes, deliveries, releases, refunds, labels and closings. */
	other: number;
}

const none = (): Missed => ({ records: 0, amount: ZERO });

export class Absent {
	readonly stores = new Set<string>();
	readonly missed: AbsentCounts = { orders: none(), claims: none(), withdrawals: none(), other: 0 };

	/** Whether the fact is of a store that is not there; it is counted then. */
	misses(fact: Fact): boolean {
		if (this.stores.size === 0) return false;
		const store = 'store_id' in fact ? fact.store_id : undefined;
		if (store === undefined || !this.stores.has(store)) return false;
		this.note(fact);
		return true;
	}

	private note(fact: Fact): void {
		if (fact.type === 'order.paid') noteIn(this.missed.orders, times(fact.unit_price, fact.quantity));
		else if (fact.type === 'claim.paid') noteIn(this.missed.claims, fact.amount);
		else if (fact.type === 'withdrawal.paid') noteIn(this.missed.withdrawals, fact.amount);
		else this.missed.other++;
	}
}

function noteIn(missed: Missed, amount: Minor): void {
	missed.records++;
	missed.amount = add(missed.amount, amount);
}

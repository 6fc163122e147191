/** The purses of all stores that a payout gate ever kept anything from; a store that nothing was kept from has none. */
import type { Store } from '../core/book/store.js';
import type { Core } from '../core/core.js';
import { headroom } from '../core/gates/view.js';
import { least, type Minor, ZERO } from '../core/words/money.js';
import type { RecordOf } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';
import { isKept, Purse } from './purse.js';
import { withdrawal } from './requests.js';

export class Purses {
	private readonly core: Core;
	private readonly byStore: (Purse | undefined)[] = [];
	/** Those that time costs something: the only ones that have to be looked at every day. */
	private readonly counting = new Set<Purse>();

	constructor(core: Core) {
		this.core = core;
	}

	get some(): boolean {
		return this.counting.size > 0;
	}

	of(store: Store): Purse | undefined {
		return this.byStore[store.index];
	}

	/** After a record of the store. */
	look(store: Store): void {
		const purse = this.byStore[store.index];
		if (purse !== undefined) this.see(purse);
		else if (isKept(this.core, store)) this.see(this.open(store));
	}

	want(paid: RecordOf<'withdrawal.paid'>, left: Minor): void {
		const store = this.core.book.store(paid.store_id);
		const purse = this.byStore[store.index] ?? this.open(store);
		purse.want(paid, left);
		this.see(purse);
	}

	/** A day has passed: what is still wanted is asked for again, and every day counts. */
	passDay(at: Instant): void {
		for (const purse of this.counting) {
			if (purse.stillWanted > 0) this.askAgain(purse, at);
			this.see(purse);
		}
	}

	finish(): void {
		for (const purse of this.counting) this.see(purse);
	}

	/** Asks for as much as the gate would grant, so that the answer is a plain yes. */
	private askAgain(purse: Purse, at: Instant): void {
		const amount = least(purse.stillWanted, headroom(this.core, purse.store));
		if (amount === 0 || purse.oldest === undefined) return;
		const outcome = this.core.take(withdrawal(purse.oldest, amount, at));
		purse.granted(outcome.amount ?? ZERO, at);
	}

	private open(store: Store): Purse {
		const purse = new Purse(store, this.core.book.now);
		this.byStore[store.index] = purse;
		return purse;
	}

	private see(purse: Purse): void {
		purse.look(this.core);
		if (purse.counts) this.counting.add(purse);
		else this.counting.delete(purse);
	}
}

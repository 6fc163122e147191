/**
 * A store's purse, as far as a payout gate keeps a hand on it: what it may not take out now, what it wanted and did not
 * get, and both added up over time. What stands in it holds until it is looked at again: at each of the store's records
 * and at each midnight.
 */
import { BALANCE, RESERVE } from '../core/book/ledger.js';
import type { Store } from '../core/book/store.js';
import { headroom } from '../core/gates/view.js';
import type { State } from '../core/state.js';
import { add, least, type Minor, subtract, ZERO } from '../core/words/money.js';
import type { RecordOf } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';
import { AmountDays } from './amount-days.js';

/** A withdrawal that was not granted in full, and what is still wanted of it. */
interface Wanted {
	readonly paid: RecordOf<'withdrawal.paid'>;
	left: Minor;
}

export class Purse {
	readonly store: Store;
	readonly locked = new AmountDays();
	/** The part of it that secures guarantees whose price has fallen: owed to buyers already, whatever the policy. */
	readonly reserved = new AmountDays();
	readonly delayed = new AmountDays();
	/** How long each withdrawal took that was granted in full later. */
	readonly waits: number[] = [];
	private readonly queue: Wanted[] = [];
	private wanted = ZERO;
	private lockedNow = ZERO;
	private reservedNow = ZERO;
	private delayedNow = ZERO;
	private since: Instant;

	constructor(store: Store, at: Instant) {
		this.store = store;
		this.since = at;
	}

	/** Whether time costs the store anything now. */
	get counts(): boolean {
		return this.lockedNow > 0 || this.wanted > 0;
	}

	get stillWanted(): Minor {
		return this.wanted;
	}

	/** The oldest withdrawal of which something is still wanted. */
	get oldest(): RecordOf<'withdrawal.paid'> | undefined {
		return this.queue[0]?.paid;
	}

	/** Adds up the time since it was last looked at, and sees what is kept from now on. */
	look(state: State): void {
		const { now } = state.book;
		this.locked.add(this.lockedNow, now - this.since);
		this.reserved.add(this.reservedNow, now - this.since);
		this.delayed.add(this.delayedNow, now - this.since);
		this.since = now;
		const own = ownMoney(state, this.store);
		this.reservedNow = reservedMoney(state, this.store);
		this.lockedNow = subtract(own, headroom(state, this.store));
		// What is not there is not kept by anybody: the records explain less money than the store took out.
		this.delayedNow = least(this.wanted, own);
	}

	want(paid: RecordOf<'withdrawal.paid'>, left: Minor): void {
		this.queue.push({ paid, left });
		this.wanted = add(this.wanted, left);
	}

	/** Some of what is wanted has been granted: the oldest first. */
	granted(amount: Minor, at: Instant): void {
		this.wanted = subtract(this.wanted, amount);
		let rest = amount;
		for (let first = this.queue[0]; first !== undefined && rest > 0; first = this.queue[0]) {
			const part = least(rest, first.left);
			first.left = subtract(first.left, part);
			rest = subtract(rest, part);
			if (first.left > 0) return;
			this.waits.push(at - first.paid.at);
			this.queue.shift();
		}
	}
}

/** Money that is the store's to withdraw but for the gates: its balance, and what reserves took from it. */
export const ownMoney = (state: State, store: Store): Minor =>
	add(state.book.ledger.get(store.index, BALANCE), reservedMoney(state, store));

const reservedMoney = ({ book }: State, store: Store): Minor =>
	subtract(book.ledger.get(store.index, RESERVE), store.reserveFromDeposit);

/** Whether anything is kept from the store now. */
export const isKept = (state: State, store: Store): boolean => ownMoney(state, store) > headroom(state, store);

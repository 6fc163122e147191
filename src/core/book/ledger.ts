/**
 * The ledger: one row of accounts a store, double entry. Every movement takes from one account what it gives to
 * another, so each row always adds up to nothing; the outside world (buyers, banks, the platform's own pocket) has
 * accounts too. Seen from the platform, what it holds for others is positive and what others owe it is negative.
 */
import { assert } from '../words/error.js';
import { type Minor, ZERO } from '../words/money.js';

/** Money of the store at the platform (never below zero). */
export const HELD_ACCOUNT = 0; // proceeds until released
export const BALANCE = 1;
export const DEPOSIT = 2;
export const RESERVE = 3; // set aside for triggered guarantees
/** What the store owes the platform (never above zero). */
export const OWED = 4; // shortfalls of advances, collected from whatever money arrives
export const OWED_STATED = 5; // shortfalls that a record stated: the platform's own books go on with those
export const OWED_REFUNDS = 6; // refunds of goods that the store's money did not cover
/** The outside. */
export const BUYERS = 7;
export const BANK = 8; // the store's own bank account
export const PLATFORM = 9; // commission less subsidies
export const ACCOUNTS = 10;

export type Account = number;

const FIRST_ROWS = 1024;
/** Sums stay exact below 2^53. */
const LARGEST_SUM = 2 ** 52;

export class Ledger {
	private cells = new Float64Array(FIRST_ROWS * ACCOUNTS);

	/** Makes room for one more store. */
	open(store: number): void {
		if ((store + 1) * ACCOUNTS <= this.cells.length) return;
		const wider = new Float64Array(this.cells.length * 2);
		wider.set(this.cells);
		this.cells = wider;
	}

	get(store: number, account: Account): Minor {
		return this.cells[store * ACCOUNTS + account]! as Minor;
	}

	/** Moves an amount; nothing is created or lost. */
	move(store: number, from: Account, to: Account, amount: Minor): void {
		const row = store * ACCOUNTS;
		this.cells[row + from]! -= amount;
		this.cells[row + to]! += amount;
	}

	/** Takes up to `wanted` from an account; returns what was there to take. */
	take(store: number, from: Account, to: Account, wanted: Minor): Minor {
		const there = this.get(store, from);
		const amount = there < wanted ? there : wanted;
		if (amount <= 0) return ZERO;
		this.move(store, from, to, amount);
		return amount;
	}

	/** @throws BrokenInvariant unless the row adds up to nothing and every account has the sign it must have. */
	check(store: number): void {
		const row = store * ACCOUNTS;
		let sum = 0;
		let size = 0;
		for (let account = 0; account < ACCOUNTS; account++) {
			const amount = this.cells[row + account]!;
			sum += amount;
			size += Math.abs(amount);
			if (account <= RESERVE) assert(amount >= 0, 'money of a store fell below zero');
			else if (account <= OWED_REFUNDS) assert(amount <= 0, 'a store was owed by the platform what it owes');
		}
		assert(sum === 0, 'debits and credits of a store differ');
		assert(size <= LARGEST_SUM, 'the money of one store is too large to be added exactly');
	}
}

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

/** Sums over a store's lines stand in the same row, so that a record that touches a store touches one place. */
export const DUE = 10;
export const OWN = 11;
export const GAP = 12;
export const FROM_DEPOSIT = 13;
export const OPEN_VALUE = 14;
export const EXPOSED = 15;
const ROW = 16;

const PAGE_BITS = 8;
const PAGE_STORES = 1 << PAGE_BITS;
/** Sums stay exact below 2^53. */
const LARGEST_SUM = 2 ** 52;
/** No record adds more than this many times its amount to the sizes of a row's accounts. */
const MOST_MOVES = 8;

export class Ledger {
	/** Pages are added, never copied, so a row stays where it is. */
	private readonly pages: Float64Array[] = [];

	/** The row of a store, made where it is the next one. */
	row(store: number): Float64Array {
		while (store >>> PAGE_BITS >= this.pages.length) this.pages.push(new Float64Array(PAGE_STORES * ROW));
		const at = (store % PAGE_STORES) * ROW;
		return this.page(store).subarray(at, at + ROW);
	}

	get(store: number, account: Account): Minor {
		return this.page(store)[(store % PAGE_STORES) * ROW + account]! as Minor;
	}

	/** Moves an amount; nothing is created or lost. */
	move(store: number, from: Account, to: Account, amount: Minor): void {
		const page = this.page(store);
		const row = (store % PAGE_STORES) * ROW;
		page[row + from]! -= amount;
		page[row + to]! += amount;
	}

	/** Takes up to `wanted` from an account; returns what was there to take. */
	take(store: number, from: Account, to: Account, wanted: Minor): Minor {
		const there = this.get(store, from);
		const amount = there < wanted ? there : wanted;
		if (amount <= 0) return ZERO;
		this.move(store, from, to, amount);
		return amount;
	}

	/** Whether the row can still be added exactly after a record about this amount, which moves it a few times at most. */
	hasRoom(store: number, amount: Minor): boolean {
		const page = this.page(store);
		const row = (store % PAGE_STORES) * ROW;
		let size = amount * MOST_MOVES;
		for (let account = 0; account < ACCOUNTS; account++) size += Math.abs(page[row + account]!);
		return size <= LARGEST_SUM;
	}

	/** @throws BrokenInvariant unless the row adds up to nothing and every account has the sign it must have. */
	check(store: number): void {
		const page = this.page(store);
		const row = (store % PAGE_STORES) * ROW;
		let sum = 0;
		let size = 0;
		for (let account = 0; account < ACCOUNTS; account++) {
			const amount = page[row + account]!;
			sum += amount;
			size += Math.abs(amount);
			if (account <= RESERVE) assert(amount >= 0, 'money of a store fell below zero');
			else if (account <= OWED_REFUNDS) assert(amount <= 0, 'a store was owed by the platform what it owes');
		}
		assert(sum === 0, 'debits and credits of a store differ');
		assert(size <= LARGEST_SUM, 'the money of one store is too large to be added exactly');
	}

	private page(store: number): Float64Array {
		return this.pages[store >>> PAGE_BITS]!; // every store has a row
	}
}

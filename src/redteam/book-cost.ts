/** The same cost from the other side: what the book itself says the platform is missing. */
import type { Book } from '../core/book/book.js';
import {
	BALANCE,
	DEPOSIT,
	HELD_ACCOUNT,
	OWED,
	OWED_REFUNDS,
	OWED_STATED,
	PLATFORM,
	RESERVE,
} from '../core/book/ledger.js';
import { add, excess, type Minor, subtract, ZERO } from '../core/words/money.js';

/**
 * Owed and unexplained beyond the store's money, and what the platform bears by rule. Equal to the game's own ledger
 * (`Cash.platformCost`) where no commission is taken.
 */
export function bookCost(book: Book): Minor {
	let sum: Minor = ZERO;
	for (const store of book.stores) {
		const of = (...accounts: readonly number[]): Minor =>
			accounts.reduce<Minor>((total, account) => add(total, book.ledger.get(store.index, account)), ZERO);
		const there = of(HELD_ACCOUNT, BALANCE, DEPOSIT, RESERVE);
		const owed = subtract(store.unexplained, of(OWED, OWED_STATED, OWED_REFUNDS));
		const borne = subtract(ZERO, add(of(PLATFORM), store.unexplained));
		sum = add(sum, add(excess(owed, there), excess(borne, ZERO)));
	}
	return sum;
}

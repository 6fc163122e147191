/**
 * The game's own ledger: cash that came to the platform and cash that left it, and from these alone what each store is
 * still entitled to. It reads nothing of the book, so that what an attack cost the platform is measured twice, and the
 * two can be compared (see `bookCost` in `platform.ts`).
 */
import type { OrderLineId } from '../core/words/ids.js';
import { add, excess, type Minor, shareUp, subtract, ZERO } from '../core/words/money.js';

/** Whole per cent as millionths. */
const PERCENT = 10_000;

/** One order line, as the platform's own order system knows it. */
export interface Line {
	readonly id: OrderLineId;
	readonly store: string;
	readonly sku: string;
	/** Whose money it is: the attacker's own account, or somebody else's. */
	readonly isOwn: boolean;
	readonly unit: Minor;
	readonly paid: Minor;
	/** Units not sent back. */
	units: number;
	isProtected: boolean;
	isReleased: boolean;
	/** Given back to the buyer: as price difference, for goods and as goodwill. */
	claimed: Minor;
	returned: Minor;
	/** The store's part of what was claimed. */
	storePart: Minor;
}

/** Money that is a store's, by what came in for it and went out for it. Below zero: the platform paid. */
interface Account {
	entitled: Minor;
	deposits: Minor;
}

export class Cash {
	/** All that came to the platform and all that left it. */
	in: Minor = ZERO;
	out: Minor = ZERO;
	/** Of these, what came from the attacker and went to it. */
	fromAttacker: Minor = ZERO;
	toAttacker: Minor = ZERO;
	/** Parts of refunds that the platform bears by the programme's rule. */
	borne: Minor = ZERO;
	private readonly accounts = new Map<string, Account>();
	private readonly storeBears: number;

	constructor(storeBearsPercent: number) {
		this.storeBears = storeBearsPercent * PERCENT;
	}

	account(store: string): Account {
		let account = this.accounts.get(store);
		if (account === undefined) {
			account = { entitled: ZERO, deposits: ZERO };
			this.accounts.set(store, account);
		}
		return account;
	}

	deposit(store: string, amount: Minor, isOwn: boolean): void {
		this.comes(amount, isOwn);
		const account = this.account(store);
		account.deposits = add(account.deposits, amount);
		account.entitled = add(account.entitled, amount);
	}

	depositBack(store: string, amount: Minor, isOwn: boolean): void {
		this.leaves(amount, isOwn);
		const account = this.account(store);
		account.deposits = subtract(account.deposits, amount);
		account.entitled = subtract(account.entitled, amount);
	}

	order(line: Line): void {
		this.comes(line.paid, line.isOwn);
		this.entitle(line.store, line.paid);
	}

	/** Goods money or goodwill: the store's own money, be it held proceeds or what it has free. */
	refund(line: Line, amount: Minor): void {
		this.leaves(amount, line.isOwn);
		line.returned = add(line.returned, amount);
		this.entitle(line.store, subtract(ZERO, amount));
	}

	/** An advance to the buyer; `amount` below zero is one that came back. */
	claim(line: Line, amount: Minor): void {
		if (amount < 0) this.comes(subtract(ZERO, amount), line.isOwn);
		else this.leaves(amount, line.isOwn);
		line.claimed = add(line.claimed, amount);
		const part = shareUp(line.claimed, this.storeBears);
		const more = subtract(part, line.storePart);
		line.storePart = part;
		this.borne = add(this.borne, subtract(amount, more));
		this.entitle(line.store, subtract(ZERO, more));
	}

	withdrawal(store: string, amount: Minor, isOwn: boolean): void {
		if (amount < 0) this.comes(subtract(ZERO, amount), isOwn);
		else this.leaves(amount, isOwn);
		this.entitle(store, subtract(ZERO, amount));
	}

	/** What the platform holds for stores. */
	get held(): Minor {
		let sum = ZERO;
		for (const { entitled } of this.accounts.values()) sum = add(sum, excess(entitled, ZERO));
		return sum;
	}

	/**
	 * What the platform has lost: paid out, less taken in, and what it still holds for others. Commission that a store
	 * has paid counts as still there: it makes up for what the same store cost, and is no gain otherwise.
	 */
	get platformCost(): Minor {
		return add(subtract(this.out, this.in), this.held);
	}

	private entitle(store: string, amount: Minor): void {
		const account = this.account(store);
		account.entitled = add(account.entitled, amount);
	}

	private comes(amount: Minor, isOwn: boolean): void {
		this.in = add(this.in, amount);
		if (isOwn) this.fromAttacker = add(this.fromAttacker, amount);
	}

	private leaves(amount: Minor, isOwn: boolean): void {
		this.out = add(this.out, amount);
		if (isOwn) this.toAttacker = add(this.toAttacker, amount);
	}
}

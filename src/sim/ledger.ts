/**
 * One store's money, as plainly as it can be said: what is there is deposit plus released proceeds minus refunds of
 * goods, withdrawals and recoveries; a claim takes what is there; what it cannot take stays owed, and money that
 * arrives later pays the oldest debt first. This is the truth that the product's book is checked against, so it shares
 * no code with it but the type of money.
 */
import { add, excess, least, type Minor, subtract, ZERO } from '../core/words/money.js';

export class Ledger {
	readonly deposit: Minor;
	/** Everything the store has, the deposit included. */
	funds: Minor;
	advanced: Minor = ZERO;
	recovered: Minor = ZERO;

	constructor(deposit: Minor) {
		this.deposit = deposit;
		this.funds = deposit;
	}

	get shortfall(): Minor {
		return subtract(this.advanced, this.recovered);
	}

	/** What the owner may take: the deposit stays, or is filled again first. */
	get beyondDeposit(): Minor {
		return excess(this.funds, this.deposit);
	}

	release(amount: Minor): void {
		const paysDebt = least(this.shortfall, amount);
		this.recovered = add(this.recovered, paysDebt);
		this.funds = add(this.funds, subtract(amount, paysDebt));
	}

	/** @returns what was collected at once. */
	claim(amount: Minor): Minor {
		const collected = least(this.funds, amount);
		this.advanced = add(this.advanced, amount);
		this.recovered = add(this.recovered, collected);
		this.funds = subtract(this.funds, collected);
		return collected;
	}

	spend(amount: Minor): void {
		this.funds = subtract(this.funds, amount);
	}
}

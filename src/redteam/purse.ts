/** The attacker's purse: what its budget filled once, what came back from the platform, and what went to suppliers. */
import { add, excess, type Minor, subtract, ZERO } from '../core/words/money.js';
import type { Cash } from './cash.js';

export class Purse {
	/** Cash that went to suppliers: licences, accounts, parcels, goods. */
	expenses: Minor = ZERO;
	/** What honest trade with strangers brought beyond its goods. */
	tradeGain: Minor = ZERO;
	private readonly cash: Cash;
	private readonly budget: Minor;

	constructor(cash: Cash, budget: Minor) {
		this.cash = cash;
		this.budget = budget;
	}

	/** In hand now. */
	get content(): Minor {
		return subtract(add(this.budget, this.cash.toAttacker), add(this.cash.fromAttacker, this.expenses));
	}

	/** Cash out less cash in less costs. */
	get profit(): Minor {
		return subtract(this.content, this.budget);
	}

	/** Whether there is enough for both: fees are spent now, the rest is about to go to the platform. */
	pays(fees: Minor, rest: Minor): boolean {
		if (excess(add(fees, rest), this.content) > 0) return false;
		this.expenses = add(this.expenses, fees);
		return true;
	}
}

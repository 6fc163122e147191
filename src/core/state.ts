/** The state that decisions depend on, and nothing else: one writer, no clock, no randomness, no input or output. */
import { Book } from './book/book.js';
import { Caps } from './gates/caps.js';
import type { GateView } from './gates/view.js';
import type { Policy } from './policy.js';
import { Rules } from './programme/rules.js';
import type { Programme } from './programme/schema.js';
import { Risk } from './risk/risk.js';
import type { Currency } from './words/money.js';

export interface CoreOptions {
	readonly currency: Currency;
	readonly programme: Programme;
	readonly policy: Policy;
}

export class State implements GateView {
	readonly book: Book;
	readonly risk: Risk;
	readonly caps: Caps;
	policy: Policy;
	readonly currency: Currency;
	/** Records decided so far. */
	seq = 0;

	constructor({ currency, programme, policy }: CoreOptions) {
		const rules = new Rules(programme, currency);
		this.currency = currency;
		this.policy = policy;
		this.book = new Book(rules, policy.rememberMs);
		this.caps = new Caps(rules);
		this.risk = new Risk(this.book, policy, currency);
	}

	/** Goes on under another policy. How long settled lines are remembered stays as it was. */
	adopt(policy: Policy): void {
		this.policy = policy;
		this.risk.policy = policy;
	}
}

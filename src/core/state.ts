/** The state that decisions depend on, and nothing else: one writer, no clock, no randomness, no input or output. */
import { Book } from './book/book.js';
import type { Store } from './book/store.js';
import { Caps } from './gates/caps.js';
import type { Deciding } from './gates/view.js';
import { Policies } from './policies.js';
import type { Policy, Tier } from './policy.js';
import { Programmes } from './programme/programmes.js';
import type { Programme } from './programme/schema.js';
import { Risk } from './risk/risk.js';
import type { StoreId } from './words/ids.js';
import type { Currency } from './words/money.js';

export interface CoreOptions {
	readonly currency: Currency;
	/** The book's own: of guarantees made while the policy has none. */
	readonly programme: Programme;
	readonly policy: Policy;
}

export class State implements Deciding {
	readonly book: Book;
	readonly risk: Risk;
	readonly caps: Caps;
	readonly policies: Policies;
	readonly currency: Currency;
	/** Records decided so far. */
	seq = 0;

	constructor({ currency, programme, policy }: CoreOptions) {
		const programmes = new Programmes(programme, currency);
		this.currency = currency;
		this.policies = new Policies(policy, programmes, currency);
		this.book = new Book(programmes, policy.rememberMs);
		this.caps = new Caps(programmes);
		this.risk = new Risk(this.book, this.policies, currency);
	}

	/** The live policy. How long settled lines are remembered is that of the first one. */
	get policy(): Policy {
		return this.policies.live;
	}

	/** The state as one policy sees it. */
	under(policy: Policy): Deciding {
		if (policy === this.policy) return this;
		const { book, risk, caps, currency, seq } = this;
		return { book, risk, caps, currency, seq, policy };
	}

	/** The state as the policy of one store sees it. */
	of(store: StoreId): Deciding {
		return this.policies.isUniform ? this : this.under(this.policies.of(store));
	}

	/** [PR14] The place of the programme that a store's lines are sold under from now on: its policy's. */
	sellsUnder(store: StoreId): number {
		return this.book.programmes.placeOf(this.policies.of(store));
	}

	/** How a store is treated now. */
	tier(store: Store): Tier {
		return this.risk.tier(store, this.policies.of(store.id));
	}
}

/**
 * A story: records told to a real core one after another, with everything left out that does not matter. Times are days
 * since the story began, amounts are decimal strings in yuan, and answers come back in the same words, so that a test
 * reads like the case it is about.
 */
import {
	BALANCE,
	DEPOSIT,
	HELD_ACCOUNT,
	OWED,
	OWED_REFUNDS,
	OWED_STATED,
	RESERVE,
} from '../../src/core/book/ledger.js';
import { NONE } from '../../src/core/book/line-slab.js';
import type { Store } from '../../src/core/book/store.js';
import { Core } from '../../src/core/core.js';
import { Desk } from '../../src/core/desk/desk.js';
import { headroom } from '../../src/core/gates/view.js';
import { parsePolicy } from '../../src/core/policy.js';
import { parseProgramme } from '../../src/core/programme/schema.js';
import type { CoreOptions } from '../../src/core/state.js';
import type { StoreId } from '../../src/core/words/ids.js';
import { currency, formatMoney, type Minor, ZERO } from '../../src/core/words/money.js';
import { type Answer, GATES, type Gate, type Outcome } from '../../src/core/words/outcome.js';
import {
	type Message,
	type MessageType,
	parseMessage,
	type RecordType,
	type SuretyRecord,
} from '../../src/core/words/record.js';
import { DAY, formatInstant, type Instant } from '../../src/core/words/time.js';

export const CNY = currency('CNY');
export const yuan = (amount: number): string => formatMoney(amount as Minor, CNY);

type Mode = 'observe' | 'enforce';

export interface Setting {
	/** Fields of the programme that differ from: seven days from payment, page price, the store bears all. */
	readonly programme?: Readonly<Record<string, unknown>>;
	/** All gates in one mode, or some by name (the others observe). */
	readonly gates?: Mode | Partial<Record<Gate, Mode>>;
	/** Fields of the policy that differ from the default. */
	readonly policy?: Readonly<Record<string, unknown>>;
}

function optionsOf({ programme = {}, gates = 'observe', policy = {} }: Setting): CoreOptions {
	const modes = GATES.map((gate) => [gate, typeof gates === 'string' ? gates : (gates[gate] ?? 'observe')]);
	const clock = { start: 'payment', days: 'line' };
	return {
		currency: CNY,
		programme: parseProgramme({ schema: 'surety.programme/1', name: 'story', version: 1, clock, ...programme }),
		policy: parsePolicy(
			{ schema: 'surety.policy/1', name: 'story', version: 1, gates: Object.fromEntries(modes), ...policy },
			CNY,
		),
	};
}

export const newCore = (setting: Setting = {}): Core => new Core(optionsOf(setting));
export const newDesk = (setting: Setting = {}): Desk => new Desk(optionsOf(setting));

/** An outcome in plain words: verdict, reason codes, decimal amounts; figures the gate did not give are absent. */
export interface Told {
	readonly verdict: string;
	readonly because: readonly string[];
	readonly observed?: Told;
	readonly [figure: string]: unknown;
}

const FIGURES = [
	'deposit_required',
	'triggered',
	'free_funds',
	'top_up',
	'deepest_funded_price',
	'amount',
	'headroom',
] as const;

export function told(outcome: Outcome | Answer): Told {
	const figures = FIGURES.flatMap((name) => {
		const value = outcome[name];
		return value === undefined ? [] : [[name, yuan(value)] as const];
	});
	const observed = 'observed' in outcome && outcome.observed !== undefined ? { observed: told(outcome.observed) } : {};
	return {
		verdict: outcome.verdict,
		because: outcome.reasons.map(({ code }) => code),
		...Object.fromEntries(figures),
		...observed,
	};
}

export const BEGIN = Date.UTC(2024, 0, 1);

export class Story {
	readonly core: Core;
	private now = 0;
	private records = 0;

	constructor(setting: Setting = {}, core: Core = newCore(setting)) {
		this.core = core;
	}

	/** Later records happen so many days after the story began (an earlier day makes them late). */
	on(day: number): this {
		this.now = day;
		return this;
	}

	/** Any record; the id is made up. */
	tell(type: RecordType, fields: Readonly<Record<string, unknown>>): Told {
		return this.say(type, fields);
	}

	protected say(type: MessageType, fields: Readonly<Record<string, unknown>>): Told {
		const at = formatInstant(Math.round(BEGIN + this.now * DAY) as Instant);
		const message = parseMessage({ type, id: `r${++this.records}`, at, ...fields }, { currency: CNY });
		return told(this.take(message));
	}

	protected take(message: Message): Outcome {
		return this.core.take(message as SuretyRecord); // only records are told to a core
	}

	opens(store_id: string, deposit = '0', more: Readonly<Record<string, unknown>> = {}): Told {
		return this.tell('store.opened', { store_id, deposit, ...more });
	}

	closes(store_id: string): Told {
		return this.tell('store.closed', { store_id });
	}

	/** A line of one unit at this price, protected for seven days, unless told otherwise. */
	sells(order_line_id: string, unit_price: string, more: Readonly<Record<string, unknown>> = {}): Told {
		const defaults = { store_id: 'S', sku_id: 'K', buyer_id: 'B', quantity: 1, protect_days: 7 };
		return this.tell('order.paid', { ...defaults, order_line_id, unit_price, ...more });
	}

	delivers(order_line_id: string): Told {
		return this.tell('order.delivered', { order_line_id });
	}

	releases(order_line_id: string, amount?: string): Told {
		return this.tell('order.released', { order_line_id, amount });
	}

	refunds(order_line_id: string, amount: string, quantity?: number): Told {
		return this.tell('order.refunded', { order_line_id, amount, quantity });
	}

	/** The price is changed, without asking. */
	prices(price: string, more: Readonly<Record<string, unknown>> = {}): Told {
		return this.tell('price.changed', { store_id: 'S', sku_id: 'K', price, ...more });
	}

	proposes(price: string, more: Readonly<Record<string, unknown>> = {}): Told {
		return this.tell('price.propose', { store_id: 'S', sku_id: 'K', price, ...more });
	}

	files(order_line_id: string, more: Readonly<Record<string, unknown>> = {}): Told {
		return this.tell('claim.file', { claim_id: `c${this.records}`, order_line_id, ...more });
	}

	/** The claim was paid, without asking. */
	paysClaim(order_line_id: string, amount: string, recovered?: string, more: Readonly<Record<string, unknown>> = {}) {
		return this.tell('claim.paid', { claim_id: `c${this.records}`, order_line_id, amount, recovered, ...more });
	}

	asksFor(amount: string, store_id = 'S'): Told {
		return this.tell('withdrawal.request', { withdrawal_id: `w${this.records}`, store_id, amount });
	}

	/** Money left for the store's bank account, without asking. */
	withdraws(amount: string, store_id = 'S'): Told {
		return this.tell('withdrawal.paid', { withdrawal_id: `w${this.records}`, store_id, amount });
	}

	posts(amount: string, store_id = 'S'): Told {
		return this.tell('deposit.received', { store_id, amount });
	}

	takesBackDeposit(amount: string, store_id = 'S'): Told {
		return this.tell('deposit.returned', { store_id, amount });
	}

	/** What the book says of a store. `owed` and `refundsOwed` are debts, so positive. */
	money(store_id = 'S') {
		const { book } = this.core;
		const store = book.store(store_id as StoreId);
		const of = (account: number): string => yuan(book.ledger.get(store.index, account));
		const owing = (...accounts: number[]): string =>
			yuan(-accounts.reduce((sum, account) => sum + book.ledger.get(store.index, account), 0));
		return {
			held: of(HELD_ACCOUNT),
			balance: of(BALANCE),
			deposit: of(DEPOSIT),
			reserve: of(RESERVE),
			owed: owing(OWED, OWED_STATED),
			refundsOwed: owing(OWED_REFUNDS),
			gap: yuan(store.gap),
			headroom: yuan(headroom(this.core, store)),
		};
	}

	store(store_id = 'S'): Store {
		return this.core.book.store(store_id as StoreId);
	}

	/** What the book says of an order line: what is due on it, and what secures that. */
	line(order_line_id: string) {
		const { lines, index } = this.core.book;
		const slot = index.find(order_line_id);
		if (slot === NONE) return 'forgotten';
		const d = lines.detailOf(slot);
		const of = (amount: Minor | undefined): string => yuan(amount ?? ZERO);
		return { due: of(d?.due), own: of(d?.own), reserve: of(d?.reserve), gap: of(d?.gap) };
	}
}

/**
 * A marketplace in a few words: one store, one real core, records as they would arrive. Times are Shanghai's
 * (`2024-06-01 10:00:00`), money is decimal text, and a gate's answer reads as one line: `limit 10.00 cap_reached`.
 */
import { BALANCE, DEPOSIT, HELD_ACCOUNT, OWED, PLATFORM, RESERVE } from '../../src/core/book/ledger.js';
import type { Store } from '../../src/core/book/store.js';
import { Core } from '../../src/core/core.js';
import { defaultPolicy, type Policy } from '../../src/core/policy.js';
import { PRESETS } from '../../src/core/programme/presets.js';
import { parseProgramme, type Programme, type ProgrammeDocument } from '../../src/core/programme/schema.js';
import { currency, formatMoney, type Minor } from '../../src/core/words/money.js';
import type { Outcome } from '../../src/core/words/outcome.js';
import { parseRecord, type RecordType } from '../../src/core/words/record.js';

const CNY = currency('CNY');

/** A programme like the default one but for what is given. */
export const programme = (changes: Partial<ProgrammeDocument> = {}): Programme =>
	parseProgramme({
		schema: 'surety.programme/1',
		name: 'test',
		version: 1,
		clock: { start: 'payment', days: 'line' },
		...changes,
	});

export function preset(name: string): Programme {
	const found = PRESETS.get(name);
	if (found === undefined) throw new Error(`no preset ${name}`);
	return found;
}

export const observing: Policy = defaultPolicy(CNY, 'observe');
export const enforcing: Policy = defaultPolicy(CNY, 'enforce');

export class Marketplace {
	readonly core: Core;
	private sent = 0;

	constructor(rules: Programme, policy: Policy = observing, deposit = '0') {
		this.core = new Core({ currency: CNY, programme: rules, policy });
		this.tell('store.opened', '2024-01-01 00:00:00', { store_id: 'S1', deposit });
	}

	/** Sends one record; a time without an offset is Shanghai's. */
	tell(type: RecordType, at: string, fields: Readonly<Record<string, unknown>>): Outcome {
		const when = /[Z+]/.test(at) ? at : `${at}+08:00`;
		const raw = { type, id: `R${++this.sent}`, at: when, ...fields };
		return this.core.take(parseRecord(raw, { currency: CNY }));
	}

	/** The store's price of the item, and what any buyer could take off at the checkout. */
	price(at: string, price: string, coupon?: string): Outcome {
		return this.tell('price.changed', at, { store_id: 'S1', sku_id: 'K1', price, coupon });
	}

	/** B1 buys one unit at 100.00, protected for 7 days where the line decides, unless said otherwise. */
	sells(at: string, line: string, fields: Readonly<Record<string, unknown>> = {}): Outcome {
		return this.tell('order.paid', at, {
			order_line_id: line,
			store_id: 'S1',
			sku_id: 'K1',
			buyer_id: 'B1',
			quantity: 1,
			unit_price: '100.00',
			protect_days: 7,
			...fields,
		});
	}

	/** What the claim gate answers, in one line; an approved claim is paid. */
	claim(at: string, line: string, traits?: readonly string[]): string {
		return said(this.asks(at, line, traits));
	}

	asks(at: string, line: string, traits?: readonly string[]): Outcome {
		return this.tell('claim.file', at, { claim_id: `C${this.sent + 1}`, order_line_id: line, traits });
	}

	/** Where the store's money is now; what it owes and what the platform has given are negative. */
	get money(): Readonly<Record<'held' | 'balance' | 'deposit' | 'reserve' | 'owed' | 'platform', string>> {
		const of = (account: number): string => formatMoney(this.core.book.ledger.get(0, account), CNY);
		return {
			held: of(HELD_ACCOUNT),
			balance: of(BALANCE),
			deposit: of(DEPOSIT),
			reserve: of(RESERVE),
			owed: of(OWED),
			platform: of(PLATFORM),
		};
	}

	get store(): Store {
		const store = this.core.book.findStore('S1');
		if (store === undefined) throw new Error('the store is gone');
		return store;
	}

	/** Due and not secured. */
	get gap(): string {
		return formatMoney(this.store.gap, CNY);
	}
}

export const yuan = (amount: Minor | undefined): string => (amount === undefined ? '-' : formatMoney(amount, CNY));

/** `approve 10.00 claim_secured`, `refuse window_ended`. */
export function said({ verdict, amount, reasons }: Outcome): string {
	const granted = amount === undefined || (verdict === 'refuse' && amount === 0) ? [] : [yuan(amount)];
	return [verdict, ...granted, ...reasons.map(({ code }) => code)].join(' ');
}

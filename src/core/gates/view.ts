/** What every gate looks at. Gates are pure: they read the state and answer, and change nothing. */
import type { Book } from '../book/book.js';
import type { Policy } from '../policy.js';
import type { Risk } from '../risk/risk.js';
import { add, type Currency, formatMoney, type Minor, shareUp, subtract } from '../words/money.js';
import type { Store } from '../book/store.js';
import { BALANCE, DEPOSIT, RESERVE } from '../book/ledger.js';
import type { Caps } from './caps.js';

export interface GateView {
	readonly book: Book;
	readonly risk: Risk;
	readonly policy: Policy;
	readonly currency: Currency;
}

/** What deciding a record needs besides. */
export interface Deciding extends GateView {
	readonly caps: Caps;
	/** Records decided so far. */
	readonly seq: number;
}

/** Whole per cent as millionths. */
export const PERCENT = 10_000;

export const inWords = (view: GateView, amount: Minor): string => formatMoney(amount, view.currency);

/** The deposit, with what it has lent to reserves. */
export const postedDeposit = ({ book }: GateView, store: Store): Minor =>
	add(book.ledger.get(store.index, DEPOSIT), store.reserveFromDeposit);

/** [PO1] Margin: the share, by tier, of what open guarantees could still cost beyond held proceeds and reserves. */
export function margin(view: GateView, store: Store): Minor {
	const unsecured = subtract(store.exposed, view.book.ledger.get(store.index, RESERVE));
	return unsecured <= 0
		? (0 as Minor)
		: shareUp(unsecured, view.policy.margin_percent[view.risk.tier(store, view.policy)] * PERCENT);
}

/** [PO2] Headroom: the balance, less what of the margin the free deposit does not cover. */
export function headroom(view: GateView, store: Store): Minor {
	const { ledger } = view.book;
	const needed = subtract(margin(view, store), ledger.get(store.index, DEPOSIT));
	const free = subtract(ledger.get(store.index, BALANCE), needed > 0 ? needed : (0 as Minor));
	return free > 0 ? free : (0 as Minor);
}

/** [GG3] The deposit that a store's open guarantees call for. */
export function requiredDeposit(view: GateView, store: Store): Minor {
	const forGuarantees = shareUp(
		store.openValue,
		view.policy.deposit_percent[view.risk.tier(store, view.policy)] * PERCENT,
	);
	return forGuarantees > view.policy.minimumDeposit ? forGuarantees : view.policy.minimumDeposit;
}

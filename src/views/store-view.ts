/** One store as the platform sees it: how it is judged, what it has, what it has promised, what it waits for. */
import { BALANCE, DEPOSIT, HELD_ACCOUNT, OWED, OWED_REFUNDS, OWED_STATED, RESERVE } from '../core/book/ledger.js';
import type { Store } from '../core/book/store.js';
import type { Desk } from '../core/desk/desk.js';
import type { DepositCalled } from '../core/desk/events.js';
import type { Hold } from '../core/desk/holds.js';
import { headroom, margin, postedDeposit, requiredDeposit } from '../core/gates/view.js';
import { add, excess, type Minor, subtract, ZERO } from '../core/words/money.js';
import { formatInstant } from '../core/words/time.js';
import { amounts, timeOrNull, type Words } from './amounts.js';
import { type Page, type PageAsked, pageOf, shown } from './page.js';

export type StoreView = NonNullable<ReturnType<typeof storeView>>;
export type StoreSummary = ReturnType<typeof storeSummary>;

/** @returns nothing where there is no such store. */
export function storeView(desk: Desk, id: string) {
	const { core } = desk;
	const store = core.book.findStore(id);
	if (store === undefined) return undefined;
	const words = amounts(desk);
	const risk = core.risk.of(store);
	const { badge, call } = desk.following.of(store);
	return {
		...storeSummary(desk, store),
		as_of: formatInstant(core.book.now),
		peak_score: risk.peak / 100,
		label: risk.label ?? null,
		probation: core.risk.onProbation(store, core.policies.of(store.id)),
		badge,
		reasons: risk.reasons,
		money: moneyOf(desk, store, words),
		open_guarantees: {
			count: store.openGuarantees,
			value: words(store.openValue),
			unsecured: words(unsecured(desk, store)),
		},
		margin: words(margin(core.of(store.id), store)),
		headroom: words(headroom(core.of(store.id), store)),
		deposit: {
			posted: words(postedDeposit(core.of(store.id), store)),
			required: words(requiredDeposit(core.of(store.id), store)),
		},
		deposit_call: call === undefined ? null : callView(call, words),
		advanced: words(store.advanced),
		recovered: words(store.recovered),
		shortfall: words(shortfall(desk, store)),
		waiting: desk.holds.of(id).map(waitingView),
	};
}

/** Stores in the order they were opened. */
export function listStores(
	desk: Desk,
	{ flagged, after, limit }: PageAsked & { readonly flagged?: boolean | undefined },
): Page<StoreSummary> {
	const { stores } = desk.core.book;
	function* wanted(): Generator<Store> {
		for (let i = after === undefined ? 0 : Number(after) + 1; i < stores.length; i++) {
			const store = stores[i] as Store; // i is below the length
			if (flagged === undefined || (desk.core.risk.of(store).flaggedAt !== undefined) === flagged) yield store;
		}
	}
	const page = pageOf(wanted(), limit, ({ index }) => String(index));
	return shown(page, (store) => storeSummary(desk, store));
}

export function storeSummary(desk: Desk, store: Store) {
	const { risk } = desk.core;
	const { score, flaggedAt } = risk.of(store);
	return {
		store_id: store.id,
		opened_at: formatInstant(store.openedAt),
		closed_at: timeOrNull(store.closedAt),
		tier: desk.core.tier(store),
		score: score / 100,
		flagged: flaggedAt !== undefined,
		flagged_at: timeOrNull(flaggedAt),
		ring_id: risk.rings.of(store.index)?.id ?? null,
	};
}

export const callView = ({ at, required, posted, missing, until, reasons }: DepositCalled, words: Words) => ({
	since: formatInstant(at),
	required: words(required),
	posted: words(posted),
	missing: words(missing),
	until: formatInstant(until),
	reasons,
});

/** A request that waits; whose it is, is said around it. */
export const waitingView = ({ id, gate, since, until, outcome }: Hold) => ({
	decision_id: id,
	gate,
	since: formatInstant(since),
	until: formatInstant(until),
	reasons: outcome.reasons,
});

/** What of open guarantees neither held proceeds nor reserves cover. */
export const unsecured = ({ core }: Desk, store: Store): Minor =>
	excess(store.exposed, core.book.ledger.get(store.index, RESERVE));

/** Advanced and not recovered. */
export const shortfall = ({ core: { book } }: Desk, { index }: Store): Minor =>
	subtract(ZERO, add(book.ledger.get(index, OWED), book.ledger.get(index, OWED_STATED)));

function moneyOf({ core: { book } }: Desk, store: Store, words: Words) {
	const of = (account: number): Minor => book.ledger.get(store.index, account);
	const owed = subtract(ZERO, add(of(OWED), add(of(OWED_STATED), of(OWED_REFUNDS))));
	return {
		held: words(of(HELD_ACCOUNT)),
		balance: words(of(BALANCE)),
		deposit: words(of(DEPOSIT)),
		reserved: words(of(RESERVE)),
		unfilled: words(store.gap),
		owed: words(owed),
	};
}

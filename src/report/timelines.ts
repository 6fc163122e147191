/**
 * Timelines: what the page draws of the stores that matter, taken from a second replay of those stores alone. Money of
 * one store depends on no other, so the second replay gives the same figures; it costs what the few stores cost.
 */
import { BALANCE, DEPOSIT, HELD_ACCOUNT, RESERVE } from '../core/book/ledger.js';
import type { Store } from '../core/book/store.js';
import { Core } from '../core/core.js';
import type { CoreOptions } from '../core/state.js';
import { formatMoney, type Minor, subtract, ZERO } from '../core/words/money.js';
import type { Fact } from '../core/words/record.js';
import { DAY, formatInstant, type Instant, later } from '../core/words/time.js';
import type { Timeline } from './model.js';

/** Events a picture can show; a store with more is cut to the window around what matters. */
const MOST_EVENTS = 1500;
const WINDOW_BEFORE = 15 * DAY;
const WINDOW_AFTER = 15 * DAY;

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
type Events = Pick<Timeline, 'prices' | 'sales' | 'claims' | 'withdrawals' | 'funds'>;

interface Drawn {
	readonly timeline: Writable<Timeline>;
	/** When the store was flagged or, if never, first claimed on. */
	readonly focus: Instant | undefined;
	/** Recovered from the store up to its latest event: what a claim adds is its own part. */
	recovered: Minor;
}

/** @param focus the stores to draw, each with the time that matters most about it. */
export async function drawTimelines(
	records: AsyncIterable<readonly Fact[]>,
	options: CoreOptions,
	focus: ReadonlyMap<string, Instant | undefined>,
): Promise<Timeline[]> {
	const core = new Core(options);
	const drawn = new Map<string, Drawn>(
		[...focus].map(([id, at]) => [id, { timeline: empty(id), focus: at, recovered: ZERO }]),
	);
	for await (const batch of records) {
		for (const fact of batch) {
			core.take(fact);
			const store = 'store_id' in fact ? fact.store_id : undefined;
			const target = drawn.get(store ?? '');
			if (target !== undefined) draw(core, fact, target);
		}
	}
	return [...drawn.values()].map(shorten);
}

function empty(id: string): Writable<Timeline> {
	return {
		store_id: id,
		opened_at: null,
		prices: [],
		sales: [],
		claims: [],
		withdrawals: [],
		funds: [],
		cut_short: false,
	};
}

function draw(core: Core, fact: Fact, drawn: Drawn): void {
	const { timeline } = drawn;
	const at = formatInstant(fact.at);
	const amount = (minor: Minor): string => formatMoney(minor, core.currency);
	const store = core.book.findStore(timeline.store_id);
	if (store === undefined) return;
	if (fact.type === 'store.opened') timeline.opened_at = at;
	else if (fact.type === 'price.changed') timeline.prices.push({ at, sku_id: fact.sku_id, price: amount(fact.price) });
	else if (fact.type === 'withdrawal.paid') timeline.withdrawals.push({ at, amount: amount(fact.amount) });
	else if (fact.type === 'order.paid') {
		const { sku_id, buyer_id, quantity, unit_price } = fact;
		timeline.sales.push({
			at,
			sku_id,
			buyer_id,
			quantity,
			unit_price: amount(unit_price),
			protected: fact.protect_days > 0,
		});
	} else if (fact.type === 'claim.paid') {
		const recovered = fact.recovered ?? subtract(store.recovered, drawn.recovered);
		timeline.claims.push({
			at,
			buyer_id: fact.buyer_id ?? '',
			amount: amount(fact.amount),
			recovered: amount(recovered),
		});
	}
	drawn.recovered = store.recovered;
	timeline.funds.push(fundsOf(core, store, at));
}

function fundsOf(core: Core, store: Store, at: string): Timeline['funds'][number] {
	const cell = (account: number): string => formatMoney(core.book.ledger.get(store.index, account), core.currency);
	return {
		at,
		held: cell(HELD_ACCOUNT),
		balance: cell(BALANCE),
		deposit: cell(DEPOSIT),
		reserve: cell(RESERVE),
		claimable: formatMoney(store.due, core.currency),
	};
}

function shorten({ timeline, focus }: Drawn): Timeline {
	const lists = ['prices', 'sales', 'claims', 'withdrawals', 'funds'] as const;
	const events = lists.reduce((sum, list) => sum + timeline[list].length, 0);
	if (events <= MOST_EVENTS || focus === undefined) return timeline;
	const from = formatInstant(later(focus, -WINDOW_BEFORE));
	const to = formatInstant(later(focus, WINDOW_AFTER));
	const within = <T extends { readonly at: string }>(list: readonly T[]): T[] =>
		list.filter(({ at }) => at >= from && at <= to).slice(0, MOST_EVENTS);
	const cut: Events = {
		prices: within(timeline.prices),
		sales: within(timeline.sales),
		claims: within(timeline.claims),
		withdrawals: within(timeline.withdrawals),
		funds: within(timeline.funds),
	};
	return { ...timeline, ...cut, cut_short: true };
}

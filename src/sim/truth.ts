/** What really happened in a simulated market, to hold a report against. Money in yuan as decimal strings. */
import type { BuyerId, StoreId } from '../core/words/ids.js';
import { add, formatMoney, type Minor, ZERO } from '../core/words/money.js';
import type { Instant } from '../core/words/time.js';
import { shanghaiTime } from './calendar.js';
import type { Lookalike } from './cast.js';
import { COSTS, type CostName, GangBooks, type Profit } from './gang-books.js';
import type { Gang } from './gang.js';
import { BuyerSet } from './identity.js';
import type { LookalikeName } from './options.js';
import type { SettledStore } from './settle.js';
import { CNY } from './tables.js';

export interface TruthSums {
	/** Paid to buyers on claims. */
	readonly advanced: string;
	/** Collected from stores, at the claim or later. */
	readonly recovered: string;
	readonly shortfall: string;
}

export interface TruthStore extends TruthSums {
	readonly store_id: StoreId;
	readonly first_claim_at: string | null;
}

/** What the gang paid for what it took, and what was left. */
export interface TruthProfit {
	/** The platform's loss in its stores. */
	readonly taken: string;
	/** What strangers paid its stores for goods, less what they got back for goods. */
	readonly trade: string;
	readonly costs: Readonly<Record<CostName, string>> & { readonly total: string };
	/** taken + trade - costs: its cash, in and out. */
	readonly profit: string;
}

export interface TruthGang extends TruthSums, TruthProfit {
	/** By what name it was asked for; null for a gang that was described. */
	readonly attack: string | null;
	readonly people: readonly {
		readonly person: string;
		readonly stores: readonly StoreId[];
		readonly buyers: readonly BuyerId[];
	}[];
	readonly stores: readonly TruthStore[];
	readonly buyers: readonly BuyerId[];
}

export interface Truth {
	readonly schema: 'surety.truth/1';
	readonly seed: number;
	readonly currency: 'CNY';
	/** The exported history: from the first midnight up to but not including the last. */
	readonly period: { readonly from: string; readonly to: string };
	readonly totals: TruthSums & {
		readonly stores: number;
		readonly buyers: number;
		readonly order_lines: number;
		readonly price_changes: number;
		readonly claims: number;
		readonly withdrawals: number;
	};
	readonly gangs: readonly TruthGang[];
	/** What costs were reckoned with: yuan each, and per cent of what was paid. */
	readonly rates: typeof COSTS;
	readonly honest: TruthSums & {
		/** Honest stores that owed something at the end, because the history ends before their money came. */
		readonly owing: readonly TruthStore[];
	};
	readonly lookalikes: readonly {
		readonly kind: LookalikeName;
		readonly stores: readonly StoreId[];
		readonly buyers: readonly BuyerId[];
	}[];
}

interface Sums {
	advanced: Minor;
	recovered: Minor;
}

/** Gathers the truth while stores are written; keeps sums, gang stores and who bought, nothing else. */
export class TruthBook {
	private readonly counts = { stores: 0, order_lines: 0, price_changes: 0, claims: 0, withdrawals: 0 };
	private readonly buyers = new BuyerSet();
	private readonly all = noSums();
	private readonly honest = noSums();
	private readonly kept = new Map<StoreId, { readonly told: TruthStore; readonly minor: Sums }>();
	private readonly gangs: readonly Gang[];
	private readonly gangStores: ReadonlySet<StoreId>;
	private readonly gangBooks: GangBooks;

	constructor(gangs: readonly Gang[]) {
		this.gangs = gangs;
		this.gangStores = new Set(gangs.flatMap((gang) => gang.stores));
		this.gangBooks = new GangBooks(gangs);
	}

	isOfGang(storeId: StoreId): boolean {
		return this.gangStores.has(storeId);
	}

	record(store: SettledStore): void {
		const { plan, ledger } = store;
		this.counts.stores++;
		this.counts.order_lines += store.lines.length;
		this.counts.price_changes += store.prices.length;
		this.counts.claims += store.claims.length;
		this.counts.withdrawals += store.withdrawals.length;
		for (const line of store.lines) this.buyers.add(line.purchase.buyer.id);
		this.gangBooks.record(store);
		const minor = { advanced: ledger.advanced, recovered: ledger.recovered };
		const ofGang = this.gangStores.has(plan.storeId);
		include(this.all, minor);
		if (!ofGang) include(this.honest, minor);
		if (!ofGang && ledger.shortfall === 0) return;
		const first = store.claims[0]?.at;
		const first_claim_at = first === undefined ? null : shanghaiTime(first);
		this.kept.set(plan.storeId, { told: { store_id: plan.storeId, first_claim_at, ...shown(minor) }, minor });
	}

	truth(seed: number, from: Instant, to: Instant, lookalikes: readonly Lookalike[]): Truth {
		const owing = [...this.kept.values()].filter(({ told }) => !this.gangStores.has(told.store_id));
		return {
			schema: 'surety.truth/1',
			seed,
			currency: 'CNY',
			period: { from: shanghaiTime(from), to: shanghaiTime(to) },
			totals: { ...this.counts, buyers: this.buyers.size, ...shown(this.all) },
			gangs: this.gangs.map((gang, number) => this.gang(gang, this.gangBooks.profit(number))),
			rates: COSTS,
			honest: { ...shown(this.honest), owing: owing.map((store) => store.told) },
			lookalikes: lookalikes.map(({ kind, stores, buyers }) => ({ kind, stores, buyers: buyers.map((b) => b.id) })),
		};
	}

	private gang({ attack, people, stores, buyers }: Gang, profit: Profit): TruthGang {
		const kept = stores.flatMap((storeId) => this.kept.get(storeId) ?? []);
		const sums = noSums();
		for (const { minor } of kept) include(sums, minor);
		return {
			...shown(sums),
			attack,
			...shownProfit(profit),
			people: people.map((p) => ({ person: p.id, stores: p.stores, buyers: p.buyers.map((b) => b.id) })),
			stores: kept.map((store) => store.told),
			buyers: buyers.map((buyer) => buyer.id),
		};
	}
}

const noSums = (): Sums => ({ advanced: ZERO, recovered: ZERO });

function include(sums: Sums, more: Sums): void {
	sums.advanced = add(sums.advanced, more.advanced);
	sums.recovered = add(sums.recovered, more.recovered);
}

function shown({ advanced, recovered }: Sums): TruthSums {
	const shortfall = (advanced - recovered) as Minor;
	return {
		advanced: formatMoney(advanced, CNY),
		recovered: formatMoney(recovered, CNY),
		shortfall: formatMoney(shortfall, CNY),
	};
}

function shownProfit({ taken, trade, costs, total, profit }: Profit): TruthProfit {
	const each = Object.fromEntries(Object.entries(costs).map(([name, amount]) => [name, formatMoney(amount, CNY)]));
	return {
		taken: formatMoney(taken, CNY),
		trade: formatMoney(trade, CNY),
		costs: { ...(each as Record<CostName, string>), total: formatMoney(total, CNY) }, // the same names
		profit: formatMoney(profit, CNY),
	};
}

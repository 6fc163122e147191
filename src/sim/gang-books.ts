/**
 * What an attack really earns. A gang is on both sides of its sales, so its own purchases are no cost; what it pays for
 * are licences and accounts, money it cannot get out of its stores again, commission, goods for those who really buy,
 * what its buyers' disguise costs, and differences that went to strangers. Taken and trade less these is its cash, in
 * and out, to the fen: a test counts that from the tables alone.
 */
import type { BuyerId, StoreId } from '../core/words/ids.js';
import { add, type Minor, shareDown, subtract, times, ZERO } from '../core/words/money.js';
import type { Gang } from './gang.js';
import type { OrderLine, SettledStore } from './settle.js';

/** Yuan each, and per cent of what was paid. Invented, in the order of what such things are offered for. */
export const COSTS = { licence: 1500, account: 25, goods_percent: 70, disguise_percent: 40 } as const;

export const COST_NAMES = [
	'licences',
	'accounts',
	/** Deposits and balances that stay in its stores. */
	'left_behind',
	'commission',
	/** Goods sent to strangers who bought. */
	'goods',
	/** Differences refunded to strangers, which the platform lost and the gang did not get. */
	'strangers',
	/** What its accounts paid and was not yet released when the history ends. */
	'held',
	/** Bought in honest stores to look like shoppers, and resold at a loss. */
	'disguise',
] as const;
export type CostName = (typeof COST_NAMES)[number];

export interface Profit {
	readonly taken: Minor;
	readonly trade: Minor;
	readonly costs: Readonly<Record<CostName, Minor>>;
	readonly total: Minor;
	readonly profit: Minor;
}

interface Account {
	taken: Minor;
	trade: Minor;
	/** Paid by strangers and kept by them. */
	sold: Minor;
	/** Spent in honest stores, less refunds of any kind. */
	spentOutside: Minor;
	readonly costs: Record<CostName, Minor>;
}

const yuanEach = (amount: number, count: number): Minor => times((amount * 100) as Minor, count);
const percentOf = (amount: Minor, percent: number): Minor => shareDown(amount, percent * 10_000);

function opened({ stores, buyers }: Gang): Account {
	const costs = Object.fromEntries(COST_NAMES.map((name) => [name, ZERO])) as Record<CostName, Minor>; // all names
	costs.licences = yuanEach(COSTS.licence, stores.length);
	costs.accounts = yuanEach(COSTS.account, buyers.length);
	return { taken: ZERO, trade: ZERO, sold: ZERO, spentOutside: ZERO, costs };
}

/** The books of all gangs of a market, written store by store. */
export class GangBooks {
	private readonly accounts: readonly Account[];
	private readonly gangOfStore = new Map<StoreId, number>();
	private readonly gangOfBuyer = new Map<BuyerId, number>();

	constructor(gangs: readonly Gang[]) {
		this.accounts = gangs.map(opened);
		for (const [number, { stores, buyers }] of gangs.entries()) {
			for (const storeId of stores) this.gangOfStore.set(storeId, number);
			for (const { id } of buyers) this.gangOfBuyer.set(id, number);
		}
	}

	record(store: SettledStore): void {
		const gang = this.gangOfStore.get(store.plan.storeId);
		const account = gang === undefined ? undefined : this.accounts[gang];
		if (account !== undefined) {
			account.taken = add(account.taken, store.ledger.shortfall);
			account.costs.left_behind = add(account.costs.left_behind, store.ledger.funds);
		}
		for (const line of store.lines) {
			const buyer = this.gangOfBuyer.get(line.purchase.buyer.id);
			if (account === undefined) {
				if (buyer !== undefined) spend(this.accounts[buyer], line);
			} else if (buyer === gang) sellToOwn(account, line);
			else sellToStranger(account, line);
		}
	}

	profit(gang: number): Profit {
		const { taken, trade, sold, spentOutside, costs } = this.accounts[gang] as Account; // one for each gang
		const all = {
			...costs,
			goods: percentOf(sold, COSTS.goods_percent),
			disguise: percentOf(spentOutside, COSTS.disguise_percent),
		};
		const total = Object.values(all).reduce((sum, cost) => add(sum, cost), ZERO);
		return { taken, trade, costs: all, total, profit: subtract(add(taken, trade), total) };
	}
}

const paid = (line: OrderLine): Minor => times(line.unitPrice, line.purchase.quantity);

function sellToOwn({ costs }: Account, line: OrderLine): void {
	costs.commission = add(costs.commission, line.commission);
	if (line.releasedAt === undefined) costs.held = add(costs.held, subtract(paid(line), line.refundedAmount));
}

function sellToStranger(account: Account, line: OrderLine): void {
	const { costs } = account;
	costs.commission = add(costs.commission, line.commission);
	costs.strangers = add(costs.strangers, line.claimed);
	const kept = subtract(paid(line), line.refundedAmount);
	if (line.deliveredAt !== undefined) account.sold = add(account.sold, kept);
	if (line.releasedAt !== undefined) account.trade = add(account.trade, kept);
}

function spend(account: Account | undefined, line: OrderLine): void {
	if (account === undefined) return;
	const kept = subtract(subtract(paid(line), line.refundedAmount), line.claimed);
	account.spentOutside = add(account.spentOutside, kept);
}

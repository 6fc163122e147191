/**
 * One gang store's life. A fresh store opens some days before its turn, a bought one months before and trades a little.
 * The turn: list dear goods, sell them to the own accounts within hours, confirm receipt, withdraw, cut the price to a
 * few hundred the next day, and claim the difference on every line.
 */
import type { StoreId } from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE } from '../core/words/time.js';
import { after, midnightAfter } from './calendar.js';
import { cutTo, listPrice, skuId, stock } from './goods.js';
import type { Buyer, Papers } from './identity.js';
import type { GangOptions } from './options.js';
import { Item, type Purchase, type StorePlan } from './plan.js';
import type { Random } from './random.js';
import { purchase, type Scene, storeRandom, withdrawals, yuan } from './trade.js';

/** A store's part in the gang's plan. */
export interface GangTurn {
	readonly options: GangOptions;
	readonly papers: Papers;
	/** The day of the market on which it sells to its own. */
	readonly day: number;
	/** Who buys, in this order. */
	readonly buyers: readonly Buyer[];
}

export function gangStore(scene: Scene, storeId: StoreId, turn: GangTurn): StorePlan {
	const random = storeRandom(scene, storeId);
	const bought = random.chance(50);
	const sellingDay = scene.calendar.day(turn.day);
	const openedAt = after(random, sellingDay, bought ? -200 * DAY : -15 * DAY, bought ? -40 * DAY : -2 * DAY);
	const from = Math.max(openedAt, scene.calendar.from) as Instant;
	const category = random.pick(['phones', 'watches', 'appliances']);
	const cheap = stock(random, 'household', bought ? random.between(3, 6) : random.between(0, 2), from, sellingDay);
	const plan: StorePlan = {
		storeId,
		category,
		openedAt,
		closedAt: undefined,
		deposit: yuan(turn.options.deposit ?? 1000),
		papers: turn.papers,
		items: cheap,
		purchases: [],
		withdrawals: bought ? withdrawals(random, scene.calendar, from, sellingDay, 'weekly') : [],
	};
	const start = after(random, sellingDay, 9 * HOUR, 12 * HOUR);
	const dear = dearItems(random, plan, turn.options, start);
	plan.items.push(...dear);
	if (bought) passers(scene, random, plan, from, sellingDay);
	takeTurn(random, plan, turn, dear, start);
	return plan;
}

/** The little honest trade of a bought store: with what it had before its turn. */
function passers(scene: Scene, random: Random, plan: StorePlan, from: Instant, to: Instant): void {
	const items = plan.items.filter((item) => item.listedAt < to);
	for (let left = random.between(8, 40); left > 0; left--) {
		const at = scene.calendar.shoppingTime(random, from, to);
		plan.purchases.push(purchase(random, random.pick(items), scene.population.anyone(random), at));
	}
}

/** One or two, about as dear as the gang likes them. */
function dearItems(random: Random, plan: StorePlan, options: GangOptions, at: Instant): Item[] {
	return Array.from({ length: random.between(1, 2) }, (_, i) => {
		const price = listPrice(((options.unitPrice ?? 10_000) * random.between(93, 108)) / 100);
		return dearItem(random, plan, options, skuId(plan.items.length + i), at, price);
	});
}

function takeTurn(random: Random, plan: StorePlan, turn: GangTurn, items: readonly Item[], start: Instant): void {
	const { options } = turn;
	const own: Purchase[] = [];
	for (const buyer of turn.buyers) {
		const paidAt = after(random, own.at(-1)?.paidAt ?? start, 4 * MINUTE, 25 * MINUTE);
		own.push(ownPurchase(random, random.pick(items), buyer, paidAt, options));
	}
	plan.purchases.push(...own);
	const released = Math.max(...own.map((p) => p.releasedAt)) as Instant;
	cashOut(random, plan, options, released);
	const cutAt = after(random, midnightAfter(released), 8 * HOUR, 17 * HOUR);
	for (const item of items) cut(random, item, options, cutAt);
}

/** New on the list, or raised from what it cost before. */
function dearItem(
	random: Random,
	plan: StorePlan,
	options: GangOptions,
	id: Item['skuId'],
	at: Instant,
	price: Minor,
): Item {
	const days = random.chance(85) ? 7 : 15;
	if (options.trick !== 'raise-then-cut') return new Item(id, days, { at, price });
	const listedAt = after(random, plan.openedAt, HOUR, DAY);
	const item = new Item(id, days, { at: listedAt, price: listPrice(random.between(240, 420)) });
	item.setFor(at, price);
	return item;
}

function ownPurchase(random: Random, item: Item, buyer: Buyer, paidAt: Instant, options: GangOptions): Purchase {
	const nextDay = options.receipts === 'next-day';
	const deliveredAt = nextDay
		? after(random, paidAt, 18 * HOUR, 27 * HOUR)
		: after(random, paidAt, 6 * MINUTE, 45 * MINUTE);
	return {
		item,
		buyer,
		quantity: 1,
		paidAt,
		deliveredAt,
		releasedAt: after(random, deliveredAt, MINUTE, 12 * MINUTE),
		couponPercent: 0,
		sentBack: undefined,
		claims: 'always',
	};
}

/** Once or in two goes, the last within hours of the last release. */
function cashOut(random: Random, plan: StorePlan, options: GangOptions, released: Instant): void {
	const percent = options.withdraws === 'most' ? random.between(75, 90) : 100;
	const last = after(random, released, 15 * MINUTE, 3 * HOUR);
	if (random.chance(30)) plan.withdrawals.push({ at: after(random, released, -30 * MINUTE, -MINUTE), percent });
	plan.withdrawals.push({ at: last, percent });
}

/** To a few hundred at once; or in steps, each a third to a half of the one before, hours to a day apart. */
function cut(random: Random, item: Item, options: GangOptions, at: Instant): void {
	const bottom = yuan(random.between(198, 599));
	if (options.trick === 'raise-then-cut') return item.setFor(at, item.priceAt(item.listedAt));
	if (options.trick !== 'stepwise') return item.setFor(at, bottom);
	let price = item.priceAt(at);
	for (let step = at; ; step = after(random, step, 4 * HOUR, 26 * HOUR)) {
		price = cutTo(price, random.between(35, 55));
		if (price <= bottom) return item.setFor(step, bottom);
		item.setFor(step, price);
	}
}

/** Ordinary trade: an honest store and the people who buy there, calibrated to buyers of real marketplaces. */
import type { StoreId } from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE } from '../core/words/time.js';
import { after, type Calendar, momentIn } from './calendar.js';
import { anyCategory, joinFestivals, movePrices, stock } from './goods.js';
import type { TradeModel } from './options.js';
import { type Buyer, newPapers, type Population } from './identity.js';
import type { Item, PlannedWithdrawal, Purchase, StorePlan } from './plan.js';
import { type Quantile, quantiles, Random, valueAt } from './random.js';

/** What every store's plan is drawn against. */
export interface Scene {
	readonly seed: number;
	readonly calendar: Calendar;
	readonly population: Population;
	readonly medianBuyers: number;
	readonly trade: TradeModel;
	/** Where a store stands among all by size, 0..1. */
	readonly sizeRank: (storeId: StoreId) => number;
	/** Buyers who come to a store because of a part they play elsewhere. */
	readonly visits: ReadonlyMap<StoreId, readonly Buyer[]>;
}

export type Habit = 'daily' | 'weekly' | 'monthly' | 'never';
export type Delivery = 'parcel' | 'digital';

/** What may be fixed about a store; the rest is drawn. */
export interface StoreWish {
	readonly openedAt?: Instant;
	readonly closedAt?: Instant;
	readonly category?: string;
	readonly buyers?: number;
	readonly items?: number;
	readonly deposit?: number;
	readonly withdraws?: Habit;
	readonly delivery?: Delivery;
}

const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1];
/**
 * Buyers of a store as a multiple of the median. Measured: 90th percentile 5.94, maximum 65.6. In measured trade that
 * is what comes out, with stores that opened late or play a part; so what is drawn is a little more.
 */
const SIZES: Readonly<Record<TradeModel, readonly Quantile[]>> = {
	first: quantiles(SHARES, [0.03, 0.168, 0.31, 0.48, 0.7, 1, 1.42, 2.07, 3.22, 5.94, 9.84, 25.4, 45, 65.6]),
	measured: quantiles(SHARES, [0.03, 0.16, 0.3, 0.47, 0.69, 1.02, 1.48, 2.22, 3.45, 5.9, 9.8, 26, 48, 74]),
};
/** Days between two price moves of an item, where a store moves its prices often. */
const RESTLESS: Readonly<Record<TradeModel, readonly [number, number]>> = { first: [9, 22], measured: [14, 28] };
/** Before it closes, a store sells nothing until every window has ended. */
export const WIND_DOWN = 40 * DAY;
const DEPOSITS = [1000, 1000, 1000, 2000, 2000, 5000, 5000, 10_000, 30_000, 50_000];
const HABIT_OF_PERCENT: readonly (readonly [upTo: number, Habit])[] = [
	[15, 'daily'],
	[60, 'weekly'],
	[82, 'monthly'],
	[100, 'never'],
];

export const yuan = (amount: number): Minor => Math.round(amount * 100) as Minor;
export const storeRandom = (scene: Scene, storeId: StoreId): Random => new Random(scene.seed, 'store', storeId);

/** An honest store with its prices, buyers and withdrawals over the whole market. */
export function honestStore(scene: Scene, storeId: StoreId, wish: StoreWish = {}): StorePlan {
	const random = storeRandom(scene, storeId);
	const { calendar, trade } = scene;
	const openedAt = wish.openedAt ?? openingTime(random, calendar);
	const trading = tradingTime(calendar, openedAt, wish.closedAt);
	const category = wish.category ?? anyCategory(random);
	const buyers = wish.buyers ?? buyerCount(random, scene, storeId, trading);
	const plan: StorePlan = {
		storeId,
		category,
		openedAt,
		closedAt: wish.closedAt,
		deposit: yuan(wish.deposit ?? random.pick(DEPOSITS)),
		papers: newPapers(random),
		items: stock(random, category, wish.items ?? assortment(random, buyers), trading.from, trading.until),
		purchases: [],
		withdrawals: withdrawals(
			random,
			calendar,
			trading.from,
			wish.closedAt ?? calendar.to,
			wish.withdraws ?? anyHabit(random),
		),
	};
	const meanDays = random.chance(38) ? random.between(...RESTLESS[trade]) : random.between(35, 80);
	for (const item of plan.items) movePrices(random, item, trading.until, meanDays, trade);
	joinFestivals(random, plan.items, calendar);
	for (const buyer of [...comers(scene, random, storeId, buyers), ...(scene.visits.get(storeId) ?? [])]) {
		for (const at of visits(scene, random, trading)) {
			plan.purchases.push(purchase(random, favourite(random, plan.items, at), buyer, at, wish.delivery));
		}
	}
	return plan;
}

/** When a store sells, within the market. */
interface Trading {
	readonly from: Instant;
	readonly until: Instant;
}

function tradingTime(calendar: Calendar, openedAt: Instant, closedAt: Instant | undefined): Trading {
	const until = closedAt === undefined ? calendar.to : ((closedAt - WIND_DOWN) as Instant);
	return { from: Math.max(openedAt, calendar.from) as Instant, until };
}

function buyerCount(random: Random, scene: Scene, storeId: StoreId, { from, until }: Trading): number {
	const { medianBuyers, calendar, trade } = scene;
	const size = trade === 'first' ? random.draw(SIZES.first) : usualSize(scene, storeId);
	const share = Math.max(0, (until - from) / (calendar.to - calendar.from));
	return Math.max(2, Math.round(size * medianBuyers * share));
}

/** As a multiple of the median, by the store's rank. */
export const usualSize = (scene: Scene, storeId: StoreId): number => valueAt(SIZES.measured, scene.sizeRank(storeId));

/** Most stores are older than the exported history. */
function openingTime(random: Random, calendar: Calendar): Instant {
	if (random.chance(82)) return momentIn(random, calendar.day(-1600), calendar.day(0));
	return momentIn(random, calendar.day(0), calendar.day(Math.floor(calendar.days * 0.85)));
}

/**
 * Who comes. In measured trade a part is the store's own neighbourhood, so that stores with the same taste share more
 * buyers than chance would have it: the more of a small store's buyers, the fewer of a large one's.
 */
function comers(scene: Scene, random: Random, storeId: StoreId, buyers: number): Buyer[] {
	const { population, medianBuyers, trade } = scene;
	if (trade === 'first') return Array.from({ length: buyers }, () => population.anyone(random));
	const place = new Random(scene.seed, 'neighbourhood', storeId).word();
	const near = Math.min(0.7 * buyers, 0.6 * Math.sqrt(buyers * medianBuyers), 1.3 * medianBuyers);
	return Array.from({ length: buyers }, () =>
		random.below(buyers) < near ? population.neighbour(random, place) : population.anyone(random),
	);
}

function assortment(random: Random, buyers: number): number {
	return random.between(2, 7) + Math.min(90, Math.floor(buyers / random.between(8, 20)));
}

/** When one buyer comes: six in a hundred come back (a few would after the end). */
function visits(scene: Scene, random: Random, { from, until }: Trading): Instant[] {
	const times: Instant[] = [];
	let at = scene.calendar.shoppingTime(random, from, until);
	do {
		times.push(at);
		at = after(random, at, DAY, 60 * DAY);
	} while (at < until && random.chance(7));
	return times;
}

/** A store's first items sell best; what is not listed yet does not sell. */
function favourite(random: Random, items: readonly Item[], at: Instant): Item {
	for (let attempt = 0; attempt < 5; attempt++) {
		const item = items[Math.min(random.below(items.length), random.below(items.length))];
		if (item !== undefined && item.listedAt < at) return item;
	}
	return items[0] as Item; // a store has goods, the first from its start on
}

/** A purchase with the delivery, confirmation and returns of honest trade. */
export function purchase(
	random: Random,
	item: Item,
	buyer: Buyer,
	at: Instant,
	delivery: Delivery = 'parcel',
): Purchase {
	const paidAt = Math.max(at, item.listedAt + MINUTE) as Instant;
	const digital = delivery === 'digital';
	const deliveredAt = digital ? after(random, paidAt, 5_000, 4 * MINUTE) : after(random, paidAt, 20 * HOUR, 6 * DAY);
	const quantity = item.priceAt(paidAt) > 200_000 || random.chance(84) ? 1 : random.between(2, 4);
	const sentBackAt = after(random, deliveredAt, 2 * HOUR, 6 * DAY);
	return {
		item,
		buyer,
		quantity,
		paidAt,
		deliveredAt,
		releasedAt: digital ? after(random, deliveredAt, 10_000, 10 * MINUTE) : confirmation(random, deliveredAt),
		couponPercent: random.chance(3) ? random.between(2, 10) : 0,
		sentBack: random.chance(digital ? 1 : 5) ? { at: sentBackAt, quantity: random.between(1, quantity) } : undefined,
		claims: buyer.claims,
	};
}

/** Some confirm receipt at the door, some within days, the rest is confirmed for them after a week. */
function confirmation(random: Random, deliveredAt: Instant): Instant {
	const kind = random.below(100);
	if (kind < 12) return after(random, deliveredAt, 2 * MINUTE, 6 * HOUR);
	return kind < 60 ? after(random, deliveredAt, 6 * HOUR, 6 * DAY) : ((deliveredAt + 7 * DAY) as Instant);
}

function anyHabit(random: Random): Habit {
	const percent = random.below(100);
	return HABIT_OF_PERCENT.find(([upTo]) => percent < upTo)?.[1] ?? 'never';
}

const EVERY: Readonly<Record<Exclude<Habit, 'never'>, number>> = { daily: 1, weekly: 7, monthly: 30 };

/** Everything above the deposit leaves at the owner's usual hour. */
export function withdrawals(
	random: Random,
	calendar: Calendar,
	from: Instant,
	to: Instant,
	habit: Habit,
): PlannedWithdrawal[] {
	if (habit === 'never') return [];
	const every = EVERY[habit];
	const hour = random.between(9, 22);
	const planned: PlannedWithdrawal[] = [];
	for (let day = calendar.dayOf(from) + random.between(1, every); ; day += every) {
		const at = after(random, calendar.day(day), hour * HOUR, (hour + 1) * HOUR);
		if (at >= to) return planned;
		planned.push({ at, percent: 100 });
	}
}

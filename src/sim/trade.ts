/** Ordinary trade: an honest store and the people who buy there, calibrated to buyers of real marketplaces. */
import type { StoreId } from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE } from '../core/words/time.js';
import { after, type Calendar, momentIn } from './calendar.js';
import { anyCategory, joinFestivals, movePrices, stock } from './goods.js';
import { type Buyer, newPapers, type Population } from './identity.js';
import type { Item, PlannedWithdrawal, Purchase, StorePlan } from './plan.js';
import { type Quantile, Random } from './random.js';

/** What every store's plan is drawn against. */
export interface Scene {
	readonly seed: number;
	readonly calendar: Calendar;
	readonly population: Population;
	readonly medianBuyers: number;
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

/** Buyers of a store as a multiple of the median. Measured: 90th percentile 5.94, maximum 65.6. */
const SIZES: readonly Quantile[] = [
	...([
		[0, 0.03],
		[0.1, 0.168],
		[0.2, 0.31],
		[0.3, 0.48],
		[0.4, 0.7],
		[0.5, 1],
		[0.6, 1.42],
		[0.7, 2.07],
	] as const),
	...([
		[0.8, 3.22],
		[0.9, 5.94],
		[0.95, 9.84],
		[0.99, 25.4],
		[0.999, 45],
		[1, 65.6],
	] as const),
];
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
	const { calendar } = scene;
	const openedAt = wish.openedAt ?? openingTime(random, calendar);
	const from = Math.max(openedAt, calendar.from) as Instant;
	const until = wish.closedAt === undefined ? calendar.to : ((wish.closedAt - WIND_DOWN) as Instant);
	const category = wish.category ?? anyCategory(random);
	const share = Math.max(0, (until - from) / (calendar.to - calendar.from));
	const buyers = wish.buyers ?? Math.max(2, Math.round(random.draw(SIZES) * scene.medianBuyers * share));
	const items = stock(random, category, wish.items ?? assortment(random, buyers), from, until);
	const meanDays = random.chance(38) ? random.between(9, 22) : random.between(35, 80);
	for (const item of items) movePrices(random, item, until, meanDays);
	joinFestivals(random, items, calendar);
	const plan: StorePlan = {
		storeId,
		category,
		openedAt,
		closedAt: wish.closedAt,
		deposit: yuan(wish.deposit ?? random.pick(DEPOSITS)),
		papers: newPapers(random),
		items,
		purchases: [],
		withdrawals: withdrawals(random, calendar, from, wish.closedAt ?? calendar.to, wish.withdraws ?? anyHabit(random)),
	};
	for (let i = 0; i < buyers; i++)
		shop(scene, random, plan, scene.population.anyone(random), from, until, wish.delivery);
	for (const buyer of scene.visits.get(storeId) ?? []) shop(scene, random, plan, buyer, from, until, wish.delivery);
	return plan;
}

/** Most stores are older than the exported history. */
function openingTime(random: Random, calendar: Calendar): Instant {
	if (random.chance(82)) return momentIn(random, calendar.day(-1600), calendar.day(0));
	return momentIn(random, calendar.day(0), calendar.day(Math.floor(calendar.days * 0.85)));
}

function assortment(random: Random, buyers: number): number {
	return random.between(2, 7) + Math.min(90, Math.floor(buyers / random.between(8, 20)));
}

/** One buyer's visits to a store: six in a hundred come back. */
function shop(
	scene: Scene,
	random: Random,
	plan: StorePlan,
	buyer: Buyer,
	from: Instant,
	until: Instant,
	delivery: Delivery = 'parcel',
): void {
	let at = scene.calendar.shoppingTime(random, from, until);
	do {
		plan.purchases.push(purchase(random, favourite(random, plan.items), buyer, at, delivery));
		at = after(random, at, DAY, 60 * DAY);
	} while (at < until && random.chance(7));
}

/** A store's first items sell best. */
function favourite(random: Random, items: readonly Item[]): Item {
	return items[Math.min(random.below(items.length), random.below(items.length))] as Item; // never empty
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

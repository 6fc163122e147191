/** Honest stores whose prices fall as a gang's do: sales, clearances, mistyped prices. */
import type { StoreId } from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../core/words/time.js';
import { after, midnightAfter, momentIn } from './calendar.js';
import type { Planner } from './cast.js';
import { cutTo } from './goods.js';
import type { Buyer } from './identity.js';
import type { Item, StorePlan } from './plan.js';
import { Random } from './random.js';
import { honestStore, purchase, type Scene, type StoreWish, usualSize } from './trade.js';

export const roleRandom = (scene: Scene, storeId: StoreId): Random => new Random(scene.seed, 'role', storeId);

/** An honest store that has been there from the start and sells enough to have open guarantees at any time. */
export function establishedStore(scene: Scene, storeId: StoreId, random: Random, wish: StoreWish = {}): StorePlan {
	const openedAt = momentIn(random, scene.calendar.day(-1200), scene.calendar.day(-30));
	const size = scene.trade === 'first' ? random.between(80, 500) : Math.max(25, 100 * usualSize(scene, storeId));
	const buyers = Math.round((scene.medianBuyers * size) / 100) + 10;
	return honestStore(scene, storeId, { openedAt, buyers, ...wish });
}

/** Everything leaves the evening before; then 30-70 % off some items for hours to days, and prices come back. */
export const festivalFlash: Planner = (scene, storeId) => {
	const random = roleRandom(scene, storeId);
	const plan = establishedStore(scene, storeId, random, { withdraws: 'weekly' });
	for (const start of random.some(saleStarts(scene, random), random.between(1, 2))) flash(scene, random, plan, start);
	return plan;
};

/** Midnight, ten or twenty o'clock in a festival; where the market has none, the store's own anniversary. */
export function saleStarts(scene: Scene, random: Random): Instant[] {
	const { calendar } = scene;
	const first = calendar.day(8);
	const last = calendar.day(calendar.days - 22);
	const starts = calendar.festivals.map(
		({ from, to }) => (momentDay(random, from, to) + random.pick([0, 10, 20]) * HOUR) as Instant,
	);
	const fitting = starts.filter((at) => at >= first && at <= last);
	return fitting.length > 0 ? fitting : [(calendar.day(random.between(8, calendar.days - 22)) + 10 * HOUR) as Instant];
}

const momentDay = (random: Random, from: Instant, to: Instant): Instant =>
	(from + random.below(Math.max(1, Math.floor((to - from) / DAY))) * DAY) as Instant;

export function flash(scene: Scene, random: Random, plan: StorePlan, start: Instant): void {
	plan.withdrawals.push({ at: after(random, start, -28 * HOUR, -4 * HOUR), percent: 100 });
	const end = after(random, start, 2 * HOUR, 72 * HOUR);
	for (const item of listedBefore(random, plan, start, random.between(1, 4))) {
		rush(scene, random, plan, item, random.between(3, 12), (start - 6 * DAY) as Instant, start);
		item.setBetween(start, end, cutTo(item.priceAt(start), random.between(30, 70)));
		rush(scene, random, plan, item, random.between(4, 20), start, end);
	}
}

/** Up to so many items that have been on sale for two weeks (where there are any). */
export function listedBefore(random: Random, plan: StorePlan, at: Instant, count: number): Item[] {
	return random.some(
		plan.items.filter((item) => item.listedAt < at - 14 * DAY || item === plan.items[0]),
		count,
	);
}

/** Different shoppers buy one item within a time. */
export function rush(
	scene: Scene,
	random: Random,
	plan: StorePlan,
	item: Item,
	count: number,
	from: Instant,
	to: Instant,
): void {
	const earliest = Math.max(from, item.listedAt + MINUTE) as Instant;
	for (let left = count; left > 0; left--) {
		const at = momentIn(random, earliest, to);
		plan.purchases.push(purchase(random, item, scene.population.anyone(random), at));
	}
}

/** Daily withdrawals, sales within the last days, then 60-80 % off for good. */
export const clearance: Planner = (scene, storeId) => {
	const random = roleRandom(scene, storeId);
	const { calendar } = scene;
	const plan = establishedStore(scene, storeId, random, {
		withdraws: 'daily',
		deposit: random.pick([2000, 5000, 10_000]),
	});
	const start = after(random, calendar.day(random.between(15, calendar.days - 25)), 8 * HOUR, 18 * HOUR);
	const items = listedBefore(random, plan, start, random.between(3, 10));
	for (const item of items) {
		rush(scene, random, plan, item, random.between(0, 4), (start - 5 * DAY) as Instant, start);
		const at = after(random, start, 0, 40 * MINUTE);
		item.setFor(at, cutTo(item.priceAt(at), random.between(20, 40)));
		rush(scene, random, plan, item, random.between(1, 5), at, (at + 10 * DAY) as Instant);
	}
	return plan;
};

/** Ten times too low for less than an hour: strangers buy, and robots claim for those who had bought before. */
export const priceTooLow =
	(nobodyLooks: boolean): Planner =>
	(scene, storeId) => {
		const random = roleRandom(scene, storeId);
		const plan = establishedStore(scene, storeId, random);
		const { item, from, to } = mistyped(scene, random, plan, nobodyLooks && scene.trade === 'measured');
		rush(scene, random, plan, item, random.between(5, 15), (from - 6 * DAY) as Instant, from);
		for (let robots = random.between(1, 3); robots > 0; robots--) {
			const robot = scene.population.anyone(random);
			const at = momentIn(random, (from - 5 * DAY) as Instant, from);
			plan.purchases.push(purchase(random, item, { ...robot, claims: 'at-once' }, at));
		}
		item.setBetween(from, to, Math.floor(item.priceAt(from) / 10) as Minor);
		rush(scene, random, plan, item, random.between(4, 25), from, to);
		return plan;
	};

/** Ten times too high for less than an hour; nobody, one or two are caught, and all of them ask for the difference. */
export const priceTooHigh: Planner = (scene, storeId) => {
	const random = roleRandom(scene, storeId);
	const plan = establishedStore(scene, storeId, random);
	const { item, from, to } = mistyped(scene, random, plan);
	item.setBetween(from, to, (item.priceAt(from) * 10) as Minor);
	for (let caught = random.between(0, 2); caught > 0; caught--) {
		const buyer: Buyer = { ...scene.population.anyone(random), claims: 'always' };
		plan.purchases.push({
			...purchase(random, item, buyer, momentIn(random, from, to)),
			quantity: 1,
			sentBack: undefined,
		});
	}
	return plan;
};

/** @param overnight nobody looks at night: a mistake of the evening is found in the morning. */
function mistyped(
	scene: Scene,
	random: Random,
	plan: StorePlan,
	overnight = false,
): { item: Item; from: Instant; to: Instant } {
	const { calendar } = scene;
	const day = calendar.day(random.between(10, calendar.days - 22));
	const from = overnight ? after(random, day, 22 * HOUR, 24 * HOUR - 1) : after(random, day, 9 * HOUR, 21 * HOUR);
	const to = overnight
		? after(random, midnightAfter(from), 7 * HOUR, 9 * HOUR)
		: after(random, from, 8 * MINUTE, 55 * MINUTE);
	const candidates = listedBefore(random, plan, from, plan.items.length);
	const item: Item = candidates.find((one) => one.protectDays > 0) ?? (candidates[0] as Item); // the first item is always one
	// A planned move in the same hour would hide the mistake.
	item.steps = item.steps.filter(({ at }, n) => n === 0 || at < from - HOUR || at > to + SECOND);
	return { item, from, to };
}

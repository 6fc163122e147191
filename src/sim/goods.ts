/** What stores sell, at what price, and how honest prices move; calibrated to measured public price histories. */
import type { SkuId } from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE } from '../core/words/time.js';
import { after, type Calendar, momentIn } from './calendar.js';
import type { TradeModel } from './options.js';
import { Item } from './plan.js';
import { type Quantile, quantiles, type Random } from './random.js';

/** Prices in yuan. The last three have dear goods, such as a gang pretends to sell. */
const CATEGORIES: Readonly<Record<string, readonly Quantile[]>> = {
	books: prices(12, 38, 90, 260),
	toys: prices(15, 75, 240, 900),
	clothing: prices(25, 110, 390, 1900),
	household: prices(6, 45, 190, 1200),
	beauty: prices(15, 95, 420, 1600),
	digital: prices(6, 48, 198, 648),
	appliances: prices(60, 420, 2400, 7900),
	phones: prices(20, 900, 5200, 12_900),
	watches: prices(90, 1500, 9000, 26_000),
};
/** Of nineteen stores, how many sell it. */
const CATEGORY_COUNTS = {
	books: 2,
	toys: 2,
	clothing: 4,
	household: 4,
	beauty: 3,
	appliances: 2,
	phones: 1,
	watches: 1,
};
const CATEGORY_MIX = Object.entries(CATEGORY_COUNTS).flatMap(([name, count]) =>
	Array.from({ length: count }, () => name),
);

/** The cheapest, the median, the ninetieth of a hundred, the dearest. */
function prices(least: number, median: number, high: number, most: number): readonly Quantile[] {
	return quantiles([0, 0.5, 0.9, 1], [least, median, high, most]);
}

export const anyCategory = (random: Random): string => random.pick(CATEGORY_MIX);

/** A list price in yuan becomes one that ends as prices do: 38.90, 419, 5299. */
export function listPrice(yuan: number): Minor {
	if (yuan < 100) return Math.max(190, Math.floor(yuan) * 100 + 90) as Minor;
	const step = yuan < 1000 ? 10 : 100;
	return ((Math.max(1, Math.round(yuan / step)) * step - 1) * 100) as Minor;
}

/** The price after a cut, in per cent of it that stays; whole tenths of a yuan. */
export function cutTo(price: Minor, percent: number): Minor {
	return Math.max(10, Math.round((price * percent) / 1000) * 10) as Minor;
}

/** Mostly a week. */
function protectDays(random: Random): number {
	const draw = random.below(100);
	if (draw < 80) return 7;
	if (draw < 90) return 0;
	return draw < 96 ? 15 : 30;
}

/** New goods of a category; one in eight is listed some time after the store began. */
export function stock(random: Random, category: string, count: number, from: Instant, to: Instant): Item[] {
	const priceRange = CATEGORIES[category] as readonly Quantile[]; // only names of the table are drawn
	const protection = protectDays(random);
	return Array.from({ length: count }, (_, number) => {
		const listedAt =
			number > 0 && random.chance(12) ? momentIn(random, from, to) : after(random, from, MINUTE, 3 * HOUR);
		const price = listPrice(random.draw(priceRange));
		const days = random.chance(85) ? protection : protectDays(random);
		return new Item(skuId(number), days, { at: listedAt, price });
	});
}

/** SKU ids are a store's own: two stores have the same. */
export const skuId = (number: number): SkuId => `K${String(number + 1).padStart(4, '0')}` as SkuId;

/** Days between two price moves of an item, as a multiple of the mean: about exponential. */
const WAIT = quantiles([0, 0.2, 0.4, 0.6, 0.8, 0.95, 1], [0.02, 0.22, 0.51, 0.92, 1.61, 3, 5]);
/** Part of the price that a promotion leaves, in per cent. */
const PROMOTION = quantiles([0, 0.1, 0.4, 1], [55, 65, 72, 79]);
/** Part of the usual price that an everyday move goes to. */
const DRIFT = quantiles([0, 0.2, 0.5, 0.8, 1], [84, 91, 96, 100, 104]);

/** Of a thousand moves: those up to each number are drift, rises, promotions, cuts that stay; the rest are deep sales. */
const MOVES: Readonly<Record<TradeModel, readonly [drift: number, rise: number, promotion: number, cut: number]>> = {
	first: [850, 890, 936, 995],
	measured: [912, 941, 971, 997],
};

/** Lets the item's price move until the end: drift, promotions that end, cuts that stay, rarely a deep one. */
export function movePrices(random: Random, item: Item, until: Instant, meanDays: number, trade: TradeModel): void {
	const [drift, rise, promotion, cut] = MOVES[trade];
	let usual = item.priceAt(item.listedAt);
	let at = item.listedAt;
	for (;;) {
		at = (at + Math.ceil(random.draw(WAIT) * meanDays * 24) * HOUR + random.below(60) * MINUTE) as Instant;
		if (at >= until) return;
		const kind = random.below(1000);
		if (kind < drift) item.setFor(at, cutTo(usual, random.draw(DRIFT)));
		else if (kind < rise) item.setFor(at, (usual = cutTo(usual, random.between(106, 125))));
		else if (kind < promotion) at = promote(random, item, at, until, cutTo(usual, random.draw(PROMOTION)));
		else if (kind < cut) item.setFor(at, (usual = cutTo(usual, random.draw(PROMOTION))));
		else at = promote(random, item, at, until, cutTo(usual, random.between(30, 50)));
	}
}

/** @returns when the promotion ends. */
function promote(random: Random, item: Item, at: Instant, until: Instant, price: Minor): Instant {
	const end = after(random, at, 12 * HOUR, 9 * DAY);
	if (end >= until) return until;
	item.setBetween(at, end, price);
	return end;
}

/** One store in five joins a festival with a few items, for hours to days. */
export function joinFestivals(random: Random, items: readonly Item[], calendar: Calendar): void {
	for (const festival of calendar.festivals) {
		if (!random.chance(20)) continue;
		for (const item of random.some(items, random.between(1, Math.max(1, items.length >> 3)))) {
			const start = after(random, festival.from, 0, Math.max(0, festival.to - festival.from - 6 * HOUR));
			const end = after(random, start, 2 * HOUR, 3 * DAY);
			if (start > item.listedAt && end < calendar.to)
				item.setBetween(start, end, cutTo(item.priceAt(start), random.between(60, 88)));
		}
	}
}

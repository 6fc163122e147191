/**
 * The run of a gang's store, once its own accounts have bought: the money leaves, the price falls, claims follow (as
 * buyers' habits say), and then goods go back or the store closes. When everything that the gang waits for has happened
 * (receipts confirmed, or at least delivered where they never are), it withdraws; the next day it cuts.
 */
import type { Minor } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE } from '../core/words/time.js';
import { after, midnightAfter } from './calendar.js';
import { CHEAP } from './gang-sales.js';
import { cutTo, skuId } from './goods.js';
import type { GangOptions, Trick } from './options.js';
import { Item, type Purchase, type StorePlan } from './plan.js';
import type { Random } from './random.js';
import { yuan } from './trade.js';

export interface Run {
	readonly random: Random;
	readonly plan: StorePlan;
	readonly options: GangOptions;
	/** What its own accounts bought, ... */
	readonly items: readonly Item[];
	/** ... and their purchases. */
	readonly own: readonly Purchase[];
}

/** Adds withdrawals, cuts and what follows to the plan. @returns the time of the last cut. */
export function run(of: Run): Instant {
	const { random, plan, options, items, own } = of;
	const ready = latest(own.map((purchase) => (sendsBack(options) ? purchase.deliveredAt : purchase.releasedAt)));
	if (options.withdraws !== 'after-cut') cashOut(of, ready);
	const cutAt = options.trick === 'flash' ? atNight(random, ready) : nextDay(random, ready);
	const cuts = items.map((item) => CUTS[options.trick ?? 'plain-cut'](of, item, cutAt));
	if (options.withdraws === 'after-cut') {
		plan.withdrawals.push({ at: after(random, latest(cuts), MINUTE, 20 * MINUTE), percent: 100 });
	}
	if (sendsBack(options)) sendBack(of, latest(cuts));
	return latest(cuts);
}

/** When a store whose last cut was then closes: after the last claim. */
export const closing = (random: Random, lastCut: Instant): Instant => after(random, lastCut, 4 * HOUR, 9 * HOUR);

const latest = (times: readonly Instant[]): Instant => Math.max(...times) as Instant;
const nextDay = (random: Random, at: Instant): Instant => after(random, midnightAfter(at), 8 * HOUR, 17 * HOUR);
const atNight = (random: Random, at: Instant): Instant =>
	after(random, midnightAfter((at + 4 * HOUR) as Instant), 2 * HOUR, 4 * HOUR);
const sendsBack = ({ goods }: GangOptions): boolean => goods === 'sent-back';

/** Once or in two goes, the last within hours of the last release. */
function cashOut({ random, plan, options }: Run, released: Instant): void {
	const percent = options.withdraws === 'most' ? random.between(75, 90) : 100;
	const last = after(random, released, 15 * MINUTE, 3 * HOUR);
	if (random.chance(30)) plan.withdrawals.push({ at: after(random, released, -30 * MINUTE, -MINUTE), percent });
	plan.withdrawals.push({ at: last, percent });
}

/** Of dear goods a few hundred yuan stay, of cheap ones a tenth. */
function bottomOf(random: Random, item: Item, at: Instant): Minor {
	const price = item.priceAt(at);
	return price < yuan(CHEAP) ? cutTo(price, random.between(6, 12)) : yuan(random.between(198, 599));
}

/** Cuts one item from an instant on. @returns the last cut. */
type Cut = (run: Run, item: Item, at: Instant) => Instant;

const CUTS: Readonly<Record<Trick, Cut>> = {
	'plain-cut': ({ random }, item, at) => cutOnce(item, at, bottomOf(random, item, at)),
	'raise-then-cut': ({ random }, item, at) => {
		random.between(198, 599); // the founding gang's dice were thrown for a bottom that this trick does not use
		return cutOnce(item, at, item.priceAt(item.listedAt));
	},
	/** Each step a third to a half of the price before, hours to a day apart. */
	stepwise: ({ random }, item, at) => {
		const bottom = bottomOf(random, item, at);
		let price = item.priceAt(at);
		for (let step = at; ; step = after(random, step, 4 * HOUR, 26 * HOUR)) {
			price = cutTo(price, random.between(35, 55));
			if (price <= bottom) return cutOnce(item, step, bottom);
			item.setFor(step, price);
		}
	},
	/** Each step a twenty-fifth of the first price, so that no claim is worth a look; until the promise ends. */
	crumbs: ({ random, own }, item, at) => {
		const first = item.priceAt(at);
		const bottom = bottomOf(random, item, at);
		const ends = latest(own.map(({ paidAt }) => paidAt)) + (item.protectDays - 1) * DAY;
		for (let [step, left] = [at, 96]; ; [step, left] = [after(random, step, 4 * HOUR, 6 * HOUR), left - 4]) {
			const price = cutTo(first, left);
			if (price <= bottom || step > ends) return cutOnce(item, step, price);
			item.setFor(step, price);
		}
	},
	flash: ({ random }, item, at) => {
		const end = after(random, at, 25 * MINUTE, 55 * MINUTE);
		item.setBetween(at, end, bottomOf(random, item, at));
		return at;
	},
	relist: ({ random, plan }, item, at) => {
		listTwin(plan, item, after(random, at, -5 * HOUR, -HOUR), item.priceAt(at));
		return cutOnce(item, at, bottomOf(random, item, at));
	},
	'relist-cheaper': ({ random, plan }, item, at) => {
		listTwin(plan, item, at, bottomOf(random, item, at));
		return at;
	},
	'after-window': ({ random, own }, item) => {
		const ended = latest(own.map(({ paidAt }) => paidAt)) + item.protectDays * DAY;
		const at = after(random, midnightAfter(ended as Instant), 8 * HOUR, 17 * HOUR);
		return cutOnce(item, at, bottomOf(random, item, at));
	},
};

/** The same goods as another SKU. */
function listTwin(plan: StorePlan, item: Item, at: Instant, price: Minor): void {
	plan.items.push(new Item(skuId(plan.items.length), item.protectDays, { at, price }));
}

function cutOnce(item: Item, at: Instant, price: Minor): Instant {
	item.setFor(at, price);
	return at;
}

/** Hours after the claims, while receipt is not confirmed. */
function sendBack({ random, plan, own }: Run, claimed: Instant): void {
	for (const purchase of own) {
		const at = after(random, claimed, 5 * HOUR, 30 * HOUR);
		if (at >= purchase.releasedAt) continue;
		const sentBack = { at, quantity: purchase.quantity, evenAfterClaim: true };
		plan.purchases.splice(plan.purchases.indexOf(purchase), 1, { ...purchase, sentBack });
	}
}

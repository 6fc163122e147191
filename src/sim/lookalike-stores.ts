/** Honest stores that are made like a gang's: new and dear, one owner, one address, instant goods, buying from itself. */
import { DAY, HOUR, type Instant } from '../core/words/time.js';
import { after, momentIn } from './calendar.js';
import type { Planner } from './cast.js';
import { cutTo, listPrice, skuId } from './goods.js';
import type { Buyer, Papers } from './identity.js';
import { establishedStore, flash, listedBefore, roleRandom, rush, saleStarts } from './lookalike-sales.js';
import { Item } from './plan.js';
import type { Random } from './random.js';
import { honestStore, purchase, type Scene, WIND_DOWN } from './trade.js';

/** Opened a week ago on the least deposit, two to four dear items; crowds come, then 15 % off. */
export const viralNewcomer: Planner = (scene, storeId) => {
	const random = roleRandom(scene, storeId);
	const { calendar } = scene;
	const opened = calendar.day(random.between(0, Math.max(0, calendar.days - 60)));
	const openedAt = after(random, opened, 9 * HOUR, 17 * HOUR);
	const category = random.pick(['phones', 'watches']);
	const wish = {
		openedAt,
		category,
		deposit: 1000,
		items: random.between(2, 4),
		withdraws: 'weekly',
		buyers: 3,
	} as const;
	const plan = honestStore(scene, storeId, wish);
	const dear = plan.items.map((_, i) => {
		const listedAt = after(random, openedAt, 600_000, 5 * HOUR);
		return new Item(skuId(i), 7, { at: listedAt, price: listPrice(random.between(5000, 9000)) });
	});
	plan.items.splice(0, plan.items.length, ...dear);
	plan.purchases.length = 0;
	const crowdsCome = (openedAt + 7 * DAY) as Instant;
	const promotion = after(random, crowdsCome, 4 * DAY, 7 * DAY);
	const crowd = random.between(150, 400);
	for (const item of dear) {
		rush(scene, random, plan, item, random.between(1, 5), openedAt, crowdsCome);
		rush(scene, random, plan, item, Math.ceil(crowd / dear.length), crowdsCome, promotion);
		const end = after(random, promotion, 3 * DAY, 7 * DAY);
		item.setBetween(promotion, end, cutTo(item.priceAt(promotion), 85));
		rush(scene, random, plan, item, random.between(20, 40), promotion, (promotion + 30 * DAY) as Instant);
	}
	return plan;
};

/** One of several stores that an owner registered with the same person, bank account, phone and device. */
export const sister =
	(owner: Papers): Planner =>
	(scene, storeId) => {
		const random = roleRandom(scene, storeId);
		const plan = establishedStore(scene, storeId, random);
		const [start] = saleStarts(scene, random);
		if (start !== undefined) flash(scene, random, plan, start);
		const { person, bank, phone, device, ip } = owner;
		return { ...plan, papers: { ...plan.papers, person, bank, phone, device, ip } };
	};

/** An ordinary store that let an agent register it. */
export const agentsAddress =
	(address: string): Planner =>
	(scene, storeId) => {
		const plan = honestStore(scene, storeId);
		return { ...plan, papers: { ...plan.papers, address } };
	};

/** Codes and top-ups: delivered and confirmed in minutes, withdrawn daily, now and then at half price. */
export const digitalGoods: Planner = (scene, storeId) => {
	const random = roleRandom(scene, storeId);
	const plan = establishedStore(scene, storeId, random, {
		category: 'digital',
		delivery: 'digital',
		withdraws: 'daily',
	});
	const { calendar } = scene;
	for (let sales = random.between(2, 4); sales > 0; sales--) {
		const start = after(random, calendar.day(random.between(10, calendar.days - 15)), 8 * HOUR, 20 * HOUR);
		const [item] = listedBefore(random, plan, start, 1);
		item?.setBetween(start, after(random, start, 6 * HOUR, 48 * HOUR), cutTo(item.priceAt(start), 50));
	}
	return plan;
};

/** Three to five people at the store's own address and device who buy its cheap things for themselves. */
export const staffPurchases: Planner = (scene, storeId) => {
	const random = roleRandom(scene, storeId);
	const plan = establishedStore(scene, storeId, random);
	const { calendar } = scene;
	const { device, address, ip } = plan.papers;
	const listed = { at: after(random, calendar.from, HOUR, DAY), price: listPrice(random.between(19, 79)) };
	const snack = new Item(skuId(plan.items.length), 7, listed);
	plan.items.push(snack);
	for (const member of staff(scene, random)) {
		const buyer: Buyer = { ...member, address, ip, ...(random.chance(60) ? { device } : {}) };
		for (let times = random.between(4, 12); times > 0; times--) {
			plan.purchases.push(purchase(random, snack, buyer, momentIn(random, calendar.from, calendar.to)));
		}
	}
	const sale = calendar.day(random.between(10, calendar.days - 15));
	snack.setBetween(sale, after(random, sale, DAY, 3 * DAY), cutTo(snack.priceAt(sale), 80));
	return plan;
};

function staff(scene: Scene, random: Random): Buyer[] {
	return Array.from({ length: random.between(3, 5) }, () => scene.population.anyone(random));
}

/** Sells until its last windows can end, takes its money and closes. */
export const normalClosing: Planner = (scene, storeId) => {
	const random = roleRandom(scene, storeId);
	const { calendar } = scene;
	const earliest = calendar.day(Math.ceil(WIND_DOWN / DAY) + 30);
	const closedAt = momentIn(random, earliest, calendar.day(calendar.days - 1));
	const plan = establishedStore(scene, storeId, random, { closedAt });
	plan.withdrawals.push({ at: (closedAt - HOUR) as Instant, percent: 100 });
	return plan;
};

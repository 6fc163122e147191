/** How a gang's store sells to its own accounts: what, at what price, and how soon receipt is confirmed. */
import type { Minor } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE } from '../core/words/time.js';
import { after } from './calendar.js';
import { listPrice, skuId } from './goods.js';
import type { Buyer, ClaimHabit } from './identity.js';
import type { GangOptions } from './options.js';
import { Item, type Purchase, type StorePlan } from './plan.js';
import type { Random } from './random.js';

const PRICE = 10_000;
/** In yuan. */
export const CHEAP = 1000;
/** Receipts that nobody confirms are confirmed a week after delivery, so a week's promise would end with them. */
const LONG_PROMISES = [15, 30];

/** One or two, about as dear as the gang likes them. */
export function dearItems(random: Random, plan: StorePlan, options: GangOptions, at: Instant): Item[] {
	return Array.from({ length: random.between(1, 2) }, (_, i) => {
		const price = listPrice(((options.unitPrice ?? PRICE) * random.between(93, 108)) / 100);
		return dearItem(random, plan, options, skuId(plan.items.length + i), at, price);
	});
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
	const days = promiseDays(random, options);
	if (options.trick !== 'raise-then-cut') return new Item(id, days, { at, price });
	const listedAt = after(random, plan.openedAt, HOUR, DAY);
	const item = new Item(id, days, { at: listedAt, price: listPrice(random.between(240, 420)) });
	item.setFor(at, price);
	return item;
}

function promiseDays(random: Random, { receipts, goods }: GangOptions): number {
	if (receipts === 'never' && goods !== 'sent-back') return random.pick(LONG_PROMISES);
	return random.chance(85) ? 7 : 15;
}

/** One account after the other, minutes apart. */
export function sellToOwn(
	random: Random,
	items: readonly Item[],
	buyers: readonly Buyer[],
	start: Instant,
	options: GangOptions,
): Purchase[] {
	const own: Purchase[] = [];
	// Cheap goods only pay in numbers, so they are bought faster.
	const [least, most] = (options.unitPrice ?? PRICE) < CHEAP ? [1, 8] : [4, 25];
	for (const buyer of buyers) {
		const paidAt = after(random, own.at(-1)?.paidAt ?? start, least * MINUTE, most * MINUTE);
		own.push(ownPurchase(random, random.pick(items), buyer, paidAt, options));
	}
	return own;
}

function ownPurchase(random: Random, item: Item, buyer: Buyer, paidAt: Instant, options: GangOptions): Purchase {
	const { deliveredAt, releasedAt } = RECEIPTS[options.receipts ?? 'minutes'](random, paidAt);
	return {
		item,
		buyer,
		quantity: 1,
		paidAt,
		deliveredAt,
		releasedAt,
		couponPercent: 0,
		sentBack: undefined,
		claims: claimHabit(options),
	};
}

interface Receipt {
	readonly deliveredAt: Instant;
	readonly releasedAt: Instant;
}

const confirmed = (random: Random, deliveredAt: Instant): Receipt => ({
	deliveredAt,
	releasedAt: after(random, deliveredAt, MINUTE, 12 * MINUTE),
});

const RECEIPTS = {
	minutes: (random, paidAt) => confirmed(random, after(random, paidAt, 6 * MINUTE, 45 * MINUTE)),
	'next-day': (random, paidAt) => confirmed(random, after(random, paidAt, 18 * HOUR, 27 * HOUR)),
	never: (random, paidAt) => {
		const deliveredAt = after(random, paidAt, 20 * HOUR, 2 * DAY);
		return { deliveredAt, releasedAt: (deliveredAt + 7 * DAY) as Instant };
	},
} as const satisfies Record<NonNullable<GangOptions['receipts']>, (random: Random, paidAt: Instant) => Receipt>;

/** While a low price shows for minutes, minutes are all there is; who withdraws first claims after. */
function claimHabit({ trick, withdraws }: GangOptions): ClaimHabit {
	if (trick === 'flash') return 'at-once';
	return withdraws === 'after-cut' ? 'patiently' : 'always';
}

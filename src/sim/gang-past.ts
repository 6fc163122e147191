/**
 * How a gang's store comes by its past. A fresh one opens some days before its turn; a bought one months before, and it
 * trades a little; one that builds trust trades for months as honest stores do, and sends its goods.
 */
import type { StoreId } from '../core/words/ids.js';
import { DAY, type Instant } from '../core/words/time.js';
import { after } from './calendar.js';
import type { GangTurn } from './gang-turn.js';
import { stock } from './goods.js';
import type { GangOptions } from './options.js';
import type { StorePlan } from './plan.js';
import type { Random } from './random.js';
import { purchase, type Scene, withdrawals, yuan } from './trade.js';

/** What a store had before its turn. */
export interface Past {
	/** Days between its opening and its turn. */
	readonly opened: readonly [least: number, most: number];
	readonly items: readonly [least: number, most: number];
	/** Purchases by strangers; none for a fresh store. */
	readonly passers: readonly [least: number, most: number] | undefined;
}

const FRESH: Past = { opened: [2, 15], items: [0, 2], passers: undefined };
const BOUGHT: Past = { opened: [40, 200], items: [3, 6], passers: [8, 40] };
const TRUSTED: Past = { opened: [70, 260], items: [6, 14], passers: [70, 180] };

export function pastOf(random: Random, wished: GangOptions['past']): Past {
	if (wished === 'trusted') return TRUSTED;
	if (wished === 'fresh') return FRESH;
	return random.chance(50) ? BOUGHT : FRESH;
}

/** The store as it stands on the morning of its turn. */
export function acquire(
	scene: Scene,
	random: Random,
	storeId: StoreId,
	turn: GangTurn,
	past: Past,
	sellingDay: Instant,
): StorePlan {
	const openedAt = after(random, sellingDay, -past.opened[1] * DAY, -past.opened[0] * DAY);
	const from = Math.max(openedAt, scene.calendar.from) as Instant;
	const category = random.pick(['phones', 'watches', 'appliances']);
	const items = stock(random, 'household', random.between(...past.items), from, sellingDay);
	return {
		storeId,
		category,
		openedAt,
		closedAt: undefined,
		deposit: yuan(turn.options.deposit ?? 1000),
		papers: turn.papers,
		items,
		purchases: [],
		withdrawals: past.passers !== undefined ? withdrawals(random, scene.calendar, from, sellingDay, 'weekly') : [],
	};
}

/** The honest trade of a store with a past: with what it had before its turn. */
export function passers(scene: Scene, random: Random, plan: StorePlan, past: Past, to: Instant): void {
	if (past.passers === undefined) return;
	const from = Math.max(plan.openedAt, scene.calendar.from) as Instant;
	const items = plan.items.filter((item) => item.listedAt < to);
	for (let left = random.between(...past.passers); left > 0; left--) {
		const at = scene.calendar.shoppingTime(random, from, to);
		plan.purchases.push(purchase(random, random.pick(items), scene.population.anyone(random), at));
	}
}

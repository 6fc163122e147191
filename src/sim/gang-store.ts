/**
 * One gang store's life, composed of parts that know nothing of each other: how it comes by its past
 * (`gang-past.ts`), how it sells to its own accounts (`gang-sales.ts`), how it takes the money out, how it cuts, and
 * what follows the claims (`gang-run.ts`). Each part is chosen by an option; what is absent is as the founding gang did
 * it: list dear goods, sell them to the own accounts within hours, confirm receipt, withdraw, cut the price to a few
 * hundred the next day, and claim the difference on every line.
 */
import type { StoreId } from '../core/words/ids.js';
import { HOUR } from '../core/words/time.js';
import { after } from './calendar.js';
import { acquire, passers, pastOf } from './gang-past.js';
import { closing, run } from './gang-run.js';
import { dearItems, sellToOwn } from './gang-sales.js';
import type { GangTurn } from './gang-turn.js';
import type { StorePlan } from './plan.js';
import { type Scene, storeRandom } from './trade.js';

export function gangStore(scene: Scene, storeId: StoreId, turn: GangTurn): StorePlan {
	const random = storeRandom(scene, storeId);
	const { options } = turn;
	const sellingDay = scene.calendar.day(turn.day);
	const past = pastOf(random, options.past);
	const plan = acquire(scene, random, storeId, turn, past, sellingDay);
	const start = after(random, sellingDay, 9 * HOUR, 12 * HOUR);
	const items = dearItems(random, plan, options, start);
	plan.items.push(...items);
	passers(scene, random, plan, past, sellingDay);
	const own = sellToOwn(random, items, turn.buyers, start, options);
	plan.purchases.push(...own);
	const lastCut = run({ random, plan, options, items, own });
	if (options.leaves !== 'closes') return plan;
	const closedAt = closing(random, lastCut);
	return closedAt < scene.calendar.to ? { ...plan, closedAt } : plan;
}

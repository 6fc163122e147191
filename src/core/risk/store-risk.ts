/** What is known of how a store behaves: kept per record, small, and enough to explain every point of its score. */
import { Ring8 } from './ring8.js';
import type { Reason } from '../words/reason.js';
import { type Minor, ZERO } from '../words/money.js';
import type { Instant } from '../words/time.js';
import type { Episode, Raise } from './episode.js';

/** The price history of one item that signals need: few changes, lately. */
export class ItemPast {
	readonly prices = new Ring8<{ readonly at: Instant; readonly price: Minor }>();
	/** The deepest one-step fall, in whole per cent, and the same before the latest fall. */
	deepestPercent = 0;
	private deepestBefore = 0;

	addFall(percent: number): void {
		this.deepestBefore = this.deepestPercent;
		this.deepestPercent = Math.max(this.deepestPercent, percent);
	}

	/** The latest fall was taken back at once: a mistyped price is not part of the item's past. */
	forgetLastFall(): void {
		this.deepestPercent = this.deepestBefore;
	}

	/** The largest raise since `since` that the price `now` takes back. */
	raiseBefore(now: Minor, since: Instant): Raise | undefined {
		let low: Minor | undefined;
		let found: Raise | undefined;
		for (const { at, price } of this.prices) {
			if (low !== undefined && at >= since && price * 2 >= low * 3 && now * 10 <= low * 11) {
				if (found === undefined || price > found.high) found = { low, high: price };
			}
			if (low === undefined || price < low) low = price;
		}
		return found;
	}
}

export class StoreRisk {
	/** Distinct buyers under guarantee (of those remembered). */
	buyers = 0;
	/** Protected lines, and how many were confirmed received within hours. */
	protectedLines = 0;
	quickLines = 0;
	protectedValue = ZERO;
	readonly withdrawals = new Ring8<{ readonly at: Instant; readonly amount: Minor }>();
	withdrawalCount = 0;
	firstSaleAt: Instant | undefined;
	firstClaimAt: Instant | undefined;
	episode: Episode | undefined;
	label: 'abuse' | 'honest' | undefined;

	/** The score now, the highest so far and what made that one. In whole per cent. */
	score = 0;
	peak = 0;
	reasons: readonly Reason[] = [];
	flaggedAt: Instant | undefined;
	/** Let in with limits, which lift with honest trade. */
	probation = false;

	/** Buyers that ever claimed here, while remembered, and what they took. */
	readonly claimers = new Map<string, Minor>();
}

/** What is known of how a store behaves: kept per record, small, and enough to explain every point of its score. */
import { Ring8 } from './ring8.js';
import type { Reason } from '../words/reason.js';
import { type Minor, ZERO } from '../words/money.js';
import type { Instant } from '../words/time.js';
import type { Episode } from './episode.js';

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

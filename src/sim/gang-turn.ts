/** A store's part in the gang's plan. */
import type { Buyer, Papers } from './identity.js';
import type { GangOptions } from './options.js';

export interface GangTurn {
	readonly options: GangOptions;
	readonly papers: Papers;
	/** The day of the market on which it sells to its own. */
	readonly day: number;
	/** Who buys, in this order. */
	readonly buyers: readonly Buyer[];
}

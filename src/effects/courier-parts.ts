/** What a courier works with. */
import type { Disabled, Endpoint } from './endpoint.js';
import type { EventSource } from './event-source.js';
import type { Reply } from './post.js';
import type { Progress } from './progress.js';

export interface CourierSettings {
	readonly retriesMs: readonly number[];
	readonly concurrency: number;
	/** Deliveries that are open at once, of one endpoint; past them it falls behind and reads the log later. */
	readonly mostOpen: number;
	readonly mostDead: number;
	/** How often an endpoint that is down is tried. */
	readonly probeMs: number;
}

export interface CourierParts {
	readonly settings: CourierSettings;
	readonly source: EventSource;
	readonly progress: Pick<Progress, 'note' | 'isFull'>;
	readonly send: (endpoint: Endpoint, id: string, body: string) => Promise<Reply>;
	readonly now: () => number;
	readonly random: () => number;
	readonly warn: (sentence: string) => void;
	readonly disable: (id: string, why: Disabled) => void;
	readonly counts: { sent: number; failed: number; dead: number };
}

/** What the webhooks are given: by whoever starts them, and by whoever keeps the endpoints. */
import type { Log } from '../log/port.js';
import type { Service } from '../runtime/service.js';
import type { CourierSettings } from './courier-parts.js';
import { DEFAULT_RETRIES_MS } from './schedule.js';

export interface WebhooksOptions extends Partial<CourierSettings> {
	/** Belongs to the webhooks alone; made where it is missing. */
	readonly dir: string;
	/** The service's log. It must stay open until the webhooks are closed. */
	readonly log: Log;
	readonly service: Pick<Service, 'listen' | 'currency' | 'applied'>;
	/** Endpoints may lie in private networks and on this machine; redirects are not followed even so. */
	readonly allowPrivate?: boolean;
	/** Makes the requests in place of `node:http`; it then has to keep away from names that lead to private addresses. */
	readonly fetch?: typeof fetch;
	/** How long an attempt may take. */
	readonly timeoutMs?: number;
	/** How often clocks are looked at. */
	readonly pollMs?: number;
	/** The progress log is written anew when it has grown by so many bytes. */
	readonly mostProgressBytes?: number;
	/** The machine's clock, in milliseconds of 1970. */
	readonly now?: () => number;
	/** Chance in [0, 1), for spreading attempts. */
	readonly random?: () => number;
	readonly warn?: (sentence: string) => void;
}

export interface NewEndpoint {
	readonly url: string;
	/** Types of events; all without. */
	readonly events?: 'all' | readonly string[] | undefined;
	readonly description?: string;
	/** Made where it is not given. */
	readonly secret?: string;
}

export interface EndpointChange {
	readonly url?: string;
	/** For events that are taken in from now on. */
	readonly events?: 'all' | readonly string[];
	readonly description?: string;
	/** Enabling goes on where it stopped: nothing that happened meanwhile is left out. */
	readonly enabled?: boolean;
}

export type PingResult = {
	readonly ok: boolean;
	readonly status?: number;
	readonly error?: string;
};

/** The settings that were given, and the others as they usually are. */
export function settingsOf(given: Partial<CourierSettings>): CourierSettings {
	return {
		retriesMs: given.retriesMs ?? DEFAULT_RETRIES_MS,
		concurrency: given.concurrency ?? 8,
		mostOpen: given.mostOpen ?? 10_000,
		mostDead: given.mostDead ?? 10_000,
		probeMs: given.probeMs ?? 60_000,
	};
}

/** What a server is made of, and what it expects of parts that are built elsewhere. */
import type { ServerOptions } from 'node:https';
import type { FastifyServerOptions } from 'fastify';
import type { ApiKeys, OidcLogin, Rate, Sessions, Users } from '../access/index.js';
import type { Tokens } from '../door/index.js';
import type { Json } from '../runtime/wire.js';
import type { Service } from '../runtime/service.js';
import type { Metrics } from './metrics.js';

export interface Access {
	readonly keys: ApiKeys;
	readonly users?: Users;
	readonly sessions?: Sessions;
	readonly oidc?: OidcLogin;
}

export interface HistoryPage {
	readonly items: readonly Json[];
	readonly next?: string | undefined;
	/** The record time up to which the history has read the log. */
	readonly fresh_as_of: string | null;
}

export interface DecisionsAsked {
	readonly store_id?: string | undefined;
	readonly type?: string | undefined;
	readonly verdict?: string | undefined;
	readonly from?: string | undefined;
	readonly to?: string | undefined;
	readonly cursor?: string | undefined;
	readonly limit: number;
}

export interface AuditAsked {
	readonly by?: string | undefined;
	readonly from?: string | undefined;
	readonly to?: string | undefined;
	readonly cursor?: string | undefined;
	readonly limit: number;
}

/** Lists and sums of what was decided, from the log. Cursors are its own; they are made opaque here. */
export interface HistoryReader {
	decisions(asked: DecisionsAsked): Promise<HistoryPage>;
	/** Sums for each day; `from` and `to` are days such as 2024-03-01. */
	daily(asked: { readonly from?: string | undefined; readonly to?: string | undefined }): Promise<HistoryPage>;
	audit?(asked: AuditAsked): Promise<HistoryPage>;
	/** How a held request ended, long after: `verdict`, `first_verdict` and `decided` as a decision shows them. */
	lastWord?(decisionId: string): Promise<Json | undefined>;
}

export interface WebhookRequest {
	readonly url: string;
	/** Event types; all without. */
	readonly events?: 'all' | readonly string[];
	readonly description?: string;
}

/** What is not there stays as it is. */
export type WebhookChange = Partial<WebhookRequest> & { readonly enabled?: boolean };

/** Where effects are sent. Whatever names a webhook that is not there answers nothing. */
export interface WebhookAdmin {
	list(): Promise<readonly Json[]>;
	/** @returns what is kept of it, with its `secret`, which cannot be told again. */
	add(request: WebhookRequest): Promise<Json>;
	update(id: string, change: WebhookChange): Promise<Json | undefined>;
	/** @returns the new secret; the old one signs as well for so long. */
	rotateSecret(id: string, overlapMs: number): Promise<{ readonly secret: string } | undefined>;
	/** Sends a `ping` once. @returns what came of it. */
	test(id: string): Promise<Json | undefined>;
	remove(id: string): Promise<boolean>;
	deadLetters(asked: {
		readonly cursor?: string | undefined;
		readonly limit: number;
		readonly endpoint?: string;
	}): Promise<{
		readonly items: readonly Json[];
		readonly next?: string | undefined;
	}>;
	replay(id: string): Promise<boolean>;
	/** @returns how many of its dead letters are sent again. */
	replayAll(id: string): Promise<number | undefined>;
}

export interface Limits {
	/** Largest JSON body that is read as a whole. */
	readonly bodyBytes: number;
	/** Longest line of NDJSON and largest element of a JSON array. */
	readonly lineBytes: number;
	/** Records submitted together, and such lots in flight for one request. */
	readonly slice: number;
	readonly slicesInFlight: number;
	readonly headerBytes: number;
	/** How long headers may take, and how long a connection may be silent while a request is on its way. */
	readonly headersMs: number;
	readonly idleMs: number;
	/** Requests of one key or session. */
	readonly perKey: Rate;
	/** Failed attempts to be let in, of one address. */
	readonly perAddress: Rate;
}

export const LIMITS: Limits = {
	bodyBytes: 1 << 20,
	lineBytes: 1 << 20,
	slice: 1000,
	slicesInFlight: 4,
	headerBytes: 16 << 10,
	headersMs: 15_000,
	idleMs: 60_000,
	perKey: { perSecond: 50_000, burst: 100_000, most: 10_000 },
	perAddress: { perSecond: 5, burst: 50, most: 50_000 },
};

export interface Parts {
	readonly service: Service;
	/** Without, everybody may do everything: for trying out on one's own machine. */
	readonly access?: Access;
	/** The door's tokens, for lookups by a raw value. */
	readonly tokens?: Tokens;
	readonly history?: HistoryReader;
	readonly webhooks?: WebhookAdmin;
	readonly version: string;
	readonly logger?: FastifyServerOptions['logger'];
	readonly trustProxy?: FastifyServerOptions['trustProxy'];
	readonly limits?: Partial<Limits>;
	readonly https?: ServerOptions;
	/** Made before the log is opened where its latency is to be measured (see `Metrics.watch`). */
	readonly metrics?: Metrics;
	/** The machine's clock, in milliseconds of 1970. */
	readonly now?: () => number;
}

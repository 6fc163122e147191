/**
 * Routes: one table of what can be asked, from which the server, the checks of who may ask, the API description and
 * the tests of all three are made.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Permission } from '../access/index.js';
import type { Service } from '../runtime/service.js';
import type { Caller } from './caller.js';
import type { ExposureView } from '../views/exposure-view.js';
import { cursorOf, placeOf } from './cursor.js';
import type { Metrics } from './metrics.js';
import type { Limits, Parts } from './parts.js';
import { Problem } from './problem.js';
import { readObject } from './body.js';
import { parseInstant } from '../core/words/time.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What all routes share. */
export interface Edge extends Parts {
	readonly service: Service;
	readonly limits: Limits;
	readonly metrics: Metrics;
	readonly clock: () => number;
	/** Looked at again at most once a second. */
	readonly exposure: () => ExposureView;
	/** Streams in progress, to be ended when the server stops. */
	readonly streams: Set<{ end(): void }>;
	readonly openApi: () => JsonSchema;
	readonly docs: () => string;
}

/** A parameter behind the question mark. */
export interface QueryField {
	readonly schema: JsonSchema;
	readonly description: string;
	/** What is wrong with a value, if anything. */
	readonly problem: (raw: string) => string | undefined;
}

export interface Route {
	readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** As OpenAPI writes it, e.g. `/v1/stores/{id}`. */
	readonly path: string;
	readonly tag: string;
	readonly summary: string;
	readonly description?: string;
	/** What a caller must be allowed; `open` needs no credential at all, `login` any that is good. */
	readonly needs: Permission | 'open' | 'login';
	/** Where the one store it is about is named, for a merchant's key. */
	readonly storeIn?: 'path' | 'body';
	readonly query?: Readonly<Record<string, QueryField>>;
	/** Parameters that are not known are let pass: what is sent along is for others to say. */
	readonly letsOthersPass?: true;
	/** The body by media type. */
	readonly body?: Readonly<Record<string, JsonSchema>>;
	/** Successful answers by status; a text says it has no JSON body. */
	readonly answers: Readonly<Record<number, JsonSchema | string>>;
	readonly handle: (edge: Edge, call: Call) => unknown;
}

/** One request to one route. */
export class Call {
	readonly request: FastifyRequest;
	readonly reply: FastifyReply;
	readonly caller: Caller;
	private readonly limits: Limits;

	constructor(request: FastifyRequest, reply: FastifyReply, caller: Caller, limits: Limits) {
		this.request = request;
		this.reply = reply;
		this.caller = caller;
		this.limits = limits;
	}

	path(name: string): string {
		return (this.request.params as Record<string, string>)[name] ?? '';
	}

	query(name: string): string | undefined {
		return (this.request.query as Record<string, string | undefined>)[name];
	}

	flag(name: string): boolean | undefined {
		const raw = this.query(name);
		return raw === undefined ? undefined : raw === 'true';
	}

	get limit(): number {
		return Number(this.query('limit') ?? DEFAULT_LIMIT);
	}

	/** Where a list is to go on. */
	after(list: string, form?: RegExp): string | undefined {
		const cursor = this.query('cursor');
		return cursor === undefined ? undefined : placeOf(list, cursor, form);
	}

	/** The body, which must be a JSON object. */
	body(): Promise<Record<string, unknown>> {
		return readObject(this.request, this.limits);
	}
}

/** A page with its cursor made opaque. */
export const paged = <P extends { readonly next?: string | undefined }>(list: string, { next, ...page }: P) => ({
	...page,
	next: next === undefined ? null : cursorOf(list, next),
});

const DEFAULT_LIMIT = 100;
const MOST_LIMIT = 1000;

const field = (schema: JsonSchema, description: string, problem: QueryField['problem']): QueryField => ({
	schema,
	description,
	problem,
});

export const FLAG = (description: string): QueryField =>
	field({ type: 'boolean' }, description, (raw) =>
		raw === 'true' || raw === 'false' ? undefined : 'expected true or false',
	);
export const ONE_OF = (words: readonly string[], description: string): QueryField =>
	field({ enum: words }, description, (raw) =>
		words.includes(raw) ? undefined : `expected one of ${words.join(', ')}`,
	);
export const TEXT = (description: string): QueryField =>
	field({ type: 'string', minLength: 1, maxLength: 200 }, description, (raw) =>
		raw.length > 0 && raw.length <= 200 ? undefined : 'expected 1 to 200 characters',
	);
export const TIME = (description: string): QueryField =>
	field({ type: 'string', format: 'date-time' }, description, (raw) => {
		const parsed = parseInstant(raw);
		return typeof parsed === 'string' ? parsed : undefined;
	});
export const WHOLE = (least: number, most: number, description: string): QueryField =>
	field({ type: 'integer', minimum: least, maximum: most }, description, (raw) =>
		/^\d{1,9}$/.test(raw) && Number(raw) >= least && Number(raw) <= most
			? undefined
			: `expected a whole number from ${least} to ${most}`,
	);
export const DAY_OF = (description: string): QueryField =>
	field({ type: 'string', format: 'date' }, description, (raw) =>
		typeof parseInstant(`${raw}T00:00:00Z`) === 'string' ? 'expected a day such as 2024-03-01' : undefined,
	);
const LIMIT = field(
	{ type: 'integer', minimum: 1, maximum: MOST_LIMIT, default: DEFAULT_LIMIT },
	'How many at most',
	(raw) =>
		/^\d{1,4}$/.test(raw) && Number(raw) >= 1 && Number(raw) <= MOST_LIMIT ? undefined : `expected 1 to ${MOST_LIMIT}`,
);
const CURSOR = field({ type: 'string' }, 'Where to go on: `next` of the page before', () => undefined);
/** Every list takes these. */
export const PAGED = { cursor: CURSOR, limit: LIMIT } as const;

/** @throws Problem `bad_parameter` */
export function checkQuery({ query: known = {}, letsOthersPass }: Route, query: Record<string, unknown>): void {
	for (const [name, raw] of Object.entries(query)) {
		const expected = Object.hasOwn(known, name) ? known[name] : undefined;
		if (expected === undefined) {
			if (letsOthersPass) continue;
			const names = Object.keys(known);
			const may = names.length === 0 ? 'none is taken here' : `known are ${names.join(', ')}`;
			throw new Problem('bad_parameter', `"${name.slice(0, 60)}" is not a parameter; ${may}`, {
				field: name.slice(0, 60),
			});
		}
		const problem = typeof raw === 'string' ? expected.problem(raw) : 'is given twice';
		if (problem !== undefined) throw new Problem('bad_parameter', `${name}: ${problem}`, { field: name });
	}
}

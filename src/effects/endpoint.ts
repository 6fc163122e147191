/** An endpoint: an address that wants to hear of events, and what it has been given to check that they are ours. */
import { z } from 'zod';
import { EVENT_TYPES, type EventType } from '../core/desk/events.js';
import { badField } from '../core/words/field.js';

/** Why nothing is sent: a person said so, the receiver answered 410, or its list of dead letters is full. */
export const DISABLED = ['by_hand', 'gone', 'dead_letters_full'] as const;
export type Disabled = (typeof DISABLED)[number];

/** A place in the service's log: all batches up to this one have been passed. */
export const place = z.object({ log: z.string(), number: z.number().int(), position: z.number().int() });
export type Place = Readonly<z.infer<typeof place>>;

const endpoint = z.object({
	id: z.string(),
	url: z.string(),
	events: z.union([z.literal('all'), z.array(z.enum(EVENT_TYPES))]),
	description: z.string(),
	disabled: z.enum(DISABLED).optional(),
	secret: z.string(),
	/** Secrets that still sign, until when. */
	former: z.array(z.object({ secret: z.string(), until: z.number() })),
	/** Where it begins to listen, unless its progress says more. */
	since: place,
});
export type Endpoint = Readonly<z.infer<typeof endpoint>>;

export const endpointDocument = z.object({ schema: z.literal('surety.webhooks/1'), endpoints: z.array(endpoint) });

/** An endpoint as it may be shown: without its secrets. */
export type EndpointView = {
	readonly id: string;
	readonly url: string;
	/** The types of events it hears of. */
	readonly events: 'all' | readonly EventType[];
	readonly description: string;
	readonly enabled: boolean;
	/** Why it is not enabled. */
	readonly disabled?: Disabled;
};

export function viewOf({ id, url, events, description, disabled }: Endpoint): EndpointView {
	const why = disabled === undefined ? {} : { disabled };
	return { id, url, events, description, enabled: disabled === undefined, ...why };
}

/** @throws SuretyError `bad_field` */
export function parseEvents(raw: unknown): 'all' | EventType[] {
	if (raw === undefined || raw === 'all') return 'all';
	const isList = Array.isArray(raw) && raw.length > 0;
	const types = isList ? EVENT_TYPES.filter((type) => raw.includes(type)) : [];
	if (isList && types.length === new Set(raw).size) return types;
	throw badField('events', raw, `expected "all" or some of ${EVENT_TYPES.join(', ')}`);
}

/** @throws SuretyError `bad_field` */
export function parseDescription(raw: unknown): string {
	if (raw === undefined) return '';
	if (typeof raw === 'string' && raw.length <= 500) return raw;
	throw badField('description', raw, 'expected a text of up to 500 characters');
}

/** The secrets that sign now, the present one first. */
export const secretsOf = ({ secret, former }: Endpoint, nowMs: number): string[] => [
	secret,
	...former.filter(({ until }) => until > nowMs).map((old) => old.secret),
];

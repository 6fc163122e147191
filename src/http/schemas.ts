/** JSON Schemas of all that goes in and comes out: records from the tables that parse them, answers written here. */
import { PERMISSIONS, ROLES } from '../access/index.js';
import { EVENT_TYPES } from '../core/desk/events.js';
import { TIERS } from '../core/policy.js';
import { ERRORS } from '../core/words/error.js';
import { DISABLED } from '../effects/index.js';
import { GATES } from '../core/words/outcome.js';
import { REASONS } from '../core/words/reason.js';
import { FACTS, type MessageType, NOTICES, REQUESTS } from '../core/words/record.js';
import type { Field } from '../core/words/field.js';
import type { JsonSchema } from './route.js';

type Table = Readonly<Record<string, Readonly<Record<string, Field<unknown>>>>>;
const MESSAGES: Table = { ...FACTS, ...REQUESTS, ...NOTICES };
export const MESSAGE_TYPES = Object.keys(MESSAGES) as MessageType[];

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const array = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
/** All properties are there; those of `optional` may be. */
export const object = (
	properties: Readonly<Record<string, JsonSchema>>,
	optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => ({ type: 'object', properties: { ...properties, ...optional }, required: Object.keys(properties) });

const TEXT: JsonSchema = { type: 'string' };
const TIME: JsonSchema = { type: 'string', format: 'date-time' };
const MONEY: JsonSchema = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$', description: 'Decimal, in major units' };
const COUNT: JsonSchema = { type: 'integer', minimum: 0 };
const FLAG: JsonSchema = { type: 'boolean' };
const SCORE: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const each = (names: readonly string[], schema: JsonSchema): JsonSchema =>
	object(Object.fromEntries(names.map((name) => [name, schema])));

/** A page of a list. */
export const page = (items: JsonSchema): JsonSchema =>
	object({
		items: array(items),
		next: { ...orNull(TEXT), description: 'The cursor of the next page; null at the end' },
	});

/** The schema's name of a type of record, e.g. `order.paid` is OrderPaid. */
export const nameOf = (type: string): string =>
	type.replace(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase());

const recordSchema = (type: string): JsonSchema => {
	const fields = Object.entries(MESSAGES[type] ?? {});
	const properties = Object.fromEntries(fields.map(([name, { schema }]) => [name, schema]));
	const required = fields.filter(([, { optional }]) => !optional).map(([name]) => name);
	const head = { type: { const: type }, id: { ...TEXT, minLength: 1, maxLength: 200 }, at: TIME };
	return { type: 'object', properties: { ...head, ...properties }, required: ['type', 'id', 'at', ...required] };
};

/** The body of a route for single records: the type may be left out, and so may what the address gives. */
export function singleBody(types: readonly MessageType[], without: readonly string[]): JsonSchema {
	const bodies = types.map((type, i) => {
		const { properties, required } = recordSchema(type) as {
			properties: Record<string, JsonSchema>;
			required: string[];
		};
		const isGiven = (name: string): boolean => without.includes(name) || name === 'id' || (name === 'type' && i === 0);
		return { type: 'object', properties, required: required.filter((name) => !isGiven(name)) };
	});
	return bodies.length === 1 ? (bodies[0] as JsonSchema) : { anyOf: bodies };
}

const LINK = object({ kind: TEXT, value: orNull(TEXT), stores: array(TEXT), buyers: array(TEXT) });
const WAITING = {
	decision_id: TEXT,
	gate: { enum: GATES },
	since: TIME,
	until: TIME,
	reasons: array(ref('Reason')),
};
const STORE_SUMMARY = {
	store_id: TEXT,
	opened_at: TIME,
	closed_at: orNull(TIME),
	tier: { enum: TIERS },
	score: SCORE,
	flagged: FLAG,
	flagged_at: orNull(TIME),
	ring_id: orNull(TEXT),
};
const RING_SUMMARY = {
	ring_id: TEXT,
	score: SCORE,
	flagged_at: TIME,
	stores: array(TEXT),
	advanced: MONEY,
	recovered: MONEY,
	shortfall: MONEY,
};
const FIGURES = {
	deposit_required: MONEY,
	triggered: MONEY,
	free_funds: MONEY,
	top_up: MONEY,
	deepest_funded_price: MONEY,
	amount: MONEY,
	headroom: MONEY,
};
const VERDICT = { enum: ['approve', 'limit', 'hold', 'refuse'] };
const OUTCOME = {
	id: TEXT,
	seq: COUNT,
	type: { enum: MESSAGE_TYPES },
	verdict: { enum: [...VERDICT.enum, 'recorded'] },
	reasons: array(ref('Reason')),
	policy: TEXT,
};
const KEY = {
	id: TEXT,
	name: TEXT,
	role: { enum: ROLES },
	scopes: orNull(array(ref('Permission'))),
	store_id: orNull(TEXT),
	created_at: orNull(TIME),
	expires_at: orNull(TIME),
	revoked_at: orNull(TIME),
};
/** What can be said of a webhook. */
const HOOK = {
	url: { ...TEXT, format: 'uri' },
	events: { anyOf: [{ const: 'all' }, array({ enum: EVENT_TYPES })] },
	description: { ...TEXT, maxLength: 500 },
	enabled: FLAG,
};

const STEP = orNull(object({ by: TEXT, at: TIME, note: orNull(TEXT) }));
const POLICY_SUMMARY = {
	policy: { ...TEXT, description: 'Name and version' },
	programme: { ...TEXT, description: 'Name and version of what its stores sell under while it decides for them' },
	state: { enum: ['draft', 'approved', 'staged', 'live', 'retired', 'withdrawn'] },
	share_percent: { ...COUNT, maximum: 100, description: 'The share of stores it decides for' },
	in_shadow: FLAG,
	drafted: STEP,
	approved: STEP,
	withdrawn: STEP,
};

const ANSWERS: Readonly<Record<string, JsonSchema>> = {
	Reason: object({ code: { enum: Object.keys(REASONS) }, message: TEXT, values: { type: 'object' } }),
	ErrorCode: { enum: Object.keys(ERRORS) },
	Outcome: object(OUTCOME, {
		...FIGURES,
		observed: {
			...object({ gate: { enum: GATES }, verdict: VERDICT, reasons: array(ref('Reason')) }, FIGURES),
			description: 'What an observing gate would have answered',
		},
		shadow: {
			...object({ gate: { enum: GATES }, verdict: VERDICT, reasons: array(ref('Reason')), policy: TEXT }, FIGURES),
			description: 'What the policy in shadow would have answered, where it would have brought about something else',
		},
	}),
	RecordError: object({ error: object({ code: ref('ErrorCode'), message: TEXT }, { field: TEXT }) }, { id: TEXT }),
	Answer: { anyOf: [ref('Outcome'), ref('RecordError')] },
	Decision: object(
		{ ...OUTCOME, state: { enum: ['waiting', 'settled'] } },
		{ ...FIGURES, until: TIME, first_verdict: VERDICT, decided: { type: 'object' } },
	),
	Problem: object(
		{ type: TEXT, title: TEXT, status: COUNT, code: ref('ErrorCode'), detail: TEXT },
		{ field: TEXT, why: { ...TEXT, description: 'Of a credential that was refused: why' } },
	),
	StoreSummary: object(STORE_SUMMARY),
	Store: object({
		...STORE_SUMMARY,
		as_of: TIME,
		peak_score: SCORE,
		label: orNull({ enum: ['abuse', 'honest'] }),
		probation: FLAG,
		badge: FLAG,
		reasons: array(ref('Reason')),
		money: each(['held', 'balance', 'deposit', 'reserved', 'unfilled', 'owed'], MONEY),
		open_guarantees: object({ count: COUNT, value: MONEY, unsecured: MONEY }),
		margin: MONEY,
		headroom: MONEY,
		deposit: each(['posted', 'required'], MONEY),
		deposit_call: orNull(
			object({
				since: TIME,
				required: MONEY,
				posted: MONEY,
				missing: MONEY,
				until: TIME,
				reasons: array(ref('Reason')),
			}),
		),
		advanced: MONEY,
		recovered: MONEY,
		shortfall: MONEY,
		waiting: array(object(WAITING)),
	}),
	RingSummary: object(RING_SUMMARY),
	Ring: object({ ...RING_SUMMARY, buyers: array(TEXT), links: array(LINK) }),
	Exposure: object({
		as_of: TIME,
		currency: TEXT,
		open_guarantees: COUNT,
		open_value: MONEY,
		unsecured: MONEY,
		reserves: MONEY,
		held: MONEY,
		balance: MONEY,
		deposits: MONEY,
		margin: MONEY,
		unfilled: MONEY,
		owed_refunds: MONEY,
		advanced: MONEY,
		recovered: MONEY,
		shortfall: MONEY,
		stores: object({ open: COUNT, closed: COUNT, flagged: COUNT, by_tier: each(TIERS, COUNT) }),
		rings: COUNT,
		waiting: each(GATES, COUNT),
		appeals: COUNT,
	}),
	QueueItem: {
		oneOf: [
			object({
				kind: { const: 'decision' },
				store_id: TEXT,
				...WAITING,
				default: { enum: ['approve', 'refuse'] },
				request: { type: 'object' },
			}),
			object({
				kind: { const: 'appeal' },
				appeal_id: TEXT,
				store_id: TEXT,
				decision_id: orNull(TEXT),
				since: TIME,
				text: TEXT,
			}),
		],
	},
	Statement: object(
		{
			store_id: TEXT,
			as_of: TIME,
			language: { enum: ['en', 'zh'] },
			currency: TEXT,
			summary: array(TEXT),
			waiting: array(
				object({
					...WAITING,
					default: { enum: ['approve', 'refuse'] },
					sentence: TEXT,
					otherwise: TEXT,
					ways: array(
						object(
							{ way: { enum: ['deposit', 'deepest', 'less', 'wait', 'withdraw', 'appeal'] }, sentence: TEXT },
							{ amount: MONEY, price: MONEY, until: TIME },
						),
					),
				}),
			),
			guarantees: page(
				object({
					sku_id: TEXT,
					quantity: COUNT,
					unit_price: MONEY,
					sold_at: TIME,
					at_most: MONEY,
					due: MONEY,
					reserved: MONEY,
					from_held: MONEY,
					frees_at: TIME,
					programme: { ...TEXT, description: 'Name and version of what the buyer was promised' },
					may_move: FLAG,
					sentence: TEXT,
				}),
			),
		},
		{
			reserved: MONEY,
			margin: MONEY,
			held: MONEY,
			unfilled: MONEY,
			owed: MONEY,
			headroom: MONEY,
			balance: MONEY,
			deposit: each(['free', 'posted', 'required'], MONEY),
			open_guarantees: COUNT,
			deposit_call: orNull(object({ required: MONEY, posted: MONEY, missing: MONEY, until: TIME, sentence: TEXT })),
		},
	),
	PolicySummary: object(POLICY_SUMMARY),
	Policy: object({
		...POLICY_SUMMARY,
		document: {
			type: 'object',
			description: 'As drafted, with its defaults; a programme that was named by its preset stands there whole',
		},
		against: TEXT,
		differences: array(
			object({
				field: TEXT,
				from: { type: ['string', 'number'] },
				to: { type: ['string', 'number'] },
				effect: { enum: ['stricter', 'looser', 'other'] },
				en: TEXT,
				zh: TEXT,
			}),
		),
		backtest: orNull(object({ by: TEXT, at: TIME, note: orNull(TEXT), result: { type: 'object' } })),
	}),
	Shadow: object({
		policy: TEXT,
		since: TIME,
		gates: each(
			GATES,
			object({ asked: COUNT, stricter: COUNT, looser: COUNT, stricter_amount: MONEY, looser_amount: MONEY }),
		),
	}),
	HistoryPage: object({ items: array({ type: 'object' }), next: orNull(TEXT), fresh_as_of: orNull(TIME) }),
	Permission: { enum: Object.keys(PERMISSIONS) },
	KeyRequest: object(
		{ name: TEXT, role: { enum: ROLES } },
		{ scopes: orNull(array(ref('Permission'))), store_id: orNull(TEXT), expires_at: orNull(TIME) },
	),
	Key: object(KEY),
	IssuedKey: object({ ...KEY, key: TEXT }),
	Caller: object({
		name: TEXT,
		role: { enum: ROLES },
		scopes: orNull(array(ref('Permission'))),
		store_id: orNull(TEXT),
	}),
	WebhookRequest: object({ url: HOOK.url }, { events: HOOK.events, description: HOOK.description }),
	WebhookChange: object({}, HOOK),
	Webhook: object({ id: TEXT, ...HOOK }, { disabled: { enum: DISABLED }, secret: TEXT }),
	Ping: object({ ok: FLAG }, { status: COUNT, error: TEXT }),
	DeadLetter: object({ id: TEXT, endpoint_id: TEXT, type: TEXT, attempts: COUNT, died_at: TIME, last: TEXT }),
	CloudEvent: {
		...object(
			{ specversion: { const: '1.0' }, id: TEXT, type: TEXT, data: { type: 'object' } },
			{ time: TIME, source: TEXT },
		),
		description: 'A CloudEvents 1.0 envelope; its id, type and time stand for the record’s where `data` has none.',
	},
};

/** All of them, by name. */
export function componentSchemas(): Record<string, JsonSchema> {
	const records = MESSAGE_TYPES.map((type) => [nameOf(type), recordSchema(type)] as const);
	const mapping = Object.fromEntries(MESSAGE_TYPES.map((type) => [type, `#/components/schemas/${nameOf(type)}`]));
	return {
		Record: {
			oneOf: MESSAGE_TYPES.map((type) => ref(nameOf(type))),
			discriminator: { propertyName: 'type', mapping },
		},
		...Object.fromEntries(records),
		...ANSWERS,
	};
}

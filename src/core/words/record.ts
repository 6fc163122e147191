/**
 * Records: everything that comes in. A **fact** tells what happened and is never refused for policy; a **request**
 * asks a gate. One table of fields gives the parsers, the TypeScript types and the JSON Schemas. Field names are the
 * wire's (snake_case), so that a record in memory, in a log and in a message is one and the same thing.
 */
import { SuretyError } from './error.js';
import {
	amounts,
	badField,
	document,
	findings,
	flag,
	type Field,
	id,
	instant,
	money,
	oneOf,
	optional,
	quote,
	type Reading,
	text,
	whole,
	words,
} from './field.js';
import type { AppealId, BuyerId, ClaimId, OrderLineId, RecordId, SkuId, StoreId, WithdrawalId } from './ids.js';
import { add as addMoney, LARGEST_AMOUNT, type Minor } from './money.js';
import type { Instant } from './time.js';

const store_id = id<StoreId>();
const sku_id = id<SkuId>();
const order_line_id = id<OrderLineId>();

const storeFields = {
	store_id,
	deposit: money,
	category: optional(text()),
	licence_no: optional(text()),
	legal_person: optional(text()),
	bank_account: optional(text()),
	phone: optional(text()),
	device_id: optional(text()),
	ip: optional(text()),
	address: optional(text(500)),
	/** Whether papers have the right structure and check digits; found at the door, which alone sees them. */
	papers: optional(
		findings(
			['licence_no', 'legal_person', 'bank_account', 'phone'],
			'valid',
			'bad_structure',
			'bad_check_digit',
			'unknown_kind',
		),
	),
	/** What registries and banks said of them, where they were asked. */
	verified: optional(findings(['licence_no', 'legal_person', 'bank_account', 'phone'], 'confirmed', 'denied')),
};

/** What a unit's price was made of besides the cash in `unit_price`; amounts are per unit. */
const PRICE_PARTS = ['platform_coupon', 'merchant_coupon', 'points', 'freight', 'tax', 'gift'] as const;
export type PricePart = (typeof PRICE_PARTS)[number];

/** `coupon`: what any buyer could take off at the checkout now; a programme may count it. */
const priceFields = { store_id, sku_id, price: money, coupon: optional(money) };

export const FACTS = {
	'store.opened': { ...storeFields, probation: optional(flag) },
	'store.closed': { store_id },
	'store.labelled': { store_id, label: oneOf('abuse', 'honest'), note: optional(text(2000)) },
	'deposit.received': { store_id, amount: money },
	'deposit.returned': { store_id, amount: money },
	'price.changed': priceFields,
	'order.paid': {
		order_line_id,
		order_id: optional(text()),
		store_id,
		sku_id,
		buyer_id: id<BuyerId>(),
		quantity: whole(1, 1_000_000),
		unit_price: money,
		protect_days: whole(0, 3650),
		category: optional(text()),
		device_id: optional(text()),
		ip: optional(text()),
		address: optional(text(500)),
		payment_account: optional(text()),
		ordered_at: optional(instant),
		campaign_ends_at: optional(instant),
		traits: optional(words),
		parts: optional(amounts(...PRICE_PARTS)),
	},
	'order.delivered': { order_line_id },
	'order.released': { order_line_id, amount: optional(money), store_id: optional(store_id) },
	'order.refunded': {
		order_line_id,
		amount: money,
		quantity: optional(whole(1, 1_000_000)),
		store_id: optional(store_id),
	},
	'claim.paid': {
		claim_id: id<ClaimId>(),
		order_line_id,
		amount: money,
		recovered: optional(money),
		store_id: optional(store_id),
		buyer_id: optional(id<BuyerId>()),
	},
	'withdrawal.paid': { withdrawal_id: id<WithdrawalId>(), store_id, amount: money },
} as const;

export const REQUESTS = {
	'store.apply': storeFields,
	'guarantee.quote': { store_id, sku_id },
	'price.propose': priceFields,
	'claim.file': { claim_id: id<ClaimId>(), order_line_id, traits: optional(words) },
	'withdrawal.request': { withdrawal_id: id<WithdrawalId>(), store_id, amount: money },
} as const;

const decision_id = id<RecordId>();
const by = text();
const note = optional(text(2000));
/** `name@version`. */
const policy = text(60);

/**
 * What people and payers say about earlier decisions and policies; `time.passed` lets time pass where nothing else happens. The
 * service takes them; to the core they are nothing new about a store's trade.
 */
export const NOTICES = {
	'hold.settled': { decision_id, verdict: oneOf('approve', 'refuse'), by, note },
	'hold.withdrawn': { decision_id, by, note },
	'claim.failed': { claim_id: id<ClaimId>(), note },
	'withdrawal.failed': { withdrawal_id: id<WithdrawalId>(), note },
	'appeal.filed': { appeal_id: id<AppealId>(), store_id, decision_id: optional(decision_id), text: text(2000) },
	'appeal.settled': { appeal_id: id<AppealId>(), verdict: oneOf('upheld', 'overturned'), by, note },
	'policy.drafted': { document, by, note },
	'policy.backtested': { policy, result: document, by, note },
	'policy.approved': { policy, by, note },
	'policy.withdrawn': { policy, by, note },
	'policy.shadowed': { policy, by, note },
	'policy.unshadowed': { by, note },
	'policy.enforced': { policy, share_percent: whole(1, 100), by, note },
	'policy.rolled_back': { by, note },
	'time.passed': {},
} as const;

export const RECORDS = { ...FACTS, ...REQUESTS } as const;
const MESSAGES = { ...RECORDS, ...NOTICES } as const;

export type FactType = keyof typeof FACTS;
export type RequestType = keyof typeof REQUESTS;
export type RecordType = keyof typeof RECORDS;
export type NoticeType = keyof typeof NOTICES;
export type MessageType = keyof typeof MESSAGES;

type Value<F> = F extends Field<infer T> ? T : never;
type OptionalKeys<F> = { [K in keyof F]: undefined extends Value<F[K]> ? K : never }[keyof F];
type Values<F> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K]> } & {
	readonly [K in OptionalKeys<F>]?: Value<F[K]>;
};
interface Head<T extends MessageType> {
	readonly type: T;
	readonly id: RecordId;
	/** The event's own time. */
	readonly at: Instant;
}

/** The record of one type, parsed: ids branded, money in minor units, times as instants. */
export type RecordOf<T extends MessageType> = Head<T> & Values<(typeof MESSAGES)[T]>;
export type Fact = { [T in FactType]: RecordOf<T> }[FactType];
export type Request = { [T in RequestType]: RecordOf<T> }[RequestType];
export type SuretyRecord = Fact | Request;
export type Notice = { [T in NoticeType]: RecordOf<T> }[NoticeType];
export type PolicyNotice = Extract<Notice, { readonly type: `policy.${string}` }>;
export type Message = SuretyRecord | Notice;

const recordId = id<RecordId>();

/**
 * Reads one record, bare or in a CloudEvents 1.0 envelope (`specversion`, `id`, `type`, `time`, `data`).
 * @throws SuretyError `bad_record` or `bad_field`, saying exactly what is wrong.
 */
export function parseRecord(raw: unknown, reading: Reading): SuretyRecord {
	return read(unwrap(raw), RECORD_TABLE, reading) as SuretyRecord; // built field by field from the table of its types
}

/** Reads a record or a notice; otherwise as `parseRecord`. */
export function parseMessage(raw: unknown, reading: Reading): Message {
	return read(unwrap(raw), MESSAGE_TABLE, reading) as Message; // as above
}

/** The fields of each type, in a form that is quick to walk. */
type Table = ReadonlyMap<string, readonly { readonly name: string; readonly field: Field<unknown> }[]>;

function tableOf(types: Readonly<Record<string, Readonly<Record<string, Field<unknown>>>>>): Table {
	const list = (fields: Readonly<Record<string, Field<unknown>>>) =>
		Object.entries(fields).map(([name, field]) => ({ name, field }));
	return new Map(Object.entries(types).map(([type, fields]) => [type, list(fields)]));
}

const RECORD_TABLE = tableOf(RECORDS);
const MESSAGE_TABLE = tableOf(MESSAGES);

function read(body: Record<string, unknown>, table: Table, reading: Reading): unknown {
	const type = body['type'];
	const fields = typeof type === 'string' ? table.get(type) : undefined;
	if (fields === undefined) {
		throw new SuretyError('bad_record', `type ${quote(type)} is not a record type`, 'type');
	}
	const record: Record<string, unknown> = {
		type,
		id: recordId.parse(body['id'], 'id', reading),
		at: instant.parse(body['at'], 'at', reading),
	};
	// What is not there stays away: a record is copied and written down many times.
	for (const { name, field } of fields) {
		const value = field.parse(Object.hasOwn(body, name) ? body[name] : undefined, name, reading);
		if (value !== undefined) record[name] = value;
	}
	if (type === 'order.paid') {
		const order = record as unknown as RecordOf<'order.paid'>; // built from the table this type is derived from
		checkLineTotal(totalUnit(order), order.quantity);
	}
	return record;
}

/** The most a programme could count as a unit's price. */
const totalUnit = (order: RecordOf<'order.paid'>): Minor =>
	Object.values(order.parts ?? {}).reduce((sum, part) => addMoney(sum, part), order.unit_price);

/** A line's total must itself be an amount that can be booked. */
export function checkLineTotal(unitPrice: Minor, quantity: number): void {
	if (unitPrice * quantity > LARGEST_AMOUNT)
		throw badField('quantity', quantity, 'unit_price x quantity is too large to book');
}

function unwrap(raw: unknown): Record<string, unknown> {
	if (!isObject(raw)) throw new SuretyError('bad_record', `a record is a JSON object, not ${quote(raw)}`);
	if (raw['specversion'] === undefined) return raw;
	if (raw['specversion'] !== '1.0') throw badField('specversion', raw['specversion'], 'only CloudEvents 1.0 is known');
	if (!isObject(raw['data'])) throw badField('data', raw['data'], 'expected a record');
	const envelope = { id: raw['id'], type: raw['type'], ...(raw['time'] === undefined ? {} : { at: raw['time'] }) };
	return { ...envelope, ...raw['data'] };
}

function isObject(raw: unknown): raw is Record<string, unknown> {
	return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

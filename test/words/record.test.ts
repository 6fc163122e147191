/** Records: whatever arrives is either a record with every value in its place, or refused by field and reason. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, SuretyError } from '../../src/core/words/error.js';
import type { Field } from '../../src/core/words/field.js';
import { currency } from '../../src/core/words/money.js';
import {
	type MessageType,
	NOTICES,
	parseMessage,
	parseRecord,
	RECORDS,
	type RecordType,
} from '../../src/core/words/record.js';
import { example } from './examples.js';

const CNY = { currency: currency('CNY') };
const MESSAGES = { ...RECORDS, ...NOTICES };
const types = Object.keys(RECORDS) as RecordType[];
const notices = Object.keys(NOTICES) as MessageType[];
const HEAD = ['id', 'at'];

const fieldsOf = (type: MessageType): [string, Field<unknown>][] => Object.entries<Field<unknown>>(MESSAGES[type]);
const required = (type: MessageType): string[] =>
	fieldsOf(type).flatMap(([name, field]) => (field.optional ? [] : [name]));
const optional = (type: MessageType): string[] =>
	fieldsOf(type).flatMap(([name, field]) => (field.optional ? [name] : []));

interface Refusal {
	readonly code: ErrorCode;
	readonly field: string | undefined;
	readonly message: string;
}

/** The refusal of what is no record; any other failure is thrown on. */
function refusal(raw: unknown, parse: (raw: unknown, reading: typeof CNY) => unknown = parseMessage): Refusal {
	try {
		parse(raw, CNY);
	} catch (error) {
		if (!(error instanceof SuretyError)) throw error;
		return { code: error.code, field: error.field, message: error.message };
	}
	throw new Error('was taken');
}

const but = (type: MessageType, changes: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
	...example(type),
	...changes,
});
const without = (type: MessageType, name: string): Record<string, unknown> =>
	Object.fromEntries(Object.entries(example(type)).filter(([key]) => key !== name));

describe.each([...types, ...notices])('%s', (type) => {
	test('is taken with everything it may carry', () => {
		const record: Readonly<Record<string, unknown>> = { ...parseMessage(example(type), CNY) };
		expect(record['type']).toBe(type);
		for (const [name] of fieldsOf(type)) expect(record[name], name).not.toBeUndefined();
	});

	test('is taken with only what it must carry; absent and null are the same', () => {
		const bare = Object.fromEntries(Object.entries(example(type)).filter(([name]) => !optional(type).includes(name)));
		const nulls = Object.fromEntries(optional(type).map((name) => [name, null]));
		expect(parseMessage({ ...bare, ...nulls }, CNY)).toEqual(parseMessage(bare, CNY));
	});

	test.each([...HEAD, ...required(type)])('is refused without %s', (name) => {
		for (const raw of [without(type, name), but(type, { [name]: undefined })]) {
			const refused = refusal(raw);
			expect(refused).toMatchObject({ code: 'bad_field', field: name });
			expect(refused.message).toMatch(new RegExp(`^${name} is missing: expected `));
		}
		expect(refusal(but(type, { [name]: null })).message).toMatch(new RegExp(`^${name} null: expected `));
	});

	test('survives JSON, and fields it does not know are left behind', () => {
		const sent = JSON.parse(JSON.stringify({ ...example(type), colour: 'red' })) as unknown;
		expect(parseMessage(sent, CNY)).toEqual(parseMessage(example(type), CNY));
		expect(parseMessage(sent, CNY)).not.toHaveProperty('colour');
	});

	test('is the same record in a CloudEvents envelope', () => {
		const { type: _, id, at, ...data } = example(type);
		const envelope = { specversion: '1.0', source: 'shop', id, type, time: at, data };
		expect(parseMessage(envelope, CNY)).toEqual(parseMessage(example(type), CNY));
	});
});

test('a record is a message and reads the same; a notice is no record', () => {
	for (const type of types) expect(parseRecord(example(type), CNY)).toEqual(parseMessage(example(type), CNY));
	for (const type of notices) expect(refusal(example(type), parseRecord).code, type).toBe('bad_record');
});

test('values arrive as the book needs them', () => {
	expect(parseRecord(example('order.paid'), CNY)).toEqual({
		...example('order.paid'),
		at: Date.UTC(2024, 2, 1),
		unit_price: 9990,
		ordered_at: Date.UTC(2024, 1, 29, 23, 59),
		campaign_ends_at: Date.UTC(2024, 2, 7, 16),
		parts: { platform_coupon: 1000, gift: 500 },
	});
});

describe('a field is refused by name, with its value and the reason', () => {
	test.each<[MessageType, string, unknown, string | RegExp]>([
		['order.paid', 'unit_price', '12.345', 'unit_price "12.345": CNY has 2 decimals'],
		['order.paid', 'unit_price', -1, 'unit_price -1: is negative'],
		['order.paid', 'unit_price', '1e3', 'unit_price "1e3": expected a decimal amount such as "12.30"'],
		['order.paid', 'quantity', 0, 'quantity 0: less than 1'],
		['order.paid', 'quantity', -2, 'quantity -2: is negative'],
		['order.paid', 'quantity', 1.5, 'quantity 1.5: expected a whole number'],
		['order.paid', 'quantity', '2', 'quantity "2": expected a whole number'],
		['order.paid', 'quantity', 1_000_001, 'quantity 1000001: more than 1000000'],
		['order.paid', 'protect_days', -1, 'protect_days -1: is negative'],
		['order.paid', 'protect_days', 3651, 'protect_days 3651: more than 3650'],
		['order.paid', 'at', '2024-03-01T08:00:00', 'at "2024-03-01T08:00:00": the offset is missing (Z or +08:00)'],
		[
			'order.paid',
			'ordered_at',
			'soon',
			'ordered_at "soon": expected an RFC 3339 time such as 2024-03-01T08:00:00+08:00',
		],
		['order.paid', 'buyer_id', 7, 'buyer_id 7: expected a non-empty text'],
		['order.paid', 'buyer_id', 'B\n1', 'buyer_id "B\\n1": has a control character'],
		['order.paid', 'category', '', 'category "": expected a non-empty text'],
		['order.paid', 'traits', 'gift', 'traits "gift": expected a list of up to 20 words'],
		['order.paid', 'traits', [''], 'traits [""]: expected a list of up to 20 words'],
		['order.paid', 'parts', [], 'parts []: expected an object of amounts'],
		[
			'order.paid',
			'parts',
			{ tip: '1' },
			'parts {"tip":"1"}: "tip" is not one of platform_coupon, merchant_coupon, points, freight, tax, gift',
		],
		['order.paid', 'parts', { gift: '0.001' }, 'parts {"gift":"0.001"}: gift: CNY has 2 decimals'],
		['store.opened', 'deposit', '', 'deposit "": expected a decimal amount such as "12.30"'],
		['store.labelled', 'label', 'thief', 'label "thief": expected one of abuse, honest'],
		['store.labelled', 'label', 'toString', 'label "toString": expected one of abuse, honest'],
		['withdrawal.request', 'amount', {}, 'amount {}: expected a decimal amount such as "12.30"'],
		[
			'price.changed',
			'price',
			'x'.repeat(1_000_000),
			`price "${'x'.repeat(56)}...: expected a decimal amount such as "12.30"`,
		],
		['store.opened', 'store_id', 'x'.repeat(10_000_000), `store_id "${'x'.repeat(56)}...: longer than 200 characters`],
		['store.apply', 'papers', ['valid'], 'papers ["valid"]: expected an object of findings'],
		['store.apply', 'papers', { licence_no: 'good' }, /^papers .*: licence_no: expected one of valid, bad_structure/],
		['store.apply', 'verified', { ip: 'confirmed' }, /^verified .*: has an unknown name; known are licence_no, /],
		['store.apply', 'verified', { phone: 'valid' }, /^verified .*: phone: expected one of confirmed, denied$/],
		['store.opened', 'probation', 'yes', 'probation "yes": expected true or false'],
		['hold.settled', 'verdict', 'limit', 'verdict "limit": expected one of approve, refuse'],
		['hold.settled', 'by', '', 'by "": expected a non-empty text'],
		['appeal.filed', 'text', 'x'.repeat(2001), /longer than 2000 characters$/],
		['appeal.settled', 'verdict', 'approve', 'verdict "approve": expected one of upheld, overturned'],
	])('%s: %s %o', (type, name, value, message) => {
		expect(refusal(but(type, { [name]: value }))).toMatchObject({
			code: 'bad_field',
			field: name,
			message: typeof message === 'string' ? message : (expect.stringMatching(message) as unknown),
		});
	});

	test('a line too large to book is refused before it can break the sums', () => {
		expect(refusal(but('order.paid', { unit_price: '100000000000', quantity: 2 }))).toEqual({
			code: 'bad_field',
			field: 'quantity',
			message: 'quantity 2: unit_price x quantity is too large to book',
		});
	});
});

describe('what is no record is refused as such', () => {
	test.each([
		[null, 'a record is a JSON object, not null'],
		[undefined, 'a record is a JSON object, not undefined'],
		[[], 'a record is a JSON object, not []'],
		[
			[example('store.closed')],
			'a record is a JSON object, not [{"type":"store.closed","id":"R-store.closed","at":"2024-...',
		],
		['store.closed', 'a record is a JSON object, not "store.closed"'],
		[7, 'a record is a JSON object, not 7'],
		[{}, 'type undefined is not a record type'],
		[{ type: null }, 'type null is not a record type'],
		[{ type: ['store.closed'] }, 'type ["store.closed"] is not a record type'],
		[{ type: 'store.exploded' }, 'type "store.exploded" is not a record type'],
		[{ type: 'Store.Closed' }, 'type "Store.Closed" is not a record type'],
		[{ type: '__proto__' }, 'type "__proto__" is not a record type'],
		[{ type: 'constructor' }, 'type "constructor" is not a record type'],
		[{ type: 'toString' }, 'type "toString" is not a record type'],
	])('%o', (raw, message) => {
		expect(refusal(raw)).toMatchObject({ code: 'bad_record', message });
	});

	test.each([
		['0.3', 'specversion "0.3": only CloudEvents 1.0 is known'],
		[1, 'specversion 1: only CloudEvents 1.0 is known'],
		[null, 'specversion null: only CloudEvents 1.0 is known'],
	])('an envelope of another version: %o', (specversion, message) => {
		expect(refusal({ ...example('store.closed'), specversion })).toMatchObject({ field: 'specversion', message });
	});

	test.each([
		[undefined, 'data is missing: expected a record'],
		[null, 'data null: expected a record'],
		['{}', 'data "{}": expected a record'],
		[[], 'data []: expected a record'],
	])('an envelope around %o', (data, message) => {
		const envelope = { specversion: '1.0', id: 'R1', type: 'store.closed', time: '2024-03-01T00:00:00Z', data };
		expect(refusal(envelope)).toMatchObject({ code: 'bad_field', field: 'data', message });
	});
});

describe('names of the language’s own do no harm', () => {
	test('a "__proto__" or "constructor" field is no field', () => {
		const sent = JSON.parse(
			'{"type":"store.closed","id":"R1","at":"2024-03-01T00:00:00Z","store_id":"S1","__proto__":{"deposit":"9"},"constructor":"x"}',
		) as unknown;
		const record = parseRecord(sent, CNY);
		expect(Object.keys(record).sort()).toEqual(['at', 'id', 'store_id', 'type']);
		expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
	});

	test('a required field is not found on a prototype', () => {
		const sent = JSON.parse(
			'{"type":"store.closed","id":"R1","at":"2024-03-01T00:00:00Z","__proto__":{"store_id":"S1"}}',
		) as unknown;
		expect(refusal(sent)).toMatchObject({
			field: 'store_id',
			message: 'store_id is missing: expected a non-empty text',
		});
	});

	test('as a part of a price it is refused', () => {
		const parts = JSON.parse('{"__proto__":"1"}') as unknown;
		expect(refusal(but('order.paid', { parts })).message).toContain('"__proto__" is not one of');
	});

	test.each(['__proto__', 'constructor', 'hasOwnProperty'])('as an id, %s is an id like any other', (name) => {
		expect(parseRecord(but('store.closed', { store_id: name }), CNY)).toMatchObject({ store_id: name });
	});
});

test('no JSON whatever does anything but pass or be refused', () => {
	const type = fc.constantFrom<unknown>(...types, '__proto__', null);
	const value = fc.jsonValue();
	const fields = fc.record(
		{ type, id: value, at: value, store_id: value, price: value, data: value, specversion: value },
		{ requiredKeys: ['type'] },
	);
	fc.assert(
		fc.property(fc.oneof(fields, value), (raw) => {
			try {
				parseRecord(raw, CNY);
			} catch (error) {
				expect(error).toBeInstanceOf(SuretyError);
			}
		}),
	);
});

test('a value JSON has no word for is refused like any other', () => {
	expect(refusal(but('store.opened', { deposit: 1000n })).field).toBe('deposit');
});

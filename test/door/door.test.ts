/** The door: no personal value gets past it, everything else does, and what it says of papers cannot be made up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STORE_KINDS } from '../../src/core/rings/identifiers.js';
import { currency } from '../../src/core/words/money.js';
import { parseRecord, RECORDS } from '../../src/core/words/record.js';
import type { Instant } from '../../src/core/words/time.js';
import { Door } from '../../src/door/door.js';
import { Tokens } from '../../src/door/tokens.js';

const tokens = new Tokens([{ id: 'k1', key: new Uint8Array(32).fill(7), since: 0 as Instant }]);
const door = new Door(tokens);
const reading = { currency: currency('CNY') };

const PAPERS = {
	licence_no: '91440300708461136T',
	legal_person: '110105194912310021',
	bank_account: '6222 0212 3456 7890',
	phone: '13800138000',
	device_id: 'device-0001',
	ip: '192.0.2.77',
	address: '上海市中山路1234号',
};
const head = { id: 'r1', at: '2024-03-01T08:00:00+08:00' };
const apply = { type: 'store.apply', ...head, store_id: 'S1', deposit: '1000', ...PAPERS };
const order = {
	type: 'order.paid',
	...head,
	order_line_id: 'L1',
	store_id: 'S1',
	sku_id: 'K1',
	buyer_id: 'B1',
	quantity: 1,
	unit_price: '12.30',
	protect_days: 7,
	device_id: 'device-0001',
	ip: '::ffff:192.0.2.77',
	address: '上海市 中山路 1234 号',
	payment_account: '6222021234567890',
};
type Passed = Record<string, unknown> & { data: Record<string, unknown>; papers?: Record<string, unknown> };
const pass = (raw: unknown, through = door): Passed => through.pass(raw) as Passed;

test('personal values of a store become tokens, with what its papers are worth beside them', () => {
	const passed = pass(apply);
	for (const kind of STORE_KINDS) expect(passed[kind]).toBe(tokens.of(kind, PAPERS[kind]));
	expect(passed.papers).toEqual({
		licence_no: 'valid',
		legal_person: 'bad_check_digit',
		bank_account: 'bad_check_digit',
		phone: 'valid',
	});
	expect({ ...passed, ...PAPERS, papers: undefined }).toEqual({ ...apply, papers: undefined });
	expect(pass({ ...apply, type: 'store.opened' }).papers).toEqual(passed.papers);
});

test('a buyer is compared with a store wherever the core does so', () => {
	const [store, buyer] = [pass(apply), pass(order)];
	for (const kind of ['device_id', 'ip', 'address']) expect(buyer[kind]).toBe(store[kind]);
	expect(buyer['payment_account']).toBe(store['bank_account']);
	expect(buyer).not.toHaveProperty('papers');
});

test('every field of the core that is personal is one of the door’s', () => {
	const personal = new Set<string>([...STORE_KINDS, 'payment_account']);
	for (const [type, fields] of Object.entries(RECORDS)) {
		const found = Object.keys(fields).filter((name) => personal.has(name));
		const known = ['store.opened', 'store.apply', 'order.paid'].includes(type);
		expect({ type, found: known ? [] : found }).toEqual({ type, found: [] });
		if (!known) continue;
		const raw = Object.fromEntries(Object.keys(fields).map((name) => [name, 'secret-value']));
		const passed = pass({ ...raw, type, at: head.at });
		for (const name of found) expect(passed[name]).toMatch(/^tok_k1_/);
	}
});

test('the input is not touched, and the same record passes the same', () => {
	const frozen = Object.freeze({ ...apply });
	expect(pass(frozen)).toEqual(pass({ ...apply }));
	expect(frozen).toEqual(apply);
});

test('what has passed passes again unchanged, so that exports can be read back', () => {
	expect(pass(pass(apply))).toEqual(pass(apply));
	expect(pass(pass(order))).toEqual(pass(order));
});

test('in an envelope, what the data says of itself goes first', () => {
	const { type, id, at, ...data } = apply;
	const envelope = { specversion: '1.0', type, id, time: at, source: '/shop', data };
	expect(pass(envelope).data).toEqual({ ...pass(apply), type: undefined, id: undefined, at: undefined });
	expect(pass({ ...envelope, type: 'com.example', data: apply }).data).toEqual(pass(apply));
	expect(pass({ ...envelope, data: order }).data).toEqual(pass(order));
	expect(parseRecord(pass(envelope), reading)).toEqual(parseRecord(pass(apply), reading));
});

test('personal values beside the data of an envelope, or in one the parser will refuse, do not survive either', () => {
	const { phone } = PAPERS;
	for (const odd of [{ specversion: '1.0' }, { specversion: null }, { specversion: '0.3', data: 7 }, { data: {} }])
		expect(JSON.stringify(pass({ ...apply, data: apply, ...odd }))).not.toContain(phone);
});

test('what the door does not know passes as it is', () => {
	for (const raw of [null, 'text', 7, [apply], {}, { type: 'no.such' }, { type: 'price.changed', phone: 1 }])
		expect(door.pass(raw)).toBe(raw);
	for (const raw of [{ specversion: '1.0', type: 'store.apply', data: 'x' }, { type: 'toString' }])
		expect(door.pass(raw)).toEqual(raw);
});

describe('papers cannot be made up', () => {
	const claimed = { licence_no: 'valid', legal_person: 'valid', bank_account: 'valid', phone: 'valid' };

	test('of raw values, only the door’s own word counts', () => {
		expect(pass({ ...apply, papers: claimed })).toEqual(pass(apply));
		expect(pass({ ...head, type: 'store.apply', papers: claimed })).not.toHaveProperty('papers');
	});

	test('of tokens, the word they came with, if it is one', () => {
		const { licence_no, phone } = pass(apply);
		const sent = {
			...head,
			type: 'store.opened',
			licence_no,
			phone,
			papers: { licence_no: 'valid', phone: 'fine', x: 1 },
		};
		expect(pass(sent).papers).toEqual({ licence_no: 'valid' });
		expect(pass({ ...sent, papers: 'valid' })).not.toHaveProperty('papers');
	});

	test('from a sender who has no business with tokens, a token is a value like another', () => {
		const strict = new Door(tokens, { takesTokens: false });
		const { licence_no } = pass(apply);
		const passed = pass({ ...head, type: 'store.apply', licence_no, papers: claimed }, strict);
		expect(passed['licence_no']).not.toBe(licence_no);
		expect(passed['licence_no']).toMatch(/^tok_k1_/);
		expect(passed.papers).toEqual({ licence_no: 'unknown_kind' });
	});

	test('nor is a token of a key nobody knows one', () => {
		const fake = (pass(apply)['licence_no'] as string).replace('tok_k1_', 'tok_k2_');
		expect(pass({ ...apply, licence_no: fake })['licence_no']).toMatch(/^tok_k1_/);
	});
});

describe('the core’s parser refuses what it must, without having seen it', () => {
	test.each([
		['a number', 13800138000],
		['a list', ['13800138000']],
		['an object', { number: '13800138000' }],
		['too long a text', '13800138000'.repeat(20)],
	])('%s', (_, phone) => {
		const passed = pass({ ...apply, phone });
		expect(JSON.stringify(passed)).not.toContain('13800138000');
		const refusal = expect.objectContaining({ code: 'bad_field', field: 'phone' });
		expect(() => parseRecord(passed, reading)).toThrow(refusal);
		expect(() => parseRecord(passed, reading)).toThrow(/withheld/);
	});

	test('an empty text stays one; blanks, null and absence say nothing', () => {
		expect(() => parseRecord(pass({ ...apply, phone: '' }), reading)).toThrow(/non-empty/);
		for (const phone of [' \u3000', '-', null, undefined]) {
			const passed = pass({ ...apply, phone });
			expect(passed.papers).not.toHaveProperty('phone');
			expect(parseRecord(passed, reading)).not.toHaveProperty('phone');
		}
	});
});

const BUYER = ['payment_account', 'device_id', 'ip', 'address'];

test('no raw value survives, but for the allowed suffix', () => {
	const value = fc.oneof(
		fc.string({ unit: fc.constantFrom(...'0123456789X'.split('')), minLength: 6, maxLength: 20 }),
		fc.string({ unit: 'grapheme', minLength: 6, maxLength: 60 }).filter((text) => text.trim().length >= 6),
	);
	const fields = fc.record(Object.fromEntries([...STORE_KINDS, 'payment_account'].map((kind) => [kind, value])));
	const type = fc.constantFrom('store.opened', 'store.apply', 'order.paid');
	fc.assert(
		fc.property(type, fields, (name, personal) => {
			const shown = name === 'order.paid' ? BUYER : STORE_KINDS;
			const raw = { type: name, at: head.at, ...Object.fromEntries(shown.map((kind) => [kind, personal[kind]])) };
			const passed = pass(raw);
			for (const kind of shown) {
				const text = String(passed[kind])
					.replace(/^tok_k1_/, '')
					.toLowerCase();
				expect(text.includes(String(personal[kind]).trim().toLowerCase())).toBe(false);
			}
			expect(JSON.stringify(passed).length).toBeLessThan(1000);
		}),
		{ numRuns: 2000 },
	);
});

test('nothing that can be sent makes it throw', () => {
	const kinds = [...STORE_KINDS, 'payment_account', 'papers', 'at', 'specversion', 'data', '__proto__'];
	const field = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.ipV6(), fc.ipV4());
	const type = fc.constantFrom('store.opened', 'store.apply', 'order.paid', 'price.changed');
	const hostile = fc.tuple(type, fc.dictionary(fc.constantFrom(...kinds), field, { noNullPrototype: true }));
	fc.assert(
		fc.property(hostile, ([name, fields]) => {
			const raw: unknown = JSON.parse(JSON.stringify({ type: name, ...fields }));
			const before = JSON.stringify(raw);
			door.pass(raw);
			door.pass({ specversion: '1.0', type: name, data: fields });
			expect(JSON.stringify(raw)).toBe(before);
		}),
		{ numRuns: 5000 },
	);
});

/** Tokens: equal exactly where values are, stable over a rotation, meaningless without their key. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STORE_KINDS } from '../../src/core/rings/identifiers.js';
import { LONGEST_ID } from '../../src/core/words/ids.js';
import type { Instant } from '../../src/core/words/time.js';
import { normalForm } from '../../src/door/normal-form.js';
import { type TokenKey, Tokens, withoutSuffix } from '../../src/door/tokens.js';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const since = (ms: number): Instant => ms as Instant;
const K1: TokenKey = { id: 'k1', key: key(1), since: since(0) };
const K2: TokenKey = { id: 'k2', key: key(2), since: since(1000) };
const tokens = new Tokens([K1]);

describe('one thing, however it is written', () => {
	test.each([
		[
			'phone',
			'13800138000',
			['+86 138 0013 8000', '0086-138-0013-8000', '86 13800138000', '(138) 0013.8000', '１３８００１３８０００'],
		],
		[
			'bank_account',
			'6222021234567890',
			['6222 0212 3456 7890', '6222-0212-3456-7890', '６２２２０２１２３４５６７８９０'],
		],
		['licence_no', '91440300708461136T', ['91440300 70846113-6 T', '91440300708461136t', '\u200b91440300708461136T']],
		['legal_person', '11010519491231002X', ['110105 19491231 002x', '110105–19491231–002X']],
		['device_id', '0A1B2C3D4E5F', ['0a:1b:2c:3d:4e:5f', '0A-1B-2C-3D-4E-5F']],
		['device_id', '123E4567-E89B-12D3-A456-426614174000', ['123e4567e89b12d3a456426614174000']],
		['ip', '192.0.2.7', ['::ffff:192.0.2.7', '::FFFF:C000:207', ' 192.0.2.7 ']],
		['ip', '2001:db8::1', ['2001:0DB8:0:0:0:0:0:1', '2001:db8::0001%eth0']],
		['address', '上海市中山路1号', ['上海市 中山路 1 号', '上海市中山路１号', '上海市\u3000中山路1号']],
		['address', '12 West Road, Shanghai', ['12  WEST road, Shanghai ', '12 West Road,\tShanghai']],
	] as const)('%s %s', (kind, value, others) => {
		for (const other of others) expect(tokens.of(kind, other)).toBe(tokens.of(kind, value));
	});

	test.each([
		['address', 'room 1-23', 'room 12-3'],
		['address', '1 23 West Road', '12 3 West Road'],
		['device_id', 'a-1-12', 'a-11-2'],
		['payment_account', 'user-1-12', 'user-11-2'],
		['phone', '+1 4155552671', '4155552671'],
		['ip', '10.0.0.1', '10.0.0.10'],
	] as const)('two things stay two: %s %s, %s', (kind, one, other) => {
		expect(tokens.of(kind, one)).not.toBe(tokens.of(kind, other));
	});

	test('what says nothing has no token: it must link nobody', () => {
		for (const blank of [' ', '\t\u3000', '\u200b', '-']) expect(tokens.of('licence_no', blank)).toBeUndefined();
		expect(tokens.equivalents('phone', ' ')).toEqual([]);
	});
});

test('a payment account and a bank account of one number are one; no other kinds are', () => {
	expect(tokens.of('payment_account', '6222 0212 3456 7890')).toBe(tokens.of('bank_account', '6222021234567890'));
	const all = STORE_KINDS.map((kind) => withoutSuffix(tokens.of(kind, '13800138000') as string));
	expect(new Set(all).size).toBe(STORE_KINDS.length);
});

test('tokens are equal exactly where the normal forms are', () => {
	const value = fc.oneof(
		fc.string({ unit: fc.constantFrom(...'0123456789xX１ -'.split('')), maxLength: 8 }),
		fc.string({ unit: 'binary', maxLength: 400 }),
	);
	fc.assert(
		fc.property(fc.constantFrom(...STORE_KINDS), value, value, (kind, one, other) => {
			const same = normalForm(kind, one) === normalForm(kind, other);
			expect(tokens.of(kind, one) === tokens.of(kind, other)).toBe(same);
		}),
		{ numRuns: 5000 },
	);
});

test('the hash is HMAC-SHA-256, short or long', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 500 }), fc.nat(255), (text, byte) => {
			const value = normalForm('address', text);
			fc.pre(value !== '');
			const full = createHmac('sha256', key(byte)).update(`address\0${value}`).digest('base64url');
			const [token] = new Tokens([{ id: 'k', key: key(byte), since: since(0) }]).equivalents('address', text);
			expect(token).toBe(`tok_k_${full.slice(0, 28)}`);
		}),
	);
});

describe('suffixes', () => {
	test('the last few characters stay readable, of some kinds', () => {
		expect(tokens.of('bank_account', '6222 0212 3456 7890')).toMatch(/^tok_k1_[\w-]{28}…7890$/);
		expect(tokens.of('licence_no', '91440300708461136T')).toMatch(/…136T$/);
		for (const kind of ['legal_person', 'device_id', 'ip', 'address'] as const)
			expect(tokens.of(kind, '13800138000')).not.toContain('…');
	});

	test('never more than half of a value, and no odd characters', () => {
		expect(tokens.of('bank_account', '1234567')).not.toContain('…');
		expect(tokens.of('payment_account', 'alice@example.com')).not.toContain('…');
		expect(tokens.of('payment_account', '张三的支付宝账户号码')).not.toContain('…');
	});

	test('by policy, and taken off for erasure', () => {
		expect(new Tokens([K1], { phone: 0 }).of('phone', '13800138000')).not.toContain('…');
		const token = tokens.of('phone', '13800138000') as string;
		expect(withoutSuffix(token)).toBe(token.slice(0, token.indexOf('…')));
		expect(withoutSuffix('not a token…1234')).toBe('not a token…1234');
	});

	test('a token fits where the value was', () => {
		const long = new Tokens([{ id: 'k'.repeat(16), key: key(1), since: since(0) }], { licence_no: 8 });
		expect((long.of('licence_no', '91440300708461136T') as string).length).toBeLessThan(LONGEST_ID);
	});
});

describe('rotation and erasure', () => {
	const both = new Tokens([K1, K2]);

	test('the time of the record chooses the key, so a record sent again after a rotation is the same', () => {
		const before = tokens.of('phone', '13800138000', since(999));
		expect(both.of('phone', '13800138000', since(999))).toBe(before);
		expect(both.of('phone', '13800138000', since(1000))).toMatch(/^tok_k2_/);
		expect(both.of('phone', '13800138000')).toMatch(/^tok_k2_/);
		const late = new Tokens([{ ...K1, since: since(500) }]);
		expect(late.of('phone', '13800138000', since(1))).toMatch(/^tok_k1_/);
	});

	test('a rotation cuts the link between tokens; equivalents find both', () => {
		const [old, fresh] = [both.of('phone', '13800138000', since(1)), both.of('phone', '13800138000', since(2000))];
		expect(old).not.toBe(fresh);
		expect(both.equivalents('phone', '138 0013 8000')).toEqual([fresh, old]);
	});

	test('a destroyed key writes nothing, finds nothing, and its tokens are still known for tokens', () => {
		const old = both.of('phone', '13800138000', since(1)) as string;
		const after = new Tokens([{ id: 'k1', since: since(0) }, K2]);
		expect(after.equivalents('phone', '13800138000')).toEqual([both.of('phone', '13800138000')]);
		expect(after.of('phone', '13800138000', since(1))).toMatch(/^tok_k2_/);
		expect(after.isToken(old)).toBe(true);
		expect(new Tokens([K2]).isToken(old)).toBe(false);
	});

	test('what only looks like a token is none', () => {
		const token = tokens.of('phone', '13800138000') as string;
		expect(tokens.isToken(token)).toBe(true);
		const fakes = [
			token.replace('k1', 'k9'),
			` ${token}`,
			`${token}!`,
			token.slice(0, -1),
			'13800138000',
			'tok_k1_short',
		];
		expect(fakes.filter((text) => tokens.isToken(text))).toEqual([token.slice(0, -1)]); // a shorter suffix is one still
	});
});

test.each([
	['no key', [], {}],
	['only destroyed keys', [{ id: 'k1', since: since(0) }], {}],
	['a short key', [{ ...K1, key: new Uint8Array(31) }], {}],
	['an id that cannot be told in a token', [{ ...K1, id: 'K_1' }], {}],
	['one id twice', [K1, { ...K2, id: 'k1' }], {}],
	['a suffix that gives too much', [K1], { phone: 9 }],
] as const)('a keyring is refused: %s', (_, ring, suffixes) => {
	expect(() => new Tokens(ring, suffixes)).toThrow(expect.objectContaining({ code: 'bad_keyring' }));
});

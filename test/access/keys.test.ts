/** API keys: only who was given one has it, until it expires or is revoked. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryAccessStore } from '../../src/access/access-store.js';
import { ApiKeys } from '../../src/access/keys.js';
import { seeded } from './seeded.js';

const keys = (): ApiKeys => new ApiKeys(memoryAccessStore(), seeded());
const SHOP = { name: 'shop backend', role: 'service' } as const;

test('a key is shown once, and kept as a hash', async () => {
	const store = memoryAccessStore();
	const mine = new ApiKeys(store, seeded());
	const { bearer, key } = await mine.issue(SHOP, 1000);
	expect(bearer).toMatch(/^sk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
	const secret = bearer.slice('sk_'.length + 17);
	expect(JSON.stringify(store.document)).not.toContain(secret);
	expect(JSON.stringify([key, mine.list(), mine.verify(bearer, 1000)])).not.toMatch(/[sS]ecret/);
	expect(mine.verify(bearer, 1000)).toEqual({ allowed: true, key });
	expect(mine.list()).toEqual([key]);
	expect(key).toEqual({
		id: bearer.slice(3, 19),
		...SHOP,
		scopes: null,
		storeId: null,
		createdAt: 1000,
		expiresAt: null,
		revokedAt: null,
	});
});

test('whoever changes one character has no key', async () => {
	const mine = keys();
	const { bearer } = await mine.issue(SHOP, 0);
	const { bearer: other } = await mine.issue({ ...SHOP, name: 'another' }, 0);
	fc.assert(
		fc.property(fc.nat(bearer.length - 1), fc.constantFrom(...'0aZ_-é'.split('')), (place, character) => {
			const wrong = bearer.slice(0, place) + character + bearer.slice(place + 1);
			// The last character of 32 bytes in base64 has two bits to spare, but no two spellings are accepted.
			expect(mine.verify(wrong, 0).allowed).toBe(wrong === bearer);
		}),
		{ numRuns: 1000 },
	);
	for (const text of ['', 'sk_', `${bearer} `, `${bearer}\n`, bearer.slice(0, 20) + other.slice(20)])
		expect(mine.verify(text, 0)).toEqual({ allowed: false, why: 'unknown_key' });
});

test('a key ends at the instant it says, or when it is revoked', async () => {
	const mine = keys();
	const { bearer, key } = await mine.issue({ ...SHOP, expiresAt: 5000 }, 1000);
	expect(mine.verify(bearer, 4999).allowed).toBe(true);
	expect(mine.verify(bearer, 5000)).toEqual({ allowed: false, why: 'key_expired' });
	expect(await mine.revoke(key.id, 2000)).toBe(true);
	expect(await mine.revoke(key.id, 3000)).toBe(true);
	expect(mine.verify(bearer, 2000)).toEqual({ allowed: false, why: 'key_revoked' });
	expect(mine.verify(`${bearer.slice(0, -2)}AA`, 2000)).toEqual({ allowed: false, why: 'unknown_key' });
	expect(mine.list()).toMatchObject([{ id: key.id, revokedAt: 2000 }]);
	expect(await mine.revoke('0000000000000000', 0)).toBe(false);
});

test('many at once: each is its own, and none is lost', async () => {
	const mine = new ApiKeys(memoryAccessStore(), randomBytes);
	const issued = await Promise.all(Array.from({ length: 200 }, (_, i) => mine.issue({ ...SHOP, name: `key ${i}` }, i)));
	expect(new Set(issued.map(({ bearer }) => bearer)).size).toBe(200);
	for (const { bearer, key } of issued) expect(mine.verify(bearer, 0)).toEqual({ allowed: true, key });
});

describe('a key nobody should have is not made', () => {
	test.each([
		['without a name', { ...SHOP, name: ' ' }, 'name'],
		['that has expired', { ...SHOP, expiresAt: 1000 }, 'expires_at'],
		['that never expires by mistake', { ...SHOP, expiresAt: Number.NaN }, 'expires_at'],
		['with a scope beyond its role', { ...SHOP, scopes: ['keys:manage'] }, 'scopes'],
		['with a scope there is not', { ...SHOP, scopes: ['toString' as 'keys:manage'] }, 'scopes'],
		['of a store, with a scope beyond it', { ...SHOP, storeId: 'S1', scopes: ['records:write'] }, 'scopes'],
	] as const)('%s', async (_, request, field) => {
		const mine = keys();
		await expect(mine.issue(request, 1000)).rejects.toMatchObject({ code: 'bad_field', field });
		expect(mine.list()).toEqual([]);
	});
});

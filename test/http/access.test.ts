/** Who may ask what: every role against every route of the one table, merchants, sessions, limits, headers. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	memoryAccessStore,
	ApiKeys,
	may,
	OidcLogin,
	Passwords,
	ROLES,
	type Role,
	Sessions,
	Users,
} from '../../src/access/index.js';
import type { Route } from '../../src/http/route.js';
import { ROUTES } from '../../src/http/routes/index.js';
import { CLIENT, Provider } from '../access/provider.js';
import { day, type Serving, serve, TRADE } from './serving.js';

let serving: Serving;
const store = memoryAccessStore();
const keys = new ApiKeys(store, randomBytes);
const users = new Users(store, new Passwords({ logN: 4, r: 8, p: 1 }, randomBytes));
const sessions = new Sessions(store, randomBytes);
const bearer: Partial<Record<Role | 'merchant' | 'admin of a store', string>> = {};

beforeAll(async () => {
	const limits = { perAddress: { perSecond: 1, burst: 5000, most: 10 } };
	serving = await serve({ access: { keys, users, sessions }, limits });
	const issue = async (role: Role, storeId: string | null = null): Promise<string> =>
		(await keys.issue({ name: role, role, storeId }, Date.now())).bearer;
	for (const role of ROLES) bearer[role] = await issue(role);
	bearer.merchant = await issue('service', 'S');
	bearer['admin of a store'] = await issue('admin', 'S');
	await serving.ask('POST', '/v1/records', TRADE, { bearer: bearer.admin ?? null });
});
afterAll(() => serving.stop());

const pathOf = ({ path }: Route): string => path.replace('{kind}', 'claim').replace(/\{\w+\}/g, 'unknown');
const guarded = ROUTES.filter(({ needs }) => needs !== 'open');

describe.each(guarded.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
	const send = (key: string | null, headers = {}) =>
		serving.ask(route.method, pathOf(route), route.body === undefined ? undefined : '{"broken', {
			bearer: key,
			headers,
		});

	test('nobody gets in without a key, with a wrong one or a malformed one; and before the body is read', async () => {
		for (const wrong of [null, 'sk_0000000000000000_'.padEnd(63, 'x'), 'nonsense']) {
			const said = await send(wrong);
			expect([said.status, said.json['code']]).toEqual([401, 'unauthorized']);
			expect(said.headers.get('www-authenticate')).toMatch(/^Bearer/);
		}
	});

	test.each(ROLES)('as the table says: %s', async (role) => {
		const said = await send(bearer[role] ?? '');
		const { needs } = route;
		const allowed = needs === 'open' || needs === 'login' || may({ role, scopes: null, storeId: null }, needs).allowed;
		if (allowed) expect([401, 403]).not.toContain(said.status);
		else expect([said.status, said.json['code'], said.json['why']]).toEqual([403, 'forbidden', 'role_lacks']);
	});

	test('a merchant’s key does nothing but see its own statement and appeal', async () => {
		for (const key of [bearer.merchant ?? '', bearer['admin of a store'] ?? '']) {
			const said = await send(key);
			if (route.needs === 'login') expect(said.status).toBeLessThan(300);
			else if (route.path === '/v1/appeals') expect(said.status).toBe(400);
			else expect(said.status).toBe(403);
		}
	});
});

test('a merchant sees the statement of the own store and of no other', async () => {
	const asMerchant = { bearer: bearer.merchant ?? '' };
	expect((await serving.ask('GET', '/v1/stores/S/statement', undefined, asMerchant)).status).toBe(200);
	const other = await serving.ask('GET', '/v1/stores/T/statement', undefined, asMerchant);
	expect([other.status, other.json['why']]).toEqual([403, 'other_store']);
	const appeal = { id: 'a1', at: day(3), appeal_id: 'A', store_id: 'S', decision_id: 'r6', text: 'a sale was planned' };
	expect((await serving.ask('POST', '/v1/appeals', appeal, asMerchant)).json).toMatchObject({ verdict: 'recorded' });
	const foreign = { ...appeal, id: 'a2', appeal_id: 'B', store_id: 'T' };
	expect((await serving.ask('POST', '/v1/appeals', foreign, asMerchant)).json).toMatchObject({ why: 'other_store' });
});

test('personal values are for those who may see them, and the reading is written down', async () => {
	const said = await serving.ask('GET', '/v1/queue?personal=true', undefined, { bearer: bearer.viewer ?? '' });
	expect([said.status, said.json['code']]).toEqual([403, 'forbidden']);
	const before = serving.service.counts.batches;
	expect(
		(await serving.ask('GET', '/v1/queue?personal=true', undefined, { bearer: bearer.analyst ?? '' })).status,
	).toBe(200);
	expect(serving.service.counts.batches).toBe(before + 1);
});

test('keys are issued, listed without their secret, and revoked at once', async () => {
	const asAdmin = { bearer: bearer.admin ?? '' };
	const request = { name: 'till', role: 'service', scopes: ['records:write'], expires_at: '2098-01-01T00:00:00Z' };
	const issued = await serving.ask('POST', '/v1/keys', request, asAdmin);
	expect([issued.status, issued.json['role'], issued.json['scopes']]).toEqual([201, 'service', ['records:write']]);
	const fresh = { bearer: String(issued.json['key']) };
	expect((await serving.ask('POST', '/v1/records', [TRADE[0]], fresh)).status).toBe(200);
	expect((await serving.ask('GET', '/v1/exposure', undefined, fresh)).json['why']).toBe('scope_lacks');
	const listed = await serving.ask('GET', '/v1/keys', undefined, asAdmin);
	expect(listed.text).not.toContain(String(issued.json['key']).slice(20));
	expect(listed.text).not.toContain('secretHash');
	const gone = await serving.ask('DELETE', `/v1/keys/${String(issued.json['id'])}`, undefined, asAdmin);
	expect([gone.status, gone.text]).toEqual([204, '']);
	expect((await serving.ask('POST', '/v1/records', [TRADE[0]], fresh)).json['why']).toBe('key_revoked');
	const bad = await serving.ask('POST', '/v1/keys', { ...request, role: 'king' }, asAdmin);
	expect([bad.status, bad.json['field']]).toEqual([422, 'role']);
});

test('a person logs in, is known by the cookie, and other sites cannot use it', async () => {
	await users.set('ann', 'approver', 'correct horse battery', Date.now());
	const nobody = { bearer: null };
	const wrong = await serving.ask('POST', '/v1/session', { name: 'ann', password: 'wrong' }, nobody);
	expect([wrong.status, wrong.json['why']]).toEqual([401, 'wrong_login']);
	const right = await serving.ask('POST', '/v1/session', { name: 'ann', password: 'correct horse battery' }, nobody);
	expect(right.json).toEqual({ name: 'ann', role: 'approver' });
	const set = right.headers.get('set-cookie') ?? '';
	expect(set).toMatch(/^surety_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/);
	const cookie = set.split(';')[0] ?? '';
	const withCookie = { bearer: null, headers: { cookie } };
	expect((await serving.ask('GET', '/v1/session', undefined, withCookie)).json).toMatchObject({ name: 'local:ann' });
	for (const headers of [
		{ origin: 'https://evil.example' },
		{ 'sec-fetch-site': 'cross-site' },
		{ 'sec-fetch-site': 'same-site' },
	]) {
		const said = await serving.ask('DELETE', '/v1/session', undefined, {
			bearer: null,
			headers: { cookie, ...headers },
		});
		expect([said.status, said.json['why']]).toEqual([403, 'cross_site']);
	}
	expect((await serving.ask('DELETE', '/v1/session', undefined, withCookie)).status).toBe(204);
	expect((await serving.ask('GET', '/v1/session', undefined, withCookie)).status).toBe(401);
});

test('a person logs in at a provider and ends on a page that is there', async () => {
	const provider = await Provider.start();
	const ofLogin = memoryAccessStore();
	const oidc = new OidcLogin({
		issuer: provider.issuer,
		clientId: CLIENT.id,
		clientSecret: CLIENT.secret,
		redirectUri: CLIENT.redirect,
		rolesClaim: 'groups',
		roles: [{ value: 'surety-analysts', role: 'analyst' }],
	});
	const access = { keys: new ApiKeys(ofLogin, randomBytes), sessions: new Sessions(ofLogin, randomBytes), oidc };
	const others = await serve({ access });
	const begun = await others.ask('GET', '/v1/session/oidc', undefined, { bearer: null });
	const sentBack = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
	const { search } = new URL(sentBack.headers.get('location') ?? '');
	const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
	const headers = { cookie };
	const finished = await others.ask('GET', `/v1/session/oidc/callback${search}`, undefined, { bearer: null, headers });
	expect(finished.status).toBe(303);
	const page = await others.ask('GET', finished.headers.get('location') ?? '', undefined, { bearer: null });
	expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
	await others.stop();
	await provider.stop();
});

test('too much from one key or one stranger is put off', async () => {
	const limits = {
		perKey: { perSecond: 1, burst: 3, most: 10 },
		perAddress: { perSecond: 1, burst: 2, most: 10 },
	};
	const small = await serve({ limits, now: () => 1_000_000 });
	const statuses: number[] = [];
	for (let i = 0; i < 4; i++) statuses.push((await small.ask('GET', '/v1/exposure')).status);
	expect(statuses).toEqual([200, 200, 200, 429]);
	const strangers: number[] = [];
	for (let i = 0; i < 3; i++)
		strangers.push((await small.ask('GET', '/v1/exposure', undefined, { bearer: null })).status);
	expect(strangers).toEqual([401, 401, 429]);
	expect((await small.ask('GET', '/v1/exposure')).headers.get('retry-after')).toBe('1');
	await small.stop();
});

test('answers say what a browser must not do with them, and let no other site in', async () => {
	const asAdmin = { bearer: bearer.admin ?? '', headers: { origin: 'https://evil.example' } };
	for (const path of ['/v1/exposure', '/healthz', '/nowhere', '/docs']) {
		const { headers } = await serving.ask('GET', path, undefined, asAdmin);
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; frame-ancestors 'none'/);
		expect(headers.get('access-control-allow-origin')).toBeNull();
		expect(headers.get('server')).toBeNull();
	}
});

/** Login at a real provider on loopback: who gets in, with which role, and everything that must not get in. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OidcLogin, type OidcSettings } from '../../src/access/oidc.js';
import { CLIENT, type Misbehaviour, Provider } from './provider.js';

let provider: Provider;
beforeEach(async () => {
	provider = await Provider.start();
});
afterEach(() => provider.stop());

const settings = (more: Partial<OidcSettings> = {}): OidcSettings => ({
	issuer: provider.issuer,
	clientId: CLIENT.id,
	clientSecret: CLIENT.secret,
	redirectUri: CLIENT.redirect,
	rolesClaim: 'groups',
	roles: [
		{ value: 'surety-admins', role: 'admin' },
		{ value: 'surety-analysts', role: 'analyst' },
	],
	...more,
});

type Answer = Awaited<ReturnType<OidcLogin['finish']>>;
interface Begun {
	readonly query: string;
	readonly state: string;
}

/** As a browser: goes to the provider and is sent back. */
async function begin(login: OidcLogin, nowMs = 0): Promise<Begun> {
	const begun = await login.begin(nowMs);
	if (!begun.allowed) throw new Error(begun.why);
	const { headers } = await fetch(begun.url, { redirect: 'manual' });
	return { query: new URL(headers.get('location') ?? '').search, state: begun.state };
}

async function logIn(more: Partial<OidcSettings> = {}): Promise<Answer> {
	const login = new OidcLogin(settings(more));
	const { query, state } = await begin(login);
	return login.finish(query, state, 1000);
}

test('a person comes back with a name, a subject for ever, and the role of a group', async () => {
	const person = { subject: `${provider.issuer} u-42`, name: 'wanglei', role: 'analyst' };
	expect(await logIn()).toEqual({ allowed: true, person });
});

describe('roles', () => {
	test.each([
		['the first that fits, not the first the person has', ['surety-analysts', 'surety-admins'], 'admin'],
		['a claim that is one text', 'surety-analysts', 'analyst'],
		['nothing that fits', ['surety-analyst', 'SURETY-ADMINS'], undefined],
		['part of a text', 'surety-admins surety-analysts', undefined],
		['no claim', undefined, undefined],
		['a claim of another kind', { 'surety-admins': true }, undefined],
	])('%s', async (_, groups, role) => {
		provider.groups = groups;
		expect(await logIn()).toMatchObject(role === undefined ? { allowed: false, why: 'no_role' } : { person: { role } });
	});
});

describe('claims that are told only where the access token is shown', () => {
	test('give the role and the name', async () => {
		provider.groups = undefined;
		provider.misbehaviour = {
			claims: { preferred_username: undefined },
			userinfo: { groups: ['surety-admins'], name: 'Wang' },
		};
		expect(await logIn()).toMatchObject({ allowed: true, person: { name: 'Wang', role: 'admin' } });
	});

	test('do not go before what is signed', async () => {
		provider.misbehaviour = { userinfo: { groups: ['surety-admins'], iss: 'https://evil.example' } };
		expect(await logIn()).toMatchObject({ person: { role: 'analyst' } });
		provider.groups = undefined;
		const subject = `${provider.issuer} u-42`;
		expect(await logIn()).toMatchObject({ person: { subject, name: 'wanglei', role: 'admin' } });
	});

	test('are not believed of somebody else', async () => {
		provider.groups = undefined;
		provider.misbehaviour = { userinfo: { sub: 'u-43', groups: ['surety-admins'] } };
		expect(await logIn()).toMatchObject({ allowed: false, why: 'bad_token' });
	});
});

describe('what cannot be trusted', () => {
	const now = Math.floor(Date.now() / 1000);
	test.each<[string, Misbehaviour]>([
		['another nonce', { claims: { nonce: 'another' } }],
		['no nonce', { claims: { nonce: undefined } }],
		['another issuer', { claims: { iss: 'https://evil.example' } }],
		['an expired token', { claims: { iat: now - 7200, exp: now - 3600 } }],
		['a token without an end', { claims: { exp: undefined } }],
		['a token not valid yet', { claims: { nbf: now + 3600 } }],
		['another audience', { claims: { aud: 'another-client' } }],
		['two audiences, made for the other', { claims: { aud: ['another-client', CLIENT.id], azp: 'another-client' } }],
		['nobody', { claims: { sub: undefined } }],
		['a key nobody published', { strangeKey: true }],
		['no signature', { unsigned: true }],
		['no token of identity', { noIdToken: true }],
	])('%s', async (_, misbehaviour) => {
		provider.misbehaviour = misbehaviour;
		const answer = await logIn();
		expect(answer).toMatchObject({ allowed: false, why: 'bad_token' });
		expect(JSON.stringify(answer)).not.toMatch(/eyJ|client secret/);
	});

	test('a provider that calls itself something else', async () => {
		provider.misbehaviour = { discoveredIssuer: 'https://evil.example' };
		expect(await new OidcLogin(settings()).begin(0)).toMatchObject({ allowed: false, why: 'bad_token' });
	});
});

describe('what was not begun here', () => {
	test('a state that was never given, and one used already', async () => {
		const login = new OidcLogin(settings());
		const { query, state } = await begin(login);
		expect(await login.finish(query, 'made up', 0)).toEqual({ allowed: false, why: 'unknown_login' });
		expect((await login.finish(query, state, 0)).allowed).toBe(true);
		expect(await login.finish(query, state, 0)).toEqual({ allowed: false, why: 'unknown_login' });
	});

	test('a stranger’s login, finished in this browser', async () => {
		const login = new OidcLogin(settings());
		const [mine, strangers] = [await begin(login), await begin(login)];
		expect(await login.finish(strangers.query, mine.state, 0)).toMatchObject({ allowed: false, why: 'bad_token' });
	});

	test('a stolen code, sent with one’s own state: PKCE', async () => {
		const login = new OidcLogin(settings());
		const [mine, victims] = [await begin(login), await begin(login)];
		const query = new URLSearchParams(mine.query);
		query.set('code', new URLSearchParams(victims.query).get('code') ?? '');
		const answer = await login.finish(String(query), mine.state, 0);
		expect(answer).toEqual({ allowed: false, why: 'provider_refused', detail: 'invalid_grant' });
	});

	test('a login that took more than ten minutes', async () => {
		const login = new OidcLogin(settings());
		const [late, soon] = [await begin(login, 0), await begin(login, 1)];
		expect(await login.finish(late.query, late.state, 600_000)).toEqual({ allowed: false, why: 'unknown_login' });
		expect((await login.finish(soon.query, soon.state, 600_000)).allowed).toBe(true);
	});
});

test('a person who said no, and a client the provider does not take', async () => {
	provider.misbehaviour = { authorizationError: 'access_denied' };
	expect(await logIn()).toEqual({ allowed: false, why: 'provider_refused', detail: 'access_denied' });
	provider.misbehaviour = {};
	const answer = await logIn({ clientSecret: 'wrong' });
	expect(answer).toEqual({ allowed: false, why: 'provider_refused', detail: 'invalid_client' });
});

test('a provider that is away is asked again when somebody comes again', async () => {
	const login = new OidcLogin(settings({ issuer: 'http://127.0.0.1:1' }));
	for (let i = 0; i < 2; i++)
		expect(await login.begin(0)).toMatchObject({ allowed: false, why: 'provider_unreachable' });
	const other = new OidcLogin(settings());
	const { query, state } = await begin(other);
	await provider.stop();
	expect(await other.finish(query, state, 0)).toMatchObject({ allowed: false, why: 'provider_unreachable' });
});

test('an issuer that could be listened to is refused', () => {
	for (const issuer of ['http://login.example', 'login.example', 'ftp://127.0.0.1', 'http://127.0.0.1.evil.example'])
		expect(() => new OidcLogin(settings({ issuer }))).toThrow(expect.objectContaining({ code: 'bad_field' }));
});

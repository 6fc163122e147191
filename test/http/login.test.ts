/** Login at an identity provider as a browser goes through it: what each route answers, sets and lets pass. */
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiKeys, memoryAccessStore, OidcLogin, Sessions } from '../../src/access/index.js';
import { CLIENT, Provider } from '../access/provider.js';
import { type Said, type Serving, serve, TRADE } from './serving.js';

const MINUTE = 60_000;
let provider: Provider;
let serving: Serving;
let nowMs: number;
let told: string;

beforeEach(async () => {
	provider = await Provider.start();
	[nowMs, told] = [0, ''];
	const store = memoryAccessStore();
	const oidc = new OidcLogin({
		issuer: provider.issuer,
		clientId: CLIENT.id,
		clientSecret: CLIENT.secret,
		redirectUri: CLIENT.redirect,
		rolesClaim: 'groups',
		roles: [{ value: 'surety-analysts', role: 'analyst' }],
	});
	const access = { keys: new ApiKeys(store, randomBytes), sessions: new Sessions(store, randomBytes), oidc };
	const stream = new Writable({
		write: (chunk, _, done) => {
			told += String(chunk);
			done();
		},
	});
	serving = await serve({ access, now: () => nowMs, logger: { level: 'warn', stream } });
});
afterEach(async () => {
	await serving.stop();
	await provider.stop();
});

/** What a browser keeps: the cookies that were set and not taken away again. */
class Browser {
	private readonly cookies = new Map<string, string>();

	async ask(method: string, path: string, body?: unknown): Promise<Said> {
		const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		const headers = { 'sec-fetch-site': 'same-origin', cookie };
		const said = await serving.ask(method, path, body, { bearer: null, headers });
		for (const line of said.headers.getSetCookie()) {
			const [, name = '', value = ''] = /^(\w+)=([^;]*)/.exec(line) ?? [];
			if (/Max-Age=0/.test(line)) this.cookies.delete(name);
			else this.cookies.set(name, value);
		}
		return said;
	}

	/** Goes to the provider. @returns what it is sent back with, after the question mark. */
	async begin(): Promise<string> {
		const begun = await this.ask('GET', '/v1/session/oidc');
		const { headers } = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
		return new URL(headers.get('location') ?? '').search;
	}

	finish(query: string): Promise<Said> {
		return this.ask('GET', `/v1/session/oidc/callback${query}`);
	}

	async logIn(): Promise<Said> {
		return this.finish(await this.begin());
	}
}

const outcome = ({ status, json, headers }: Said) => ({
	status,
	why: json['why'],
	session: headers.getSetCookie().some((line) => line.startsWith('surety_session=')),
});

test('logs in, reads, is refused what the role lacks, logs out', async () => {
	const browser = new Browser();
	expect(outcome(await browser.logIn())).toEqual({ status: 303, why: undefined, session: true });
	const who = { name: `${provider.issuer} u-42`, role: 'analyst', scopes: null, store_id: null };
	expect((await browser.ask('GET', '/v1/session')).json).toEqual(who);
	expect((await browser.ask('GET', '/v1/exposure')).status).toBe(200);
	const written = await browser.ask('POST', '/v1/records', TRADE);
	expect([written.status, written.json['why']]).toEqual([403, 'role_lacks']);
	expect((await browser.ask('DELETE', '/v1/session')).status).toBe(204);
	expect((await browser.ask('GET', '/v1/exposure')).status).toBe(401);
});

test('both cookies are for this browser’s requests to us alone, and the login’s is taken away', async () => {
	const browser = new Browser();
	const begun = await browser.ask('GET', '/v1/session/oidc');
	expect(begun.headers.getSetCookie()).toEqual([
		expect.stringMatching(/^surety_login=[\w-]{20,}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/),
	]);
	expect((await browser.logIn()).headers.getSetCookie()).toEqual([
		expect.stringMatching(/^surety_session=[\w-]{20,}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/),
		'surety_login=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
	]);
});

test('a session ends when it is not used, however the cookie lives on', async () => {
	const browser = new Browser();
	await browser.logIn();
	for (nowMs of [29 * MINUTE, 58 * MINUTE]) expect((await browser.ask('GET', '/v1/session')).status).toBe(200);
	nowMs += 30 * MINUTE;
	expect((await browser.ask('GET', '/v1/session')).json).toMatchObject({ status: 401, why: 'session_expired' });
});

describe('what is refused opens no session', () => {
	const unknown = { status: 401, why: 'unknown_login', session: false };

	test('a login that this browser did not begin', async () => {
		const query = await new Browser().begin();
		expect(outcome(await new Browser().finish(query))).toEqual(unknown);
		const victim = new Browser();
		await victim.begin();
		expect(outcome(await victim.finish(query))).toMatchObject({ status: 401, why: 'bad_token', session: false });
	});

	test('another state in the address, which uses the login up', async () => {
		const browser = new Browser();
		const query = await browser.begin();
		const other = query.replace(/state=[^&]+/, 'state=another');
		expect(outcome(await browser.finish(other))).toEqual({ status: 401, why: 'bad_token', session: false });
		expect(outcome(await browser.finish(query))).toEqual(unknown);
	});

	test('the same answer a second time, and one after ten minutes', async () => {
		const browser = new Browser();
		const query = await browser.begin();
		expect((await browser.finish(query)).status).toBe(303);
		expect(outcome(await browser.finish(query))).toEqual(unknown);
		const late = await browser.begin();
		nowMs += 10 * MINUTE;
		expect(outcome(await browser.finish(late))).toEqual(unknown);
	});

	test('a person of no group, and one who said no', async () => {
		provider.groups = ['staff'];
		expect(outcome(await new Browser().logIn())).toEqual({ status: 403, why: 'no_role', session: false });
		provider.misbehaviour = { authorizationError: 'access_denied' };
		const refused = { status: 401, why: 'provider_refused', session: false };
		expect(outcome(await new Browser().logIn())).toEqual(refused);
	});
});

test('a provider that is away is said to both, keeps nobody out who is in, and is asked again', async () => {
	provider.misbehaviour = { discoveredIssuer: 'https://evil.example' };
	const [inside, outside] = [new Browser(), new Browser()];
	expect((await inside.ask('GET', '/v1/session/oidc')).json).toMatchObject({ status: 401, why: 'bad_token' });
	expect(told).toContain('"why":"bad_token"');
	provider.misbehaviour = {};
	await inside.logIn();
	const query = await outside.begin();
	await provider.stop();
	const away = await outside.finish(query);
	expect(outcome(away)).toEqual({ status: 503, why: 'provider_unreachable', session: false });
	expect(away.headers.get('retry-after')).toBe('1');
	expect(told).toContain('"why":"provider_unreachable"');
	expect((await inside.ask('GET', '/v1/session')).status).toBe(200);
});

test('what a provider sends along besides is let pass, but nothing twice', async () => {
	const browser = new Browser();
	const query = await browser.begin();
	const more = '&authuser=0&prompt=consent&hd=shop.example&note=a?b';
	const twice = await browser.finish(`${query}&state=another`);
	expect(twice.json).toMatchObject({ status: 400, code: 'bad_parameter', field: 'state' });
	expect((await browser.finish(query + more)).status).toBe(303);
});

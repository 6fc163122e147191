/** Keys, users and logins. */
import {
	type KeyRequest,
	type KeySummary,
	PERMISSIONS,
	type Permission,
	type Refused,
	ROLES,
	type Role,
} from '../../access/index.js';
import { formatInstant, type Instant, parseInstant } from '../../core/words/time.js';
import { cookie, LOGIN_COOKIE, refuseCrossSite, SESSION_COOKIE } from '../caller.js';
import type { Access } from '../parts.js';
import { notConfigured, Problem, problemOfRefusal } from '../problem.js';
import { type Call, type Edge, type Route, TEXT } from '../route.js';
import { array, object, ref } from '../schemas.js';

const SESSION_S = 12 * 3600;
const LOGIN_S = 600;

function part<K extends keyof Access>(edge: Edge, name: K): NonNullable<Access[K]> {
	const found = edge.access?.[name];
	if (found === undefined) throw notConfigured(name === 'keys' ? 'access control' : name);
	return found;
}

const time = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms as Instant));

const keyView = ({ id, name, role, scopes, storeId, createdAt, expiresAt, revokedAt }: KeySummary) => ({
	id,
	name,
	role,
	scopes,
	store_id: storeId,
	created_at: time(createdAt),
	expires_at: time(expiresAt),
	revoked_at: time(revokedAt),
});

async function issueKey(edge: Edge, call: Call) {
	const keys = part(edge, 'keys');
	const { bearer, key } = await keys.issue(keyRequest(await call.body()), edge.clock());
	await edge.service.audit(call.caller.name, 'issue key', `key ${key.id} of role ${key.role}`);
	call.reply.code(201);
	return { ...keyView(key), key: bearer };
}

function keyRequest({ name, role, scopes, store_id, expires_at, ...rest }: Record<string, unknown>): KeyRequest {
	const unknown = Object.keys(rest)[0];
	if (unknown !== undefined) throw wrong(unknown.slice(0, 60), 'is not known here');
	if (typeof name !== 'string') throw wrong('name', 'expected a text');
	const expires = expires_at === undefined || expires_at === null ? null : parseInstant(expires_at);
	if (typeof expires === 'string') throw wrong('expires_at', expires);
	if (store_id !== undefined && store_id !== null && (typeof store_id !== 'string' || store_id === ''))
		throw wrong('store_id', 'expected a non-empty text');
	const storeId = typeof store_id === 'string' ? store_id : null;
	return { name, role: roleOf(role), scopes: scopesOf(scopes), storeId, expiresAt: expires };
}

function roleOf(raw: unknown): Role {
	const role = ROLES.find((known) => known === raw);
	if (role === undefined) throw wrong('role', `expected one of ${ROLES.join(', ')}`);
	return role;
}

function scopesOf(raw: unknown): Permission[] | null {
	if (raw === undefined || raw === null) return null;
	const known = (scope: unknown): scope is Permission => typeof scope === 'string' && Object.hasOwn(PERMISSIONS, scope);
	if (Array.isArray(raw) && raw.length <= 100 && raw.every(known)) return raw;
	throw wrong('scopes', `expected a list of ${Object.keys(PERMISSIONS).join(', ')}`);
}

const wrong = (field: string, problem: string): Problem => new Problem('bad_field', `${field}: ${problem}`, { field });

async function revokeKey(edge: Edge, call: Call) {
	const id = call.path('id');
	if (!(await part(edge, 'keys').revoke(id, edge.clock()))) throw new Problem('not_found', 'no such key');
	await edge.service.audit(call.caller.name, 'revoke key', `key ${id}`);
	return call.reply.code(204).send();
}

async function setUser(edge: Edge, call: Call) {
	const { name, role, password } = await call.body();
	if (typeof name !== 'string') throw wrong('name', 'expected a text');
	if (typeof password !== 'string') throw wrong('password', 'expected a text');
	const done = await part(edge, 'users').set(name, roleOf(role), password, edge.clock());
	if (!done.allowed) throw problemOfRefusal(done);
	await edge.service.audit(call.caller.name, 'set user', `user ${name.toLowerCase()} of role ${String(role)}`);
	return call.reply.code(204).send();
}

async function removeUser(edge: Edge, call: Call) {
	const name = call.path('name');
	if (!(await part(edge, 'users').remove(name))) throw new Problem('not_found', 'no such user');
	await edge.service.audit(call.caller.name, 'remove user', `user ${name.toLowerCase()}`);
	return call.reply.code(204).send();
}

async function logIn(edge: Edge, call: Call) {
	refuseCrossSite(call.request.headers, 'POST');
	const { name, password } = await call.body();
	if (typeof name !== 'string') throw wrong('name', 'expected a text');
	if (typeof password !== 'string') throw wrong('password', 'expected a text');
	const [users, sessions] = [part(edge, 'users'), part(edge, 'sessions')];
	const login = await users.login(name, password, edge.clock());
	if (!login.allowed) throw problemOfRefusal(login);
	const id = await sessions.open(login.person, edge.clock());
	setCookie(call, SESSION_COOKIE, id, SESSION_S);
	return { name: login.person.name, role: login.person.role };
}

async function logOut(edge: Edge, call: Call) {
	const { session } = call.caller;
	if (session !== undefined) await part(edge, 'sessions').close(session);
	setCookie(call, SESSION_COOKIE, '', 0);
	return call.reply.code(204).send();
}

const whoAmI = (_: Edge, { caller: { name, grant } }: Call) => ({
	name,
	role: grant?.role ?? 'admin',
	scopes: grant?.scopes ?? null,
	store_id: grant?.storeId ?? null,
});

async function beginLogin(edge: Edge, call: Call) {
	const begun = await part(edge, 'oidc').begin(edge.clock());
	if (!begun.allowed) throw loginRefused(call, begun);
	setCookie(call, LOGIN_COOKIE, begun.state, LOGIN_S);
	return call.reply.redirect(begun.url.href, 302);
}

async function finishLogin(edge: Edge, call: Call) {
	const { url, headers } = call.request.raw;
	const query = url?.replace(/^[^?]*\??/, '') ?? '';
	const finished = await part(edge, 'oidc').finish(query, cookie(headers, LOGIN_COOKIE) ?? '', edge.clock());
	if (!finished.allowed) throw loginRefused(call, finished);
	const id = await part(edge, 'sessions').open(finished.person, edge.clock());
	setCookie(call, SESSION_COOKIE, id, SESSION_S);
	setCookie(call, LOGIN_COOKIE, '', 0);
	return call.reply.redirect('/docs', 303);
}

/** Why is for the operator: whoever is refused learns only of which kind it is. */
function loginRefused({ request }: Call, refused: Refused): Problem {
	request.log.warn({ why: refused.why, detail: refused.detail }, 'login refused');
	return problemOfRefusal(refused);
}

/** `Lax`, so that it is there when a provider sends a person back; what changes anything checks where it comes from. */
function setCookie({ reply, request }: Call, name: string, value: string, seconds: number): void {
	const secure = request.protocol === 'https' ? '; Secure' : '';
	reply.header('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`);
}

const NOTHING = 'Nothing';
const text = { type: 'string' } as const;

export const ACCESS_ROUTES: readonly Route[] = [
	{
		method: 'POST',
		path: '/v1/keys',
		tag: 'access',
		summary: 'Issue a key, which is shown this once',
		needs: 'keys:manage',
		body: { 'application/json': ref('KeyRequest') },
		answers: { 201: ref('IssuedKey') },
		handle: issueKey,
	},
	{
		method: 'GET',
		path: '/v1/keys',
		tag: 'access',
		summary: 'All keys ever issued',
		needs: 'keys:manage',
		answers: { 200: object({ items: array(ref('Key')) }) },
		handle: (edge) => ({ items: part(edge, 'keys').list().map(keyView) }),
	},
	{
		method: 'DELETE',
		path: '/v1/keys/{id}',
		tag: 'access',
		summary: 'Revoke a key for ever',
		needs: 'keys:manage',
		answers: { 204: NOTHING },
		handle: revokeKey,
	},
	{
		method: 'POST',
		path: '/v1/users',
		tag: 'access',
		summary: 'Add a local user, or change one',
		needs: 'users:manage',
		body: { 'application/json': object({ name: text, role: { enum: ROLES }, password: text }) },
		answers: { 204: NOTHING },
		handle: setUser,
	},
	{
		method: 'GET',
		path: '/v1/users',
		tag: 'access',
		summary: 'Local users',
		needs: 'users:manage',
		answers: {
			200: object({ items: array(object({ name: text, role: { enum: ROLES }, created_at: text, changed_at: text })) }),
		},
		handle: (edge) => ({
			items: part(edge, 'users')
				.list()
				.map(({ name, role, createdAt, changedAt }) => ({
					name,
					role,
					created_at: time(createdAt),
					changed_at: time(changedAt),
				})),
		}),
	},
	{
		method: 'DELETE',
		path: '/v1/users/{name}',
		tag: 'access',
		summary: 'Remove a local user and end their sessions',
		needs: 'users:manage',
		answers: { 204: NOTHING },
		handle: removeUser,
	},
	{
		method: 'POST',
		path: '/v1/session',
		tag: 'access',
		summary: 'Log in; the session is in a cookie',
		needs: 'open',
		body: { 'application/json': object({ name: text, password: text }) },
		answers: { 200: object({ name: text, role: { enum: ROLES } }) },
		handle: logIn,
	},
	{
		method: 'GET',
		path: '/v1/session',
		tag: 'access',
		summary: 'Who am I?',
		needs: 'login',
		answers: { 200: ref('Caller') },
		handle: whoAmI,
	},
	{
		method: 'DELETE',
		path: '/v1/session',
		tag: 'access',
		summary: 'Log out',
		needs: 'login',
		answers: { 204: NOTHING },
		handle: logOut,
	},
	{
		method: 'GET',
		path: '/v1/session/oidc',
		tag: 'access',
		summary: 'Log in at the identity provider',
		needs: 'open',
		answers: { 302: 'To the provider' },
		handle: beginLogin,
	},
	{
		method: 'GET',
		path: '/v1/session/oidc/callback',
		tag: 'access',
		summary: 'Where the identity provider sends people back to',
		needs: 'open',
		query: Object.fromEntries(
			['code', 'state', 'iss', 'session_state', 'scope', 'error', 'error_description', 'error_uri'].map((name) => [
				name,
				{ ...TEXT('By OpenID Connect'), schema: text, problem: () => undefined },
			]),
		),
		// Providers send more than the standard names, and a client ignores what it does not know (RFC 6749, 4.1.2).
		letsOthersPass: true,
		answers: { 303: 'To the reference' },
		handle: finishLogin,
	},
];

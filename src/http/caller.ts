/** Who is asking: a program by its key, a person by the session in a cookie, or, without access control, anybody. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Grant, may, type Permission } from '../access/index.js';
import type { Access } from './parts.js';
import { Problem, problemOfRefusal } from './problem.js';

export interface Caller {
	/** For the log and the audit: unique, and at most as long as a record's `by`. */
	readonly name: string;
	/** Nothing to check where there is no access control. */
	readonly grant: Grant | undefined;
	/** Where its requests are counted. */
	readonly source: string;
	/** The session's id, where a person is asking. */
	readonly session?: string;
}

/** As long as a record's `by`. */
const LONGEST_NAME = 200;
export const SESSION_COOKIE = 'surety_session';
export const LOGIN_COOKIE = 'surety_login';

const ANYBODY: Caller = { name: 'anybody', grant: undefined, source: 'anybody' };
export const STRANGER: Caller = { name: 'stranger', grant: undefined, source: 'stranger' };

/** @throws Problem `unauthorized`, or `forbidden` for a browser sent here by another site. */
export function callerOf(
	access: Access | undefined,
	headers: IncomingHttpHeaders,
	method: string,
	nowMs: number,
): Caller {
	if (access === undefined) {
		refuseCrossSite(headers, method);
		return ANYBODY;
	}
	const { authorization } = headers;
	if (authorization !== undefined) return byKey(access, authorization, nowMs);
	const session = access.sessions === undefined ? undefined : cookie(headers, SESSION_COOKIE);
	if (session === undefined) {
		throw new Problem('unauthorized', 'give a key as "Authorization: Bearer KEY"', {
			headers: { 'www-authenticate': 'Bearer realm="surety"' },
		});
	}
	refuseCrossSite(headers, method);
	return bySession(access, session, nowMs);
}

/** Whether a caller may do something, at all or about one store. */
export function permit({ grant }: Caller, permission: Permission, storeId?: string): void {
	if (grant === undefined) return;
	const permitted = may(grant, permission, storeId);
	if (!permitted.allowed) throw problemOfRefusal(permitted);
}

/** Whether a caller may do something about some store, to be named in the body. */
export const permitSome = (caller: Caller, permission: Permission): void =>
	permit(caller, permission, caller.grant?.storeId ?? undefined);

function byKey({ keys }: Access, authorization: string, nowMs: number): Caller {
	const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
	const verified = keys.verify(bearer, nowMs);
	if (!verified.allowed) throw problemOfRefusal(verified);
	const { id, name, role, scopes, storeId } = verified.key;
	return { name: `key:${id} ${name}`.slice(0, LONGEST_NAME), grant: { role, scopes, storeId }, source: id };
}

function bySession({ sessions }: Access, id: string, nowMs: number): Caller {
	const checked = sessions?.check(id, nowMs);
	if (checked === undefined || !checked.allowed) {
		throw problemOfRefusal(checked ?? { allowed: false, why: 'unknown_session' });
	}
	const { subject, role } = checked.person;
	const grant = { role, scopes: null, storeId: null };
	return { name: subject.slice(0, LONGEST_NAME), grant, source: subject, session: id };
}

/** A browser sends its cookies, or reaches a loopback address, whoever made it ask; so it must say that we did. */
export function refuseCrossSite(headers: IncomingHttpHeaders, method: string): void {
	if (method === 'GET' || method === 'HEAD') return;
	const site = headers['sec-fetch-site'];
	const { origin, host } = headers;
	const isForeign = site === undefined ? origin !== undefined && hostOf(origin) !== host : !OWN_SITES.has(site);
	if (isForeign) throw new Problem('forbidden', 'this request was made by another site', { why: 'cross_site' });
}

const OWN_SITES: ReadonlySet<unknown> = new Set(['same-origin', 'none']);

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

export function cookie({ cookie: header = '' }: IncomingHttpHeaders, name: string): string | undefined {
	for (const pair of header.split(';')) {
		const at = pair.indexOf('=');
		if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
	}
	return undefined;
}

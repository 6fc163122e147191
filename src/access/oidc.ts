/**
 * Login of people at an identity provider: OpenID Connect's authorization code with PKCE, state and nonce, by
 * `openid-client`, which is certified for it. It reads the machine's clock for the times inside tokens; all else here
 * takes time as a parameter. The token's signature is checked although it comes straight from the provider.
 */
import * as oidc from 'openid-client';
import { SuretyError } from '../core/words/error.js';
import { type Refused, refused } from './refusal.js';
import type { Role } from './roles.js';
import type { Person } from './users.js';

export interface OidcSettings {
	/** As the provider writes it; https, or http on this very machine. */
	readonly issuer: string;
	readonly clientId: string;
	/** Without one the client is public, and PKCE alone protects the code. */
	readonly clientSecret?: string;
	/** Where the provider sends people back to: our own address as they see it. */
	readonly redirectUri: string;
	/** `openid profile` unless given. */
	readonly scope?: string;
	/** The claim that says what a person belongs to: a text or a list of them. */
	readonly rolesClaim: string;
	/** The first that fits counts, so the strongest stands first. */
	readonly roles: readonly { readonly value: string; readonly role: Role }[];
}

type Granted = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** A login that was begun and has not come back. */
interface Pending {
	readonly nonce: string;
	readonly codeVerifier: string;
	readonly begunMs: number;
}

const PENDING_MS = 10 * 60_000;
const MOST_PENDING = 10_000;
const TIMEOUT_S = 10;

export class OidcLogin {
	private readonly settings: OidcSettings;
	/** By state, in order of beginning; in memory, so a restart asks people to begin again. */
	private readonly pending = new Map<string, Pending>();
	private discovered: oidc.Configuration | undefined;

	/** @throws SuretyError `bad_field` for an issuer that could be listened to. */
	constructor(settings: OidcSettings) {
		const issuer = URL.canParse(settings.issuer) ? new URL(settings.issuer) : undefined;
		if (issuer === undefined || (issuer.protocol !== 'https:' && !isLoopback(issuer)))
			throw new SuretyError('bad_field', 'issuer: expected an https address', 'issuer');
		this.settings = settings;
	}

	/**
	 * Begins a login.
	 * @returns where to send the person, and the state to give back to `finish`. Keep that in a cookie of this browser
	 * alone (HttpOnly, SameSite=Lax), or a stranger could make somebody finish the stranger's login.
	 */
	async begin(nowMs: number): Promise<{ readonly allowed: true; readonly url: URL; readonly state: string } | Refused> {
		const configuration = await this.configuration();
		if ('allowed' in configuration) return configuration;
		const [state, nonce, codeVerifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
		this.forgetOld(nowMs);
		this.pending.set(state, { nonce, codeVerifier, begunMs: nowMs });
		const url = oidc.buildAuthorizationUrl(configuration, {
			redirect_uri: this.settings.redirectUri,
			scope: this.settings.scope ?? 'openid profile',
			code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
			code_challenge_method: 'S256',
			state,
			nonce,
		});
		return { allowed: true, url, state };
	}

	/**
	 * Ends a login; once only.
	 * @param query what the provider sent the person back with, after the `?`.
	 * @param state of the cookie.
	 */
	async finish(
		query: string,
		state: string,
		nowMs: number,
	): Promise<{ readonly allowed: true; readonly person: Person } | Refused> {
		const pending = this.pending.get(state);
		this.pending.delete(state);
		if (pending === undefined || nowMs - pending.begunMs >= PENDING_MS) return refused('unknown_login');
		const configuration = await this.configuration();
		if ('allowed' in configuration) return configuration;
		// Not the request's own address: behind a proxy that is another than people see.
		const url = new URL(this.settings.redirectUri);
		url.search = query;
		const checks = { expectedState: state, expectedNonce: pending.nonce, pkceCodeVerifier: pending.codeVerifier };
		try {
			const tokens = await oidc.authorizationCodeGrant(configuration, url, checks);
			return this.admit(await this.claimsOf(configuration, tokens));
		} catch (error) {
			return refusalOf(error);
		}
	}

	/** Many providers tell groups and names only where they are asked with the access token. */
	private async claimsOf(configuration: oidc.Configuration, tokens: Granted): Promise<oidc.IDToken> {
		const claims = tokens.claims() as oidc.IDToken; // there is one, for a nonce was asked for
		const isTold = claims[this.settings.rolesClaim] !== undefined;
		if (isTold || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
		// What is signed goes before what is not; whom the answer is about is checked.
		return { ...(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
	}

	private admit(claims: oidc.IDToken): { readonly allowed: true; readonly person: Person } | Refused {
		const claim = claims[this.settings.rolesClaim];
		const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
		const role = this.settings.roles.find(({ value }) => values.includes(value))?.role;
		const subject = `${claims.iss} ${claims.sub}`;
		if (role === undefined) return refused('no_role', { detail: subject });
		const name = [claims['preferred_username'], claims['name'], claims.sub].find((text) => typeof text === 'string');
		return { allowed: true, person: { subject, name: name ?? subject, role } };
	}

	/** What the provider says of itself; asked at the first login, so that the service starts without it. */
	private async configuration(): Promise<oidc.Configuration | Refused> {
		if (this.discovered !== undefined) return this.discovered;
		const { issuer, clientId, clientSecret } = this.settings;
		const url = new URL(issuer);
		const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
		const execute = [oidc.enableNonRepudiationChecks];
		// Marked as deprecated to make people think twice; only this very machine is ever spoken to so.
		if (url.protocol === 'http:') execute.push(oidc.allowInsecureRequests);
		try {
			const options = { execute, timeout: TIMEOUT_S };
			this.discovered = await oidc.discovery(url, clientId, undefined, authentication, options);
			return this.discovered;
		} catch (error) {
			return refusalOf(error);
		}
	}

	private forgetOld(nowMs: number): void {
		for (const [state, { begunMs }] of this.pending) {
			if (nowMs - begunMs < PENDING_MS && this.pending.size < MOST_PENDING) return;
			this.pending.delete(state);
		}
	}
}

/** What went wrong, in three kinds; codes only, since messages of a provider may hold anything. */
function refusalOf(error: unknown): Refused {
	if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
		return refused('provider_refused', { detail: error.error });
	const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
	const isUnreachable = code === undefined || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM';
	return refused(isUnreachable ? 'provider_unreachable' : 'bad_token', { detail: code ?? 'NO_CONNECTION' });
}

function isLoopback({ protocol, hostname }: URL): boolean {
	return protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname));
}

/**
 * A small real OpenID provider on loopback: discovery, keys, authorization and token endpoints, RS256, PKCE checked. It
 * can be told to misbehave in one way at a time, as an attacker between or a broken provider would.
 */
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CLIENT = { id: 'surety', secret: 'client secret', redirect: 'https://surety.example/login/callback' };

export interface Misbehaviour {
	/** Claims put in place of the right ones. */
	readonly claims?: Readonly<Record<string, unknown>>;
	/** Signs with a key that nobody published. */
	readonly strangeKey?: boolean;
	/** `alg: none`, and no signature. */
	readonly unsigned?: boolean;
	/** Calls itself something else in its discovery document. */
	readonly discoveredIssuer?: string;
	/** The error that the authorization endpoint sends people back with. */
	readonly authorizationError?: string;
	/** Told where the access token is shown and not in the token of identity. */
	readonly userinfo?: Readonly<Record<string, unknown>>;
	/** No token of identity. */
	readonly noIdToken?: boolean;
}

interface Grant {
	readonly nonce: string;
	readonly challenge: string;
}

const keyPair = (): { publicKey: KeyObject; privateKey: KeyObject } =>
	generateKeyPairSync('rsa', { modulusLength: 2048 });
const [KEYS, STRANGE_KEYS] = [keyPair(), keyPair()];
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Provider {
	misbehaviour: Misbehaviour = {};
	groups: unknown = ['surety-analysts'];
	issuer = '';
	private readonly codes = new Map<string, Grant>();
	private readonly server: Server;

	private constructor() {
		this.server = createServer((request, response) => {
			void this.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
		});
	}

	static async start(): Promise<Provider> {
		const provider = new Provider();
		await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
		provider.issuer = `http://127.0.0.1:${(provider.server.address() as AddressInfo).port}`;
		return provider;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '', this.issuer);
		if (url.pathname === '/.well-known/openid-configuration') return json(response, 200, this.discovery());
		if (url.pathname === '/keys') return json(response, 200, { keys: [published()] });
		if (url.pathname === '/authorize') return this.authorize(url.searchParams, response);
		if (url.pathname === '/token') return this.token(request, response);
		if (url.pathname === '/userinfo' && request.headers.authorization === 'Bearer access')
			return json(response, 200, { sub: 'u-42', ...this.misbehaviour.userinfo });
		json(response, 404, {});
	}

	private discovery(): object {
		return {
			issuer: this.misbehaviour.discoveredIssuer ?? this.issuer,
			authorization_endpoint: `${this.issuer}/authorize`,
			token_endpoint: `${this.issuer}/token`,
			jwks_uri: `${this.issuer}/keys`,
			...(this.misbehaviour.userinfo === undefined ? {} : { userinfo_endpoint: `${this.issuer}/userinfo` }),
			response_types_supported: ['code'],
			subject_types_supported: ['public'],
			id_token_signing_alg_values_supported: ['RS256'],
		};
	}

	/** The person has logged in here and agreed. */
	private authorize(query: URLSearchParams, response: ServerResponse): void {
		const back = new URL(CLIENT.redirect);
		back.searchParams.set('state', query.get('state') ?? '');
		const expected = {
			response_type: 'code',
			client_id: CLIENT.id,
			redirect_uri: CLIENT.redirect,
			code_challenge_method: 'S256',
		};
		const asked = Object.entries(expected).every(([name, value]) => query.get(name) === value);
		const error = this.misbehaviour.authorizationError ?? (asked ? undefined : 'invalid_request');
		if (error === undefined) {
			const code = createHash('sha256').update(`code ${this.codes.size}`).digest('hex');
			this.codes.set(code, { nonce: query.get('nonce') ?? '', challenge: query.get('code_challenge') ?? '' });
			back.searchParams.set('code', code);
		} else back.searchParams.set('error', error);
		response.writeHead(302, { location: back.href }).end();
	}

	private async token(request: IncomingMessage, response: ServerResponse): Promise<void> {
		let body = '';
		for await (const chunk of request) body += String(chunk);
		const form = new URLSearchParams(body);
		const basic = `${encodeURIComponent(CLIENT.id)}:${encodeURIComponent(CLIENT.secret).replace(/%20/g, '+')}`;
		if (request.headers.authorization !== `Basic ${Buffer.from(basic).toString('base64')}`)
			return json(response, 401, { error: 'invalid_client' });
		const grant = this.codes.get(form.get('code') ?? '');
		const challenge = createHash('sha256')
			.update(form.get('code_verifier') ?? '')
			.digest('base64url');
		if (grant === undefined || grant.challenge !== challenge || form.get('redirect_uri') !== CLIENT.redirect)
			return json(response, 400, { error: 'invalid_grant' });
		this.codes.set(form.get('code') ?? '', { nonce: '', challenge: 'used' });
		const id_token = this.misbehaviour.noIdToken === true ? undefined : this.idToken(grant.nonce);
		json(response, 200, { access_token: 'access', token_type: 'Bearer', expires_in: 300, id_token });
	}

	private idToken(nonce: string): string {
		const now = Math.floor(Date.now() / 1000);
		const { claims, strangeKey, unsigned } = this.misbehaviour;
		const who = { iss: this.issuer, aud: CLIENT.id, sub: 'u-42', preferred_username: 'wanglei', groups: this.groups };
		const payload = { ...who, nonce, iat: now, exp: now + 300, ...claims };
		const header = unsigned === true ? { alg: 'none' } : { alg: 'RS256', kid: 'k1' };
		const signed = `${base64url(header)}.${base64url(payload)}`;
		if (unsigned === true) return `${signed}.`;
		const key = strangeKey === true ? STRANGE_KEYS.privateKey : KEYS.privateKey;
		return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
	}
}

const published = (): object => ({ ...KEYS.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' });

function json(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/**
 * API keys: `sk_ID_SECRET`, shown once. Kept are the id, the secret's hash and what the key is for. The id finds the
 * key, the secret proves it; so finding needs no comparison of secrets, and one comparison takes constant time.
 */
import { badField } from '../core/words/field.js';
import { type AccessStore, type ApiKey, Lookup } from './access-store.js';
import { type Refused, refused } from './refusal.js';
import { type Grant, may, PERMISSIONS, type Role } from './roles.js';
import { fingerprint, matches, newSecret, type RandomSource } from './secret.js';

const KEY = /^sk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const ID_BYTES = 8;
const LONGEST_NAME = 200;

export interface KeyRequest extends Partial<Pick<Grant, 'scopes' | 'storeId'>> {
	/** What a person calls it: where it is used, by whom. */
	readonly name: string;
	readonly role: Role;
	/** Milliseconds since 1970; without, until revoked. */
	readonly expiresAt?: number | null;
}

/** What may be told of a key. */
export type KeySummary = Omit<ApiKey, 'secretHash'>;

export class ApiKeys {
	private readonly store: AccessStore;
	private readonly random: RandomSource;
	private readonly byId: Lookup<ApiKey>;

	constructor(store: AccessStore, random: RandomSource) {
		this.store = store;
		this.random = random;
		this.byId = new Lookup(
			() => store.document.keys,
			({ id }) => id,
		);
	}

	/**
	 * Makes a key.
	 * @returns the key itself, which cannot be told again, and what is kept of it.
	 * @throws SuretyError `bad_field`, and `access_unavailable`: the key then does not exist.
	 */
	async issue(request: KeyRequest, nowMs: number): Promise<{ readonly bearer: string; readonly key: KeySummary }> {
		check(request, nowMs);
		const { name, role, scopes = null, storeId = null, expiresAt = null } = request;
		const id = Buffer.from(this.random(ID_BYTES)).toString('hex');
		const secret = newSecret(this.random);
		const grant = { role, scopes, storeId };
		const times = { createdAt: nowMs, expiresAt, revokedAt: null };
		const key: ApiKey = { id, name, secretHash: fingerprint(secret), ...grant, ...times };
		await this.store.update((document) => ({ ...document, keys: [...document.keys, key] }));
		return { bearer: `sk_${id}_${secret}`, key: summary(key) };
	}

	/** Whose key this is, if it is one and still good. */
	verify(bearer: string, nowMs: number): { readonly allowed: true; readonly key: KeySummary } | Refused {
		const [, id, secret] = KEY.exec(bearer) ?? [];
		const key = id === undefined ? undefined : this.byId.find(id);
		// Only who has the secret learns that a key was revoked or has expired.
		if (key === undefined || secret === undefined || !matches(secret, key.secretHash)) return refused('unknown_key');
		if (key.revokedAt !== null) return refused('key_revoked');
		if (key.expiresAt !== null && key.expiresAt <= nowMs) return refused('key_expired');
		return { allowed: true, key: summary(key) };
	}

	/** Ends a key for ever; at once, and durably when this settles. @returns whether there was such a key. */
	async revoke(id: string, nowMs: number): Promise<boolean> {
		if (this.byId.find(id) === undefined) return false;
		const revoke = (key: ApiKey): ApiKey => (key.id === id ? { ...key, revokedAt: key.revokedAt ?? nowMs } : key);
		await this.store.update((document) => ({ ...document, keys: document.keys.map(revoke) }));
		return true;
	}

	/** All keys ever issued, in order of issue. */
	list(): KeySummary[] {
		return this.store.document.keys.map(summary);
	}
}

function check({ name, role, scopes, storeId, expiresAt }: KeyRequest, nowMs: number): void {
	if (name.trim() === '' || name.length > LONGEST_NAME)
		throw badField('name', name, `expected 1 to ${LONGEST_NAME} characters`);
	if (expiresAt !== undefined && expiresAt !== null && !(expiresAt > nowMs))
		throw badField('expires_at', expiresAt, 'has passed already');
	const grant: Grant = { role, scopes: null, storeId: storeId ?? null };
	for (const scope of scopes ?? []) {
		if (!Object.hasOwn(PERMISSIONS, scope)) throw badField('scopes', scope, 'is not a permission');
		const permit = may(grant, scope, grant.storeId ?? undefined);
		if (!permit.allowed)
			throw badField('scopes', scope, `a key of role ${role}${storeId ? ' of a store' : ''} cannot have it`);
	}
}

function summary(key: ApiKey): KeySummary {
	const { secretHash: _secretHash, ...rest } = key;
	return rest;
}

/**
 * Keyed tokens: what stands in log and history instead of a person's papers, accounts, phones, devices and addresses.
 * A token is a keyed hash, so equal values give equal tokens and whoever lacks the key learns nothing from one, not
 * even by trying every phone number. Whoever has the key can try: the keyring is as secret as the values were.
 *
 * **Rotation.** The key of a token is chosen by the record's own time (`since`), not by the wall clock, so that a
 * record sent again after a rotation is still the same record. One value has another token under each key: links
 * between what was shown before and after a rotation are not seen by comparing tokens. Whoever must look across asks
 * `equivalents`, which needs the value itself. So rotate rarely.
 *
 * **Erasure.** Destroying a key (keep its id with no `key`, so that its tokens are still known for tokens) makes all
 * that was written under it meaningless for ever: nobody can tell whose it was. Of one person, the only readable
 * remainder in a token is its suffix; `withoutSuffix` takes it off wherever a copy can be changed. The log cannot, so
 * a marketplace that must be able to erase even that gives every kind a suffix of 0.
 */
import { createHmac, hash } from 'node:crypto';
import { type BuyerKind, STORE_KIND_OF, type StoreKind } from '../core/rings/identifiers.js';
import { SuretyError } from '../core/words/error.js';
import type { Instant } from '../core/words/time.js';
import { normalForm } from './normal-form.js';

export interface TokenKey {
	/** 1 to 16 small letters and digits; part of every token, so never used twice. */
	readonly id: string;
	/** 32 random bytes; absent once destroyed. */
	readonly key?: Uint8Array;
	/** Records of this time and later are written under it. */
	readonly since: Instant;
}

export type PersonalKind = StoreKind | BuyerKind;

/** How many characters are kept readable, for people who compare a token with a document in their hand. */
export type Suffixes = Readonly<Record<StoreKind, number>>;
export const SUFFIXES: Suffixes = {
	licence_no: 4,
	legal_person: 0,
	bank_account: 4,
	phone: 4,
	device_id: 0,
	ip: 0,
	address: 0,
};

/** 21 bytes: more than chance or malice can collide, and a whole number of base64 characters. */
const HASH_CHARACTERS = 28;
const TOKEN = new RegExp(`^tok_([a-z0-9]{1,16})_[A-Za-z0-9_-]{${HASH_CHARACTERS}}(?:…[0-9A-Z]{1,8})?$`);

export class Tokens {
	/** Those that can write, newest first. */
	private readonly keys: readonly Sealer[];
	private readonly ids: ReadonlySet<string>;
	private readonly suffixes: Suffixes;

	/** @throws SuretyError `bad_keyring` */
	constructor(ring: readonly TokenKey[], suffixes: Partial<Suffixes> = {}) {
		this.ids = new Set(ring.map(({ id }) => id));
		if (this.ids.size < ring.length) throw new SuretyError('bad_keyring', 'two keys have one id');
		this.keys = ring
			.flatMap(({ id, key, since }) => (key === undefined ? [] : [new Sealer(id, key, since)]))
			.sort((a, b) => b.since - a.since);
		if (this.keys.length === 0) throw new SuretyError('bad_keyring', 'there is no key to write with');
		this.suffixes = { ...SUFFIXES, ...suffixes };
		if (Object.values(this.suffixes).some((length) => !Number.isInteger(length) || length < 0 || length > 8))
			throw new SuretyError('bad_keyring', 'a suffix has 0 to 8 characters');
	}

	/**
	 * The token of a raw value.
	 * @param at the time of the record; without one, the newest key writes.
	 * @returns nothing for a value that says nothing (blanks only): it must not link those who left a field empty.
	 */
	of(kind: PersonalKind, raw: string, at?: Instant): string | undefined {
		const space = spaceOf(kind);
		const value = normalForm(space, raw);
		return value === '' ? undefined : this.token(this.keyAt(at), space, value);
	}

	/** The tokens of a raw value under every key there is, newest first: what to look for across rotations. */
	equivalents(kind: PersonalKind, raw: string): string[] {
		const space = spaceOf(kind);
		const value = normalForm(space, raw);
		return value === '' ? [] : this.keys.map((key) => this.token(key, space, value));
	}

	/** Whether a text is a token under a key of this ring, destroyed ones included. */
	isToken(text: string): boolean {
		if (!text.startsWith('tok_')) return false;
		const id = TOKEN.exec(text)?.[1];
		return id !== undefined && this.ids.has(id);
	}

	private keyAt(at: Instant | undefined): Sealer {
		const [newest] = this.keys as [Sealer]; // the constructor made sure of one
		if (at === undefined || at >= newest.since) return newest;
		return this.keys.find(({ since }) => since <= at) ?? (this.keys.at(-1) as Sealer);
	}

	private token(key: Sealer, space: StoreKind, value: string): string {
		return `tok_${key.id}_${key.seal(`${space}\0${value}`)}${suffixOf(value, this.suffixes[space])}`;
	}
}

/** A token with nothing readable left. Tokens with and without suffix are not equal: change all copies or none. */
export function withoutSuffix(token: string): string {
	return TOKEN.test(token) ? token.replace(/…[0-9A-Z]+$/, '') : token;
}

/** A buyer's payment account and a store's bank account are compared, so they share one space of tokens. */
const spaceOf = (kind: PersonalKind): StoreKind => (kind === 'payment_account' ? STORE_KIND_OF[kind] : kind);

/** Only plain characters, and never more than half of a value. */
function suffixOf(value: string, length: number): string {
	if (length === 0 || value.length < length * 2) return '';
	const end = value.slice(-length);
	return /^[0-9A-Z]+$/.test(end) ? `…${end}` : '';
}

const BLOCK = 64;
/** Longer messages, rare, go the long way round. */
const SCRATCH = 1024;

/**
 * HMAC-SHA-256 (RFC 2104) under one key. Done as two one-shot hashes over buffers that hold the padded key already,
 * which takes half the time of `createHmac`; a test holds the two equal.
 */
class Sealer {
	readonly id: string;
	readonly since: Instant;
	private readonly key: Uint8Array;
	private readonly inner = Buffer.alloc(BLOCK + SCRATCH, 0x36);
	private readonly outer = Buffer.alloc(BLOCK + 32, 0x5c);

	constructor(id: string, key: Uint8Array, since: Instant) {
		if (!/^[a-z0-9]{1,16}$/.test(id))
			throw new SuretyError('bad_keyring', 'a key id is 1 to 16 small letters and digits');
		if (key.length !== 32) throw new SuretyError('bad_keyring', `key ${id} is not 32 bytes long`);
		this.id = id;
		this.since = since;
		this.key = Uint8Array.from(key);
		for (const [i, byte] of this.key.entries()) {
			this.inner[i] = byte ^ 0x36;
			this.outer[i] = byte ^ 0x5c;
		}
	}

	seal(message: string): string {
		return this.digest(message).slice(0, HASH_CHARACTERS);
	}

	private digest(message: string): string {
		// A character takes at most three bytes.
		if (message.length * 3 > SCRATCH) return createHmac('sha256', this.key).update(message).digest('base64url');
		const length = this.inner.write(message, BLOCK);
		this.outer.write(hash('sha256', this.inner.subarray(0, BLOCK + length), 'binary'), BLOCK, 'binary');
		return hash('sha256', this.outer, 'base64url');
	}
}

/**
 * Passwords: scrypt (RFC 7914), with its parameters beside each hash so that they can be raised later. One at a time:
 * scrypt runs on the few threads that also sync the log, and a flood of logins must not hold up money.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { RandomSource } from './secret.js';

export interface ScryptCost {
	/** Binary logarithm of N; memory is 128 x N x r bytes. */
	readonly logN: number;
	readonly r: number;
	readonly p: number;
}

/** One of the settings that OWASP holds equal, and the one that takes 32 MiB. */
export const COST: ScryptCost = { logN: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const FORM = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** Logins beyond this many waiting are told to come back. */
const MOST_WAITING = 16;

export class Passwords {
	private readonly cost: ScryptCost;
	private readonly random: RandomSource;
	private waiting = 0;
	private last: Promise<unknown> = Promise.resolve();

	constructor(cost: ScryptCost = COST, random: RandomSource = randomBytes) {
		this.cost = cost;
		this.random = random;
	}

	/** Whether so many wait already that one more should not. */
	get isBusy(): boolean {
		return this.waiting >= MOST_WAITING;
	}

	/** `$scrypt$ln=15,r=8,p=3$SALT$HASH` */
	async hash(password: string): Promise<string> {
		const salt = Buffer.from(this.random(SALT_BYTES));
		const key = await this.derive(password, salt, this.cost);
		const { logN, r, p } = this.cost;
		return `$scrypt$ln=${logN},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`;
	}

	/** Whether a password is the one that was hashed; without a hash takes as long and says no. */
	async verify(password: string, kept: string | undefined): Promise<boolean> {
		const parsed = kept === undefined ? undefined : parse(kept);
		const { salt, cost, key } = parsed ?? { salt: Buffer.alloc(SALT_BYTES), cost: this.cost, key: undefined };
		const derived = await this.derive(password, salt, cost);
		return key !== undefined && timingSafeEqual(derived, key);
	}

	/** Whether a hash was made at another cost than today's. */
	isOutdated(kept: string): boolean {
		const cost = parse(kept)?.cost;
		return cost?.logN !== this.cost.logN || cost.r !== this.cost.r || cost.p !== this.cost.p;
	}

	private derive(password: string, salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
		this.waiting++;
		const mine = this.last.then(() => scryptKey(password, salt, cost)).finally(() => this.waiting--);
		this.last = mine.catch(() => {});
		return mine;
	}
}

function scryptKey(password: string, salt: Uint8Array, { logN, r, p }: ScryptCost): Promise<Buffer> {
	const N = 2 ** logN;
	const options = { N, r, p, maxmem: 128 * r * (N + p + 2) };
	return new Promise((resolve, reject) => {
		// The same password typed on another keyboard may come in other code points.
		scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
			error ? reject(error) : resolve(key),
		);
	});
}

function parse(kept: string): { readonly cost: ScryptCost; readonly salt: Buffer; readonly key: Buffer } | undefined {
	const [, logN, r, p, salt, key] = FORM.exec(kept) ?? [];
	if (salt === undefined || key === undefined) return undefined;
	const bytes = Buffer.from(key, 'base64');
	if (bytes.length !== KEY_BYTES) return undefined;
	return { cost: { logN: Number(logN), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64'), key: bytes };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

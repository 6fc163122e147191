/**
 * Rate limits: a bucket of tokens for each key or address, refilled steadily. Buckets are bounded in number; the one
 * unused longest goes first, which is full again by then unless more sources than `most` come within one refill.
 */
import { isIPv6 } from 'node:net';
import { type Refused, refused } from './refusal.js';

export interface Rate {
	/** How many a second, in the long run. */
	readonly perSecond: number;
	/** How many at once. */
	readonly burst: number;
	/** How many sources to remember. */
	readonly most: number;
}

interface Bucket {
	/** In thousandths, so that whole rates and milliseconds give whole numbers. */
	readonly left: number;
	readonly atMs: number;
}

export class RateLimit {
	/** In order of last use. */
	private readonly buckets = new Map<string, Bucket>();
	private readonly rate: Rate;

	constructor(rate: Rate) {
		this.rate = rate;
	}

	/**
	 * Takes from a source's bucket.
	 * @param cost 1 for a request; more for what costs more. Above `burst` it is never allowed.
	 */
	take(source: string, nowMs: number, cost = 1): { readonly allowed: true } | Refused {
		const { perSecond, burst } = this.rate;
		const [most, asked] = [burst * 1000, cost * 1000];
		const before = this.buckets.get(source) ?? { left: most, atMs: nowMs };
		// A clock set back gives nothing and takes nothing.
		const left = Math.min(most, before.left + Math.max(0, nowMs - before.atMs) * perSecond);
		const isAllowed = left >= asked;
		this.remember(source, { left: isAllowed ? left - asked : left, atMs: Math.max(nowMs, before.atMs) });
		if (isAllowed) return { allowed: true };
		return refused('too_many', { retryAfterMs: Math.ceil((asked - left) / perSecond) });
	}

	get size(): number {
		return this.buckets.size;
	}

	private remember(source: string, bucket: Bucket): void {
		this.buckets.delete(source);
		this.buckets.set(source, bucket);
		if (this.buckets.size <= this.rate.most) return;
		const [oldest] = this.buckets.keys();
		if (oldest !== undefined) this.buckets.delete(oldest);
	}
}

/** Whom to count an address to: of IPv6 the /64, since whoever has one address there has them all. */
export function sourceOf(ip: string): string {
	const bare = ip.toLowerCase().replace(/%.*$/, '');
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
	if (mapped !== undefined || !isIPv6(bare)) return mapped ?? bare;
	const [start = '', end] = bare.split('::');
	const [first, last] = [start.split(':'), end?.split(':') ?? []];
	const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
	const network = [...first, ...zeros, ...last].slice(0, 4);
	return `${network.map((group) => (Number.parseInt(group, 16) || 0).toString(16)).join(':')}::/64`;
}

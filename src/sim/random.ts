/**
 * The simulator's only source of chance: xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", ACM TOMS 2021). It works on 32-bit integers alone, and distributions are drawn from tables of quantiles
 * instead of logarithms and exponentials, whose last digit may differ between engines. So a seed gives the same bytes
 * everywhere. Each store and buyer has a stream of its own, named by a path: adding one changes no other.
 */

const WORDS = 2 ** 32;

/** A point of a distribution: this share of all draws (0..1) lies at or below `value`. */
export type Quantile = readonly [share: number, value: number];

/** A distribution: the shares of draws, rising from 0 to 1, and the value below which each lies. */
export const quantiles = (shares: readonly number[], values: readonly number[]): readonly Quantile[] =>
	shares.map((share, i) => [share, values[i] ?? 0]);

export class Random {
	private s0: number;
	private s1: number;
	private s2: number;
	private s3: number;

	/** @param path names the stream, e.g. `'store', 17`. */
	constructor(seed: number, ...path: readonly (string | number)[]) {
		const name = `${seed}/${path.join('/')}`;
		this.s0 = hash(name, 0x9e3779b9);
		this.s1 = hash(name, 0x243f6a88);
		this.s2 = hash(name, 0xb7e15162);
		this.s3 = hash(name, 0xdeadbeef) | 1; // the all-zero state would stay zero
	}

	/** A whole number of 32 bits. */
	word(): number {
		const result = Math.imul(rotate(Math.imul(this.s1, 5), 7), 9) >>> 0;
		const shifted = this.s1 << 9;
		this.s2 ^= this.s0;
		this.s3 ^= this.s1;
		this.s1 ^= this.s2;
		this.s0 ^= this.s3;
		this.s2 ^= shifted;
		this.s3 = rotate(this.s3, 11);
		return result;
	}

	/** A whole number from 0 up to but not including `end` (below 2^32). */
	below(end: number): number {
		return Math.floor((this.word() / WORDS) * end);
	}

	/** A whole number between the two, both included. */
	between(low: number, high: number): number {
		return low + this.below(high - low + 1);
	}

	chance(percent: number): boolean {
		return this.word() < (percent / 100) * WORDS;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)] as T; // callers never pass an empty list
	}

	/** A value of a distribution given by its quantiles, straight lines between them. */
	draw(points: readonly Quantile[]): number {
		return valueAt(points, this.word() / WORDS);
	}

	/** A shuffled copy (Fisher and Yates). */
	shuffle<T>(list: readonly T[]): T[] {
		const copy = [...list];
		for (let i = copy.length - 1; i > 0; i--) {
			const j = this.below(i + 1);
			[copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
		}
		return copy;
	}

	/** Up to `count` different members of the list. */
	some<T>(list: readonly T[], count: number): T[] {
		return this.shuffle(list).slice(0, count);
	}

	hex(length: number): string {
		let text = '';
		while (text.length < length) text += this.word().toString(16).padStart(8, '0');
		return text.slice(0, length);
	}

	digits(length: number): string {
		let text = '';
		while (text.length < length) text += String(this.below(1e9)).padStart(9, '0');
		return text.slice(0, length);
	}
}

/** The value at or below which such a share (0..1, not 1 itself) of all draws lies. */
export function valueAt(points: readonly Quantile[], share: number): number {
	const at = points.findIndex(([reached]) => share < reached);
	const [upShare, up] = points[Math.max(1, at)] as Quantile;
	const [downShare, down] = points[Math.max(1, at) - 1] as Quantile;
	return down + ((share - downShare) / (upShare - downShare)) * (up - down);
}

function rotate(x: number, by: number): number {
	return (x << by) | (x >>> (32 - by));
}

/** FNV-1a, then the finalizer of MurmurHash3, so that near names give far streams. */
function hash(name: string, basis: number): number {
	let h = basis;
	for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
	h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return h ^ (h >>> 16);
}

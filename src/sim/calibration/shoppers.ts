/**
 * Who buys where in the honest market: sizes of stores, buyers who come back, buyers whom stores share. Sizes are kept
 * for all stores; who shares whom for the first 1,994, as many as the real market had that this is compared with. Ids of
 * stores tell nothing of their roles, so the first are as good as any. Memory stays the same however large the market.
 */
import type { SettledStore } from '../settle.js';

export const SAMPLED_STORES = 1994;
/** Overlap is told of stores with at least so many buyers. */
const ENOUGH_BUYERS = 30;
const SHARED_BY_MANY = 4;

export interface Sharing {
	readonly stores: number;
	/** Per cent of pairs of stores that share at least one buyer, and ten. */
	readonly anyPercent: number;
	readonly tenPercent: number;
	/** Shared buyers as a part of the smaller store's, at ranks among all pairs of stores with 30 or more buyers. */
	readonly overlapP99: number;
	readonly overlapP9999: number;
	readonly overlapMost: number;
	/** Pairs of buyers who have four stores or more in common. */
	readonly closePairs: number;
	/** Groups of stores that hang together by any shared buyer. */
	readonly components: number;
}

export class Shoppers {
	private readonly sizes: number[] = [];
	private returning = 0;
	private pairs = 0;
	/** The sample's buyer-store pairs: buyer's number x 2,048 + the store's place, which sorts by buyer. */
	private readonly sample: number[] = [];
	private readonly sampledSizes: number[] = [];

	take(store: SettledStore): void {
		const lines = new Map<string, number>();
		for (const { purchase } of store.lines) lines.set(purchase.buyer.id, (lines.get(purchase.buyer.id) ?? 0) + 1);
		const place = this.sizes.length;
		this.sizes.push(lines.size);
		this.pairs += lines.size;
		for (const count of lines.values()) if (count > 1) this.returning++;
		if (place >= SAMPLED_STORES) return;
		this.sampledSizes.push(lines.size);
		for (const id of lines.keys()) this.sample.push(Number(id.slice(1)) * 2048 + place);
	}

	get stores(): number {
		return this.sizes.length;
	}

	get buyerStorePairs(): number {
		return this.pairs;
	}

	/** Buyers of a store at ranks of 0..1 among the stores. */
	sizesAt(ranks: readonly number[]): (number | null)[] {
		const sorted = Float64Array.from(this.sizes).sort();
		return ranks.map((rank) => sorted[Math.min(sorted.length - 1, Math.floor(rank * sorted.length))] ?? null);
	}

	/** Per cent of buyer-store pairs with more than one order line. */
	get returningPercent(): number | null {
		return this.pairs === 0 ? null : (100 * this.returning) / this.pairs;
	}

	sharing(): Sharing | null {
		const stores = this.sampledSizes.length;
		if (stores < 2) return null;
		const storesOf = groups(this.sample);
		const shared = new Map<number, number>();
		for (const places of storesOf) eachPair(places, (a, b) => bump(shared, a * 2048 + b));
		const storePairs = (stores * (stores - 1)) / 2;
		const percent = (least: number): number =>
			(100 * [...shared.values()].filter((count) => count >= least).length) / storePairs;
		return {
			stores,
			anyPercent: percent(1),
			tenPercent: percent(10),
			...this.overlaps(shared),
			closePairs: closePairs(storesOf),
			components: components(stores, storesOf),
		};
	}

	private overlaps(shared: ReadonlyMap<number, number>): Pick<Sharing, 'overlapP99' | 'overlapP9999' | 'overlapMost'> {
		const large = this.sampledSizes.filter((size) => size >= ENOUGH_BUYERS).length;
		const found: number[] = [];
		for (const [pair, count] of shared) {
			const smaller = Math.min(this.sampledSizes[pair >> 11] ?? 0, this.sampledSizes[pair & 2047] ?? 0);
			if (smaller >= ENOUGH_BUYERS) found.push(count / smaller);
		}
		found.sort((a, b) => b - a);
		const at = (rank: number): number => found[Math.floor((1 - rank) * ((large * (large - 1)) / 2))] ?? 0;
		return { overlapP99: at(0.99), overlapP9999: at(0.9999), overlapMost: found[0] ?? 0 };
	}
}

const bump = (counts: Map<number, number>, key: number): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** For each buyer of two stores or more, the stores' places, rising. */
function groups(sample: readonly number[]): number[][] {
	const sorted = Float64Array.from(sample).sort();
	const found: number[][] = [];
	let last = -1;
	let places: number[] = [];
	const close = (): void => {
		if (places.length > 1) found.push(places);
	};
	for (const code of sorted) {
		const buyer = Math.floor(code / 2048);
		if (buyer !== last) {
			close();
			[last, places] = [buyer, []];
		}
		places.push(code % 2048);
	}
	close();
	return found;
}

function eachPair(members: readonly number[], tell: (a: number, b: number) => void): void {
	for (const [i, a] of members.entries()) for (const b of members.slice(i + 1)) tell(a, b);
}

/** Whoever has four stores in common has a first two of them in common, and few people have those. */
function closePairs(storesOf: readonly (readonly number[])[]): number {
	const visitors = new Map<number, number[]>();
	for (const [buyer, places] of storesOf.entries()) {
		if (places.length < SHARED_BY_MANY) continue;
		eachPair(places, (a, b) => {
			const both = visitors.get(a * 2048 + b);
			if (both === undefined) visitors.set(a * 2048 + b, [buyer]);
			else both.push(buyer);
		});
	}
	let found = 0;
	for (const [stores, buyers] of visitors) {
		eachPair(buyers, (a, b) => {
			const common = storesOf[a]?.filter((place) => storesOf[b]?.includes(place)) ?? [];
			const [first = 0, second = 0] = common;
			// Counted where their first two stores are, so once.
			if (common.length >= SHARED_BY_MANY && first * 2048 + second === stores) found++;
		});
	}
	return found;
}

/** Union and find with halved paths. */
function components(stores: number, storesOf: readonly (readonly number[])[]): number {
	const parent = Array.from({ length: stores }, (_, place) => place);
	const root = (place: number): number => {
		let at = place;
		while (parent[at] !== at) at = parent[at] = parent[parent[at] as number] as number;
		return at;
	};
	let count = stores;
	for (const [first = 0, ...others] of storesOf) {
		for (const other of others) {
			const [a, b] = [root(first), root(other)];
			if (a === b) continue;
			parent[a] = b;
			count--;
		}
	}
	return count;
}

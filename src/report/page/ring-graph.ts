/**
 * A ring as a graph ready to draw: stores, buyers, what they share (hubs) and who bought where (cells). The order of
 * each side is found by the barycentre heuristic (Sugiyama, Tagawa, Toda 1981): every node moves to the mean place of
 * its neighbours, a fixed number of rounds, ties by the order before. So links cross little, buyers of the same stores
 * stand together, and the same ring always looks the same.
 */
import type { Amount, RingFinding, RingLink } from '../model.js';
import { sumOf, valueOf } from './figure.js';
import type { Outline } from './outline.js';

/** Something shared by some members. Identifiers shared by exactly the same members are one hub. */
export interface Hub {
	readonly identifiers: readonly { readonly kind: string; readonly value: string }[];
	readonly stores: readonly string[];
	readonly buyers: readonly string[];
}

export interface Cell {
	readonly store: string;
	readonly buyer: string;
	readonly sales: number;
	readonly sold: Amount;
	readonly claimed: Amount;
}

export interface RingGraph {
	readonly stores: readonly string[];
	readonly buyers: readonly string[];
	readonly hubs: readonly Hub[];
	readonly cells: readonly Cell[];
	readonly hidden: { readonly stores: number; readonly buyers: number; readonly hubs: number };
}

const MOST_STORES = 80;
const MOST_BUYERS = 180;
const MOST_HUBS = 48;
const ROUNDS = 24;
/** Shared identifiers are drawn as lines, which cross; purchases as cells, which do not. So lines weigh more. */
const HUB_WEIGHT = 3;

export function ringGraph(ring: RingFinding, outline: Outline): RingGraph {
	const cells = cellsOf(ring, outline);
	const hubs = hubsOf(ring.links.filter(({ kind }) => kind !== 'shared_buyers'));
	const stores = mostLinked(ring.stores, MOST_STORES, [
		...cells.map(({ store }) => store),
		...hubs.flatMap((hub) => hub.stores),
	]);
	const buyers = mostLinked(ring.buyers, MOST_BUYERS, [
		...cells.map(({ buyer }) => buyer),
		...hubs.flatMap((hub) => hub.buyers),
	]);
	const [storeSet, buyerSet] = [new Set(stores), new Set(buyers)];
	const kept = hubs
		.map(({ identifiers, stores: sharing, buyers: using }) => ({
			identifiers,
			stores: sharing.filter((id) => storeSet.has(id)),
			buyers: using.filter((id) => buyerSet.has(id)),
		}))
		.filter((hub) => hub.stores.length + hub.buyers.length > 0)
		.slice(0, MOST_HUBS);
	const inside = cells.filter(({ store, buyer }) => storeSet.has(store) && buyerSet.has(buyer));
	return {
		...ordered(stores, buyers, kept, inside),
		cells: inside,
		hidden: {
			stores: ring.stores.length - stores.length,
			buyers: ring.buyers.length - buyers.length,
			hubs: hubs.length - kept.length,
		},
	};
}

function mostLinked(members: readonly string[], most: number, mentions: readonly string[]): readonly string[] {
	const links = new Map<string, number>();
	for (const member of mentions) links.set(member, (links.get(member) ?? 0) + 1);
	return members.toSorted((a, b) => (links.get(b) ?? 0) - (links.get(a) ?? 0) || (a < b ? -1 : 1)).slice(0, most);
}

interface Purchases {
	readonly store: string;
	readonly buyer: string;
	readonly sold: Amount[];
	readonly claimed: Amount[];
}

/** Who bought where: from the timelines, and from links of shared buyers for stores without one. */
function cellsOf(ring: RingFinding, { sections, currency }: Outline): readonly Cell[] {
	const buyers = new Set(ring.buyers);
	const pairs = new Map<string, Purchases>();
	const pairOf = (store: string, buyer: string): Purchases => {
		const key = JSON.stringify([store, buyer]);
		const pair = pairs.get(key) ?? { store, buyer, sold: [], claimed: [] };
		pairs.set(key, pair);
		return pair;
	};
	for (const store of ring.stores) {
		const timeline = sections.get(store)?.timeline;
		for (const { buyer_id, unit_price, quantity } of timeline?.sales ?? [])
			if (buyers.has(buyer_id)) pairOf(store, buyer_id).sold.push(valueOf(unit_price, quantity, currency));
		for (const { buyer_id, amount } of timeline?.claims ?? [])
			if (buyers.has(buyer_id)) pairOf(store, buyer_id).claimed.push(amount);
	}
	for (const link of ring.links.filter(({ kind }) => kind === 'shared_buyers'))
		for (const store of link.stores.filter((id) => !sections.has(id)))
			for (const buyer of link.buyers.filter((id) => buyers.has(id))) pairOf(store, buyer);
	return [...pairs.values()].map(({ store, buyer, sold, claimed }) => ({
		store,
		buyer,
		sales: sold.length,
		sold: sumOf(sold, currency),
		claimed: sumOf(claimed, currency),
	}));
}

/** What each group of members shares, the largest groups first. */
export function hubsOf(links: readonly RingLink[]): readonly Hub[] {
	const hubs = new Map<
		string,
		{ identifiers: { kind: string; value: string }[]; stores: readonly string[]; buyers: readonly string[] }
	>();
	for (const { kind, value, stores, buyers } of links) {
		const key = JSON.stringify([stores.toSorted(), buyers.toSorted()]);
		const hub = hubs.get(key);
		if (hub === undefined) hubs.set(key, { identifiers: [{ kind, value }], stores, buyers });
		else hub.identifiers.push({ kind, value });
	}
	const size = (hub: Hub): number => hub.stores.length + hub.buyers.length;
	return [...hubs.values()].sort((a, b) => size(b) - size(a));
}

/** Places of one side from 0 to 1, by position. */
const placesOf = (order: readonly string[]): Map<string, number> =>
	new Map(order.map((id, i) => [id, order.length > 1 ? i / (order.length - 1) : 0.5]));

interface Pull {
	place: number;
	weight: number;
}

function ordered(
	stores: readonly string[],
	buyers: readonly string[],
	hubs: readonly Hub[],
	cells: readonly Cell[],
): Pick<RingGraph, 'stores' | 'buyers' | 'hubs'> {
	let [storeOrder, buyerOrder, hubOrder] = [stores, buyers, hubs];
	for (let round = 0; round < ROUNDS; round++) {
		const storePlaces = placesOf(storeOrder);
		hubOrder = byPlace(hubOrder, (hub) => meanPlace(hub.stores, storePlaces));
		buyerOrder = pulled(buyerOrder, (pull) => {
			for (const { store, buyer } of cells) pull(buyer, storePlaces.get(store), 1);
		});
		const buyerPlaces = placesOf(buyerOrder);
		storeOrder = pulled(storeOrder, (pull) => {
			for (const { store, buyer } of cells) pull(store, buyerPlaces.get(buyer), 1);
			for (const [i, hub] of hubOrder.entries())
				for (const store of hub.stores) pull(store, i / Math.max(1, hubOrder.length - 1), HUB_WEIGHT);
		});
	}
	return { stores: storeOrder, buyers: buyerOrder, hubs: hubOrder };
}

/** Nodes in the order of the weighted mean of the places that pull them; who is not pulled stays at the end. */
function pulled(
	order: readonly string[],
	collect: (pull: (id: string, place: number | undefined, weight: number) => void) => void,
): readonly string[] {
	const pulls = new Map<string, Pull>(order.map((id) => [id, { place: 0, weight: 0 }]));
	collect((id, place, weight) => {
		const sum = pulls.get(id);
		if (sum === undefined || place === undefined) return;
		sum.place += place * weight;
		sum.weight += weight;
	});
	return byPlace(order, (id) => {
		const { place, weight } = pulls.get(id) ?? { place: 0, weight: 0 };
		return weight === 0 ? 2 : place / weight;
	});
}

function meanPlace(ids: readonly string[], places: ReadonlyMap<string, number>): number {
	const known = ids.map((id) => places.get(id)).filter((place) => place !== undefined);
	return known.length === 0 ? 2 : known.reduce((sum, place) => sum + place, 0) / known.length;
}

/** Stable, so equal places keep their order. */
const byPlace = <T>(order: readonly T[], place: (node: T) => number): readonly T[] =>
	order
		.map((node) => ({ node, at: place(node) }))
		.sort((a, b) => a.at - b.at)
		.map(({ node }) => node);

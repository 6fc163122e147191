/**
 * Rings: stores and buyers acting as one. Only stores that are abnormal by their own conduct can found or join one, so
 * honest sisters, tenants of one address and families never do; among abnormal stores a link is strong when it is rare
 * elsewhere. Identifiers and shared buyers are weighed together: gangs with clean papers are tied by their buyers, and
 * gangs with separate buyers by their papers. (Components of the whole graph and dense blocks alone both fail: honest
 * trade hangs together in one piece, and its densest part is honest heavy users.)
 */
import type { Book } from '../book/book.js';
import type { Store } from '../book/store.js';
import type { StoreRisk } from '../risk/store-risk.js';
import type { Instant } from '../words/time.js';
import {
	BUYER_KINDS,
	IDENTIFIER_KINDS,
	type Identifier,
	type IdentifierKind,
	type Identifiers,
} from './identifiers.js';

/** Two abnormal stores tied by this much (in hundredths) act as one. */
const TIED = 50;
/** What different buyers on one side share so rarely that it ties; families share the others. */
const TELLING_OF_BUYERS = ['payment_account', 'device_id'] as const;
/** Shared buyers tie in full when they are this share of the smaller store's. */
const SHARED_IN_FULL = 0.3;

export class Ring {
	readonly id: string;
	/** When the second member was flagged. */
	readonly foundAt: Instant;
	/** By index, in the order they joined. */
	readonly stores: number[];

	constructor(id: string, foundAt: Instant, stores: number[]) {
		this.id = id;
		this.foundAt = foundAt;
		this.stores = stores;
	}
}

/** What ties members of a ring: an identifier, or buyers in common. */
export interface Link {
	readonly kind: string;
	readonly value: string;
	readonly stores: readonly number[];
	readonly buyers: readonly string[];
}

export class Rings {
	private readonly book: Book;
	private readonly risks: readonly StoreRisk[];
	private readonly identifiers: Identifiers;
	private readonly flagged: number[] = [];
	private readonly ofStore = new Map<number, Ring>();
	private count = 0;
	/** Ids of the buyers each flagged store had when flagged, claimers added since. */
	private readonly buyersOf = new Map<number, Set<string>>();

	constructor(book: Book, risks: readonly StoreRisk[], identifiers: Identifiers) {
		this.book = book;
		this.risks = risks;
		this.identifiers = identifiers;
	}

	/** The ring a store belongs to, if any. */
	of(store: number): Ring | undefined {
		return this.ofStore.get(store);
	}

	/** All rings, oldest first. */
	all(): Ring[] {
		return [...new Set(this.ofStore.values())].sort((a, b) => a.foundAt - b.foundAt || (a.id < b.id ? -1 : 1));
	}

	/** A store was flagged: it is tied to those flagged before, and rings it ties together become one. */
	join(store: Store, at: Instant): void {
		this.buyersOf.set(store.index, this.circle(store.index));
		for (const other of this.flagged) {
			if (this.ofStore.get(other) !== undefined && this.ofStore.get(other) === this.ofStore.get(store.index)) continue;
			if (this.tie(store.index, other) >= TIED) this.unite(other, store.index, at);
		}
		this.flagged.push(store.index);
	}

	/** A store turned out to be honest: it leaves its ring, and a ring of one is none. */
	leave(store: number): void {
		const place = this.flagged.indexOf(store);
		if (place >= 0) this.flagged.splice(place, 1);
		const ring = this.ofStore.get(store);
		this.ofStore.delete(store);
		if (ring === undefined) return;
		ring.stores.splice(ring.stores.indexOf(store), 1);
		if (ring.stores.length === 1) this.ofStore.delete(ring.stores[0] as number);
	}

	/** A flagged store paid another claim: its circle grows, and may now touch another. */
	claimed(store: Store, buyer: string, at: Instant): void {
		const circle = this.buyersOf.get(store.index);
		if (circle === undefined || circle.has(buyer)) return;
		circle.add(buyer);
		for (const other of this.flagged) {
			if (
				other === store.index ||
				(this.ofStore.has(other) && this.ofStore.get(other) === this.ofStore.get(store.index))
			)
				continue;
			if (this.tie(store.index, other) >= TIED) this.unite(other, store.index, at);
		}
	}

	/** The buyers of a ring: those who dealt with two members, claimed a good part of one, or share a member's papers. */
	buyers(ring: Ring): string[] {
		const members = new Map<string, number>();
		for (const store of ring.stores) {
			for (const buyer of this.buyersOf.get(store) ?? []) members.set(buyer, (members.get(buyer) ?? 0) + 1);
		}
		const own = new Set(ring.stores);
		return [...members]
			.filter(([buyer, stores]) => stores > 1 || this.belongs(buyer, own))
			.map(([buyer]) => buyer)
			.sort();
	}

	/** Every identifier and every set of buyers that ties two members, strongest kinds first. */
	links(ring: Ring): Link[] {
		const buyers = this.buyers(ring);
		return [...this.identifierLinks(ring, buyers), ...this.buyerLinks(ring, buyers)];
	}

	/** Ids of buyers whose money or claims the store's episode was about. */
	private circle(store: number): Set<string> {
		const risk = this.risks[store] as StoreRisk; // every store has one
		const ids = new Set<string>(risk.claimers.keys());
		for (const id of risk.episode?.buyers.keys() ?? []) ids.add(id);
		return ids;
	}

	/** How strongly two flagged stores are tied, in hundredths. */
	private tie(a: number, b: number): number {
		const circleA = this.buyersOf.get(a) ?? new Set();
		const circleB = this.buyersOf.get(b) ?? new Set();
		let shared = 0;
		for (const buyer of circleA) if (circleB.has(buyer)) shared++;
		const smaller = Math.min(circleA.size, circleB.size);
		let strength = smaller === 0 ? 0 : Math.min(100, (100 * shared) / (smaller * SHARED_IN_FULL));
		for (const identifier of this.identifiers.ofStore(a)) {
			if (identifier.stores.includes(b)) strength += IDENTIFIER_KINDS[identifier.kind] * this.purity(identifier);
		}
		if (strength < TIED) strength += this.tieByBuyers(circleA, circleB);
		return strength;
	}

	/** Different buyers of both circles on the same account or device tie too. */
	private tieByBuyers(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
		let strength = 0;
		for (const kind of TELLING_OF_BUYERS) {
			const values = new Set<string>();
			for (const id of a) values.add(this.book.buyers.shown(id)?.[kind] ?? '');
			for (const id of b) {
				const value = this.book.buyers.shown(id)?.[kind];
				if (value !== undefined && !a.has(id) && values.has(value)) strength += IDENTIFIER_KINDS[kind] / 2;
			}
		}
		return Math.min(100, strength);
	}

	/** The share of an identifier's stores that are flagged: an agent's address is mostly honest tenants. */
	private purity(identifier: Identifier): number {
		let flagged = 0;
		for (const store of identifier.stores) if (this.risks[store]?.flaggedAt !== undefined) flagged++;
		return flagged / identifier.stores.length;
	}

	private unite(older: number, newer: number, at: Instant): void {
		const first = this.ofStore.get(older);
		const second = this.ofStore.get(newer);
		const kept = earlier(first, second) ?? new Ring(`R${String(++this.count).padStart(4, '0')}`, at, [older]);
		for (const store of [...(first?.stores ?? [older]), ...(second?.stores ?? [newer])]) {
			if (!kept.stores.includes(store)) kept.stores.push(store);
			this.ofStore.set(store, kept);
		}
	}

	private belongs(id: string, own: ReadonlySet<number>): boolean {
		for (const store of own) {
			const { claimers } = this.risks[store] as StoreRisk;
			let total = 0;
			for (const amount of claimers.values()) total += amount;
			if ((claimers.get(id) ?? 0) * 20 >= total && total > 0) return true;
		}
		const shown = this.book.buyers.shown(id);
		return shown !== undefined && [...own].some((store) => this.identifiers.isOwn(store, shown));
	}

	/** Every value that two members, stores or buyers, have shown. */
	private identifierLinks(ring: Ring, buyers: readonly string[]): Link[] {
		const links = new Map<string, { kind: IdentifierKind; value: string; stores: number[]; buyers: string[] }>();
		const link = (kind: IdentifierKind, value: string) => {
			const key = `${kind === 'payment_account' ? 'bank_account' : kind}\n${value}`;
			const known = links.get(key) ?? { kind, value, stores: [], buyers: [] };
			links.set(key, known);
			return known;
		};
		for (const store of ring.stores) {
			for (const { kind, value } of this.identifiers.ofStore(store)) link(kind, value).stores.push(store);
		}
		for (const id of buyers) {
			const shown = this.book.buyers.shown(id);
			for (const kind of BUYER_KINDS) {
				const value = shown?.[kind];
				if (value !== undefined) link(kind, value).buyers.push(id);
			}
		}
		const shared = [...links.values()].filter(({ stores, buyers: sharing }) => stores.length + sharing.length > 1);
		return shared.sort(
			(a, b) =>
				IDENTIFIER_KINDS[b.kind] - IDENTIFIER_KINDS[a.kind] || compare(a.kind, b.kind) || compare(a.value, b.value),
		);
	}

	/** One link for each buyer who dealt with several members. */
	private buyerLinks(ring: Ring, buyers: readonly string[]): Link[] {
		return buyers.flatMap((buyer) => {
			const stores = ring.stores.filter((store) => this.buyersOf.get(store)?.has(buyer));
			return stores.length < 2 ? [] : [{ kind: 'shared_buyers', value: buyer, stores, buyers: [buyer] }];
		});
	}
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function earlier(a: Ring | undefined, b: Ring | undefined): Ring | undefined {
	if (a === undefined || b === undefined) return a ?? b;
	return a.foundAt < b.foundAt || (a.foundAt === b.foundAt && a.id < b.id) ? a : b;
}

/**
 * Rings as the platform sees them. What ties a ring are values that belong to persons: they are shown only to those
 * who may see them; to all others, a token stays without its readable end and anything else is not shown at all.
 */
import type { Store } from '../core/book/store.js';
import type { Desk } from '../core/desk/desk.js';
import type { Link, Ring } from '../core/rings/rings.js';
import { add, type Minor, ZERO } from '../core/words/money.js';
import { formatInstant } from '../core/words/time.js';
import { withoutSuffix } from '../door/tokens.js';
import { amounts } from './amounts.js';
import { type Page, type PageAsked, pageOf, shown } from './page.js';
import { shortfall } from './store-view.js';

export type RingView = NonNullable<ReturnType<typeof ringView>>;
export type RingSummary = ReturnType<typeof ringSummary>;

/** @param personal whether values of persons may be shown. */
export function ringView(desk: Desk, id: string, personal: boolean) {
	const { rings } = desk.core.risk;
	const ring = rings.all().find((known) => known.id === id);
	if (ring === undefined) return undefined;
	return {
		...ringSummary(desk, ring),
		buyers: rings.buyers(ring),
		links: rings.links(ring).map((link) => linkView(desk, link, personal)),
	};
}

/** Rings in the order they were found. */
export function listRings(desk: Desk, { after, limit }: PageAsked): Page<RingSummary> {
	const all = desk.core.risk.rings.all();
	const from = after === undefined ? 0 : all.findIndex((ring) => keyOf(ring) > after);
	const page = pageOf(from < 0 ? [] : all.slice(from, from + limit + 1), limit, keyOf);
	return shown(page, (ring) => ringSummary(desk, ring));
}

/** Sorts as `Rings.all` does: by time, then by id. */
const keyOf = ({ foundAt, id }: Ring): string => `${String(foundAt).padStart(14, '0')} ${id}`;

function ringSummary(desk: Desk, ring: Ring) {
	const { book, risk } = desk.core;
	const words = amounts(desk);
	const members = ring.stores.map((index) => book.stores[index] as Store); // rings are made of stores
	const sum = (part: (store: Store) => Minor): string =>
		words(members.reduce((all, store) => add(all, part(store)), ZERO));
	return {
		ring_id: ring.id,
		score: Math.max(...members.map((store) => risk.of(store).peak)) / 100,
		flagged_at: formatInstant(ring.foundAt),
		stores: members.map(({ id }) => id),
		advanced: sum((store) => store.advanced),
		recovered: sum((store) => store.recovered),
		shortfall: sum((store) => shortfall(desk, store)),
	};
}

function linkView(desk: Desk, { kind, value, stores, buyers }: Link, personal: boolean) {
	return {
		kind,
		value: kind === 'shared_buyers' ? value : shownValue(value, personal),
		stores: stores.map((index) => desk.core.book.stores[index]?.id ?? ''),
		buyers,
	};
}

/** A value that belongs to a person, as far as it may be shown. */
export function shownValue(value: string, personal: boolean): string | null {
	if (personal) return value;
	return /^tok_[a-z0-9]+_/.test(value) ? withoutSuffix(value) : null;
}

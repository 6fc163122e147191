/** The open guarantees of one store, in the order in which they free what they lock. */
import { type Slot, NONE } from '../core/book/line-slab.js';
import type { Item, Store } from '../core/book/store.js';
import type { Book } from '../core/book/book.js';
import type { Desk } from '../core/desk/desk.js';
import { ZERO } from '../core/words/money.js';
import { formatInstant, type Instant, SECOND } from '../core/words/time.js';
import { amounts } from './amounts.js';
import { type Page, type PageAsked, pageOf, shown } from './page.js';

/** Items by store, for the book has them in one list only. Items are only ever added, so it is kept up by what is new. */
class ItemsByStore {
	private readonly byStore = new Map<number, Item[]>();
	private seen = 0;

	of(book: Book, store: Store): readonly Item[] {
		for (; this.seen < book.items.length; this.seen++) {
			const item = book.items[this.seen] as Item; // below the length
			const items = this.byStore.get(item.store.index);
			if (items === undefined) this.byStore.set(item.store.index, [item]);
			else items.push(item);
		}
		return this.byStore.get(store.index) ?? [];
	}
}

const indexes = new WeakMap<Book, ItemsByStore>();

function itemsOf(book: Book, store: Store): readonly Item[] {
	let index = indexes.get(book);
	if (index === undefined) indexes.set(book, (index = new ItemsByStore()));
	return index.of(book, store);
}

/** Open guarantees, those that end first before the others. */
export function openSlots({ core: { book } }: Desk, store: Store): Slot[] {
	const slots: Slot[] = [];
	for (const item of itemsOf(book, store)) {
		for (let slot = item.first; slot !== NONE; slot = book.lines.next(slot)) slots.push(slot);
	}
	return slots.sort((a, b) => book.lines.endS(a) - book.lines.endS(b) || a - b);
}

export function guaranteesOf(desk: Desk, slots: readonly Slot[], { after, limit }: PageAsked) {
	const { lines } = desk.core.book;
	const keyOf = (slot: Slot): string =>
		`${String(lines.endS(slot)).padStart(10, '0')} ${String(slot).padStart(12, '0')}`;
	const left = after === undefined ? slots : slots.filter((slot) => keyOf(slot) > after);
	const page: Page<Slot> = pageOf(left, limit, keyOf);
	return shown(page, (slot) => guaranteeView(desk, slot));
}

/** What one guarantee locks. Its order line's id is not kept by the book; item, amount and time of sale tell it. */
function guaranteeView(desk: Desk, slot: Slot) {
	const { book } = desk.core;
	const { lines, securing } = book;
	const rules = book.rulesOf(slot);
	const words = amounts(desk);
	const detail = lines.detailOf(slot);
	return {
		sku_id: securing.itemOf(slot).sku,
		quantity: lines.quantity(slot),
		unit_price: words(lines.unit(slot)),
		sold_at: formatInstant((lines.paidS(slot) * SECOND) as Instant),
		at_most: words(securing.mostCost(slot)),
		due: words(detail?.due ?? ZERO),
		reserved: words(detail?.reserve ?? ZERO),
		from_held: words(detail?.own ?? ZERO),
		frees_at: endOf(book, slot),
		/** What the buyer was promised, by the programme's name and version. */
		programme: rules.name,
		/** The window may be moved by the delivery. */
		may_move: rules.endsAfterDelivery,
	};
}

export const endOf = ({ lines }: Book, slot: Slot): string => formatInstant((lines.endS(slot) * SECOND) as Instant);

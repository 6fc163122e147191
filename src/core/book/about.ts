/** Which store a record is about. */
import type { OrderLineId, StoreId } from '../words/ids.js';
import type { Instant } from '../words/time.js';
import type { Book } from './book.js';
import { NONE } from './line-slab.js';

interface Named {
	readonly at: Instant;
	readonly store_id?: StoreId | undefined;
	readonly order_line_id?: OrderLineId | undefined;
}

/** A line is its store's, whatever store a record names; nothing where it names none and its line is forgotten. */
export function storeIdOf(book: Book, { order_line_id, at, store_id }: Named): StoreId | '' {
	const line = order_line_id === undefined ? NONE : book.findLine(order_line_id, at);
	return line === NONE ? (store_id ?? '') : book.storeOf(line).id;
}

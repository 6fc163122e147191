/** Pages of lists: a stable order, a place to go on from, and no more than was asked for. */

/** Where to go on is the list's own key, as text; whoever shows it to the outside makes it opaque. */
export interface PageAsked {
	readonly after?: string | undefined;
	readonly limit: number;
}

export interface Page<T> {
	readonly items: readonly T[];
	/** Where the next page begins; absent at the end. */
	readonly next?: string;
}

/** The first page of a sequence in order; `keyOf` gives each item's place. */
export function pageOf<T>(sequence: Iterable<T>, limit: number, keyOf: (item: T) => string): Page<T> {
	const items: T[] = [];
	for (const item of sequence) {
		if (items.length === limit) return { items, next: keyOf(items[limit - 1] as T) };
		items.push(item);
	}
	return { items };
}

/** A page with its items shown in another form. */
export const shown = <T, U>({ items, ...rest }: Page<T>, show: (item: T) => U): Page<U> => ({
	...rest,
	items: items.map(show),
});

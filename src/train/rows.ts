/** What is learned from: a row of features for each time a store was scored, column by column in growing arrays. */
import { FEATURE_NAMES } from '../core/model/feature-names.js';
import type { Row } from '../core/model/compiled.js';

const FIRST_ROOM = 1024;

export class Rows {
	count = 0;
	/** By feature. */
	columns: Int32Array[] = FEATURE_NAMES.map(() => new Int32Array(FIRST_ROOM));
	/** By row: the store's index, whether anything was uncovered, and the transparent score. */
	stores = new Int32Array(FIRST_ROOM);
	uncovered = new Int32Array(FIRST_ROOM);
	transparent = new Int32Array(FIRST_ROOM);

	add(store: number, row: Row, isUncovered: boolean, transparent: number): void {
		if (this.count === this.stores.length) this.grow();
		const at = this.count++;
		for (const [i, column] of this.columns.entries()) column[at] = row[i] ?? 0;
		this.stores[at] = store;
		this.uncovered[at] = isUncovered ? 1 : 0;
		this.transparent[at] = transparent;
	}

	/** One row's features. @param row written to. */
	read(at: number, row: Row): Row {
		for (const [i, column] of this.columns.entries()) row[i] = column[at] ?? 0;
		return row;
	}

	/** The rows of some stores only. */
	of(stores: ReadonlySet<number>): Rows {
		const kept = new Rows();
		const row = new Int32Array(FEATURE_NAMES.length);
		for (let at = 0; at < this.count; at++) {
			const store = this.stores[at] ?? 0;
			if (!stores.has(store)) continue;
			kept.add(store, this.read(at, row), this.uncovered[at] === 1, this.transparent[at] ?? 0);
		}
		return kept;
	}

	private grow(): void {
		const twice = (list: Int32Array): Int32Array<ArrayBuffer> => {
			const longer = new Int32Array(list.length * 2);
			longer.set(list);
			return longer;
		};
		this.columns = this.columns.map(twice);
		this.stores = twice(this.stores);
		this.uncovered = twice(this.uncovered);
		this.transparent = twice(this.transparent);
	}
}

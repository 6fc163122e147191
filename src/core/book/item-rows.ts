/** Items as rows of a text index: the fingerprint stands in the item itself; row n is the item of index n - 1. */
import type { Item } from './store.js';
import type { FingerprintedRows } from './text-index.js';

export class ItemRows implements FingerprintedRows {
	private readonly items: readonly Item[];

	constructor(items: readonly Item[]) {
		this.items = items;
	}

	setFingerprint(row: number, a: number, b: number, c: number): void {
		const item = this.at(row);
		item.a = a | 0;
		item.b = b | 0;
		item.c = c | 0;
	}
	matches(row: number, a: number, b: number, c: number): boolean {
		const item = this.at(row);
		return item.a === (a | 0) && item.b === (b | 0) && item.c === (c | 0);
	}
	wordA(row: number): number {
		return this.at(row).a >>> 0;
	}
	wordB(row: number): number {
		return this.at(row).b >>> 0;
	}

	private at(row: number): Item {
		return this.items[row - 1] as Item; // the index holds only rows it was given
	}
}

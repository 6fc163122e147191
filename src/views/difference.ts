/** What differs between two documents, in words. */

/** For stores. */
export type Direction = 'stricter' | 'looser' | 'other';

export type Value = string | number;

export interface Difference {
	/** Where in the document, e.g. `margin_percent.new`. */
	readonly field: string;
	readonly from: Value;
	readonly to: Value;
	readonly effect: Direction;
	readonly en: string;
	readonly zh: string;
}

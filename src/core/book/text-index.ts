/**
 * A text index: id to row. Open addressing with linear probing over rows alone; the fingerprints to compare with stand
 * in the rows, beside what a record wants next, so that a look-up costs two cache misses and touches no other text.
 * Split into segments that grow one at a time, so that no single record pays for moving ten million entries. Deletion
 * shifts followers back (Knuth, TAOCP 6.4, algorithm R), so there are no tombstones.
 */
import { Fingerprint } from './fingerprint.js';

/** Rows that carry the fingerprint of their id; row 0 is never used and means "none". */
export interface FingerprintedRows {
	setFingerprint(row: number, a: number, b: number, c: number): void;
	matches(row: number, a: number, b: number, c: number): boolean;
	/** Two of the fingerprint's words. */
	wordA(row: number): number;
	wordB(row: number): number;
}

const NONE = 0;
const SEGMENT_BITS = 8;
const FIRST_CAPACITY = 16;
/** Numerator over 16: a segment doubles when it is fuller than this. */
const FULLEST = 13;

export class Segment {
	rows = new Uint32Array(FIRST_CAPACITY);
	used = 0;
}

export class TextIndex {
	private readonly rows: FingerprintedRows;
	private readonly segments: Segment[] = [];
	private readonly key = new Fingerprint();
	/** The last id looked up: a record's handler asks for the same one more than once. */
	private lastId: string | undefined;
	private lastRow = NONE;
	private lastSalt = 0;

	constructor(rows: FingerprintedRows) {
		this.rows = rows;
		for (let i = 0; i < 1 << SEGMENT_BITS; i++) this.segments.push(new Segment());
	}

	/** The row of an id, or NONE. @param salt tells apart equal ids of different owners. */
	find(id: string, salt = 0): number {
		if (id === this.lastId && salt === this.lastSalt) return this.lastRow;
		const { key } = this;
		key.of(id, salt);
		const { rows } = this.segmentOf(key.a);
		const mask = rows.length - 1;
		let at = key.b & mask;
		let row = rows[at]!;
		while (row !== NONE && !this.rows.matches(row, key.a, key.b, key.c)) {
			at = (at + 1) & mask;
			row = rows[at]!;
		}
		this.lastId = id;
		this.lastSalt = salt;
		this.lastRow = row;
		return row;
	}

	/** Enters an id that `find` did not find, and writes its fingerprint into its row. */
	insert(id: string, row: number, salt = 0): void {
		const { key } = this;
		if (id !== this.lastId || salt !== this.lastSalt) key.of(id, salt);
		this.rows.setFingerprint(row, key.a, key.b, key.c);
		const segment = this.segmentOf(key.a);
		if ((segment.used + 1) * 16 > segment.rows.length * FULLEST) this.grow(segment);
		segment.used++;
		place(segment.rows, row, key.b);
		this.lastId = id;
		this.lastSalt = salt;
		this.lastRow = row;
	}

	remove(row: number): void {
		if (row === this.lastRow) this.lastId = undefined;
		const segment = this.segmentOf(this.rows.wordA(row));
		const { rows } = segment;
		const mask = rows.length - 1;
		let hole = this.rows.wordB(row) & mask;
		while (rows[hole] !== row) hole = (hole + 1) & mask;
		segment.used--;
		for (let at = (hole + 1) & mask; rows[at] !== NONE; at = (at + 1) & mask) {
			const home = this.rows.wordB(rows[at]!) & mask;
			// Only an entry whose home is not between the hole and itself may move back.
			if (((at - home) & mask) >= ((at - hole) & mask)) {
				rows[hole] = rows[at]!;
				hole = at;
			}
		}
		rows[hole] = NONE;
	}

	/** Bytes allocated, for measurements. */
	get bytes(): number {
		return this.segments.reduce((sum, { rows }) => sum + rows.byteLength, 0);
	}

	private segmentOf(a: number): Segment {
		return this.segments[a >>> (32 - SEGMENT_BITS)]!;
	}

	private grow(segment: Segment): void {
		const wider = new Uint32Array(segment.rows.length * 2);
		for (const row of segment.rows) if (row !== NONE) place(wider, row, this.rows.wordB(row));
		segment.rows = wider;
	}
}

function place(rows: Uint32Array, row: number, b: number): void {
	const mask = rows.length - 1;
	let at = b & mask;
	while (rows[at] !== NONE) at = (at + 1) & mask;
	rows[at] = row;
}

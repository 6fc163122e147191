/**
 * Known ids: which record ids were taken, with what content, and where their answers lie in the log. A ring of rows of
 * typed words, so the newest ids are known however long the service runs; the oldest make room.
 */
import { TextIndex } from '../core/book/text-index.js';
import type { Position } from '../log/port.js';
import { type Content, isSame } from './content.js';

const PAGE_BITS = 13;
const PAGE_ROWS = 1 << PAGE_BITS;
const A = 0;
const B = 1;
const C = 2;
const CONTENT = 3;
const CONTENT_TOO = 4;
const HIGH = 5; // of the position
const LOW = 6;
const ORDINAL = 7;
const WORDS = 8;
const TWO_32 = 2 ** 32;

export interface Known {
	/** Whether the content is the same as then. */
	readonly same: boolean;
	readonly position: Position;
	/** Which entry of the batch it is. */
	readonly ordinal: number;
}

export class KnownIds {
	private readonly most: number;
	private readonly pages: Uint32Array[] = [];
	private readonly index = new TextIndex(this);
	/** Ids ever added; row n holds the n-th, modulo the size of the ring. */
	private added = 0;

	/** @param most ids that are remembered; about 40 bytes each. */
	constructor(most: number) {
		this.most = most;
	}

	get count(): number {
		return Math.min(this.added, this.most);
	}

	find(id: string, content: Content): Known | undefined {
		const row = this.index.find(id);
		if (row === 0) return undefined;
		const same = isSame(content, { a: this.word(row, CONTENT), b: this.word(row, CONTENT_TOO) });
		return { same, ...this.place(row) };
	}

	/** Where the answer to an id lies. */
	where(id: string): Omit<Known, 'same'> | undefined {
		const row = this.index.find(id);
		return row === 0 ? undefined : this.place(row);
	}

	add(id: string, content: Content, position: Position, ordinal: number): void {
		const row = (this.added % this.most) + 1;
		if (this.added >= this.most) this.index.remove(row);
		while (row >>> PAGE_BITS >= this.pages.length) this.pages.push(new Uint32Array(PAGE_ROWS * WORDS));
		this.added++;
		this.set(row, CONTENT, content.a);
		this.set(row, CONTENT_TOO, content.b);
		this.set(row, HIGH, Math.floor(position / TWO_32));
		this.set(row, LOW, position % TWO_32);
		this.set(row, ORDINAL, ordinal);
		this.index.insert(id, row);
	}

	setFingerprint(row: number, a: number, b: number, c: number): void {
		this.set(row, A, a);
		this.set(row, B, b);
		this.set(row, C, c);
	}
	matches(row: number, a: number, b: number, c: number): boolean {
		return this.word(row, A) === a && this.word(row, B) === b && this.word(row, C) === c;
	}
	wordA(row: number): number {
		return this.word(row, A);
	}
	wordB(row: number): number {
		return this.word(row, B);
	}

	private place(row: number): Omit<Known, 'same'> {
		const position = (this.word(row, HIGH) * TWO_32 + this.word(row, LOW)) as Position;
		return { position, ordinal: this.word(row, ORDINAL) };
	}

	private word(row: number, which: number): number {
		return this.pages[row >>> PAGE_BITS]?.[(row % PAGE_ROWS) * WORDS + which] ?? 0;
	}
	private set(row: number, which: number, value: number): void {
		const page = this.pages[row >>> PAGE_BITS];
		if (page !== undefined) page[(row % PAGE_ROWS) * WORDS + which] = value;
	}
}

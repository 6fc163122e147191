/**
 * The line index: order line id to slot. Open addressing with linear probing over slots alone; the fingerprints to
 * compare with are in the slab. Split into segments that grow one at a time, so that no single record pays for moving
 * ten million entries. Deletion shifts followers back (Knuth, TAOCP 6.4, algorithm R), so there are no tombstones.
 */
import { Fingerprint } from './fingerprint.js';
import { type LineSlab, NONE, type Slot } from './line-slab.js';

const SEGMENT_BITS = 8;
const FIRST_CAPACITY = 16;
/** Numerator over 16: a segment doubles when it is fuller than this. */
const FULLEST = 13;

class Segment {
	slots = new Uint32Array(FIRST_CAPACITY);
	used = 0;
}

export class LineIndex {
	private readonly lines: LineSlab;
	private readonly segments: Segment[] = [];
	private readonly key = new Fingerprint();
	/** The last id looked up: a record's handler asks for the same line more than once. */
	private lastId: string | undefined;
	private lastSlot: Slot = NONE;

	constructor(lines: LineSlab) {
		this.lines = lines;
		for (let i = 0; i < 1 << SEGMENT_BITS; i++) this.segments.push(new Segment());
	}

	/** The slot of an id, or NONE. */
	find(id: string): Slot {
		if (id === this.lastId) return this.lastSlot;
		const { key } = this;
		key.of(id);
		const { slots } = this.segmentOf(key.a);
		const mask = slots.length - 1;
		let at = key.b & mask;
		let slot = slots[at]!;
		while (slot !== NONE && !this.lines.matches(slot, key.a, key.b, key.c)) {
			at = (at + 1) & mask;
			slot = slots[at]!;
		}
		this.lastId = id;
		this.lastSlot = slot;
		return slot;
	}

	/** Enters an id that `find` did not find, and writes its fingerprint into the slab. */
	insert(id: string, slot: Slot): void {
		const { key } = this;
		if (id !== this.lastId) key.of(id);
		this.lines.setFingerprint(slot, key.a, key.b, key.c);
		const segment = this.segmentOf(key.a);
		if ((segment.used + 1) * 16 > segment.slots.length * FULLEST) this.grow(segment);
		segment.used++;
		place(segment.slots, slot, key.b);
		this.lastId = id;
		this.lastSlot = slot;
	}

	remove(slot: Slot): void {
		if (slot === this.lastSlot) this.lastId = undefined;
		const segment = this.segmentOf(this.lines.wordA(slot));
		const { slots } = segment;
		const mask = slots.length - 1;
		let hole = this.lines.wordB(slot) & mask;
		while (slots[hole] !== slot) hole = (hole + 1) & mask;
		segment.used--;
		for (let at = (hole + 1) & mask; slots[at] !== NONE; at = (at + 1) & mask) {
			const home = this.lines.wordB(slots[at]!) & mask;
			// Only an entry whose home is not between the hole and itself may move back.
			if (((at - home) & mask) >= ((at - hole) & mask)) {
				slots[hole] = slots[at]!;
				hole = at;
			}
		}
		slots[hole] = NONE;
	}

	/** Bytes allocated, for measurements. */
	get bytes(): number {
		return this.segments.reduce((sum, { slots }) => sum + slots.byteLength, 0);
	}

	private segmentOf(a: number): Segment {
		return this.segments[a >>> (32 - SEGMENT_BITS)]!;
	}

	private grow(segment: Segment): void {
		const wider = new Uint32Array(segment.slots.length * 2);
		for (const slot of segment.slots) if (slot !== NONE) place(wider, slot, this.lines.wordB(slot));
		segment.slots = wider;
	}
}

function place(slots: Uint32Array, slot: Slot, b: number): void {
	const mask = slots.length - 1;
	let at = b & mask;
	while (slots[at] !== NONE) at = (at + 1) & mask;
	slots[at] = slot;
}

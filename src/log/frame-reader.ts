/**
 * Reads the frames of one segment in order, through a window of a megabyte. Whatever is handed out has been checked:
 * its check sum, its number, and its chain.
 */
import { type DiskFile, readUpTo } from './disk.js';
import { corrupt } from './faults.js';
import {
	asBuffer,
	chainOf,
	decodeFrame,
	FRAME_HEADER,
	FRAME_MAGIC,
	type Frame,
	frameLength,
	sameBytes,
} from './frame.js';
import type { Batch } from './port.js';
import { type Place, positionOf, type Segment } from './segment.js';

const WINDOW = 2 ** 20;

export class FrameReader {
	readonly size: number;
	private readonly segment: Segment;
	private readonly file: DiskFile;
	private window: Uint8Array = new Uint8Array(0);
	private windowAt = 0;

	private constructor(segment: Segment, file: DiskFile, size: number) {
		this.segment = segment;
		this.file = file;
		this.size = size;
	}

	/** Sees the segment up to its present size. */
	static async of(segment: Segment, file: DiskFile): Promise<FrameReader> {
		return new FrameReader(segment, file, await file.size());
	}

	/**
	 * Batches from a place on, up to number `last` or to something that is not a whole frame; returns the place reached.
	 * @throws SuretyError `log_corrupt` for a whole frame that is not the one due.
	 */
	async *walk(from: Place, last: number): AsyncGenerator<Batch, Place> {
		let place = from;
		while (place.number <= last) {
			const frame = await this.frame(place.offset);
			if (frame === undefined) break;
			const { number, chain, payload } = frame;
			this.check(frame, place);
			yield { number, position: positionOf(this.segment, place.offset), chain, payload };
			place = { offset: place.offset + FRAME_HEADER + payload.length, number: number + 1, chain };
		}
		return place;
	}

	/** The frame that begins at `offset`, its check sum checked; undefined where none does. */
	async frame(offset: number): Promise<Frame | undefined> {
		const header = await this.bytes(offset, FRAME_HEADER);
		const length = header && frameLength(header);
		const bytes = length === undefined ? undefined : await this.bytes(offset, length);
		return bytes && decodeFrame(this.segment.seed, bytes);
	}

	/** Where the first whole frame at or behind `offset` begins, if any does. */
	async find(offset: number): Promise<number | undefined> {
		const rest = asBuffer(await readUpTo(this.file, offset, Math.max(0, this.size - offset)));
		for (let at = rest.indexOf(FRAME_MAGIC); at >= 0; at = rest.indexOf(FRAME_MAGIC, at + 1)) {
			if (at + FRAME_HEADER > rest.length) break;
			const length = frameLength(rest.subarray(at));
			if (length === undefined || at + length > rest.length) continue;
			if (decodeFrame(this.segment.seed, rest.subarray(at, at + length)) !== undefined) return offset + at;
		}
		return undefined;
	}

	private check({ number, chain, payload }: Frame, due: Place): void {
		const { path } = this.segment;
		if (number !== due.number)
			throw corrupt(path, due.offset, `batch ${due.number} is expected here, and this is ${number}`);
		if (!sameBytes(chain, chainOf(due.chain, payload))) {
			throw corrupt(path, due.offset, `the hash of batch ${number} does not continue that of the batch before`);
		}
	}

	private async bytes(offset: number, length: number): Promise<Uint8Array | undefined> {
		if (offset + length > this.size) return undefined;
		const start = offset - this.windowAt;
		if (start >= 0 && start + length <= this.window.length) return this.window.subarray(start, start + length);
		this.window = await readUpTo(this.file, offset, Math.min(Math.max(length, WINDOW), this.size - offset));
		this.windowAt = offset;
		return this.window.length < length ? undefined : this.window.subarray(0, length);
	}
}

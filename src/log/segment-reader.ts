/**
 * Reads the batches of a log's segments in order, and single ones by their position, up to a batch that is known to be
 * durable: by the log itself, or beside its writer by whoever was told how far it has come. Every frame is checked.
 */
import type { Disk, DiskFile } from './disk.js';
import { corrupt, unavailable } from './faults.js';
import { FRAME_HEADER, sameBytes } from './frame.js';
import { FrameReader } from './frame-reader.js';
import type { Batch, Position } from './port.js';
import { offsetOf, ordinalOf, type Place, type Segment, startOf } from './segment.js';

export class SegmentReader {
	private readonly dir: string;
	private readonly disk: Disk;
	/** As many as there are; the log adds to them. */
	private readonly segments: readonly Segment[];

	constructor(dir: string, disk: Disk, segments: readonly Segment[]) {
		this.dir = dir;
		this.disk = disk;
		this.segments = segments;
	}

	/**
	 * Batches up to number `last`, after `after` or from the first.
	 * @throws SuretyError `log_corrupt`, `log_unavailable`.
	 */
	async *read(
		after: { readonly number: number; readonly position: Position } | undefined,
		last: number,
	): AsyncGenerator<Batch> {
		const segments = [...this.segments];
		let [ordinal, place] = await this.placeAfter(after, last);
		while (place.number <= last) {
			const segment = this.segmentAt(ordinal);
			const next = segments[++ordinal];
			place = yield* this.readSegment(segment, place, next === undefined ? last : Math.min(last, next.first - 1));
			if (next === undefined) continue;
			if (place.number <= last && !sameBytes(place.chain, next.chain)) {
				throw corrupt(next.path, 48, `the hash does not continue that of batch ${place.number - 1}`);
			}
			place = startOf(next);
		}
	}

	/** One batch, which may not be later than `last`. */
	async readAt(position: Position, last: number): Promise<Batch> {
		const segment = this.segmentAt(ordinalOf(position));
		const offset = offsetOf(position);
		const latest = Math.min(last, this.lastOf(segment));
		const file = await this.openSegment(segment);
		try {
			const frame = await (await FrameReader.of(segment, file)).frame(offset);
			if (frame !== undefined && frame.number >= segment.first && frame.number <= latest) return { ...frame, position };
			throw corrupt(segment.path, offset, `a batch from ${segment.first} to ${latest} is expected here`);
		} catch (error) {
			throw unavailable(segment.path, error);
		} finally {
			await file.close();
		}
	}

	/** @throws SuretyError `log_corrupt` where the segment does not hold all batches from `from` to `last`. */
	private async *readSegment(segment: Segment, from: Place, last: number): AsyncGenerator<Batch, Place> {
		const file = await this.openSegment(segment);
		try {
			const reached = yield* (await FrameReader.of(segment, file)).walk(from, last);
			if (reached.number > last) return reached;
			throw corrupt(segment.path, reached.offset, `batch ${reached.number} is expected here, whole`);
		} catch (error) {
			throw unavailable(segment.path, error);
		} finally {
			await file.close();
		}
	}

	/** Where the batch after `after` is due, and in which segment. */
	private async placeAfter(
		after: { number: number; position: Position } | undefined,
		last: number,
	): Promise<[ordinal: number, Place]> {
		if (after === undefined || after.number === 0) return [0, startOf(this.segmentAt(0))];
		const { position } = after;
		const { number, chain, payload } = await this.readAt(position, last);
		const offset = offsetOf(position);
		const ordinal = ordinalOf(position);
		if (number !== after.number) {
			throw corrupt(
				this.segmentAt(ordinal).path,
				offset,
				`batch ${after.number} is expected here, and this is ${number}`,
			);
		}
		return [ordinal, { offset: offset + FRAME_HEADER + payload.length, number: number + 1, chain }];
	}

	/** The number of the last batch a segment may hold: the next segment says. */
	private lastOf({ ordinal }: Segment): number {
		return (this.segments[ordinal + 1]?.first ?? Number.POSITIVE_INFINITY) - 1;
	}

	private segmentAt(ordinal: number): Segment {
		const segment = this.segments[ordinal];
		if (segment === undefined) throw corrupt(this.dir, 0, `segment ${ordinal} of the log is expected and missing`);
		return segment;
	}

	private async openSegment({ path }: Segment): Promise<DiskFile> {
		try {
			return await this.disk.open(path, 'read');
		} catch (error) {
			throw unavailable(path, error);
		}
	}
}

/**
 * The embedded log: segment files in one folder, one frame a batch, one durable write a batch (frame.ts, segment.ts).
 *
 * After any failure the end of the segment is no longer trusted, because what reading shows and what the disk holds may
 * differ: the tail is cut, and the next append begins a new segment, which says where the old one ends. A batch that
 * failed and could not be cut either is in doubt until the next append succeeds; if the process dies before, it may be
 * in the log when it is opened again.
 *
 * What it cannot know: if its last batches, or whole last segments, are taken away by another hand, the log is shorter
 * and otherwise sound. Who remembers a later batch, as a snapshot does, learns it from `read`.
 */
import { assert } from '../core/words/error.js';
import { type Disk, type DiskFile, writeAll } from './disk.js';
import { unavailable } from './faults.js';
import { chainOf, encodeFrame, FRAME_HEADER, MAX_PAYLOAD } from './frame.js';
import { nodeDisk } from './node-disk.js';
import type { Batch, Head, Log, Position, Recovery } from './port.js';
import { type Opened, openForReading, openForWriting } from './recovery.js';
import {
	createSegment,
	laterSegment,
	type Place,
	positionOf,
	SEGMENT_HEADER,
	type Segment,
	startOf,
} from './segment.js';
import { SegmentReader } from './segment-reader.js';

export interface LogOptions {
	/** Made where it is missing, unless `readOnly`. Belongs to the log alone. */
	readonly dir: string;
	readonly disk?: Disk;
	/** A segment is closed before it would grow past this; a batch larger than it gets one of its own. */
	readonly segmentBytes?: number;
	/** Given to a new log; an existing one must have been given the same. 0 if unsaid, and then any will do. */
	readonly partition?: number;
	/** Takes no lock and changes nothing; sees what was whole at opening, beside a writer perhaps one batch in flight. */
	readonly readOnly?: boolean;
}

/**
 * Opens the log in a folder, and makes one where there is none.
 * @throws SuretyError `log_locked`, `log_corrupt`, `log_format`, `log_unavailable`; `bad_folder` if `readOnly` and no log.
 */
export async function openLog(options: LogOptions): Promise<Log> {
	const { dir, disk = nodeDisk, segmentBytes = 64 * 2 ** 20, partition, readOnly = false } = options;
	assert(segmentBytes > SEGMENT_HEADER && segmentBytes <= 2 ** 31, 'a segment holds up to 2 GiB');
	let release = async (): Promise<void> => undefined;
	try {
		if (!readOnly) {
			await disk.makeFolder(dir);
			release = await disk.lock(dir);
		}
		const opened = await (readOnly ? openForReading : openForWriting)(disk, dir, partition);
		return new EmbeddedLog({ dir, disk, segmentBytes }, opened, release);
	} catch (error) {
		await release();
		throw unavailable(dir, error);
	}
}

class EmbeddedLog implements Log {
	readonly id: string;
	readonly recovery: Recovery;
	private readonly disk: Disk;
	private readonly dir: string;
	private readonly segmentBytes: number;
	private readonly release: () => Promise<void>;
	private readonly segments: Segment[];
	private readonly reader: SegmentReader;
	/** The last segment. */
	private segment: Segment;
	private file: DiskFile | undefined;
	private end: Place;
	/** A failure has left the last segment's end in doubt: nothing more is written to it. */
	private spoiled = false;
	private appending: Promise<Batch> | undefined;

	constructor(
		where: { readonly dir: string; readonly disk: Disk; readonly segmentBytes: number },
		{ segments, end, recovery, file }: Opened,
		release: () => Promise<void>,
	) {
		const segment = segments.at(-1);
		assert(segment !== undefined, 'a log has a segment');
		this.id = segment.logId;
		this.recovery = recovery;
		this.disk = where.disk;
		this.dir = where.dir;
		this.segmentBytes = where.segmentBytes;
		this.release = release;
		this.segments = segments;
		this.reader = new SegmentReader(where.dir, where.disk, segments);
		this.segment = segment;
		this.file = file;
		this.end = end;
	}

	get head(): Head {
		return { number: this.end.number - 1, chain: this.end.chain };
	}

	async append(payload: Uint8Array): Promise<Batch> {
		assert(this.file !== undefined, 'a log that is closed or read-only takes no batch');
		assert(this.appending === undefined, 'one batch at a time');
		assert(payload.length <= MAX_PAYLOAD, 'a batch holds up to 1 GiB');
		try {
			this.appending = this.write(payload);
			return await this.appending;
		} finally {
			this.appending = undefined;
		}
	}

	read(after?: { readonly number: number; readonly position: Position }): AsyncIterable<Batch> {
		return this.reader.read(after, this.head.number);
	}

	readAt(position: Position): Promise<Batch> {
		return this.reader.readAt(position, this.head.number);
	}

	async close(): Promise<void> {
		await this.appending?.catch(() => undefined);
		const { file } = this;
		this.file = undefined;
		await file?.close().catch(() => undefined); // all in it is durable
		await this.release();
	}

	private async write(payload: Uint8Array): Promise<Batch> {
		try {
			const size = FRAME_HEADER + payload.length;
			const isEmpty = this.end.offset === SEGMENT_HEADER;
			if (this.spoiled || (!isEmpty && this.end.offset + size > this.segmentBytes)) await this.roll(isEmpty);
			const { number, offset } = this.end;
			const chain = chainOf(this.end.chain, payload);
			await writeAll(this.writable, encodeFrame(this.segment.seed, { number, chain, payload }), offset);
			this.end = { offset: offset + size, number: number + 1, chain };
			return { number, position: positionOf(this.segment, offset), chain, payload };
		} catch (error) {
			await this.retreat();
			throw unavailable(this.segment.path, error);
		}
	}

	/** Goes on in a new segment. One without a batch is replaced: the new one bears the same name. */
	private async roll(isEmpty: boolean): Promise<void> {
		const ordinal = this.segment.ordinal + (isEmpty ? 0 : 1);
		const segment = laterSegment(this.dir, this.segment, ordinal, this.end);
		const file = await createSegment(this.disk, segment);
		await this.writable.close().catch(() => undefined); // all in it is durable or given up
		this.segments[ordinal] = segment;
		this.segment = segment;
		this.file = file;
		this.end = startOf(segment);
		this.spoiled = false;
	}

	/** Cuts off what a failed batch left. If that fails too, the next segment says where this one ends. */
	private async retreat(): Promise<void> {
		this.spoiled = true;
		await this.writable.cut(this.end.offset).catch(() => undefined);
	}

	private get writable(): DiskFile {
		assert(this.file !== undefined, 'the log is open for writing');
		return this.file;
	}
}

/**
 * A segment is one file of the log, named after its first batch. It begins with a header and is put in its place only
 * when the header is durable, so that a crash never leaves half a header behind.
 *
 *     0  magic           8
 *     8  format version  4
 *    12  partition       4
 *    16  log id         16
 *    32  ordinal         4  0 for the log's first segment, then one more each
 *    36  reserved        4
 *    40  first batch     8
 *    48  chain          32  before the first batch
 *    80  reserved       12
 *    92  check sum       4  CRC-32 over all before it; seeds those of the frames
 *
 * A batch that failed may stay behind at the end of a segment; the next segment then begins with that batch's number.
 * So a segment ends where the next one says, whatever stands behind.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SuretyError } from '../core/words/error.js';
import { type Disk, type DiskFile, readUpTo } from './disk.js';
import { corrupt } from './faults.js';
import { asBuffer, sameBytes } from './frame.js';
import type { Position } from './port.js';
import { createWhole } from './whole-file.js';

export const SEGMENT_HEADER = 96;
const MAGIC = Buffer.from([0x89, 0x53, 0x55, 0x52, 0x45, 0x54, 0x59, 0x0a]);
const VERSION = 1;
const CRC = 92;
const NAME = /^\d{20}\.log$/;

/** Positions hold the ordinal above 32 bits of offset: safe integers up to 2 million segments, 128 TiB of full ones. */
const OFFSETS = 2 ** 32;

export interface Segment {
	readonly path: string;
	/** 32 hexadecimal digits. */
	readonly logId: string;
	readonly partition: number;
	readonly ordinal: number;
	/** The number of its first batch. */
	readonly first: number;
	/** The chain before its first batch. */
	readonly chain: Uint8Array;
	/** Seeds the check sums of its frames. */
	readonly seed: number;
}

/** Where the next frame is due in a segment, and what it has to continue. */
export interface Place {
	readonly offset: number;
	readonly number: number;
	readonly chain: Uint8Array;
}

export const startOf = ({ first, chain }: Segment): Place => ({ offset: SEGMENT_HEADER, number: first, chain });

export const isSegment = (name: string): boolean => NAME.test(name);

// The brand is given here and nowhere else.
export const positionOf = ({ ordinal }: Segment, offset: number): Position => (ordinal * OFFSETS + offset) as Position;

export const ordinalOf = (position: Position): number => Math.floor(position / OFFSETS);
export const offsetOf = (position: Position): number => position % OFFSETS;

/** The first segment of a new log. Its chain is made from the id, so that no two logs share a hash. */
export function firstSegment(dir: string, partition: number): Segment {
	const logId = randomBytes(16).toString('hex');
	return withSeed({
		path: pathOf(dir, 1),
		logId,
		partition,
		ordinal: 0,
		first: 1,
		chain: birthChain(logId, partition),
	});
}

/** A segment that continues `place` as `ordinal` of the same log. */
export function laterSegment(dir: string, before: Segment, ordinal: number, { number, chain }: Place): Segment {
	return withSeed({ ...before, path: pathOf(dir, number), ordinal, first: number, chain });
}

/** Puts a segment in its place, in the stead of one of the same name, and opens it for writing. */
export function createSegment(disk: Disk, segment: Segment): Promise<DiskFile> {
	return createWhole(disk, segment.path, [encodeHeader(segment)]);
}

/**
 * Every segment of a folder in order, headers checked; frames are not looked at.
 * @param known those found before, which are not read again: a header never changes.
 */
export async function listSegments(
	disk: Disk,
	dir: string,
	partition?: number,
	known: readonly Segment[] = [],
): Promise<Segment[]> {
	const names = (await disk.list(dir)).filter(isSegment).sort();
	const segments: Segment[] = [];
	for (const [i, name] of names.entries()) {
		const path = join(dir, name);
		const found = known[i];
		const segment = found?.path === path ? found : await readHeader(disk, path);
		checkOrder(segment, segments.at(-1), dir);
		if (partition !== undefined && segment.partition !== partition) {
			throw corrupt(
				segment.path,
				12,
				`partition ${partition} is expected, and this is of partition ${segment.partition}`,
			);
		}
		segments.push(segment);
	}
	return segments;
}

async function readHeader(disk: Disk, path: string): Promise<Segment> {
	const file = await disk.open(path, 'read');
	try {
		return decodeHeader(path, asBuffer(await readUpTo(file, 0, SEGMENT_HEADER)));
	} finally {
		await file.close();
	}
}

/** In every version to come, too, the first 12 bytes and the check sum stay where they are. */
function decodeHeader(path: string, header: Buffer): Segment {
	if (header.length < SEGMENT_HEADER) throw corrupt(path, header.length, 'the file ends within its header');
	if (header.compare(MAGIC, 0, 8, 0, 8) !== 0) throw corrupt(path, 0, 'a log’s first eight bytes are expected here');
	const seed = header.readUInt32LE(CRC);
	if (crc32(header.subarray(0, CRC)) !== seed) throw corrupt(path, 0, 'the header does not match its check sum');
	const version = header.readUInt32LE(8);
	if (version > VERSION) {
		const known = `this version reads formats up to ${VERSION}`;
		throw new SuretyError('log_format', `${path} has format ${version}; ${known}. Use a newer version.`);
	}
	return {
		path,
		logId: header.toString('hex', 16, 32),
		partition: header.readUInt32LE(12),
		ordinal: header.readUInt32LE(32),
		first: Number(header.readBigUInt64LE(40)),
		chain: new Uint8Array(header.subarray(48, 80)),
		seed,
	};
}

function checkOrder(segment: Segment, before: Segment | undefined, dir: string): void {
	const { path, logId, partition, ordinal, first, chain } = segment;
	const due = before === undefined ? 0 : before.ordinal + 1;
	if (path !== pathOf(dir, first)) throw corrupt(path, 40, `this is the segment that begins with batch ${first}`);
	if (ordinal !== due) throw corrupt(path, 32, `segment ${due} of the log is expected here, and this is ${ordinal}`);
	if (before === undefined) {
		if (first !== 1) throw corrupt(path, 40, `the log’s first segment begins with batch ${first}, not 1`);
		if (!sameBytes(chain, birthChain(logId, partition))) throw corrupt(path, 48, 'the birth’s hash is wrong');
	} else if (logId !== before.logId || partition !== before.partition) {
		throw corrupt(path, 12, `this is part of log ${logId}, and the segments before it are of log ${before.logId}`);
	}
}

function encodeHeader(segment: Omit<Segment, 'seed'>): Buffer {
	const header = Buffer.alloc(SEGMENT_HEADER);
	header.set(MAGIC, 0);
	header.writeUInt32LE(VERSION, 8);
	header.writeUInt32LE(segment.partition, 12);
	header.write(segment.logId, 16, 'hex');
	header.writeUInt32LE(segment.ordinal, 32);
	header.writeBigUInt64LE(BigInt(segment.first), 40);
	header.set(segment.chain, 48);
	header.writeUInt32LE(crc32(header.subarray(0, CRC)), CRC);
	return header;
}

function withSeed(segment: Omit<Segment, 'seed'>): Segment {
	return { ...segment, seed: encodeHeader(segment).readUInt32LE(CRC) };
}

function pathOf(dir: string, first: number): string {
	return join(dir, `${String(first).padStart(20, '0')}.log`);
}

function birthChain(logId: string, partition: number): Uint8Array {
	return new Uint8Array(createHash('sha256').update(`surety log ${logId} ${partition}`).digest());
}

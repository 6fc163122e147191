/**
 * A frame is one batch on the disk. Its check sum is seeded with that of its segment's header, which holds the log's
 * random id: bytes of another log, another segment or a payload that imitates frames never pass as one.
 *
 *     0  magic           4
 *     4  payload length  4
 *     8  batch number    8
 *    16  chain          32  SHA-256 over the chain of the batch before and the payload
 *    48  check sum       4  CRC-32 over bytes 4 to 47 and the payload
 *    52  payload
 *
 * Numbers are little-endian. CRC-32 and not 32C because Node has it built in: 5 GB/s measured.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const FRAME_HEADER = 52;
/** So that a frame can be written and read in one call. */
export const MAX_PAYLOAD = 2 ** 30;
/** 0xf5 and 0xff occur in no UTF-8 text, so searching for frames rarely stops at something else. */
export const FRAME_MAGIC = Buffer.from([0xf5, 0x42, 0x41, 0xff]);

const CRC = 48;

export interface Frame {
	readonly number: number;
	readonly chain: Uint8Array;
	readonly payload: Uint8Array;
}

export function encodeFrame(seed: number, { number, chain, payload }: Frame): Uint8Array {
	const bytes = Buffer.allocUnsafe(FRAME_HEADER + payload.length);
	bytes.set(FRAME_MAGIC, 0);
	bytes.writeUInt32LE(payload.length, 4);
	bytes.writeBigUInt64LE(BigInt(number), 8);
	bytes.set(chain, 16);
	bytes.set(payload, FRAME_HEADER);
	bytes.writeUInt32LE(checkSum(seed, bytes), CRC);
	return bytes;
}

/** The length of the frame that begins here; undefined where none does. `bytes` holds a frame's header at least. */
export function frameLength(bytes: Uint8Array): number | undefined {
	const header = asBuffer(bytes);
	const length = header.readUInt32LE(4);
	if (header.compare(FRAME_MAGIC, 0, 4, 0, 4) !== 0 || length > MAX_PAYLOAD) return undefined;
	return FRAME_HEADER + length;
}

/** The frame in exactly these bytes; undefined where they are not what was written. */
export function decodeFrame(seed: number, bytes: Uint8Array): Frame | undefined {
	const frame = asBuffer(bytes);
	if (frame.readUInt32LE(CRC) !== checkSum(seed, frame)) return undefined;
	return {
		number: Number(frame.readBigUInt64LE(8)),
		chain: bytes.slice(16, CRC),
		payload: bytes.slice(FRAME_HEADER),
	};
}

/** The chain after a batch. */
export function chainOf(before: Uint8Array, payload: Uint8Array): Uint8Array {
	return new Uint8Array(createHash('sha256').update(before).update(payload).digest());
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function checkSum(seed: number, frame: Uint8Array): number {
	return crc32(frame.subarray(FRAME_HEADER), crc32(frame.subarray(4, CRC), seed));
}

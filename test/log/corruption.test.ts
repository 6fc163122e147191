/** Every kind of change by another hand is found and named with its place; only an unfinished end is mended. */
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { openLog } from '../../src/log/embedded-log.js';
import { FRAME_HEADER } from '../../src/log/frame.js';
import type { Batch, Log } from '../../src/log/port.js';
import { offsetOf, SEGMENT_HEADER } from '../../src/log/segment.js';
import { appendAll, plain, readAll } from './conformance.js';
import { SimDisk } from './sim-disk.js';

const PAYLOAD = 40;
const FRAME = FRAME_HEADER + PAYLOAD;
const PER_SEGMENT = 3;
const SEGMENT = SEGMENT_HEADER + PER_SEGMENT * FRAME;
/** First batches of the three segments, each full. */
const [FIRST, MIDDLE, LAST] = [1, 4, 7].map((n) => `/log/${String(n).padStart(20, '0')}.log`) as [
	string,
	string,
	string,
];

let disk: SimDisk;
let batches: Batch[];

const open = (dir = '/log'): Promise<Log> => openLog({ dir, disk, segmentBytes: SEGMENT });

/** Opens, reads everything, and closes. */
async function verify(): Promise<Batch[]> {
	const log = await open();
	try {
		return await readAll(log);
	} finally {
		await log.close();
	}
}

/** Changes a file's bytes in place. */
function change(path: string, edit: (bytes: Uint8Array) => Uint8Array | void): void {
	const bytes = disk.bytes(path).slice();
	disk.overwrite(path, edit(bytes) ?? bytes);
}

const flip = (path: string, at: number): void => change(path, (bytes) => void (bytes[at]! ^= 1 << (at % 8)));
const frameAt = (index: number): number => SEGMENT_HEADER + index * FRAME;

beforeEach(async () => {
	disk = new SimDisk(5);
	const log = await open();
	const payloads = Array.from({ length: 3 * PER_SEGMENT }, (_, i) => new Uint8Array(PAYLOAD).fill(i + 1));
	batches = await appendAll(log, payloads);
	await log.close();
	expect((await disk.list('/log')).map((name) => `/log/${name}`)).toEqual([FIRST, MIDDLE, LAST]);
	expect(disk.bytes(LAST)).toHaveLength(SEGMENT);
});

describe('a changed byte', () => {
	test.each([FIRST, MIDDLE])('anywhere in %s, which others follow', async (path) => {
		for (let at = 0; at < SEGMENT; at++) {
			flip(path, at);
			const place = at < SEGMENT_HEADER ? 0 : frameAt(Math.floor((at - SEGMENT_HEADER) / FRAME));
			await expect(verify(), `byte ${at}`).rejects.toMatchObject({
				code: 'log_corrupt',
				message: expect.stringContaining(`${path}, byte ${place}: `),
			});
			flip(path, at);
		}
		expect((await verify()).map(plain)).toEqual(batches.map(plain));
	});

	test('in the last segment, before its last batch', async () => {
		for (let at = 0; at < frameAt(PER_SEGMENT - 1); at++) {
			flip(LAST, at);
			await expect(open(), `byte ${at}`).rejects.toMatchObject({ code: 'log_corrupt' });
			flip(LAST, at);
		}
	});

	test('tells what to do', async () => {
		flip(LAST, frameAt(1) + 60);
		await expect(open()).rejects.toThrow(
			`${LAST}, byte ${frameAt(1)}: batch 8 is broken, and whole ones follow from byte ${frameAt(2)}. ` +
				'The log has changed since it was written; restore its folder from a backup.',
		);
	});

	test('is found by a single look-up, too', async () => {
		const log = await open();
		flip(FIRST, frameAt(1) + 60);
		expect(plain(await log.readAt(batches[0]!.position))).toEqual(plain(batches[0]!));
		await expect(log.readAt(batches[1]!.position)).rejects.toMatchObject({ code: 'log_corrupt' });
	});
});

describe('an unfinished end', () => {
	test('is cut at any length, kept, and told', async () => {
		const whole = disk.bytes(LAST).slice();
		const offset = frameAt(PER_SEGMENT - 1);
		for (let size = offset + 1; size < SEGMENT; size++) {
			disk.overwrite(LAST, whole.subarray(0, size));
			const log = await open();
			const file = LAST.slice('/log/'.length);
			const kept = `${file}.torn-${offset}`;
			expect(log.recovery).toEqual({ torn: { file, offset, bytes: size - offset, kept } });
			expect(disk.bytes(`/log/${kept}`)).toEqual(whole.subarray(offset, size));
			expect((await readAll(log)).map(plain)).toEqual(batches.slice(0, -1).map(plain));
			await log.close();
			expect((await open()).recovery).toEqual({});
			disk.restart('kill');
		}
	});

	test.each([
		['zeros', new Uint8Array(5000)],
		['noise', Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 31) & 255)],
		[
			'the beginning of a frame that claims a gigabyte',
			Uint8Array.of(0xf5, 0x42, 0x41, 0xff, 0, 0, 0, 0x40, ...new Uint8Array(60)),
		],
	])('may be %s', async (_, junk) => {
		change(LAST, (bytes) => Buffer.concat([bytes, junk]));
		const log = await open();
		expect(log.recovery).toMatchObject({ torn: { offset: SEGMENT, bytes: junk.length } });
		const next = await log.append(new Uint8Array(9));
		expect((await readAll(log)).map(plain)).toEqual([...batches, next].map(plain));
	});

	test('is not what a reader mends', async () => {
		change(LAST, (bytes) => bytes.subarray(0, SEGMENT - 1));
		const reader = await openLog({ dir: '/log', disk, readOnly: true });
		expect(reader.recovery).toEqual({});
		expect((await readAll(reader)).map(plain)).toEqual(batches.slice(0, -1).map(plain));
		expect(disk.bytes(LAST)).toHaveLength(SEGMENT - 1);
	});

	test('may hold whole frames of another log: a batch is what it wants to be', async () => {
		const other = await open('/other');
		await appendAll(other, [new Uint8Array(10), new Uint8Array(10), new Uint8Array(10)]);
		const imitation = disk.bytes('/other/00000000000000000001.log').slice();
		const log = await open();
		const { position } = await log.append(imitation);
		const last = (await disk.list('/log')).at(-1)!;
		await log.close();
		change(`/log/${last}`, (bytes) => bytes.subarray(0, -1));
		expect((await open()).recovery).toMatchObject({ torn: { offset: offsetOf(position) } });
	});

	test('is an end only of the last segment', async () => {
		change(MIDDLE, (bytes) => bytes.subarray(0, -1));
		await expect(verify()).rejects.toThrow(`${MIDDLE}, byte ${frameAt(2)}: batch 6 is expected here, whole`);
	});
});

describe('frames', () => {
	const frame = (path: string, index: number): Uint8Array => disk.bytes(path).slice(frameAt(index), frameAt(index + 1));
	const put = (path: string, index: number, bytes: Uint8Array): void =>
		change(path, (all) => all.set(bytes, frameAt(index)));

	test.each([FIRST, LAST])('that changed places in %s', async (path) => {
		const [a, b] = [frame(path, 0), frame(path, 1)];
		put(path, 0, b);
		put(path, 1, a);
		await expect(verify()).rejects.toThrow(`${path}, byte ${frameAt(0)}: batch`);
	});

	test('that were copied from another segment', async () => {
		put(MIDDLE, 1, frame(FIRST, 1));
		await expect(verify()).rejects.toThrow(`${MIDDLE}, byte ${frameAt(1)}: batch 5 is expected here, whole`);
	});

	test('that were taken out', async () => {
		change(LAST, (bytes) => Buffer.concat([bytes.subarray(0, frameAt(1)), bytes.subarray(frameAt(2))]));
		await expect(open()).rejects.toThrow(`${LAST}, byte ${frameAt(1)}: batch 8 is expected here, and this is 9`);
	});

	test('that were forged, check sum and all', async () => {
		change(FIRST, (bytes) => {
			const forged = Buffer.from(bytes.buffer, frameAt(1), FRAME);
			forged[FRAME_HEADER] = 99;
			const seed = Buffer.from(bytes.buffer).readUInt32LE(SEGMENT_HEADER - 4);
			forged.writeUInt32LE(crc32(forged.subarray(FRAME_HEADER), crc32(forged.subarray(4, 48), seed)), 48);
		});
		await expect(verify()).rejects.toThrow(`${FIRST}, byte ${frameAt(1)}: the hash of batch 2`);
	});
});

describe('segments', () => {
	test('that changed places', async () => {
		const [a, b] = [disk.bytes(FIRST).slice(), disk.bytes(MIDDLE).slice()];
		disk.overwrite(FIRST, b);
		disk.overwrite(MIDDLE, a);
		await expect(open()).rejects.toThrow(`${FIRST}, byte 40: this is the segment that begins with batch 4`);
	});

	test.each([
		[FIRST, MIDDLE, 0],
		[MIDDLE, LAST, 1],
	])('that were deleted: %s', async (path, next, ordinal) => {
		await disk.remove(path);
		await expect(open()).rejects.toThrow(`${next}, byte 32: segment ${ordinal} of the log is expected here`);
	});

	test('the last one deleted: who remembers a later batch learns of it', async () => {
		await disk.remove(LAST);
		const log = await open();
		expect(log.head.number).toBe(6);
		await expect(readAll(log, batches[7])).rejects.toThrow(
			'/log, byte 0: segment 2 of the log is expected and missing',
		);
		await expect(readAll(log, batches[5])).resolves.toEqual([]);
	});

	test.each([0, 1, SEGMENT_HEADER - 1])('cut down to %i bytes', async (size) => {
		change(LAST, (bytes) => bytes.subarray(0, size));
		await expect(open()).rejects.toThrow(`${LAST}, byte ${size}: the file ends within its header`);
	});

	test('of another log', async () => {
		const other = await open('/other');
		await appendAll(
			other,
			batches.map(({ payload }) => payload),
		);
		disk.overwrite(MIDDLE, disk.bytes(MIDDLE.replace('log', 'other')));
		await expect(open()).rejects.toThrow(`${MIDDLE}, byte 12: this is part of log ${other.id}`);
	});

	test('of a newer format', async () => {
		change(LAST, (bytes) => {
			const header = Buffer.from(bytes.buffer, 0, SEGMENT_HEADER);
			header.writeUInt32LE(2, 8);
			header.writeUInt32LE(crc32(header.subarray(0, SEGMENT_HEADER - 4)), SEGMENT_HEADER - 4);
		});
		await expect(open()).rejects.toMatchObject({
			code: 'log_format',
			message: expect.stringContaining('has format 2'),
		});
	});
});

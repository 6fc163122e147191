/** The embedded log passes the conformance suite, on the real disk and on the simulated one; and what is its own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Disk, DiskFile, OpenMode } from '../../src/log/disk.js';
import { openLog } from '../../src/log/embedded-log.js';
import { nodeDisk } from '../../src/log/node-disk.js';
import type { Log } from '../../src/log/port.js';
import { appendAll, type LogHarness, logConformance, plain, readAll } from './conformance.js';
import { type Fault, SimDisk } from './sim-disk.js';

const SMALL = 4096;

logConformance('embedded, real disk', async (): Promise<LogHarness> => {
	const root = mkdtempSync(join(tmpdir(), 'surety-log-'));
	let others = 0;
	let failing = false;
	const failure = () => {
		failing = true;
		return () => {
			failing = false;
		};
	};
	const disk = halfWriting(() => failing);
	return {
		open: (options) => openLog({ dir: join(root, 'deep', 'log'), disk, segmentBytes: SMALL, ...options }),
		failures: [failure],
		openOther: () => openLog({ dir: join(root, `other-${others++}`), segmentBytes: SMALL }),
		dispose: async () => rmSync(root, { recursive: true }),
	};
});

/** The real disk, but while it `isFailing` every write stops half-way. */
function halfWriting(isFailing: () => boolean): Disk {
	const open = async (path: string, mode: OpenMode): Promise<DiskFile> => {
		const file = await nodeDisk.open(path, mode);
		const write = file.write.bind(file);
		file.write = async (bytes, at) => {
			if (!isFailing()) return write(bytes, at);
			await write(bytes.subarray(0, bytes.length / 2), at);
			throw Object.assign(new Error('half'), { code: 'EIO' });
		};
		return file;
	};
	return { ...nodeDisk, open };
}

logConformance('embedded, simulated disk', async (): Promise<LogHarness> => {
	const disk = new SimDisk(1);
	disk.shortWrites = 20;
	const failWith = (fault: Fault) => () => {
		disk.fault = fault;
		return () => {
			disk.fault = undefined;
		};
	};
	let others = 0;
	return {
		open: (options) => openLog({ dir: '/log', disk, segmentBytes: SMALL, ...options }),
		openOther: () => openLog({ dir: `/other-${others++}`, disk, segmentBytes: SMALL }),
		failures: (['full', 'read-only', 'write', 'sync'] as const).map(failWith),
		dispose: async () => undefined,
	};
});

test('a disk that fills up takes no half batch, and the sentence says what is wrong', async () => {
	const disk = new SimDisk(2);
	const log = await openLog({ dir: '/log', disk });
	const before = await appendAll(log, [new Uint8Array(600)]);
	disk.capacity = 2000;
	await expect(log.append(new Uint8Array(5000))).rejects.toThrow('001.log: the disk is full (ENOSPC).');
	const smaller = await log.append(new Uint8Array(500));
	expect((await readAll(log)).map(plain)).toEqual([...before, smaller].map(plain));
});

test('segments are named after their first batch and hold as much as they were told to', async () => {
	const disk = new SimDisk(3);
	const log = await openLog({ dir: '/log', disk, segmentBytes: 96 + 2 * (52 + 100) });
	await appendAll(
		log,
		Array.from({ length: 5 }, () => new Uint8Array(100)),
	);
	expect(await disk.list('/log')).toEqual([1, 3, 5].map((first) => `${String(first).padStart(20, '0')}.log`));
});

test('a log is opened as the partition it was born as', async () => {
	const disk = new SimDisk(4);
	const open = (partition?: number): Promise<Log> =>
		openLog({ dir: '/log', disk, ...(partition === undefined ? {} : { partition }) });
	await (await open(3)).close();
	await (await open(3)).close();
	await (await open()).close();
	await expect(open(0)).rejects.toThrow('partition 0 is expected, and this is of partition 3');
});

test('reading only makes nothing and needs a log', async () => {
	const root = mkdtempSync(join(tmpdir(), 'surety-log-'));
	await expect(openLog({ dir: join(root, 'none'), readOnly: true })).rejects.toMatchObject({ code: 'bad_folder' });
	await expect(openLog({ dir: root, readOnly: true })).rejects.toMatchObject({ code: 'bad_folder' });
	expect(readdirSync(root)).toEqual([]);
	rmSync(root, { recursive: true });
});

test('a reader beside a busy writer never takes an unfinished batch for a broken one', async () => {
	const root = mkdtempSync(join(tmpdir(), 'surety-log-'));
	const log = await openLog({ dir: root, segmentBytes: 100_000 });
	const writing = (async () => {
		for (let i = 0; i < 600; i++) await log.append(new Uint8Array((i * 997) % 5000).fill(i));
	})();
	for (let seen = 0; seen < 600; ) {
		const reader = await openLog({ dir: root, readOnly: true });
		const { number } = reader.head;
		expect(await readAll(reader)).toHaveLength(number);
		expect(number).toBeGreaterThanOrEqual(seen);
		seen = number;
	}
	await writing;
	await log.close();
	rmSync(root, { recursive: true });
});

test('a reader looks again at a batch that was not whole when it was read first', async () => {
	const disk = new SimDisk(6);
	const log = await openLog({ dir: '/log', disk });
	const batches = await appendAll(log, [new Uint8Array(100), new Uint8Array(100), new Uint8Array(100)]);
	let looks = 0;
	const open = disk.open.bind(disk);
	disk.open = async (path, mode) => {
		const file = await open(path, mode);
		const read = file.read.bind(file);
		file.read = async (into, at) => {
			const got = await read(into, at);
			if (at + got > 300 && looks++ === 0) into.fill(0, 250 - at, 300 - at); // the second of three batches
			return got;
		};
		return file;
	};
	const reader = await openLog({ dir: '/log', disk, readOnly: true });
	expect((await readAll(reader)).map(plain)).toEqual(batches.map(plain));
	expect(looks).toBeGreaterThan(1);
});

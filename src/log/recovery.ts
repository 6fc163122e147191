/**
 * Finds out, at opening, where the log ends. Headers of all segments are checked and the frames of the last; older ones
 * are checked when they are read, so that opening takes the same time however long the log is.
 *
 * What a crash can leave, and nothing else is mended: one frame at the very end that is not whole. It was never
 * answered. It is kept in a file beside the log and cut off. If any whole frame stands behind it, it was no crash.
 */
import { basename, join } from 'node:path';
import { assert, SuretyError } from '../core/words/error.js';
import { type Disk, type DiskFile, readUpTo, writeAll } from './disk.js';
import { corrupt } from './faults.js';
import { FrameReader } from './frame-reader.js';
import type { Recovery } from './port.js';
import {
	createSegment,
	firstSegment,
	isSegment,
	listSegments,
	offsetOf,
	type Place,
	type Segment,
	startOf,
} from './segment.js';
import { UNFINISHED, writeWhole } from './whole-file.js';

/** A log ready for use. `file` is the last segment's, open for writing. */
export interface Opened {
	readonly segments: Segment[];
	readonly end: Place;
	readonly recovery: Recovery;
	readonly file: DiskFile | undefined;
}

interface Tail {
	readonly end: Place;
	/** Where the last whole frame begins; the end where there is none. */
	readonly last: number;
	readonly size: number;
}

/** Opens the log in a folder for reading: up to its last whole frame, and nothing is touched. */
export async function openForReading(disk: Disk, dir: string, partition?: number): Promise<Opened> {
	const isThere = await disk.list(dir).then(
		(names) => names.some(isSegment),
		() => false,
	);
	if (!isThere) throw new SuretyError('bad_folder', `${dir} is not a folder with a log.`);
	const segments = await listSegments(disk, dir, partition);
	const segment = segments.at(-1);
	assert(segment !== undefined, 'a log has a segment');
	const file = await disk.open(segment.path, 'read');
	try {
		const { end } = await findEnd(segment, file);
		return { segments, end, recovery: {}, file: undefined };
	} finally {
		await file.close();
	}
}

/** Opens the log in a folder for writing, and mends what a crash left; a folder without a log gets a new one. */
export async function openForWriting(disk: Disk, dir: string, partition?: number): Promise<Opened> {
	for (const name of await disk.list(dir)) {
		if (name.endsWith(UNFINISHED)) await disk.remove(join(dir, name));
	}
	await disk.syncFolder(dir); // a process that died may have named a segment and not made the name durable
	const segments = await listSegments(disk, dir, partition);
	const segment = segments.at(-1);
	if (segment === undefined) {
		const born = firstSegment(dir, partition ?? 0);
		return { segments: [born], end: startOf(born), recovery: {}, file: await createSegment(disk, born) };
	}
	const file = await disk.open(segment.path, 'write');
	try {
		const tail = await findEnd(segment, file);
		const recovery = tail.size > tail.end.offset ? await keepTorn(disk, dir, segment, file, tail) : {};
		await makeDurable(file, tail);
		return { segments, end: tail.end, recovery, file };
	} catch (error) {
		await file.close();
		throw error;
	}
}

/**
 * A bad frame is looked at twice before it counts: beside a writer it may have become whole since it was read, and
 * must have if one behind it is whole.
 */
async function findEnd(segment: Segment, file: DiskFile): Promise<Tail> {
	let end = startOf(segment);
	let last = end.offset;
	for (let suspect: number | undefined; ; suspect = end.offset) {
		const reader = await FrameReader.of(segment, file);
		const frames = reader.walk(end, Number.POSITIVE_INFINITY);
		let step = await frames.next();
		for (; step.done !== true; step = await frames.next()) last = offsetOf(step.value.position);
		end = step.value;
		const later = await reader.find(end.offset + 1);
		if (later === undefined) return { end, last, size: reader.size };
		if (suspect === end.offset) {
			throw corrupt(
				segment.path,
				end.offset,
				`batch ${end.number} is broken, and whole ones follow from byte ${later}`,
			);
		}
	}
}

async function keepTorn(disk: Disk, dir: string, segment: Segment, file: DiskFile, tail: Tail): Promise<Recovery> {
	const { offset } = tail.end;
	const bytes = tail.size - offset;
	const kept = `${basename(segment.path)}.torn-${offset}`;
	await writeWhole(disk, join(dir, kept), [await readUpTo(file, offset, bytes)]);
	return { torn: { file: basename(segment.path), offset, bytes, kept } };
}

/**
 * What was found need not be on the disk: the process before may have been killed between a write and its sync, or the
 * sync failed, after which Linux calls the pages clean all the same (Rebello et al., "Can Applications Recover from
 * fsync Failures?", USENIX ATC 2020). So the last frame is written once more, the same bytes in the same place; all
 * before it were answered for. And the end is cut, as a cut that was never synced may bring back a batch given up.
 */
async function makeDurable(file: DiskFile, { end, last }: Tail): Promise<void> {
	await writeAll(file, await readUpTo(file, last, end.offset - last), last);
	await file.cut(end.offset);
}

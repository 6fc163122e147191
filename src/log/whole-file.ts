/** Files that are there whole or not at all, whatever happens: written beside their place, then renamed into it. */
import { dirname } from 'node:path';
import { type Disk, type DiskFile, writeAll } from './disk.js';

/** What a file is called until it is whole. One left by a crash may be removed or written over. */
export const UNFINISHED = '.new';

/** After this returned, `path` holds the parts, also after a crash; before, what it held until now. */
export async function writeWhole(
	disk: Disk,
	path: string,
	parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
	await (await createWhole(disk, path, parts)).close();
}

/** Like `writeWhole`, and keeps the file open for writing. */
export async function createWhole(
	disk: Disk,
	path: string,
	parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<DiskFile> {
	const file = await disk.open(path + UNFINISHED, 'create');
	try {
		let size = 0;
		for await (const part of parts) {
			await writeAll(file, part, size);
			size += part.length;
		}
		await disk.rename(path + UNFINISHED, path);
		await disk.syncFolder(dirname(path));
		return file;
	} catch (error) {
		await file.close().catch(() => undefined);
		await disk.remove(path + UNFINISHED).catch(() => undefined); // it may be large, and the disk full
		throw error;
	}
}

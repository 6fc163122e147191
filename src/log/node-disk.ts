/**
 * The real disk. On Linux files are opened with O_DSYNC, so that one call writes and syncs: measured 6-12 % faster than
 * a write and an fdatasync after it (ext4; 300 B to 100 kB a write), because it is one trip to the thread pool instead
 * of two. Elsewhere it is a write and a datasync: on macOS O_DSYNC does not reach past the drive's cache, and datasync
 * does.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Disk, DiskFile, OpenMode } from './disk.js';
import { lockFolder } from './lock.js';

const SYNCED = process.platform === 'linux' ? constants.O_DSYNC : 0;
const FLAGS: Record<OpenMode, number> = {
	read: constants.O_RDONLY,
	write: constants.O_RDWR | SYNCED,
	create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | SYNCED,
};

/** Of files that are made: what is in a log or a snapshot is nobody else's business. */
const OWNER_ONLY = 0o600;

class NodeFile implements DiskFile {
	private readonly handle: FileHandle;

	constructor(handle: FileHandle) {
		this.handle = handle;
	}

	async read(into: Uint8Array, at: number): Promise<number> {
		return (await this.handle.read(into, 0, into.length, at)).bytesRead;
	}

	async write(bytes: Uint8Array, at: number): Promise<number> {
		const { bytesWritten } = await this.handle.write(bytes, 0, bytes.length, at);
		if (SYNCED === 0) await this.handle.datasync();
		return bytesWritten;
	}

	async cut(size: number): Promise<void> {
		await this.handle.truncate(size);
		await this.handle.sync();
	}

	async size(): Promise<number> {
		return (await this.handle.stat()).size;
	}

	close(): Promise<void> {
		return this.handle.close();
	}
}

async function syncFolder(path: string): Promise<void> {
	const handle = await open(path, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** A new folder is an entry in its parent, which is what has to be synced. */
async function makeFolder(path: string): Promise<void> {
	const first = await mkdir(path, { recursive: true });
	if (first === undefined) return;
	for (let made = resolve(path); made.length >= resolve(first).length; made = dirname(made)) {
		await syncFolder(dirname(made));
	}
}

export const nodeDisk: Disk = {
	open: async (path, mode) => new NodeFile(await open(path, FLAGS[mode], OWNER_ONLY)),
	list: (folder) => readdir(folder),
	rename,
	remove: unlink,
	makeFolder,
	syncFolder,
	lock: lockFolder,
};

/**
 * What the log asks of a disk, small enough to be simulated down to the sector (test/log/sim-disk.ts). There is no
 * separate sync for files: what a method says it has done survives a crash. So nobody can forget one, and an adapter
 * may do both in one call where that is faster. Failures carry the system's own code (`ENOSPC`, `EIO`, ...).
 */

export interface DiskFile {
	/** Fills `into` from `at`; fewer bytes than asked means the end of the file. */
	read(into: Uint8Array, at: number): Promise<number>;
	/**
	 * Writes and syncs, and says how many bytes: the disk may take fewer than asked. After a rejection any of the bytes
	 * may be there, now or after a crash, and what reading shows need not be what is on the disk.
	 */
	write(bytes: Uint8Array, at: number): Promise<number>;
	/** Cuts the file back to `size` bytes and syncs. */
	cut(size: number): Promise<void>;
	size(): Promise<number>;
	close(): Promise<void>;
}

/** `create` empties a file that is there. */
export type OpenMode = 'read' | 'write' | 'create';

export interface Disk {
	open(path: string, mode: OpenMode): Promise<DiskFile>;
	/** The names in a folder. */
	list(folder: string): Promise<readonly string[]>;
	/** Replaces what is called `to`. Survives a crash only after `syncFolder`, and so does `remove`. */
	rename(from: string, to: string): Promise<void>;
	remove(path: string): Promise<void>;
	/** With its parents, where missing; survives a crash. */
	makeFolder(path: string): Promise<void>;
	/** Makes durable which names the folder holds. */
	syncFolder(path: string): Promise<void>;
	/**
	 * Takes the folder's lock until `release` is called or the process ends, however it ends.
	 * @throws SuretyError `log_locked` where another holds it.
	 */
	lock(folder: string): Promise<() => Promise<void>>;
}

export async function writeAll(file: DiskFile, bytes: Uint8Array, at: number): Promise<void> {
	for (let done = 0; done < bytes.length; ) {
		const written = await file.write(bytes.subarray(done), at + done);
		if (written === 0) throw Object.assign(new Error('the disk took no bytes'), { code: 'EIO' });
		done += written;
	}
}

/** What is there from `at`, up to `length` bytes. */
export async function readUpTo(file: DiskFile, at: number, length: number): Promise<Uint8Array> {
	const bytes = new Uint8Array(length);
	let done = 0;
	while (done < length) {
		const got = await file.read(bytes.subarray(done), at + done);
		if (got === 0) break;
		done += got;
	}
	return bytes.subarray(0, done);
}

/**
 * Small files that hold secrets: written aside, synced and renamed, so that each is the old or the new one whatever
 * happens, and its owner's alone from its first byte on. What to think of one that others may read is for whoever reads
 * it to say.
 */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;
/** Bits of group and world. */
const OTHERS = 0o077;

/** Replaces the file; durable when it returns. @throws the system's own error, and then nothing has changed. */
export async function writePrivate(path: string, text: string): Promise<void> {
	const aside = `${path}.new`;
	await rm(aside, { force: true });
	const file = await open(aside, 'wx', OWNER_ONLY);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(aside, path);
	await syncFolder(dirname(path));
}

/**
 * The file's text; nothing where there is none.
 * @param exposed called before it is read where others may read it too.
 * @throws the system's own error, or what `exposed` throws.
 */
export async function readPrivate(path: string, exposed: () => Promise<void> | never): Promise<string | undefined> {
	try {
		const { mode } = await stat(path);
		// Windows has no such bits and reports all of them.
		if (process.platform !== 'win32' && (mode & OTHERS) !== 0) await exposed();
		return await readFile(path, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
		throw error;
	}
}

/** Makes the rename itself durable. */
async function syncFolder(path: string): Promise<void> {
	if (process.platform === 'win32') return;
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

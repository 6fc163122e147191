/**
 * The access document as one file, written aside, synced and renamed, so that it is the old or the new one whatever
 * happens. Only its owner may read it: the secrets in it are hashed, but passwords that people think up can be guessed
 * from their hashes at leisure. Where others may read it the start is refused rather than warned about, as ssh does
 * with keys: a warning is read after the hashes are gone.
 */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { SuretyError } from '../core/words/error.js';
import { type AccessDocument, type AccessStore, accessDocument, EMPTY, SerialAccessStore } from './access-store.js';

/** Bits of group and world. */
const OTHERS = 0o077;

/**
 * Opens the file, or begins with nothing where there is none yet. One process at a time: whoever holds the data folder.
 * @throws SuretyError `bad_access_file`, `access_file_exposed` or `access_unavailable`
 */
export async function openAccessFile(path: string): Promise<AccessStore> {
	return new SerialAccessStore((await read(path)) ?? EMPTY, (document) => write(path, document));
}

async function read(path: string): Promise<AccessDocument | undefined> {
	let text: string;
	try {
		const { mode } = await stat(path);
		// Windows has no such bits and reports all of them.
		if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
			throw new SuretyError(
				'access_file_exposed',
				`${path} is open to other users; chmod 600 it, and think of what they may have read`,
			);
		text = await readFile(path, 'utf8');
	} catch (error) {
		if (isNotFound(error)) return undefined;
		throw error instanceof SuretyError ? error : unavailable(path, error);
	}
	return parse(path, text);
}

function parse(path: string, text: string): AccessDocument {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		// The parser's message would quote the file.
		throw new SuretyError('bad_access_file', `${path} is not JSON`);
	}
	const parsed = accessDocument.safeParse(json);
	if (parsed.success) return parsed.data;
	throw new SuretyError('bad_access_file', `${path}: ${z.prettifyError(parsed.error)}`);
}

async function write(path: string, document: AccessDocument): Promise<void> {
	const aside = `${path}.new`;
	try {
		await rm(aside, { force: true });
		await writeSynced(aside, `${JSON.stringify(document, null, '\t')}\n`);
		await rename(aside, path);
		await syncFolder(dirname(path));
	} catch (error) {
		throw unavailable(path, error);
	}
}

async function writeSynced(path: string, text: string): Promise<void> {
	const file = await open(path, 'wx', 0o600);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
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

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
const isNotFound = (error: unknown): boolean => codeOf(error) === 'ENOENT';
const unavailable = (path: string, error: unknown): SuretyError =>
	new SuretyError('access_unavailable', `${path}: ${String(codeOf(error) ?? error)}`);

/**
 * The access document as one file. Only its owner may read it: the secrets in it are hashed, but passwords that people think up can be guessed
 * from their hashes at leisure. Where others may read it the start is refused rather than warned about, as ssh does
 * with keys: a warning is read after the hashes are gone.
 */
import { z } from 'zod';
import { SuretyError } from '../core/words/error.js';
import { readPrivate, writePrivate } from '../log/private-file.js';
import { type AccessDocument, type AccessStore, accessDocument, EMPTY, SerialAccessStore } from './access-store.js';

/**
 * Opens the file, or begins with nothing where there is none yet. One process at a time: whoever holds the data folder.
 * @throws SuretyError `bad_access_file`, `access_file_exposed` or `access_unavailable`
 */
export async function openAccessFile(path: string): Promise<AccessStore> {
	return new SerialAccessStore((await read(path)) ?? EMPTY, (document) => write(path, document));
}

async function read(path: string): Promise<AccessDocument | undefined> {
	let text: string | undefined;
	try {
		text = await readPrivate(path, () => {
			const what = `${path} is open to other users; chmod 600 it, and think of what they may have read`;
			throw new SuretyError('access_file_exposed', what);
		});
	} catch (error) {
		throw error instanceof SuretyError ? error : unavailable(path, error);
	}
	return text === undefined ? undefined : parse(path, text);
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
	try {
		await writePrivate(path, `${JSON.stringify(document, null, '\t')}\n`);
	} catch (error) {
		throw unavailable(path, error);
	}
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
const unavailable = (path: string, error: unknown): SuretyError =>
	new SuretyError('access_unavailable', `${path}: ${String(codeOf(error) ?? error)}`);

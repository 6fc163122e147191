/**
 * Opening: a history that cannot be continued from this log is worth nothing and is made anew. What stands in the way
 * for now (a lock, a full disk) is no reason to delete anything.
 */
import { rmSync } from 'node:fs';
import { SuretyError } from '../core/words/error.js';
import { HistoryFile, openingNote, type Place } from './file.js';
import type { FollowedLog } from './history.js';

/**
 * Opens the history of a log at a path, or makes it.
 * @param onUnfit told why the one that was there had to be deleted.
 * @throws what keeps the database from being opened now.
 */
export async function openHistory(
	path: string,
	log: FollowedLog,
	onUnfit: (why: string) => void,
): Promise<HistoryFile> {
	const found = await openFitting(path, log);
	if (typeof found !== 'string') return found;
	onUnfit(found);
	deleteHistory(path);
	const made = await HistoryFile.open(path, log.id);
	if (typeof made === 'string') throw new Error(made);
	return made;
}

export function deleteHistory(path: string): void {
	for (const file of [path, `${path}.wal`, openingNote(path)]) rmSync(file, { force: true });
	rmSync(`${path}.tmp`, { recursive: true, force: true });
}

/** The file, or why it cannot be continued. */
async function openFitting(path: string, log: FollowedLog): Promise<HistoryFile | string> {
	const file = await HistoryFile.open(path, log.id);
	if (typeof file === 'string') return file;
	let fits = false;
	try {
		const unfit = await misfit(file.place, log);
		fits = unfit === undefined;
		return unfit ?? file;
	} finally {
		if (!fits) await file.close();
	}
}

/** Why a file cannot be continued from this log, if it cannot: its last batch is not the log's. */
async function misfit({ number, position, chain }: Place, log: FollowedLog): Promise<string | undefined> {
	if (number === 0) return undefined;
	if (number > log.head.number) return `it is ahead of the log (batch ${number}, the log ends at ${log.head.number})`;
	try {
		const batch = await log.readAt(position);
		const isSame = batch.number === number && Buffer.from(batch.chain).toString('hex') === chain;
		return isSame ? undefined : `batch ${number} of the log is another than the one it ends with`;
	} catch (error) {
		// Not a batch's place in this log; if the log itself is damaged there, reading it will say so.
		if (error instanceof SuretyError && error.code === 'log_corrupt') {
			return `batch ${number} of the log is not where it was`;
		}
		throw error;
	}
}

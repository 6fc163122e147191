/**
 * Backup and restore. The log only grows, so copying its segments in order while the service writes gives a log that
 * ends somewhere in between: a last batch that was copied half is cut off when the copy is opened, like any torn tail.
 * A segment that was sealed while it was copied is copied again.
 *
 * What was sent to webhooks is copied after the log: so it knows of all that was sent until then, and where it knows of
 * more than the copied log holds, sending goes on from that log's end.
 */
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SuretyError } from '../core/words/error.js';
import { progressIn } from '../effects/index.js';
import { openLog } from '../log/embedded-log.js';
import { dataFolder } from './data-folder.js';

/** How often, and how long apart, it is tried to copy what is being written anew. */
const ATTEMPTS = 50;
const PAUSE_MS = 100;

const SEGMENT = /^\d{20}\.log$/;

export interface BackedUp {
	readonly batches: number;
	/** Hash of the last batch, in hexadecimal. */
	readonly chain: string;
	readonly bytes: number;
}

/**
 * Copies a data folder into a new one; also while a service writes to it.
 * @throws SuretyError `bad_folder`, `bad_output`, `log_corrupt`.
 */
export async function backUp(from: string, to: string): Promise<BackedUp> {
	await mustBeEmpty(to);
	const [source, target] = [dataFolder(from), dataFolder(to)];
	await mkdir(target.log, { recursive: true, mode: 0o700 });
	await copySegments(source.log, target.log);
	for (const name of ['access', 'keyring'] as const) await copyIfThere(source[name], target[name]);
	await copyFolder(source.snapshots, target.snapshots, (name) => name.endsWith('.snapshot'));
	await copyFolder(source.webhooks, target.webhooks, (name) => name.endsWith('.json'));
	await copyProgress(source.webhooks, target.webhooks);
	return summary(target.log);
}

/** Opens what was copied and reads all of it, so that a backup that cannot be restored is known today. */
async function summary(folder: string): Promise<BackedUp> {
	const log = await openLog({ dir: folder, readOnly: true });
	let bytes = 0;
	for await (const { payload } of log.read()) bytes += payload.length;
	const { number, chain } = log.head;
	await log.close();
	return { batches: number, chain: Buffer.from(chain).toString('hex'), bytes };
}

/**
 * Copies how far webhooks have come. It is a log too, which is written anew from time to time under another name, so it
 * may vanish while it is copied, and the next one may not be whole yet.
 */
async function copyProgress(from: string, to: string): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		const generations = await progressIn(from);
		if (generations.length === 0) return;
		for (const name of generations) if (await copyWhole(join(from, name), join(to, name))) return;
		if (attempt === ATTEMPTS) {
			throw new SuretyError('log_corrupt', `${from}: nothing that was sent to webhooks can be copied whole`);
		}
		await wait(PAUSE_MS);
	}
}

/** Whether a log could be copied and has anything in it; otherwise nothing of it is left at `to`. */
async function copyWhole(from: string, to: string): Promise<boolean> {
	await mkdir(to, { recursive: true, mode: 0o700 });
	try {
		await copySegments(from, to);
		const log = await openLog({ dir: to, readOnly: true });
		await log.close();
		if (log.head.number > 0) return true;
	} catch (error) {
		const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
		if (!isGone && !(error instanceof SuretyError)) throw error;
	}
	await rm(to, { recursive: true, force: true });
	return false;
}

async function copySegments(from: string, to: string): Promise<void> {
	const copied = new Map<string, number>();
	for (;;) {
		const names = await segments(from);
		const last = names.at(-1);
		const stale = await Promise.all(names.map(async (name) => copied.get(name) !== (await sizeOf(join(from, name)))));
		const due = names.filter((name, i) => stale[i] === true && (name !== last || !copied.has(name)));
		if (due.length === 0) return;
		for (const name of due) {
			await copyFile(join(from, name), join(to, name));
			copied.set(name, await sizeOf(join(to, name)));
		}
	}
}

async function segments(folder: string): Promise<string[]> {
	try {
		return (await readdir(folder)).filter((name) => SEGMENT.test(name)).sort();
	} catch {
		throw new SuretyError('bad_folder', `${folder}: there is no log`);
	}
}

async function copyFolder(from: string, to: string, wanted: (name: string) => boolean): Promise<void> {
	const names = (await readdir(from).catch(() => [])).filter(wanted);
	if (names.length > 0) await mkdir(to, { recursive: true, mode: 0o700 });
	for (const name of names) await copyIfThere(join(from, name), join(to, name));
}

async function copyIfThere(from: string, to: string): Promise<void> {
	try {
		await copyFile(from, to);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
}

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

async function mustBeEmpty(folder: string): Promise<void> {
	const names = await readdir(folder).catch(() => []);
	if (names.length > 0) throw new SuretyError('bad_output', `${folder}: is not empty`);
}

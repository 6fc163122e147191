/**
 * The snapshotter: has another process write the next snapshot, so that whoever decides is not stopped for it, not even
 * for its garbage: threads of one process share those that collect it.
 */
import { fork } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledFile } from '../runtime/compiled-file.js';
import type { Settings } from '../runtime/entry.js';

export interface SnapshotTask {
	readonly log: string;
	readonly snapshots: string;
	readonly mostIds: number;
	/** The last batch that is durable. */
	readonly last: number;
	readonly begin: Settings;
}

/** What the process says, once: the number of the snapshot's last batch, or why there is none. */
export type SnapshotSaid = { readonly number: number } | { readonly failed: string };

/** Writes a snapshot of what is durable now. @returns the number of its last batch. */
export function snapshotAside(task: SnapshotTask): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = fork(compiledFile(new URL('./snapshot-process.js', import.meta.url)), {
			serialization: 'advanced',
			execArgv: [],
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		child.once('message', (said: SnapshotSaid) => {
			if ('number' in said) resolve(said.number);
			else reject(new Error(said.failed));
		});
		child.once('error', reject);
		child.once('exit', (code, signal) => reject(new Error(`the snapshotter ended with ${code ?? signal}`)));
		child.send(task, () => undefined); // of a process that ends meanwhile, its end tells
	});
}

/** When the newest snapshot of a folder was written, in milliseconds of 1970, and its size; nothing where there is none. */
export async function newestSnapshot(folder: string): Promise<{ at: number; bytes: number } | undefined> {
	const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.snapshot')).sort();
	const newest = names.at(-1);
	if (newest === undefined) return undefined;
	const found = await stat(join(folder, newest)).catch(() => undefined); // a newer one may have taken its place
	return found === undefined ? undefined : { at: found.mtimeMs, bytes: found.size };
}

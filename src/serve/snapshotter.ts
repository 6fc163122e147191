/** The snapshotter: has a thread write the next snapshot, so that the one who decides is not stopped for it. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
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

/** Writes a snapshot of what is durable now. @returns the number of its last batch. */
export function snapshotAside(task: SnapshotTask): Promise<number> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(compiledFile(new URL('./snapshot-thread.js', import.meta.url)), { workerData: task });
		worker.once('message', resolve);
		worker.once('error', reject);
		worker.once('exit', (code) => reject(new Error(`the snapshotter ended with ${code}`)));
		worker.unref();
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

/**
 * The snapshotter: a thread that replays the log from the newest snapshot and writes the next one. The writer's own
 * thread is not stopped for it, and every snapshot is a replay that came to the state it says.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openLog } from '../log/embedded-log.js';
import { nodeDisk } from '../log/node-disk.js';
import { standBack } from '../runtime/background.js';
import { compiledFile } from '../runtime/compiled-file.js';
import { recover, type Settings } from '../runtime/recovery.js';
import { Snapshots } from '../runtime/snapshots.js';

interface Task {
	readonly log: string;
	readonly snapshots: string;
	readonly mostIds: number;
	/** The last batch that is durable. */
	readonly last: number;
	readonly begin: Settings;
}

/** Writes a snapshot of what is durable now. @returns the number of its last batch. */
export function snapshotAside(task: Task): Promise<number> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(compiledFile(new URL('./snapshotter.js', import.meta.url)), { workerData: task });
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

async function work({ log: dir, snapshots: folder, mostIds, last, begin }: Task): Promise<number> {
	const log = await openLog({ dir, readOnly: true });
	const snapshots = new Snapshots(folder, nodeDisk, log.id);
	let chain = log.head.chain;
	const { desk, ids, head, settings } = await recover(log, {
		begin,
		mostIds,
		snapshots,
		last,
		applied: (batch) => {
			({ chain } = batch);
		},
	});
	if (head !== undefined && settings !== undefined) await snapshots.write(desk, ids, head, chain, settings);
	await log.close();
	return head?.number ?? 0;
}

if (!isMainThread && parentPort !== null) {
	const port = parentPort;
	standBack('thread');
	void work(workerData as Task).then((number) => port.postMessage(number)); // a rejection ends the thread, and `reject` is told
}

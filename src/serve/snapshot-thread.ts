/**
 * A thread that replays the log from the newest snapshot and writes the next one: every snapshot is a replay that came
 * to the state it says.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../core/words/error.js';
import { openLog } from '../log/embedded-log.js';
import { nodeDisk } from '../log/node-disk.js';
import { standBack } from '../runtime/background.js';
import { recover } from '../runtime/recovery.js';
import { Snapshots } from '../runtime/snapshots.js';
import type { SnapshotTask } from './snapshotter.js';

async function work({ log: dir, snapshots: folder, mostIds, last, begin }: SnapshotTask): Promise<number> {
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

assert(parentPort !== null, 'this file is a thread');
const port = parentPort;
standBack('thread');
void work(workerData as SnapshotTask).then((number) => port.postMessage(number)); // a rejection ends the thread, and the snapshotter is told

/**
 * A process that replays the log from the newest snapshot and writes the next one: every snapshot is a replay that came
 * to the state it says. It ends with that, or with the process that started it, and with nothing else: what stops that
 * one is told to both of them.
 */
import { openLog } from '../log/embedded-log.js';
import { nodeDisk } from '../log/node-disk.js';
import { standBack } from '../runtime/background.js';
import { recover } from '../runtime/recovery.js';
import { Snapshots } from '../runtime/snapshots.js';
import type { SnapshotSaid, SnapshotTask } from './snapshotter.js';

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

const say = (what: SnapshotSaid): void => void process.send?.(what, () => process.disconnect());

process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
standBack();
process.once('message', (task: SnapshotTask) => {
	work(task).then(
		(number) => say({ number }),
		(error: Error) => say({ failed: error.message }),
	);
});

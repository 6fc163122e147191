/**
 * The log as a process beside its writer reads it: from its files, without the writer's lock, and never past the batch
 * that is known to be durable. It is opened anew for each reading, since the writer goes on to new files.
 */
import { openLog } from '../log/embedded-log.js';
import type { Batch, Position } from '../log/port.js';
import type { FollowedLog } from './history.js';

export class LogFiles implements FollowedLog {
	readonly id: string;
	private readonly folder: string;
	private readonly newest: () => number;

	constructor(folder: string, id: string, newest: () => number) {
		this.folder = folder;
		this.id = id;
		this.newest = newest;
	}

	get head(): { readonly number: number } {
		return { number: this.newest() };
	}

	async *read(after?: { readonly number: number; readonly position: Position }): AsyncGenerator<Batch> {
		// What was durable before the files are looked at is in them.
		const last = this.newest();
		const log = await openLog({ dir: this.folder, readOnly: true });
		try {
			for await (const batch of log.read(after)) {
				if (batch.number > last) return;
				yield batch;
			}
		} finally {
			await log.close();
		}
	}

	async readAt(position: Position): Promise<Batch> {
		const log = await openLog({ dir: this.folder, readOnly: true });
		try {
			return await log.readAt(position);
		} finally {
			await log.close();
		}
	}
}

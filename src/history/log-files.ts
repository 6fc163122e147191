/**
 * The log as a process beside its writer reads it: from its files, without the writer's lock, and never past the batch
 * that is known to be durable. The writer goes on to new files, so they are looked for before each reading.
 */
import { unavailable } from '../log/faults.js';
import { nodeDisk } from '../log/node-disk.js';
import type { Batch, Position } from '../log/port.js';
import { listSegments, type Segment } from '../log/segment.js';
import { SegmentReader } from '../log/segment-reader.js';
import type { FollowedLog } from './history.js';

export class LogFiles implements FollowedLog {
	readonly id: string;
	private readonly folder: string;
	private readonly newest: () => number;
	private segments: readonly Segment[] = [];

	constructor(folder: string, id: string, newest: () => number) {
		this.folder = folder;
		this.id = id;
		this.newest = newest;
	}

	get head(): { readonly number: number } {
		return { number: this.newest() };
	}

	async *read(after?: { readonly number: number; readonly position: Position }): AsyncGenerator<Batch> {
		// What was durable before the files are looked for is in them.
		const last = this.newest();
		yield* (await this.reader()).read(after, last);
	}

	async readAt(position: Position): Promise<Batch> {
		const last = this.newest();
		return (await this.reader()).readAt(position, last);
	}

	private async reader(): Promise<SegmentReader> {
		try {
			this.segments = await listSegments(nodeDisk, this.folder, undefined, this.segments);
			return new SegmentReader(this.folder, nodeDisk, this.segments);
		} catch (error) {
			throw unavailable(this.folder, error);
		}
	}
}

/** Records that were answered before, read back from the log. */
import type { Log, Position } from '../log/port.js';
import { decodeBatch, type Entry, type RecordEntry } from './entry.js';
import type { KnownIds } from './known-ids.js';

/** A request sent again asks for all of its batch at once, so the latest few batches are kept. */
const MOST_KEPT = 16;

export class Answered {
	private readonly log: Log;
	private readonly ids: KnownIds;
	private readonly kept = new Map<Position, Promise<readonly Entry[]>>();

	constructor(log: Log, ids: KnownIds) {
		this.log = log;
		this.ids = ids;
	}

	/** The entry of a record that was taken; undefined where none has this id, or it is forgotten. */
	async find(id: string): Promise<RecordEntry | undefined> {
		const place = this.ids.where(id);
		if (place === undefined) return undefined;
		const entry = (await this.batchAt(place.position))[place.ordinal];
		return entry?.kind === 'record' ? entry : undefined;
	}

	private batchAt(position: Position): Promise<readonly Entry[]> {
		const kept = this.kept.get(position);
		if (kept !== undefined) return kept;
		const batch = this.log.readAt(position).then(({ payload }) => decodeBatch(payload));
		this.kept.set(position, batch);
		batch.catch(() => this.kept.delete(position));
		if (this.kept.size > MOST_KEPT) {
			for (const oldest of this.kept.keys()) {
				this.kept.delete(oldest);
				break;
			}
		}
		return batch;
	}
}

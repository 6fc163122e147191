/** Appeals: a merchant's word against a decision, waiting for a person. */
import type { AppealId, RecordId, StoreId } from '../words/ids.js';
import type { RecordOf } from '../words/record.js';
import type { Instant } from '../words/time.js';

export interface Appeal {
	readonly id: AppealId;
	readonly store_id: StoreId;
	readonly decision_id: RecordId | undefined;
	readonly text: string;
	readonly since: Instant;
}

export class Appeals {
	private readonly open = new Map<string, Appeal>();

	file({ appeal_id, store_id, decision_id, text, at }: RecordOf<'appeal.filed'>): void {
		this.open.set(appeal_id, { id: appeal_id, store_id, decision_id, text, since: at });
	}

	find(id: string): Appeal | undefined {
		return this.open.get(id);
	}

	settle(id: string): void {
		this.open.delete(id);
	}

	/** Open ones, oldest first. */
	all(): IterableIterator<Appeal> {
		return this.open.values();
	}
}

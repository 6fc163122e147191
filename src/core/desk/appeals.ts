/** Appeals [AP1]: a merchant's word against a decision, waiting for a person. They change no decision by themselves. */
import { SuretyError } from '../words/error.js';
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

	/** @throws SuretyError `unknown_appeal`. */
	waiting(id: string): Appeal {
		const appeal = this.open.get(id);
		if (appeal !== undefined) return appeal;
		throw new SuretyError('unknown_appeal', `appeal_id "${id}": no such open appeal`, 'appeal_id');
	}

	settle(id: string): void {
		this.open.delete(id);
	}

	/** Open ones, oldest first. */
	all(): IterableIterator<Appeal> {
		return this.open.values();
	}
}

/** Requests that wait: for money (cuts, withdrawals, claims) or for a person (stores, and claims nobody funded). */
import type { Gate, Outcome } from '../words/outcome.js';
import type { RecordId, StoreId } from '../words/ids.js';
import type { Request } from '../words/record.js';
import { HOUR, type Instant, later } from '../words/time.js';

export interface Hold {
	readonly id: RecordId;
	readonly store_id: StoreId;
	readonly gate: Gate;
	readonly request: Request;
	readonly outcome: Outcome;
	readonly since: Instant;
	/** When its default takes effect. */
	readonly until: Instant;
}

export class Holds {
	private readonly byId = new Map<string, Hold>();
	private readonly byStore = new Map<string, Hold[]>();

	find(id: string): Hold | undefined {
		return this.byId.get(id);
	}

	/** A store's holds, oldest first. */
	of(store: string): readonly Hold[] {
		return this.byStore.get(store) ?? [];
	}

	/** All holds, oldest first. */
	all(): IterableIterator<Hold> {
		return this.byId.values();
	}

	get count(): number {
		return this.byId.size;
	}

	open(request: Request, gate: Gate, store: StoreId, outcome: Outcome, since: Instant, hours: number): void {
		const until = later(since, hours * HOUR);
		const hold: Hold = { id: request.id, store_id: store, gate, request, outcome, since, until };
		this.byId.set(hold.id, hold);
		this.byStore.set(store, [...this.of(store), hold]);
	}

	close(hold: Hold): void {
		this.byId.delete(hold.id);
		const left = this.of(hold.store_id).filter(({ id }) => id !== hold.id);
		if (left.length === 0) this.byStore.delete(hold.store_id);
		else this.byStore.set(hold.store_id, left);
	}
}

/** Payments that were decided and may still fail on the payer's side; remembered for a while, by record time. */
import type { OrderLineId, StoreId } from '../words/ids.js';
import type { Minor } from '../words/money.js';
import { DAY, type Instant } from '../words/time.js';

export interface Payment {
	readonly store_id: StoreId;
	/** Of a claim; undefined for a withdrawal. */
	readonly order_line_id: OrderLineId | undefined;
	readonly amount: Minor;
	readonly at: Instant;
}

/** After this long a payment counts as made. */
const KEPT_MS = 30 * DAY;

export class Payments {
	/** In the order they were decided. */
	private readonly byId = new Map<string, Payment>();

	add(id: string, payment: Payment): void {
		this.byId.set(id, payment);
	}

	find(id: string): Payment | undefined {
		return this.byId.get(id);
	}

	remove(id: string): void {
		this.byId.delete(id);
	}

	/** Forgets what counts as made by now. */
	sweep(now: Instant): void {
		for (const [id, { at }] of this.byId) {
			if (at > now - KEPT_MS) return;
			this.byId.delete(id);
		}
	}
}

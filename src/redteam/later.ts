/** What became of held requests after the move that made them: let through by money or by default, or refused. */
import type { HoldDecided } from '../core/desk/events.js';
import type { Gate } from '../core/words/outcome.js';
import { add, type Minor, ZERO } from '../core/words/money.js';

/** Requests of one gate and store that were settled at the same hour in the same way. */
export interface Later {
	readonly hour: number;
	readonly store: string;
	readonly gate: Gate;
	readonly isPaid: boolean;
	readonly how: HoldDecided['how'];
	readonly count: number;
	readonly amount: Minor;
}

export class Settlements {
	private readonly known = new Map<string, Later>();

	note(event: HoldDecided, hour: number): void {
		const { store_id: store, gate, how, amount = ZERO } = event;
		const isPaid = event.fact !== undefined;
		const key = `${hour} ${store} ${gate} ${how} ${isPaid}`;
		const before = this.known.get(key);
		const count = (before?.count ?? 0) + 1;
		this.known.set(key, { hour, store, gate, isPaid, how, count, amount: add(before?.amount ?? ZERO, amount) });
	}

	all(): readonly Later[] {
		return [...this.known.values()];
	}
}

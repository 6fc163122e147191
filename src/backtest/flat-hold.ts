/**
 * What a plain hold would have kept: of every protected line, what was released before its window had ended, for as
 * long as the window still ran. It is the yardstick for what gates lock, and the same for every policy. Where the clock
 * starts at delivery and delivery is told after release, the end is the one that was known at release.
 */
import { HELD, NONE, PROMISED } from '../core/book/line-slab.js';
import type { Core } from '../core/core.js';
import { shareDown, subtract } from '../core/words/money.js';
import type { Fact, RecordOf } from '../core/words/record.js';
import { SECOND } from '../core/words/time.js';
import { AmountDays } from './amount-days.js';

/** Hundredths of a per cent as millionths. */
const BASIS_POINT = 100;

export class FlatHold {
	private readonly kept: (AmountDays | undefined)[] = [];
	private readonly core: Core;

	/** @param core one that only observes, so that it knows the history's own lines. */
	constructor(core: Core) {
		this.core = core;
	}

	/** Before the core takes the fact. */
	note(fact: Fact): void {
		if (fact.type === 'order.released') this.released(fact);
	}

	/** In minor units times milliseconds, for every store in its order. */
	byStore(): bigint[] {
		return this.core.book.stores.map((_, i) => this.kept[i]?.exact ?? 0n);
	}

	private released(fact: RecordOf<'order.released'>): void {
		const { book, policy } = this.core;
		const slot = book.findLine(fact.order_line_id, fact.at);
		if (slot === NONE || !book.lines.has(slot, PROMISED) || !book.lines.has(slot, HELD)) return;
		const end = book.lines.endS(slot) * SECOND;
		if (end <= fact.at || book.lines.quantity(slot) === 0) return;
		const held = book.lines.held(slot);
		const commission = shareDown(held, policy.commission_basis_points * BASIS_POINT);
		const store = book.storeOf(slot);
		const kept = (this.kept[store.index] ??= new AmountDays());
		kept.add(fact.amount ?? subtract(held, commission), end - fact.at);
	}
}

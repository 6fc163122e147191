/**
 * Cuts that a price gate holds. In the service the desk lets one through the moment money arrives; here each is asked
 * again at midnight, as long as the history's own price for the item is still that one.
 */
import type { Core } from '../core/core.js';
import { isLetThrough } from '../core/gates/price-gate.js';
import { hasRules } from '../core/gates/ruled.js';
import type { RecordOf } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';
import { proposal } from './requests.js';

type PriceChange = RecordOf<'price.changed'>;

/** What became of a held cut. `replaced`: the history had another price first. */
export type CutEnd = 'let_through' | 'replaced' | 'refused' | 'waiting';

export interface HeldCut {
	readonly store_id: string;
	readonly millis: number;
	readonly end: CutEnd;
}

export class HeldCuts {
	readonly ended: HeldCut[] = [];
	private readonly waiting = new Map<string, PriceChange>();
	private readonly core: Core;

	constructor(core: Core) {
		this.core = core;
	}

	get some(): boolean {
		return this.waiting.size > 0;
	}

	hold(change: PriceChange): void {
		this.waiting.set(keyOf(change), change);
	}

	/** The history has a new price for the item: what waited for it waits no more. */
	replace(change: PriceChange): void {
		if (this.waiting.size === 0) return;
		const held = this.waiting.get(keyOf(change));
		if (held !== undefined) this.end(held, change.at, 'replaced');
	}

	/** Asks again for all that wait, in the order in which they were held. */
	askAgain(at: Instant): void {
		for (const held of this.waiting.values()) {
			if (!this.couldPass(held)) continue;
			const { verdict } = this.core.take(proposal(held, at));
			if (verdict === 'approve') this.end(held, at, 'let_through');
			else if (verdict === 'refuse') this.end(held, at, 'refused');
		}
	}

	finish(at: Instant): void {
		for (const held of this.waiting.values()) this.end(held, at, 'waiting');
	}

	/** The same question as the gate's, without the figures of its answer, which take most of its time. */
	private couldPass(held: PriceChange): boolean {
		const store = this.core.book.store(held.store_id);
		if (store.closedAt !== undefined) return true;
		// Whether a rule still speaks only the gate can say.
		return (
			hasRules(this.core, 'price') || isLetThrough(this.core, held, store, this.core.book.findItem(store, held.sku_id))
		);
	}

	private end(held: PriceChange, at: Instant, end: CutEnd): void {
		this.waiting.delete(keyOf(held));
		this.ended.push({ store_id: held.store_id, millis: at - held.at, end });
	}
}

const keyOf = ({ store_id, sku_id }: PriceChange): string => `${store_id}\u001f${sku_id}`;

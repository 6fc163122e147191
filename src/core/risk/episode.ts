/**
 * Episodes: the price cuts of a store that follow each other within days, and everything about the protected sales
 * they hit. What matters about a cut is not how deep it is but whom it pays, from what money, and how those sales came
 * about; an episode gathers that, item by item, so that a cut taken back (a mistyped price) is taken out again.
 */
import type { Book } from '../book/book.js';
import { BALANCE, DEPOSIT, RESERVE } from '../book/ledger.js';
import { INSTANT, NONE, QUICK } from '../book/line-slab.js';
import type { Item, Store } from '../book/store.js';
import type { BuyerId } from '../words/ids.js';
import { add, excess, type Minor, subtract, times, ZERO } from '../words/money.js';
import { DAY, HOUR, type Instant, SECOND } from '../words/time.js';

/** Cuts further apart than this belong to different episodes. */
const APART_MS = 10 * DAY;
/** However often a store cuts: what happened longer ago is no part of what happens now. */
const LONGEST_MS = 30 * DAY;
/** Withdrawals this long before the first cut count as part of the move. */
export const CASH_OUT_MS = 72 * HOUR;
/** Buyers followed in one episode; with more, the store is no closed circle. */
const MOST_BUYERS = 400;

/** What the cuts of one item hit. Amounts in minor units, as of the last cut. */
export interface Hit {
	readonly item: Item;
	readonly at: Instant;
	readonly lines: number;
	/** Due on the lines hit, refunds already paid included. */
	readonly due: Minor;
	/** What their buyers had paid. */
	readonly paid: Minor;
	/** Of that, weighed by how implausibly fast receipt was confirmed (in tenths). */
	readonly quick: Minor;
	/** Of that, sold at the raised price (see SG3). */
	readonly raised: Minor;
	readonly gap: Minor;
	/** Paid, by buyer. */
	readonly buyers: ReadonlyMap<BuyerId, Minor>;
	readonly fallPercent: number;
	readonly earlierPercent: number;
	/** Whole hours from the latest protected sale to the cut. */
	readonly hours: number;
	readonly raise: Raise | undefined;
}

/** A price that was raised within the month before it was cut back. */
export interface Raise {
	readonly low: Minor;
	readonly high: Minor;
}

const SUMMED = ['lines', 'due', 'paid', 'quick', 'raised', 'gap'] as const;

export class Episode {
	readonly startedAt: Instant;
	lastAt: Instant;
	readonly hits = new Map<number, Hit>();
	/** Sums over the hits, and what each buyer paid for the lines hit. */
	readonly total: Record<(typeof SUMMED)[number], Minor> = {
		lines: ZERO,
		due: ZERO,
		paid: ZERO,
		quick: ZERO,
		raised: ZERO,
		gap: ZERO,
	};
	readonly buyers = new Map<BuyerId, Minor>();
	/** Withdrawn shortly before the first cut, and the store's money just before it. */
	readonly withdrawn: Minor;
	readonly funds: Minor;
	readonly openValue: Minor;
	readonly deposit: Minor;
	/** Claims since the first cut. */
	claims = 0;
	fastClaims = 0;
	readonly claimers = new Set<BuyerId>();
	taken = ZERO;
	advanced = ZERO;
	shortfall = ZERO;

	constructor(book: Book, store: Store, at: Instant, withdrawn: Minor) {
		const { ledger } = book;
		this.startedAt = at;
		this.lastAt = at;
		this.withdrawn = withdrawn;
		this.deposit = add(ledger.get(store.index, DEPOSIT), store.reserveFromDeposit);
		this.funds = add(
			add(ledger.get(store.index, BALANCE), ledger.get(store.index, RESERVE)),
			subtract(this.deposit, store.reserveFromDeposit),
		);
		this.openValue = store.openValue;
	}

	isOver(at: Instant): boolean {
		return at - this.lastAt > APART_MS || at - this.startedAt > LONGEST_MS;
	}

	/** Notes what a cut hit, in place of what an earlier cut of the same item hit. */
	add(hit: Hit): void {
		this.remove(hit.item);
		this.hits.set(hit.item.index, hit);
		this.count(hit, 1);
	}

	/** A cut was taken back. */
	remove(item: Item): void {
		const hit = this.hits.get(item.index);
		if (hit === undefined) return;
		this.hits.delete(item.index);
		this.count(hit, -1);
	}

	private count(hit: Hit, sign: 1 | -1): void {
		const { total } = this;
		for (const name of SUMMED) total[name] = add(total[name], times(hit[name] as Minor, sign));
		for (const [buyer, paid] of hit.buyers) {
			const sum = add(this.buyers.get(buyer) ?? ZERO, times(paid, sign));
			if (sum > 0) this.buyers.set(buyer, sum);
			else this.buyers.delete(buyer);
		}
	}
}

/** How much of a sale counts as implausibly fast, in tenths. */
const QUICK_TENTHS = 6;
const INSTANT_TENTHS = 10;

/** Looks at every open guarantee that the item's present price makes something due on. */
export function look(
	book: Book,
	item: Item,
	at: Instant,
	past: { fallPercent: number; earlierPercent: number; raise: Raise | undefined },
): Hit | undefined {
	const { lines } = book;
	const buyers = new Map<BuyerId, Minor>();
	let [count, due, paid, quick, raised, gap] = [0, ZERO, ZERO, ZERO, ZERO, ZERO];
	let latestS = 0;
	for (let slot = item.first; slot !== NONE; slot = lines.next(slot)) {
		const d = lines.detailOf(slot);
		if (d === undefined || add(d.due, d.refunded) === 0) continue;
		const value = times(d.base, lines.quantity(slot));
		count++;
		due = add(due, add(d.due, d.refunded));
		paid = add(paid, value);
		gap = add(gap, d.gap);
		const tenths = lines.has(slot, INSTANT) ? INSTANT_TENTHS : lines.has(slot, QUICK) ? QUICK_TENTHS : 0;
		quick = add(quick, times(value, tenths));
		if (past.raise !== undefined && excess(d.base, past.raise.low) * 2 >= past.raise.high - past.raise.low)
			raised = add(raised, value);
		if (lines.paidS(slot) > latestS) latestS = lines.paidS(slot);
		const buyer = book.buyers.id(lines.buyer(slot));
		if (buyers.size < MOST_BUYERS || buyers.has(buyer)) buyers.set(buyer, add(buyers.get(buyer) ?? ZERO, value));
	}
	if (count === 0) return undefined;
	const hours = Math.max(0, Math.round((at - latestS * SECOND) / HOUR));
	return { item, at, lines: count, due, paid, quick, raised, gap, buyers, hours, ...past };
}

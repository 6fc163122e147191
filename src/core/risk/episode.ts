/**
 * Episodes: the price cuts of a store that follow each other within days, and everything about the protected sales
 * they hit. What matters about a cut is not how deep it is but whom it pays, from what money, and how those sales came
 * about; an episode gathers that, item by item, so that a cut taken back (a mistyped price) is taken out again.
 */
import type { Book } from '../book/book.js';
import { BALANCE, DEPOSIT, RESERVE } from '../book/ledger.js';
import { INSTANT, NONE, QUICK, type Slot } from '../book/line-slab.js';
import type { Item, Store } from '../book/store.js';
import type { BuyerId } from '../words/ids.js';
import { add, excess, least, type Minor, subtract, times, ZERO } from '../words/money.js';
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
	/** The cut was only tried: its gate held it. */
	readonly tried: boolean;
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

	/** A cut that was only tried counts until the item's next price. */
	removeTried(item: Item): void {
		if (this.hits.get(item.index)?.tried === true) this.remove(item);
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

/** What one line is due at a price, refunds already paid included, and what of it is not covered. */
interface LineCost {
	readonly due: Minor;
	readonly gap: Minor;
}

/** What is due at the item's present price. */
export const asPriced: CostOf = ({ lines }, slot) => {
	const d = lines.detailOf(slot);
	return d === undefined ? NOTHING : { due: add(d.due, d.refunded), gap: d.gap };
};

/** What would be due at another reference price; its gap is what free money would have to cover. */
export const ifPriced =
	(reference: Minor): CostOf =>
	({ lines, securing }, slot) => {
		const d = lines.detailOf(slot);
		const due = securing.storePart(slot, securing.claimable(slot, reference));
		const covered = add(least(due, lines.held(slot)), d === undefined ? ZERO : d.reserve);
		return { due: add(due, d === undefined ? ZERO : d.refunded), gap: excess(due, covered) };
	};

type CostOf = (book: Book, slot: Slot) => LineCost;
const NOTHING: LineCost = { due: ZERO, gap: ZERO };

/** What is known of a cut besides the lines it hits. */
type Cut = Pick<Hit, 'fallPercent' | 'earlierPercent' | 'raise' | 'tried'>;

/** Looks at every open guarantee of an item on which something is due, or would be. */
export function look(book: Book, item: Item, at: Instant, cut: Cut, costOf: CostOf): Hit | undefined {
	const { lines } = book;
	const buyers = new Map<BuyerId, Minor>();
	let [count, due, paid, quick, raised, gap] = [0, ZERO, ZERO, ZERO, ZERO, ZERO];
	let latestS = 0;
	for (let slot = item.first; slot !== NONE; slot = lines.next(slot)) {
		const cost = costOf(book, slot);
		if (cost.due === 0) continue;
		const base = lines.detailOf(slot)?.base ?? lines.unit(slot);
		const value = times(base, lines.quantity(slot));
		count++;
		due = add(due, cost.due);
		paid = add(paid, value);
		gap = add(gap, cost.gap);
		const tenths = lines.has(slot, INSTANT) ? INSTANT_TENTHS : lines.has(slot, QUICK) ? QUICK_TENTHS : 0;
		quick = add(quick, times(value, tenths));
		if (cut.raise !== undefined && excess(base, cut.raise.low) * 2 >= cut.raise.high - cut.raise.low)
			raised = add(raised, value);
		if (lines.paidS(slot) > latestS) latestS = lines.paidS(slot);
		const buyer = book.buyers.id(lines.buyer(slot));
		if (buyers.size < MOST_BUYERS || buyers.has(buyer)) buyers.set(buyer, add(buyers.get(buyer) ?? ZERO, value));
	}
	if (count === 0) return undefined;
	const hours = Math.max(0, Math.round((at - latestS * SECOND) / HOUR));
	return { item, at, lines: count, due, paid, quick, raised, gap, buyers, hours, ...cut };
}

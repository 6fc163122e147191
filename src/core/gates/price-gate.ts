/**
 * The price gate: a cut is approved only if the store's money covers the reserves it triggers. The "reasonable range"
 * for a price is thus a consequence of money: the answer names the cost, the funds, the gap and the deepest price that
 * is funded now.
 */
import { NONE, type Slot } from '../book/line-slab.js';
import type { Item, Store } from '../book/store.js';
import { add, excess, least, type Minor, shareUp, subtract, ZERO } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { type Reason, reason } from '../words/reason.js';
import type { RecordOf } from '../words/record.js';
import { hasRules, ruled } from './ruled.js';
import { type GateView, inWords, PERCENT } from './view.js';

/** What a reference price would cost the store on one item. */
interface Cost {
	/** More that would be due on its guarantees. */
	readonly triggered: Minor;
	/** The part of it that their own held proceeds cover. */
	readonly own: Minor;
	/** The rest, which free funds must cover. */
	readonly needed: Minor;
	readonly lines: number;
}

/** What a price needs to be weighed; a request or the fact of a change. */
export type PriceAsked = Pick<RecordOf<'price.propose'>, 'at' | 'sku_id' | 'price' | 'coupon'>;

export function priceGate(view: GateView, request: PriceAsked, store: Store, item: Item | undefined): Answer {
	const free = view.book.securing.freeFunds(store);
	const nothing = { gate: 'price', triggered: ZERO, free_funds: free, top_up: ZERO } as const;
	// [PG1] What it would cost is told all the same: a fact does not ask.
	if (store.closedAt !== undefined) {
		const told =
			item === undefined ? { ...nothing, deepest_funded_price: request.price } : weigh(view, request, item, free);
		return { ...told, verdict: 'refuse', reasons: [reason('store_closed')] };
	}
	// [PG2]
	if (item?.pricedAt !== undefined && request.at < item.pricedAt) {
		return {
			...nothing,
			verdict: 'approve',
			reasons: [reason('price_late')],
			deepest_funded_price: item.price ?? request.price,
		};
	}
	const { sku_id: sku, price } = request;
	// [PG3] Nothing is promised on an item nobody holds a guarantee for.
	const answer: Answer =
		item === undefined
			? { ...nothing, verdict: 'approve', reasons: [], deepest_funded_price: ZERO }
			: weigh(view, request, item, free);
	// [PG8]
	return ruled(view, { gate: 'price', store, item, sku, price }, answer);
}

/**
 * Whether the gate would let a price through, found without the figures of its answer: they take most of its time. Where
 * this says no, the gate has to be asked.
 */
export const isLetThrough = (view: GateView, asked: PriceAsked, store: Store, item: Item | undefined): boolean =>
	store.closedAt === undefined &&
	!hasRules(view, 'price') &&
	(item === undefined || !isCut(item, asked) || isFunded(view, asked, item));

/** Only a cut on an item with open guarantees can cost anything. */
const isCut = (item: Item, asked: PriceAsked): boolean =>
	item.first !== NONE && (item.price === undefined || asked.price < item.price || asked.coupon !== undefined);

/** Whether the store's money covers the cut and it needs no person; stops at the sum. */
function isFunded(view: GateView, asked: PriceAsked, item: Item): boolean {
	if (fallBeyondBand(view, asked, item) !== undefined) return false;
	// No cut costs more than all open guarantees could; a store with that much need not be asked line by line.
	if (item.store.exposed <= view.book.securing.freeFunds(item.store)) return true;
	const cost = costAt(view, openLines(view, item), view.book.rules.reference(asked.price, asked.coupon));
	return cost.needed <= view.book.securing.freeFunds(item.store);
}

function weigh(view: GateView, request: PriceAsked, item: Item, free: Minor): Answer {
	const slots = openLines(view, item);
	const cost = costAt(view, slots, view.book.rules.reference(request.price, request.coupon));
	const figures = {
		gate: 'price',
		triggered: cost.triggered,
		free_funds: add(free, cost.own),
		top_up: excess(add(cost.needed, cost.needed > free ? view.book.securing.owedFirst(item.store) : ZERO), free),
		deepest_funded_price: deepestFunded(view, slots, request, free),
	} as const;
	const values = {
		triggered: inWords(view, figures.triggered),
		free_funds: inWords(view, figures.free_funds),
		top_up: inWords(view, figures.top_up),
		deepest: inWords(view, figures.deepest_funded_price),
		lines: cost.lines,
	};
	// [PG5]
	if (cost.needed > free) return { ...figures, verdict: 'hold', reasons: [reason('cut_unfunded', values)] };
	// [PG7]
	const beyond = cost.lines === 0 ? undefined : fallBeyondBand(view, request, item);
	if (beyond !== undefined) return { ...figures, verdict: 'hold', reasons: [beyond] };
	// [PG4]
	return { ...figures, verdict: 'approve', reasons: cost.lines === 0 ? [] : [reason('cut_funded', values)] };
}

/** [PG7] Why a person has to look at a fall, however well it is funded; nothing where none has to. */
function fallBeyondBand(view: GateView, asked: PriceAsked, item: Item): Reason | undefined {
	const band = view.policy.band_percent[view.risk.tier(item.store, view.policy)];
	const from = item.reference;
	const to = view.book.rules.reference(asked.price, asked.coupon);
	if (band === 100 || from === undefined || to * 100 >= from * (100 - band)) return undefined;
	const fall = Math.floor(((from - to) * 100) / from);
	const price = add(shareUp(from, (100 - band) * PERCENT), asked.coupon ?? ZERO);
	return reason('cut_out_of_band', { fall, band, price: inWords(view, price) });
}

function openLines(view: GateView, item: Item): Slot[] {
	const slots: Slot[] = [];
	for (let slot = item.first; slot !== NONE; slot = view.book.lines.next(slot)) slots.push(slot);
	return slots;
}

function costAt(view: GateView, slots: readonly Slot[], reference: Minor): Cost {
	const { lines, securing } = view.book;
	let [triggered, own, needed, hit] = [ZERO, ZERO, ZERO, 0];
	for (const slot of slots) {
		const detail = lines.detailOf(slot);
		const due = securing.storePart(slot, securing.claimable(slot, reference));
		const more = excess(due, detail?.due ?? ZERO);
		if (more === 0) continue;
		const fromHeld = least(due, lines.held(slot));
		hit++;
		triggered = add(triggered, more);
		own = add(own, excess(fromHeld, detail?.own ?? ZERO));
		const covered = detail === undefined ? ZERO : add(detail.reserve, detail.gap);
		needed = add(needed, excess(subtract(due, fromHeld), covered));
	}
	return { triggered, own, needed, lines: hit };
}

/** [PG6] The lowest price that free funds cover, found by halving: the cost never falls as the price falls. */
function deepestFunded(view: GateView, slots: readonly Slot[], request: PriceAsked, free: Minor): Minor {
	const fits = (price: Minor): boolean =>
		costAt(view, slots, view.book.rules.reference(price, request.coupon)).needed <= free;
	if (fits(ZERO)) return ZERO;
	let unfunded: number = ZERO;
	let funded: number = request.price;
	// A price above every protected one triggers nothing.
	for (const slot of slots) funded = Math.max(funded, view.book.lines.base(slot) + (request.coupon ?? 0));
	while (funded - unfunded > 1) {
		const middle = Math.floor((funded + unfunded) / 2);
		if (fits(middle as Minor)) funded = middle;
		else unfunded = middle;
	}
	return funded as Minor;
}

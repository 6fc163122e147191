/**
 * What happened at a store, in the few steps a person tells it in: raised, sold, withdrew, cut, claimed. Only facts of
 * the timeline are used and nothing is judged: an honest store has steps too. Where claims came in several waves, the
 * story is that of the heaviest, because one clear round of the trick says more than an average of all.
 */
import { DAY } from '../../core/words/time.js';
import type { Amount, Timeline } from '../model.js';
import { instantOf } from './clock.js';
import { extent, sumOf, valueOf } from './figure.js';

export type Sale = Timeline['sales'][number];
type Claim = Timeline['claims'][number];

export interface Story {
	readonly sold: Sold | null;
	readonly raised: Raised | null;
	readonly withdrew: Withdrew | null;
	readonly cut: Cut | null;
	readonly claimed: Claimed | null;
	/** The steps there are, in order of time. */
	readonly steps: readonly Step[];
	/** Waves of claims in all; the story tells of one. */
	readonly waves: number;
}

export type Step = 'raised' | 'sold' | 'withdrew' | 'cut' | 'claimed';

/** The number of a step in the telling, from 1. */
export const numberOf = (story: Story, step: Step): number => story.steps.indexOf(step) + 1;

export interface Sold {
	readonly sales: readonly Sale[];
	readonly from: number;
	readonly to: number;
	readonly units: number;
	readonly buyers: number;
	readonly low: Amount;
	readonly high: Amount;
	readonly value: Amount;
}

export interface Raised {
	readonly at: number;
	readonly sku_id: string;
	readonly low: Amount;
	readonly high: Amount;
}

export interface Withdrew {
	readonly from: number;
	readonly to: number;
	readonly amount: Amount;
	/** All the store's money at the platform after the last of the withdrawals, where known. */
	readonly left: Amount | null;
}

export interface Cut {
	readonly at: number;
	/** How much of what buyers had paid was gone, in per cent. */
	readonly percent: number;
	readonly items: number;
	/** Of the item cut deepest. */
	readonly sku_id: string;
	readonly paid: Amount;
	readonly price: Amount;
}

export interface Claimed {
	readonly from: number;
	readonly to: number;
	readonly claims: number;
	readonly buyers: number;
	readonly amount: Amount;
	readonly recovered: Amount;
}

/** Claims further apart than this are told as separate waves. */
const WAVE_GAP = 7 * DAY;
/** A sale this long before its buyer's claim can be what the claim is about; windows of a month are the usual longest. */
const LONGEST_USUAL_WINDOW = 31 * DAY;
/** A raise is part of the story when the price came to at least this multiple, shortly before the sales. */
const TELLING_RAISE = 1.5;
const RAISE_BEFORE = 14 * DAY;

export function storyOf(timeline: Timeline, code: string): Story {
	const waves = wavesOf(timeline.claims);
	const wave = heaviest(waves);
	const sold = soldFor(timeline, wave, code);
	const until = lastOf(wave) ?? Number.MAX_SAFE_INTEGER;
	const parts = {
		raised: sold === null ? null : raisedBefore(timeline, sold),
		sold,
		withdrew: sold === null ? null : withdrawnBetween(timeline, sold.from, until, code),
		cut: sold === null ? null : cutAfter(timeline, sold, until),
		claimed: claimedIn(wave, code),
	};
	return { ...parts, steps: inOrder(parts), waves: waves.length };
}

function inOrder({ raised, sold, withdrew, cut, claimed }: Omit<Story, 'steps' | 'waves'>): readonly Step[] {
	const starts: readonly (readonly [Step, number | undefined])[] = [
		['raised', raised?.at],
		['sold', sold?.from],
		['withdrew', withdrew?.from],
		['cut', cut?.at],
		['claimed', claimed?.from],
	];
	return starts
		.filter(([, at]) => at !== undefined)
		.sort(([, a], [, b]) => (a ?? 0) - (b ?? 0))
		.map(([step]) => step);
}

function wavesOf(claims: readonly Claim[]): readonly (readonly Claim[])[] {
	const waves: Claim[][] = [];
	let last = Number.NEGATIVE_INFINITY;
	for (const claim of claims) {
		const at = instantOf(claim.at);
		if (at - last > WAVE_GAP) waves.push([]);
		waves.at(-1)?.push(claim);
		last = at;
	}
	return waves;
}

function heaviest(waves: readonly (readonly Claim[])[]): readonly Claim[] {
	let [best, most]: [readonly Claim[], number] = [[], -1];
	for (const wave of waves) {
		const amount = wave.reduce((sum, claim) => sum + extent(claim.amount), 0);
		if (amount > most) [best, most] = [wave, amount];
	}
	return best;
}

const lastOf = (events: readonly { readonly at: string }[]): number | null => {
	const last = events.at(-1);
	return last === undefined ? null : instantOf(last.at);
};

/** The protected sales that the wave's claims can be about; without claims, all protected sales. */
function salesBehind(timeline: Timeline, wave: readonly Claim[]): readonly Sale[] {
	const sales = timeline.sales.filter((sale) => sale.protected);
	if (wave.length === 0) return sales;
	const lastClaim = new Map(wave.map((claim) => [claim.buyer_id, instantOf(claim.at)]));
	return sales.filter((sale) => {
		const claim = lastClaim.get(sale.buyer_id);
		if (claim === undefined) return false;
		const before = claim - instantOf(sale.at);
		return before >= 0 && before <= LONGEST_USUAL_WINDOW;
	});
}

function soldFor(timeline: Timeline, wave: readonly Claim[], code: string): Sold | null {
	const sales = salesBehind(timeline, wave);
	const [first, last] = [sales[0], lastOf(sales)];
	if (first === undefined || last === null) return null;
	const byPrice = sales.map((sale) => sale.unit_price).toSorted((a, b) => extent(a) - extent(b));
	return {
		sales,
		from: instantOf(first.at),
		to: last,
		units: sales.reduce((sum, sale) => sum + sale.quantity, 0),
		buyers: new Set(sales.map((sale) => sale.buyer_id)).size,
		low: byPrice[0] ?? first.unit_price,
		high: byPrice.at(-1) ?? first.unit_price,
		value: sumOf(
			sales.map((sale) => valueOf(sale.unit_price, sale.quantity, code)),
			code,
		),
	};
}

function raisedBefore(timeline: Timeline, sold: Sold): Raised | null {
	const items = new Set(sold.sales.map((sale) => sale.sku_id));
	const before = new Map<string, Amount>();
	let raised: Raised | null = null;
	for (const { at: time, sku_id, price } of timeline.prices) {
		const [at, low] = [instantOf(time), before.get(sku_id)];
		before.set(sku_id, price);
		if (low === undefined || !items.has(sku_id) || at > sold.to || sold.from - at > RAISE_BEFORE) continue;
		if (extent(price) < TELLING_RAISE * extent(low)) continue;
		if (raised === null || extent(price) > extent(raised.high)) raised = { at, sku_id, low, high: price };
	}
	return raised;
}

function withdrawnBetween(timeline: Timeline, from: number, until: number, code: string): Withdrew | null {
	const taken = timeline.withdrawals.filter(({ at }) => instantOf(at) >= from && instantOf(at) <= until);
	const [first, last] = [taken[0], lastOf(taken)];
	if (first === undefined || last === null) return null;
	const amounts = taken.map((withdrawal) => withdrawal.amount);
	const after = timeline.funds.findLast(({ at }) => instantOf(at) <= last);
	const left = after === undefined ? null : sumOf([after.held, after.balance, after.deposit, after.reserve], code);
	return { from: instantOf(first.at), to: last, amount: sumOf(amounts, code), left };
}

/** The deepest price of each sold item after its sales, set against what was paid. */
function cutAfter(timeline: Timeline, sold: Sold, until: number): Cut | null {
	const lowest = new Map<string, { readonly at: number; readonly price: Amount }>();
	for (const { at: time, sku_id, price } of timeline.prices) {
		const at = instantOf(time);
		const low = lowest.get(sku_id);
		if (at > sold.from && at <= until && (low === undefined || extent(price) < extent(low.price)))
			lowest.set(sku_id, { at, price });
	}
	let [paid, lost, deepest]: [number, number, Omit<Cut, 'percent' | 'items'> | null] = [0, 0, null];
	const items = new Set<string>();
	for (const { sku_id, unit_price, quantity } of sold.sales) {
		const low = lowest.get(sku_id);
		paid += extent(unit_price) * quantity;
		if (low === undefined || extent(low.price) >= extent(unit_price)) continue;
		items.add(sku_id);
		const gone = extent(unit_price) - extent(low.price);
		lost += gone * quantity;
		if (deepest === null || gone > extent(deepest.paid) - extent(deepest.price))
			deepest = { ...low, sku_id, paid: unit_price };
	}
	return deepest === null ? null : { ...deepest, percent: Math.round((100 * lost) / paid), items: items.size };
}

function claimedIn(wave: readonly Claim[], code: string): Claimed | null {
	const [first, last] = [wave[0], lastOf(wave)];
	if (first === undefined || last === null) return null;
	return {
		from: instantOf(first.at),
		to: last,
		claims: wave.length,
		buyers: new Set(wave.map((claim) => claim.buyer_id)).size,
		amount: sumOf(
			wave.map((claim) => claim.amount),
			code,
		),
		recovered: sumOf(
			wave.map((claim) => claim.recovered),
			code,
		),
	};
}

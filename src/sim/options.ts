/** What a simulated market is made of: its size, its honest look-alikes, its gangs; and the founding case. */
import { type Instant, parseInstant } from '../core/words/time.js';

/** Honest behaviour that resembles abuse; what each does is told where it is planned. */
export const LOOKALIKES = [
	'festival-flash',
	'clearance',
	'price-too-low',
	'price-too-high',
	'viral-newcomer',
	'sisters',
	'registration-agent',
	'families',
	'claim-bots',
	'digital-goods',
	'staff-purchases',
	'normal-closing',
] as const;
export type LookalikeName = (typeof LOOKALIKES)[number];

export type TradeModel = 'first' | 'measured';

/**
 * `raise-then-cut`: a cheap item is raised, sold and set back. `stepwise`: several cuts, a claim after each. `crumbs`:
 * many small cuts, so that every claim is small. `flash`: the low price shows for less than an hour, at night. `relist`:
 * the same goods are on sale as a new SKU at the old price when the old SKU is cut. `relist-cheaper`: the new SKU is the
 * cheap one, and the old keeps its price. `after-window`: a day too late.
 */
export const TRICKS = [
	'plain-cut',
	'raise-then-cut',
	'stepwise',
	'crumbs',
	'flash',
	'relist',
	'relist-cheaper',
	'after-window',
] as const;
export type Trick = (typeof TRICKS)[number];

/** How a gang works. What is absent is as the founding gang did it. */
export interface GangOptions {
	/** What it is called in the truth. */
	readonly attack?: string;
	readonly stores: number;
	readonly people: number;
	/** Shopper accounts bought; each buys in several of the stores. */
	readonly buyers: number;
	/** `clean`: no paper, account, device or address appears twice. */
	readonly papers?: 'shared' | 'clean';
	/**
	 * What a store did before. `mixed`: half of them were bought and trade a little. `fresh`: opened days before.
	 * `trusted`: has sold and sent goods for months as honest stores do.
	 */
	readonly past?: 'mixed' | 'fresh' | 'trusted';
	/** When receipt is confirmed after payment. `never`: the platform does it, a week after delivery. */
	readonly receipts?: 'minutes' | 'next-day' | 'never';
	/** How the price falls; see `gang-run.ts`. */
	readonly trick?: Trick;
	/** `most` leaves a tenth to a quarter of the balance behind. `after-cut` waits until the cut has been let through. */
	readonly withdraws?: 'everything' | 'most' | 'after-cut';
	/** `sent-back`: goods whose receipt was not confirmed go back for the full price once the difference is paid. */
	readonly goods?: 'kept' | 'sent-back';
	/** `closes`: the store closes within hours of the last claim. */
	readonly leaves?: 'stays' | 'closes';
	/** In yuan, about. */
	readonly unitPrice?: number;
	/** Lines sold to itself by each store, least and most. */
	readonly salesPerStore?: readonly [least: number, most: number];
	/** In yuan. */
	readonly deposit?: number;
	/** Days of the market between which the stores do their turn, in waves. */
	readonly activeDays?: readonly [first: number, last: number];
}

export interface MarketOptions {
	readonly seed: number;
	readonly days: number;
	/** Look-alikes are among them. */
	readonly honestStores: number;
	/** Default 2023-09-01T00:00:00+08:00; should be a midnight there. */
	readonly from?: Instant;
	readonly lookalikes: 'all' | 'none' | readonly LookalikeName[];
	readonly gangs: readonly GangOptions[];
	/** Median of buyers per honest store; default 104, as measured on real marketplaces. */
	readonly medianBuyers?: number;
	/**
	 * `measured`: prices, sizes of stores and who buys where are held against the facts one by one (see `calibration/`).
	 * `first`, the default, is the trade of the founding case, which was held against fewer.
	 */
	readonly trade?: TradeModel;
	/** Per cent of every released amount that the platform keeps; default none. */
	readonly commissionPercent?: number;
	/** Whether the tables have the columns of papers, devices and addresses; default true. */
	readonly identifiers?: boolean;
	/** Whether claims tell what was collected from the store at once; default false. */
	readonly tellRecovered?: boolean;
}

export const DEFAULT_FROM = parseInstant('2023-09-01T00:00:00+08:00') as Instant; // a constant that parses
export const DEFAULT_MEDIAN_BUYERS = 104;

/**
 * Shanghai, October 2023 to April 2024: nine people, 29 stores, about two million yuan, among 1,200 honest stores.
 * These are smaller than measured ones, so that a newcomer's first run takes seconds.
 */
export const FOUNDING_CASE: MarketOptions = {
	seed: 20231001,
	days: 243,
	honestStores: 1200,
	medianBuyers: 36,
	lookalikes: 'all',
	gangs: [{ stores: 29, people: 9, buyers: 75, activeDays: [35, 205] }],
};

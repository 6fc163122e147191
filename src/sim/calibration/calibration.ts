/**
 * How close the honest side of a simulated market is to the facts, number by number. It is told of every store as the
 * store is written, so it is true of those very tables; stores of gangs are left out.
 */
import type { Language } from '../../core/words/reason.js';
import type { Calendar } from '../calendar.js';
import type { SettledStore } from '../settle.js';
import { comparedFrom, fallId, type LargeEnough, type MarketFact, MARKET_FACTS, refundId } from './facts.js';
import { Habits } from './habits.js';
import { PriceFalls, WINDOWS } from './price-falls.js';
import { Shoppers } from './shoppers.js';

/** A fact, what it is in this market, and how far that is off. */
export interface Calibrated extends MarketFact {
	/** Null where the market is too small or too short to tell. */
	readonly simulated: number | null;
	/** In per cent of the nearest real value; 0 where the market lies where it should. Null where nothing is compared. */
	readonly deviation: number | null;
	readonly compared_from: LargeEnough;
}

export interface CalibrationReport {
	readonly schema: 'surety.calibration/1';
	readonly seed: number;
	readonly market: {
		readonly days: number;
		readonly honest_stores: number;
		readonly item_days: number;
		readonly buyer_store_pairs: number;
	};
	readonly facts: readonly Calibrated[];
	/** Chosen by the simulator, since nothing told them. */
	readonly chosen: readonly { readonly id: string; readonly value: number }[];
	/** For pictures: per cent of item-days that fall by at least so many per cent within 15 days. */
	readonly fall_curve: readonly { readonly at_least: number; readonly percent: number | null }[];
	/** For pictures: buyers of a store at ranks of a hundred stores. */
	readonly store_sizes: readonly { readonly rank: number; readonly buyers: number | null }[];
}

const CURVE = [1, 2, 5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90];
const RANKS = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 100];

export class Calibration {
	private readonly seed: number;
	private readonly calendar: Calendar;
	private readonly falls: PriceFalls;
	private readonly shoppers = new Shoppers();
	private readonly habits = new Habits();

	constructor(seed: number, calendar: Calendar) {
		this.seed = seed;
		this.calendar = calendar;
		this.falls = new PriceFalls(calendar);
	}

	take(store: SettledStore): void {
		this.falls.take(store);
		this.shoppers.take(store);
		this.habits.take(store);
	}

	report(): CalibrationReport {
		const { falls, shoppers, calendar } = this;
		const simulated = this.simulated();
		const size = { stores: shoppers.stores, item_days: falls.itemDays };
		return {
			schema: 'surety.calibration/1',
			seed: this.seed,
			market: {
				days: calendar.days,
				honest_stores: shoppers.stores,
				item_days: falls.itemDays,
				buyer_store_pairs: shoppers.buyerStorePairs,
			},
			facts: MARKET_FACTS.map((fact) => calibrated(fact, simulated.get(fact.id) ?? null, size)),
			chosen: this.habits.told().map(([id, value]) => ({ id, value: rounded(value) })),
			fall_curve: CURVE.map((at_least) => ({ at_least, percent: shown(falls.share(15, at_least)) })),
			store_sizes: shoppers
				.sizesAt(RANKS.map((rank) => rank / 100))
				.map((buyers, i) => ({ rank: RANKS[i] ?? 0, buyers })),
		};
	}

	private simulated(): ReadonlyMap<string, number | null> {
		const { falls, shoppers } = this;
		const sharing = shoppers.sharing();
		const [p50 = null, p90 = null, most = null] = shoppers.sizesAt([0.5, 0.9, 1]);
		return new Map<string, number | null>([
			...[0, 30, 50].flatMap((atLeast) => WINDOWS.map((w) => [fallId(w, atLeast), falls.share(w, atLeast)] as const)),
			...WINDOWS.map((window) => [refundId(window), falls.refund(window)] as const),
			['fall_90_within_15', falls.share(15, 90)],
			['cliff_recovers', falls.backWithin15],
			['raised_then_halved', falls.raisedThenHalvedWithin15],
			['fallen_together', falls.fallenTogether],
			['pairs_sharing_any', sharing?.anyPercent ?? null],
			['pairs_sharing_ten', sharing?.tenPercent ?? null],
			['overlap_p99', sharing?.overlapP99 ?? null],
			['overlap_p9999', sharing?.overlapP9999 ?? null],
			['overlap_most', sharing?.overlapMost ?? null],
			['close_buyers', sharing?.closePairs ?? null],
			['components', sharing?.components ?? null],
			['returning', shoppers.returningPercent],
			['buyers_p50', p50],
			['buyers_p90', p90],
			['buyers_most', most],
		]);
	}
}

function calibrated(fact: MarketFact, value: number | null, size: LargeEnough): Calibrated {
	const compared_from = comparedFrom(fact);
	const enough = size.stores >= compared_from.stores && size.item_days >= compared_from.item_days;
	const deviation = value === null || !enough ? null : deviationOf(fact, value);
	return { ...fact, simulated: shown(value), deviation: shown(deviation), compared_from };
}

/** The nearest value that would be right is the value itself, if it is right. */
function deviationOf({ comparison, real }: MarketFact, value: number): number {
	const values = real.map((measured) => measured.value);
	const [least, most] = [Math.min(...values), Math.max(...values)];
	const low = comparison === 'at-most' ? 0 : least;
	const nearest = Math.min(Math.max(value, low), most);
	if (nearest === 0) return value === 0 ? 0 : 100;
	return (100 * (value - nearest)) / nearest;
}

/** Four significant digits, so that a last digit of floating point is never told. */
const rounded = (value: number): number => Number(value.toPrecision(4));
const shown = (value: number | null): number | null => (value === null ? null : rounded(value));

/** What the numbers in `chosen` are, for people. */
export const CHOSEN: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
	withdraw_daily: { en: 'stores that withdraw about daily, %', zh: '约每日提现的店铺，%' },
	withdraw_weekly: { en: 'stores that withdraw about weekly, %', zh: '约每周提现的店铺，%' },
	withdraw_monthly: { en: 'stores that withdraw more rarely, %', zh: '更少提现的店铺，%' },
	withdraw_never: { en: 'stores that never withdraw, %', zh: '从不提现的店铺，%' },
	promise_0: { en: 'order lines without a guarantee, %', zh: '无价保承诺的订单行，%' },
	promise_7: { en: 'order lines with a guarantee of 7 days, %', zh: '价保 7 天的订单行，%' },
	promise_15: { en: 'order lines with a guarantee of 15 days, %', zh: '价保 15 天的订单行，%' },
	promise_30: { en: 'order lines with a guarantee of 30 days, %', zh: '价保 30 天的订单行，%' },
	sent_back: { en: 'order lines sent back in whole or part, %', zh: '全部或部分退货的订单行，%' },
	days_to_release: { en: 'days from payment to release, mean', zh: '付款到结算的平均天数' },
	claims_per_100_lines: { en: 'claims per 100 order lines', zh: '每 100 条订单行的价保申请' },
	claims_by_robots: { en: 'claims filed by a robot, %', zh: '由插件自动提交的价保申请，%' },
};

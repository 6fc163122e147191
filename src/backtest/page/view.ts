/** What all parts of the page look at: the backtest, its currency and clock, and a few ways to write its figures. */
import type { Clock } from '../../report/page/clock.js';
import { clockOf } from '../../report/page/clock.js';
import { grouped, priced } from '../../report/page/figure.js';
import type { Text } from '../../report/page/markup.js';
import type { AmountDaysText, Backtest, BacktestPage, RunReport } from '../model.js';

export interface View {
	readonly page: BacktestPage;
	readonly backtest: Backtest;
	readonly currency: string;
	readonly clock: Clock;
	/** The policies asked for, then the comparisons: every one has a column and a point. */
	readonly all: readonly RunReport[];
}

export function viewOf(page: BacktestPage): View {
	const { backtest } = page;
	const { currency, runs, comparisons } = backtest;
	return { page, backtest, currency, clock: clockOf(currency), all: [...runs, ...comparisons] };
}

export const isComparison = ({ backtest }: View, run: RunReport): boolean => backtest.comparisons.includes(run);

/** Amounts of a picture or an average: rounded to whole units, for reading only. */
export const whole = (amount: number, code: string): string => priced(String(Math.round(amount)), code);

/** What was kept on an average day. */
export const averageOf = (amountDays: AmountDaysText, { backtest, currency }: View): string =>
	whole(backtest.period.days === 0 ? 0 : Number(amountDays) / backtest.period.days, currency);

/** `3.5 %`: one decimal; never 0 or 100 by rounding alone. */
export function shareOf(part: AmountDaysText, all: AmountDaysText): string {
	const [some, every] = [Number(part), Number(all)];
	if (every <= 0) return some > 0 ? '—' : '0 %';
	const tenths = Math.round((1000 * some) / every);
	if (tenths === 0 && some > 0) return '< 0.1 %';
	return `${grouped(String(tenths / 10))} %`;
}

/** Comparisons are named in words, policies by their label. */
export function nameOf(run: RunReport, view: View): Text {
	if (!isComparison(view, run)) return { en: run.policy, zh: run.policy };
	return run === view.backtest.comparisons[0] ? NOTHING : FLAT_HOLD;
}

export const NOTHING: Text = { en: 'what really happened', zh: '实际情况' };
export const FLAT_HOLD: Text = { en: 'flat hold', zh: '一律冻结' };

import type { Backtested } from '../backtest/backtest.js';
export const summariseBacktest = (done: Backtested, _paint: unknown): string =>
	JSON.stringify(
		done.backtest.runs.map(({ by_store: _, ...r }) => r),
		undefined,
		1,
	);

/**
 * Backtest: one history through one core a policy, side by side, and what each would have cost, written as
 * backtest.json and backtest.html. What is kept grows with stores and open guarantees, not with history. What is
 * modelled and what is not stands in docs/BACKTEST.md.
 */
import { SuretyError } from '../core/words/error.js';
import { join } from 'node:path';
import type { Policy } from '../core/policy.js';
import { Programmes } from '../core/programme/programmes.js';
import { Rules } from '../core/programme/rules.js';
import type { CoreOptions } from '../core/state.js';
import { formatMoney } from '../core/words/money.js';
import { DAY, formatInstant } from '../core/words/time.js';
import { type History, type IntakeOptions, openHistory } from '../intake/index.js';
import { inputs, makeFolder, refuseRejected, writeBoth, type Written } from '../report/folders.js';
import { beyondRecords, ofTables } from '../report/unjudged.js';
import { Composer, truthOf } from './compose.js';
import type { Backtest } from './model.js';
import { pagePieces } from './page/index.js';
import { flatHold, nothing } from './policies.js';
import { type Replayed, replay } from './replay.js';
import type { RunDone, RunTask } from './share.js';

export interface BacktestOptions extends Omit<CoreOptions, 'policy'>, Omit<IntakeOptions, 'currency' | 'rejectedPath'> {
	/** In the order in which they are to be reported. */
	readonly policies: readonly Policy[];
	readonly out: string;
	/** Whether a single rejected row stops the backtest. */
	readonly strict: boolean;
	/** Over how many threads the runs are spread; by default as many as are worth it. Changes no figure. */
	readonly threads?: number | undefined;
}

export interface Backtested extends Written {
	readonly backtest: Backtest;
	readonly rejected: readonly string[];
}

/** @throws SuretyError where the folder, a table, the output, a policy’s programme or (strict) a row is bad. */
export async function backtest(options: BacktestOptions): Promise<Backtested> {
	const { out } = options;
	checkProgrammes(options);
	await makeFolder(out);
	const history = await openHistory({ ...options, rejectedPath: join(out, 'rejected.ndjson') });
	try {
		if (options.strict) refuseRejected(history);
		const found = compose(history, options, await replay(history, tasks(options), options));
		const page = pagePieces({ backtest: found, ...inputs(history) });
		const written = await writeBoth(out, 'backtest', found, page);
		return { backtest: found, rejected: history.rejectedSample, ...written };
	} finally {
		await history.close();
	}
}

/** A policy whose programme the history could not have been sold under is told before the tables are read. */
function checkProgrammes({ currency, programme, policies }: BacktestOptions): void {
	const programmes = new Programmes(programme, currency);
	for (const policy of policies) {
		try {
			programmes.check(policy);
		} catch (error) {
			if (!(error instanceof SuretyError)) throw error;
			throw new SuretyError(error.code, `${policy.label}: ${error.message}`, error.field);
		}
	}
}

/** The two comparisons first, then the policies asked for. */
function tasks({ currency, policies }: BacktestOptions): RunTask[] {
	return [
		{ policy: nothing(currency), deposits: true, flatHold: true },
		{ policy: flatHold(currency), deposits: false, flatHold: false },
		...policies.map((policy) => ({ policy, deposits: true, flatHold: false })),
	];
}

function compose(history: History, { currency, programme }: BacktestOptions, replayed: Replayed): Backtest {
	const { from, done } = replayed;
	const [happened, compared, ...runs] = done as [RunDone, RunDone, ...RunDone[]]; // as `tasks` has them
	const composer = new Composer(truthOf(happened.found, happened.flatHold), currency);
	const { counts, period } = history;
	const { stores, unexplained } = happened.found;
	return {
		schema: 'surety.backtest/1',
		currency,
		programme: new Rules(programme, currency).name,
		period: {
			from: from === undefined ? null : formatInstant(from),
			to: period.to === null ? null : formatInstant(period.to),
			days: from === undefined || period.to === null ? 0 : Math.ceil((period.to - from) / DAY),
		},
		history: { ...counts, flagged: stores.filter(({ flaggedAt }) => flaggedAt !== undefined).length },
		runs: runs.map(({ found }) => composer.report(found)),
		comparisons: [happened, compared].map(({ found }) => composer.report(found)),
		unjudged: [...ofTables(history), ...beyondRecords(unexplained.stores, formatMoney(unexplained.amount, currency))],
	};
}

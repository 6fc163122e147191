/**
 * Backtest: one history through one core a policy, side by side, and what each would have cost, written as
 * backtest.json and backtest.html. Tables are read once; what is kept grows with stores and open guarantees, not with
 * history. What is modelled and what is not stands in docs/BACKTEST.md.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Policy } from '../core/policy.js';
import { Rules } from '../core/programme/rules.js';
import type { CoreOptions } from '../core/state.js';
import { SuretyError } from '../core/words/error.js';
import { formatMoney } from '../core/words/money.js';
import { DAY, formatInstant, type Instant } from '../core/words/time.js';
import { type History, type IntakeOptions, openHistory } from '../intake/index.js';
import { beyondRecords, ofTables } from '../report/unjudged.js';
import { Composer, truthOf } from './compose.js';
import { findingsOf, type RunFindings } from './findings.js';
import { FlatHold } from './flat-hold.js';
import type { Backtest, BacktestPage } from './model.js';
import { flatHold as flatHoldPolicy, nothing as nothingPolicy } from './policies.js';
import { Run } from './run.js';

export interface BacktestOptions extends Omit<CoreOptions, 'policy'>, Omit<IntakeOptions, 'currency' | 'rejectedPath'> {
	/** In the order in which they are to be reported. */
	readonly policies: readonly Policy[];
	readonly out: string;
	/** Whether a single rejected row stops the backtest. */
	readonly strict: boolean;
}

export interface Backtested {
	readonly backtest: Backtest;
	readonly rejected: readonly string[];
	readonly jsonPath: string;
	readonly htmlPath: string;
}

/** @throws SuretyError where the folder, a table, the output or (strict) a row is bad. */
export async function backtest(options: BacktestOptions): Promise<Backtested> {
	const { out } = options;
	await makeFolder(out);
	const history = await openHistory({ ...options, rejectedPath: join(out, 'rejected.ndjson') });
	try {
		if (options.strict) refuseRejected(history);
		const replayed = await replay(history, options);
		const found = compose(history, options, replayed);
		const written = await write(out, { backtest: found, ...inputs(history) });
		return { backtest: found, rejected: history.rejectedSample, ...written };
	} finally {
		await history.close();
	}
}

interface Replayed {
	/** The first time of anything but a store's opening: stores may have opened years before. */
	readonly from: Instant | undefined;
	readonly nothing: RunFindings;
	/** What a flat hold would have kept, by store in the order of `nothing`. */
	readonly flatHold: readonly bigint[];
	readonly compared: RunFindings;
	readonly runs: readonly RunFindings[];
}

async function replay(history: History, options: BacktestOptions): Promise<Replayed> {
	const { currency, programme, policies } = options;
	const run = (policy: Policy): Run => new Run({ currency, programme, policy });
	const [nothing, compared, runs] = [run(nothingPolicy(currency)), run(flatHoldPolicy(currency)), policies.map(run)];
	const all = [nothing, compared, ...runs];
	const flatHold = new FlatHold(nothing.core);
	nothing.listen((fact) => flatHold.note(fact));
	let from: Instant | undefined;
	for await (const batch of history.records()) {
		for (const each of all) each.take(batch);
		from ??= batch.find((fact) => fact.type !== 'store.opened')?.at;
	}
	for (const each of all) each.finish(history.period.to ?? each.core.book.now);
	return {
		from,
		nothing: findingsOf(nothing),
		flatHold: nothing.core.book.stores.map((_, i) => flatHold.byStore[i]?.exact ?? 0n),
		compared: findingsOf(compared),
		runs: runs.map(findingsOf),
	};
}

function compose(history: History, { currency, programme }: BacktestOptions, replayed: Replayed): Backtest {
	const { nothing, flatHold, compared, runs, from } = replayed;
	const composer = new Composer(truthOf(nothing, flatHold), currency);
	const { counts, period } = history;
	const { stores, amount } = nothing.unexplained;
	return {
		schema: 'surety.backtest/1',
		currency,
		programme: new Rules(programme, currency).name,
		period: {
			from: from === undefined ? null : formatInstant(from),
			to: period.to === null ? null : formatInstant(period.to),
			days: from === undefined || period.to === null ? 0 : Math.ceil((period.to - from) / DAY),
		},
		history: { ...counts, flagged: nothing.stores.filter(({ flaggedAt }) => flaggedAt !== undefined).length },
		runs: runs.map((found) => composer.report(found)),
		comparisons: [nothing, compared].map((found) => composer.report(found)),
		unjudged: [...ofTables(history), ...beyondRecords(stores, formatMoney(amount, currency))],
	};
}

function inputs(history: History): Omit<BacktestPage, 'backtest'> {
	const tables = history.tables.map(({ table, file, rows, rejected }) => ({ table, file, rows, rejected }));
	return { inputs: tables, rejected: history.rejectedSample };
}

async function write(out: string, page: BacktestPage): Promise<{ jsonPath: string; htmlPath: string }> {
	const jsonPath = join(out, 'backtest.json');
	const htmlPath = join(out, 'backtest.html');
	await writeFile(jsonPath, `${JSON.stringify(page.backtest, undefined, '\t')}\n`);
	await pipeline(Readable.from(['']), createWriteStream(htmlPath));
	return { jsonPath, htmlPath };
}

async function makeFolder(out: string): Promise<void> {
	try {
		await mkdir(out, { recursive: true });
	} catch (cause) {
		const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new SuretyError('bad_output', `${out}: cannot be made a folder (${why})`);
	}
}

function refuseRejected({ counts, rejectedSample }: History): void {
	if (counts.rejected_rows === 0) return;
	throw new SuretyError('bad_rows', `${counts.rejected_rows} rows were rejected:\n${rejectedSample.join('\n')}`);
}

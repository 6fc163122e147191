/**
 * The runs of a backtest through its history. On a long history they are spread over threads; each thread reads the
 * tables itself, because handing over records costs more than sorting them again. Runs do not know of each other, so
 * the findings are the same however many threads there are.
 */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Policy } from '../core/policy.js';
import type { CoreOptions } from '../core/state.js';
import type { Fact } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';
import { type History, type IntakeOptions, openHistory } from '../intake/index.js';
import { findingsOf, type RunFindings } from './findings.js';
import { FlatHold } from './flat-hold.js';
import { Run } from './run.js';

/** Below this, opening the tables once more costs more than it saves. */
const WORTH_A_THREAD = 400_000;
const MOST_THREADS = 4;
/** Facts that one run takes before it is the next one's turn. */
const TURN = 100_000;

export interface RunTask {
	readonly policy: Policy;
	/** False where deposits are to count for nothing. */
	readonly deposits: boolean;
	/** Whether to find what a flat hold would have kept; only of a run that merely observes. */
	readonly flatHold: boolean;
}

export interface RunDone {
	readonly found: RunFindings;
	/** By store, in the order of the findings; empty where it was not asked for. */
	readonly flatHold: readonly bigint[];
}

/** Where a thread finds the history; all of it can be handed to another thread. */
export interface Source extends Omit<CoreOptions, 'policy'>, Pick<IntakeOptions, 'dir' | 'map' | 'tempDir'> {}

export interface Replayed {
	/** The first time of anything but a store's opening: stores may have opened years before. */
	readonly from: Instant | undefined;
	/** In the order of the tasks. */
	readonly done: readonly RunDone[];
}

/** @param threads how many to use; by default as many as are worth it. */
export async function replay(
	history: History,
	source: Source,
	tasks: readonly RunTask[],
	threads: number = threadsFor(history, tasks),
): Promise<Replayed> {
	const shares = Array.from({ length: threads }, (_, thread) => tasks.filter((__, i) => i % threads === thread));
	const [mine = [], ...others] = shares;
	const stopping = new AbortController();
	const asides = others.map((share) => replayAside({ source, tasks: share }, stopping.signal));
	for (const aside of asides) aside.catch(() => undefined); // heard below
	try {
		const here = await replayHere(history, source, mine);
		const done = [here.done, ...(await Promise.all(asides)).map((there) => there.done)];
		return { from: here.from, done: tasks.map((_, i) => done[i % threads]?.[Math.floor(i / threads)] as RunDone) }; // as shared out above
	} finally {
		stopping.abort();
	}
}

function threadsFor({ counts }: History, tasks: readonly RunTask[]): number {
	// A thread runs what was compiled; the sources themselves are no module it could load.
	if (counts.records < WORTH_A_THREAD || !import.meta.url.endsWith('.js')) return 1;
	return Math.max(1, Math.min(MOST_THREADS, availableParallelism(), Math.ceil(tasks.length / 2)));
}

async function replayHere(history: History, { currency, programme }: Source, tasks: readonly RunTask[]) {
	const runs = tasks.map(({ policy, deposits }) => new Run({ currency, programme, policy }, { deposits }));
	const holds = runs.map((run, i) => (tasks[i]?.flatHold === true ? watched(run) : undefined));
	let from: Instant | undefined;
	// Each run has a state of its own, too large for all of them to be in cache at once: turns are long.
	let turn: Fact[] = [];
	const taken = (): void => {
		for (const run of runs) run.take(turn);
		turn = [];
	};
	for await (const batch of history.records()) {
		from ??= batch.find((fact) => fact.type !== 'store.opened')?.at;
		turn.push(...batch);
		if (turn.length >= TURN) taken();
	}
	taken();
	for (const run of runs) run.finish(history.period.to ?? run.core.book.now);
	const done = runs.map((run, i) => ({ found: findingsOf(run), flatHold: holds[i]?.byStore() ?? [] }));
	return { from, done };
}

function watched(run: Run): FlatHold {
	const hold = new FlatHold(run.core);
	run.listen((fact) => hold.note(fact));
	return hold;
}

interface Share {
	readonly source: Source;
	readonly tasks: readonly RunTask[];
}

function replayAside(share: Share, stop: AbortSignal): Promise<Replayed> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL(import.meta.url), { workerData: { backtest: share }, execArgv: [] });
		stop.addEventListener('abort', () => void worker.terminate());
		worker.once('message', resolve);
		worker.once('error', reject);
		worker.once('exit', (code) => reject(new Error(`a thread of the backtest ended with ${code}`)));
	});
}

async function work({ source, tasks }: Share): Promise<Replayed> {
	const history = await openHistory(source);
	try {
		return await replayHere(history, source, tasks);
	} finally {
		await history.close();
	}
}

if (!isMainThread && parentPort !== null) {
	const port = parentPort;
	const { backtest } = workerData as { readonly backtest?: Share }; // given by `replayAside`, or another's
	if (backtest !== undefined) void work(backtest).then((done) => port.postMessage(done)); // a rejection ends the thread, and `reject` is told
}

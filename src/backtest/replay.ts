/**
 * The runs of a backtest through its history. On a long history they are spread over threads; this one reads the tables,
 * once, and all see the same blocks. Runs do not know of each other, so the findings are the same however many threads
 * there are.
 */
import { availableParallelism } from 'node:os';
import type { CoreOptions } from '../core/state.js';
import type { Instant } from '../core/words/time.js';
import { type History, type Progress, sharedBlock } from '../intake/index.js';
import { Aside } from './aside.js';
import { type RunDone, type RunTask, Share } from './share.js';

/** Below this, a thread takes longer to get going than it saves. */
const WORTH_A_THREAD = 200_000;
const MOST_THREADS = 4;

export interface Replayed {
	/** The first time of anything but a store's opening. */
	readonly from: Instant | undefined;
	/** In the order of the tasks. */
	readonly done: readonly RunDone[];
}

export interface ReplayOptions extends Omit<CoreOptions, 'policy'> {
	/** How many threads to use; by default as many as are worth it. */
	readonly threads?: number | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export async function replay(history: History, tasks: readonly RunTask[], options: ReplayOptions): Promise<Replayed> {
	const { currency, programme, threads = threadsFor(history, tasks) } = options;
	const { storeIds, period } = history;
	const shares = Array.from({ length: threads }, (_, thread) => tasks.filter((__, i) => i % threads === thread));
	const [mine = [], ...others] = shares;
	const here = new Share({ currency, programme, storeIds, tasks: mine });
	const asides = others.map((share) => new Aside({ currency, programme, storeIds, tasks: share }));
	try {
		await readInto(history, here, asides, options.onProgress);
		const end = period.to ?? undefined;
		const there = Promise.all(asides.map((aside) => aside.finish(end)));
		const done = [here.finish(end), ...(await there)];
		return { from: here.from, done: tasks.map((_, i) => done[i % threads]?.[Math.floor(i / threads)] as RunDone) }; // as shared out above
	} finally {
		await Promise.all(asides.map((aside) => aside.stop()));
	}
}

function threadsFor({ counts }: History, tasks: readonly RunTask[]): number {
	// A thread runs what was compiled; the sources themselves are no module it could load.
	if (counts.records < WORTH_A_THREAD || !import.meta.url.endsWith('.js')) return 1;
	return Math.max(1, Math.min(MOST_THREADS, availableParallelism(), Math.ceil(tasks.length / 2)));
}

async function readInto(
	history: History,
	here: Share,
	asides: readonly Aside[],
	onProgress: ReplayOptions['onProgress'],
): Promise<void> {
	const total = history.counts.records;
	let behind = 0;
	for await (const block of history.blocks()) {
		const shared = asides.length === 0 ? block : sharedBlock(block);
		for (const aside of asides) await aside.send(shared);
		here.take(shared, (part) =>
			onProgress?.({ phase: 'replay', done: behind + Math.floor(block.covers * part), total }),
		);
		behind += block.covers;
	}
}

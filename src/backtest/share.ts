/**
 * The runs that one thread goes through. Each is a core with a state of its own, too large for all of them to be in
 * cache at once, so each takes a whole block before it is the next one's turn; and each makes the block's facts anew,
 * which costs less than keeping so many of them alive.
 */
import type { Policy } from '../core/policy.js';
import type { CoreOptions } from '../core/state.js';
import type { Fact } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';
import { type FactBlock, factsIn } from '../intake/index.js';
import { findingsOf, type RunFindings } from './findings.js';
import { FlatHold } from './flat-hold.js';
import { Run } from './run.js';

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

/** What a thread has to know to begin; all of it can be handed to another thread. */
export interface ShareOptions extends Omit<CoreOptions, 'policy'> {
	readonly tasks: readonly RunTask[];
	/** By the number that stands for a store in a block. */
	readonly storeIds: readonly string[];
}

export class Share {
	/** The first time of anything but a store's opening: stores may have opened years before. */
	from: Instant | undefined;
	private readonly runs: readonly Run[];
	private readonly holds: readonly (FlatHold | undefined)[];
	private readonly storeIds: readonly string[];

	constructor({ currency, programme, tasks, storeIds }: ShareOptions) {
		this.storeIds = storeIds;
		this.runs = tasks.map(({ policy, deposits }) => new Run({ currency, programme, policy }, { deposits }));
		this.holds = this.runs.map((run, i) => (tasks[i]?.flatHold === true ? watched(run) : undefined));
	}

	/**
	 * Takes a block, in order of time.
	 * @param onProgress told which part of it lies behind, from 0 to 1.
	 */
	take(block: FactBlock, onProgress?: (part: number) => void): void {
		let taken = 0;
		for (const run of this.runs) {
			for (const facts of factsIn(block, this.storeIds)) {
				this.from ??= firstOf(facts);
				run.take(facts);
				taken += facts.length;
				onProgress?.(taken / (block.length * this.runs.length));
			}
		}
	}

	/** @param to where the history ends; undefined where it is empty. */
	finish(to: Instant | undefined): RunDone[] {
		for (const run of this.runs) run.finish(to ?? run.core.book.now);
		return this.runs.map((run, i) => ({ found: findingsOf(run), flatHold: this.holds[i]?.byStore() ?? [] }));
	}
}

const firstOf = (facts: readonly Fact[]): Instant | undefined => facts.find(({ type }) => type !== 'store.opened')?.at;

function watched(run: Run): FlatHold {
	const hold = new FlatHold(run.core);
	run.listen((fact) => hold.note(fact));
	return hold;
}

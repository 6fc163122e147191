/**
 * A labelled history through the observing core: every scoring becomes a row, and labels are put aside, so that nothing
 * the core sees tells it who is who. Stores are flagged by the transparent score on the way, as they would have been.
 */
import { Core } from '../core/core.js';
import type { CoreOptions } from '../core/state.js';
import { formatInstant } from '../core/words/time.js';
import { type History, type IntakeOptions, openHistory } from '../intake/index.js';
import { Rows } from './rows.js';

export type Label = 'abuse' | 'honest';

export interface LabelledHistory {
	readonly rows: Rows;
	/** By index: the store's label, or undefined where nobody gave one. */
	readonly labels: readonly (Label | undefined)[];
	/** By index: what its cuts hit, and identifiers it shows; empty for a store that was never scored. */
	readonly circles: readonly (ReadonlySet<string> | undefined)[];
	readonly from: string;
	readonly to: string;
	readonly rejectedRows: number;
	readonly hasLabels: boolean;
}

export type TrainingTables = Omit<CoreOptions, 'policy'> & Omit<IntakeOptions, 'currency' | 'rejectedPath'>;

/** @param options with the policy that observes. @throws SuretyError where the folder or a table is bad. */
export async function readHistory(options: TrainingTables & CoreOptions): Promise<LabelledHistory> {
	const history = await openHistory(options);
	try {
		return await follow(history, options);
	} finally {
		await history.close();
	}
}

async function follow(history: History, options: TrainingTables & CoreOptions): Promise<LabelledHistory> {
	const core = new Core(options);
	const rows = new Rows();
	const circles = new Circles(core);
	core.risk.watch(({ store, row, uncovered, score }) => {
		rows.add(store.index, row, uncovered, score);
		circles.note(store.index);
	});
	const labels = new Map<string, Label>();
	let done = 0;
	for await (const batch of history.records()) {
		for (const fact of batch) {
			if (fact.type === 'store.labelled') labels.set(fact.store_id, fact.label);
			else core.happen(fact);
		}
		done += batch.length;
		options.onProgress?.({ phase: 'replay', done, total: history.counts.records });
	}
	const { from, to } = history.period;
	return {
		rows,
		labels: core.book.stores.map(({ id }) => labels.get(id)),
		circles: circles.all(),
		from: from === null ? '' : formatInstant(from),
		to: to === null ? '' : formatInstant(to),
		rejectedRows: history.counts.rejected_rows,
		hasLabels: history.tables.some(({ table, file }) => table === 'labels' && file !== null),
	};
}

/** Buyers that a store's cuts hit, and what it shows: what a gang's stores have in common. */
class Circles {
	private readonly core: Core;
	private readonly circles: (Set<string> | undefined)[] = [];
	private readonly seen: number[] = [];

	constructor(core: Core) {
		this.core = core;
	}

	note(store: number): void {
		const episode = this.core.risk.stores[store]?.episode;
		// Claims change nothing of whom the cuts hit.
		if (episode === undefined || this.seen[store] === episode.lastAt) return;
		this.seen[store] = episode.lastAt;
		const circle = (this.circles[store] ??= new Set());
		for (const buyer of episode.buyers.keys()) circle.add(`buyer ${buyer}`);
	}

	all(): readonly (ReadonlySet<string> | undefined)[] {
		const { identifiers } = this.core.risk;
		for (const [store, circle] of this.circles.entries())
			for (const { kind, value } of identifiers.ofStore(store)) circle?.add(`${kind} ${value}`);
		return this.circles;
	}
}

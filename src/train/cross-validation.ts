/**
 * Cross-validation: each store is scored by a model that has seen neither it nor its gang. It says how many trees are
 * best, how well the model tells stores apart, and from which log-odds a store may be flagged.
 */
import { compiledOf } from '../core/model/compiled.js';
import { FEATURE_NAMES } from '../core/model/feature-names.js';
import type { ModelDocument } from '../core/model/schema.js';
import { bothSpeak } from '../core/risk/learned.js';
import { type Boosted, boost, type Boosting, type Examples } from './boosting.js';
import { exp, log } from './elementary.js';
import type { Rows } from './rows.js';
import { MILLION } from './tree.js';

/** The most suspicious a store ever looked, in millionths of log-odds; -Infinity where it was never scored. */
export interface Suspicion {
	/** At any record, ... */
	readonly most: number;
	/** ... and at those at which it could have been flagged [SC8]. */
	readonly heard: number;
}

export interface CrossValidated {
	/** The number of trees at which stores out of fold are told best. */
	readonly trees: number;
	/** By store, out of fold. */
	readonly suspicions: ReadonlyMap<number, Suspicion>;
}

/** @param folds fold by store. */
export function crossValidate(
	rows: Rows,
	examples: Examples,
	folds: ReadonlyMap<number, number>,
	settings: Boosting,
	onFold: (done: number, total: number) => void,
): CrossValidated {
	const total = Math.max(...folds.values()) + 1;
	const losses = new Float64Array(settings.trees);
	const fitted: { readonly boosted: Boosted; readonly outside: Int32Array }[] = [];
	for (let fold = 0; fold < total; fold++) {
		const [inside, outside] = split(rows, folds, fold);
		const sides = [new Float64Array(rows.count), new Float64Array(rows.count)];
		let tree = 0;
		const boosted = boost(examples, inside, settings, (give, at) => {
			const logOdds = sides[at] as Float64Array; // there are two
			for (const row of outside) {
				logOdds[row] = (logOdds[row] as number) + give(row); // rows are inside
				for (const side of sides) losses[tree] = (losses[tree] as number) + loss(examples, row, side[row] as number);
			}
			tree++;
		});
		fitted.push({ boosted, outside });
		onFold(fold + 1, total);
	}
	const trees = losses.indexOf(Math.min(...losses)) + 1;
	const suspicions = new Map<number, Suspicion>();
	for (const { boosted, outside } of fitted) suspect(rows, outside, cut(boosted, trees), suspicions);
	return { trees, suspicions };
}

/** The first trees only. */
export const cut = ({ base, trees }: Boosted, count: number): Boosted => ({ base, trees: trees.slice(0, count) });

function split(rows: Rows, folds: ReadonlyMap<number, number>, fold: number): [Int32Array, Int32Array] {
	const all = Int32Array.from({ length: rows.count }, (_, row) => row);
	const isOutside = (row: number): boolean => folds.get(rows.stores[row] ?? 0) === fold;
	return [all.filter((row) => !isOutside(row)), all.filter(isOutside)];
}

/** Logistic, weighed. */
function loss({ isAbuse, weight }: Examples, row: number, logOdds: number): number {
	const against = (isAbuse[row] === 1 ? -logOdds : logOdds) / MILLION;
	const bounded = Math.max(-30, Math.min(30, against));
	return log(1 + exp(bounded)) * (weight[row] ?? 0);
}

/** What the very walk that will score stores makes of rows. */
function suspect(rows: Rows, wanted: Int32Array, boosted: Boosted, suspicions: Map<number, Suspicion>): void {
	const model = compiledOf(asDocument(boosted));
	const row = new Int32Array(FEATURE_NAMES.length);
	const contributions = new Float64Array(FEATURE_NAMES.length);
	for (const at of wanted) {
		const logOdds = model.logOdds(rows.read(at, row), contributions);
		const isHeard = rows.uncovered[at] === 1 && bothSpeak(contributions);
		const store = rows.stores[at] ?? 0;
		const before = suspicions.get(store) ?? { most: -Infinity, heard: -Infinity };
		suspicions.set(store, {
			most: Math.max(before.most, logOdds),
			heard: isHeard ? Math.max(before.heard, logOdds) : before.heard,
		});
	}
}

/** Trees as a document that nobody will read: only its walk is asked. */
function asDocument({ base, trees }: Boosted): ModelDocument {
	return {
		schema: 'surety.model/1',
		name: 'fold',
		version: 1,
		features: [...FEATURE_NAMES],
		base,
		trees: [...trees],
		calibration: Array.from({ length: 100 }, () => 0),
		trained: UNTOLD,
	};
}

const NONE = { auc: 0, average_precision: 0, precision: 0, abuse_flagged: 0, honest_flagged: 0 };
const UNTOLD = {
	stores: 0,
	abuse: 0,
	honest: 0,
	rows: 0,
	from: '',
	to: '',
	seed: 0,
	folds: 0,
	learned: NONE,
	transparent: NONE,
};

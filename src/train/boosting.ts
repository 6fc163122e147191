/**
 * Gradient-boosted trees by second-order steps (Friedman 2001; Chen & Guestrin 2016) on weighed logistic loss. Two
 * models in one: trees that look at money, fitted to the labels by themselves, and trees that look at all else, fitted
 * by themselves too; their log-odds are added. So one never leans on the other, and each can be asked whether it speaks
 * [SC8]. A tree sees a part of its features, drawn from the seed, so that no single figure carries the whole.
 */
import { FEATURE_LIST, type Worse } from '../core/risk/features.js';
import type { TreeDocument } from '../core/model/schema.js';
import { Random } from '../sim/random.js';
import type { Binned } from './bins.js';
import { logOddsOf, shareOf } from './elementary.js';
import { type Bent, type Growth, MILLION, TreeGrower } from './tree.js';
import { LEAF } from '../core/model/schema.js';

export interface Boosting extends Growth {
	readonly trees: number;
	/** How many features in a hundred a tree may look at. */
	readonly featurePercent: number;
	readonly seed: number;
}

export const BOOSTING = {
	trees: 100,
	depth: 3,
	rate: 0.1,
	l2: 1,
	leastCurvature: 0.2,
	featurePercent: 30,
} as const satisfies Omit<Boosting, 'seed'>;

export interface Examples {
	readonly columns: readonly Binned[];
	/** By row: 1 for abuse. */
	readonly isAbuse: Uint8Array;
	readonly weight: Float64Array;
}

export interface Boosted {
	/** In millionths of log-odds, as in the document. */
	readonly base: number;
	readonly trees: readonly TreeDocument[];
}

/** @param rows those to learn from. @param onTree told after each tree, with what it gives a row. */
export function boost(
	examples: Examples,
	rows: Int32Array,
	settings: Boosting,
	onTree?: (give: (row: number) => number, side: number) => void,
): Boosted {
	const { columns, isAbuse, weight } = examples;
	const random = new Random(settings.seed, 'trees');
	const base = baseOf(examples, rows);
	const gradient = new Float64Array(isAbuse.length);
	const curvature = new Float64Array(isAbuse.length);
	const sides = sidesOf(columns).map((side) => ({ side, logOdds: new Float64Array(isAbuse.length) }));
	const trees: TreeDocument[] = [];
	while (trees.length < settings.trees) {
		const at = trees.length % sides.length;
		const { side, logOdds } = sides[at] as (typeof sides)[number]; // one of them
		for (const row of rows) {
			const share = shareOf((logOdds[row] as number) / MILLION); // rows are inside
			gradient[row] = (share - (isAbuse[row] as number)) * (weight[row] as number);
			curvature[row] = share * (1 - share) * (weight[row] as number);
		}
		const most = Math.ceil((side.length * settings.featurePercent) / 100);
		const features = random
			.some(side, most)
			.sort((a, b) => a - b)
			.map(bentOf);
		const tree = new TreeGrower(columns, features, { gradient, curvature, weight }, settings).grow(rows);
		const give = (row: number): number => valueFor(tree, columns, row);
		for (const row of rows) logOdds[row] = (logOdds[row] as number) + give(row);
		trees.push(tree);
		onTree?.(give, at);
	}
	return { base, trees };
}

/** [SC8] Columns in which anything differs, those of money and those of all else; a tree looks at one side only. */
function sidesOf(columns: readonly Binned[]): readonly (readonly number[])[] {
	const usable = columns.flatMap(({ thresholds }, i) => (thresholds.length > 0 ? [i] : []));
	const isMoney = (i: number): boolean => FEATURE_LIST[i]?.kind === 'money';
	return [usable.filter(isMoney), usable.filter((i) => !isMoney(i))].filter((side) => side.length > 0);
}

const BENT = { more: 1, less: -1, either: 0 } as const satisfies Record<Worse, Bent['bent']>;
const bentOf = (feature: number): Bent => ({ feature, bent: BENT[FEATURE_LIST[feature]?.worse ?? 'either'] });

/** The log-odds of abuse among the rows, by weight. */
function baseOf({ isAbuse, weight }: Examples, rows: Int32Array): number {
	let [abuse, all] = [0, 0];
	for (const row of rows) {
		all += weight[row] ?? 0;
		if (isAbuse[row] === 1) abuse += weight[row] ?? 0;
	}
	return Math.round(logOddsOf(abuse / all) * MILLION);
}

function valueFor({ feature, threshold, left, right, value }: TreeDocument, columns: readonly Binned[], row: number) {
	let node = 0;
	for (let by = feature[0] as number; by !== LEAF; by = feature[node] as number) {
		const { bins, thresholds } = columns[by] as Binned; // a tree names columns that there are
		const bin = bins[row] as number;
		const isBelow = bin === 0 || (thresholds[bin - 1] as number) < (threshold[node] as number);
		node = (isBelow ? left[node] : right[node]) as number;
	}
	return value[node] as number;
}

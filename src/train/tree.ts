/**
 * One tree of the boosting, grown from gradients and curvatures (Chen & Guestrin, "XGBoost", KDD 2016): a node is split
 * where its score G²/(H + λ) grows most, and a leaf gives -G/(H + λ), shrunk. Every node keeps what is expected at it,
 * so that a walk can say which feature changed the expectation by how much. Values are whole millionths.
 */
import { LEAF, type TreeDocument } from '../core/model/schema.js';
import type { Binned } from './bins.js';

export interface Growth {
	readonly depth: number;
	/** λ: how much a leaf of little weight is held back. */
	readonly l2: number;
	/** The least curvature on either side of a split. */
	readonly leastCurvature: number;
	/** What is kept of each tree's advice. */
	readonly rate: number;
}

/** What a leaf may give, so that trees rise or fall with a feature as it must. */
interface Bounds {
	readonly least: number;
	readonly most: number;
}

export interface Slopes {
	/** First and second derivative of the loss by each row's log-odds, weighed. */
	readonly gradient: Float64Array;
	readonly curvature: Float64Array;
	readonly weight: Float64Array;
}

interface Sums {
	readonly gradient: number;
	readonly curvature: number;
}

interface Split {
	readonly feature: number;
	/** The last bin that goes left. */
	readonly bin: number;
	readonly gain: number;
	readonly bent: Bent['bent'];
	/** Halfway between what the sides would give. */
	readonly middle: number;
}

/** A column, and whether what a tree gives may only rise with it (1), only fall (-1), or either (0). */
export interface Bent {
	readonly feature: number;
	readonly bent: 1 | 0 | -1;
}

/** Gains below this are rounding. */
const LEAST_GAIN = 1e-9;
export const MILLION = 1_000_000;

export class TreeGrower {
	private readonly nodes: { [K in keyof TreeDocument]: number[] } = {
		feature: [],
		threshold: [],
		left: [],
		right: [],
		value: [],
	};
	private readonly columns: readonly Binned[];
	private readonly features: readonly Bent[];
	private readonly slopes: Slopes;
	private readonly growth: Growth;

	/** @param features the columns this tree may look at. */
	constructor(columns: readonly Binned[], features: readonly Bent[], slopes: Slopes, growth: Growth) {
		this.columns = columns;
		this.features = features;
		this.slopes = slopes;
		this.growth = growth;
	}

	grow(rows: Int32Array): TreeDocument {
		this.node(rows, 0, { least: -Infinity, most: Infinity });
		return this.nodes;
	}

	/** @returns the node's place, and the weight of its rows. */
	private node(rows: Int32Array, depth: number, bounds: Bounds): { readonly at: number; readonly weight: number } {
		const { nodes } = this;
		const sums = this.sumsOf(rows);
		const split = depth < this.growth.depth ? this.bestSplit(rows, sums, bounds) : undefined;
		const at = nodes.feature.push(split?.feature ?? LEAF) - 1;
		nodes.threshold.push(split === undefined ? 0 : (this.columns[split.feature]?.thresholds[split.bin] ?? 0));
		for (const list of [nodes.left, nodes.right, nodes.value]) list.push(0);
		if (split === undefined) {
			nodes.value[at] = Math.round(this.advice(sums, bounds) * this.growth.rate * MILLION);
			return { at, weight: rows.reduce((sum, row) => sum + (this.slopes.weight[row] ?? 0), 0) };
		}
		const bins = this.columns[split.feature]?.bins;
		const goesLeft = (row: number): boolean => (bins?.[row] ?? 0) <= split.bin;
		const [low, high] = this.sidesOf(split, bounds);
		const left = this.node(rows.filter(goesLeft), depth + 1, low);
		const right = this.node(
			rows.filter((row) => !goesLeft(row)),
			depth + 1,
			high,
		);
		nodes.left[at] = left.at;
		nodes.right[at] = right.at;
		const weight = left.weight + right.weight;
		const expected = (nodes.value[left.at] ?? 0) * left.weight + (nodes.value[right.at] ?? 0) * right.weight;
		nodes.value[at] = Math.round(expected / weight);
		return { at, weight };
	}

	private sumsOf(rows: Int32Array): Sums {
		let [gradient, curvature] = [0, 0];
		for (const row of rows) {
			gradient += this.slopes.gradient[row] ?? 0;
			curvature += this.slopes.curvature[row] ?? 0;
		}
		return { gradient, curvature };
	}

	/** What a node gives when it is a leaf, before shrinkage. */
	private advice({ gradient, curvature }: Sums, { least, most }: Bounds): number {
		return Math.max(least, Math.min(most, -gradient / (curvature + this.growth.l2)));
	}

	/** Below a split by a feature with a direction, either side keeps to its half (as XGBoost's constraints do). */
	private sidesOf({ bent, middle }: Split, bounds: Bounds): [low: Bounds, high: Bounds] {
		if (bent === 0) return [bounds, bounds];
		const [lower, upper] = [
			{ ...bounds, most: middle },
			{ ...bounds, least: middle },
		];
		return bent > 0 ? [lower, upper] : [upper, lower];
	}

	private bestSplit(rows: Int32Array, sums: Sums, bounds: Bounds): Split | undefined {
		let best: Split | undefined;
		for (const feature of this.features) {
			const split = this.splitBy(feature, rows, sums, bounds);
			if (split !== undefined && split.gain > (best?.gain ?? LEAST_GAIN)) best = split;
		}
		return best;
	}

	private splitBy({ feature, bent }: Bent, rows: Int32Array, sums: Sums, bounds: Bounds): Split | undefined {
		const { thresholds, bins } = this.columns[feature] as Binned; // one for each feature
		if (thresholds.length === 0) return undefined;
		const gradients = new Float64Array(thresholds.length + 1);
		const curvatures = new Float64Array(thresholds.length + 1);
		for (const row of rows) {
			const bin = bins[row] as number; // a bin for each row, and a place for each bin
			gradients[bin] = (gradients[bin] as number) + (this.slopes.gradient[row] as number);
			curvatures[bin] = (curvatures[bin] as number) + (this.slopes.curvature[row] as number);
		}
		const { leastCurvature } = this.growth;
		const whole = this.worth(sums);
		let best: Split | undefined;
		let [gradient, curvature] = [0, 0];
		for (let bin = 0; bin < thresholds.length; bin++) {
			gradient += gradients[bin] as number;
			curvature += curvatures[bin] as number;
			if (curvature < leastCurvature || sums.curvature - curvature < leastCurvature) continue;
			const low = { gradient, curvature };
			const high = { gradient: sums.gradient - gradient, curvature: sums.curvature - curvature };
			const gain = this.worth(low) + this.worth(high) - whole;
			if (gain <= (best?.gain ?? LEAST_GAIN)) continue;
			const [left, right] = [this.advice(low, bounds), this.advice(high, bounds)];
			if ((right - left) * bent >= 0) best = { feature, bin, gain, bent, middle: (left + right) / 2 };
		}
		return best;
	}

	private worth({ gradient, curvature }: Sums): number {
		return (gradient * gradient) / (curvature + this.growth.l2);
	}
}

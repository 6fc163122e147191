/**
 * A learned model ready to be asked: its trees side by side in typed arrays, walked in about a microsecond. The walk
 * also says what each feature contributed: along a tree's path, every step from what was expected before the feature
 * was looked at to what is expected after it (Saabas, "Interpreting random forests", 2014). So contributions and base
 * add up to the log-odds exactly, and they are whole.
 *
 * A policy is plain data that snapshots freeze, so what is compiled of its model stands beside it, by document.
 */
import { FEATURE_NAMES } from './feature-names.js';
import { LEAF, type ModelDocument, modelLabel, type TreeDocument } from './schema.js';

/** Features of one store at one record, in the order of `FEATURE_NAMES`. */
export type Row = Int32Array;

type Names = ModelDocument['features'];

/** A node's numbers: its feature, and these. */
const THRESHOLD = 1;
const LEFT = 2;
const RIGHT = 3;
const VALUE = 4;
const NODE = 5;

const compiled = new WeakMap<ModelDocument, CompiledModel>();

/** The document's compiled form, made once. @param document as `parseModel` or `parsePolicy` gave it. */
export function compiledOf(document: ModelDocument): CompiledModel {
	const known = compiled.get(document);
	if (known !== undefined) return known;
	const made = new CompiledModel(document);
	compiled.set(document, made);
	return made;
}

export class CompiledModel {
	readonly label: string;
	/** Log-odds of a store of which nothing is known: the base and what every root expects. In millionths. */
	readonly base: number;
	private readonly roots: Int32Array;
	/** All nodes, one after the other, `NODE` numbers each: what a step needs lies side by side. */
	private readonly nodes: Int32Array;
	private readonly calibration: readonly number[];

	/** @param document whose every index has been checked. */
	constructor(document: ModelDocument) {
		const { trees, calibration } = document;
		this.label = modelLabel(document);
		this.calibration = calibration;
		this.roots = new Int32Array(trees.length);
		this.nodes = new Int32Array(trees.reduce((sum, { feature }) => sum + feature.length, 0) * NODE);
		let start = 0;
		for (const [i, tree] of trees.entries()) {
			this.roots[i] = start;
			this.place(tree, start, document.features);
			start += tree.feature.length * NODE;
		}
		this.base = trees.reduce((sum, { value }) => sum + (value[0] ?? 0), document.base);
	}

	private place({ feature, threshold, left, right, value }: TreeDocument, start: number, names: Names): void {
		for (const [i, by] of feature.entries()) {
			const below = [left[i] ?? 0, right[i] ?? 0].map((at) => start + at * NODE);
			const name = names[by];
			const column = name === undefined ? LEAF : FEATURE_NAMES.indexOf(name);
			this.nodes.set([column, threshold[i] ?? 0, ...below, value[i] ?? 0], start + i * NODE);
		}
	}

	/**
	 * @param contributions what each feature adds to `base`, in millionths; written anew.
	 * @returns the log-odds of abuse, in millionths: `base` and all contributions.
	 */
	logOdds(row: Row, contributions: Float64Array): number {
		const { roots, nodes } = this;
		contributions.fill(0);
		let sum = this.base;
		for (let tree = 0; tree < roots.length; tree++) {
			let node = roots[tree] as number; // inside, as are all below: the document was checked
			for (let by = nodes[node] as number; by !== LEAF; by = nodes[node] as number) {
				const isLeft = (row[by] as number) < (nodes[node + THRESHOLD] as number);
				const below = nodes[node + (isLeft ? LEFT : RIGHT)] as number;
				const step = (nodes[below + VALUE] as number) - (nodes[node + VALUE] as number);
				contributions[by] = (contributions[by] as number) + step;
				sum += step;
				node = below;
			}
		}
		return sum;
	}

	/** The score, in whole per cent, that such log-odds reach. */
	score(logOdds: number): number {
		let [reached, beyond] = [0, this.calibration.length];
		while (reached < beyond) {
			const middle = (reached + beyond) >>> 1;
			if (logOdds >= (this.calibration[middle] as number)) reached = middle + 1;
			else beyond = middle;
		}
		return reached;
	}
}

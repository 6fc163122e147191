/**
 * A learned model ready to be asked: its trees side by side in typed arrays, walked in about a microsecond. The walk
 * also says what each feature contributed: along a tree's path, every step from what was expected before the feature
 * was looked at to what is expected after it (Saabas, "Interpreting random forests", 2014). So contributions and base
 * add up to the log-odds exactly, and they are whole.
 *
 * A policy is plain data that snapshots freeze, so what is compiled of its model stands beside it, by document.
 */
import { FEATURE_NAMES } from './feature-names.js';
import { LEAF, type ModelDocument, modelLabel } from './schema.js';

/** Features of one store at one record, in the order of `FEATURE_NAMES`. */
export type Row = Int32Array;

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
	private readonly features: Int32Array;
	private readonly thresholds: Int32Array;
	private readonly lefts: Int32Array;
	private readonly rights: Int32Array;
	private readonly values: Int32Array;
	private readonly calibration: readonly number[];

	/** @param document whose every index has been checked. */
	constructor(document: ModelDocument) {
		const { trees, calibration } = document;
		const columns = document.features.map((name) => FEATURE_NAMES.indexOf(name));
		const starts: number[] = [];
		let nodes = 0;
		for (const { feature } of trees) {
			starts.push(nodes);
			nodes += feature.length;
		}
		const joined = (list: (tree: ModelDocument['trees'][number], start: number) => readonly number[]): Int32Array =>
			Int32Array.from(trees.flatMap((tree, i) => list(tree, starts[i] ?? 0)));
		this.label = modelLabel(document);
		this.calibration = calibration;
		this.roots = Int32Array.from(starts);
		this.features = joined(({ feature }) => feature.map((at) => (at === LEAF ? LEAF : (columns[at] ?? LEAF))));
		this.thresholds = joined(({ threshold }) => threshold);
		this.lefts = joined(({ left }, start) => left.map((at) => at + start));
		this.rights = joined(({ right }, start) => right.map((at) => at + start));
		this.values = joined(({ value }) => value);
		this.base = trees.reduce((sum, { value }) => sum + (value[0] ?? 0), document.base);
	}

	/**
	 * @param contributions what each feature adds to `base`, in millionths; written anew.
	 * @returns the log-odds of abuse, in millionths: `base` and all contributions.
	 */
	logOdds(row: Row, contributions: Float64Array): number {
		const { roots, features, thresholds, lefts, rights, values } = this;
		contributions.fill(0);
		let sum = this.base;
		for (let tree = 0; tree < roots.length; tree++) {
			let node = roots[tree] as number; // inside, as are all below: the document was checked
			for (let by = features[node] as number; by !== LEAF; by = features[node] as number) {
				const below = ((row[by] as number) < (thresholds[node] as number) ? lefts[node] : rights[node]) as number;
				const step = (values[below] as number) - (values[node] as number);
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

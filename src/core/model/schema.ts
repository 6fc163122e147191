/**
 * A learned store model as a document: boosted trees over features of a store, and the log-odds at which each score is
 * reached. All of it is whole numbers, so a store has the same score wherever and whenever it is replayed. A document
 * comes from a file or a request, so nothing in it is believed: every index is checked before a tree is walked.
 */
import { z } from 'zod';
import { SuretyError } from '../words/error.js';
import { FEATURE_NAMES } from './feature-names.js';

export const MOST_TREES = 500;
export const MOST_DEPTH = 6;
const MOST_NODES = 2 ** (MOST_DEPTH + 1) - 1;
/** What stands for the feature of a leaf. */
export const LEAF = -1;
/** Log-odds are told in millionths; a thousand of them is beyond any certainty. */
const MOST_LOG_ODDS = 1_000_000_000;
const MOST_FIGURE = 2_000_000_000;

const logOdds = z.number().int().min(-MOST_LOG_ODDS).max(MOST_LOG_ODDS);
const figure = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const perMille = z.number().int().min(0).max(1000);
const nodes = (one: z.ZodInt | z.ZodNumber) => z.array(one).min(1).max(MOST_NODES);
const place = z.number().int().min(0).max(MOST_NODES);

/** One tree: the same place in each list is one node, and the first node is the root. */
const tree = z.strictObject({
	/** Which of the document's features decides here; -1 at a leaf. */
	feature: nodes(z.number().int().min(LEAF).max(FEATURE_NAMES.length)),
	/** A store goes left whose feature is below this. */
	threshold: nodes(z.number().int().min(-MOST_FIGURE).max(MOST_FIGURE)),
	/** The nodes below; 0 at a leaf. */
	left: nodes(place),
	right: nodes(place),
	/** What is expected at this node, in millionths of log-odds; at a leaf, what it gives. */
	value: nodes(logOdds),
});

/** How well scores tell stores that the model was not trained on, in thousandths. */
const measured = z.strictObject({
	auc: perMille,
	average_precision: perMille,
	/** Among as many best-scored stores as there are abusive ones. */
	precision: perMille,
	/** Stores flagged at a score of 60. */
	abuse_flagged: figure,
	honest_flagged: figure,
});

export const modelSchema = z.strictObject({
	schema: z.literal('surety.model/1'),
	name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected lower-case letters, digits and hyphens'),
	version: z.number().int().min(1),
	features: z.array(z.enum(FEATURE_NAMES)).min(1).max(FEATURE_NAMES.length),
	/** Log-odds before any tree has spoken, in millionths. */
	base: logOdds,
	trees: z.array(tree).min(1).max(MOST_TREES),
	/** A score of s per cent is reached at the s-th of these log-odds, in millionths. */
	calibration: z.array(logOdds).length(100),
	/** What it was trained on, and how it did on stores it had not seen. */
	trained: z.strictObject({
		stores: figure,
		abuse: figure,
		honest: figure,
		rows: figure,
		from: z.string().max(40),
		to: z.string().max(40),
		seed: figure,
		folds: figure,
		learned: measured,
		transparent: measured,
	}),
});

export type ModelDocument = z.infer<typeof modelSchema>;
export type TreeDocument = ModelDocument['trees'][number];

/** `name@version`, as reports and outcomes name it. */
export const modelLabel = ({ name, version }: Pick<ModelDocument, 'name' | 'version'>): string => `${name}@${version}`;

/** [SC10] @throws SuretyError `bad_model` naming the first place that does not fit. */
export function parseModel(document: unknown): ModelDocument {
	const result = modelSchema.safeParse(document);
	if (!result.success) {
		const [issue] = result.error.issues;
		throw badModel(issue?.path.join('.') || 'document', issue?.message ?? 'does not fit');
	}
	const fault = modelFault(result.data);
	if (fault !== undefined) throw badModel(...fault);
	return result.data;
}

const badModel = (field: string, problem: string): SuretyError =>
	new SuretyError('bad_model', `model: ${field}: ${problem}`, field);

/** Where, and what is wrong there. */
export type Fault = readonly [field: string, problem: string];

/** What a schema cannot say: that lists agree, that trees are trees, that scores rise. */
export function modelFault({ features, trees, calibration }: ModelDocument): Fault | undefined {
	const twice = features.findIndex((name, i) => features.indexOf(name) !== i);
	if (twice >= 0) return [`features.${twice}`, `${features[twice]} is named twice`];
	const falls = calibration.findIndex((at, i) => i > 0 && at < (calibration[i - 1] ?? at));
	if (falls >= 0) return [`calibration.${falls}`, 'is below the one before'];
	for (const [i, one] of trees.entries()) {
		const fault = treeFault(one, features.length);
		if (fault !== undefined) return [`trees.${i}.${fault[0]}`, fault[1]];
	}
	return undefined;
}

/** Every node but the root hangs below exactly one that stands before it, and none hangs too deep. */
function treeFault(one: TreeDocument, features: number): Fault | undefined {
	const { feature, threshold, left, right, value } = one;
	const count = feature.length;
	for (const [name, list] of Object.entries({ threshold, left, right, value }))
		if (list.length !== count) return [name, `has ${list.length} nodes, and feature has ${count}`];
	const depths = Array.from<number | undefined>({ length: count });
	depths[0] = 0;
	for (let node = 0; node < count; node++) {
		const depth = depths[node];
		if (depth === undefined) return [`feature.${node}`, 'hangs below no node before it'];
		const by = feature[node] ?? LEAF;
		if (by >= features) return [`feature.${node}`, `${by} is none of ${features} features`];
		for (const [name, list] of [['left', left] as const, ['right', right] as const]) {
			const below = list[node] ?? 0;
			const field = `${name}.${node}`;
			if (by === LEAF && below === 0) continue;
			if (by === LEAF) return [field, 'is below a leaf'];
			if (below <= node || below >= count) return [field, `${below} is no node after this one`];
			if (depths[below] !== undefined) return [field, `${below} hangs below another node already`];
			if (depth === MOST_DEPTH) return [field, `is deeper than ${MOST_DEPTH}`];
			depths[below] = depth + 1;
		}
	}
	return undefined;
}

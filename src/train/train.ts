/**
 * Training: a labelled history in, a model document and what is to be known of it out. The same tables and seed give
 * the same bytes, on any machine. How it goes, and figures: docs/MODEL.md.
 */
import { FEATURE_NAMES } from '../core/model/feature-names.js';
import { type ModelDocument, modelLabel, parseModel } from '../core/model/schema.js';
import { defaultPolicy } from '../core/policy.js';
import { SuretyError } from '../core/words/error.js';
import type { Progress } from '../intake/index.js';
import { binned } from './bins.js';
import { boost, type Boosted, BOOSTING, type Boosting, type Examples } from './boosting.js';
import { breakpoints, FLAG_SCORE, flagLine, HONEST_PER_MILLE } from './calibration.js';
import { crossValidate, type Suspicion } from './cross-validation.js';
import { dealFolds, gangsOf } from './folds.js';
import { type LabelledHistory, readHistory, type TrainingTables } from './history.js';
import { measure } from './measures.js';
import type { Rows } from './rows.js';

const FOLDS = 10;
/** Fewer scored stores than these teach nothing that would hold elsewhere. */
const LEAST_ABUSE = 8;
const LEAST_HONEST = 20;

export interface TrainOptions extends Omit<TrainingTables, 'onProgress'> {
	readonly name: string;
	readonly version: number;
	readonly seed: number;
	/** Whether stores that nobody labelled count as honest, or for nothing. */
	readonly unlabelled: 'honest' | 'ignore';
	readonly onProgress?: ((progress: Learning) => void) | undefined;
}

/** Reading the tables, then `learn`, which counts folds. */
export type Learning = Omit<Progress, 'phase'> & { readonly phase: Progress['phase'] | 'learn' };

/** How one score did on stores it had not seen. Shares of 1. */
export interface Performance {
	readonly auc: number;
	readonly average_precision: number;
	/** Among as many best-scored stores as there are abusive ones. */
	readonly precision: number;
	readonly abuse_flagged: number;
	readonly honest_flagged: number;
}

export interface TrainingReport {
	readonly schema: 'surety.training/1';
	readonly model: string;
	readonly period: { readonly from: string; readonly to: string };
	readonly rejected_rows: number;
	/** Stores by label, and how many of them were scored at all: only those are learned from. */
	readonly stores: Readonly<Record<'abuse' | 'honest' | 'unlabelled', number>>;
	readonly scored: Readonly<Record<'abuse' | 'honest', number>>;
	readonly rows: number;
	readonly trees: number;
	/** Groups of abusive stores that share an identifier or buyers; each is out of fold as a whole. */
	readonly gangs: number;
	/** False where there was one gang only, so that its stores had to be told apart. */
	readonly gangs_kept_whole: boolean;
	readonly seed: number;
	readonly honest_per_mille: number;
	readonly learned: Performance;
	readonly transparent: Performance;
	/** Stores that either flags, which is what happens under a policy with the model [SC7]. */
	readonly together: Pick<Performance, 'abuse_flagged' | 'honest_flagged'>;
	/** How often trees look at each feature, the most looked at first. */
	readonly features: readonly { readonly name: string; readonly splits: number }[];
}

export interface Trained {
	readonly document: ModelDocument;
	readonly report: TrainingReport;
}

/** @throws SuretyError `too_few_labels`, or what is wrong with the folder or a table. */
export async function train(options: TrainOptions): Promise<Trained> {
	const policy = defaultPolicy(options.currency);
	return learn(await readHistory({ ...options, policy }), options);
}

/** What of a store's history is learned from. */
interface Classes {
	readonly abuse: readonly number[];
	readonly honest: readonly number[];
	readonly scored: ReadonlySet<number>;
}

function learn(history: LabelledHistory, options: TrainOptions): Trained {
	const classes = classesOf(history, options.unlabelled);
	const scored = (stores: readonly number[]): number[] => stores.filter((store) => classes.scored.has(store));
	const [abuse, honest] = [scored(classes.abuse), scored(classes.honest)];
	refuseTooFew(history, abuse.length, honest.length);
	const rows = history.rows.of(new Set([...abuse, ...honest]));
	const examples = examplesOf(rows, new Set(abuse));
	const settings: Boosting = { ...BOOSTING, seed: options.seed };
	const gangs = gangsOf(abuse, history.circles);
	const keptWhole = gangs.length > 1;
	const folds = dealFolds(keptWhole ? gangs : abuse.map((store) => [store]), honest, FOLDS, options.seed);
	const onFold = (done: number, total: number): void => options.onProgress?.({ phase: 'learn', done, total });
	const { trees, suspicions } = crossValidate(rows, examples, folds, settings, onFold);
	const all = Int32Array.from({ length: rows.count }, (_, row) => row);
	const boosted = boost(examples, all, { ...settings, trees });
	const of = (store: number): Suspicion => suspicions.get(store) ?? NEVER;
	const line = flagLine(classes.honest.map(of), classes.abuse.map(of));
	const figures = compare(classes, of, line, transparentBest(history.rows));
	const document = documentOf(boosted, breakpoints(line, classes.abuse.map(of)), {
		history,
		options,
		classes,
		figures,
		rows: rows.count,
	});
	const report: TrainingReport = {
		schema: 'surety.training/1',
		model: modelLabel(document),
		period: { from: history.from, to: history.to },
		rejected_rows: history.rejectedRows,
		stores: {
			abuse: classes.abuse.length,
			honest: classes.honest.length,
			unlabelled: history.labels.filter((label) => label === undefined).length,
		},
		scored: { abuse: abuse.length, honest: honest.length },
		rows: rows.count,
		trees,
		gangs: gangs.length,
		gangs_kept_whole: keptWhole,
		seed: options.seed,
		honest_per_mille: HONEST_PER_MILLE,
		...figures,
		features: splitsOf(document),
	};
	return { document, report };
}

type Figures = Pick<TrainingReport, 'learned' | 'transparent' | 'together'>;

/** How the model did out of fold, the transparent score on the same stores, and both. */
function compare(
	classes: Classes,
	of: (store: number) => Suspicion,
	line: number,
	best: ReadonlyMap<number, number>,
): Figures {
	const isLearned = (store: number): boolean => of(store).heard >= line;
	const isTransparent = (store: number): boolean => (best.get(store) ?? 0) >= FLAG_SCORE;
	const isEither = (store: number): boolean => isLearned(store) || isTransparent(store);
	return {
		learned: performance(classes, (store) => of(store).most, isLearned),
		transparent: performance(classes, (store) => best.get(store) ?? -Infinity, isTransparent),
		together: {
			abuse_flagged: classes.abuse.filter(isEither).length,
			honest_flagged: classes.honest.filter(isEither).length,
		},
	};
}

interface TrainedOn {
	readonly history: LabelledHistory;
	readonly options: TrainOptions;
	readonly classes: Classes;
	readonly figures: Figures;
	readonly rows: number;
}

function documentOf(
	boosted: Boosted,
	calibration: readonly number[],
	{ history, options, classes, figures, rows }: TrainedOn,
): ModelDocument {
	return parseModel({
		schema: 'surety.model/1',
		name: options.name,
		version: options.version,
		features: FEATURE_NAMES,
		...boosted,
		calibration,
		trained: {
			stores: classes.abuse.length + classes.honest.length,
			abuse: classes.abuse.length,
			honest: classes.honest.length,
			rows,
			from: history.from,
			to: history.to,
			seed: options.seed,
			folds: FOLDS,
			learned: inThousandths(figures.learned),
			transparent: inThousandths(figures.transparent),
		},
	});
}

const NEVER: Suspicion = { most: -Infinity, heard: -Infinity };

function classesOf({ labels, rows }: LabelledHistory, unlabelled: TrainOptions['unlabelled']): Classes {
	const stores = [...labels.keys()];
	const isHonest = (store: number): boolean =>
		labels[store] === 'honest' || (labels[store] === undefined && unlabelled === 'honest');
	return {
		abuse: stores.filter((store) => labels[store] === 'abuse'),
		honest: stores.filter(isHonest),
		scored: new Set(rows.stores.subarray(0, rows.count)),
	};
}

function refuseTooFew({ hasLabels }: LabelledHistory, abuse: number, honest: number): void {
	if (!hasLabels)
		throw new SuretyError('too_few_labels', 'there is no table labels, with store_id and label, to learn from');
	const problems = [
		...(abuse < LEAST_ABUSE ? [`${abuse} of the ${LEAST_ABUSE} labelled abuse that it takes`] : []),
		...(honest < LEAST_HONEST ? [`${honest} of the ${LEAST_HONEST} honest that it takes`] : []),
	];
	if (problems.length === 0) return;
	throw new SuretyError('too_few_labels', `of stores that were ever scored there are ${problems.join(', and ')}`);
}

/** Each store counts once, however often it was scored; and both kinds the same, however many there are. */
function examplesOf(rows: Rows, abuse: ReadonlySet<number>): Examples {
	const stores = rows.stores.subarray(0, rows.count);
	const times = new Map<number, number>();
	for (const store of stores) times.set(store, (times.get(store) ?? 0) + 1);
	const share = abuse.size / (times.size - abuse.size);
	const weightOf = (store: number): number => (abuse.has(store) ? 1 : share) / (times.get(store) ?? 1);
	return {
		columns: rows.columns.map((column) => binned(column, rows.count)),
		isAbuse: Uint8Array.from(stores, (store) => (abuse.has(store) ? 1 : 0)),
		weight: Float64Array.from(stores, weightOf),
	};
}

function transparentBest(rows: Rows): Map<number, number> {
	const best = new Map<number, number>();
	for (let row = 0; row < rows.count; row++) {
		const store = rows.stores[row] ?? 0;
		best.set(store, Math.max(best.get(store) ?? 0, rows.transparent[row] ?? 0));
	}
	return best;
}

function performance(
	{ abuse, honest }: Classes,
	rank: (store: number) => number,
	isFlagged: (store: number) => boolean,
): Performance {
	const ranked = (stores: readonly number[], isAbuse: boolean) =>
		stores.map((store) => ({ isAbuse, rank: rank(store) }));
	const { auc, averagePrecision, precision } = measure([...ranked(abuse, true), ...ranked(honest, false)]);
	return {
		auc,
		average_precision: averagePrecision,
		precision,
		abuse_flagged: abuse.filter(isFlagged).length,
		honest_flagged: honest.filter(isFlagged).length,
	};
}

const inThousandths = ({ auc, average_precision, precision, ...flagged }: Performance): Performance => ({
	auc: Math.round(auc * 1000),
	average_precision: Math.round(average_precision * 1000),
	precision: Math.round(precision * 1000),
	...flagged,
});

function splitsOf({ features, trees }: ModelDocument): { name: string; splits: number }[] {
	const splits = features.map((name, i) => ({
		name,
		splits: trees.reduce((sum, { feature }) => sum + feature.filter((by) => by === i).length, 0),
	}));
	return splits.filter((one) => one.splits > 0).sort((a, b) => b.splits - a.splits);
}

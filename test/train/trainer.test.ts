/** The trainer by hand: splits anybody can see, measures anybody can count, and what must hold whatever it learns. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compiledOf } from '../../src/core/model/compiled.js';
import { FEATURE_NAMES, type FeatureName } from '../../src/core/model/feature-names.js';
import { parseModel } from '../../src/core/model/schema.js';
import { binned } from '../../src/train/bins.js';
import { boost, type Boosting, type Examples } from '../../src/train/boosting.js';
import { breakpoints, flagLine } from '../../src/train/calibration.js';
import { exp, log } from '../../src/train/elementary.js';
import { dealFolds, gangsOf } from '../../src/train/folds.js';
import { measure } from '../../src/train/measures.js';
import { TreeGrower } from '../../src/train/tree.js';
import { BY_HAND } from './model-by-hand.js';

test('exponential and logarithm agree with the engine’s to twelve digits', () => {
	for (let x = -30; x <= 30; x += 0.37) expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 12);
	for (const x of [1e-6, 0.01, 0.5, 1, 1.5, 40, 1e6]) expect(log(x)).toBeCloseTo(Math.log(x), 12);
});

describe('bins', () => {
	test('few values have a threshold in each gap, rounded up', () => {
		const { thresholds, bins } = binned(Int32Array.from([5, 1, 1, 2, 9]), 5);
		expect(thresholds).toEqual([2, 4, 7]);
		expect([...bins]).toEqual([2, 0, 0, 1, 3]);
	});

	test('many values have 255 at most, and a value is below a threshold exactly where its bin is', () => {
		const values = Int32Array.from({ length: 5000 }, (_, i) => (i * 7919) % 4999);
		const { thresholds, bins } = binned(values, values.length);
		expect(thresholds.length).toBeGreaterThan(200);
		expect(thresholds.length).toBeLessThan(256);
		const wrong = [...values.entries()].filter(([i, value]) =>
			thresholds.some((threshold, k) => value < threshold !== (bins[i] ?? 0) <= k),
		);
		expect(wrong).toEqual([]);
	});
});

/** Rows of two features; those above 10 of the first are abusive, and the second says nothing. */
const FIRST = [1, 2, 3, 4, 20, 21, 22, 23];
const SECOND = [7, 8, 7, 8, 7, 8, 7, 8];
const columns = [FIRST, SECOND].map((column) => binned(Int32Array.from(column), column.length));
const ALL = Int32Array.from(FIRST.keys());
const GROWTH = { depth: 3, l2: 0, leastCurvature: 0.1, rate: 1 };
const slopes = {
	gradient: Float64Array.from(FIRST, (x) => (x > 10 ? -0.5 : 0.5)),
	curvature: new Float64Array(8).fill(0.25),
	weight: new Float64Array(8).fill(1),
};

describe('a tree', () => {
	test('finds the split that anybody sees, halfway, with the leaves of Newton’s step', () => {
		const bent = [0, 1].map((feature) => ({ feature, bent: 0 }) as const);
		// Gradient 2 over curvature 1 on either side.
		expect(new TreeGrower(columns, bent, slopes, GROWTH).grow(ALL)).toEqual({
			feature: [0, -1, -1],
			threshold: [12, 0, 0],
			left: [1, 0, 0],
			right: [2, 0, 0],
			value: [0, -2_000_000, 2_000_000],
		});
	});

	test('does not rise with what may only speak against abuse', () => {
		const tree = new TreeGrower(columns, [{ feature: 0, bent: -1 }], slopes, GROWTH).grow(ALL);
		expect(tree.feature).toEqual([-1]);
	});

	test('leaves alone what carries too little', () => {
		const bent = [{ feature: 0, bent: 1 } as const];
		const tree = new TreeGrower(columns, bent, slopes, { ...GROWTH, leastCurvature: 1.1 }).grow(ALL);
		expect(tree.feature).toEqual([-1]);
	});
});

const SETTINGS: Boosting = { trees: 12, depth: 3, rate: 0.3, l2: 1, leastCurvature: 0.05, featurePercent: 60, seed: 1 };

/** Made-up rows of all features; abuse is a rule of two of them, with exceptions. */
function madeUp(seed: number, count = 60): { examples: Examples; rows: Int32Array[] } {
	let state = seed >>> 0;
	const dice = (end: number): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * end);
	};
	const rows = Array.from({ length: count }, () => Int32Array.from(FEATURE_NAMES, () => dice(1000)));
	const of = (row: Int32Array, name: FeatureName): number => row[FEATURE_NAMES.indexOf(name)] ?? 0;
	const isAbuse = rows.map((row) => of(row, 'uncovered_share') + of(row, 'burst_share') > 1000 + dice(200));
	return {
		rows,
		examples: {
			columns: FEATURE_NAMES.map((_, i) =>
				binned(
					Int32Array.from(rows, (row) => row[i] ?? 0),
					count,
				),
			),
			isAbuse: Uint8Array.from(isAbuse, Number),
			weight: new Float64Array(count).fill(1),
		},
	};
}

describe('boosting', () => {
	const seeds = fc.integer({ min: 1, max: 1e9 });

	test('[SC9] contributions and base add up to the log-odds, exactly, whatever was learned and whoever is asked', () => {
		fc.assert(
			fc.property(seeds, (seed) => {
				const { examples, rows } = madeUp(seed);
				const { base, trees } = boost(examples, Int32Array.from(rows.keys()), { ...SETTINGS, seed });
				const model = compiledOf(parseModel({ ...BY_HAND, features: FEATURE_NAMES, base, trees }));
				const contributions = new Float64Array(FEATURE_NAMES.length);
				for (const row of [...rows, ...madeUp(seed + 1).rows]) {
					const logOdds = model.logOdds(row, contributions);
					expect(contributions.reduce((sum, one) => sum + one, model.base)).toBe(logOdds);
				}
			}),
			{ seed: 20260301, numRuns: 25 },
		);
	});

	test('the same rows and seed give the same trees, and another seed gives others', () => {
		const { examples, rows } = madeUp(7);
		const fit = (seed: number): string =>
			JSON.stringify(boost(examples, Int32Array.from(rows.keys()), { ...SETTINGS, seed }));
		expect(fit(1)).toBe(fit(1));
		expect(fit(1)).not.toBe(fit(2));
	});

	test('it learns: abusive rows come out above honest ones', () => {
		const { examples, rows } = madeUp(3, 200);
		const { base, trees } = boost(examples, Int32Array.from(rows.keys()), { ...SETTINGS, trees: 60 });
		const model = compiledOf(parseModel({ ...BY_HAND, features: FEATURE_NAMES, base, trees }));
		const scratch = new Float64Array(FEATURE_NAMES.length);
		const ranked = rows.map((row, i) => ({ isAbuse: examples.isAbuse[i] === 1, rank: model.logOdds(row, scratch) }));
		expect(measure(ranked).auc).toBeGreaterThan(0.95);
	});

	test('what may only speak for abuse never lowers a score when there is more of it', () => {
		const { examples, rows } = madeUp(11);
		const { base, trees } = boost(examples, Int32Array.from(rows.keys()), SETTINGS);
		const model = compiledOf(parseModel({ ...BY_HAND, features: FEATURE_NAMES, base, trees }));
		const scratch = new Float64Array(FEATURE_NAMES.length);
		for (const name of ['uncovered_share', 'burst_share', 'fast_receipt'] as const) {
			for (const row of rows) {
				const more = row.slice();
				const before = model.logOdds(more, scratch);
				more[FEATURE_NAMES.indexOf(name)] = 1000;
				expect(model.logOdds(more, scratch)).toBeGreaterThanOrEqual(before);
			}
		}
	});
});

describe('folds', () => {
	const circles = [
		['buyer a', 'buyer b'],
		['buyer b', 'phone 1'],
		['phone 1'],
		['buyer a', 'buyer b'],
		['buyer c'],
	].map((things) => new Set(things));

	test('one shared identifier or two shared buyers make a gang, one shared buyer does not', () => {
		expect(gangsOf([0, 1, 2, 3, 4], circles)).toEqual([[0, 3], [1, 2], [4]]);
	});

	test('a gang is dealt to one fold, and every store to some fold', () => {
		const gangs = [[0, 3], [1, 2], [4]];
		const folds = dealFolds(gangs, [10, 11, 12, 13], 3, 1);
		expect(folds.size).toBe(9);
		for (const gang of gangs) expect(new Set(gang.map((store) => folds.get(store))).size).toBe(1);
		expect(new Set(gangs.map(([store]) => folds.get(store ?? 0))).size).toBe(3);
	});
});

describe('measures', () => {
	const ranked = (text: string) => text.split('').map((kind, i) => ({ isAbuse: kind === 'A', rank: -i }));

	test.each([
		['AAhh', 1, 1, 1],
		['hhAA', 0, (1 / 3 + 2 / 4) / 2, 0],
		['AhAh', 3 / 4, (1 + 2 / 3) / 2, 1 / 2],
	])('%s, best first', (text, auc, averagePrecision, precision) => {
		expect(measure(ranked(text))).toEqual({ auc, averagePrecision, precision });
	});

	test('ties count half, and share their places', () => {
		const tied = [true, true, false, false].map((isAbuse) => ({ isAbuse, rank: -Infinity }));
		expect(measure(tied)).toEqual({ auc: 0.5, averagePrecision: 0.5, precision: 0.5 });
	});
});

describe('calibration', () => {
	const all = (...logOdds: number[]) => logOdds.map((one) => ({ most: one, heard: one }));

	test('the line lies halfway between the worst honest store and the next abusive one', () => {
		expect(flagLine(all(-5, 2_000_000), all(1_000_000, 4_000_000))).toBe(3_000_000);
	});

	test('and nowhere below even odds among as many of either kind as there were', () => {
		const honest = all(...Array.from({ length: 20 }, () => -9_000_000));
		expect(flagLine(honest, all(4_000_000, 5_000_000))).toBe(Math.round(Math.log(10) * 1e6));
	});

	test('scores rise, 60 is at the line, and 90 where half of the abusive stores are', () => {
		const points = breakpoints(3_000_000, all(4_000_000, 9_000_000, 12_000_000));
		expect(points).toHaveLength(100);
		expect(points).toEqual([...points].sort((a, b) => a - b));
		expect([points[59], points[89]]).toEqual([3_000_000, 9_000_000]);
	});
});

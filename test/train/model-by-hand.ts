/** A model small enough to be walked by hand: one tree that looks at money, one that looks at conduct. */
import type { ModelDocument } from '../../src/core/model/schema.js';

const NONE = { auc: 0, average_precision: 0, precision: 0, abuse_flagged: 0, honest_flagged: 0 };

/** Uncovered by half or more: +3, with a deep fall +1 more, else -2. Received at once by a fifth or more: +1, else -1. */
export const BY_HAND: ModelDocument = {
	schema: 'surety.model/1',
	name: 'by-hand',
	version: 1,
	features: ['uncovered_share', 'quick_share', 'deepest_fall'],
	base: -500_000,
	trees: [
		{
			feature: [0, -1, 2, -1, -1],
			threshold: [500, 0, 50, 0, 0],
			left: [1, 0, 3, 0, 0],
			right: [2, 0, 4, 0, 0],
			value: [0, -2_000_000, 3_500_000, 3_000_000, 4_000_000],
		},
		{
			feature: [1, -1, -1],
			threshold: [200, 0, 0],
			left: [1, 0, 0],
			right: [2, 0, 0],
			value: [100_000, -1_000_000, 1_000_000],
		},
	],
	calibration: Array.from({ length: 100 }, (_, i) => (i - 59) * 100_000),
	trained: {
		stores: 0,
		abuse: 0,
		honest: 0,
		rows: 0,
		from: '',
		to: '',
		seed: 1,
		folds: 10,
		learned: NONE,
		transparent: NONE,
	},
};

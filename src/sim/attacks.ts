/** The attacks that can be put into a simulated market by name. Each is a gang with the parameters that make it so. */
import type { GangOptions } from './options.js';

export interface Attack {
	/** In a sentence, for people. */
	readonly means: string;
	readonly gang: GangOptions;
}

const TEN: Pick<GangOptions, 'stores' | 'people' | 'buyers'> = { stores: 10, people: 3, buyers: 28 };

export const ATTACKS = {
	founding: {
		means: 'sells dear goods to itself, confirms receipt in minutes, withdraws, cuts the price and claims',
		gang: { stores: 29, people: 9, buyers: 75 },
	},
	'clean-papers': {
		means: 'the same, with no paper, account, device or address that appears twice',
		gang: { ...TEN, papers: 'clean' },
	},
	'next-day-receipts': {
		means: 'confirms receipt the next day, as if goods had travelled',
		gang: { ...TEN, receipts: 'next-day' },
	},
	'raise-then-cut': {
		means: 'raises a cheap item, sells it to itself, and sets the old price back',
		gang: { ...TEN, trick: 'raise-then-cut' },
	},
	stepwise: {
		means: 'cuts in several steps and claims after each',
		gang: { ...TEN, trick: 'stepwise' },
	},
	patient: {
		means: 'leaves a part of its balance behind and posts a larger deposit',
		gang: { ...TEN, withdraws: 'most', deposit: 5000 },
	},
} as const satisfies Record<string, Attack>;
export type AttackName = keyof typeof ATTACKS;

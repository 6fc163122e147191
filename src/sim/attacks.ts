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
	'bust-out': {
		means: 'trades honestly for months until it is trusted, then sells to itself, withdraws and runs',
		gang: { ...TEN, past: 'trusted', salesPerStore: [10, 16], deposit: 2000 },
	},
	relisting: {
		means: 'puts the same goods on sale as a new SKU at the old price, and cuts the old SKU',
		gang: { ...TEN, trick: 'relist' },
	},
	'forged-prices': {
		means: 'shows a price of a few hundred for less than an hour at night, claims, and puts the old one back',
		gang: { ...TEN, trick: 'flash' },
	},
	'small-amounts': {
		means: 'takes a little in each of more than a hundred stores, with cheap goods',
		gang: { stores: 104, people: 14, buyers: 260, unitPrice: 230, salesPerStore: [22, 40] },
	},
	'slow-receipts': {
		means: 'never confirms receipt: the platform does it a week later, and the promise lasts longer than that',
		gang: { ...TEN, receipts: 'never' },
	},
	'small-claims': {
		means: 'cuts by a twenty-fifth of the price many times, so that every claim is small',
		gang: { ...TEN, trick: 'crumbs' },
	},
	'return-after-claim': {
		means: 'does not confirm receipt, claims, and sends the goods back for the full price',
		gang: { ...TEN, receipts: 'never', goods: 'sent-back' },
	},
	'close-after': {
		means: 'opens for the run alone and closes the store hours after the claims',
		gang: { ...TEN, past: 'fresh', leaves: 'closes' },
	},
	'withdraw-after-cut': {
		means: 'leaves its money in until the cut has been let through, withdraws, and only then claims',
		gang: { ...TEN, withdraws: 'after-cut' },
	},
	'late-cut': {
		means: 'cuts the day after the promises have ended; harmless, and costs the platform nothing',
		gang: { ...TEN, trick: 'after-window' },
	},
	'relist-cheaper': {
		means: 'puts the same goods on sale cheaper as a new SKU, so that nobody can claim; costs the platform nothing',
		gang: { ...TEN, trick: 'relist-cheaper' },
	},
	careful: {
		means: 'clean papers, months of trust, receipts a day later, several cuts, money left behind',
		gang: { ...TEN, papers: 'clean', past: 'trusted', receipts: 'next-day', trick: 'stepwise', withdraws: 'most' },
	},
} as const satisfies Record<string, Attack>;
export type AttackName = keyof typeof ATTACKS;

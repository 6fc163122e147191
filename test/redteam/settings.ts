/** Games under the default policy, and under policies and programmes weakened in one way each: the planted holes. */
import { readSetting, DEFAULT_SETTING, type Setting, type SettingDocument } from '../../src/redteam/setting.js';

type Modes = Readonly<Record<string, 'observe' | 'enforce'>>;

/** A policy document: all gates enforce but those named. */
export const policy = (modes: Modes, rest: object = {}): unknown => ({
	schema: 'surety.policy/1',
	name: 'weakened',
	version: 1,
	gates: {
		admission: 'enforce',
		guarantee: 'enforce',
		price: 'enforce',
		claim: 'enforce',
		payout: 'enforce',
		...modes,
	},
	...rest,
});

export const programme = (rest: object): unknown => ({
	schema: 'surety.programme/1',
	name: 'other',
	version: 1,
	clock: { start: 'payment', days: 'line' },
	...rest,
});

const small = { new: 2, normal: 1, watch: 2, abnormal: 2, probation: 2 };

/** Holes that are really different: another order of moves gets through each, and another change closes it. */
export const PLANTED = {
	/** Cash leaves before the cut: withdraw what small margins leave, cut, claim. */
	'price and claims observed, small margins': {
		policy: policy({ price: 'observe', claim: 'observe' }, { margin_percent: small }),
	},
	/** Every cut is funded, but its reserve can be withdrawn after it, and the platform pays what nobody funds. */
	'payouts observed, unfunded claims paid': { policy: policy({ payout: 'observe' }, { unfunded_claim: 'pay' }) },
	/** Everything enforces and every refund is funded, but for the part that the platform bears by rule. */
	'the platform bears 30 %': { programme: programme({ store_bears_percent: 70 }) },
} as const satisfies Readonly<Record<string, Partial<SettingDocument>>>;

export const documentOf = (part: Partial<SettingDocument> = {}): SettingDocument => ({ ...DEFAULT_SETTING, ...part });
export const settingOf = (part: Partial<SettingDocument> = {}): Setting => readSetting(documentOf(part));

/** Under which the game's ledger is compared with the book. */
export const OTHERS: Readonly<Record<string, Partial<SettingDocument>>> = {
	'the default policy': {},
	'everything observed': {
		policy: policy({
			admission: 'observe',
			guarantee: 'observe',
			price: 'observe',
			claim: 'observe',
			payout: 'observe',
		}),
	},
	'prices and payouts observed': { policy: policy({ price: 'observe', payout: 'observe' }) },
	'prices observed, unfunded claims paid': { policy: policy({ price: 'observe' }, { unfunded_claim: 'pay' }) },
	'one claim a line, a cap and a minimum': {
		policy: policy({ price: 'observe', claim: 'observe' }),
		programme: programme({ repeat: 'none', minimum_difference: '5', caps: { line: '4000' } }),
	},
	'only the balance funds, the platform bears 15 %': {
		policy: policy({ claim: 'observe', payout: 'observe' }),
		programme: programme({ funding: ['balance'], store_bears_percent: 85 }),
	},
	'deposit before balance, clock from delivery': {
		policy: policy({ price: 'observe', claim: 'observe', payout: 'observe' }),
		programme: programme({
			funding: ['deposit', 'balance'],
			clock: { start: 'delivery', days: 7, undelivered_days: 20 },
		}),
	},
	/** Once a hole: see found-failed-payment.md. */
	'paid once a line, unfunded claims paid': {
		policy: policy({}, { unfunded_claim: 'pay' }),
		programme: programme({ repeat: 'none' }),
	},
	...PLANTED,
};

/**
 * What a game is played under: the rules being attacked, what the attacker has, and what things cost it. The defaults
 * are stated in yuan; they make honest-looking preparation dear enough that only money taken from the platform pays.
 */
import { defaultPolicy, type Policy, parsePolicy } from '../core/policy.js';
import { DEFAULT_PROGRAMME } from '../core/programme/presets.js';
import { Programmes } from '../core/programme/programmes.js';
import { type Programme, parseProgramme } from '../core/programme/schema.js';
import type { CoreOptions } from '../core/state.js';
import { currency, type Currency, decimalsOf, type Minor } from '../core/words/money.js';

/** `money`: what can be taken from the platform; `suffering`: what can be done to honest stores. */
export type Goal = 'money' | 'suffering';

export interface Means {
	/** The most cash the attacker can have out at once. */
	readonly budget: number;
	readonly stores: number;
	/** Shopper accounts. */
	readonly buyers: number;
	/** No move begins after so many days. */
	readonly days: number;
}

export interface Prices {
	/** A bought business licence and a store on it. */
	readonly licence: number;
	readonly shopper_account: number;
	/** A parcel with nothing in it, for each line sold to itself. */
	readonly empty_parcel: number;
	/** Goods that really go to a stranger, in per cent of what the stranger paid. */
	readonly goods_percent: number;
}

export const MEANS: Means = { budget: 2_000_000, stores: 4, buyers: 40, days: 60 };
export const PRICES: Prices = { licence: 1500, shopper_account: 30, empty_parcel: 5, goods_percent: 85 };

export interface Setting extends CoreOptions {
	readonly goal: Goal;
	readonly means: Means;
	readonly prices: Prices;
}

/** A setting as it is written: documents and numbers only, so that a thread or a file can take it. */
export interface SettingDocument {
	readonly currency: string;
	/** `null`: the default policy, every gate enforcing. */
	readonly policy: unknown;
	readonly programme: unknown;
	readonly goal: Goal;
	readonly means: Means;
	readonly prices: Prices;
}

/** @throws SuretyError `bad_policy` or `bad_programme`. */
export function readSetting(document: SettingDocument): Setting {
	const code = currency(document.currency);
	const { goal, means, prices } = document;
	const policy = document.policy === null ? defaultPolicy(code, 'enforce') : parsePolicy(document.policy, code);
	const programme = document.programme === null ? DEFAULT_PROGRAMME : parseProgramme(document.programme);
	new Programmes(programme, code).check(policy);
	return { currency: code, ...soldUnder(policy, programme), goal, means, prices };
}

/** A game has one policy from its beginning on, so a programme that it carries is that of every line. */
function soldUnder(policy: Policy, own: Programme): Pick<Setting, 'policy' | 'programme'> {
	const { programme = own } = policy;
	return { policy: { ...policy, programme: undefined, sellsUnder: undefined }, programme };
}

/** The default game: the default policy and programme, every gate enforcing. */
export const DEFAULT_SETTING: SettingDocument = {
	currency: 'CNY',
	policy: null,
	programme: null,
	goal: 'money',
	means: MEANS,
	prices: PRICES,
};

/** Whole major units in minor ones. */
export const inMinor = (major: number, code: Currency): Minor => (major * 10 ** decimalsOf(code)) as Minor;

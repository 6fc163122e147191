/**
 * What makes an attack possible: the same strategy is played again under policies that differ in one point from the
 * one attacked. A point with which it costs the platform nothing is the hole, found by trying rather than by opinion.
 * And the strategy itself is cut down to the moves it needs, so that a person can read it.
 */
import { defaultPolicy, type Policy } from '../core/policy.js';
import type { Programme } from '../core/programme/schema.js';
import { GATES } from '../core/words/outcome.js';
import { compare, play, rate } from './game.js';
import type { Setting } from './setting.js';
import type { Strategy } from './strategy.js';

/** One point changed: which, and what the strategy costs the platform then (minor units). */
export interface Closing {
	/** A field of the policy or programme, e.g. `gates.price`. */
	readonly point: string;
	readonly value: string;
	readonly platformCost: number;
}

/** All single points that could be stricter, with what the strategy would cost then. */
export function closings(strategy: Strategy, setting: Setting): readonly Closing[] {
	return stricter(setting).map(({ point, value, setting: other }) => ({
		point,
		value,
		platformCost: play(strategy, other).platformCost,
	}));
}

interface Stricter {
	readonly point: string;
	readonly value: string;
	readonly setting: Setting;
}

function stricter(setting: Setting): readonly Stricter[] {
	const { policy, programme } = setting;
	const usual = defaultPolicy(setting.currency, 'enforce');
	const withPolicy = (point: string, value: string, part: Partial<Policy>): Stricter => ({
		point,
		value,
		setting: { ...setting, policy: { ...policy, ...part } },
	});
	const list = GATES.filter((gate) => policy.gates[gate] === 'observe').map((gate) =>
		withPolicy(`gates.${gate}`, 'enforce', { gates: { ...policy.gates, [gate]: 'enforce' } }),
	);
	if (policy.unfunded_claim === 'pay') list.push(withPolicy('unfunded_claim', 'refuse', { unfunded_claim: 'refuse' }));
	if (JSON.stringify(policy.margin_percent) !== JSON.stringify(usual.margin_percent))
		list.push(withPolicy('margin_percent', 'default', { margin_percent: usual.margin_percent }));
	const withProgramme = (point: string, value: string, part: Partial<Programme>): Stricter => ({
		point,
		value,
		setting: { ...setting, programme: { ...programme, ...part } },
	});
	if (programme.repeat === 'none') list.push(withProgramme('repeat', 'further_fall', { repeat: 'further_fall' }));
	if (programme.store_bears_percent < 100)
		list.push(withProgramme('store_bears_percent', '100', { store_bears_percent: 100 }));
	return list;
}

/** The strategy without the moves it can do without; never worth less than before. */
export function shortened(strategy: Strategy, setting: Setting): Strategy {
	for (let short = strategy; ; ) {
		const shorter = onceShortened(short, setting);
		if (shorter.length === short.length) return short;
		short = shorter;
	}
}

function onceShortened(strategy: Strategy, setting: Setting): Strategy {
	let short = strategy;
	let result = rate(short, setting);
	for (let i = short.length - 1; i >= 0; i--) {
		const without = short.toSpliced(i, 1);
		const other = rate(without, setting);
		if (compare(other, result) < 0) continue;
		[short, result] = [without, other];
	}
	return short;
}

/**
 * The desk in long random histories. After each message: a second desk that only reads what the first one wrote is in the
 * same state; money is conserved; nothing waits past its time; what could not be taken has changed nothing (all looked
 * at in desk-history.ts). With every gate enforcing, the platform loses nothing, payments that fail included.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deskHash } from '../../src/core/desk/desk-hash.js';
import { EVENT_TYPES } from '../../src/core/desk/events.js';
import {
	DeskHistory,
	type DeskSetting,
	type DeskStep,
	everything,
	everythingSteered,
	honest,
	honestSteered,
} from './desk-history.js';
import { runs, SEED } from './history.js';
import type { Setting } from './story.js';

/** Short times and small bounds, so that everything happens within a short history. */
const NERVOUS = {
	margin_percent: { new: 5, normal: 0, watch: 20, abnormal: 50, probation: 10 },
	minimum_deposit: '0.05',
	deposit_percent: { new: 30, normal: 20, watch: 50, abnormal: 100, probation: 40 },
	admission: { unverified_deposit: '0.08', most_new_stores: 2, burst_stores: 3, burst_days: 3 },
	probation: { days: 2, sales: 2, guarantee_cap: '0.40', unit_price_cap: '0.20' },
	hold_hours: { price: 3, payout: 6, admission: 2 },
	call_hours: 5,
	new_store_days: 4,
	remember_days: 1,
} as const;
const QUICK = { fund_within_hours: 4 } as const;

/** Rules that speak often, and stop speaking. */
const RULES = [
	{ name: 'young', gate: 'price', when: 'fall_percent >= 30 && store.age_days < 3', verdict: 'hold' },
	{ name: 'hours', gate: 'price', when: 'hour(8) < 4 && is_first', verdict: 'refuse' },
	{ name: 'large', gate: 'payout', when: 'amount * 2 > store.balance && store.withdrawals < 3', verdict: 'hold' },
	{ name: 'open', gate: 'guarantee', when: 'store.open_value > money("0.90")', verdict: 'refuse' },
	{ name: 'phone', gate: 'admission', when: 'sharing.phone > 0', verdict: 'hold' },
] as const;

const OBSERVED: Readonly<Record<string, Setting>> = {
	'every gate enforcing': { gates: 'enforce', policy: NERVOUS, programme: QUICK },
	'cuts observed, so that claims wait, and are paid in the end': {
		gates: { claim: 'enforce', guarantee: 'enforce', admission: 'enforce' },
		policy: { ...NERVOUS, unfunded_claim: 'pay' },
		programme: { ...QUICK, store_bears_percent: 70, caps: { buyer: { amount: '0.40', days: 2 } } },
	},
	'only claims enforced, forgotten at once, claims wait long': {
		gates: { claim: 'enforce' },
		policy: { ...NERVOUS, remember_days: 0, unfunded_claim: 'pay', commission_basis_points: 700 },
		programme: { fund_within_hours: 200, funding: ['deposit', 'balance'] },
	},
	'every gate observing': { gates: 'observe', policy: NERVOUS, programme: { ...QUICK, repeat: 'none' } },
	'every gate enforcing, with rules': { gates: 'enforce', policy: { ...NERVOUS, rules: RULES }, programme: QUICK },
};

describe('whatever happens: the same state on replay, money conserved, nothing waits past its time', () => {
	test.each(Object.entries(OBSERVED))(
		'[HO4] [CL12] [PO5] %s',
		(_, setting) => {
			fc.assert(
				fc.property(everything(70), (steps) => {
					const history = play(setting, steps);
					expect(deskHash(history.replayed())).toBe(deskHash(history.desk));
				}),
				{ seed: SEED, numRuns: runs(60) },
			);
		},
		600_000,
	);
});

const ENFORCED: Readonly<Record<string, Setting>> = {
	'the default programme': { programme: QUICK },
	'a platform that takes commission': { policy: { ...NERVOUS, commission_basis_points: 2000 } },
	'no margin at all': { policy: { margin_percent: { new: 0, normal: 0, watch: 0, abnormal: 0, probation: 0 } } },
	'rules of the policy’s own': { policy: { rules: RULES }, programme: QUICK },
	'only the balance funds': { programme: { ...QUICK, funding: ['balance'] } },
	'only the deposit funds': { programme: { ...QUICK, funding: ['deposit'] } },
	'deposit before balance': { programme: { ...QUICK, funding: ['deposit', 'balance'] } },
	'the store bears 70 %': { programme: { ...QUICK, store_bears_percent: 70 } },
	'the clock starts at delivery': {
		programme: { ...QUICK, clock: { start: 'delivery', days: 2, undelivered_days: 3 } },
	},
	'a line is paid once': { programme: { ...QUICK, repeat: 'none' } },
	'a minimum difference': { programme: { ...QUICK, minimum_difference: '0.05' } },
	'a line is paid once, and in the end by the platform': {
		programme: { ...QUICK, repeat: 'none', minimum_difference: '0.03' },
		policy: { unfunded_claim: 'pay' },
	},
	'a cap per line, buyer and store': {
		programme: {
			...QUICK,
			caps: { line: '0.25', buyer: { amount: '0.30', days: 2 }, store: { amount: '0.70', days: 3 } },
		},
	},
};

describe('[CL12] [PO5] every gate enforcing, facts honest, payments failing: no loss, and all that is due is secured', () => {
	test.each(Object.entries(ENFORCED))(
		'%s',
		(_, setting) => {
			fc.assert(
				fc.property(honest(60), (steps) => {
					const policy = { ...NERVOUS, ...setting.policy };
					const history = play({ ...setting, policy, gates: 'enforce' }, steps, noLoss);
					const { told, booked } = history.paid();
					expect(told, 'told to pay').toBe(booked);
				}),
				{ seed: SEED, numRuns: runs(40) },
			);
		},
		600_000,
	);
});

/** Between them they promise otherwise in everything in which the programmes of a book may differ. */
const OTHERS = [
	{ clock: { start: 'delivery', days: 2, undelivered_days: 3 }, fund_within_hours: 1 },
	{ clock: { start: 'payment', days: 5 }, repeat: 'none', minimum_difference: '0.03', fund_within_hours: 9 },
	{
		caps: { line: '0.25', buyer: { amount: '0.30', days: 2 }, store: { amount: '0.70', days: 3 } },
		store_bears_percent: 70,
	},
] as const;

describe('... and so it is while policies with other programmes come, for all stores or half of them, and go', () => {
	test.each(Object.entries(OBSERVED))(
		'[PL9] [PR14] whatever happens, with %s: the same state on replay, money conserved',
		(_, setting) => {
			fc.assert(
				fc.property(everythingSteered(80), (steps) => {
					const history = play({ ...setting, others: OTHERS }, steps);
					expect(deskHash(history.replayed())).toBe(deskHash(history.desk));
				}),
				{ seed: SEED, numRuns: runs(60) },
			);
		},
		600_000,
	);

	test.each(Object.entries(ENFORCED))(
		'[PL9] [CL12] every gate enforcing, beginning with %s: no loss',
		(_, setting) => {
			fc.assert(
				fc.property(honestSteered(70), (steps) => {
					const policy = { ...NERVOUS, ...setting.policy };
					const history = play({ ...setting, policy, gates: 'enforce', others: OTHERS }, steps, noLoss);
					const { told, booked } = history.paid();
					expect(told, 'told to pay').toBe(booked);
				}),
				{ seed: SEED, numRuns: runs(40) },
			);
		},
		600_000,
	);
});

test('the histories reach every event, and every way in which what waits ends', () => {
	const reached = new Set<string>();
	for (const setting of Object.values(OBSERVED)) {
		for (const steps of fc.sample(everything(70), { seed: SEED, numRuns: 40 })) {
			for (const event of play(setting, steps).events) {
				reached.add(event.type);
				if (event.type === 'hold.decided') reached.add(`by ${event.how}`).add(`${event.gate} by ${event.how}`);
			}
		}
	}
	const ways = ['by withdrawn', 'by superseded', 'by expired', 'price by funds', 'payout by funds', 'claim by funds'];
	const words = ['claim by person', 'claim by expired', 'admission by person', 'admission by expired'];
	expect([...EVENT_TYPES, ...ways, ...words].filter((way) => !reached.has(way))).toEqual([]);
});

function play(
	setting: DeskSetting,
	steps: readonly DeskStep[],
	look: (history: DeskHistory) => void = () => {},
): DeskHistory {
	const history = new DeskHistory(setting);
	for (const step of steps) {
		history.play(step);
		look(history);
	}
	return history;
}

function noLoss(history: DeskHistory): void {
	const losses = history.losses();
	if (losses.length > 0) throw new Error(`${losses.join('\n')}\nafter these messages:\n${history.script}`);
}

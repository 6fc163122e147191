/**
 * Every preset programme, and policies and fundings that leave the attacker more room than the default, all gates
 * enforcing: no strategy costs the platform anything.
 */
import { expect, test } from 'vitest';
import { PRESETS } from '../../src/core/programme/presets.js';
import { gather } from '../../src/redteam/crew.js';
import { beginSearch, nextGeneration } from '../../src/redteam/search.js';
import type { SettingDocument } from '../../src/redteam/setting.js';
import { documentOf, policy, programme } from './settings.js';

const GENERATIONS = Math.ceil(2 * Number(process.env['SURETY_RUNS'] ?? 1));
const SEED = Number(process.env['SURETY_SEED'] ?? 1);

async function attack(part: Partial<SettingDocument>): Promise<void> {
	const document = documentOf(part);
	const crew = gather(document, 1);
	let state = beginSearch(SEED, 'money');
	for (let i = 0; i < GENERATIONS; i++) state = await nextGeneration(state, (strategies) => crew.rate(strategies));
	expect(state.dearest, JSON.stringify(state.dearest)).toBeNull();
	// Claims were paid, so there was something to rob.
	expect(state.cells.some(({ result }) => result.idea.includes('K'))).toBe(true);
}

test.each([...PRESETS])('%s', async (_, preset) => attack({ programme: preset }));

const none = { new: 0, normal: 0, watch: 0, abnormal: 0, probation: 0 };

test.each<[string, Partial<SettingDocument>]>([
	['no margin at all', { policy: policy({}, { margin_percent: none }) }],
	['a commission of 5 %, no margin', { policy: policy({}, { margin_percent: none, commission_basis_points: 500 }) }],
	['unfunded claims are paid by the platform', { policy: policy({}, { unfunded_claim: 'pay', margin_percent: none }) }],
	[
		'only price and payout gate enforce',
		{ policy: policy({ claim: 'observe', admission: 'observe', guarantee: 'observe' }) },
	],
	['deposit before balance', { programme: programme({ funding: ['deposit', 'balance'] }) }],
	['only the balance funds', { programme: programme({ funding: ['balance'] }) }],
	['only the deposit funds', { programme: programme({ funding: ['deposit'] }) }],
	[
		'caps for buyers and stores, unfunded claims are paid',
		{
			policy: policy({}, { unfunded_claim: 'pay' }),
			programme: programme({ caps: { buyer: { amount: '5000', days: 3 }, store: { amount: '40000', days: 2 } } }),
		},
	],
	['lines are forgotten at once', { policy: policy({}, { remember_days: 0, margin_percent: none }) }],
])('%s', async (_, part) => attack(part));

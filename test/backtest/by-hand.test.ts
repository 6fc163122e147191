/** A history small enough to be worked out by hand: two stores, four lines, a cut that waits and one that robs. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backtest, RuleSums, RunReport } from '../../src/backtest/model.js';
import { policyFrom } from '../../src/backtest/policies.js';
import { CNY, folder, look, writeTables } from './at-hand.js';

const { dir, remove } = folder();
afterAll(remove);

const TABLES = {
	stores: [
		'store_id,opened_at,deposit',
		'S1,2024-01-01T00:00:00Z,10.00', // two months old at its sales: margin 5 %
		'S2,2024-02-20T00:00:00Z,10.00', // new: margin 20 %
	],
	order_lines: [
		'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days,released_at',
		'L1,S1,K1,B1,1,1000.00,2024-03-01T12:00:00Z,7,2024-03-02T12:00:00Z',
		'L2,S1,K2,B2,1,500.00,2024-03-05T12:00:00Z,0,2024-03-05T18:00:00Z',
		'L3,S1,K3,B3,1,200.00,2024-03-01T12:00:00Z,7,',
		'G1,S2,KG,B4,1,1000.00,2024-03-01T12:00:00Z,7,2024-03-01T13:00:00Z',
	],
	price_changes: [
		'store_id,sku_id,changed_at,price',
		'S1,K1,2024-03-01T00:00:00Z,1000.00',
		'S1,K2,2024-03-01T00:00:00Z,500.00',
		'S1,K3,2024-03-01T00:00:00Z,200.00',
		'S2,KG,2024-03-01T00:00:00Z,1000.00',
		'S1,K3,2024-03-02T00:00:00Z,150.00',
		'S2,KG,2024-03-02T12:00:00Z,300.00',
		'S1,K1,2024-03-04T12:00:00Z,700.00',
	],
	claims: [
		'claim_id,order_line_id,claimed_at,amount',
		'C3,L3,2024-03-02T06:00:00Z,50.00',
		'CG,G1,2024-03-02T13:00:00Z,700.00',
		'C1,L1,2024-03-04T18:00:00Z,300.00',
	],
	withdrawals: [
		'withdrawal_id,store_id,requested_at,amount',
		'WG,S2,2024-03-01T18:00:00Z,1000.00',
		'W1,S1,2024-03-03T12:00:00Z,1000.00',
		'W2,S1,2024-03-10T12:00:00Z,100.00',
	],
};

/** The margins that the sums below are made with. */
const BY_HAND = {
	schema: 'surety.policy/1',
	name: 'by-hand',
	version: 1,
	margin_percent: { new: 20, normal: 5, watch: 30, abnormal: 100 },
};

let found: Backtest;
let run: RunReport;
const storeOf = (of: RunReport, id: string) => of.by_store.find(({ store_id }) => store_id === id);

beforeAll(async () => {
	const policies = [policyFrom(BY_HAND, 'by-hand.json', CNY)];
	({ backtest: found } = await look(writeTables(join(dir, 'tables'), TABLES), join(dir, 'out'), { policies }));
	run = found.runs[0] as RunReport; // one policy was asked
});

describe('what really happened', () => {
	// L3: 200 - 150 = 50, from its held proceeds. G1: 1000 - 300 = 700; its deposit pays 10, 690 are lost.
	// L1: 1000 - 700 = 300; the deposit pays 10, and 290 come back when L2 is released.
	test('advanced 1,050, of which stores bore 360', () => {
		const nothing = found.comparisons[0];
		expect(nothing).toMatchObject({ policy: 'nothing@1', advanced: '1050.00', shortfall: '690.00', prevented: '0.00' });
		expect(nothing?.borne_by).toEqual({ stores: '360.00', platform_by_rule: '0.00', shortfall: '690.00' });
		expect(nothing).toMatchObject({ locked_amount_days: '0.00', withdrawal_delay_amount_days: '0.00' });
		expect(nothing?.withdrawals).toEqual({ asked: 3, approve: 3, limit: 0, hold: 0, refuse: 0 });
	});

	// L1 1000 x 6 days, G1 1000 x (6 days 23 hours = 6.958333); L2 has no protection, L3 was never released.
	test('a flat hold would have kept 12,958.33 amount-days', () => {
		for (const each of [...found.runs, ...found.comparisons]) expect(each.flat_hold_amount_days).toBe('12958.33');
	});
});

describe('a policy, enforcing', () => {
	test('pays what is due on a funded cut and nothing on held ones', () => {
		expect(run).toMatchObject({ policy: 'by-hand@1', advanced: '50.00', shortfall: '0.00', prevented: '690.00' });
		expect(run.claims).toEqual({ asked: 3, approve: 1, limit: 0, hold: 0, refuse: 2 });
		expect(run.claims_not_paid).toEqual({ claims: 2, amount: '1000.00' });
	});

	// S1's cut needs 300; 40 of balance and 10 of deposit are there until L2's 500 come on the 5th at 18:00, so it passes
	// at midnight: 36 hours. S2's passes when G1's window is over: from the 2nd at 12:00 to the 9th at 00:00, 156 hours.
	test('holds two cuts and lets them through at the first midnight that they are funded', () => {
		expect(run.price_changes).toEqual({ asked: 7, approve: 5, limit: 0, hold: 2, refuse: 0 });
		expect(run.held_cuts).toEqual({
			cuts_asked: 3,
			held: 2,
			let_through: 2,
			replaced: 0,
			refused: 0,
			waiting: 0,
			median_hours: 156,
			longest_hours: 156,
		});
	});

	// S1: margin 50 less deposit 10 = 40 stay of 1000, from the 3rd at 12:00 to the 6th at 00:00: 40 x 2.5 = 100.
	// S2: 200 - 10 = 190 stay, from the 1st at 18:00 to the 9th at 00:00: 190 x 7.25 = 1377.5.
	test('withdrawals wait for 1,477.50 amount-days', () => {
		expect(run.withdrawals).toEqual({ asked: 3, approve: 1, limit: 2, hold: 0, refuse: 0 });
		expect(run.withdrawal_delay_amount_days).toBe('1477.50');
		expect(storeOf(run, 'S1')?.withdrawal_delay_amount_days).toBe('100.00');
		expect(run.withdrawals_cut_short).toMatchObject({ withdrawals: 2, amount: '230.00', granted_later: 2 });
	});

	// S1: 40 from L1's release on the 2nd at 12:00 to the 6th at 00:00, 3.5 days: 140. Then 300 in reserve, and margin
	// 5 % of 700 = 35 less deposit 10 = 25: 325 until the midnight after the window's end, three days: 975.
	// S2: 190 from the 1st at 13:00 to the 9th at 00:00: 190 x 7.458333 = 1417.08.
	test('2,532.08 amount-days are locked, 900 of them in reserve', () => {
		expect(storeOf(run, 'S1')?.locked_amount_days).toBe('1115.00');
		expect(storeOf(run, 'S2')?.locked_amount_days).toBe('1417.08');
		expect(run.locked_amount_days).toBe('2532.08');
		expect(run.locked_as_reserve_amount_days).toBe('900.00');
	});

	test('the robber is told apart from the other by what really happened', () => {
		expect(storeOf(run, 'S2')).toMatchObject({ cuts: { asked: 1, held: 1 }, claims: { asked: 1, stopped: 1 } });
		expect(storeOf(run, 'S2')?.first_stop).toEqual({ gate: 'payout', at: '2024-03-01T18:00:00Z', verdict: 'limit' });
		expect(storeOf(run, 'S2')?.reasons[0]?.code).toBe('over_headroom');
		expect(run.honest.stores + run.flagged.stores).toBe(2);
	});
});

// 100 % margin, and deposits count for nothing. S1: L1's 1000 from the 2nd at 12:00 to the claim of 300 on the 4th at
// 18:00, then 700 to the 9th at 00:00: 1000 x 2.25 + 700 x 4.25. S2: 1000 from the 1st at 13:00 to the claim of 700 a
// day later, then 300 to the 9th at 00:00: 1000 x 1 + 300 x 6.458333.
test('a flat hold keeps everything until windows end, and loses nothing', () => {
	const hold = found.comparisons[1];
	expect(hold).toMatchObject({ policy: 'flat-hold@1', advanced: '1050.00', shortfall: '0.00' });
	expect(storeOf(hold as RunReport, 'S2')?.locked_amount_days).toBe('2937.50');
	expect(storeOf(hold as RunReport, 'S1')?.locked_amount_days).toBe('5225.00');
});

describe('consequences of other gates', () => {
	test('a store held at the door stays out, and its records do not happen', async () => {
		const policy = policyFrom(
			{ schema: 'surety.policy/1', name: 'strict-door', version: 1, minimum_deposit: '10.01' },
			'strict-door.json',
			CNY,
		);
		const { backtest } = await look(join(dir, 'tables'), join(dir, 'door'), { policies: [policy] });
		const kept = backtest.runs[0];
		expect(kept?.stores).toEqual({ asked: 2, approve: 0, limit: 0, hold: 2, refuse: 0 });
		expect(kept?.did_not_happen).toMatchObject({
			stores: 2,
			orders: { records: 4, amount: '2700.00' },
			claims: { records: 3, amount: '1050.00' },
			withdrawals: { records: 3, amount: '2100.00' },
		});
		expect(kept).toMatchObject({ advanced: '0.00', shortfall: '0.00', not_taken: {} });
		expect(storeOf(kept as RunReport, 'S1')).toMatchObject({ let_in: false, first_stop: { gate: 'admission' } });
	});

	test('a store that may not show the badge sells without protection', async () => {
		const gates = { admission: 'observe', guarantee: 'enforce', price: 'observe', claim: 'enforce', payout: 'observe' };
		const policy = policyFrom(
			{ schema: 'surety.policy/1', name: 'badges', version: 1, gates, minimum_deposit: '10.01' },
			'badges.json',
			CNY,
		);
		const { backtest } = await look(join(dir, 'tables'), join(dir, 'badges'), { policies: [policy] });
		// L1, L3 and G1; L2 never had any.
		expect(backtest.runs[0]?.orders_without_protection).toEqual({ orders: 3, amount: '2200.00' });
		expect(backtest.runs[0]).toMatchObject({ advanced: '0.00', locked_amount_days: '0.00' });
	});

	test('[RU2] rules of the policy’s own stop what its gates would let through, and each is counted', async () => {
		const rules = [
			{ name: 'large', gate: 'payout', when: 'amount >= money("1000")', verdict: 'hold' },
			{ name: 'no-books', gate: 'guarantee', when: 'sku_id == "K3"', verdict: 'refuse' },
			{ name: 'asleep', gate: 'price', when: 'fall_percent > 99', verdict: 'hold' },
		];
		const policy = policyFrom({ schema: 'surety.policy/1', name: 'ruled', version: 1, rules }, 'ruled.json', CNY);
		const { backtest } = await look(join(dir, 'tables'), join(dir, 'ruled'), { policies: [policy] });
		// WG and W1 are 1,000 each; history flags S2. W2 of 100 goes through, and L3 is sold without its badge.
		const sums = (one: RuleSums) => [one.rule, one.requests, one.stores, one.honest_requests, one.honest_stores];
		expect(backtest.runs[0]?.rules.map(sums)).toEqual([
			['large', 2, 2, 1, 1],
			['no-books', 1, 1, 1, 1],
			['asleep', 0, 0, 0, 0],
		]);
		expect(backtest.runs[0]?.withdrawals).toEqual({ asked: 3, approve: 1, limit: 0, hold: 2, refuse: 0 });
		expect(backtest.runs[0]?.orders_without_protection).toEqual({ orders: 1, amount: '200.00' });
		expect(found.runs[0]?.rules).toEqual([]);
	});

	test('an observing price gate lets every cut through, and the loss is the history’s', async () => {
		const gates = { admission: 'observe', guarantee: 'observe', price: 'observe', claim: 'observe', payout: 'enforce' };
		const policy = policyFrom({ schema: 'surety.policy/1', name: 'payouts', version: 1, gates }, 'payouts.json', CNY);
		const { backtest } = await look(join(dir, 'tables'), join(dir, 'payouts'), { policies: [policy] });
		// S2 keeps 190 and its deposit of 10 against a claim of 700.
		expect(backtest.runs[0]).toMatchObject({ advanced: '1050.00', shortfall: '500.00', prevented: '190.00' });
		expect(backtest.runs[0]?.price_changes).toMatchObject({ approve: 7, hold: 0 });
	});
});

/** Policies that carry a programme, on a history worked out by hand: its lines are sold under it, whatever they were. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import type { Backtest, RunReport } from '../../src/backtest/model.js';
import { policyFrom } from '../../src/backtest/policies.js';
import { parseProgramme } from '../../src/core/programme/schema.js';
import { CNY, folder, look, writeTables } from './at-hand.js';

const { dir, remove } = folder();
afterAll(remove);

/** One store without margin, two lines at 1,000 of which one is bare, a deep cut on the third day, and its claim. */
const TABLES = {
	stores: ['store_id,opened_at,deposit', 'S,2024-01-01T00:00:00Z,0.00'],
	order_lines: [
		'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days,released_at',
		'L1,S,K,B1,1,1000.00,2024-03-01T12:00:00Z,7,2024-03-01T13:00:00Z',
		'L2,S,K,B2,1,1000.00,2024-03-01T12:00:00Z,0,2024-03-01T13:00:00Z',
	],
	price_changes: [
		'store_id,sku_id,changed_at,price',
		'S,K,2024-03-01T00:00:00Z,1000.00',
		'S,K,2024-03-04T12:00:00Z,400.00',
	],
	claims: ['claim_id,order_line_id,claimed_at,amount', 'C1,L1,2024-03-04T18:00:00Z,600.00'],
	withdrawals: ['withdrawal_id,store_id,requested_at,amount', 'W1,S,2024-03-03T12:00:00Z,1900.00'],
};
const NO_MARGIN = { margin_percent: { new: 0, normal: 0, watch: 0, abnormal: 0, probation: 0 } };
const days = (n: number, more: object = {}) => ({
	schema: 'surety.programme/1',
	name: `days-${n}`,
	version: 1,
	clock: { start: 'payment', days: n },
	...more,
});
const policy = (name: string, more: object = {}) =>
	policyFrom({ schema: 'surety.policy/1', name, version: 1, ...NO_MARGIN, ...more }, `${name}.json`, CNY);

const SHORT = days(2);
const SHARED = days(2, { name: 'shared', clock: { start: 'payment', days: 30 }, store_bears_percent: 10 });

let found: Backtest;
let page: string;
let runs: Record<'plain' | 'short' | 'shared', RunReport>;

beforeAll(async () => {
	const policies = [policy('plain'), policy('short', { programme: SHORT }), policy('shared', { programme: SHARED })];
	const done = await look(writeTables(join(dir, 'tables'), TABLES), join(dir, 'out'), { policies });
	found = done.backtest;
	page = readFileSync(done.htmlPath, 'utf8');
	const [plain, short, shared] = found.runs as [RunReport, RunReport, RunReport]; // three policies were asked
	runs = { plain, short, shared };
});

test('[PL9] each run names what its lines were sold under, and the page says where that is another', () => {
	expect(found.programme).toBe('default@1');
	expect(found.runs.map(({ programme }) => programme)).toEqual(['default@1', 'days-2@1', 'shared@1']);
	expect(found.comparisons.map(({ programme }) => programme)).toEqual(['default@1', 'default@1']);
	expect(page.match(/sold under the programme/g)).toHaveLength(2);
	expect(page).toContain('其订单行适用价保规则 days-2@1，对照项适用 default@1。');
});

// 100 of balance are left; under seven days the cut would make 600 due on L1, so it waits and its claim finds nothing.
test('without one, lines are protected as the data says', () => {
	expect(runs.plain.price_changes).toMatchObject({ asked: 2, approve: 1, hold: 1 });
	expect(runs.plain.claims).toMatchObject({ asked: 1, approve: 0, refuse: 1 });
	expect(runs.plain).toMatchObject({ advanced: '0.00', shortfall: '0.00' });
});

// L1 was protected until the 3rd at noon only: the cut costs nothing, and the claim comes too late.
test('[PR2] a fixed number of days takes the place of what the data says, but promises nothing on a bare line', () => {
	expect(runs.short.price_changes).toMatchObject({ asked: 2, approve: 2, hold: 0 });
	expect(runs.short.claims).toMatchObject({ asked: 1, approve: 0, refuse: 1 });
	expect(runs.short).toMatchObject({ advanced: '0.00', not_taken: {} });
});

// The store's part of 600 is 60, and 100 are there; the platform bears 540 by rule.
test('[PR11] what the platform bears by a policy’s programme is no loss of its', () => {
	expect(runs.shared.price_changes).toMatchObject({ approve: 2, hold: 0 });
	expect(runs.shared).toMatchObject({ advanced: '600.00', shortfall: '0.00' });
	expect(runs.shared.borne_by).toEqual({ stores: '60.00', platform_by_rule: '540.00', shortfall: '0.00' });
});

test('what really happened is told under the book’s own', () => {
	expect(found.comparisons[0]).toMatchObject({ advanced: '600.00', shortfall: '500.00' });
	for (const run of [...found.runs, ...found.comparisons]) expect(run.flat_hold_amount_days).toBe('6958.33');
});

/** Figures that come from the run alone, and not from what really happened. */
const FIGURES = [
	'programme',
	'advanced',
	'shortfall',
	'borne_by',
	'price_changes',
	'claims',
	'withdrawals',
	'withdrawal_delay_amount_days',
	'locked_amount_days',
	'held_cuts',
	'withdrawals_cut_short',
	'claims_not_paid',
	'orders_without_protection',
] as const satisfies readonly (keyof RunReport)[];
const figures = (run: RunReport) => FIGURES.map((name) => [name, run[name]]);

test('every figure is as if the backtest itself had been begun under that programme', async () => {
	for (const [name, document] of [
		['short', SHORT],
		['shared', SHARED],
	] as const) {
		const options = { programme: parseProgramme(document), policies: [policy(name)] };
		const { backtest } = await look(join(dir, 'tables'), join(dir, `own-${name}`), options);
		expect(figures(backtest.runs[0] as RunReport)).toEqual(figures(runs[name]));
	}
});

test('[PR15] one that differs in what a book shares is refused before anything is read', async () => {
	const policies = [policy('odd', { programme: days(7, { reference: 'checkout' }) })];
	const failure = look(join(dir, 'nowhere'), join(dir, 'odd'), { policies });
	await expect(failure).rejects.toMatchObject({
		code: 'bad_policy',
		field: 'programme.reference',
		message: expect.stringMatching(/^odd@1: policy: programme\.reference: is checkout/),
	});
});

/** Backtests of simulated markets: no gang takes anything under the default policy, and honest stores hardly feel it. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backtest, RunReport } from '../../src/backtest/model.js';
import { defaultPolicy } from '../../src/core/policy.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { investigate } from '../../src/report/investigate.js';
import { type MarketOptions, type Truth, writeMarket } from '../../src/sim/index.js';
import { type AttackName, ATTACKS } from '../../src/sim/attacks.js';
import { bytes, CNY, folder, look } from './at-hand.js';

const SMALL: MarketOptions = {
	seed: 11,
	days: 75,
	honestStores: 220,
	medianBuyers: 30,
	lookalikes: 'all',
	gangs: [{ stores: 8, people: 3, buyers: 22, activeDays: [20, 60] }],
};

describe('a market with a gang that works as the founding one did', () => {
	const { dir, remove } = folder();
	const tables = join(dir, 'tables');
	let truth: Truth;
	let found: Backtest;
	let run: RunReport;
	let gang: ReadonlySet<string>;

	beforeAll(async () => {
		truth = await writeMarket(tables, SMALL);
		({ backtest: found } = await look(tables, join(dir, 'out')));
		run = found.runs[0] as RunReport; // one policy was asked
		gang = new Set(truth.gangs.flatMap(({ stores }) => stores.map(({ store_id }) => store_id)));
	});
	afterAll(remove);

	test('loses nothing under the default policy, and all of it without', () => {
		expect(run.shortfall).toBe('0.00');
		expect(run.uncovered_at_end).toBe('0.00');
		expect(found.comparisons.map(({ shortfall }) => shortfall)).toEqual([truth.totals.shortfall, '0.00']);
		expect(run.prevented).toBe(truth.totals.shortfall);
		expect(Number(truth.totals.shortfall)).toBeGreaterThan(100_000);
	});

	test('what really happened is what an investigation finds', async () => {
		const options = {
			dir: tables,
			out: join(dir, 'report'),
			strict: false,
			currency: CNY,
			programme: DEFAULT_PROGRAMME,
		};
		const { report } = await investigate({ ...options, policy: defaultPolicy(CNY) });
		const { advanced, shortfall } = report.totals;
		expect(found.comparisons[0]).toMatchObject({ advanced, shortfall, locked_amount_days: '0.00' });
		const flagged = report.stores.filter((store) => store.flagged).map(({ store_id }) => store_id);
		expect(new Set(flagged)).toEqual(gang);
		expect(new Set(run.by_store.filter((store) => store.flagged).map(({ store_id }) => store_id))).toEqual(gang);
		expect(found.unjudged).toEqual(report.unjudged);
	});

	test('the gates stop the gang, and of 10,000 honest cuts at most five', () => {
		const { honest, flagged } = run;
		expect(flagged.cuts.held).toBeGreaterThanOrEqual(gang.size);
		expect(honest.cuts.cuts_asked).toBeGreaterThan(2000);
		expect(honest.cuts.held / honest.cuts.cuts_asked).toBeLessThanOrEqual(0.0005);
	});

	test('from honest stores at most 2 % of a flat hold is kept, but for newcomers that everybody runs to', () => {
		const newcomers = new Set(
			truth.lookalikes.flatMap(({ kind, stores }) => (kind === 'viral-newcomer' ? stores : [])),
		);
		expect(newcomers.size).toBeGreaterThan(0);
		const { honest, by_store } = run;
		const theirs = by_store.filter(({ store_id }) => newcomers.has(store_id as never)); // an id of the market's
		const without = (whole: string, part: (store: (typeof theirs)[number]) => string): number =>
			theirs.reduce((sum, store) => sum - Number(part(store)), Number(whole));
		const locked = without(honest.locked_amount_days, (store) => store.locked_amount_days);
		const held = without(honest.flat_hold_amount_days, (store) => store.flat_hold_amount_days);
		expect(locked).toBeGreaterThan(0);
		expect(locked / held).toBeLessThanOrEqual(0.02);
		// New, large and sold out at once: a fifth of what they promise stays, until they are thirty days old.
		expect(Number(honest.locked_amount_days) / Number(honest.flat_hold_amount_days)).toBeLessThan(0.06);
	});

	test('a flat hold as a policy keeps what the yardstick says, but for claims and the midnight rule', () => {
		const { honest } = found.comparisons[1] as RunReport; // always run
		const ratio = Number(honest.locked_amount_days) / Number(honest.flat_hold_amount_days);
		expect(ratio).toBeGreaterThan(0.85);
		expect(ratio).toBeLessThan(1.12);
	});

	test('counts add up', () => {
		for (const each of [...found.runs, ...found.comparisons]) {
			for (const counts of [each.stores, each.price_changes, each.claims, each.withdrawals]) {
				expect(counts.approve + counts.limit + counts.hold + counts.refuse).toBe(counts.asked);
			}
			const { totals } = truth;
			expect(each.price_changes.asked).toBe(totals.price_changes);
			expect([each.claims.asked, each.withdrawals.asked]).toEqual([totals.claims, totals.withdrawals]);
			const { held, let_through, replaced, refused, waiting } = each.held_cuts;
			expect(let_through + replaced + refused + waiting).toBe(held);
			expect(each.honest.stores + each.flagged.stores).toBe(totals.stores);
			expect(each.not_taken).toEqual({});
		}
	});

	test('the same tables give the same bytes', async () => {
		const again = await look(tables, join(dir, 'again'));
		expect(bytes(again.jsonPath)).toBe(bytes(join(dir, 'out', 'backtest.json')));
		expect(bytes(again.htmlPath)).toBe(bytes(join(dir, 'out', 'backtest.html')));
	});

	test('several policies come in the order asked, and none changes another', async () => {
		const bare = { ...defaultPolicy(CNY, 'enforce'), label: 'bare@1' };
		const none = { new: 0, normal: 0, watch: 0, abnormal: 0, probation: 0 };
		const { backtest } = await look(tables, join(dir, 'two'), {
			policies: [{ ...bare, margin_percent: none }, defaultPolicy(CNY, 'enforce')],
		});
		expect(backtest.runs.map(({ policy }) => policy)).toEqual(['bare@1', 'default@1']);
		expect(backtest.runs[1]).toEqual(run);
		expect(backtest.comparisons).toEqual(found.comparisons);
		// Without margin nothing is lost either: the price gate alone sees to that, and only reserves are kept.
		expect(backtest.runs[0]).toMatchObject({ shortfall: '0.00' });
		expect(backtest.runs[0]?.locked_amount_days).toBe(backtest.runs[0]?.locked_as_reserve_amount_days);
	});

	test('labels are shown beside the stores they are of', async () => {
		const labelled = join(dir, 'labelled');
		cpSync(tables, labelled, { recursive: true });
		const [thief] = gang;
		writeFileSync(join(labelled, 'labels.csv'), `store_id,label,labelled_at\n${thief},abuse,\n`);
		const { backtest } = await look(labelled, join(dir, 'labelled-out'));
		const labels = backtest.runs[0]?.by_store.filter(({ label }) => label !== null);
		expect(labels?.map(({ store_id, label }) => [store_id, label])).toEqual([[thief, 'abuse']]);
		expect(readFileSync(join(dir, 'labelled-out', 'backtest.html'), 'utf8')).toContain('labelled abuse');
	});
});

/** What these take is no difference on a cut: nothing at all, or goods refunded at the full price. */
const NO_SHORTFALL: ReadonlySet<string> = new Set(['late-cut', 'relist-cheaper', 'return-after-claim']);

/** What the gates did to the stores that are no gang's: of 10,000 cuts so many held, and so much of a flat hold locked. */
function feltByHonest({ held_cuts, locked_amount_days, flat_hold_amount_days, by_store }: RunReport, { gangs }: Truth) {
	const gang = new Set<string>(gangs.flatMap(({ stores }) => stores.map(({ store_id }) => store_id)));
	const theirs = by_store.filter(({ store_id }) => gang.has(store_id));
	const less = (all: string | number, part: (store: (typeof theirs)[number]) => string | number): number =>
		theirs.reduce((sum, store) => sum - Number(part(store)), Number(all));
	const cuts = less(held_cuts.cuts_asked, (store) => store.cuts.asked);
	const held = less(held_cuts.held, (store) => store.cuts.held);
	const locked = less(locked_amount_days, (store) => store.locked_amount_days);
	const flat = less(flat_hold_amount_days, (store) => store.flat_hold_amount_days);
	return { cuts, heldIn10000: (held * 10_000) / cuts, lockedPercent: (locked * 100) / flat };
}

const SIDE = { ...SMALL, seed: 5, days: 60, lookalikes: 'none' } as const;

const small = ({ gang }: (typeof ATTACKS)[AttackName]) => ({
	...gang,
	stores: Math.min(gang.stores, 8),
	activeDays: [20, 45] as const,
});
const LISTED = Object.entries(ATTACKS).map(([name, attack]) => ({ name, honestStores: 40, gangs: [small(attack)] }));
const ALL = { name: 'all of them together', honestStores: 300, gangs: LISTED.flatMap(({ gangs }) => gangs) };

describe.each([...LISTED, ALL])('the attack: $name', ({ name, honestStores, gangs }) => {
	const { dir, remove } = folder();
	afterAll(remove);

	test('takes nothing under the default policy, and honest stores hardly feel it', async () => {
		const truth = await writeMarket(join(dir, 'tables'), { ...SIDE, honestStores, gangs });
		const { backtest } = await look(join(dir, 'tables'), join(dir, 'out'));
		const [run] = backtest.runs as [RunReport]; // one policy was asked
		expect(run.shortfall).toBe('0.00');
		expect(run.uncovered_at_end).toBe('0.00');
		const happened = Number(backtest.comparisons[0]?.shortfall);
		if (NO_SHORTFALL.has(name)) expect(happened).toBe(0);
		else expect(happened).toBeGreaterThan(0);
		const { cuts, heldIn10000, lockedPercent } = feltByHonest(run, truth);
		expect(cuts).toBeGreaterThan(500);
		expect(heldIn10000).toBeLessThanOrEqual(5);
		expect(lockedPercent).toBeLessThanOrEqual(2);
	});
});

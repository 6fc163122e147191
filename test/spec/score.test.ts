/** How signals become a score and a score a treatment; rules SC of docs/SPEC.md. */
import { describe, expect, test } from 'vitest';
import { transparentModel } from '../../src/core/risk/score.js';
import type { Signal, SignalKind } from '../../src/core/risk/signals.js';
import type { ReasonCode } from '../../src/core/words/reason.js';
import { Marketplace, observing, preset, programme } from '../programme/marketplace.js';

const FLAG = 60;
const signal = (kind: SignalKind, code: ReasonCode, strength = 1): Signal => ({ kind, code, strength, values: {} });
const MONEY = [signal('money', 'uncovered_cut'), signal('money', 'out_of_line_cut'), signal('money', 'unrecovered')];
const CONDUCT = [
	signal('conduct', 'fast_receipt'),
	signal('conduct', 'raised_then_cut'),
	signal('conduct', 'new_few_dear'),
	signal('conduct', 'few_fast_claims'),
];
const CONTEXT = [signal('context', 'cashed_out'), signal('context', 'tiny_deposit')];
const score = (signals: readonly Signal[], established = 0): number =>
	transparentModel(signals, established, FLAG).score;

describe('[SC1] points add up, and no kind of evidence counts for more than its share', () => {
	test.each([
		['money alone is capped at 45', MONEY, 45],
		['conduct alone at 45', CONDUCT, 45],
		['context at 20', CONTEXT, 20],
	])('%s', (_, signals, total) => {
		expect(score(signals)).toBe(total);
	});

	test('everything together is 100, not more', () => {
		expect(score([...MONEY, ...CONDUCT, ...CONTEXT])).toBe(100);
	});

	test('each signal gives its weight times its strength', () => {
		const { points } = transparentModel(
			[signal('money', 'uncovered_cut', 0.5), signal('context', 'tiny_deposit')],
			0,
			FLAG,
		);
		expect(points).toEqual([15, 5]);
	});
});

describe('[SC2] a store is flagged only where money and conduct both speak', () => {
	test('the worst conduct and context without money stop a point short', () => {
		expect(score([...CONDUCT, ...CONTEXT])).toBe(FLAG - 1);
	});

	test('the worst money and context without conduct too', () => {
		expect(score([...MONEY, ...CONTEXT])).toBe(FLAG - 1);
	});

	test('20 points of each are enough to be heard', () => {
		const twenty = [signal('money', 'uncovered_cut', 20 / 30), signal('conduct', 'fast_receipt'), ...CONTEXT];
		expect(score(twenty)).toBe(60);
		const less = [signal('money', 'uncovered_cut', 19.9 / 30), ...CONDUCT, ...CONTEXT];
		expect(score(less)).toBe(FLAG - 1);
	});
});

describe('[SC3] a store is scored at cuts that matter, and at claims on them', () => {
	const sold = (): Marketplace => {
		const shop = new Marketplace(programme());
		shop.price('2024-06-01 09:00:00', '100.00');
		shop.sells('2024-06-01 10:00:00', 'L1');
		return shop;
	};
	const episode = (shop: Marketplace): object | undefined => shop.core.risk.stores[0]?.episode;

	test('a covered cut of less than a fifth is everyday trade', () => {
		const shop = sold();
		shop.price('2024-06-02 00:00:00', '81.00');
		expect(episode(shop)).toBeUndefined();
		shop.price('2024-06-03 00:00:00', '80.00');
		expect(episode(shop)).toBeDefined();
	});

	test('an uncovered one never is', () => {
		const shop = sold();
		shop.tell('order.released', '2024-06-01 11:00:00', { order_line_id: 'L1' });
		shop.tell('withdrawal.paid', '2024-06-01 12:00:00', { store_id: 'S1', withdrawal_id: 'W', amount: '100.00' });
		shop.price('2024-06-02 00:00:00', '99.00');
		expect(episode(shop)).toBeDefined();
	});

	test('a cut by coupon is a cut where the programme counts coupons', () => {
		const shop = new Marketplace(preset('tmall-15'));
		shop.price('2024-06-01 09:00:00', '100.00');
		shop.sells('2024-06-01 10:00:00', 'L1');
		shop.price('2024-06-02 00:00:00', '100.00', '90.00');
		expect(episode(shop)).toBeDefined();
	});

	test('a cut taken back is taken out again', () => {
		const shop = sold();
		shop.price('2024-06-02 00:00:00', '10.00');
		shop.price('2024-06-02 00:30:00', '100.00');
		expect(shop.core.risk.stores[0]?.episode?.hits.size).toBe(0);
	});

	test('cuts more than ten days apart are told apart', () => {
		const shop = sold();
		shop.sells('2024-06-01 10:00:00', 'L2', { protect_days: 30 });
		shop.price('2024-06-02 00:00:00', '70.00');
		const first = episode(shop);
		shop.price('2024-06-12 00:00:00', '60.00');
		expect(episode(shop)).toBe(first);
		shop.price('2024-06-22 00:00:01', '50.00');
		expect(episode(shop)).not.toBe(first);
	});
});

test('[SC4] an established store is spared six tenths of its conduct’s weight', () => {
	expect(score([signal('conduct', 'fast_receipt')], 0)).toBe(20);
	expect(score([signal('conduct', 'fast_receipt')], 0.5)).toBe(14);
	expect(score([signal('conduct', 'fast_receipt')], 1)).toBe(8);
	expect(score(MONEY, 1)).toBe(score(MONEY, 0));
});

describe('[SC5] [SC6] flags and tiers', () => {
	const shop = (): Marketplace => new Marketplace(programme(), { ...observing, new_store_days: 30 });
	const tier = (market: Marketplace): string => market.core.tier(market.store);
	const label = (market: Marketplace, word: string): unknown =>
		market.tell('store.labelled', '2024-03-01 00:00:00', { store_id: 'S1', label: word });
	const pass = (market: Marketplace, at: string): unknown =>
		market.tell('deposit.received', at, { store_id: 'S1', amount: '0' });

	test('[SC6] new until enough buyers have bought under guarantee', () => {
		const market = new Marketplace(programme(), { ...observing, new_store_days: 30, new_store_buyers: 3 });
		const sell = (n: number, protect_days: number): unknown =>
			market.tell('order.paid', `2024-01-0${n + 1} 00:00:00`, {
				order_line_id: `n${n}`,
				store_id: 'S1',
				sku_id: 'K1',
				buyer_id: `buyer ${n}`,
				quantity: 1,
				unit_price: '10',
				protect_days,
			});
		sell(1, 7);
		sell(2, 7);
		sell(3, 0);
		expect(tier(market)).toBe('new');
		sell(4, 7);
		expect(tier(market)).toBe('normal');
	});

	test('new for thirty days, then normal', () => {
		const market = shop();
		pass(market, '2024-01-30 23:59:59');
		expect(tier(market)).toBe('new');
		pass(market, '2024-01-31 00:00:00');
		expect(tier(market)).toBe('normal');
	});

	test('[SG13] flagged by a person, abnormal at once and from that time', () => {
		const market = shop();
		label(market, 'abuse');
		expect(tier(market)).toBe('abnormal');
		expect(market.core.risk.stores[0]?.flaggedAt).toBe(Date.UTC(2024, 1, 29, 16));
		expect(market.core.risk.stores[0]?.reasons.map(({ code }) => code)).toEqual(['labelled_abuse']);
	});

	test('[SG14] found honest by a person, no longer flagged', () => {
		const market = shop();
		label(market, 'abuse');
		label(market, 'honest');
		expect(tier(market)).toBe('normal');
		expect(market.core.risk.stores[0]?.reasons.map(({ code }) => code)).toEqual(['labelled_honest']);
	});

	test('a score from the watch line up is watched', () => {
		const market = shop();
		pass(market, '2024-03-01 00:00:00');
		market.core.risk.of(market.store).score = 40;
		expect(tier(market)).toBe('watch');
	});
});

/** What a gate may do in each mode, and what it may never do; rules MO of docs/SPEC.md, and AG1. */
import { describe, expect, test } from 'vitest';
import { SuretyError } from '../../src/core/words/error.js';
import { enforcing, Marketplace, observing, programme, said, yuan } from '../programme/marketplace.js';

/** Sold at 100, released, all but 20 withdrawn; a price of 50 would need 50. */
function poor(policy: typeof observing): Marketplace {
	const shop = new Marketplace(programme(), policy);
	shop.price('2024-06-01 09:00:00', '100.00');
	shop.sells('2024-06-01 10:00:00', 'L1');
	shop.tell('order.released', '2024-06-01 11:00:00', { order_line_id: 'L1' });
	shop.tell('withdrawal.paid', '2024-06-01 12:00:00', { store_id: 'S1', withdrawal_id: 'W1', amount: '80.00' });
	return shop;
}
const half = { store_id: 'S1', sku_id: 'K1', price: '50.00' };
const all = { store_id: 'S1', withdrawal_id: 'W2', amount: '20.00' };

describe('[MO2] a fact is never refused for policy', () => {
	test.each([
		['observing', observing],
		['enforcing', enforcing],
	])('%s: it is recorded, with what its gate would have said', (_, policy) => {
		const shop = poor(policy);
		const fact = shop.tell('price.changed', '2024-06-02 00:00:00', half);
		expect(fact.verdict).toBe('recorded');
		expect(fact.observed).toMatchObject({ gate: 'price', verdict: 'hold', top_up: 3000 });
		expect(shop.gap).toBe('30.00');
	});

	test('a fact its gate would have approved says nothing more', () => {
		const shop = poor(observing);
		expect(shop.price('2024-06-02 00:00:00', '90.00').observed).toBeUndefined();
	});
});

describe('[MO1] an observing gate lets the request through and tells what it would have said', () => {
	test('the price gate', () => {
		const shop = poor(observing);
		const outcome = shop.tell('price.propose', '2024-06-02 00:00:00', half);
		expect(outcome).toMatchObject({ verdict: 'approve', observed: { gate: 'price', verdict: 'hold' } });
		expect(shop.gap).toBe('30.00');
	});

	test('the payout gate pays what was asked', () => {
		const shop = poor(observing);
		const outcome = shop.tell('withdrawal.request', '2024-06-02 00:00:00', all);
		expect(outcome).toMatchObject({ verdict: 'approve', amount: 2000, observed: { verdict: 'limit' } });
		expect(shop.money.balance).toBe('0.00');
	});

	test('and says how much it would have granted', () => {
		const outcome = poor(observing).tell('withdrawal.request', '2024-06-02 00:00:00', all);
		expect(yuan(outcome.observed?.amount)).toBe(yuan(outcome.headroom));
	});
});

describe('[MO1] an enforcing gate decides', () => {
	test('what is held does not happen; more money later, it does', () => {
		const shop = poor(enforcing);
		expect(said(shop.tell('price.propose', '2024-06-02 00:00:00', half))).toBe('hold cut_unfunded');
		expect(shop.claim('2024-06-02 01:00:00', 'L1')).toBe('refuse nothing_claimable');
		shop.tell('deposit.received', '2024-06-02 02:00:00', { store_id: 'S1', amount: '30.00' });
		expect(said(shop.tell('price.propose', '2024-06-02 03:00:00', half))).toBe('approve cut_funded');
		expect(shop.claim('2024-06-02 04:00:00', 'L1')).toBe('approve 50.00 claim_secured');
		expect(shop.money).toMatchObject({ owed: '0.00', reserve: '0.00' });
	});

	test('what is limited happens as far as it is granted', () => {
		const shop = poor(enforcing);
		const outcome = shop.tell('withdrawal.request', '2024-06-02 00:00:00', all);
		expect(said(outcome)).toBe('limit 17.00 over_headroom');
		expect(shop.money.balance).toBe('3.00');
	});

	test('[BK3] [OR3] commission is not taken from what a guarantee needs', () => {
		const shop = new Marketplace(programme(), { ...enforcing, commission_basis_points: 500 });
		shop.price('2024-06-01 09:00:00', '100.00');
		shop.sells('2024-06-01 10:00:00', 'L1');
		expect(said(shop.tell('price.propose', '2024-06-01 11:00:00', { ...half, price: '0' }))).toBe('approve cut_funded');
		shop.tell('order.released', '2024-06-02 00:00:00', { order_line_id: 'L1' });
		expect(shop.gap).toBe('0.00');
	});
});

test('[MO3] what the programme does not owe is not paid in any mode', () => {
	for (const policy of [observing, enforcing]) {
		const shop = poor(policy);
		expect(shop.claim('2024-06-02 00:00:00', 'L1')).toBe('refuse nothing_claimable');
		expect(shop.money.balance).toBe('20.00');
	}
});

describe('[AG1] a store opens once', () => {
	test.each(['store.opened', 'store.apply'] as const)('%s of one that is known is an error', (type) => {
		const shop = new Marketplace(programme());
		shop.tell('store.closed', '2024-06-01 00:00:00', { store_id: 'S1' });
		expect(() => shop.tell(type, '2024-06-02 00:00:00', { store_id: 'S1', deposit: '0' })).toThrow(
			new SuretyError('duplicate_store', 'store_id "S1": is open already', 'store_id'),
		);
	});

	test('an application that is let through opens it', () => {
		const shop = new Marketplace(programme(), enforcing);
		const outcome = shop.tell('store.apply', '2024-06-02 00:00:00', { store_id: 'S2', deposit: '500.00' });
		expect(outcome).toMatchObject({ verdict: 'approve', deposit_required: 0 });
		expect(shop.core.book.findStore('S2')?.openedAt).toBe(Date.UTC(2024, 5, 1, 16));
	});
});

describe('records that would break the sums are refused, not taken', () => {
	test('a counted part of a price that no sum can hold', () => {
		const shop = new Marketplace(programme({ parts: { gift: 'count' } }));
		const parts = { gift: '99999999999.99' };
		const sale = { quantity: 999_999, unit_price: '0.01', parts };
		expect(() => shop.sells('2024-06-01 10:00:00', 'L1', sale)).toThrow(SuretyError);
	});

	test('[GG2] an order that the programme excludes says so', () => {
		const shop = new Marketplace(programme({ exclude: { traits: ['gift'] } }));
		const codes = shop.sells('2024-06-01 10:00:00', 'L1', { traits: ['gift'] }).reasons.map(({ code }) => code);
		expect(codes).toEqual(['item_excluded']);
	});
});

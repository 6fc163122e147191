/** The example that opens docs/SPEC.md, figure by figure: the founding trick, once unsecured and once secured. */
import { describe, expect, test } from 'vitest';
import { enforcing, Marketplace, observing, programme, said, yuan } from '../programme/marketplace.js';

const LINES = Array.from({ length: 20 }, (_, i) => `L${i + 1}`);

/** A store of ten days with 1,000 of deposit sells twenty units at 10,000; receipt is confirmed within minutes. */
function sold(policy: typeof observing): Marketplace {
	const shop = new Marketplace(programme(), policy, '1000.00');
	shop.price('2024-01-10 09:00:00', '10000.00');
	for (const line of LINES) {
		shop.sells('2024-01-10 10:00:00', line, { unit_price: '10000.00', buyer_id: `B-${line}` });
		shop.tell('order.released', '2024-01-10 10:10:00', { order_line_id: line });
	}
	return shop;
}

const withdraw = { store_id: 'S1', withdrawal_id: 'W1', amount: '200000.00' };
const cutTo = (price: string): Readonly<Record<string, string>> => ({ store_id: 'S1', sku_id: 'K1', price });

test('unsecured, the platform loses 193,000', () => {
	const shop = sold(observing);
	shop.tell('withdrawal.paid', '2024-01-10 11:00:00', withdraw);
	shop.tell('price.changed', '2024-01-11 09:00:00', cutTo('300.00'));
	expect(shop.gap).toBe('193000.00');
	for (const line of LINES) shop.claim('2024-01-11 09:01:00', line);
	expect(shop.money).toMatchObject({ balance: '0.00', deposit: '0.00', owed: '-193000.00' });
});

describe('secured, it loses nothing', () => {
	test('[PO1] [PO3] the withdrawal is limited to 161,000', () => {
		const shop = sold(enforcing);
		expect(said(shop.tell('withdrawal.request', '2024-01-10 11:00:00', withdraw))).toBe(
			'limit 161000.00 over_headroom',
		);
		expect(shop.money).toMatchObject({ balance: '39000.00', deposit: '1000.00' });
	});

	test('[PG5] [PG6] the cut to 300 is held, 154,000 short; 8,000 is the deepest funded price', () => {
		const shop = sold(enforcing);
		shop.tell('withdrawal.request', '2024-01-10 11:00:00', withdraw);
		const held = shop.tell('price.propose', '2024-01-11 09:00:00', cutTo('300.00'));
		expect(said(held)).toBe('hold cut_unfunded');
		expect([held.triggered, held.free_funds, held.top_up, held.deepest_funded_price].map(yuan)).toEqual([
			'194000.00',
			'40000.00',
			'154000.00',
			'8000.00',
		]);
		expect(shop.claim('2024-01-11 09:01:00', 'L1')).toBe('refuse nothing_claimable');
	});

	test('[PG4] [CL9] cut to 8,000, every buyer is paid at once and nothing is owed', () => {
		const shop = sold(enforcing);
		shop.tell('withdrawal.request', '2024-01-10 11:00:00', withdraw);
		expect(said(shop.tell('price.propose', '2024-01-11 09:00:00', cutTo('8000.00')))).toBe('approve cut_funded');
		expect(shop.money).toMatchObject({ balance: '0.00', deposit: '0.00', reserve: '40000.00' });
		for (const line of LINES) expect(shop.claim('2024-01-11 09:01:00', line)).toBe('approve 2000.00 claim_secured');
		expect(shop.money).toMatchObject({ reserve: '0.00', owed: '0.00', platform: '0.00' });
	});
});

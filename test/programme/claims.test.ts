/** What a programme lets a buyer claim, told to the real core: further falls, units, refunds, minimum, caps, shares. */
import { describe, expect, test } from 'vitest';
import { Marketplace, programme } from './marketplace.js';

const NOTHING = 'refuse nothing_claimable';
const CAPPED = 'refuse cap_reached';
const paid = (amount: string): string => `approve ${amount} claim_secured`;
const limited = (amount: string): string => `limit ${amount} cap_reached`;

type Changes = Parameters<typeof programme>[0];

/** One line at 100 sold on the first of June. */
function sold(changes: Changes = {}, sale: Readonly<Record<string, unknown>> = {}): Marketplace {
	const shop = new Marketplace(programme(changes));
	shop.price('2024-06-01 09:00:00', '100.00');
	shop.sells('2024-06-01 10:00:00', 'L1', { protect_days: 30, ...sale });
	return shop;
}

describe('[PR8] a repeated claim pays only the further fall', () => {
	test('down, claimed, down again, claimed again', () => {
		const shop = sold();
		shop.price('2024-06-02 00:00:00', '90.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('10.00'));
		expect(shop.claim('2024-06-02 10:00:01', 'L1')).toBe(NOTHING);
		shop.price('2024-06-03 00:00:00', '75.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe(paid('15.00'));
	});

	test('up and down again to where it was: nothing new', () => {
		const shop = sold();
		shop.price('2024-06-02 00:00:00', '90.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('10.00'));
		shop.price('2024-06-03 00:00:00', '120.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe(NOTHING);
		shop.price('2024-06-04 00:00:00', '90.00');
		expect(shop.claim('2024-06-04 10:00:00', 'L1')).toBe(NOTHING);
		shop.price('2024-06-05 00:00:00', '89.99');
		expect(shop.claim('2024-06-05 10:00:00', 'L1')).toBe(paid('0.01'));
	});

	test('a fall nobody claimed is gone when the price is up again', () => {
		const shop = sold();
		shop.price('2024-06-02 00:00:00', '50.00');
		shop.price('2024-06-03 00:00:00', '100.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe(NOTHING);
	});

	test('many small claims never add up to more than one', () => {
		const shop = sold();
		for (let fen = 9_990; fen > 9_900; fen -= 10) {
			shop.price('2024-06-02 00:00:00', (fen / 100).toFixed(2));
			expect(shop.claim('2024-06-02 00:00:00', 'L1')).toBe(paid('0.10'));
		}
		expect(shop.money.held).toBe('99.10');
	});
});

describe('[BK1] units left count, not units bought', () => {
	test('three units, each fallen by 10', () => {
		const shop = sold({}, { quantity: 3 });
		shop.price('2024-06-02 00:00:00', '90.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('30.00'));
	});

	test('one of three came back: the fall of two, less what was refunded already', () => {
		const shop = sold({}, { quantity: 3 });
		shop.price('2024-06-02 00:00:00', '90.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('30.00'));
		shop.tell('order.refunded', '2024-06-03 00:00:00', { order_line_id: 'L1', amount: '100.00', quantity: 1 });
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe(NOTHING);
		shop.price('2024-06-04 00:00:00', '80.00');
		expect(shop.claim('2024-06-04 10:00:00', 'L1')).toBe(paid('10.00'));
	});

	test('[CL3] all units came back: nothing of the line is left', () => {
		const shop = sold({}, { quantity: 2 });
		shop.price('2024-06-02 00:00:00', '90.00');
		shop.tell('order.refunded', '2024-06-03 00:00:00', { order_line_id: 'L1', amount: '200.00' });
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe('refuse line_refunded');
	});

	test('[OR4] without a quantity, whole units are counted from the amount', () => {
		const shop = sold({}, { quantity: 3 });
		shop.tell('order.refunded', '2024-06-02 00:00:00', { order_line_id: 'L1', amount: '150.00' });
		shop.price('2024-06-03 00:00:00', '90.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe(paid('20.00'));
	});

	test('[BK2] goodwill and claims together never give back more than was paid', () => {
		const shop = sold();
		shop.tell('order.refunded', '2024-06-02 00:00:00', { order_line_id: 'L1', amount: '60.00' });
		shop.price('2024-06-03 00:00:00', '30.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe(paid('40.00'));
		shop.price('2024-06-04 00:00:00', '0');
		expect(shop.claim('2024-06-04 10:00:00', 'L1')).toBe(NOTHING);
	});
});

describe('[PR9] a difference below the minimum is not paid', () => {
	const atLeast5 = { minimum_difference: '5.00' };

	test('4.99 is not, 5.00 is; the shopper is told both figures', () => {
		const shop = sold(atLeast5);
		shop.price('2024-06-02 00:00:00', '95.01');
		expect(shop.asks('2024-06-02 10:00:00', 'L1').reasons).toEqual([
			{
				code: 'below_minimum',
				message: 'The difference of 4.99 is under the minimum of 5.00',
				values: { difference: '4.99', minimum: '5.00' },
			},
		]);
		shop.price('2024-06-03 00:00:00', '95.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe(paid('5.00'));
	});

	test('it is the line’s difference: two units fallen by 3 are 6', () => {
		const shop = sold(atLeast5, { quantity: 2 });
		shop.price('2024-06-02 00:00:00', '97.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('6.00'));
	});

	test('after a claim it is the further fall that must reach it', () => {
		const shop = sold(atLeast5);
		shop.price('2024-06-02 00:00:00', '90.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('10.00'));
		shop.price('2024-06-03 00:00:00', '86.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe('refuse below_minimum');
		shop.price('2024-06-04 00:00:00', '85.00');
		expect(shop.claim('2024-06-04 10:00:00', 'L1')).toBe(paid('5.00'));
	});

	test('what would not be paid is not set aside either', () => {
		const shop = sold(atLeast5);
		shop.tell('order.released', '2024-06-01 12:00:00', { order_line_id: 'L1' });
		shop.price('2024-06-02 00:00:00', '96.00');
		expect(shop.money).toMatchObject({ balance: '100.00', reserve: '0.00' });
	});
});

describe('[PR10] caps', () => {
	/** Periods of 30 days are counted from 1970: one ends as 16 June begins in UTC, at eight in Shanghai. */
	const LAST_OF_PERIOD = '2024-06-16 07:59:59';
	const FIRST_OF_NEXT = '2024-06-16 08:00:00';

	/** Two buyers, two stores, each line at 100 and now at 80. */
	function crowd(caps: NonNullable<Changes>['caps']): Marketplace {
		const shop = new Marketplace(programme({ caps }));
		shop.tell('store.opened', '2024-05-01 00:00:00', { store_id: 'S2', deposit: '0' });
		const lines = [
			['B1-S1-a', 'B1', 'S1'],
			['B1-S1-b', 'B1', 'S1'],
			['B1-S2', 'B1', 'S2'],
			['B2-S1', 'B2', 'S1'],
			['B2-S2', 'B2', 'S2'],
		] as const;
		for (const [line, buyer_id, store_id] of lines) {
			shop.sells('2024-06-01 10:00:00', line, { buyer_id, store_id, protect_days: 30 });
		}
		for (const store_id of ['S1', 'S2']) {
			shop.tell('price.changed', '2024-06-02 00:00:00', { store_id, sku_id: 'K1', price: '80.00' });
		}
		return shop;
	}

	test('per line: over its life, however often the price falls', () => {
		const shop = sold({ caps: { line: '25.00' } });
		shop.price('2024-06-02 00:00:00', '90.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('10.00'));
		shop.price('2024-06-03 00:00:00', '50.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toContain(' 15.00 ');
		shop.price('2024-06-04 00:00:00', '0');
		expect(shop.claim('2024-06-04 10:00:00', 'L1')).toMatch(/^refuse /);
	});

	test('[CL7] per line: the shopper is told that the cap is used up, not that the price has not fallen', () => {
		const shop = sold({ caps: { line: '25.00' } });
		shop.price('2024-06-02 00:00:00', '50.00');
		shop.asks('2024-06-02 10:00:00', 'L1');
		expect(shop.claim('2024-06-02 10:00:01', 'L1')).toBe(CAPPED);
	});

	test('per line: the store need not secure what nobody can claim', () => {
		const shop = sold({ caps: { line: '25.00' } });
		shop.tell('order.released', '2024-06-01 12:00:00', { order_line_id: 'L1' });
		shop.price('2024-06-02 00:00:00', '10.00');
		expect(shop.money).toMatchObject({ balance: '75.00', reserve: '25.00' });
	});

	test('per buyer: across stores, and only this buyer', () => {
		const shop = crowd({ buyer: { amount: '30.00', days: 30 } });
		expect(shop.claim('2024-06-03 10:00:00', 'B1-S1-a')).toBe(paid('20.00'));
		expect(shop.claim('2024-06-03 10:00:01', 'B1-S2')).toBe(limited('10.00'));
		expect(shop.claim('2024-06-03 10:00:02', 'B1-S1-b')).toBe(CAPPED);
		expect(shop.claim('2024-06-03 10:00:03', 'B2-S1')).toBe(paid('20.00'));
	});

	test('per buyer: the next period pays what the last one did not', () => {
		const shop = crowd({ buyer: { amount: '30.00', days: 30 } });
		shop.claim('2024-06-03 10:00:00', 'B1-S1-a');
		shop.claim('2024-06-03 10:00:01', 'B1-S2');
		expect(shop.claim(LAST_OF_PERIOD, 'B1-S2')).toBe(CAPPED);
		expect(shop.claim(FIRST_OF_NEXT, 'B1-S2')).toBe(paid('10.00'));
		expect(shop.claim(FIRST_OF_NEXT, 'B1-S1-b')).toBe(paid('20.00'));
	});

	test('per store: across buyers, and only this store', () => {
		const shop = crowd({ store: { amount: '30.00', days: 30 } });
		expect(shop.claim('2024-06-03 10:00:00', 'B1-S1-a')).toBe(paid('20.00'));
		expect(shop.claim('2024-06-03 10:00:01', 'B2-S1')).toBe(limited('10.00'));
		expect(shop.claim('2024-06-03 10:00:02', 'B1-S1-b')).toBe(CAPPED);
		expect(shop.claim('2024-06-03 10:00:03', 'B1-S2')).toBe(paid('20.00'));
	});

	test('per period: the whole programme', () => {
		const shop = crowd({ period: { amount: '50.00', days: 30 } });
		expect(shop.claim('2024-06-03 10:00:00', 'B1-S1-a')).toBe(paid('20.00'));
		expect(shop.claim('2024-06-03 10:00:01', 'B2-S2')).toBe(paid('20.00'));
		expect(shop.claim('2024-06-03 10:00:02', 'B2-S1')).toBe(limited('10.00'));
		expect(shop.claim('2024-06-03 10:00:03', 'B1-S2')).toBe(CAPPED);
	});

	test('of several caps the tightest decides, and is named', () => {
		const shop = crowd({ buyer: { amount: '100.00', days: 30 }, store: { amount: '5.00', days: 1 } });
		expect(shop.asks('2024-06-03 10:00:00', 'B1-S1-a').reasons[0]?.message).toBe(
			'The cap of 5.00 per store is used up',
		);
	});

	test('money paid without being asked counts as well', () => {
		const shop = crowd({ buyer: { amount: '30.00', days: 30 } });
		shop.tell('claim.paid', '2024-06-03 10:00:00', { claim_id: 'C', order_line_id: 'B1-S1-a', amount: '20.00' });
		expect(shop.claim('2024-06-03 10:00:01', 'B1-S2')).toBe(limited('10.00'));
	});

	test('[CL7] a claim that is told late is held to the cap of its own period', () => {
		const shop = crowd({ buyer: { amount: '30.00', days: 30 } });
		shop.claim('2024-06-03 10:00:00', 'B1-S1-a');
		shop.claim('2024-06-03 10:00:01', 'B1-S2');
		shop.claim(FIRST_OF_NEXT, 'B1-S2'); // the next period has begun
		expect(shop.claim(LAST_OF_PERIOD, 'B1-S1-b')).toBe(CAPPED);
	});
});

describe('[PR11] the platform bears its share', () => {
	test('of a refund of 20 at 50 per cent the store pays 10', () => {
		const shop = sold({ store_bears_percent: 50 });
		shop.price('2024-06-02 00:00:00', '80.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(shop.money).toMatchObject({ held: '90.00', platform: '-10.00', owed: '0.00' });
	});

	test('only the store’s share is secured', () => {
		const shop = sold({ store_bears_percent: 50 });
		shop.tell('order.released', '2024-06-01 12:00:00', { order_line_id: 'L1' });
		shop.price('2024-06-02 00:00:00', '80.00');
		expect(shop.money).toMatchObject({ balance: '90.00', reserve: '10.00' });
	});

	test('odd fen go to the store once, however the refund is cut into claims', () => {
		const shop = sold({ store_bears_percent: 50 });
		for (const price of ['99.99', '99.98', '99.97']) {
			shop.price('2024-06-02 00:00:00', price);
			expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('0.01'));
		}
		expect(shop.money).toMatchObject({ held: '99.98', platform: '-0.01' });
	});

	test('at 0 per cent the store pays nothing and secures nothing', () => {
		const shop = sold({ store_bears_percent: 0 });
		shop.tell('order.released', '2024-06-01 12:00:00', { order_line_id: 'L1' });
		shop.price('2024-06-02 00:00:00', '80.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(shop.money).toMatchObject({ balance: '100.00', reserve: '0.00', platform: '-20.00', owed: '0.00' });
	});
});

describe('[PR12] the order of funding', () => {
	/** 30 of balance and 50 of deposit; the line itself holds nothing any more. */
	function released(funding: NonNullable<Changes>['funding'], price: string): Marketplace {
		const shop = new Marketplace(programme({ funding }), undefined, '50.00');
		shop.price('2024-06-01 09:00:00', '100.00');
		shop.sells('2024-06-01 10:00:00', 'L1');
		shop.tell('order.released', '2024-06-01 12:00:00', { order_line_id: 'L1', amount: '100.00' });
		shop.tell('withdrawal.paid', '2024-06-01 13:00:00', { withdrawal_id: 'W1', store_id: 'S1', amount: '70.00' });
		shop.price('2024-06-02 00:00:00', price);
		return shop;
	}

	test('the line’s own held proceeds come first, before any other money', () => {
		const shop = new Marketplace(programme(), undefined, '50.00');
		shop.sells('2024-06-01 10:00:00', 'L1');
		shop.price('2024-06-02 00:00:00', '80.00');
		expect(shop.money).toMatchObject({ held: '100.00', deposit: '50.00', reserve: '0.00' });
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(shop.money).toMatchObject({ held: '80.00', deposit: '50.00' });
	});

	test('by default the balance, then the deposit', () => {
		expect(released(['balance', 'deposit'], '60.00').money).toMatchObject({
			balance: '0.00',
			deposit: '40.00',
			reserve: '40.00',
		});
	});

	test('or the deposit, then the balance', () => {
		expect(released(['deposit', 'balance'], '40.00').money).toMatchObject({
			balance: '20.00',
			deposit: '0.00',
			reserve: '60.00',
		});
	});

	test('money that the programme does not name secures nothing', () => {
		const shop = released(['balance'], '60.00');
		expect(shop.money).toMatchObject({ balance: '0.00', deposit: '50.00', reserve: '30.00' });
		expect(shop.gap).toBe('10.00');
	});

	test('[BK8] when the price recovers, the deposit is made whole first', () => {
		const shop = released(['balance', 'deposit'], '60.00');
		shop.price('2024-06-03 00:00:00', '85.00');
		expect(shop.money).toMatchObject({ balance: '15.00', deposit: '50.00', reserve: '15.00' });
	});
});

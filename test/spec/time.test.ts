/** Time and the order of records, as docs/SPEC.md has them under TM. */
import { describe, expect, test } from 'vitest';
import { SuretyError } from '../../src/core/words/error.js';
import { RANKS } from '../../src/intake/facts-sql.js';
import { Marketplace, observing, programme, said } from '../programme/marketplace.js';
import { read } from './rules-of.js';

const OVER = 'refuse window_ended';
const paid = (amount: string): string => `approve ${amount} claim_secured`;

/** Sold at 100 at ten on the first of June with seven days; now at 80. */
function fallen(sale: Readonly<Record<string, unknown>> = {}): Marketplace {
	const shop = new Marketplace(programme());
	shop.price('2024-06-01 09:00:00', '100.00');
	shop.sells('2024-06-01 10:00:00', 'L1', sale);
	shop.price('2024-06-02 00:00:00', '80.00');
	return shop;
}

/** Something happens elsewhere, and time has passed. */
const pass = (shop: Marketplace, at: string): unknown =>
	shop.tell('deposit.received', at, { store_id: 'S1', amount: '0' });

const refused = (act: () => unknown): string => {
	try {
		act();
	} catch (error) {
		if (error instanceof SuretyError) return error.code;
		throw error;
	}
	return 'taken';
};

test('[TM1] records are counted in the order they arrive; what cannot be taken changes nothing', () => {
	const shop = fallen();
	const { seq, book } = shop.core;
	const { now } = book;
	expect(refused(() => shop.claim('2024-07-02 00:00:00', 'L-none'))).toBe('unknown_order_line');
	expect(refused(() => shop.tell('store.closed', '2024-08-01 00:00:00', { store_id: 'S-none' }))).toBe('unknown_store');
	expect(refused(() => shop.sells('2024-08-01 00:00:00', 'L1'))).toBe('duplicate_order_line');
	expect([shop.core.seq, book.now]).toEqual([seq, now]);
	expect(shop.asks('2024-06-03 00:00:00', 'L1').seq).toBe(seq + 1);
});

test('[TM2] windows end when a later record arrives, and not before', () => {
	const shop = fallen();
	expect(shop.store.openGuarantees).toBe(1);
	pass(shop, '2024-06-08 10:00:00');
	expect(shop.store.openGuarantees).toBe(1);
	pass(shop, '2024-06-08 10:00:01');
	expect(shop.store.openGuarantees).toBe(0);
});

describe('[TM3] a record from the past is judged by its own time and moves no clock', () => {
	test('a claim made in time is paid, however late it is told', () => {
		const shop = fallen();
		pass(shop, '2024-06-20 00:00:00');
		const { now } = shop.core.book;
		expect(shop.claim('2024-06-08 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(shop.core.book.now).toBe(now);
	});

	test('a claim made too late is refused, whenever it is told', () => {
		const shop = fallen();
		expect(shop.claim('2024-06-08 10:00:01', 'L1')).toBe(OVER);
		expect(shop.claim('2024-06-08 10:00:00', 'L1')).toBe(paid('20.00'));
	});

	test('an order told late opens its guarantee only if that has not ended yet', () => {
		const shop = fallen();
		pass(shop, '2024-06-10 00:00:00');
		shop.sells('2024-06-04 00:00:00', 'L2');
		expect(shop.store.openGuarantees).toBe(1);
		shop.sells('2024-06-02 00:00:00', 'L3');
		expect(shop.store.openGuarantees).toBe(1);
	});

	test('a delivery told late still starts the clock where it happened', () => {
		const shop = new Marketplace(programme({ clock: { start: 'delivery', days: 7 } }));
		shop.sells('2024-06-01 10:00:00', 'L1');
		shop.price('2024-06-02 00:00:00', '80.00');
		pass(shop, '2024-06-20 00:00:00');
		shop.tell('order.delivered', '2024-06-03 12:00:00', { order_line_id: 'L1' });
		expect(shop.claim('2024-06-10 12:00:01', 'L1')).toBe(OVER);
		expect(shop.claim('2024-06-10 12:00:00', 'L1')).toBe(paid('20.00'));
	});
});

describe('[TM4] a late claim is paid on a price that stood when it was made', () => {
	test('a price set after the window pays it nothing more', () => {
		const shop = fallen();
		shop.price('2024-06-20 00:00:00', '10.00');
		expect(shop.claim('2024-06-08 10:00:00', 'L1')).toContain(' 20.00 ');
	});

	test('nor is anything paid on a claim from before the purchase', () => {
		expect(fallen().claim('2024-05-01 00:00:00', 'L1')).toMatch(/^refuse /);
	});

	test('[BK2] goodwill counts for a late claim as for any other', () => {
		const shop = fallen();
		shop.tell('order.refunded', '2024-06-03 00:00:00', { order_line_id: 'L1', amount: '90.00' });
		pass(shop, '2024-06-20 00:00:00');
		expect(shop.claim('2024-06-07 10:00:00', 'L1')).toContain(' 10.00 ');
	});
});

describe('[TM5] [PG2] a price older than the current one is history', () => {
	test('it changes nothing; one of the same instant does, as it arrived later', () => {
		const shop = fallen();
		shop.price('2024-06-01 23:59:59', '10.00');
		expect(shop.claim('2024-06-02 01:00:00', 'L1')).toBe(paid('20.00'));
		shop.price('2024-06-02 00:00:00', '70.00');
		expect(shop.claim('2024-06-02 02:00:00', 'L1')).toBe(paid('10.00'));
	});

	test('a proposal of one is let through with a word', () => {
		const proposal = { store_id: 'S1', sku_id: 'K1', price: '10.00' };
		expect(said(fallen().tell('price.propose', '2024-06-01 23:59:59', proposal))).toBe('approve price_late');
	});
});

describe('[TM6] a window ends on a whole second, rounded up, that instant included', () => {
	test('bought half a second past ten, it ends at one second past ten', () => {
		const shop = (): Marketplace => fallen({ ordered_at: undefined });
		expect(shop().claim('2024-06-08T10:00:00.000+08:00', 'L1')).toBe(paid('20.00'));
		expect(shop().claim('2024-06-08T10:00:00.001+08:00', 'L1')).toBe(OVER);
		const halfPast = new Marketplace(programme());
		halfPast.price('2024-06-01 09:00:00', '80.00');
		halfPast.sells('2024-06-01T10:00:00.500+08:00', 'L1');
		expect(halfPast.claim('2024-06-08T10:00:01.001+08:00', 'L1')).toBe(OVER);
		expect(halfPast.claim('2024-06-08T10:00:01.000+08:00', 'L1')).toBe(paid('20.00'));
	});
});

test('[TM7] records of one instant keep the order they arrive in', () => {
	const at = '2024-06-02 00:00:00';
	const first = fallen();
	expect(first.claim(at, 'L1')).toBe(paid('20.00'));
	first.price(at, '50.00');
	expect(first.claim(at, 'L1')).toBe(paid('30.00'));
	const second = fallen();
	second.price(at, '50.00');
	expect(second.claim(at, 'L1')).toBe(paid('50.00'));
});

test('[TM8] the rank of equal instants in tables is the one written down', () => {
	const paragraph = read('docs/SPEC.md').split('**[TM8]**')[1]?.split('\n\n')[0] ?? '';
	expect([...paragraph.matchAll(/`(\w+\.\w+)`/g)].map((m) => m[1])).toEqual([...RANKS]);
});

describe('[TM9] a settled line is remembered for a while, then forgotten', () => {
	/** Released, its window over on 8 June and that noticed; forgotten 30 days later. */
	function settled(): Marketplace {
		const shop = fallen();
		shop.tell('order.released', '2024-06-03 00:00:00', { order_line_id: 'L1' });
		pass(shop, '2024-06-08 10:00:01');
		return shop;
	}

	test('remembered, it is told why; forgotten, it is unknown', () => {
		const shop = settled();
		pass(shop, '2024-07-08 09:00:00');
		expect(shop.claim('2024-07-08 09:00:00', 'L1')).toBe(OVER);
		pass(shop, '2024-07-08 11:00:00');
		expect(refused(() => shop.claim('2024-07-08 11:00:00', 'L1'))).toBe('unknown_order_line');
	});

	test('how long is the policy’s', () => {
		const shop = new Marketplace(programme(), { ...observing, rememberMs: 0 });
		shop.sells('2024-06-01 10:00:00', 'L1');
		shop.tell('order.released', '2024-06-03 00:00:00', { order_line_id: 'L1' });
		pass(shop, '2024-06-08 10:00:01');
		pass(shop, '2024-06-08 12:00:00');
		expect(refused(() => shop.claim('2024-06-08 12:00:00', 'L1'))).toBe('unknown_order_line');
	});

	test('a line whose proceeds are still held is never forgotten', () => {
		const shop = fallen();
		pass(shop, '2026-06-01 00:00:00');
		pass(shop, '2026-08-01 00:00:00');
		expect(shop.claim('2026-08-01 00:00:00', 'L1')).toBe(OVER);
	});

	test('[OR5] [CL11] forgotten, it may still be told of if its store is named', () => {
		const shop = settled();
		pass(shop, '2024-08-01 00:00:00');
		const refund = { order_line_id: 'L1', amount: '60.00' };
		expect(refused(() => shop.tell('order.refunded', '2024-08-02 00:00:00', refund))).toBe('unknown_order_line');
		shop.tell('order.refunded', '2024-08-02 00:00:00', { ...refund, store_id: 'S1' });
		expect(shop.money.balance).toBe('40.00');
		const claim = { claim_id: 'C', order_line_id: 'L1', store_id: 'S1', amount: '50.00' };
		shop.tell('claim.paid', '2024-08-03 00:00:00', claim);
		expect(shop.money).toMatchObject({ balance: '0.00', owed: '-10.00' });
	});

	test('the record that lets it be forgotten cannot lose money with it', () => {
		const shop = settled();
		const refund = { order_line_id: 'L1', amount: '60.00' };
		const outcome = refused(() => shop.tell('order.refunded', '2024-08-30 00:00:00', refund));
		expect([outcome, shop.money.balance]).not.toEqual(['taken', '100.00']);
	});

	test('nor does it blame a store that the record never named', () => {
		const shop = settled();
		const claim = { claim_id: 'C', order_line_id: 'L1', amount: '50.00' };
		expect(refused(() => shop.tell('claim.paid', '2024-08-30 00:00:00', claim))).toBe('unknown_order_line');
	});
});

test('[TM6] a window may end after 2106, where 32 bits of seconds do', () => {
	const shop = new Marketplace(programme());
	shop.price('2099-06-01 00:00:00', '80.00');
	shop.sells('2099-06-01 10:00:00', 'L1', { protect_days: 3650 });
	expect(shop.claim('2099-06-02 00:00:00', 'L1')).toBe(paid('20.00'));
});

/** Each preset against the rules it is modelled on, told to the real core as a marketplace would tell them. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/core/programme/presets.js';
import { parseProgramme } from '../../src/core/programme/schema.js';
import { Marketplace, preset } from './marketplace.js';

const OVER = 'refuse window_ended';
const NO_PROMISE = 'refuse not_protected';
const BARRED = 'refuse claim_excluded';
const NOTHING = 'refuse nothing_claimable';
const paid = (amount: string): string => `approve ${amount} claim_secured`;

/** Sold at 100 at ten in the morning of the first of June, now at 80: 20 is due while the promise stands. */
function fallen(name: string, sale: Readonly<Record<string, unknown>> = {}): Marketplace {
	const shop = new Marketplace(preset(name));
	shop.price('2024-06-01 09:00:00', '100.00');
	shop.sells('2024-06-01 10:00:00', 'L1', sale);
	shop.price('2024-06-01 12:00:00', '80.00');
	return shop;
}

test('every preset fits its own schema, says what it follows and is filed under its name', () => {
	expect([...PRESETS.keys()]).toEqual([
		'default',
		'jd-label',
		'jd-self',
		'tmall-15',
		'pinduoduo-15',
		'target-14',
		'best-buy',
	]);
	for (const [name, programme] of PRESETS) {
		expect(programme.name).toBe(name);
		expect(programme.source).toMatch(/\w/);
		expect(parseProgramme(programme)).toEqual(programme);
	}
});

describe('default: seven days from payment, paid price against the store’s current price', () => {
	test('[PR1] [PR2] the last second of the seventh day is in time, the next is not', () => {
		expect(fallen('default').claim('2024-06-08 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(fallen('default').claim('2024-06-08 10:00:01', 'L1')).toBe(OVER);
	});

	test('[PR2] the line says how long; 0 days is no promise', () => {
		expect(fallen('default', { protect_days: 30 }).claim('2024-07-01 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(fallen('default', { protect_days: 0 }).claim('2024-06-01 13:00:00', 'L1')).toBe(NO_PROMISE);
	});

	test('[PR4] a checkout coupon is not a price cut here', () => {
		const shop = fallen('default');
		shop.price('2024-06-02 00:00:00', '100.00', '50.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(NOTHING);
	});

	test('[CL5] nothing is due before the item has any price', () => {
		const shop = new Marketplace(preset('default'));
		shop.sells('2024-06-01 10:00:00', 'L1');
		expect(shop.asks('2024-06-01 11:00:00', 'L1').reasons[0]?.message).toBe(
			'The price has not fallen further: paid 100.00, now -, refunded already 0.00',
		);
	});
});

describe('JD label: 168, 360, 720 or 2160 hours from order submission', () => {
	const submitted = { ordered_at: '2024-06-01T09:40:07+08:00' }; // paid twenty minutes later

	test.each([
		[7, '2024-06-08 09:40:07', '2024-06-08 09:40:08'],
		[15, '2024-06-16 09:40:07', '2024-06-16 09:40:08'],
		[30, '2024-07-01 09:40:07', '2024-07-01 09:40:08'],
		[90, '2024-08-30 09:40:07', '2024-08-30 09:40:08'],
	])('[PR1] [PR2] the %i-day label ends to the second', (protect_days, last, after) => {
		expect(fallen('jd-label', { ...submitted, protect_days }).claim(last, 'L1')).toBe(paid('20.00'));
		expect(fallen('jd-label', { ...submitted, protect_days }).claim(after, 'L1')).toBe(OVER);
	});

	test('[CL2] the refusal names the instant at which the window ended', () => {
		const refused = fallen('jd-label', submitted).asks('2024-06-08 09:40:08', 'L1');
		expect(refused.reasons[0]?.message).toBe('The window ended at 2024-06-08T01:40:07Z');
	});

	test('[PR1] without the time of submission the payment starts the clock', () => {
		expect(fallen('jd-label').claim('2024-06-08 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(fallen('jd-label').claim('2024-06-08 10:00:01', 'L1')).toBe(OVER);
	});

	test.each(['bundle', 'gift', 'fresh', 'cross_border', 'flash_sale'])('[PR6] %s goods are not covered', (trait) => {
		expect(fallen('jd-label', { traits: ['red', trait] }).claim('2024-06-02 10:00:00', 'L1')).toBe(NO_PROMISE);
	});

	test.each(['cancelled', 'after_sale_open', 'out_of_stock', 'flash_sale', 'purchase_limited'])(
		'[PR7] nothing is paid while %s, and the promise stands afterwards',
		(trait) => {
			const shop = fallen('jd-label');
			expect(shop.claim('2024-06-02 10:00:00', 'L1', [trait])).toBe(BARRED);
			expect(shop.claim('2024-06-03 10:00:00', 'L1', [])).toBe(paid('20.00'));
		},
	);

	test('[PR4] only the merchant’s own price change counts', () => {
		const shop = new Marketplace(preset('jd-label'));
		shop.price('2024-06-01 09:00:00', '100.00');
		shop.sells('2024-06-01 10:00:00', 'L1');
		shop.price('2024-06-01 12:00:00', '100.00', '30.00');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(NOTHING);
	});
});

describe('JD self-operated: before delivery and seven days after', () => {
	test('[PR3] on its way for three weeks, the line is protected all the time', () => {
		expect(fallen('jd-self').claim('2024-06-22 10:00:00', 'L1')).toBe(paid('20.00'));
	});

	test('[PR3] never told of delivery, it is protected for 60 days', () => {
		expect(fallen('jd-self').claim('2024-07-31 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(fallen('jd-self').claim('2024-07-31 10:00:01', 'L1')).toBe(OVER);
	});

	test('[OR2] delivery gives seven days more, to the second', () => {
		const delivered = (): Marketplace => {
			const shop = fallen('jd-self');
			shop.tell('order.delivered', '2024-06-03 15:30:00', { order_line_id: 'L1' });
			return shop;
		};
		expect(delivered().claim('2024-06-10 15:30:00', 'L1')).toBe(paid('20.00'));
		expect(delivered().claim('2024-06-10 15:30:01', 'L1')).toBe(OVER);
	});

	test('[OR2] only the first delivery counts', () => {
		const shop = fallen('jd-self');
		shop.tell('order.delivered', '2024-06-03 15:30:00', { order_line_id: 'L1' });
		shop.tell('order.delivered', '2024-06-09 15:30:00', { order_line_id: 'L1' });
		expect(shop.claim('2024-06-10 15:30:01', 'L1')).toBe(OVER);
	});

	test('[PR5] category coupon and gift value are deducted from what was paid', () => {
		const parts = { platform_coupon: '10.00', gift: '5.00', merchant_coupon: '7.00' };
		expect(fallen('jd-self', { parts }).claim('2024-06-02 10:00:00', 'L1')).toBe(paid('5.00'));
	});

	test('[PR5] a gift worth more than the fall leaves nothing', () => {
		expect(fallen('jd-self', { parts: { gift: '20.00' } }).claim('2024-06-02 10:00:00', 'L1')).toBe(NOTHING);
		expect(fallen('jd-self', { parts: { gift: '500.00' } }).claim('2024-06-02 10:00:00', 'L1')).toBe(NOTHING);
	});
});

describe('Tmall: to 15 days after the campaign ends, against today’s checkout', () => {
	const festival = { campaign_ends_at: '2024-06-20T23:59:59+08:00' };

	/** The published example: paid 100; now the page says 120, but a coupon of 30 makes it 90. */
	function published(): Marketplace {
		const shop = new Marketplace(preset('tmall-15'));
		shop.price('2024-06-01 09:00:00', '130.00', '30.00');
		shop.sells('2024-06-01 10:00:00', 'L1', festival);
		shop.price('2024-06-18 00:00:00', '120.00', '30.00');
		return shop;
	}

	test('[PR4] paid 100, now 120 with a coupon of 30: refund 10', () => {
		expect(published().claim('2024-06-18 10:00:00', 'L1')).toBe(paid('10.00'));
	});

	test('[PR4] the coupon is withdrawn: nothing is due any more', () => {
		const shop = published();
		shop.price('2024-06-19 00:00:00', '120.00');
		expect(shop.claim('2024-06-19 10:00:00', 'L1')).toBe(NOTHING);
	});

	test('[PR4] a coupon above the price makes the item free, never cheaper', () => {
		const shop = published();
		shop.price('2024-06-19 00:00:00', '20.00', '30.00');
		expect(shop.claim('2024-06-19 10:00:00', 'L1')).toBe(paid('100.00'));
	});

	test('[PR1] whenever it was bought in the campaign, it is protected to 15 days after the campaign', () => {
		expect(published().claim('2024-07-05 23:59:59', 'L1')).toBe(paid('10.00'));
		expect(published().claim('2024-07-06 00:00:00', 'L1')).toBe(OVER);
	});

	test('[PR1] bought after the campaign, or without one, 15 days run from payment', () => {
		const past = { campaign_ends_at: '2024-05-20T23:59:59+08:00' };
		for (const sale of [past, {}]) {
			expect(fallen('tmall-15', sale).claim('2024-06-16 10:00:00', 'L1')).toBe(paid('20.00'));
			expect(fallen('tmall-15', sale).claim('2024-06-16 10:00:01', 'L1')).toBe(OVER);
		}
	});

	test('[PR5] freight, tax and the platform’s red packets neither help nor hurt', () => {
		const parts = { freight: '12.00', tax: '9.10', platform_coupon: '30.00' };
		expect(fallen('tmall-15', { ...festival, parts }).claim('2024-06-02 10:00:00', 'L1')).toBe(paid('20.00'));
	});

	test.each(['gift', 'flash_sale', 'unlabelled'])('[PR6] %s goods are not covered', (trait) => {
		expect(fallen('tmall-15', { ...festival, traits: [trait] }).claim('2024-06-02 10:00:00', 'L1')).toBe(NO_PROMISE);
	});
});

describe('Pinduoduo: 15 days from group formed', () => {
	const formed = { ordered_at: '2024-06-01T11:00:00+08:00', protect_days: 15 }; // the group fills up after payment

	test('[PR1] the clock starts when the group is formed', () => {
		expect(fallen('pinduoduo-15', formed).claim('2024-06-16 11:00:00', 'L1')).toBe(paid('20.00'));
		expect(fallen('pinduoduo-15', formed).claim('2024-06-16 11:00:01', 'L1')).toBe(OVER);
	});

	test('[PR5] the coupon part of what was paid is not covered: 100 with 15 of coupon against 80 refunds 5', () => {
		const sale = { ...formed, parts: { platform_coupon: '15.00' } };
		expect(fallen('pinduoduo-15', sale).claim('2024-06-02 10:00:00', 'L1')).toBe(paid('5.00'));
	});

	test.each(['unlabelled', 'single_purchase'])('[PR6] %s is not covered', (trait) => {
		expect(fallen('pinduoduo-15', { ...formed, traits: [trait] }).claim('2024-06-02 10:00:00', 'L1')).toBe(NO_PROMISE);
	});

	test('[PR13] the merchant has 48 hours before the platform steps in', () => {
		expect(preset('pinduoduo-15').fund_within_hours).toBe(48);
	});
});

describe('Target: 14 days, one adjustment', () => {
	test('[PR2] 14 days, whatever the line says', () => {
		expect(fallen('target-14', { protect_days: 90 }).claim('2024-06-15 10:00:00', 'L1')).toBe(paid('20.00'));
		expect(fallen('target-14', { protect_days: 90 }).claim('2024-06-15 10:00:01', 'L1')).toBe(OVER);
	});

	test('[PR8] the price is adjusted once; a further fall is the shopper’s own risk', () => {
		const shop = fallen('target-14');
		expect(shop.claim('2024-06-02 10:00:00', 'L1')).toBe(paid('20.00'));
		shop.price('2024-06-03 00:00:00', '50.00');
		expect(shop.claim('2024-06-03 10:00:00', 'L1')).toBe('refuse claimed_once');
		expect(shop.money.reserve).toBe('0.00');
	});

	test.each(['clearance', 'marketplace'])('[PR6] %s goods are not covered', (trait) => {
		expect(fallen('target-14', { traits: [trait] }).claim('2024-06-02 10:00:00', 'L1')).toBe(NO_PROMISE);
	});

	test.each(['out_of_stock', 'clearance'])('[PR7] a price that is %s today is not matched', (trait) => {
		expect(fallen('target-14').claim('2024-06-02 10:00:00', 'L1', [trait])).toBe(BARRED);
	});
});

describe('Best Buy: the return period', () => {
	test.each([
		['15 days', 15, '2024-06-16 10:00:00', '2024-06-16 10:00:01'],
		['60 days for members', 60, '2024-07-31 10:00:00', '2024-07-31 10:00:01'],
	])('[PR2] %s, by the line’s protect_days', (_, protect_days, last, after) => {
		expect(fallen('best-buy', { protect_days }).claim(last, 'L1')).toBe(paid('20.00'));
		expect(fallen('best-buy', { protect_days }).claim(after, 'L1')).toBe(OVER);
	});

	test.each(['marketplace', 'open_box', 'clearance'])('[PR6] %s goods are not covered', (trait) => {
		expect(fallen('best-buy', { traits: [trait] }).claim('2024-06-02 10:00:00', 'L1')).toBe(NO_PROMISE);
	});

	test.each(['open_box', 'clearance', 'thanksgiving'])('[PR7] a price of %s is not matched', (trait) => {
		expect(fallen('best-buy').claim('2024-06-02 10:00:00', 'L1', [trait])).toBe(BARRED);
	});
});

// A field that the schema learns, with a default that changes nothing, changes these sums and no promise.
test('[PR16] what a preset’s name stands for never changes: another document needs another name', () => {
	const sums = Object.fromEntries(
		[...PRESETS].map(([name, programme]) => [
			name,
			createHash('sha256')
				.update(JSON.stringify({ ...programme, source: undefined }))
				.digest('hex')
				.slice(0, 16),
		]),
	);
	expect(sums).toEqual({
		default: '91a247f3a97c3768',
		'jd-label': '3409e66536131fa5',
		'jd-self': '2475deae08ec9e0f',
		'tmall-15': '74e3a844975b9cbf',
		'pinduoduo-15': '0480e349916c809e',
		'target-14': '1e410d9857041cf8',
		'best-buy': '5bdf972cc3e520b0',
	});
});

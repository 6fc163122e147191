/**
 * The rules of the claim and payout gates, and of time, as small stories. Each title carries the rule's number; the same
 * number stands at the guard in the code, in the reason's catalogue and in the specification. Amounts are in yuan, days
 * count from the story's beginning.
 */
import { describe, expect, test } from 'vitest';
import { Story } from './story.js';

const enforcing = (more = {}): Story => new Story({ gates: 'enforce', ...more });

describe('claim gate', () => {
	/** One line sold at 100, now at 70, funded. */
	const fallen = (setting = {}, more = {}): Story => {
		const story = enforcing(setting);
		story.opens('S', '1000');
		story.proposes('100');
		story.sells('a', '100', more);
		story.releases('a');
		story.on(1).proposes('70');
		return story;
	};

	test('[CL1] a line without a guarantee pays nothing', () => {
		const story = fallen({}, { protect_days: 0 });
		expect(story.files('a')).toEqual({ verdict: 'refuse', because: ['not_protected'], amount: '0.00' });
	});

	test('[CL2] the last second of the window still counts, the next moment does not', () => {
		const story = fallen();
		expect(story.on(7 + 1 / 86_400_000).files('a')).toMatchObject({ verdict: 'refuse', because: ['window_ended'] });
		const other = fallen();
		expect(other.on(7).files('a')).toMatchObject({ verdict: 'approve', amount: '30.00' });
	});

	test('[CL2] a claim made in time is judged by its own time when it is told late', () => {
		const story = fallen();
		story.on(9).opens('T');
		expect(story.on(6).files('a')).toMatchObject({ verdict: 'approve', amount: '30.00' });
	});

	test('[CL3] nothing is claimable on goods that went back', () => {
		const story = fallen();
		story.refunds('a', '100', 1);
		expect(story.files('a')).toMatchObject({ verdict: 'refuse', because: ['line_refunded'] });
	});

	test('[CL4] the programme may bar claims while the item or order is in a state', () => {
		const story = fallen({ programme: { exclude: { at_claim: ['out_of_stock'] } } });
		expect(story.files('a', { traits: ['out_of_stock'] })).toMatchObject({ because: ['claim_excluded'] });
		expect(story.files('a').verdict).toBe('approve');
	});

	test('[CL5] the same fall is paid once; a further fall pays the further difference', () => {
		const story = fallen();
		expect(story.files('a')['amount']).toBe('30.00');
		expect(story.files('a')).toEqual({ verdict: 'refuse', because: ['nothing_claimable'], amount: '0.00' });
		story.proposes('50');
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '20.00' });
	});

	test('[CL5] up and down again: only what falls below the lowest price already paid', () => {
		const story = fallen();
		story.files('a');
		story.proposes('90');
		expect(story.files('a').verdict).toBe('refuse');
		story.proposes('65');
		expect(story.files('a')['amount']).toBe('5.00');
	});

	test('[CL6] a difference under the minimum is not paid', () => {
		const story = fallen({ programme: { minimum_difference: '30.01' } });
		expect(story.files('a')).toMatchObject({ verdict: 'refuse', because: ['below_minimum'] });
		story.proposes('69.99');
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '30.01' });
	});

	test('[CL7] a cap limits a claim, then refuses the next', () => {
		const story = fallen({ programme: { caps: { buyer: { amount: '40', days: 30 } } } });
		story.files('a');
		story.proposes('50');
		expect(story.files('a')).toEqual({ verdict: 'limit', because: ['cap_reached'], amount: '10.00' });
		expect(story.files('a')).toEqual({ verdict: 'refuse', because: ['cap_reached'], amount: '0.00' });
	});

	test('[CL8] a claim that is not secured waits for the store’s money, then is paid', () => {
		const story = new Story({ gates: { claim: 'enforce' } });
		story.opens('S', '0');
		story.sells('a', '100');
		story.releases('a');
		story.withdraws('100');
		story.on(1).prices('70');
		expect(story.files('a')).toEqual({ verdict: 'hold', because: ['funds_short'], amount: '30.00' });
		story.posts('30');
		expect(story.line('a')).toMatchObject({ reserve: '30.00', gap: '0.00' });
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '30.00' });
		expect(story.money().owed).toBe('0.00');
	});

	test('[CL8] money that a withdrawal took from a reserve is replaced by a deposit that is free', () => {
		const story = new Story({ gates: { claim: 'enforce' } });
		story.opens('S', '100');
		story.sells('a', '100');
		story.releases('a');
		story.on(1).prices('20');
		story.withdraws('100');
		expect(story.money()).toMatchObject({ balance: '0.00', deposit: '20.00', reserve: '80.00', gap: '0.00' });
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '80.00' });
	});

	test('[CL8] a deposit handed back is replaced by a balance that is free', () => {
		const story = new Story();
		story.opens('S', '80');
		story.sells('a', '100');
		story.releases('a');
		story.withdraws('100');
		story.on(1).prices('20');
		story.sells('b', '80', { sku_id: 'X' });
		story.releases('b');
		story.takesBackDeposit('80');
		expect(story.money()).toMatchObject({ balance: '0.00', deposit: '0.00', reserve: '80.00', gap: '0.00' });
	});

	test('[CL9] a secured claim is paid in full from its own reserve, at once', () => {
		const story = fallen();
		expect(story.money()).toMatchObject({ balance: '70.00', reserve: '30.00' });
		expect(story.files('a')).toEqual({ verdict: 'approve', because: ['claim_secured'], amount: '30.00' });
		expect(story.money()).toMatchObject({ balance: '70.00', reserve: '0.00', owed: '0.00' });
	});

	test('[CL9] several units, and some of them returned', () => {
		const story = fallen({}, { quantity: 3 });
		story.refunds('a', '100');
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '60.00' });
	});

	test('[CL10] an advance that the store cannot cover is owed, and the next money pays it first', () => {
		const story = new Story();
		story.opens('S', '0');
		story.sells('a', '100');
		story.releases('a');
		story.withdraws('100');
		story.prices('60');
		expect(story.files('a')).toMatchObject({ verdict: 'approve', observed: { verdict: 'hold' } });
		expect(story.money().owed).toBe('40.00');
		story.sells('b', '50', { sku_id: 'X' });
		story.releases('b');
		expect(story.money()).toMatchObject({ owed: '0.00', balance: '10.00' });
	});

	test('[CL10] a recovery that is stated is believed', () => {
		const story = new Story();
		story.opens('S', '500');
		story.sells('a', '100');
		story.prices('60');
		story.paysClaim('a', '40', '15');
		expect(story.money()).toMatchObject({ held: '85.00', deposit: '500.00', owed: '25.00' });
	});

	test('[CL11] an advance on a line that was forgotten is still the store’s', () => {
		const story = new Story({ policy: { remember_days: 1 } });
		story.opens('S', '30');
		story.sells('a', '100');
		story.releases('a');
		story.withdraws('100');
		story.on(8).opens('T');
		story.on(12).opens('U');
		expect(story.line('a')).toBe('forgotten');
		story.paysClaim('a', '50', undefined, { store_id: 'S', buyer_id: 'B' });
		expect(story.money()).toMatchObject({ deposit: '0.00', owed: '20.00' });
	});

	test('what the programme refuses is refused in every mode', () => {
		const story = new Story();
		story.opens('S', '0');
		story.sells('a', '100');
		expect(story.files('a')).toMatchObject({ verdict: 'refuse', because: ['nothing_claimable'] });
	});
});

describe('payout gate', () => {
	/** 100 released, its guarantee open; a new store keeps 20 % of it. */
	const released = (setting: object = { gates: 'enforce' }, deposit = '0'): Story => {
		const story = new Story(setting);
		story.opens('S', deposit);
		story.prices('100');
		story.sells('a', '100');
		story.releases('a');
		return story;
	};

	test('[PO1] margin is taken on what open guarantees could cost beyond held proceeds and reserves', () => {
		const story = released();
		expect(story.money().headroom).toBe('80.00');
		story.sells('held', '1000', { sku_id: 'X' });
		expect(story.money().headroom).toBe('80.00');
		story.proposes('50');
		// 50 is reserved; of the other 50 that the line could cost, a fifth stays.
		expect(story.money()).toMatchObject({ reserve: '50.00', balance: '50.00', headroom: '40.00' });
	});

	test('[PO1] margin is rounded up to the fen', () => {
		const story = released();
		story.sells('b', '0.01', { sku_id: 'X' });
		story.releases('b');
		expect(story.money()).toMatchObject({ balance: '100.01', headroom: '80.00' });
	});

	test('[PO2] a free deposit stands in for margin', () => {
		expect(released({ gates: 'enforce' }, '15').money().headroom).toBe('95.00');
	});

	test('[PO2] with nothing free the withdrawal is held', () => {
		const story = released();
		story.asksFor('80');
		expect(story.asksFor('1')).toEqual({
			verdict: 'hold',
			because: ['no_headroom'],
			amount: '0.00',
			headroom: '0.00',
		});
	});

	test('[PO3] more than the headroom is limited to it', () => {
		const story = released();
		const answer = story.asksFor('100');
		expect(answer).toEqual({ verdict: 'limit', because: ['over_headroom'], amount: '80.00', headroom: '80.00' });
		expect(story.money().balance).toBe('20.00');
	});

	test('[PO4] within the headroom it leaves at once; confirming receipt early frees nothing that is needed', () => {
		const story = released();
		expect(story.asksFor('80')).toMatchObject({ verdict: 'approve', amount: '80.00' });
		expect(story.on(1).proposes('70').verdict).toBe('hold');
		expect(story.proposes('80').verdict).toBe('approve');
	});

	test('[PO2] after the window everything is free', () => {
		const story = released();
		expect(story.on(7.01).asksFor('100')).toMatchObject({ verdict: 'approve', amount: '100.00' });
	});

	test('observing, all that was asked for leaves, and the answer keeps what would have been granted', () => {
		const story = released({});
		expect(story.asksFor('100')).toMatchObject({
			verdict: 'approve',
			amount: '100.00',
			observed: { verdict: 'limit', amount: '80.00', headroom: '80.00' },
		});
	});

	test('[BK10] money that left without being there is unexplained, not a debt', () => {
		const story = released({});
		story.withdraws('150');
		expect(story.money()).toMatchObject({ balance: '0.00', owed: '0.00' });
		expect(story.store().unexplained).toBe(5000);
	});
});

describe('time and order', () => {
	test('[BK6] a rise that frees money pays what is owed before it fills another line’s gap', () => {
		const story = new Story();
		story.opens('S', '0');
		for (const line of ['old', 'new']) story.sells(line, '100');
		for (const line of ['old', 'new']) story.releases(line);
		story.withdraws('160');
		story.prices('60');
		story.sells('x', '30', { sku_id: 'X' });
		story.refunds('x', '60', 1);
		expect(story.line('new')).toMatchObject({ reserve: '40.00', gap: '0.00' });
		expect(story.line('old')).toMatchObject({ reserve: '0.00', gap: '40.00' });
		expect(story.money().refundsOwed).toBe('30.00');
		story.prices('80');
		expect(story.money().refundsOwed).toBe('10.00');
		expect(story.line('old')).toMatchObject({ reserve: '0.00', gap: '20.00' });
	});

	describe('a record about a line that is about to be forgotten gets the same answer whatever came between', () => {
		const quiet = (between: boolean): Story => {
			const story = new Story({ policy: { remember_days: 1 } });
			story.opens('S', '0');
			story.sells('a', '100');
			story.releases('a');
			story.on(7.5).opens('T');
			story.on(12);
			if (between) story.opens('U');
			return story;
		};
		const attempt = (act: () => unknown): unknown => {
			try {
				return act();
			} catch (error) {
				return String(error);
			}
		};

		test.each([
			['order.refunded', (story: Story) => story.refunds('a', '100', 1)],
			['claim.paid', (story: Story) => story.paysClaim('a', '50')],
			['claim.file', (story: Story) => story.files('a')],
			['order.paid with its id', (story: Story) => story.sells('a', '100')],
		])('%s', (_, act) => {
			expect(attempt(() => act(quiet(false)))).toEqual(attempt(() => act(quiet(true))));
		});

		test('[TM9] settled anew by a refund, it is remembered from then', () => {
			const story = new Story({ policy: { remember_days: 1 } });
			const HOUR = 1 / 24;
			story.opens('S', '0');
			story.sells('a', '100', { protect_days: 0 });
			story.releases('a');
			story.on(HOUR).refunds('a', '10');
			expect(story.on(1 + HOUR).files('a')).toMatchObject({ verdict: 'refuse', because: ['not_protected'] });
			expect(attempt(() => story.on(1 + HOUR + 1 / 3600).files('a'))).toContain('no such order line');
		});

		test('and a refund is never recorded without its money', () => {
			const story = quiet(false);
			const balance = story.money().balance;
			const answer = attempt(() => story.refunds('a', '100', 1));
			expect(typeof answer === 'string' || story.money().balance !== balance).toBe(true);
		});

		test('and a record that cannot be taken moves no clock', () => {
			const story = quiet(false);
			const { now } = story.core.book;
			attempt(() => story.on(20).files('nobody'));
			expect(story.core.book.now).toBe(now);
			expect(story.core.seq).toBe(4);
		});
	});

	test('[BK2] [TM4] money given back after the window counts against a claim that is told later still', () => {
		const story = new Story();
		story.opens('S', '0');
		story.prices('100');
		story.sells('a', '100');
		story.on(1).prices('80');
		story.on(8).opens('T');
		story.refunds('a', '90');
		expect(story.on(6).files('a')).toMatchObject({ verdict: 'approve', amount: '10.00' });
	});

	test('[OR2] where delivery starts the clock, the promise moves with it', () => {
		const story = new Story({ programme: { clock: { start: 'delivery', days: 7, undelivered_days: 30 } } });
		story.opens('S', '0');
		story.sells('a', '100');
		story.on(5).delivers('a');
		story.on(11).prices('60');
		expect(story.on(12).files('a')).toMatchObject({ verdict: 'approve', amount: '40.00' });
		expect(story.on(12.01).files('a')).toMatchObject({ because: ['window_ended'] });
	});

	test('[PR3] a delivery told after the longest wait comes too late: the promise has ended', () => {
		const story = new Story({ programme: { clock: { start: 'delivery', days: 7, undelivered_days: 10 } } });
		story.opens('S', '0');
		story.sells('a', '100');
		story.on(1).prices('60');
		story.on(11).opens('T');
		story.on(9).delivers('a');
		expect(story.on(12).files('a')).toMatchObject({ verdict: 'refuse', because: ['window_ended'] });
	});
});

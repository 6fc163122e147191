/**
 * The gates' rules as small stories. Each title carries the rule's number; the same number stands at the guard in the
 * code, in the reason's catalogue and in the specification. Amounts are in yuan, days count from the story's beginning.
 */
import { describe, expect, test } from 'vitest';
import { Story } from './story.js';

const enforcing = (more = {}): Story => new Story({ gates: 'enforce', ...more });

describe('admission gate', () => {
	const papers = { licence_no: 'LIC-1', phone: '138' };

	test('[AG1] a store with papers of its own and enough deposit opens', () => {
		const story = enforcing({ policy: { minimum_deposit: '1000' } });
		const answer = story.tell('store.apply', { store_id: 'S', deposit: '1000', ...papers });
		expect(answer).toEqual({ verdict: 'approve', because: [], deposit_required: '1000.00' });
		expect(story.money('S').deposit).toBe('1000.00');
	});

	test('[AG2] a store with the papers of a ring is refused', () => {
		const story = enforcing();
		for (const store_id of ['R1', 'R2']) {
			story.opens(store_id, '0', papers);
			story.tell('store.labelled', { store_id, label: 'abuse' });
		}
		const answer = story.tell('store.apply', { store_id: 'S', deposit: '0', licence_no: 'LIC-1' });
		expect(answer).toMatchObject({ verdict: 'refuse', because: ['papers_of_ring'] });
		expect(() => story.money('S')).toThrow('no such store');
	});

	test('[AG3] a store with the papers of a flagged store waits for a person', () => {
		const story = enforcing();
		story.opens('F', '0', papers);
		story.tell('store.labelled', { store_id: 'F', label: 'abuse' });
		const answer = story.tell('store.apply', { store_id: 'S', deposit: '0', phone: '138' });
		expect(answer).toMatchObject({ verdict: 'hold', because: ['papers_of_flagged'] });
	});

	test('[AG4] a store with the papers of one that closed owing waits for a person', () => {
		const story = enforcing();
		story.opens('D', '0', papers);
		story.sells('a', '100', { store_id: 'D' });
		story.releases('a');
		story.withdraws('100', 'D');
		story.paysClaim('a', '60');
		story.tell('store.labelled', { store_id: 'D', label: 'honest' });
		story.closes('D');
		const answer = story.tell('store.apply', { store_id: 'S', deposit: '0', licence_no: 'LIC-1' });
		expect(answer).toMatchObject({ verdict: 'hold', because: ['papers_of_debtor'] });
	});

	test('[AG5] a store with less than the least deposit is held until it posts more', () => {
		const story = enforcing({ policy: { minimum_deposit: '1000' } });
		const answer = story.tell('store.apply', { store_id: 'S', deposit: '999.99' });
		expect(answer).toEqual({ verdict: 'hold', because: ['deposit_short'], deposit_required: '1000.00' });
		expect(story.tell('store.apply', { store_id: 'S', deposit: '1000' }).verdict).toBe('approve');
	});

	test('a shared address or network alone holds nobody up', () => {
		const story = enforcing();
		story.opens('F', '0', { address: 'Agent Road 1', ip: '10.0.0.1' });
		story.tell('store.labelled', { store_id: 'F', label: 'abuse' });
		const tenant = { store_id: 'S', deposit: '0', address: 'Agent Road 1', ip: '10.0.0.1' };
		expect(story.tell('store.apply', tenant).verdict).toBe('approve');
	});

	test('observing, the store opens and the answer is kept', () => {
		const story = new Story({ policy: { minimum_deposit: '1000' } });
		const answer = story.tell('store.apply', { store_id: 'S', deposit: '5' });
		expect(answer).toMatchObject({ verdict: 'approve', observed: { verdict: 'hold', because: ['deposit_short'] } });
		expect(story.money('S').deposit).toBe('5.00');
	});
});

describe('guarantee gate', () => {
	const quote = (story: Story) => story.tell('guarantee.quote', { store_id: 'S', sku_id: 'K' });

	test('[GG1] a closed store gives no new guarantees', () => {
		const story = enforcing();
		story.opens('S', '1000');
		story.closes('S');
		expect(quote(story)).toMatchObject({ verdict: 'refuse', because: ['store_closed'] });
	});

	test('[GG3] a store whose deposit is under its share of open guarantees must post more first', () => {
		const story = enforcing({ policy: { deposit_percent: { new: 10, normal: 0, watch: 10, abnormal: 100 } } });
		story.opens('S', '50');
		story.sells('a', '500');
		expect(quote(story)).toMatchObject({ verdict: 'approve', deposit_required: '50.00' });
		story.sells('b', '500');
		expect(quote(story)).toMatchObject({ verdict: 'refuse', because: ['deposit_needed'], deposit_required: '100.00' });
		story.posts('50');
		expect(quote(story).verdict).toBe('approve');
	});

	test('[GG3] what the deposit has lent to reserves still counts as posted', () => {
		const story = enforcing({ policy: { minimum_deposit: '50' } });
		story.opens('S', '100');
		story.sells('a', '100');
		story.releases('a');
		story.asksFor('100');
		story.proposes('20');
		expect(story.money()).toMatchObject({ deposit: '20.00', reserve: '80.00' });
		expect(quote(story).verdict).toBe('approve');
	});

	test('[GG4] an abnormal store must cover its open guarantees in full', () => {
		const story = enforcing();
		story.opens('S', '999');
		story.sells('a', '1000');
		story.tell('store.labelled', { store_id: 'S', label: 'abuse' });
		expect(quote(story)).toMatchObject({ verdict: 'refuse', because: ['store_abnormal'], deposit_required: '1000.00' });
	});
});

describe('price gate', () => {
	/** Sold twice at 100, released and withdrawn but for the margin; so much is free. */
	const emptied = (deposit: string, setting = {}): Story => {
		const story = enforcing({ policy: { margin_percent: { new: 0, normal: 0, watch: 0, abnormal: 0 } }, ...setting });
		story.opens('S', deposit);
		story.proposes('100');
		story.sells('a', '100');
		story.sells('b', '100');
		story.releases('a');
		story.releases('b');
		story.asksFor('200');
		return story;
	};

	test('[PG1] a closed store changes no price', () => {
		const story = emptied('1000');
		story.closes('S');
		expect(story.proposes('90')).toMatchObject({ verdict: 'refuse', because: ['store_closed'] });
	});

	test('[PG1] a closed store that changed a price all the same is observed, funded or not', () => {
		const story = new Story();
		story.opens('S', '1000');
		story.prices('100');
		story.sells('a', '100');
		story.closes('S');
		expect(story.prices('99')).toMatchObject({ verdict: 'recorded', observed: { because: ['store_closed'] } });
	});

	test('[PG2] a price from before the present one is history and changes nothing', () => {
		const story = emptied('0');
		story.on(2).proposes('120');
		expect(story.on(1).proposes('10')).toMatchObject({
			verdict: 'approve',
			because: ['price_late'],
			triggered: '0.00',
		});
		expect(story.line('a')).toMatchObject({ due: '0.00' });
	});

	test('[PG2] of two prices at the same instant the one told last holds', () => {
		const story = emptied('200');
		story.on(1).proposes('90');
		story.on(1).proposes('80');
		expect(story.line('a')).toMatchObject({ due: '20.00', reserve: '20.00' });
	});

	test('[PG3] a price for an item that nobody holds a guarantee for is free', () => {
		const story = enforcing();
		story.opens('S', '0');
		expect(story.proposes('5')).toEqual({
			verdict: 'approve',
			because: [],
			triggered: '0.00',
			free_funds: '0.00',
			top_up: '0.00',
			deepest_funded_price: '0.00',
		});
	});

	test('[PG4] a cut that free funds cover is approved, and its cost is set aside at once', () => {
		const story = emptied('150');
		expect(story.on(1).proposes('40')).toEqual({
			verdict: 'approve',
			because: ['cut_funded'],
			triggered: '120.00',
			free_funds: '150.00',
			top_up: '0.00',
			deepest_funded_price: '25.00',
		});
		expect(story.money()).toMatchObject({ deposit: '30.00', reserve: '120.00', gap: '0.00' });
	});

	test('[PG4] money still held for a line covers that line', () => {
		const story = enforcing();
		story.opens('S', '0');
		story.proposes('100');
		story.sells('a', '100');
		expect(story.proposes('1')).toMatchObject({ verdict: 'approve', triggered: '99.00', free_funds: '99.00' });
		expect(story.line('a')).toEqual({ due: '99.00', own: '99.00', reserve: '0.00', gap: '0.00' });
	});

	test('[PG5] a cut the store cannot fund is held, with cost, gap and deepest funded price', () => {
		const story = emptied('50');
		expect(story.on(1).proposes('10')).toEqual({
			verdict: 'hold',
			because: ['cut_unfunded'],
			triggered: '180.00',
			free_funds: '50.00',
			top_up: '130.00',
			deepest_funded_price: '75.00',
		});
		expect(story.line('a')).toMatchObject({ due: '0.00' });
	});

	test('[PG5] once the gap is topped up the same cut passes', () => {
		const story = emptied('50');
		const { top_up } = story.on(1).proposes('10');
		story.posts(String(top_up));
		expect(story.proposes('10')).toMatchObject({ verdict: 'approve', top_up: '0.00' });
	});

	test('[PG5] ... even if the store owes for returned goods, which are paid first', () => {
		const story = emptied('0');
		story.refunds('b', '100', 1);
		expect(story.money().refundsOwed).toBe('100.00');
		const { top_up } = story.on(1).proposes('10');
		story.posts(String(top_up));
		expect(story.proposes('10')).toMatchObject({ verdict: 'approve', top_up: '0.00' });
	});

	test('[PG6] the deepest funded price passes, and one fen lower is held', () => {
		const story = emptied('33.33');
		const deepest = String(story.on(1).proposes('1')['deepest_funded_price']);
		expect(deepest).toBe('83.34');
		expect(story.proposes('83.33').verdict).toBe('hold');
		expect(story.proposes(deepest).verdict).toBe('approve');
	});

	test('[PG4] a second cut needs only what the price falls further', () => {
		const story = emptied('150');
		story.on(1).proposes('60');
		expect(story.proposes('50')).toMatchObject({ verdict: 'approve', triggered: '20.00', free_funds: '70.00' });
	});

	test('[BK8] raised again, the reserve goes back to where it came from', () => {
		const story = emptied('150');
		story.on(1).proposes('60');
		story.proposes('100');
		expect(story.money()).toMatchObject({ balance: '0.00', deposit: '150.00', reserve: '0.00' });
	});

	test('two stores may use the same SKU id', () => {
		const story = emptied('0');
		story.opens('T', '0');
		expect(story.proposes('1', { store_id: 'T' }).verdict).toBe('approve');
		expect(story.line('a')).toMatchObject({ due: '0.00' });
	});

	test('observing, an unfunded cut happens, the answer is kept and the gap is on the books', () => {
		const story = emptied('50', { gates: { payout: 'enforce' } });
		expect(story.on(1).proposes('10')).toMatchObject({
			verdict: 'approve',
			observed: { verdict: 'hold', because: ['cut_unfunded'], triggered: '180.00', top_up: '130.00' },
		});
		expect(story.money()).toMatchObject({ deposit: '0.00', reserve: '50.00', gap: '130.00' });
	});

	test('a fact is recorded in any mode, with what the gate would have said', () => {
		const story = emptied('50');
		expect(story.on(1).prices('10')).toMatchObject({ verdict: 'recorded', observed: { verdict: 'hold' } });
		expect(story.money().gap).toBe('130.00');
	});

	test('a fact that falls by its coupon alone is looked at like any cut', () => {
		const story = emptied('0', { programme: { reference: 'checkout' } });
		expect(story.on(1).prices('100', { coupon: '30' })).toMatchObject({
			verdict: 'recorded',
			observed: { verdict: 'hold', because: ['cut_unfunded'], triggered: '60.00' },
		});
	});
});

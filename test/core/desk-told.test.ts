/**
 * The desk's rules as small stories: badge and calls for deposits, failed payments, appeals. Amounts are in yuan, days
 * count from the story's beginning.
 */
import { describe, expect, test } from 'vitest';
import { DeskStory, SECONDS, cutHeld, emptied, enforcing, errorOf } from './desk-story.js';
import type { Setting } from './story.js';

describe('badge and calls for deposit', () => {
	/** Promises of 1,000 need a deposit of 100; there are 50. */
	const called = (): DeskStory => {
		const story = enforcing({ policy: { deposit_percent: { new: 10, normal: 10, watch: 10, abnormal: 100 } } });
		story.opens('S', '50');
		story.sells('a', '500');
		expect(story.followed).toEqual([]);
		story.on(1).sells('b', '500');
		return story;
	};

	test('[DC1] [DC2] with too little deposit the badge goes off, and the store is called for the rest', () => {
		expect(called().followed).toEqual(['badge.off S', 'deposit.called S: 50.00 by day 8']);
	});

	test('[DC2] it is called once, and again when what is missing has grown by more than a quarter', () => {
		const story = called();
		story.on(2).sells('c', '125');
		expect(story.followed).toEqual([]);
		story.on(3).sells('d', '0.1');
		expect(story.followed).toEqual(['deposit.called S: 62.51 by day 8']);
	});

	test('[DC2] a call that is over begins anew', () => {
		const story = called();
		story.on(8.5).sells('c', '5000');
		expect(story.followed).toEqual(['deposit.called S: 450.00 by day 15.5']);
	});

	test('[DC1] [DC3] with the deposit the badge comes on again, and the call lifts', () => {
		const story = called();
		story.posts('49.99');
		expect(story.followed).toEqual([]);
		story.posts('0.01');
		expect(story.followed).toEqual(['badge.on S', 'deposit.call_lifted S']);
	});

	test('[DC1] [DC3] ... and also when windows end', () => {
		const story = called();
		story.passes(7 + 61 * SECONDS);
		expect(story.followed).toEqual(['badge.on S', 'deposit.call_lifted S']);
	});

	test('[DC3] a store that closes is called for nothing', () => {
		const story = called();
		story.closes('S');
		expect(story.followed).toEqual(['deposit.call_lifted S']);
	});

	test('[DC1] where the gate only observes nothing is said', () => {
		const story = new DeskStory({ policy: { minimum_deposit: '100' } });
		story.opens('S', '50');
		story.sells('a', '500');
		expect(story.followed).toEqual([]);
	});

	test('[DC1] [GG4] a flag and a ring are told, and taken back when a person says so', () => {
		const story = new DeskStory();
		for (const store of ['S', 'T', 'U']) story.opens(store, '0', { licence_no: 'one' });
		story.label('S', 'abuse');
		expect(story.followed).toEqual(['store.flagged S']);
		expect(story.because.get('store.flagged')).toEqual(['labelled_abuse']);
		story.label('T', 'abuse');
		expect(story.followed).toEqual(['store.flagged T', 'ring.found T: S T']);
		story.label('T', 'honest');
		expect(story.followed).toEqual(['store.cleared T']);
		story.label('T', 'honest');
		expect(story.followed).toEqual([]);
	});

	test('[RG5] a store that was cleared and joins the same ring again is told again', () => {
		const story = new DeskStory();
		for (const store of ['S', 'T', 'U']) {
			story.opens(store, '0', { licence_no: 'one' });
			story.label(store, 'abuse');
		}
		story.label('U', 'honest');
		story.label('U', 'abuse');
		expect(story.followed).toEqual(['store.flagged U', 'ring.found U: S T U']);
	});
});

describe('payments', () => {
	const funded = (setting: Setting = {}, deposit = '0'): DeskStory => {
		const story = enforcing(setting);
		story.opens('S', deposit);
		story.prices('100');
		return story;
	};
	const state = (story: DeskStory) => ({ ...story.money(), line: story.line('a') });
	const fails = (story: DeskStory, claim_id = 'c') => story.notes('claim.failed', { claim_id });

	test('[CL9] [PO4] what a gate lets through at once is due at once', () => {
		const story = funded();
		story.sells('a', '100');
		story.proposes('90');
		story.files('a', { claim_id: 'c' });
		expect(story.followed).toEqual(['advance.due c: 10.00']);
		story.releases('a');
		story.tell('withdrawal.request', { store_id: 'S', withdrawal_id: 'w', amount: '60' });
		expect(story.followed).toEqual(['withdrawal.allowed w: 60.00']);
	});

	test('[CL12] a failed claim goes back into the line’s held proceeds', () => {
		const story = funded();
		story.sells('a', '100');
		story.proposes('60');
		const before = state(story);
		story.files('a', { claim_id: 'c' });
		expect(story.money().held).toBe('60.00');
		fails(story);
		expect(state(story)).toEqual(before);
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '40.00' });
	});

	test.each([
		['a line is paid once', { repeat: 'none' }, '90', '10', '10.00'],
		['the further fall is below the minimum', { minimum_difference: '60' }, '10', '5', '90.00'],
	])('[CL12] a failed claim brings back no more than was secured: %s', (_, programme, first, further, owed) => {
		const story = funded({ programme }, '0');
		story.sells('a', '100');
		story.releases('a');
		story.posts('500');
		story.proposes(first);
		expect(story.files('a', { claim_id: 'c' })).toMatchObject({ verdict: 'approve', amount: owed });
		story.takesBackDeposit(story.money().deposit);
		story.asksFor('1000');
		expect(story.proposes(further).verdict).toBe('approve');
		story.notes('claim.failed', { claim_id: 'c' });
		expect(story.line('a')).toMatchObject({ due: owed, reserve: owed, gap: '0.00' });
		expect(story.files('a', { claim_id: 'again' })).toMatchObject({ verdict: 'approve', amount: owed });
		expect(story.money()).toMatchObject({ gap: '0.00', owed: '0.00' });
	});

	test('[CL12] what was secured for a further fall stays secured', () => {
		const story = funded({}, '0');
		story.sells('a', '100');
		story.releases('a');
		story.proposes('90');
		story.files('a', { claim_id: 'c' });
		story.proposes('70');
		story.notes('claim.failed', { claim_id: 'c' });
		expect(story.line('a')).toMatchObject({ due: '30.00', reserve: '30.00', gap: '0.00' });
	});

	test('[CL12] ... or into the reserve, be it of balance or lent by the deposit', () => {
		for (const deposit of ['0', '25', '100']) {
			const story = funded({}, deposit);
			story.sells('a', '100');
			story.releases('a');
			story.asksFor(deposit === '0' ? '0' : '85');
			story.proposes('75');
			const before = state(story);
			expect(story.files('a', { claim_id: 'c' }).verdict).toBe('approve');
			fails(story);
			expect(state(story), deposit).toEqual(before);
			expect(story.on(1).proposes('100').verdict).toBe('approve');
			expect(story.money().deposit, deposit).toBe(`${deposit}.00`);
		}
	});

	test('[CL12] what the store owes for it is owed no more', () => {
		const story = emptied();
		story.on(1).prices('60');
		const before = state(story);
		story.files('a', { id: 'claim', claim_id: 'c' });
		story.settles('claim', 'approve');
		expect(story.money().owed).toBe('40.00');
		fails(story);
		expect(state(story)).toEqual(before);
	});

	test('[CL12] each bears its part again', () => {
		const story = funded({ programme: { store_bears_percent: 67 } });
		story.sells('a', '100');
		story.proposes('99.99');
		const before = state(story);
		story.files('a', { claim_id: 'c' });
		fails(story);
		expect(state(story)).toEqual(before);
	});

	test('[CL12] a cap that it used is free again', () => {
		const story = funded({ programme: { caps: { buyer: { amount: '40', days: 3650 } } } });
		story.sells('a', '100');
		story.proposes('60');
		story.files('a', { claim_id: 'c' });
		fails(story);
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '40.00' });
	});

	test('[CL12] after its window the buyer may still be paid what the failed claim was', () => {
		const story = funded();
		story.sells('a', '100');
		story.proposes('60');
		story.on(2).files('a', { claim_id: 'c' });
		story.passes(8);
		fails(story);
		expect(story.on(2).files('a')).toMatchObject({ verdict: 'approve', amount: '40.00' });
	});

	test('[CL12] after its window, what the deposit paid is deposit again', () => {
		const story = funded({}, '100');
		story.sells('a', '100');
		story.releases('a');
		story.asksFor('85');
		story.proposes('75');
		story.files('a', { claim_id: 'c' });
		expect(story.money()).toMatchObject({ balance: '0.00', deposit: '90.00' });
		story.passes(8);
		fails(story);
		expect(story.money()).toMatchObject({ balance: '15.00', deposit: '100.00', reserve: '0.00' });
	});

	test('[CL12] released meanwhile, it is the store’s money again', () => {
		const story = funded();
		story.sells('a', '100');
		story.proposes('60');
		story.files('a', { claim_id: 'c' });
		story.releases('a');
		story.asksFor('60');
		fails(story);
		expect(story.money()).toMatchObject({ balance: '0.00', reserve: '40.00', gap: '0.00' });
		story.proposes('100');
		expect(story.money()).toMatchObject({ balance: '40.00', reserve: '0.00' });
	});

	test('[CL12] forgotten meanwhile, its money comes back all the same', () => {
		const story = funded({ policy: { remember_days: 0 } });
		story.sells('a', '100');
		story.proposes('60');
		story.on(2).files('a', { claim_id: 'c' });
		story.releases('a');
		story.passes(20);
		expect(story.line('a')).toBe('forgotten');
		fails(story);
		expect(story.money()).toMatchObject({ balance: '100.00', held: '0.00' });
	});

	test('[CL12] money that comes back funds at once what waits for it', () => {
		const story = funded();
		for (const line of ['a', 'b']) {
			story.sells(line, '100');
			story.releases(line);
		}
		story.proposes('60');
		story.on(1).files('a', { claim_id: 'c' });
		story.asksFor('120');
		story.proposes('50', { id: 'cut' });
		expect(story.waiting).toEqual(['cut']);
		story.tell('order.refunded', { order_line_id: 'a', amount: '0', quantity: 1 });
		expect(story.waiting).toEqual(['cut']);
		fails(story);
		expect(story.followed).toEqual(['hold.decided cut: approve by funds']);
	});

	test('[CL12] a claim fails once, in thirty days, and only if it was asked for', () => {
		const story = funded();
		story.sells('a', '100');
		story.sells('b', '100');
		story.proposes('60');
		story.files('a', { claim_id: 'c' });
		story.tell('claim.paid', { claim_id: 'told', order_line_id: 'b', amount: '1' });
		expect(errorOf(() => fails(story, 'told'))).toBe('unknown_payment');
		fails(story);
		expect(errorOf(() => fails(story))).toBe('unknown_payment');
		story.files('a', { claim_id: 'c' });
		story.passes(30);
		expect(errorOf(() => fails(story))).toBe('unknown_payment');
	});

	test('[PO5] a withdrawal that failed is balance again, and works for what waits', () => {
		const story = funded();
		story.sells('a', '100');
		story.releases('a');
		const before = state(story);
		const withdrawal = { store_id: 'S', withdrawal_id: 'w', amount: '100' };
		story.tell('withdrawal.request', withdrawal);
		story.proposes('60', { id: 'cut' });
		story.notes('withdrawal.failed', { withdrawal_id: 'w' });
		expect(story.followed).toEqual(['hold.decided cut: approve by funds']);
		story.proposes('100');
		expect(state(story)).toEqual(before);
		expect(errorOf(() => story.notes('withdrawal.failed', { withdrawal_id: 'w' }))).toBe('unknown_payment');
	});

	test('[PO5] [BK10] what nothing explained is the platform’s again', () => {
		const story = new DeskStory();
		story.opens('S');
		story.sells('a', '60');
		story.releases('a');
		story.tell('withdrawal.request', { store_id: 'S', withdrawal_id: 'w', amount: '100' });
		expect(story.store().unexplained).toBe(4000);
		story.notes('withdrawal.failed', { withdrawal_id: 'w' });
		expect(story.store().unexplained).toBe(0);
		expect(story.money().balance).toBe('60.00');
	});

	test('[PO5] a claim’s id is no withdrawal’s', () => {
		const story = funded();
		story.sells('a', '100');
		story.proposes('60');
		story.files('a', { claim_id: 'same' });
		expect(errorOf(() => story.notes('withdrawal.failed', { withdrawal_id: 'same' }))).toBe('unknown_payment');
	});
});

describe('appeals', () => {
	const filed = { appeal_id: 'A', store_id: 'S', decision_id: 'cut', text: 'We sell honestly.' };

	test('[AP1] an appeal waits for a person and changes nothing by itself', () => {
		const story = cutHeld();
		const before = story.money();
		expect(story.notes('appeal.filed', filed)).toEqual({ verdict: 'recorded', because: [] });
		expect([...story.desk.appeals.all()]).toMatchObject([{ id: 'A', store_id: 'S', decision_id: 'cut' }]);
		story.notes('appeal.settled', { appeal_id: 'A', verdict: 'overturned', by: 'ann' });
		expect([...story.desk.appeals.all()]).toEqual([]);
		expect([story.money(), story.waiting]).toEqual([before, ['cut']]);
	});

	test('[AP1] it is filed once while it is open, by a store that is known, and settled once', () => {
		const story = cutHeld();
		story.notes('appeal.filed', filed);
		expect(errorOf(() => story.notes('appeal.filed', filed))).toBe('bad_field');
		expect(errorOf(() => story.notes('appeal.filed', { ...filed, appeal_id: 'B', store_id: 'X' }))).toBe(
			'unknown_store',
		);
		const settled = { appeal_id: 'A', verdict: 'upheld', by: 'ann' };
		story.notes('appeal.settled', settled);
		expect(errorOf(() => story.notes('appeal.settled', settled))).toBe('unknown_appeal');
		story.notes('appeal.filed', filed);
		expect(story.desk.appeals.find('A')).toBeDefined();
	});
});

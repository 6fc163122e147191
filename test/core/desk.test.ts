/**
 * The desk's rules as small stories: what waits, and how it ends. Amounts are in yuan, days count from the story's
 * beginning.
 */
import { describe, expect, test } from 'vitest';
import { type DeskStory, HOURS, SECONDS, cutHeld, emptied, enforcing, errorOf } from './desk-story.js';
import type { Setting } from './story.js';

describe('held requests', () => {
	test('[HO1] a cut that is not funded waits, and has done nothing yet', () => {
		const story = cutHeld();
		expect(story.waiting).toEqual(['cut']);
		expect(story.line('a')).toMatchObject({ due: '0.00' });
		expect(story.followed).toEqual([]);
	});

	test('[HO1] what passes, or is refused, does not wait', () => {
		const story = emptied();
		story.proposes('100', { id: 'passes' });
		story.files('a', { id: 'refused' });
		expect(story.waiting).toEqual([]);
		expect(errorOf(() => story.settles('passes', 'refuse'))).toBe('not_waiting');
		expect(errorOf(() => story.settles('nobody', 'refuse'))).toBe('not_waiting');
	});

	test('[HO1] where the gate only observes, nothing waits', () => {
		const story = emptied({ gates: { payout: 'enforce' } });
		expect(story.proposes('80').verdict).toBe('approve');
		expect(story.waiting).toEqual([]);
	});

	test('[HO2] a held cut goes through by itself as soon as a deposit pays for it', () => {
		const story = cutHeld();
		story.on(2).posts('39.99');
		expect(story.followed).toEqual([]);
		story.posts('0.01');
		expect(story.followed).toEqual(['hold.decided cut: approve by funds']);
		expect(story.because.get('hold.decided')).toEqual(['hold_funded', 'cut_funded']);
		expect(story.line('a')).toMatchObject({ due: '20.00', reserve: '20.00' });
		expect(story.waiting).toEqual([]);
	});

	test('[HO2] ... or as soon as the windows end that it would have cost', () => {
		const story = emptied();
		story.on(5).proposes('80', { id: 'cut' });
		story.passes(7);
		expect(story.waiting).toEqual(['cut']);
		story.passes(7 + 61 * SECONDS);
		expect(story.followed).toEqual(['hold.decided cut: approve by funds']);
	});

	test('[HO2] ... or as soon as money is released', () => {
		const story = cutHeld();
		story.sells('c', '50', { sku_id: 'other' });
		expect(story.waiting).toEqual(['cut']);
		story.releases('c');
		expect(story.followed).toEqual(['hold.decided cut: approve by funds']);
		expect(story.money()).toMatchObject({ balance: '10.00', reserve: '40.00', gap: '0.00' });
	});

	test('[HO2] the oldest goes first, and the next as far as the money lasts', () => {
		const story = emptied();
		story.prices('100', { sku_id: 'other' });
		story.sells('c', '100', { sku_id: 'other', buyer_id: 'C' });
		story.releases('c');
		story.asksFor('100');
		story.proposes('80', { id: 'first' });
		story.proposes('80', { id: 'second', sku_id: 'other' });
		story.posts('45');
		expect(story.followed).toEqual(['hold.decided first: approve by funds']);
		story.posts('15');
		expect(story.followed).toEqual(['hold.decided second: approve by funds']);
	});

	test('[HO2] money of another store helps nobody', () => {
		const story = cutHeld();
		story.opens('T', '1000');
		story.posts('1000', 'T');
		expect(story.waiting).toEqual(['cut']);
	});

	test('[HO2] a withdrawal without headroom waits until it fits in full', () => {
		const story = enforcing({ policy: { margin_percent: { new: 20, normal: 20, watch: 20, abnormal: 100 } } });
		story.opens('S');
		story.sells('a', '100');
		story.releases('a');
		expect(story.asksFor('80')).toMatchObject({ verdict: 'approve', headroom: '80.00' });
		const asked = { store_id: 'S', withdrawal_id: 'w', amount: '50' };
		expect(story.on(2).tell('withdrawal.request', { id: 'wait', ...asked })).toMatchObject({ verdict: 'hold' });
		story.passes(8);
		expect(story.money().headroom).toBe('20.00');
		expect(story.waiting).toEqual(['wait']);
		story.sells('b', '40', { protect_days: 0 });
		story.releases('b');
		expect(story.followed).toEqual(['hold.decided wait: approve 50.00 by funds', 'withdrawal.allowed w: 50.00']);
		expect(story.money().balance).toBe('10.00');
	});

	test('[HO3] a later proposal for the same item takes the place of the one that waits', () => {
		const story = cutHeld();
		story.on(2).proposes('70', { id: 'deeper' });
		expect(story.followed).toEqual(['hold.decided cut: refuse by superseded']);
		expect(story.because.get('hold.decided')).toEqual(['hold_superseded']);
		expect(story.waiting).toEqual(['deeper']);
		story.proposes('100', { id: 'as before' });
		expect(story.followed).toEqual(['hold.decided deeper: refuse by superseded']);
		expect(story.waiting).toEqual([]);
	});

	test('[HO3] ... and so does a later price that was set without asking', () => {
		const story = cutHeld();
		story.on(2).prices('110');
		expect(story.followed).toEqual(['hold.decided cut: refuse by superseded']);
	});

	test('[HO3] a proposal told late does not take the place of a later one', () => {
		const story = cutHeld();
		story.on(0.5).proposes('70', { id: 'late' });
		expect(story.followed).toEqual(['hold.decided late: refuse by superseded']);
		expect(story.waiting).toEqual(['cut']);
	});

	test('[HO3] another item’s proposal leaves it alone', () => {
		const story = cutHeld();
		story.on(2).proposes('70', { sku_id: 'other' });
		expect(story.waiting).toEqual(['cut']);
	});

	test('[HO3] a store that applies again, with more, waits no longer', () => {
		const story = enforcing({ policy: { minimum_deposit: '100' } });
		story.applies('S', { id: 'poor', deposit: '99' });
		expect(story.applies('S', { deposit: '100' }).verdict).toBe('approve');
		expect(story.followed).toEqual(['hold.decided poor: refuse by superseded']);
		expect(story.money().deposit).toBe('100.00');
	});

	test('[HO3] ... nor does one that opened without asking', () => {
		const story = enforcing({ policy: { minimum_deposit: '100' } });
		story.applies('S', { id: 'poor', deposit: '99' });
		story.on(1).opens('S', '50');
		expect(story.followed[0]).toBe('hold.decided poor: refuse by superseded');
		expect(story.waiting).toEqual([]);
	});

	test('[HO3] a store may withdraw what waits', () => {
		const story = cutHeld();
		story.notes('hold.withdrawn', { decision_id: 'cut', by: 'store S' });
		expect(story.followed).toEqual(['hold.decided cut: refuse by withdrawn']);
		expect(story.because.get('hold.decided')).toEqual(['hold_withdrawn']);
		story.posts('1000');
		expect(story.line('a')).toMatchObject({ due: '0.00' });
	});

	test('[HO4] what nobody funded in its hours is refused', () => {
		const story = cutHeld({ policy: { hold_hours: { price: 10, payout: 168, admission: 72 } } });
		story.passes(1 + 10 * HOURS - SECONDS);
		expect(story.waiting).toEqual(['cut']);
		story.passes(1 + 10 * HOURS);
		expect(story.followed).toEqual(['hold.decided cut: refuse by expired']);
		expect(story.because.get('hold.decided')).toEqual(['hold_expired']);
		story.posts('1000');
		expect(story.line('a')).toMatchObject({ due: '0.00' });
	});

	test('[HO4] where the platform pays unfunded claims, it lets no unfunded cut through for that', () => {
		const story = cutHeld({ policy: { unfunded_claim: 'pay' } });
		story.passes(4);
		expect(story.followed).toEqual(['hold.decided cut: refuse by expired']);
	});

	test('[HO4] it takes a message to let time pass; money that came first is asked first', () => {
		const story = cutHeld();
		story.on(40).posts('100');
		expect(story.followed).toEqual(['hold.decided cut: approve by funds']);
	});

	test('[HO5] a person lets no cut and no withdrawal through, but may refuse them', () => {
		const story = cutHeld();
		expect(errorOf(() => story.settles('cut', 'approve'))).toBe('bad_field');
		expect(story.waiting).toEqual(['cut']);
		expect(story.settles('cut', 'refuse').verdict).toBe('recorded');
		expect(story.followed).toEqual(['hold.decided cut: refuse by person']);
		expect(story.because.get('hold.decided')).toEqual(['hold_settled']);
	});

	test('[HO1] what was settled once is settled', () => {
		const story = cutHeld();
		story.settles('cut', 'refuse');
		expect(errorOf(() => story.settles('cut', 'refuse'))).toBe('not_waiting');
		expect(errorOf(() => story.notes('hold.withdrawn', { decision_id: 'cut', by: 'S' }))).toBe('not_waiting');
		expect(story.desk.lastWord('cut')).toMatchObject({ verdict: 'refuse', how: 'person' });
	});

	test('last words are remembered as long as settled lines, by the time of records, and then make room', () => {
		const story = cutHeld({ policy: { remember_days: 40 } });
		story.settles('cut', 'refuse');
		story.passes(1 + 40 - 60 * SECONDS);
		expect([...story.desk.lastWords()]).toHaveLength(1);
		story.passes(1 + 40 + 60 * SECONDS);
		expect([...story.desk.lastWords()]).toEqual([]);
		expect(errorOf(() => story.settles('cut', 'refuse'))).toBe('not_waiting');
	});
});

describe('[PG7] a cut that is funded and deeper than its band', () => {
	const BAND = { new: 50, normal: 50, watch: 50, abnormal: 50, probation: 50 };
	/** Sold at 100 and released, the money still there. */
	function trading(): DeskStory {
		const story = enforcing({ policy: { band_percent: BAND } });
		story.opens('S');
		story.prices('100');
		story.sells('a', '100');
		story.releases('a');
		return story;
	}

	test('within it nobody is asked', () => {
		expect(trading().proposes('50').verdict).toBe('approve');
	});

	test('[HO5] deeper, it waits for a person, who may let it through', () => {
		const story = trading();
		expect(story.proposes('49.99', { id: 'cut' })).toMatchObject({
			verdict: 'hold',
			because: ['cut_out_of_band'],
			top_up: '0.00',
		});
		story.posts('500');
		expect(story.waiting).toEqual(['cut']);
		story.settles('cut', 'approve');
		expect(story.followed).toContain('hold.decided cut: approve by person');
		expect(story.line('a')).toMatchObject({ due: '50.01', reserve: '50.01' });
	});

	test('[HO5] no person lets through what has lost its funds', () => {
		const story = trading();
		story.proposes('10', { id: 'cut' });
		story.asksFor('100');
		expect(errorOf(() => story.settles('cut', 'approve'))).toBe('bad_field');
	});

	test('[HO4] nobody looks: it is refused', () => {
		const story = trading();
		story.proposes('10', { id: 'cut' });
		story.passes(4);
		expect(story.followed).toContain('hold.decided cut: refuse by expired');
	});

	test('where nothing is protected, a price may fall as it likes', () => {
		const story = enforcing({ policy: { band_percent: BAND } });
		story.opens('S');
		story.prices('100');
		expect(story.proposes('1').verdict).toBe('approve');
	});
});

describe('claims whose money is missing', () => {
	/** The price was cut without asking, and nothing secures the 40 that each buyer may claim. */
	function claimHeld(setting: Setting = {}, amount = '40.00'): DeskStory {
		const story = emptied(setting);
		story.on(1).prices('60');
		expect(story.files('a', { id: 'claim', claim_id: 'c' })).toMatchObject({ verdict: 'hold', amount });
		return story;
	}

	test('[HO2] a held claim is paid as soon as its store funds it', () => {
		const story = claimHeld();
		story.on(2).posts('80');
		expect(story.followed).toEqual(['hold.decided claim: approve 40.00 by funds', 'advance.due c: 40.00']);
		expect(story.money()).toMatchObject({ owed: '0.00', deposit: '0.00', reserve: '40.00' });
	});

	test('[HO2] it stays a claim of its own time, though its window has ended', () => {
		const story = claimHeld({ programme: { fund_within_hours: 720 } });
		story.passes(8);
		expect(story.waiting).toEqual(['claim']);
		story.posts('40');
		expect(story.followed).toEqual(['hold.decided claim: approve 40.00 by funds', 'advance.due c: 40.00']);
	});

	test('[HO2] as far as a cap leaves', () => {
		const story = claimHeld({ programme: { caps: { buyer: { amount: '30', days: 3650 } } } }, '30.00');
		story.on(2).posts('80');
		expect(story.followed[0]).toBe('hold.decided claim: limit 30.00 by funds');
	});

	test('[PR13] [HO4] unfunded in the programme’s time, it is refused', () => {
		const story = claimHeld({ programme: { fund_within_hours: 6 } });
		story.passes(1 + 6 * HOURS);
		expect(story.followed).toEqual(['hold.decided claim: refuse by expired']);
		expect(story.money().owed).toBe('0.00');
	});

	test('[PR13] [HO4] ... or paid by the platform, and the store owes it', () => {
		const story = claimHeld({ policy: { unfunded_claim: 'pay' } });
		story.passes(3);
		expect(story.followed).toEqual([
			'hold.decided claim: approve 40.00 by expired',
			'advance.due c: 40.00',
			'store.flagged S',
		]);
		expect(story.money().owed).toBe('40.00');
	});

	test('[HO5] a person may let a claim through, and the store owes it', () => {
		const story = claimHeld();
		story.settles('claim', 'approve');
		expect(story.followed).toEqual([
			'hold.decided claim: approve 40.00 by person',
			'advance.due c: 40.00',
			'store.flagged S',
		]);
		expect(story.money().owed).toBe('40.00');
	});

	test('[HO5] ... or refuse it', () => {
		const story = claimHeld();
		story.settles('claim', 'refuse');
		expect(story.followed).toEqual(['hold.decided claim: refuse by person']);
		expect(story.money().owed).toBe('0.00');
	});

	test('[HO5] two claims on one line are not both paid, whoever lets them through', () => {
		const story = claimHeld();
		story.files('a', { id: 'again' });
		story.settles('claim', 'approve');
		expect(errorOf(() => story.settles('again', 'approve'))).toBe('bad_field');
		expect(story.waiting).toEqual(['again']);
	});

	test('[HO4] [HO5] ... nor by default', () => {
		const story = claimHeld({ policy: { unfunded_claim: 'pay' } });
		story.files('a', { id: 'again' });
		story.passes(3);
		expect(story.followed).toContain('hold.decided again: refuse by expired');
		expect(story.because.get('hold.decided')).toEqual(['hold_expired', 'nothing_claimable']);
		expect(story.money().owed).toBe('40.00');
	});

	test('[HO5] only what is owed now is paid: the price has risen meanwhile', () => {
		const story = claimHeld();
		story.on(2).prices('75');
		story.settles('claim', 'approve');
		expect(story.followed[0]).toBe('hold.decided claim: approve 25.00 by person');
	});

	test('[HO4] of a claim on a line that is forgotten by then, nothing is paid', () => {
		const story = claimHeld({
			policy: { unfunded_claim: 'pay', remember_days: 0 },
			programme: { fund_within_hours: 720 },
		});
		story.passes(40);
		expect(story.followed).toEqual(['hold.decided claim: refuse by expired']);
		expect(story.money().owed).toBe('0.00');
	});
});

describe('stores at the door', () => {
	const short = (policy = {}): DeskStory => {
		const story = enforcing({ policy: { minimum_deposit: '100', ...policy } });
		expect(story.applies('S', { id: 'door', deposit: '50' })).toMatchObject({ verdict: 'hold' });
		return story;
	};

	test('[HO5] a person lets a store in', () => {
		const story = short();
		story.on(1).settles('door', 'approve');
		expect(story.followed[0]).toBe('hold.decided door: approve by person');
		expect(story.money().deposit).toBe('50.00');
		expect(story.store().openedAt).toBe(Date.UTC(2024, 0, 2));
	});

	test('[HO5] ... or not', () => {
		const story = short();
		story.settles('door', 'refuse');
		expect(errorOf(() => story.money())).toBe('unknown_store');
	});

	test('[HO5] ... not twice', () => {
		const story = short();
		story.on(-1).opens('S', '100');
		expect(errorOf(() => story.on(1).settles('door', 'approve'))).toBe('duplicate_store');
	});

	test('[HO5] [AG10] a store that a person lets in keeps the limits of its papers', () => {
		const story = short({ probation: { days: 10 } });
		story.settles('door', 'approve');
		expect(story.followed[0]).toBe('hold.decided door: limit by person');
		expect(story.core.tier(story.store())).toBe('probation');
	});

	test('[HO4] nobody looked: refused', () => {
		const story = short();
		story.passes(3);
		expect(story.followed).toEqual(['hold.decided door: refuse by expired']);
		expect(errorOf(() => story.money())).toBe('unknown_store');
	});
});

/**
 * Programmes that policies bring: what is sold under them, what was promised before, and what no policy may bring. Told
 * to a desk whose twin replays every step, as in policies.test.ts; the book's own programme is seven days from payment.
 */
import { describe, expect, test } from 'vitest';
import { deskHash } from '../../src/core/desk/desk-hash.js';
import { parsePolicy } from '../../src/core/policy.js';
import { PRESETS } from '../../src/core/programme/presets.js';
import { OWN } from '../../src/core/programme/programmes.js';
import { stateHash } from '../../src/core/state-hash.js';
import { SuretyError } from '../../src/core/words/error.js';
import { DeskStory, errorOf } from './desk-story.js';
import { CNY, newDesk, type Setting } from './story.js';

const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
const NONE = { new: 0, normal: 0, watch: 0, abnormal: 0 };

const programme = (name: string, more: object = {}) => ({
	schema: 'surety.programme/1',
	name,
	version: 1,
	clock: { start: 'payment', days: 'line' },
	...more,
});

const policy = (name: string, more: object = {}) => ({
	schema: 'surety.policy/1',
	name,
	version: 1,
	gates: ENFORCE,
	margin_percent: NONE,
	...more,
});

const FIFTEEN = programme('fifteen', { clock: { start: 'payment', days: 15 } });

class ProgrammeStory extends DeskStory {
	constructor(setting: Setting = {}) {
		super({ gates: 'enforce', ...setting, policy: { margin_percent: NONE, ...setting.policy } });
	}

	get programmes() {
		return this.core.book.programmes;
	}

	draft(name: string, carried?: unknown, more: object = {}): this {
		const document = policy(name, { ...(carried === undefined ? {} : { programme: carried }), ...more });
		this.notes('policy.drafted', { document, by: 'ann' });
		return this;
	}

	/** A policy with a programme, from draft to decision. */
	enforces(name: string, carried?: unknown, share_percent = 100, more: object = {}): this {
		const label = `${name}@1`;
		this.draft(name, carried, more);
		this.notes('policy.backtested', { policy: label, result: { policy: label }, by: 'ann' });
		this.notes('policy.approved', { policy: label, by: 'ben' });
		this.notes('policy.enforced', { policy: label, share_percent, by: 'ben' });
		return this;
	}

	rollsBack(): this {
		this.notes('policy.rolled_back', { by: 'ben' });
		return this;
	}

	/** What a line was sold under. */
	promised(line: string): string {
		const { book } = this.core;
		return book.rulesOf(book.index.find(line)).name;
	}
}

/** A store with goods at 100 and money enough for every cut. */
function selling(setting: Setting = {}): ProgrammeStory {
	const story = new ProgrammeStory(setting);
	story.opens('S', '1000');
	story.prices('100');
	return story;
}

const NO_WINDOW = { verdict: 'refuse', because: ['window_ended'] };
const PAID = { verdict: 'approve', because: ['claim_secured'] };

describe('[PR14] a guarantee keeps the programme it was made under', () => {
	test('its window: seven days for what was sold before, fifteen for what is sold after', () => {
		const story = selling();
		story.sells('before', '100');
		story.enforces('autumn', FIFTEEN);
		story.sells('after', '100');
		story.on(8).proposes('90');
		expect(story.files('before')).toMatchObject(NO_WINDOW);
		expect(story.on(15).files('after')).toMatchObject({ ...PAID, amount: '10.00' });
		expect(story.on(15.01).files('after')).toMatchObject(NO_WINDOW);
		expect([story.promised('before'), story.promised('after')]).toEqual(['story@1', 'fifteen@1']);
	});

	test('after a rollback, too: only what is sold from then on is sold as before', () => {
		const story = selling().enforces('autumn', FIFTEEN);
		story.sells('a', '100');
		story.rollsBack().sells('b', '100');
		story.on(10).proposes('90');
		expect(story.files('a')).toMatchObject({ ...PAID, amount: '10.00' });
		expect(story.files('b')).toMatchObject(NO_WINDOW);
	});

	test('its clock: a delivery moves the window of the line whose clock starts there, whatever decides by then', () => {
		const delivered = programme('delivered', { clock: { start: 'delivery', days: 5, undelivered_days: 30 } });
		const story = selling().enforces('autumn', delivered);
		story.sells('a', '100');
		story.rollsBack().sells('b', '100');
		story.on(6).delivers('a');
		story.delivers('b');
		story.on(10).proposes('90');
		expect(story.on(11).files('a')).toMatchObject({ ...PAID, amount: '10.00' });
		expect(story.on(11).files('b')).toMatchObject(NO_WINDOW);
		expect(story.on(11.01).files('a')).toMatchObject(NO_WINDOW);
	});

	test('an undelivered line ends on its own day, and so does its neighbour on the same item', () => {
		const delivered = programme('delivered', { clock: { start: 'delivery', days: 5, undelivered_days: 9 } });
		const story = selling();
		story.sells('b', '100');
		story.enforces('autumn', delivered).sells('a', '100');
		expect(story.store().openGuarantees).toBe(2);
		story.passes(7.5);
		expect(story.store().openGuarantees).toBe(1);
		story.passes(9.5);
		expect(story.store().openGuarantees).toBe(0);
		story.on(40).releases('a');
		story.releases('b');
		story.passes(80);
		expect([story.line('a'), story.line('b')]).toEqual(['forgotten', 'forgotten']);
	});

	test('its parts, minimum, repeats and states that bar a claim', () => {
		const careful = programme('careful', {
			parts: { platform_coupon: 'deduct' },
			minimum_difference: '15',
			repeat: 'none',
			exclude: { at_claim: ['out_of_stock'] },
		});
		const story = selling();
		const parts = { platform_coupon: '20' };
		story.sells('plain', '100', { parts });
		story.enforces('autumn', careful).sells('careful', '100', { parts });
		story.proposes('70');
		expect(story.files('plain', { traits: ['out_of_stock'] })).toMatchObject({ amount: '30.00' });
		expect(story.files('careful', { traits: ['out_of_stock'] })).toMatchObject({ because: ['claim_excluded'] });
		expect(story.files('careful')).toMatchObject({ verdict: 'refuse', because: ['below_minimum'] });
		story.proposes('60');
		expect(story.files('careful')).toMatchObject({ amount: '20.00' });
		story.proposes('10');
		expect(story.files('plain')).toMatchObject({ amount: '60.00' });
		expect(story.files('careful')).toMatchObject({ because: ['claimed_once'] });
	});

	test('[PR11] its share: the platform bears a part only of what was sold under that promise', () => {
		const story = selling();
		story.sells('whole', '100');
		story.enforces('shared', programme('shared', { store_bears_percent: 40 }));
		story.sells('part', '100');
		expect(story.proposes('50')).toMatchObject({ triggered: '70.00' });
		expect(story.line('whole')).toMatchObject({ due: '50.00' });
		expect(story.line('part')).toMatchObject({ due: '20.00' });
		expect(story.files('part')).toMatchObject({ amount: '50.00' });
		expect(story.line('part')).toMatchObject({ due: '0.00' });
		story.rollsBack();
		expect(story.files('whole')).toMatchObject({ amount: '50.00' });
		expect(story.money()).toMatchObject({ owed: '0.00', gap: '0.00' });
	});

	test('[PR10] its caps: what is claimed under one programme uses up no cap of another', () => {
		const capped = (name: string, amount: string) => programme(name, { caps: { buyer: { amount, days: 7 } } });
		const story = selling({ programme: { caps: { buyer: { amount: '30', days: 7 } } } });
		for (const line of ['a1', 'a2']) story.sells(line, '100');
		story.enforces('autumn', capped('autumn', '45'));
		for (const line of ['b1', 'b2']) story.sells(line, '100');
		story.proposes('75');
		expect(story.files('a1')).toMatchObject({ amount: '25.00' });
		expect(story.files('b1')).toMatchObject({ amount: '25.00' });
		expect(story.files('b2')).toMatchObject({ verdict: 'limit', amount: '20.00' });
		expect(story.files('a2')).toMatchObject({ verdict: 'limit', amount: '5.00' });
		expect(story.files('a2')).toMatchObject({ verdict: 'refuse', because: ['cap_reached'] });
	});

	test('[PR10] [CL12] a claim that failed gives its own programme’s cap back, whatever decides by then', () => {
		const capped = programme('capped', { caps: { buyer: { amount: '30', days: 7 } } });
		const story = selling().enforces('autumn', capped);
		for (const line of ['a', 'b']) story.sells(line, '100');
		story.proposes('70');
		expect(story.files('a', { claim_id: 'ca' })).toMatchObject({ amount: '30.00' });
		expect(story.files('b')).toMatchObject({ because: ['cap_reached'] });
		story.rollsBack().notes('claim.failed', { claim_id: 'ca' });
		expect(story.files('b')).toMatchObject({ amount: '30.00' });
	});

	test('[PR13] its time to fund: each claim that waits has its own', () => {
		const story = new ProgrammeStory({ gates: { claim: 'enforce' }, programme: { fund_within_hours: 24 } });
		story.opens('S');
		story.prices('100');
		story.sells('day', '100');
		story.enforces('patient', programme('patient', { fund_within_hours: 72 }), 100, {
			gates: { ...ENFORCE, price: 'observe', payout: 'observe' },
		});
		story.sells('three', '100');
		for (const line of ['day', 'three']) story.releases(line);
		story.asksFor('200');
		story.prices('50');
		for (const line of ['day', 'three']) expect(story.files(line).verdict).toBe('hold');
		expect(story.waiting).toHaveLength(2);
		story.passes(1.1);
		expect(story.waiting).toHaveLength(1);
		story.passes(2.9);
		expect(story.waiting).toHaveLength(1);
		story.passes(3.1);
		expect(story.waiting).toHaveLength(0);
	});
});

describe('[PL9] a policy brings its programme to those it decides for', () => {
	test('a staged one to its share of the stores', () => {
		const story = new ProgrammeStory().enforces('autumn', FIFTEEN, 50);
		const sold = new Map<string, string[]>();
		for (let n = 0; n < 60; n++) {
			const store_id = `S${n}`;
			story.opens(store_id);
			story.sells(`l${n}`, '100', { store_id });
			const { label } = story.core.policies.of(story.store(store_id).id);
			sold.set(label, [...(sold.get(label) ?? []), story.promised(`l${n}`)]);
		}
		expect([...sold.keys()].sort()).toEqual(['autumn@1', 'story@1']);
		expect(new Set(sold.get('autumn@1'))).toEqual(new Set(['fifteen@1']));
		expect(new Set(sold.get('story@1'))).toEqual(new Set(['story@1']));
	});

	test('[GG2] what it excludes carries no guarantee, and the outcome says so', () => {
		const story = selling();
		const sale = { traits: ['flash_sale'] };
		expect(story.sells('before', '100', sale).because).toEqual([]);
		story.enforces('autumn', programme('strict', { exclude: { traits: ['flash_sale'] } }));
		expect(story.sells('after', '100', sale).because).toEqual(['item_excluded']);
		story.proposes('90');
		expect(story.files('before')).toMatchObject({ amount: '10.00' });
		expect(story.files('after')).toMatchObject({ because: ['not_protected'] });
	});

	test('a policy without one returns to the book’s own', () => {
		const story = selling().enforces('autumn', FIFTEEN).enforces('winter');
		story.sells('a', '100');
		expect(story.promised('a')).toBe('story@1');
	});

	test('a draft is not known yet, nor is one in shadow; two policies may bring the same', () => {
		const story = selling().draft('autumn', FIFTEEN);
		story.notes('policy.shadowed', { policy: 'autumn@1', by: 'ann' });
		story.sells('a', '100');
		expect([story.programmes.names, story.promised('a')]).toEqual([['story@1'], 'story@1']);
		story.enforces('winter', FIFTEEN).enforces('spring', FIFTEEN);
		expect(story.programmes.names).toEqual(['story@1', 'fifteen@1']);
	});

	test('one that carries the book’s own brings nothing new', () => {
		const story = selling();
		story.enforces('same', story.core.book.rules.programme);
		story.sells('a', '100');
		expect(story.programmes.count).toBe(1);
		expect(story.core.book.lines.programme(story.core.book.index.find('a'))).toBe(OWN);
	});

	test('[CL11] of a forgotten line, the share and the caps are those of what its store sells under now', () => {
		const story = selling({ policy: { remember_days: 1 } });
		story.sells('a', '100');
		story.releases('a');
		story.enforces('shared', programme('shared', { store_bears_percent: 40 }), 100, { remember_days: 1 });
		story.passes(20);
		expect(story.line('a')).toBe('forgotten');
		const before = story.store().recovered;
		story.paysClaim('a', '50', undefined, { store_id: 'S' });
		expect(story.store().recovered - before).toBe(2000);
	});
});

describe('[PR15] what the programmes of one book share', () => {
	const refused = (story: ProgrammeStory, carried: unknown): SuretyError => {
		const before = deskHash(story.desk);
		try {
			story.draft('odd', carried);
		} catch (error) {
			expect(deskHash(story.desk)).toBe(before);
			if (error instanceof SuretyError) return error;
		}
		throw new Error('was not refused');
	};

	test.each([
		[
			'reference',
			{ reference: 'checkout' },
			/is checkout, and the book’s own programme has page: .*one reference price/,
		],
		['funding', { funding: ['deposit', 'balance'] }, /is deposit, balance, and .* has balance, deposit/],
		['funding', { funding: ['balance'] }, /programme\.funding/],
	])('another %s is refused, by its field and with the reason', (field, more, message) => {
		const error = refused(selling(), programme('odd', more));
		expect(error).toMatchObject({ code: 'bad_policy', field: `programme.${field}` });
		expect(error.message).toMatch(message);
	});

	test('a book whose own is otherwise takes what agrees with it', () => {
		const shared = { reference: 'checkout', funding: ['deposit'] };
		const story = selling({ programme: shared }).enforces('autumn', { ...FIFTEEN, ...shared });
		story.sells('a', '100');
		story.on(8).proposes('95', { coupon: '15' });
		expect(story.files('a')).toMatchObject({ amount: '20.00' });
	});

	test('a name and version stand for one document: the book’s own, those in use, and those of drafts', () => {
		const story = selling().draft('autumn', FIFTEEN);
		expect(refused(story, { ...FIFTEEN, repeat: 'none' }).code).toBe('bad_programme');
		expect(refused(story, programme('story', { repeat: 'none' })).code).toBe('bad_programme');
		story.draft('winter', { ...FIFTEEN, version: 2, repeat: 'none' });
		story.draft('spring', FIFTEEN);
	});

	test('neither the order of its fields nor what it says of where it comes from makes a document another', () => {
		const parts = { gift: 'deduct', points: 'count' };
		const story = selling().draft('autumn', { ...FIFTEEN, parts });
		story.draft('winter', { ...FIFTEEN, parts: { points: 'count', gift: 'deduct' }, source: 'our terms, 2026' });
	});

	test('a book has at most 256 programmes', () => {
		const story = selling();
		for (let n = 1; n < 256; n++) story.draft(`p${n}`, { ...FIFTEEN, version: n });
		expect(refused(story, { ...FIFTEEN, version: 256 }).message).toMatch(/at most 256/);
		story.draft('again', FIFTEEN).enforces('last', { ...FIFTEEN, version: 255 });
		story.sells('a', '100');
		expect(story.promised('a')).toBe('fifteen@255');
	});

	test('each of 256 programmes is kept by its lines', () => {
		const story = selling();
		for (let n = 1; n < 256; n++) {
			story.enforces(`p${n}`, { ...FIFTEEN, version: n });
			story.sells(`l${n}`, '100');
		}
		for (let n = 1; n < 256; n++) expect(story.promised(`l${n}`)).toBe(`fifteen@${n}`);
	});

	test.each([
		['clock', { clock: { start: 'delivery', days: 'line' } }, 'programme.clock.days'],
		['unknown field', { daysss: 7 }, 'programme'],
		['amount', { caps: { line: '1.234' } }, 'programme.caps.line'],
		['no document', 7, 'programme'],
	])('one that does not fit by itself is refused with the policy: %s', (_, more, field) => {
		const odd = typeof more === 'object' ? programme('odd', more) : more;
		expect(refused(selling(), odd)).toMatchObject({ code: 'bad_policy', field });
	});

	test('a book cannot begin under a policy that it could not sell under', () => {
		const begin = (more: object) => errorOf(() => newDesk({ policy: { programme: programme('odd', more) } }));
		expect(begin({ reference: 'checkout' })).toBe('bad_policy');
		expect(begin({ name: 'story', repeat: 'none' })).toBe('bad_programme');
	});

	test('one that begins under a policy with a programme sells under it', () => {
		const story = selling({ policy: { programme: FIFTEEN } });
		story.sells('a', '100');
		expect([story.promised('a'), story.programmes.names]).toEqual(['fifteen@1', ['story@1', 'fifteen@1']]);
	});
});

describe('[PR16] a preset’s name', () => {
	test('stands for its whole document', () => {
		const story = selling().enforces('autumn', 'target-14');
		story.sells('a', '100');
		expect(story.promised('a')).toBe('target-14@1');
		expect(story.core.policies.live.document.programme).toEqual(PRESETS.get('target-14'));
	});

	test('that is none is refused, with those there are', () => {
		const act = () => parsePolicy(policy('odd', { programme: 'nobody-7' }), CNY);
		expect(act).toThrow(/"nobody-7" is none of default, jd-label, jd-self/);
		expect(errorOf(act)).toBe('bad_policy');
	});
});

describe('the state', () => {
	test('a line of the book’s own programme takes no memory more, and one of another a byte a row of its page', () => {
		const story = selling();
		story.sells('a', '100');
		const { lines } = story.core.book;
		const before = lines.bytes;
		story.enforces('autumn', FIFTEEN).sells('b', '100');
		expect((lines.bytes - before) / (before / 56)).toBe(1);
	});

	test('a row that is used again has forgotten what was sold in it', () => {
		const story = selling({ policy: { remember_days: 0 } }).enforces('autumn', FIFTEEN, 100, { remember_days: 0 });
		story.sells('a', '100');
		story.releases('a');
		const slot = story.core.book.index.find('a');
		story.rollsBack().passes(30);
		expect(story.line('a')).toBe('forgotten');
		story.sells('b', '100');
		expect(story.core.book.index.find('b')).toBe(slot);
		expect(story.promised('b')).toBe('story@1');
	});

	test('what one line was promised shows in the hash, though all else of it is the same', () => {
		const once = programme('once', { repeat: 'none' });
		const sold = (isBefore: boolean): string => {
			const story = selling().enforces('autumn', once);
			if (isBefore) story.sells('a', '100');
			story.rollsBack();
			if (!isBefore) story.sells('a', '100');
			return stateHash(story.core);
		};
		expect(sold(true)).not.toBe(sold(false));
	});

	test('two books that promised otherwise differ in their hash, though all else is the same', () => {
		const after = (carried: object): string => {
			const story = selling().enforces('autumn', carried);
			story.sells('a', '100');
			return deskHash(story.desk);
		};
		expect(after(programme('one', { repeat: 'none' }))).not.toBe(after(programme('two', { repeat: 'none' })));
	});
});

/** The admission rules as small stories: papers, many stores at once, bursts, and what probation limits. */
import { describe, expect, test } from 'vitest';
import { DeskStory } from './desk-story.js';
import type { Setting } from './story.js';

const HOURS = 1 / 24;
const SECONDS = HOURS / 3600;
const NOTHING = { new: 0, normal: 0, watch: 0, abnormal: 0 };
/** Whatever a store scores, it owes neither margin nor deposit; where they matter a test says so. */
const EASY = { margin_percent: NOTHING, deposit_percent: NOTHING };

const enforcing = ({ policy = {}, ...more }: Setting = {}): DeskStory =>
	new DeskStory({ gates: 'enforce', policy: { ...EASY, ...policy }, ...more });

describe('admission: papers, bursts and probation', () => {
	const verified = { verified: { licence_no: 'confirmed', bank_account: 'confirmed' } };
	const PROBATION = { probation: { days: 10, sales: 2, guarantee_cap: '300', unit_price_cap: '100' } };

	test('[AG6] papers that cannot be right, or that were denied, are refused', () => {
		const story = enforcing();
		const answer = (more: object) => story.applies('S', { ...more });
		expect(answer({ papers: { licence_no: 'bad_check_digit', phone: 'bad_structure' } })).toMatchObject({
			verdict: 'refuse',
			because: ['paper_invalid'],
		});
		expect(answer({ verified: { bank_account: 'denied' } })).toMatchObject({
			verdict: 'refuse',
			because: ['paper_denied'],
		});
		expect(answer({ papers: { licence_no: 'valid', phone: 'unknown_kind' } }).verdict).toBe('approve');
	});

	test('[AG6] wrong papers are refused before anything is held; a ring’s before that', () => {
		const story = enforcing({ policy: { minimum_deposit: '100' } });
		const wrong = { papers: { licence_no: 'bad_structure' }, licence_no: 'one' };
		expect(story.applies('S', wrong).because).toEqual(['paper_invalid']);
		for (const store of ['R', 'T']) {
			story.opens(store, '0', { licence_no: 'one' });
			story.label(store, 'abuse');
		}
		expect(story.applies('S', wrong).because).toEqual(['papers_of_ring']);
	});

	test('[AG7] the sixth new store on one telephone waits for a person', () => {
		const story = enforcing();
		for (let i = 1; i <= 5; i++) expect(story.on(i).applies(`S${i}`, { phone: '138' }).verdict).toBe('approve');
		expect(story.on(6).applies('S6', { phone: '138' })).toMatchObject({ verdict: 'hold', because: ['many_stores'] });
		expect(story.applies('T', { phone: '139' }).verdict).toBe('approve');
		expect(story.applies('U').verdict).toBe('approve');
	});

	test('[AG7] stores with a past do not count: an honest owner’s seventh sister is let in', () => {
		const story = enforcing();
		for (let i = 1; i <= 5; i++) story.on(i).opens(`S${i}`, '0', { legal_person: 'Zhang', bank_account: '6222' });
		const sister = { legal_person: 'Zhang', bank_account: '6222' };
		expect(story.on(30.9).applies('S6', sister).verdict).toBe('hold');
		expect(story.on(31.1).applies('S7', sister).verdict).toBe('approve');
	});

	test('[AG7] with none allowed, only a store that shows something waits', () => {
		const story = enforcing({ policy: { admission: { most_new_stores: 0, burst_stores: 0 }, ...PROBATION } });
		expect(story.applies('S', verified).verdict).toBe('approve');
		expect(story.applies('T', { ...verified, phone: '138' }).verdict).toBe('hold');
	});

	test('[AG8] tenants of an agent’s address are let in; in a burst, with limits', () => {
		const story = enforcing({ policy: { admission: { burst_stores: 3 }, ...PROBATION } });
		const tenant = { address: 'Agent Road 1', ip: '10.0.0.1', ...verified };
		for (let i = 1; i <= 3; i++) expect(story.on(i).applies(`S${i}`, tenant).verdict).toBe('approve');
		expect(story.on(4).applies('S4', tenant)).toMatchObject({
			verdict: 'limit',
			because: ['address_burst', 'address_burst', 'on_probation'],
		});
		expect(story.store('S4')).toBeDefined();
		expect(story.on(8.5).applies('S5', tenant).verdict).toBe('limit');
		expect(story.on(20).applies('S6', tenant).verdict).toBe('approve');
	});

	test('[AG9] an unverified store posts its first deposit, and is let in on probation', () => {
		const story = enforcing({
			policy: { minimum_deposit: '10', admission: { unverified_deposit: '500' }, ...PROBATION },
		});
		expect(story.applies('S', { deposit: '499' })).toMatchObject({
			verdict: 'hold',
			because: ['deposit_short'],
			deposit_required: '500.00',
		});
		expect(story.applies('S', { deposit: '500', verified: { licence_no: 'confirmed' } })).toMatchObject({
			verdict: 'limit',
			because: ['not_verified', 'on_probation'],
		});
		expect(story.applies('T', { deposit: '10', ...verified })).toEqual({
			verdict: 'approve',
			because: [],
			deposit_required: '10.00',
		});
	});

	test('[AG9] [AG10] with no days of probation nobody is limited', () => {
		const story = enforcing();
		expect(story.applies('S')).toEqual({ verdict: 'approve', because: [], deposit_required: '0.00' });
		story.opens('T', '0', { probation: true });
		expect(story.core.tier(story.store('T'))).toBe('new');
	});

	test('[AG10] [SC6] probation lifts after its days and its sales, both', () => {
		const story = enforcing({ policy: PROBATION });
		const tier = (): string => story.core.tier(story.store());
		story.applies('S');
		story.sells('a', '10');
		story.passes(11);
		expect(tier()).toBe('probation');
		story.sells('b', '10', { protect_days: 0 });
		expect(tier()).toBe('probation');
		story.sells('c', '10');
		expect(tier()).toBe('new');
		story.applies('T');
		for (const line of ['d', 'e', 'f']) story.sells(line, '10', { store_id: 'T' });
		expect(story.core.tier(story.store('T'))).toBe('probation');
	});

	test('[GG5] [DC1] on probation open guarantees are capped, and the badge goes off and on with them', () => {
		const story = enforcing({ policy: PROBATION });
		const quote = () => story.tell('guarantee.quote', { store_id: 'S', sku_id: 'K' });
		story.applies('S');
		story.prices('100');
		story.sells('a', '100', { quantity: 2 });
		expect(quote().verdict).toBe('approve');
		story.on(1).sells('b', '100');
		expect(story.followed).toEqual(['badge.off S']);
		expect(quote()).toMatchObject({ verdict: 'refuse', because: ['probation_cap'] });
		story.passes(7 + 61 * SECONDS);
		expect(story.followed).toEqual(['badge.on S']);
		expect(quote().verdict).toBe('approve');
	});

	test('[GG6] on probation a dear item carries no badge, and cheaper ones do', () => {
		const story = enforcing({ policy: PROBATION });
		story.applies('S');
		story.prices('100.01');
		story.prices('100', { sku_id: 'cheap' });
		const quote = (sku_id: string) => story.tell('guarantee.quote', { store_id: 'S', sku_id });
		expect(quote('K')).toMatchObject({ verdict: 'refuse', because: ['probation_price'] });
		expect(quote('cheap').verdict).toBe('approve');
		expect(story.followed).toEqual([]);
		story.opens('T', '0');
		story.prices('100.01', { store_id: 'T' });
		expect(story.tell('guarantee.quote', { store_id: 'T', sku_id: 'K' }).verdict).toBe('approve');
	});
});

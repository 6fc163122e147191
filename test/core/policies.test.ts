/** [PL1]-[PL8] Policies from draft to rollback, told to a desk whose twin replays every step. */
import { describe, expect, test } from 'vitest';
import { BY_HAND } from '../train/model-by-hand.js';
import { DeskStory, errorOf } from './desk-story.js';

const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
const NONE = { new: 0, normal: 0, watch: 0, abnormal: 0 };
const ALL = { new: 100, normal: 100, watch: 100, abnormal: 100 };

const document = (name: string, margin: object, more: object = {}) => ({
	schema: 'surety.policy/1',
	name,
	version: 1,
	gates: ENFORCE,
	margin_percent: margin,
	...more,
});

class PolicyStory extends DeskStory {
	constructor() {
		super({ gates: 'enforce', policy: { margin_percent: NONE } });
	}

	get policies() {
		return this.desk.core.policies;
	}

	draft(name: string, margin: object = ALL, more: object = {}, by = 'ann'): this {
		this.notes('policy.drafted', { document: document(name, margin, more), by });
		return this;
	}

	backtest(policy: string): this {
		this.notes('policy.backtested', { policy, result: { policy, shortfall: '0.00' }, by: 'ann' });
		return this;
	}

	/** From draft to approved. */
	approved(name: string, margin: object = ALL): this {
		this.draft(name, margin)
			.backtest(`${name}@1`)
			.notes('policy.approved', { policy: `${name}@1`, by: 'ben' });
		return this;
	}

	enforce(policy: string, share_percent = 100): this {
		this.notes('policy.enforced', { policy, share_percent, by: 'ben' });
		return this;
	}
}

describe('from draft to decision', () => {
	test('[PL5] an enforced policy decides from the next record on, and outcomes name it', () => {
		const story = new PolicyStory().approved('strict');
		story.opens('S');
		story.prices('100');
		story.sells('a', '100');
		story.releases('a');
		expect(story.asksFor('10').verdict).toBe('approve');
		story.enforce('strict@1');
		expect(story.asksFor('10')).toMatchObject({ verdict: 'hold' });
		expect(story.policies.stateOf('strict@1')).toBe('live');
		expect(story.policies.stateOf('story@1')).toBe('retired');
	});

	test('[PL1] a label is used once', () => {
		const story = new PolicyStory().draft('strict');
		expect(errorOf(() => story.draft('strict'))).toBe('policy_state');
		expect(errorOf(() => story.draft('story'))).toBe('policy_state');
	});

	test.each([
		['an unknown field', document('odd', ALL, { marginn: 3 })],
		['a negative margin', document('odd', { ...ALL, new: -1 })],
		['more than all', document('odd', { ...ALL, new: 101 })],
		[
			'a watched store that leaves less than a normal one',
			document('odd', { new: 0, normal: 20, watch: 10, abnormal: 50 }),
		],
		[
			'an abnormal store that leaves less than a watched one',
			document('odd', { new: 0, normal: 0, watch: 10, abnormal: 5 }),
		],
		['a flag below the watch', document('odd', ALL, { watch_score: 70, flag_score: 60 })],
		['no document at all', {}],
	])('[PL1] %s is refused', (_, odd) => {
		const story = new PolicyStory();
		expect(errorOf(() => story.notes('policy.drafted', { document: odd, by: 'ann' }))).toBe('bad_policy');
		expect([...story.policies.all()]).toHaveLength(1);
	});

	test('[PL3] whoever drafted a policy does not approve it', () => {
		const story = new PolicyStory().draft('strict').backtest('strict@1');
		expect(errorOf(() => story.notes('policy.approved', { policy: 'strict@1', by: 'ann' }))).toBe('same_person');
		expect(story.policies.stateOf('strict@1')).toBe('draft');
	});

	test('[PL4] nothing is approved that was not tried on history', () => {
		const story = new PolicyStory().draft('strict');
		expect(errorOf(() => story.notes('policy.approved', { policy: 'strict@1', by: 'ben' }))).toBe('policy_state');
	});

	test('[PL2] a backtest belongs to its own version', () => {
		const story = new PolicyStory().draft('strict');
		const attach = (of: string) => () =>
			story.notes('policy.backtested', { policy: 'strict@1', result: { policy: of }, by: 'ann' });
		expect(errorOf(attach('lax@1'))).toBe('bad_field');
		attach('strict@1')();
		expect(story.policies.find('strict@1').backtest?.result).toEqual({ policy: 'strict@1' });
	});

	test('[PL5] what is not approved, or was taken back, cannot be enforced', () => {
		const story = new PolicyStory().draft('strict');
		expect(errorOf(() => story.enforce('strict@1'))).toBe('policy_state');
		story.notes('policy.withdrawn', { policy: 'strict@1', by: 'ann' });
		expect(story.policies.stateOf('strict@1')).toBe('withdrawn');
		expect(errorOf(() => story.enforce('strict@1'))).toBe('policy_state');
		expect(errorOf(() => story.enforce('nobody@1'))).toBe('unknown_policy');
	});
});

describe('staged', () => {
	/** Which of a hundred stores may take out what they have. */
	function freeOf(story: PolicyStory, from: number): string[] {
		const free: string[] = [];
		for (let n = 0; n < 100; n++) {
			const store_id = `S${n}`;
			if (from === 0) {
				story.opens(store_id);
				story.sells(`l${n}`, '100', { store_id });
				story.releases(`l${n}`);
			}
			if (story.asksFor('1', store_id).verdict === 'approve') free.push(store_id);
		}
		return free;
	}

	test('[PL6] a share of the stores is decided by it, and stores stay in as the share grows', () => {
		const story = new PolicyStory().approved('strict');
		expect(freeOf(story, 0)).toHaveLength(100);
		const shares = [10, 40, 80].map((share) => freeOf(story.enforce('strict@1', share), 1));
		for (const [i, wanted] of [90, 60, 20].entries())
			expect(Math.abs((shares[i]?.length ?? 0) - wanted)).toBeLessThan(15);
		for (const [i, free] of shares.slice(1).entries()) expect(shares[i]).toEqual(expect.arrayContaining(free));
		expect(freeOf(story.enforce('strict@1'), 1)).toEqual([]);
	});

	test('[PL6] another policy begins with other stores', () => {
		const story = new PolicyStory().approved('strict').approved('hard');
		freeOf(story, 0);
		const first = freeOf(story.enforce('strict@1', 50), 1);
		expect(freeOf(story.enforce('hard@1', 50), 1)).not.toEqual(first);
	});

	test('[PL6] tiers and margins are those of a store’s own policy', () => {
		const story = new PolicyStory().approved('strict');
		freeOf(story, 0);
		story.enforce('strict@1', 50);
		const headrooms = new Set(Array.from({ length: 100 }, (_, n) => marginOf(story, `S${n}`)));
		expect(headrooms).toEqual(new Set([0, 10_000]));
	});

	function marginOf(story: PolicyStory, id: string): number {
		const { core } = story;
		const store = story.store(id);
		const { policy, risk } = core.of(store.id);
		return (store.exposed * policy.margin_percent[risk.tier(store, policy)]) / 100;
	}
});

describe('[PL7] rolling back', () => {
	test('takes a staged policy away, then returns to the one before, at once', () => {
		const story = new PolicyStory().approved('strict').approved('hard');
		story.enforce('strict@1').enforce('hard@1', 30);
		story.notes('policy.rolled_back', { by: 'ben' });
		expect([story.policies.staged, story.policies.live.label]).toEqual([undefined, 'strict@1']);
		story.notes('policy.rolled_back', { by: 'ben' });
		expect(story.policies.live.label).toBe('story@1');
		expect(errorOf(() => story.notes('policy.rolled_back', { by: 'ben' }))).toBe('policy_state');
	});

	test('[PL5] what was rolled back may be enforced again', () => {
		const story = new PolicyStory().approved('strict').enforce('strict@1');
		story.notes('policy.rolled_back', { by: 'ben' });
		story.enforce('strict@1');
		expect(story.policies.live.label).toBe('strict@1');
	});
});

describe('[PL8] in shadow', () => {
	/** A store with 100 of balance and one open guarantee of 100, under a policy without margins. */
	function trading(): PolicyStory {
		const story = new PolicyStory().draft('strict');
		story.opens('S');
		story.prices('100');
		story.sells('a', '100');
		story.releases('a');
		story.notes('policy.shadowed', { policy: 'strict@1', by: 'ann' });
		return story;
	}

	test('nothing changes, and what would have been otherwise is counted in money', () => {
		const story = trading();
		expect(story.asksFor('60')).toMatchObject({ verdict: 'approve', amount: '60.00' });
		expect(story.money()).toMatchObject({ balance: '40.00' });
		const { payout } = story.policies.shadow?.gates ?? {};
		expect(payout).toEqual({ asked: 1, stricter: 1, looser: 0, stricterAmount: 6000, looserAmount: 0 });
	});

	test('where both say the same nothing stands beside the outcome', () => {
		const story = trading();
		story.proposes('90');
		expect(story.policies.shadow?.gates.price).toMatchObject({ asked: 1, stricter: 0, looser: 0 });
	});

	test('a looser one is counted as that', () => {
		const story = new PolicyStory().approved('strict').draft('lax', NONE).enforce('strict@1');
		story.notes('policy.shadowed', { policy: 'lax@1', by: 'ann' });
		story.opens('S');
		story.sells('a', '100');
		story.releases('a');
		expect(story.asksFor('60').verdict).toBe('hold');
		expect(story.policies.shadow?.gates.payout).toMatchObject({ looser: 1, looserAmount: 6000 });
	});

	test('facts count by what their gates would have said', () => {
		const story = trading();
		story.withdraws('60');
		expect(story.policies.shadow?.gates.payout).toMatchObject({ asked: 1, stricter: 1 });
	});

	test('it ends when told, and when it becomes the policy itself', () => {
		const story = trading();
		story.notes('policy.unshadowed', { by: 'ann' });
		expect(story.policies.shadow).toBeUndefined();
		expect(errorOf(() => story.notes('policy.unshadowed', { by: 'ann' }))).toBe('policy_state');
		story.notes('policy.shadowed', { policy: 'strict@1', by: 'ann' });
		story.backtest('strict@1').notes('policy.approved', { policy: 'strict@1', by: 'ben' });
		story.enforce('strict@1');
		expect(story.policies.shadow).toBeUndefined();
	});

	test('it ends with a draft that is taken back', () => {
		const story = trading();
		story.notes('policy.withdrawn', { policy: 'strict@1', by: 'ann' });
		expect(story.policies.shadow).toBeUndefined();
	});
});

test('[SC7] a model’s name and version stand for one document, drafts included', () => {
	const story = new PolicyStory();
	story.draft('a', ALL, { model: BY_HAND });
	const other = { ...BY_HAND, base: 0 };
	expect(errorOf(() => story.draft('b', ALL, { model: other }))).toBe('bad_policy');
	story.draft('b', ALL, { model: BY_HAND });
	story.draft('c', ALL, { model: { ...other, version: 2 } });
	expect([...story.policies.all()].map(([label]) => label)).toEqual(['story@1', 'a@1', 'b@1', 'c@1']);
});

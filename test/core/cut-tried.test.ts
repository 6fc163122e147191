/** [SG15] Cuts that were tried and held: seen as if they had happened, until they are taken back. */
import { describe, expect, test } from 'vitest';
import { DeskStory } from './desk-story.js';

const HOURS = 1 / 24;

/** A new store that sells dear goods to six of its own, on its own device, receipt confirmed within minutes. */
function selfSold(margin = 0): DeskStory {
	const tiers = { new: margin, normal: margin, watch: margin, abnormal: 100 };
	const story = new DeskStory({ gates: 'enforce', policy: { margin_percent: tiers } });
	story.opens('S', '1000', { device_id: 'd1', legal_person: 'p1' });
	story.prices('10000');
	for (const n of [1, 2, 3, 4, 5, 6]) {
		story.on(1 + n * 0.01).sells(`l${n}`, '10000', { buyer_id: `b${n}`, device_id: 'd1' });
		story.on(1 + n * 0.01 + 0.005).releases(`l${n}`);
	}
	return story;
}

const riskOf = ({ core }: DeskStory) => core.risk.of(core.book.stores[0] as never);

describe('[SG15] a cut that is held for lack of money', () => {
	test('flags the store that tries it, and costs nothing', () => {
		const story = selfSold();
		story.on(1.2).asksFor('60000');
		expect(story.on(2).proposes('300')).toMatchObject({ verdict: 'hold', triggered: '58200.00' });
		expect(story.followed).toContain('store.flagged S');
		expect(riskOf(story).reasons.map(({ code }) => code)).toContain('uncovered_cut');
		expect(story.money()).toMatchObject({ gap: '0.00', owed: '0.00', reserve: '0.00' });
		expect(story.line('l1')).toMatchObject({ due: '0.00' });
	});

	test('says what would have been missing beyond the store’s free money', () => {
		const story = selfSold(20);
		story.on(1.2).asksFor('60000');
		story.on(2).proposes('300');
		const first = riskOf(story).reasons.find(({ code }) => code === 'uncovered_cut');
		// 20 % of 60,000 stay, the deposit of 1,000 among them.
		expect(first?.values).toMatchObject({ triggered: '58200.00', covered: '12000.00', missing: '46200.00' });
	});

	test('one that is funded is not one of them', () => {
		const story = selfSold(100);
		story.on(1.2).asksFor('60000');
		expect(story.on(2).proposes('300').verdict).toBe('approve');
		expect(riskOf(story).flaggedAt).toBeUndefined();
	});

	test('a mistyped price that is set right is out of what the store did', () => {
		const story = new DeskStory({ gates: 'enforce' });
		story.opens('S', '1000');
		story.prices('1000');
		for (const n of [1, 2, 3]) {
			story.on(1 + n * 3 * HOURS).sells(`l${n}`, '1000', { buyer_id: `b${n}` });
			story.on(3 + n * 3 * HOURS).releases(`l${n}`);
		}
		story.on(4).asksFor('3000');
		story.on(4.1).proposes('10', { id: 'mistyped' });
		expect(riskOf(story).episode?.hits.size).toBe(1);
		story.on(4.12).proposes('1000');
		expect(riskOf(story).episode?.hits.size).toBe(0);
		expect(riskOf(story).flaggedAt).toBeUndefined();
	});

	test('nor is one that was taken back, but a flag it brought stays', () => {
		const story = selfSold();
		story.on(1.2).asksFor('60000');
		story.on(2).proposes('300', { id: 'cut' });
		story.notes('hold.withdrawn', { decision_id: 'cut', by: 'merchant' });
		expect(riskOf(story).episode?.hits.size).toBe(0);
		expect(riskOf(story).flaggedAt).toBeDefined();
	});

	test('once it passes, it counts once, as what it then is', () => {
		const story = selfSold();
		story.on(1.2).asksFor('60000');
		story.on(2).proposes('300', { id: 'cut' });
		story.on(2.1).posts('60000');
		expect(story.followed).toContain('hold.decided cut: approve by funds');
		const { episode } = riskOf(story);
		expect([...(episode?.hits.values() ?? [])].map(({ tried, gap }) => [tried, gap])).toEqual([[false, 0]]);
	});
});

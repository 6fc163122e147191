/** What each part of the page needs to know of the others: who has a section, under which name to link to it. */
import type { ReportPage, RingFinding, StoreFinding, Timeline } from '../model.js';
import { clockOf } from './clock.js';
import type { Clock } from './clock.js';
import { storyOf } from './story.js';
import type { Story } from './story.js';

export interface StoreSection {
	readonly anchor: string;
	readonly finding: StoreFinding;
	readonly timeline: Timeline;
	readonly story: Story;
}

export interface Outline {
	readonly page: ReportPage;
	readonly currency: string;
	readonly clock: Clock;
	/** Flagged first, by shortfall, then by score. */
	readonly ranked: readonly StoreFinding[];
	readonly flagged: readonly StoreFinding[];
	readonly sections: ReadonlyMap<string, StoreSection>;
	/** Anchors are numbers in order, never ids: those may hold anything. */
	readonly ringAnchors: ReadonlyMap<string, string>;
	readonly rings: readonly RingFinding[];
}

export function outlineOf(page: ReportPage): Outline {
	const { report, timelines } = page;
	const ranked = report.stores.toSorted(byWeight);
	const byStore = new Map(timelines.map((timeline) => [timeline.store_id, timeline]));
	const sections = new Map<string, StoreSection>();
	for (const finding of ranked) {
		const timeline = byStore.get(finding.store_id);
		if (timeline === undefined) continue;
		const anchor = `store-${sections.size + 1}`;
		sections.set(finding.store_id, { anchor, finding, timeline, story: storyOf(timeline, report.currency) });
	}
	return {
		page,
		currency: report.currency,
		clock: clockOf(report.currency),
		ranked,
		flagged: ranked.filter(({ flagged }) => flagged),
		sections,
		ringAnchors: new Map(report.rings.map(({ ring_id }, i) => [ring_id, `ring-${i + 1}`])),
		rings: report.rings,
	};
}

function byWeight(a: StoreFinding, b: StoreFinding): number {
	if (a.flagged !== b.flagged) return a.flagged ? -1 : 1;
	const [more, less] = [Number(b.shortfall), Number(a.shortfall)];
	const byMoney = a.flagged ? more - less || b.score - a.score : b.score - a.score || more - less;
	return byMoney || (a.store_id < b.store_id ? -1 : 1);
}

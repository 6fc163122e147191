/** How requests were answered: each counts once, under the first verdict it got. */
import type { Outcome, Verdict } from '../core/words/outcome.js';

export type VerdictCounts = { asked: number } & Record<Verdict, number>;

export const noCounts = (): VerdictCounts => ({ asked: 0, approve: 0, limit: 0, hold: 0, refuse: 0 });

/** What merely happened counts as approved: nobody stopped it. */
export function count(counts: VerdictCounts, verdict: Outcome['verdict']): void {
	counts.asked++;
	counts[verdict === 'recorded' ? 'approve' : verdict]++;
}

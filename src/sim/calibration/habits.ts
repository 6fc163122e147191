/**
 * What no data set told and the market therefore chose: how often stores withdraw, how much comes back, how quickly
 * money is released, who claims. Counted from the rows that were written, so that the choice can be seen and doubted.
 */
import { DAY } from '../../core/words/time.js';
import type { SettledStore, WithdrawalRow } from '../settle.js';

export const WITHDRAWAL_HABITS = ['daily', 'weekly', 'monthly', 'never'] as const;
export type WithdrawalHabit = (typeof WITHDRAWAL_HABITS)[number];

const PROMISES = [0, 7, 15, 30] as const;

export class Habits {
	private readonly withdrawing: Record<WithdrawalHabit, number> = { daily: 0, weekly: 0, monthly: 0, never: 0 };
	private readonly promised = new Map<number, number>(PROMISES.map((days) => [days, 0]));
	private lines = 0;
	private sentBack = 0;
	private released = 0;
	private releaseDays = 0;
	private claims = 0;
	private byRobots = 0;

	take({ lines, claims, withdrawals }: SettledStore): void {
		this.withdrawing[habitOf(withdrawals)]++;
		this.lines += lines.length;
		for (const line of lines) {
			const { protectDays } = line.purchase.item;
			this.promised.set(protectDays, (this.promised.get(protectDays) ?? 0) + 1);
			if (line.refundedAt !== undefined) this.sentBack++;
			if (line.releasedAt === undefined) continue;
			this.released++;
			this.releaseDays += (line.releasedAt - line.paidAt) / DAY;
		}
		this.claims += claims.length;
		for (const { line } of claims) if (line.purchase.claims === 'at-once') this.byRobots++;
	}

	/** Id and value; shares in per cent. */
	told(): readonly (readonly [id: string, value: number])[] {
		const stores = Object.values(this.withdrawing).reduce((sum, n) => sum + n, 0);
		const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
		return [
			...WITHDRAWAL_HABITS.map((habit) => [`withdraw_${habit}`, percent(this.withdrawing[habit], stores)] as const),
			...PROMISES.map((days) => [`promise_${days}`, percent(this.promised.get(days) ?? 0, this.lines)] as const),
			['sent_back', percent(this.sentBack, this.lines)],
			['days_to_release', this.released === 0 ? 0 : this.releaseDays / this.released],
			['claims_per_100_lines', percent(this.claims, this.lines)],
			['claims_by_robots', percent(this.byRobots, this.claims)],
		];
	}
}

/** By the median time between withdrawals; one alone is a monthly habit seen for too short a time. */
function habitOf(withdrawals: readonly WithdrawalRow[]): WithdrawalHabit {
	if (withdrawals.length === 0) return 'never';
	const gaps = withdrawals.slice(1).map(({ at }, i) => (at - (withdrawals[i]?.at ?? at)) / DAY);
	const median = gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 30;
	if (median < 4) return 'daily';
	return median < 15 ? 'weekly' : 'monthly';
}

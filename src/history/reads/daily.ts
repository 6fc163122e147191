/**
 * Sums by day of record time. What moved is counted when it moved: a held claim or withdrawal on the day it was let
 * through. Payments that failed later stay counted and are counted again as failed.
 */
import { badField } from '../../core/words/field.js';
import type { Currency } from '../../core/words/money.js';
import { DAY, formatInstant, type Instant, MINUTE } from '../../core/words/time.js';
import type { Cells } from '../file.js';
import { Conditions, type Listed, moneyOf, type Reader } from './page.js';

export interface DailyFilter {
	/** At or after, and before. */
	readonly from: Instant;
	readonly to: Instant;
	readonly store_id?: string | undefined;
	/** Where days begin: minutes that clocks are ahead of UTC, 480 for China. Default 0. */
	readonly offset_minutes?: number | undefined;
}

/** Counts are numbers, amounts decimal strings. */
export type Day = {
	/** `2024-03-01`, by the offset asked for. */
	readonly day: string;
	/** Order lines paid under guarantee, and what buyers paid for them. */
	readonly sales: number;
	readonly sold: string;
	/** Price requests that made something claimable: let through at once, or held; and how much they triggered. */
	readonly cuts_approved: number;
	readonly cuts_approved_triggered: string;
	readonly cuts_held: number;
	readonly cuts_held_triggered: string;
	readonly claims_asked: number;
	/** Claims paid, whether at once, after a hold or elsewhere; what was advanced for them. */
	readonly claims_paid: number;
	readonly advanced: string;
	readonly claims_failed: number;
	readonly withdrawals_asked: number;
	readonly withdrawals_asked_amount: string;
	readonly withdrawals_paid: number;
	readonly withdrawn: string;
	readonly withdrawals_held: number;
	readonly withdrawals_failed: number;
	/** Held requests that were decided, and those of them that were approved. */
	readonly holds_decided: number;
	readonly holds_approved: number;
};

const MOST_DAYS = 3660;

/** By name: SQL over the rows of `happened`; `n` counts, `m` sums money. */
const SUMS = {
	sales: ['n', 'count(sold)'],
	sold: ['m', 'sum(sold)'],
	cuts_approved: ['n', `count(*) filter (type = 'price.propose' and verdict = 'approve' and triggered > 0)`],
	cuts_approved_triggered: ['m', `sum(triggered) filter (type = 'price.propose' and verdict = 'approve')`],
	cuts_held: ['n', `count(*) filter (type = 'price.propose' and verdict = 'hold')`],
	cuts_held_triggered: ['m', `sum(triggered) filter (type = 'price.propose' and verdict = 'hold')`],
	claims_asked: ['n', `count(*) filter (type = 'claim.file')`],
	claims_paid: ['n', `count(*) filter (fact = 'claim.paid')`],
	advanced: ['m', `sum(amount) filter (fact = 'claim.paid')`],
	claims_failed: ['n', `count(*) filter (type = 'claim.failed')`],
	withdrawals_asked: ['n', `count(*) filter (type = 'withdrawal.request')`],
	withdrawals_asked_amount: ['m', `sum(asked) filter (type = 'withdrawal.request')`],
	withdrawals_paid: ['n', `count(*) filter (fact = 'withdrawal.paid')`],
	withdrawn: ['m', `sum(amount) filter (fact = 'withdrawal.paid')`],
	withdrawals_held: ['n', `count(*) filter (type = 'withdrawal.request' and verdict = 'hold')`],
	withdrawals_failed: ['n', `count(*) filter (type = 'withdrawal.failed')`],
	holds_decided: ['n', `count(*) filter (type = 'hold.decided')`],
	holds_approved: ['n', `count(*) filter (type = 'hold.decided' and verdict = 'approve')`],
} as const satisfies Record<Exclude<keyof Day, 'day'>, readonly ['n' | 'm', string]>;

/** Days on which nothing at all happened are left out. */
export async function readDaily(reader: Reader, filter: DailyFilter): Promise<Listed<Day>> {
	const { from, to, store_id, offset_minutes = 0 } = filter;
	if (to - from > MOST_DAYS * DAY)
		throw badField('from', formatInstant(from), `is more than ${MOST_DAYS} days before "to"`);
	const conditions = new Conditions()
		.add('"at" >= $from', 'from', from)
		.add('"at" < $to', 'to', to)
		.add('store_id = $store', 'store', store_id);
	const rows = await reader.query(
		`with happened as (
			select "at", type, verdict, fact, asked, amount, sold, triggered from decisions where ${conditions.sql}
			union all
			select "at", type, verdict, fact, null, amount, null, null from events
			where type = 'hold.decided' and ${conditions.sql}
		)
		select ("at" + $offset) // ${DAY} as "day", ${Object.entries(SUMS)
			.map(([name, [, sql]]) => `${sql} as ${name}`)
			.join(', ')}
		from happened group by 1 order by 1`,
		{ ...conditions.values, offset: offset_minutes * MINUTE },
	);
	return { items: rows.map((row) => dayOf(row, reader.currency)), fresh: reader.fresh };
}

function dayOf(row: Cells, currency: Currency): Day {
	const sums = Object.entries(SUMS).map(([name, [kind]]) => [
		name,
		kind === 'n' ? Number(row[name]) : moneyOf(row[name], currency),
	]);
	const day = formatInstant((Number(row['day']) * DAY) as Instant).slice(0, 10);
	return { day, ...(Object.fromEntries(sums) as Omit<Day, 'day'>) }; // one entry for each
}

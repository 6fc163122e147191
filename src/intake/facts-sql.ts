/**
 * Rows to facts, in the order of time: by `at`; at the same instant by rank (below: a store opens before its prices are
 * set, prices before orders, an order is paid before it is delivered, ...); at the same rank by the row's place in its
 * table.
 *
 * Facts are not sorted all at once but a window of time after the other, when their turn comes: that needs room for
 * one window only, and the next one is sorted while the last is being replayed.
 */
import type { Database } from './database.js';

/** Kinds of fact by rank. The position is the rank. */
export const RANKS = [
	'store.opened',
	'price.changed',
	'order.paid',
	'order.delivered',
	'order.refunded',
	'order.released',
	'claim.paid',
	'withdrawal.paid',
	'store.labelled',
	'store.closed',
] as const;
export type FactRank = (typeof RANKS)[number];

/** A fact's time and rank as one number: `at * RANK_ROOM + rank`. */
export const RANK_ROOM = 16;
/** An order's quantity and days of protection as one number: `quantity * DAYS_ROOM + protect_days`. */
export const DAYS_ROOM = 4096;
/** Stands for an amount that is not there. */
export const NO_AMOUNT = -1;

/** Which facts the tables can give. */
export interface Present {
	readonly price_changes: boolean;
	readonly withdrawals: boolean;
	readonly labels: boolean;
	/** The order lines say when proceeds were released. */
	readonly releases: boolean;
}

interface FactSource {
	readonly rank: FactRank;
	/** A table with `row` and `store`, and SQL over it. */
	readonly from: string;
	/** Time in milliseconds; NULL where the row does not give this fact. */
	readonly at: string;
	/** Two amounts or counts. */
	readonly a?: string;
	readonly b?: string;
	/** The texts of the fact, one separated from the other. */
	readonly pack?: string;
}

const amount = (column: string): string => `coalesce(${column}, ${NO_AMOUNT})`;
const LINES = { from: 'good_order_lines', pack: 'order_line_id' } as const;

/** What a fact of each kind is made from; `openings` and `claim_facts` are made by settle.ts. */
function sources(present: Present): FactSource[] {
	const released = present.releases ? 'released_at' : 'paid_at';
	const refunded = 'coalesce(refunded_amount, unit_price * quantity)';
	const protection = `quantity * ${DAYS_ROOM} + protect_days`;
	const list: FactSource[] = [
		{ rank: 'store.opened', from: 'openings', at: 'opened', a: 'deposit', pack: 'pack' },
		{ ...LINES, rank: 'order.paid', at: 'paid_at', a: 'unit_price', b: protection, pack: 'pack' },
		{ ...LINES, rank: 'order.delivered', at: 'delivered_at' },
		{ ...LINES, rank: 'order.refunded', at: 'refunded_at', a: refunded },
		{ ...LINES, rank: 'order.released', at: released, a: amount('released_amount') },
		{ rank: 'claim.paid', from: 'claim_facts', at: 'claimed', a: 'amount', b: amount('recovered'), pack: 'pack' },
		{ rank: 'store.closed', from: 'openings', at: 'closed' },
	];
	if (present.price_changes) {
		const from = 'good_price_changes';
		list.push({ rank: 'price.changed', from, at: 'changed_at', a: 'price', b: 'row', pack: 'pack' });
	}
	if (present.withdrawals) {
		list.push({ rank: 'withdrawal.paid', from: 'good_withdrawals', at: 'requested_at', a: 'amount', pack: 'pack' });
	}
	if (present.labels) list.push({ rank: 'store.labelled', from: 'label_facts', at: 'labelled', a: 'label', b: 'row' });
	return list;
}

/** A stretch of time, `to` left out, in milliseconds. */
export interface Window {
	readonly from: number;
	readonly to: number;
	/** How many facts lie in it. */
	readonly facts: number;
}

/**
 * One row: `key`, `store`, `a` and `b` as lists of doubles and all texts as one run of bytes, in the order of replay.
 * @param stores numbers of the stores whose facts are wanted; all when undefined.
 */
export function windowQuery(present: Present, { from, to }: Window, stores: readonly number[] | undefined): string {
	const only = stores === undefined ? '' : ` and store in (${[-1, ...stores].join(', ')})`;
	const selects = sources(present).map(({ rank, from: table, at, a = NO_AMOUNT, b = NO_AMOUNT, pack = "''" }) => {
		const key = `${at} * ${RANK_ROOM} + ${RANKS.indexOf(rank)}`;
		return `select ${key} as key, row, store, (${a})::bigint as a, (${b})::bigint as b, ${pack} as pack
			from ${table} where ${at} >= ${from} and ${at} < ${to}${only}`;
	});
	const lists = ['key', 'store', 'a', 'b'].map((column) => `list(${column}::double)`).join(', ');
	return `select ${lists}, encode(string_agg(pack, chr(31)))
		from (select * from (${selects.join(' union all ')}) order by key, row)`;
}

const HOUR = 3_600_000;

export interface Timeline {
	readonly windows: readonly Window[];
	/** Time of the first and last fact; undefined when there are none. */
	readonly first: number | undefined;
	readonly last: number | undefined;
}

/** Cuts the time of the facts into windows of whole hours that hold about `room` facts each, or one hour. */
export async function cutTimeline(database: Database, present: Present, room: number): Promise<Timeline> {
	const times = sources(present).map(
		({ from, at }) =>
			`select ${at} // ${HOUR} as hour, count(*) as facts, min(${at}) as first, max(${at}) as last
			from ${from} where ${at} is not null group by hour`,
	);
	const hours = await database.rows(
		`select hour, sum(facts)::double, min(first), max(last) from (${times.join(' union all ')}) group by hour order by hour`,
	);
	const windows: Window[] = [];
	for (const [hour, facts] of hours.map((row) => row.map(Number))) {
		const [from, count] = [(hour as number) * HOUR, facts as number]; // the query's first two columns
		const open = windows.at(-1);
		if (open === undefined || open.facts + count > room) windows.push({ from, to: from + HOUR, facts: count });
		else windows[windows.length - 1] = { from: open.from, to: from + HOUR, facts: open.facts + count };
	}
	const [first, last] = [hours[0]?.[2], hours.at(-1)?.[3]];
	return {
		windows,
		first: first === undefined ? undefined : Number(first),
		last: last === undefined ? undefined : Number(last),
	};
}

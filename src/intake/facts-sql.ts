/**
 * Rows to facts, in the order of time.
 *
 * Order: by `at`; at the same instant by rank (below: a store opens before its prices are set, prices before orders,
 * an order is paid before it is delivered, ...); at the same rank by the row's place in its table.
 *
 * What the tables leave open is settled so that the order makes sense, and counted:
 * - A store opens at the earliest time at which any good row names it, if that is before its `opened_at`.
 * - Nothing happens to an order line before it is paid: an earlier delivery, refund, release or claim is moved to the
 *   time of payment. Likewise a store closes no earlier than it opens.
 * - A label without `labelled_at` comes at the end of the history: it must not influence what was decided before.
 * - Without a `released_at` column nobody knows when proceeds were released; every line is released when it is paid.
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

export interface Present {
	readonly price_changes: boolean;
	readonly withdrawals: boolean;
	readonly labels: boolean;
	/** The order lines say when proceeds were released. */
	readonly releases: boolean;
}

interface FactSource {
	readonly rank: FactRank;
	/** SQL over `from`: time in milliseconds, two amounts or counts, the texts that the fact needs. */
	readonly at: string;
	readonly from: string;
	readonly store?: string;
	readonly a?: string;
	readonly b?: string;
	readonly pack?: string;
}

const amount = (column: string): string => `coalesce(${column}, ${NO_AMOUNT})`;
const WHOLE_LINE = 'coalesce(refunded_amount, unit_price * quantity)';

/** What happened to an order line after it was paid. */
const ofLine = (rank: FactRank, at: string, when: string, a: string = `${NO_AMOUNT}`): FactSource => ({
	rank,
	at,
	from: `good_order_lines where ${when}`,
	pack: 'order_line_id',
	a,
});

function sources(present: Present, end: number): FactSource[] {
	const released = present.releases ? 'greatest(released_at, paid_at)' : 'paid_at';
	const list: FactSource[] = [
		{ rank: 'store.opened', at: 'opened', from: 'openings', a: 'deposit', pack: 'pack' },
		{
			rank: 'order.paid',
			at: 'paid_at',
			from: 'good_order_lines',
			a: 'unit_price',
			b: `quantity * ${DAYS_ROOM} + protect_days`,
			pack: 'pack',
		},
		ofLine('order.delivered', 'greatest(delivered_at, paid_at)', 'delivered_at is not null'),
		ofLine('order.refunded', 'greatest(refunded_at, paid_at)', 'refunded_at is not null', WHOLE_LINE),
		ofLine(
			'order.released',
			released,
			present.releases ? 'released_at is not null' : 'true',
			amount('released_amount'),
		),
		{
			rank: 'claim.paid',
			at: 'greatest(claimed_at, paid_at)',
			from: 'good_claims join claim_lines using (row)',
			a: 'amount',
			b: amount('recovered'),
			pack: 'concat(pack, chr(31), buyer_id)',
			store: 'claim_lines.store',
		},
		{ rank: 'store.closed', at: 'greatest(closed_at, opened)', from: 'openings where closed_at is not null' },
	];
	if (present.price_changes) {
		list.push({
			rank: 'price.changed',
			at: 'changed_at',
			from: 'good_price_changes',
			a: 'price',
			b: 'row',
			pack: 'pack',
		});
	}
	if (present.withdrawals) {
		list.push({ rank: 'withdrawal.paid', at: 'requested_at', from: 'good_withdrawals', a: 'amount', pack: 'pack' });
	}
	if (present.labels) {
		list.push({
			rank: 'store.labelled',
			at: `coalesce(labelled_at, ${end})`,
			from: 'good_labels',
			a: 'label',
			b: 'row',
		});
	}
	return list;
}

function select({ rank, at, from, store = 'store', a, b, pack }: FactSource): string {
	const key = `(${at}) * ${RANK_ROOM} + ${RANKS.indexOf(rank)}`;
	const [first, second] = [a ?? NO_AMOUNT, b ?? NO_AMOUNT].map((sql) => `(${sql})::bigint`);
	return `select ${key} as key, row, ${store} as store, ${first} as a, ${second} as b, ${pack ?? "''"} as pack from ${from}`;
}

export interface Settled {
	readonly openedEarlier: number;
	readonly movedToPayment: number;
	readonly labelsAtEnd: number;
}

/** Makes the table `facts`: key, row, store, a, b, pack; its row ids are the order of replay. */
export async function sortFacts(database: Database, present: Present): Promise<Settled> {
	await openStores(database, present);
	const labelsAtEnd = present.labels
		? await single(database, 'count(*) from good_labels where labelled_at is null')
		: 0;
	const end = labelsAtEnd === 0 ? 0 : await endOfHistory(database, present);
	const all = sources(present, end).map(select).join('\nunion all ');
	await database.run(`create table facts as select * from (${all}) order by key, row`);
	return {
		openedEarlier: await single(database, 'count(*) from openings where opened < opened_at'),
		movedToPayment: await movedToPayment(database),
		labelsAtEnd,
	};
}

const single = async (database: Database, sql: string): Promise<number> =>
	(await database.numbers(`select ${sql}`))[0] ?? 0;

async function openStores(database: Database, present: Present): Promise<void> {
	const named = ['select store, min(paid_at) as first from good_order_lines group by store'];
	if (present.price_changes) named.push('select store, min(changed_at) from good_price_changes group by store');
	if (present.withdrawals) named.push('select store, min(requested_at) from good_withdrawals group by store');
	if (present.labels) named.push('select store, min(labelled_at) from good_labels group by store');
	await database.run(
		`create table openings as
		with named as (select store, min(first) as first from (${named.join(' union all ')}) group by store),
			numbered as (select *, enum_code(store_id::store)::integer as store from good_stores)
		select numbered.*, least(opened_at, coalesce(first, opened_at)) as opened from numbered left join named using (store)`,
	);
}

async function endOfHistory(database: Database, present: Present): Promise<number> {
	const times = sources({ ...present, labels: false }, 0).map(({ at, from }) => `select max(${at}) as t from ${from}`);
	return single(database, `coalesce(max(t), 0) from (${times.join(' union all ')})`);
}

async function movedToPayment(database: Database): Promise<number> {
	const early = ['delivered_at', 'refunded_at', 'released_at'].map((time) => `count(*) filter (${time} < paid_at)`);
	const lines = await single(database, `${early.join(' + ')} from good_order_lines`);
	const claims = 'count(*) from good_claims join claim_lines using (row) where claimed_at < paid_at';
	return lines + (await single(database, claims));
}

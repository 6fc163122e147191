/**
 * What the tables leave open is settled here so that the order of facts makes sense, and counted:
 *
 * - A store opens at the earliest time at which any good row names it, if that is before its `opened_at`.
 * - Nothing happens to an order line before it is paid: an earlier delivery, refund, release or claim is moved to the
 *   time of payment (check-sql.ts does it for the lines' own times). Likewise a store closes no earlier than it opens.
 * - A label without `labelled_at` comes at the end of the history: it must not influence what was decided before.
 * - Without a `released_at` column nobody knows when proceeds were released; every line is released when it is paid.
 */
import type { Database } from './database.js';
import type { Present } from './facts-sql.js';

export interface Settled {
	/** Stores that open before their `opened_at`. */
	readonly openedEarlier: number;
	/** Deliveries, refunds, releases and claims that were moved to the time of payment. */
	readonly movedToPayment: number;
	/** Labels without a time. */
	readonly labelsAtEnd: number;
}

/** Makes `openings`, `claim_facts` and `label_facts`, from which facts-sql.ts takes them. */
export async function settle(database: Database, present: Present): Promise<Settled> {
	await openStores(database, present);
	await database.run(
		`create table claim_facts as
		select row, l.store, greatest(claimed_at, paid_at) as claimed, amount, recovered, concat(pack, chr(31), buyer_id) as pack
		from good_claims join claim_lines l using (row) order by row`,
	);
	if (present.labels) await labelStores(database, present);
	return {
		openedEarlier: await single(database, 'count(*) from openings where opened < opened_at'),
		movedToPayment:
			(await single(database, 'coalesce(sum(moved), 0) from good_order_lines')) +
			(await single(database, 'count(*) from good_claims join claim_lines using (row) where claimed_at < paid_at')),
		labelsAtEnd: present.labels ? await single(database, 'count(*) from good_labels where labelled_at is null') : 0,
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
		select numbered.*, least(opened_at, coalesce(first, opened_at)) as opened,
			case when closed_at is not null then greatest(closed_at, opened) end as closed
		from numbered left join named using (store)`,
	);
}

/** The end of the history: the last time that any other fact or label has. */
async function labelStores(database: Database, present: Present): Promise<void> {
	const ends = [
		'greatest(max(paid_at), max(delivered_at), max(released_at), max(refunded_at)) from good_order_lines',
		'greatest(max(opened), max(closed)) from openings',
		'max(claimed) from claim_facts',
		'max(labelled_at) from good_labels',
	];
	if (present.price_changes) ends.push('max(changed_at) from good_price_changes');
	if (present.withdrawals) ends.push('max(requested_at) from good_withdrawals');
	const end = ends.map((sql) => `(select ${sql})`).join(', ');
	await database.run(
		`create table label_facts as
		select row, store, coalesce(labelled_at, greatest(${end})) as labelled, label from good_labels`,
	);
}

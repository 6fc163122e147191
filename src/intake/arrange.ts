/**
 * Facts are fetched a window of time after the other, and DuckDB skips the parts of a table that lie outside a window.
 * That works for exports that are roughly in order of time, as most are. A large table in another order is put in
 * order once, so that cost stays in proportion to the length of the history.
 */
import type { Database } from './database.js';
import type { TableName } from './tables.js';

/** What DuckDB can skip: a row group. */
const PART = 122_880;
/** Up to here looking at all of a table for every window costs less than arranging it. */
const FEW_PARTS = 4;

const TIMES: readonly (readonly [TableName, string])[] = [
	['order_lines', 'paid_at'],
	['price_changes', 'changed_at'],
	['withdrawals', 'requested_at'],
];

/** Must come after everything that refers to rows by their place in the file. */
export async function arrangeByTime(database: Database, present: (table: TableName) => boolean): Promise<void> {
	for (const [table, time] of TIMES) {
		if (present(table) && (await isScattered(database, table, time))) await arrange(database, table, time);
	}
}

/** Whether a moment lies within the span of many parts of the table. */
async function isScattered(database: Database, table: TableName, time: string): Promise<boolean> {
	const [parts = 0, spanned = 0] = await database.numbers(
		`with parts as (select min(${time}) as first, max(${time}) as last from ${table} where ok group by rowid // ${PART})
		select count(*), coalesce(sum((last - first) / greatest(1, (select max(last) - min(first) from parts))), 0) from parts`,
	);
	return parts > FEW_PARTS && spanned > FEW_PARTS;
}

async function arrange(database: Database, table: TableName, time: string): Promise<void> {
	await database.run(
		`create table arranged_${table} as select * from good_${table} order by ${time}, row;
		create or replace view good_${table} as select * from arranged_${table};
		drop table ${table}`,
	);
}

/**
 * Which rows of a loaded table are bad: cells that cannot be read, stores and order lines nobody knows, ids used twice.
 * `faults_<table>` lists them by row; `good_<table>` is the rest. Why exactly is found out afterwards (explain.ts).
 */
import type { Database } from './database.js';
import { loadedColumns } from './check-sql.js';
import type { Table } from './tables.js';

export const FAULTS = { cells: 1, unknownStore: 2, unknownLine: 3, otherContent: 4, sameContent: 5 } as const;

export interface FaultCounts {
	readonly rows: number;
	readonly rejected: number;
	/** Rows that say again what an earlier row said; harmless. */
	readonly duplicates: number;
	/** Times without an offset, taken as UTC, in the good rows. */
	readonly assumedUtc: number;
}

/** Finds the bad rows of a table and makes the view of the good ones. Stores must be done before the others. */
export async function findFaults(database: Database, table: Table): Promise<FaultCounts> {
	const { name } = table;
	const storeUnknown = ['stores', 'claims'].includes(name) ? 'false' : 'store is null';
	await database.run(
		`create table faults_${name} as select rowid as row,
			case when not ok then ${FAULTS.cells} else ${FAULTS.unknownStore} end as fault
		from ${name} where not ok or ${storeUnknown}`,
	);
	if (name === 'claims') await joinLines(database);
	await makeView(database, name);
	if (table.id !== null) await findDuplicates(database, table, table.id);
	return count(database, name);
}

/** A claim's store, buyer and time of payment are its order line's. */
async function joinLines(database: Database): Promise<void> {
	await database.run(
		`create table claim_lines as
		select c.rowid as row, l.store, l.paid_at, split_part(l.pack, chr(31), 3) as buyer_id
		from claims c join good_order_lines l on c.order_line_id = l.order_line_id where c.ok;
		insert into faults_claims select rowid, ${FAULTS.unknownLine} from claims
		where ok and rowid not in (select row from claim_lines)`,
	);
}

/** Counting distinct ids is cheap; only if there are fewer than rows are the rows of an id compared. */
async function findDuplicates(database: Database, table: Table, id: string): Promise<void> {
	const { name } = table;
	const content = loadedColumns(table).join(', ');
	const [surplus = 0] = await database.numbers(`select count(*) - count(distinct ${id}) from good_${name}`);
	if (surplus === 0) return;
	await database.run(
		`insert into faults_${name}
		select row, case when same then ${FAULTS.sameContent} else ${FAULTS.otherContent} end from (
			select row, row_number() over w as nth, content is not distinct from first_value(content) over w as same from (
				select row, ${id} as id, row(${content}) as content from good_${name}
				where ${id} in (select ${id} from good_${name} group by all having count(*) > 1)
			) window w as (partition by id order by row)
		) where nth > 1`,
	);
	await makeView(database, name);
}

async function makeView(database: Database, name: string): Promise<void> {
	const [bad = 0] = await database.numbers(`select count(*) from faults_${name}`);
	const only = bad === 0 ? '' : `where rowid not in (select row from faults_${name})`;
	await database.run(`create or replace view good_${name} as select rowid as row, * from ${name} ${only}`);
}

async function count(database: Database, name: string): Promise<FaultCounts> {
	const [rows = 0, rejected = 0, duplicates = 0, assumedUtc = 0] = await database.numbers(
		`select (select count(*) from ${name}),
			(select count(*) from faults_${name} where fault <> ${FAULTS.sameContent}),
			(select count(*) from faults_${name} where fault = ${FAULTS.sameContent}),
			(select coalesce(sum(assumed_utc), 0) from good_${name})`,
	);
	return { rows, rejected, duplicates, assumedUtc };
}

/** Stores are known by their position from here on: a small number in every row instead of a text. */
export async function numberStores(database: Database): Promise<readonly string[]> {
	const rows = await database.rows('select store_id from good_stores order by row');
	const known = rows.length === 0 ? "('')" : '(select store_id from good_stores order by row)';
	await database.run(`create type store as enum ${known}`);
	return rows.map(([id]) => String(id));
}

/**
 * The tables of the history, each written down once: the columns give the definition, the insertion and the type of a
 * row. Amounts are minor units in BIGINT, exact; times are milliseconds of 1970. Of persons only ids are kept: the
 * tokens of papers, accounts, phones, devices and addresses, and what people wrote in their own words, stay in the log.
 *
 * Rows travel to the database as text, one line a row: the process that decides spends a join on a row, not twenty
 * calls, and the database takes the text apart on a thread of its own (a quarter of the appender's time on ours).
 */

type Kind = 'bigint' | 'varchar' | 'varchar[]';
type Columns = Readonly<Record<string, Kind>>;
export type Cell = string | number | undefined;
export type RowOf<T extends Columns> = { readonly [K in keyof T]: Cell };

/** One row a message that was taken. */
const decisions = {
	seq: 'bigint',
	id: 'varchar',
	type: 'varchar',
	at: 'bigint',
	came: 'bigint',
	by: 'varchar',
	policy: 'varchar',
	store_id: 'varchar',
	sku_id: 'varchar',
	order_line_id: 'varchar',
	order_id: 'varchar',
	buyer_id: 'varchar',
	/** The claim, withdrawal, appeal or earlier decision that the message names. */
	subject_id: 'varchar',
	verdict: 'varchar',
	/** What an observing gate would have answered: its verdict, and all of it as JSON. */
	observed_verdict: 'varchar',
	observed: 'varchar',
	/** Reason codes, those of the observing gate too. */
	codes: 'varchar[]',
	/** Reasons of the outcome as JSON: pairs of code and values. */
	reasons: 'varchar',
	/** The fact that it became at once, if it did, by type. */
	fact: 'varchar',
	/** The message's own amount: the deposit, price, price of a unit or amount it names. */
	asked: 'bigint',
	/** What was granted or moved. */
	amount: 'bigint',
	quantity: 'bigint',
	protect_days: 'bigint',
	/** What buyers paid under guarantee. */
	sold: 'bigint',
	recovered: 'bigint',
	deposit_required: 'bigint',
	triggered: 'bigint',
	free_funds: 'bigint',
	top_up: 'bigint',
	deepest_funded_price: 'bigint',
	headroom: 'bigint',
	/** What else the message says that is no person's secret, as JSON. */
	detail: 'varchar',
} as const satisfies Columns;

/** One row an event; `n` counts the events of one message. */
const events = {
	seq: 'bigint',
	n: 'bigint',
	type: 'varchar',
	at: 'bigint',
	store_id: 'varchar',
	decision_id: 'varchar',
	subject_id: 'varchar',
	order_line_id: 'varchar',
	sku_id: 'varchar',
	verdict: 'varchar',
	/** What a held request became, by type. */
	fact: 'varchar',
	price: 'bigint',
	amount: 'bigint',
	required: 'bigint',
	posted: 'bigint',
	missing: 'bigint',
	codes: 'varchar[]',
	/** The event as the wire has it, without a person's secrets. */
	data: 'varchar',
} as const satisfies Columns;

/** What people did or read, and the rules that were set. `n` counts within the batch. */
const audit = {
	batch: 'bigint',
	n: 'bigint',
	came: 'bigint',
	by: 'varchar',
	action: 'varchar',
	object: 'varchar',
} as const satisfies Columns;

/** Whose an id is: the stores of order lines, claims, withdrawals, appeals and held decisions. */
const owners = { key: 'bigint', name: 'varchar', store_id: 'varchar', seq: 'bigint' } as const satisfies Columns;

export const TABLES = { decisions, events, audit, owners } as const;
export type TableName = keyof typeof TABLES;
export type Row<T extends TableName> = RowOf<(typeof TABLES)[T]>;

/** Raised with every change of a table or of what is written into it: a history of another version is built anew. */
export const SCHEMA = 1;

/** How far the log has been taken in: one row, written in the same transaction as the rows. */
const FEED = `create table feed ("schema" bigint, log_id varchar, batch bigint, position bigint, chain varchar)`;

export const DEFINITIONS: readonly string[] = [
	...Object.entries(TABLES).map(
		([table, columns]) =>
			`create table ${table} (${Object.entries(columns)
				.map(([name, kind]) => `"${name}" ${kind}`)
				.join(', ')})`,
	),
	FEED,
];

const names = Object.fromEntries(Object.entries(TABLES).map(([table, columns]) => [table, Object.keys(columns)]));

/** A row as a line of text: cells between tabs, nothing for what is not there. */
export function lineOf<T extends TableName>(table: T, row: Row<T>): string {
	const cells = row as Readonly<Record<string, Cell>>; // by the names of the same table
	// `join` writes nothing for what is undefined, and copies each character once.
	return (names[table] as string[]).map((name) => cells[name]).join('\t');
}

/** The insertion of lines that come as one text, `$1`. */
export const INSERTS: Readonly<Record<TableName, string>> = {
	decisions: insert('decisions'),
	events: insert('events'),
	audit: insert('audit'),
	owners: insert('owners'),
};

function insert(table: TableName): string {
	const cells = Object.values(TABLES[table]).map((kind: Kind, i) => {
		const cell = `nullif(cells[${i + 1}], '')`;
		if (kind === 'bigint') return `${cell}::bigint`;
		return kind === 'varchar' ? cell : `string_split(${cell}, ',')`;
	});
	const lines = 'select unnest(string_split($1, chr(10))) as line';
	return `insert into ${table} select ${cells.join(', ')} from (select string_split(line, chr(9)) as cells from (${lines}))`;
}

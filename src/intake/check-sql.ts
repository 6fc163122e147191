/**
 * Cells to values, and whether a row's cells are all good, as SQL: a column at a time inside the scan of the file,
 * where it costs a few nanoseconds a cell. What is good is exactly what cells.ts has no complaint about.
 *
 * A loaded table has one column per number (times as milliseconds since 1970 UTC, money as minor units), the ids it is
 * looked up by, `store` (the store's position among the good stores), `pack` (ids and texts in one string, so that a
 * row costs one string and not ten on its way to the core), and `ok`.
 *
 * The query has three storeys, so that nothing is worked out twice: cells as they are (`cell_x`), values (`x`) with
 * what kind of time each time is (`kind_x`), and on top what is kept.
 */
import { type Currency, decimalsOf, LARGEST_AMOUNT } from '../core/words/money.js';
import { DAY } from '../core/words/time.js';
import {
	type CellKind,
	type Column,
	LABELS,
	LONGEST_ADDRESS,
	LONGEST_TEXT,
	MOST_DAYS,
	MOST_UNITS,
	type Table,
} from './tables.js';

/** How a column arrives: as text to be parsed, or as a typed Parquet column. */
export type SourceKind = 'text' | 'number' | 'timestamptz' | 'timestamp';
export interface SourceColumn {
	/** SQL for the cell as it is in the file; NULL where it is empty. */
	readonly sql: string;
	readonly kind: SourceKind;
}
/** By our column name; absent optional columns are not in it. */
export type SourceColumns = ReadonlyMap<string, SourceColumn>;

/** A column of ours and how it arrives. */
interface Given {
	readonly column: Column;
	readonly kind: SourceKind;
	/** The name of the cell in the lowest storey. */
	readonly cell: string;
	/** The name of the value in the middle storey. */
	readonly value: string;
}

/** The query that turns a scan of a file into the rows of the loaded table, in the file's order. */
export function loadQuery(table: Table, source: SourceColumns, currency: Currency, scan: string): string {
	const given: Given[] = [];
	for (const column of table.columns) {
		const kind = source.get(column.name)?.kind;
		if (kind !== undefined) given.push({ column, kind, cell: `cell_${column.name}`, value: column.name });
	}
	const cells = given.map(({ column, cell }) => `${cellSql(source.get(column.name))} as ${cell}`);
	const values = [`${pack(table, given)} as pack`, ...given.flatMap((g) => valuesOf(g, currency))];
	return `select ${topOf(table, given, currency).join(',\n\t')}
from (select *, ${values.join(',\n\t')}
from (select ${cells.join(', ')} from ${scan}))`;
}

/** Typed numbers as text, the shortest exact digits: `12.3000` has one decimal. Times stay what they are. */
function cellSql(source: SourceColumn | undefined): string {
	if (source === undefined) return 'null::varchar';
	if (source.kind !== 'number') return source.sql;
	return `regexp_replace(${source.sql}::varchar, '(\\.[0-9]*[1-9])0+$|\\.0+$', '\\1')`;
}

/** A cell as the messages show it. */
export function cellText(source: SourceColumn): string {
	if (source.kind === 'text' || source.kind === 'number') return cellSql(source);
	const time = `try_cast(${source.sql} as timestamp)`;
	return `case when isfinite(${time}) then strftime(${time}, '%Y-%m-%dT%H:%M:%S.%gZ') else ${source.sql}::varchar end`;
}

const isText = ({ kind }: Column): boolean => kind === 'id' || kind === 'text' || kind === 'longText';

/** Columns that travel in `pack`, in this order; `store_id` travels as a number. */
function packed(table: Table): readonly Column[] {
	return table.columns.filter((column) => isText(column) && column.name !== 'store_id');
}

function pack(table: Table, given: readonly Given[]): string {
	const parts = packed(table).map((column) => given.find((g) => g.column === column)?.cell ?? "''");
	return parts.length === 0 ? "''" : `concat(${parts.join(', chr(31), ')}, '')`;
}

function valuesOf(given: Given, currency: Currency): string[] {
	const { column, value } = given;
	if (isText(column)) return [];
	const list = [`${VALUE[column.kind](given, currency)} as ${value}`];
	if (column.kind === 'time') list.push(`${timeKind(given)} as kind_${column.name}`);
	return list;
}

const whole = ({ cell }: Given): string => `try_cast(${cell} as bigint)`;
const unchanged = ({ cell }: Given): string => cell;

/** The value of a cell of each kind; NULL or nonsense where the cell is not good. */
const VALUE: Readonly<Record<CellKind, (given: Given, currency: Currency) => string>> = {
	time: (given) => millis(given),
	money: ({ cell }, currency) => {
		const decimals = decimalsOf(currency);
		// Wide enough for the largest amount, narrow enough for the product to stay inside 64 bits.
		return `(try_cast(${cell} as decimal(14,${decimals})) * ${10 ** decimals})::bigint`;
	},
	quantity: whole,
	days: whole,
	label: ({ cell }) => `(${cell} = '${LABELS[0]}')::bigint`,
	id: unchanged,
	text: unchanged,
	longText: unchanged,
};

/** The fallback is for what the cast refuses but RFC 3339 allows: a leap second, small letters. */
function millis({ kind, cell }: Given): string {
	if (kind === 'text') {
		const tidy = `regexp_replace(upper(${cell}), ':60([.Z+-]|$)', ':59\\1')`;
		return `epoch_ms(coalesce(try_cast(${cell} as timestamptz), try_cast(${tidy} as timestamptz)))`;
	}
	if (kind === 'number') return 'null::bigint';
	const time = `try_cast(${cell} as timestamp)`;
	return `case when isfinite(${time}) then epoch_ms(${time}) end`;
}

const TIME_KINDS = { exact: 1, withoutOffset: 2, bad: 3 } as const;
/** The last millisecond of 2099; written with an offset, a time may lie up to a day later in UTC. */
const LAST = 4_102_444_799_999;
const DATE = '(?:19[7-9][0-9]|20[0-9][0-9])-[0-9][0-9]-[0-9][0-9]';
const CLOCK = '[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]{1,9})?';
const OFFSET = '(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])';

/**
 * The cast takes more than RFC 3339 does, so the form is checked too: the forms that exports have by a plain pattern,
 * which with the cast's own checks is enough, the others by a regular expression at four times the cost.
 */
function timeKind({ kind, cell }: Given): string {
	if (kind === 'timestamp') return `case when ${cell} is not null then ${TIME_KINDS.withoutOffset} end::utinyint`;
	if (kind === 'timestamptz') return `case when ${cell} is not null then ${TIME_KINDS.exact} end::utinyint`;
	if (kind === 'number') return `case when ${cell} is not null then ${TIME_KINDS.bad} end::utinyint`;
	const usual = ['____-__-__T__:__:__+0_:00', '____-__-__T__:__:__Z'].map((form) => `${cell} like '${form}'`);
	return `(case
		when ${cell} is null then null
		when (${usual.join(' or ')}) and ${cell} < '2099' and not contains(${cell}, 'T24:') then ${TIME_KINDS.exact}
		when regexp_full_match(${cell}, '${DATE}${CLOCK}${OFFSET}') then ${TIME_KINDS.exact}
		when regexp_full_match(${cell}, '${DATE}(?:${CLOCK})?') then ${TIME_KINDS.withoutOffset}
		else ${TIME_KINDS.bad} end)::utinyint`;
}

/** Of the texts only ids that something looks up have a column of their own; the others stay in the pack. */
function hasOwnColumn(table: Table, column: Column): boolean {
	return !isText(column) || column.name === table.id || (table.name === 'claims' && column.name === 'order_line_id');
}

/** Nothing happens to an order line before it is paid; an earlier time is a clock that was wrong. */
const isLater = (table: Table, { name, kind }: Column): boolean =>
	table.name === 'order_lines' && kind === 'time' && name !== 'paid_at';

/** The columns of the loaded table that hold all a row says. */
export function loadedColumns(table: Table): readonly string[] {
	const own = table.columns.filter((column) => hasOwnColumn(table, column)).map((column) => column.name);
	const store = table.name === 'stores' || table.name === 'claims' ? [] : ['store'];
	return ['pack', ...own, ...store];
}

function topOf(table: Table, given: readonly Given[], currency: Currency): string[] {
	const list = [`${okay(table, given, currency)} as ok`, 'pack'];
	for (const column of table.columns) {
		const { name } = column;
		if (!hasOwnColumn(table, column)) continue;
		if (given.every((g) => g.column !== column)) list.push(`null::bigint as ${name}`);
		else if (isLater(table, column)) list.push(`case when ${name} < paid_at then paid_at else ${name} end as ${name}`);
		else list.push(isText(column) ? `cell_${name} as ${name}` : name);
	}
	const names = new Set(given.map(({ column }) => column.name));
	if (table.name !== 'stores' && names.has('store_id')) {
		list.push('enum_code(try_cast(cell_store_id as store))::integer as store');
	}
	// Buyers are only counted; two in ten million having the same 64-bit hash is a chance of 1 in 300,000.
	if (table.name === 'order_lines') list.push('hash(cell_buyer_id) as buyer');
	const times = given.filter(({ column }) => column.kind === 'time');
	const later = times.filter(({ column }) => isLater(table, column));
	const moved = later.map(({ value }) => `coalesce((${value} < paid_at)::utinyint, 0)`);
	if (table.name === 'order_lines') list.push(`(${['0', ...moved].join(' + ')})::utinyint as moved`);
	const assumed = times.map(({ value }) => `coalesce((kind_${value} = ${TIME_KINDS.withoutOffset})::utinyint, 0)`);
	list.push(`(${['0', ...assumed].join(' + ')})::utinyint as assumed_utc`);
	return list;
}

function okay(table: Table, given: readonly Given[], currency: Currency): string {
	const checks = [textsOkay(table, given)];
	for (const each of given) {
		const check = GOOD[each.column.kind](each, currency);
		if (check === undefined) continue;
		checks.push(each.column.required ? check : `(${each.cell} is null or coalesce(${check}, false))`);
	}
	if (table.name === 'order_lines') checks.push(`unit_price::double * quantity <= ${LARGEST_AMOUNT}`);
	return `coalesce(${checks.join('\n\t\tand ')}, false)`;
}

const wholeIn = ({ cell, value }: Given, least: number, most: number): string =>
	`regexp_full_match(${cell}, '[0-9]{1,15}') and ${value} between ${least} and ${most}`;

/** Whether a cell that is not empty is good. Texts are checked all at once, see `textsOkay`. */
const GOOD: Readonly<Record<CellKind, (given: Given, currency: Currency) => string | undefined>> = {
	time: ({ kind, value }) =>
		`kind_${value} < ${TIME_KINDS.bad} and ${value} between 0 and ${kind === 'text' ? LAST + DAY : LAST}`,
	money: ({ cell, value }, currency) => {
		const decimals = decimalsOf(currency);
		const form = decimals === 0 ? '[0-9]+' : `[0-9]+(?:\\.[0-9]{1,${decimals}})?`;
		return `regexp_full_match(${cell}, '${form}') and ${value} <= ${LARGEST_AMOUNT}`;
	},
	quantity: (given) => wholeIn(given, 1, MOST_UNITS),
	days: (given) => wholeIn(given, 0, MOST_DAYS),
	label: ({ cell }) => `${cell} in (${LABELS.map((label) => `'${label}'`).join(', ')})`,
	id: ({ cell }) => `${cell} <> ''`,
	text: () => undefined,
	longText: () => undefined,
};

/**
 * Lengths and control characters of all ids and texts at once; only a pack that is long or holds a control character
 * is looked at cell by cell. A pack with one separator too many came from a cell that held one.
 */
function textsOkay(table: Table, given: readonly Given[]): string {
	const separators = Math.max(0, packed(table).length - 1);
	const tooMany = `'${'%\u001f'.repeat(separators + 1)}%'`;
	const plain = `strlen(pack) <= ${LONGEST_TEXT} and not regexp_matches(pack, '[\\x00-\\x1e\\x7f]')`;
	const each = given.filter(({ column }) => isText(column)).map(textOkay);
	const storeId = given.find(({ column }) => column.name === 'store_id');
	// An id that is among the good stores is a good id; only the stores themselves have it looked at.
	const own = table.name === 'stores' && storeId !== undefined ? textOkay(storeId) : 'true';
	return `case when ${plain} then pack not like ${tooMany} else ${['true', ...each].join(' and ')} end and ${own}`;
}

function textOkay({ column, cell }: Given): string {
	const longest = column.kind === 'longText' ? LONGEST_ADDRESS : LONGEST_TEXT;
	const control = column.kind === 'id' ? '[\\x00-\\x1f\\x7f]' : '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]';
	return `coalesce(length(${cell}) <= ${longest} and not regexp_matches(${cell}, '${control}'), true)`;
}

/**
 * Cells to values, and whether a row's cells are all good, as SQL: a column at a time inside the scan of the file,
 * where it costs a few nanoseconds a cell. What is good is exactly what cells.ts has no complaint about.
 *
 * A loaded table has one column per number (times as milliseconds since 1970 UTC, money as minor units), the ids it is
 * looked up by, `store` (the store's position among the good stores), `pack` (ids and texts in one string, so that a
 * row costs one string and not ten on its way to the core), and `ok`.
 */
import { type Currency, decimalsOf, LARGEST_AMOUNT } from '../core/words/money.js';
import { DAY } from '../core/words/time.js';
import {
	LABELS,
	LONGEST_ADDRESS,
	LONGEST_TEXT,
	MOST_DAYS,
	MOST_UNITS,
	type CellKind,
	type Column,
	type Table,
} from './tables.js';

/** Between the parts of a pack. No good cell holds it: it is a control character. */
export const SEPARATOR = '\u001f';
const SEP = 'chr(31)';

/** How a column arrives: as text to be parsed, or as a typed Parquet column. */
export type SourceKind = 'text' | 'number' | 'timestamptz' | 'timestamp';
export interface SourceColumn {
	/** SQL for the cell as it is in the file; NULL where it is empty. */
	readonly sql: string;
	readonly kind: SourceKind;
}
/** By our column name; absent optional columns are not in it. */
export type SourceColumns = ReadonlyMap<string, SourceColumn>;

const TIME =
	'(?:19[7-9][0-9]|20[0-9][0-9])-[0-9][0-9]-[0-9][0-9](?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)' +
	'(?:\\.[0-9]{1,9})?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?';
/** The last millisecond of 2099; written with an offset, a time may lie up to a day later in UTC. */
const LAST = 4_102_444_799_999;
const OFFSET = '([Zz]|:[0-9][0-9](\\.[0-9]{1,9})?[+-][0-9][0-9]:[0-9][0-9])$';

const isText = ({ kind }: Column): boolean => kind === 'id' || kind === 'text' || kind === 'longText';

/** Columns that travel in `pack`, in this order; `store_id` travels as a number. */
export function packed(table: Table): readonly Column[] {
	return table.columns.filter((column) => isText(column) && column.name !== 'store_id');
}

/** The select list that turns a file's cells into the loaded table. */
export function selectList(table: Table, source: SourceColumns, currency: Currency): string {
	const list = [`${okay(table, source, currency)} as ok`, `${pack(table, source)} as pack`];
	for (const column of table.columns) {
		if (!hasOwnColumn(table, column)) continue;
		const cell = source.get(column.name);
		list.push(`${cell === undefined ? nothing(column) : VALUE[column.kind](cell, currency)} as ${column.name}`);
	}
	const storeId = source.get('store_id');
	if (storeId !== undefined && table.name !== 'stores') {
		list.push(`enum_code(try_cast(${text(storeId)} as store))::integer as store`);
	}
	list.push(`${assumedUtc(table, source)} as assumed_utc`);
	return list.join(',\n\t');
}

/** Numbers have; of the texts only ids that something looks up, the others stay in the pack. */
function hasOwnColumn(table: Table, { kind, name }: Column): boolean {
	if (kind === 'text' || kind === 'longText') return false;
	return kind !== 'id' || name === table.id || (table.name === 'claims' && name === 'order_line_id');
}

const nothing = (column: Column): string => (column.kind === 'id' ? 'null::varchar' : 'null::bigint');

const whole = (cell: SourceColumn): string => `try_cast(${text(cell)} as bigint)`;

/** The value of a cell of each kind; NULL or nonsense where the cell is not good. */
const VALUE: Readonly<Record<CellKind, (cell: SourceColumn, currency: Currency) => string>> = {
	time: (cell) => millis(cell),
	money: (cell, currency) => {
		const decimals = decimalsOf(currency);
		return `(try_cast(${text(cell)} as decimal(18,${decimals})) * ${10 ** decimals})::bigint`;
	},
	quantity: whole,
	days: whole,
	label: (cell) => `(${text(cell)} = '${LABELS[0]}')::bigint`,
	id: (cell) => text(cell),
	text: (cell) => text(cell),
	longText: (cell) => text(cell),
};

/** Typed numbers as text: the shortest exact digits; `12.3000` has one decimal. */
function text(cell: SourceColumn): string {
	if (cell.kind === 'number') return `regexp_replace(${cell.sql}::varchar, '(\\.[0-9]*[1-9])0+$|\\.0+$', '\\1')`;
	return cell.kind === 'text' ? cell.sql : cellText(cell);
}

/** A cell as the messages show it. */
export function cellText(cell: SourceColumn): string {
	if (cell.kind === 'text' || cell.kind === 'number') return text(cell);
	const time = `try_cast(${cell.sql} as timestamp)`;
	return `case when isfinite(${time}) then strftime(${time}, '%Y-%m-%dT%H:%M:%S.%gZ') else ${cell.sql}::varchar end`;
}

/** The fallback is for what the cast refuses but RFC 3339 allows: a leap second, small letters. */
function millis(cell: SourceColumn): string {
	if (cell.kind === 'text') {
		const tidy = `regexp_replace(upper(${cell.sql}), ':60([.Z+-]|$)', ':59\\1')`;
		return `epoch_ms(coalesce(try_cast(${cell.sql} as timestamptz), try_cast(${tidy} as timestamptz)))`;
	}
	if (cell.kind === 'number') return 'null::bigint';
	const time = `try_cast(${cell.sql} as timestamp)`;
	return `case when isfinite(${time}) then epoch_ms(${time}) end`;
}

function okay(table: Table, source: SourceColumns, currency: Currency): string {
	const checks = [packOkay(table, source)];
	for (const column of table.columns) {
		const cell = source.get(column.name);
		if (cell === undefined) continue;
		const check = GOOD[column.kind](cell, currency);
		if (check === 'true') continue;
		checks.push(column.required ? check : `(${cell.sql} is null or coalesce(${check}, false))`);
	}
	if (table.name === 'order_lines') checks.push(totalOkay(source, currency));
	return `coalesce(${checks.join('\n\t\tand ')}, false)`;
}

const matches = (cell: SourceColumn, pattern: string): string => `regexp_full_match(${text(cell)}, '${pattern}')`;

const wholeIn = (cell: SourceColumn, least: number, most: number): string =>
	`${matches(cell, '[0-9]{1,15}')} and ${whole(cell)} between ${least} and ${most}`;

/** Whether a cell that is not empty is good. Texts are checked all at once, see `packOkay`. */
const GOOD: Readonly<Record<CellKind, (cell: SourceColumn, currency: Currency) => string>> = {
	time: (cell) => {
		const inRange = `${millis(cell)} between 0 and`;
		return cell.kind === 'text' ? `${matches(cell, TIME)} and ${inRange} ${LAST + DAY}` : `${inRange} ${LAST}`;
	},
	money: (cell, currency) => {
		const decimals = decimalsOf(currency);
		const form = decimals === 0 ? '[0-9]+' : `[0-9]+(?:\\.[0-9]{1,${decimals}})?`;
		return `${matches(cell, form)} and ${VALUE.money(cell, currency)} <= ${LARGEST_AMOUNT}`;
	},
	quantity: (cell) => wholeIn(cell, 1, MOST_UNITS),
	days: (cell) => wholeIn(cell, 0, MOST_DAYS),
	label: (cell) => `${text(cell)} in (${LABELS.map((label) => `'${label}'`).join(', ')})`,
	id: (cell) => `${text(cell)} <> ''`,
	text: () => 'true',
	longText: () => 'true',
};

function totalOkay(source: SourceColumns, currency: Currency): string {
	const [price, quantity] = [source.get('unit_price'), source.get('quantity')];
	if (price === undefined || quantity === undefined) return 'true';
	const priceSql = `try_cast(${text(price)} as decimal(18,${decimalsOf(currency)}))`;
	const limit = LARGEST_AMOUNT / 10 ** decimalsOf(currency);
	return `${priceSql}::double * try_cast(${text(quantity)} as integer) <= ${limit}`;
}

function pack(table: Table, source: SourceColumns): string {
	const parts = packed(table).map((column) => {
		const cell = source.get(column.name);
		return cell === undefined ? "''" : text(cell);
	});
	return parts.length === 0 ? "''" : `concat(${parts.join(`, ${SEP}, `)}, '')`;
}

/**
 * Lengths and control characters of all ids and texts at once; only a pack that is long or holds a control character
 * is looked at cell by cell. A pack with one separator too many came from a cell that held one.
 */
function packOkay(table: Table, source: SourceColumns): string {
	const columns = table.columns.filter((column) => isText(column) && source.has(column.name));
	const storeId = source.get('store_id');
	const all = storeId === undefined ? pack(table, source) : `concat(${text(storeId)}, ${pack(table, source)})`;
	const tooMany = `'${'%\u001f'.repeat(Math.max(1, packed(table).length))}%'`;
	const plain = `strlen(${all}) <= 200 and not regexp_matches(${all}, '[\\x00-\\x1e\\x7f]')`;
	const each = columns.map((column) => stringOkay(column, source.get(column.name) as SourceColumn)); // filtered above
	return `case when ${plain} then ${all} not like ${tooMany} else ${['true', ...each].join(' and ')} end`;
}

function stringOkay(column: Column, cell: SourceColumn): string {
	const longest = column.kind === 'longText' ? LONGEST_ADDRESS : LONGEST_TEXT;
	const control = column.kind === 'id' ? '[\\x00-\\x1f\\x7f]' : '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]';
	return `coalesce(length(${text(cell)}) <= ${longest} and not regexp_matches(${text(cell)}, '${control}'), true)`;
}

/** How many of the row's times say no offset. */
function assumedUtc(table: Table, source: SourceColumns): string {
	const counts: string[] = [];
	for (const column of table.columns) {
		const cell = source.get(column.name);
		if (column.kind !== 'time' || cell === undefined) continue;
		if (cell.kind === 'text') counts.push(`coalesce((not regexp_matches(${cell.sql}, '${OFFSET}'))::utinyint, 0)`);
		if (cell.kind === 'timestamp') counts.push(`(${cell.sql} is not null)::utinyint`);
	}
	return counts.length === 0 ? '0::utinyint' : `(${counts.join(' + ')})::utinyint`;
}

/**
 * Lists: newest first, in pages. A cursor says after which row the next page begins, so pages neither repeat nor skip
 * however many rows are added meanwhile. A page is looked for in the newest stretch of the log first and then in ever
 * longer ones before it: a plain list costs the same however long the history has become.
 */
import { assert } from '../../core/words/error.js';
import { badField } from '../../core/words/field.js';
import { type Currency, decimalsOf, formatMoney, type Minor } from '../../core/words/money.js';
import { formatInstant, type Instant } from '../../core/words/time.js';
import type { Cells, Parameter, Query } from '../file.js';

/** How far the reading could see. */
export interface Fresh {
	/** The newest batch of the log whose rows are in; newer ones may be too. */
	readonly batch: number;
	/** How many durable batches are still to come. */
	readonly behind: number;
}

export interface Listed<T> {
	readonly items: readonly T[];
	readonly fresh: Fresh;
}

export interface Page<T> extends Listed<T> {
	/** The cursor of the next page, where there is one. */
	readonly next?: string;
}

export interface PageFilter {
	/** `next` of the page before; its other filters must be the same. */
	readonly cursor?: string | undefined;
	/** 1 to 1,000. */
	readonly limit: number;
}

export interface Reader {
	readonly query: Query;
	readonly currency: Currency;
	readonly fresh: Fresh;
}

const MOST_ROWS = 1000;
const FIRST_STRETCH = 20_000;
const STRETCH_GROWTH = 8;

/** Conditions with their values; what comes from outside is only ever bound. */
export class Conditions {
	readonly values: Record<string, Parameter> = {};
	private readonly terms: string[] = ['true'];

	/** Adds a condition that mentions `$name`, unless there is no value for it. */
	add(term: string, name: string, value: Parameter | undefined): this {
		if (value === undefined) return this;
		this.terms.push(term);
		this.values[name] = value;
		return this;
	}

	get sql(): string {
		return this.terms.join(' and ');
	}
}

/** A place in a list: the number it is ordered by first, and the one second. */
type Key = readonly [number, number];

/**
 * Reads one page of a table.
 * @param first the column the table grows by, `second` the one within it.
 * @throws SuretyError `bad_field` for `cursor` or `limit`.
 */
export async function readPage<T>(
	reader: Reader,
	from: { readonly table: string; readonly first: string; readonly second?: string },
	{ cursor, limit }: PageFilter,
	conditions: Conditions,
	item: (row: Cells) => T,
): Promise<Page<T>> {
	if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) {
		throw badField('limit', limit, `expected 1 to ${MOST_ROWS}`);
	}
	const second = from.second ?? from.first;
	const after = cursor === undefined ? undefined : parseCursor(cursor);
	const [newest = {}] = await reader.query(`select max("${from.first}") as top from ${from.table}`);
	let top = Math.min(after?.[0] ?? Number.POSITIVE_INFINITY, Number(newest['top'] ?? -1));
	const rows: Cells[] = [];
	for (let stretch = FIRST_STRETCH; top >= 0 && rows.length <= limit; stretch *= STRETCH_GROWTH) {
		const bottom = top - stretch;
		const cut = after === undefined ? '' : `and ("${from.first}", "${second}") < ($after_first, $after_second)`;
		const found = await reader.query(
			`select * from ${from.table}
			where "${from.first}" <= $top and "${from.first}" > $bottom and ${conditions.sql} ${cut}
			order by "${from.first}" desc, "${second}" desc limit $rows`,
			{
				...conditions.values,
				top,
				bottom,
				rows: limit + 1 - rows.length,
				...(after === undefined ? {} : { after_first: after[0], after_second: after[1] }),
			},
		);
		rows.push(...found);
		top = bottom;
	}
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	const hasNext = rows.length > limit && last !== undefined;
	const key = hasNext ? ([Number(last[from.first]), Number(last[second])] as const) : undefined;
	return {
		items: shown.map(item),
		...(key === undefined ? {} : { next: formatCursor(key) }),
		fresh: reader.fresh,
	};
}

const formatCursor = ([first, second]: Key): string => Buffer.from(`1.${first}.${second}`).toString('base64url');

function parseCursor(cursor: string): Key {
	const m = /^1\.(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
	if (m === null) throw badField('cursor', cursor, 'is not one that was given out');
	return [Number(m[1]), Number(m[2])];
}

/** A cell of text, if there is one. */
export const textOf = (cell: unknown): string | undefined => (typeof cell === 'string' ? cell : undefined);

/** A cell of a whole number, if there is one. */
export const wholeOf = (cell: unknown): number | undefined => (typeof cell === 'bigint' ? Number(cell) : undefined);

export const timeOf = (cell: unknown): string => formatInstant(Number(cell) as Instant);

/** Minor units of any size as a decimal string; sums may be larger than an amount can be. */
export function moneyOf(cell: unknown, currency: Currency): string {
	const minor = cell === null ? 0n : cell; // the sum of nothing
	assert(typeof minor === 'bigint', 'amounts are whole numbers');
	if (minor <= BigInt(Number.MAX_SAFE_INTEGER) && minor >= BigInt(Number.MIN_SAFE_INTEGER)) {
		return formatMoney(Number(minor) as Minor, currency); // whole and exact within these bounds
	}
	const decimals = decimalsOf(currency);
	const digits = String(minor);
	return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The object without what is not there. */
export function present<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
	const entries = Object.entries(object).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }; // only less
}

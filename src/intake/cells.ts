/**
 * Why a row cannot be taken, in words. The database decides which rows are good (check-sql.ts); this file explains a
 * bad one, cell by cell, with the parsers that every other record goes through, so that a table and the HTTP edge give
 * the same sentences. The two must agree; a test compares them on many cells.
 */
import { idProblem } from '../core/words/ids.js';
import { type Currency, LARGEST_AMOUNT, parseMoney } from '../core/words/money.js';
import { parseInstant } from '../core/words/time.js';
import { type CellKind, LABELS, LONGEST_ADDRESS, LONGEST_TEXT, MOST_DAYS, MOST_UNITS, type Table } from './tables.js';

const TAB = 9;
const LF = 10;
const CR = 13;

/** A row's cells by our column names; an empty cell is undefined. */
export type Cells = Readonly<Record<string, string | undefined>>;

export interface CellFault {
	readonly field: string;
	readonly value: string | undefined;
	readonly reason: string;
}

/** The first cell of a row that is wrong, in the order of the table's columns; undefined when none is. */
export function faultOf(table: Table, cells: Cells, currency: Currency): CellFault | undefined {
	for (const column of table.columns) {
		const value = cells[column.name];
		if (value === undefined && !column.required) continue;
		const reason = PROBLEM[column.kind](value, currency);
		if (reason !== undefined) return { field: column.name, value, reason };
	}
	return table.name === 'order_lines' ? totalFault(cells, currency) : undefined;
}

type Problem = string | undefined;

/** What is wrong with a cell of each kind; an empty one is undefined. */
const PROBLEM: Readonly<Record<CellKind, (value: string | undefined, currency: Currency) => Problem>> = {
	id: (value) => idProblem(value),
	text: (value) => textProblem(value, LONGEST_TEXT),
	longText: (value) => textProblem(value, LONGEST_ADDRESS),
	time: (value) => problem(parseInstant(value === undefined ? value : withOffset(value))),
	money: (value, currency) => problem(parseMoney(value, currency)),
	quantity: (value) => wholeProblem(value, 1, MOST_UNITS),
	days: (value) => wholeProblem(value, 0, MOST_DAYS),
	label: (value) => (LABELS.some((label) => label === value) ? undefined : `expected one of ${LABELS.join(', ')}`),
};

const problem = (parsed: number | string): Problem => (typeof parsed === 'string' ? parsed : undefined);

/** Tabs and line breaks may stand in an address; other control characters never come from a person. */
function textProblem(value = '', longest = LONGEST_TEXT): Problem {
	if (value.length > longest) return `longer than ${longest} characters`;
	for (let i = 0; i < value.length; i++) {
		const c = value.charCodeAt(i);
		if ((c < 32 && c !== TAB && c !== LF && c !== CR) || c === 127) return 'has a control character';
	}
	return undefined;
}

function wholeProblem(value = '', least: number, most: number): Problem {
	if (/^-\d+$/.test(value)) return 'is negative';
	if (!/^\d{1,15}$/.test(value)) return 'expected a whole number';
	if (Number(value) < least) return `less than ${least}`;
	return Number(value) > most ? `more than ${most}` : undefined;
}

/** A time without an offset is taken as UTC, a day as its first instant; the history counts them. */
export function withOffset(text: string): string {
	if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00:00Z`;
	return /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?$/.test(text) ? `${text}Z` : text;
}

function totalFault(cells: Cells, currency: Currency): CellFault | undefined {
	const price = parseMoney(cells['unit_price'], currency);
	const value = cells['quantity'];
	if (typeof price !== 'number' || price * Number(value) <= LARGEST_AMOUNT) return undefined;
	return { field: 'quantity', value, reason: 'unit_price x quantity is too large to book' };
}

/**
 * The second look at a CSV file. DuckDB reads clean files fast but gives up at the first row it cannot cut into cells,
 * and it does not say on which physical line a row began. This reader is slow and forgiving: it names the line of every
 * row, takes the good rows and says what is wrong with the others. It takes what DuckDB takes: empty lines are passed over,
 * and empty cells behind the last column do no harm.
 *
 * A quote that is opened and never closed would swallow what follows; so when quoting is broken only the physical line
 * on which the row began is given up, and reading goes on with the next one.
 */
import { isUtf8 } from 'node:buffer';
import { LONGEST_LINE } from './physical-lines.js';

export interface RowVisitor {
	/** `line` is the physical line on which the row begins, from 1; the header is the first. */
	row(line: number, cells: string[]): void;
	broken(line: number, value: string | null, reason: string): void;
}

export const TOO_LONG = `the line is longer than ${LONGEST_LINE} bytes`;
export const NOT_UTF8 = 'not valid UTF-8';
const NEVER_CLOSED = 'a quote is opened and never closed';
const AFTER_QUOTE = 'text follows a closing quote';

interface Line {
	readonly number: number;
	/** What is wrong with the line as such. */
	readonly problem: { readonly value: string | null; readonly reason: string } | undefined;
	readonly text: string;
}

/** Cuts physical lines, header first, into rows. */
export class CsvRows {
	readonly #delimiter: string;
	readonly #width: number;
	readonly #visit: RowVisitor;
	/** Lines that are not yet part of a finished row; the first of them begins one. */
	#waiting: Line[] = [];
	#held = 0;
	#next = 1;
	#ended = false;

	constructor(delimiter: string, width: number, visit: RowVisitor) {
		this.#delimiter = delimiter;
		this.#width = width;
		this.#visit = visit;
	}

	line(bytes: Buffer | undefined): void {
		const line = read(bytes, this.#next++, this.#delimiter);
		const insideQuote = this.#waiting.length > 0;
		this.#waiting.push(line);
		this.#held += line.text.length + 1;
		const closes = line.problem !== undefined || line.text.includes('"') || this.#held > LONGEST_LINE;
		if (!insideQuote || closes) this.#settle();
	}

	end(): void {
		this.#ended = true;
		this.#settle();
	}

	/** Finishes as many rows as the waiting lines hold. */
	#settle(): void {
		for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
			if (first.problem !== undefined) this.#giveUp(first, first.problem.value, first.problem.reason);
			else if (first.text === '') this.#drop(1);
			else if (!this.#finish(first)) return;
		}
	}

	/** @returns false when the row needs lines that have not come yet. */
	#finish(first: Line): boolean {
		let parsed = parseRow(first.text, this.#delimiter);
		if (parsed.end === 'open') parsed = parseRow(this.#joined(), this.#delimiter);
		if (parsed.end === 'open' && !this.#hopeless()) return false;
		if (typeof parsed.end === 'string') {
			this.#giveUp(first, null, parsed.end === 'open' ? NEVER_CLOSED : AFTER_QUOTE);
			return true;
		}
		this.#drop(parsed.end);
		const { cells } = parsed;
		while (cells.length > this.#width && cells.at(-1) === '') cells.pop();
		if (cells.length === this.#width) this.#visit.row(first.number, cells);
		else this.#visit.broken(first.number, null, `has ${cells.length} columns, the header has ${this.#width}`);
		return true;
	}

	/** No later line will close the open quote. A line that is itself unusable is always the last one waiting. */
	#hopeless(): boolean {
		return this.#ended || this.#held > LONGEST_LINE || this.#waiting.at(-1)?.problem !== undefined;
	}

	#giveUp(first: Line, value: string | null, reason: string): void {
		this.#visit.broken(first.number, value, reason);
		this.#drop(1);
	}

	#drop(count: number): void {
		for (const line of this.#waiting.splice(0, count)) this.#held -= line.text.length + 1;
	}

	#joined(): string {
		const usable = this.#waiting.at(-1)?.problem === undefined ? this.#waiting : this.#waiting.slice(0, -1);
		return usable.map((line) => line.text).join('\n');
	}
}

function read(bytes: Buffer | undefined, number: number, delimiter: string): Line {
	if (bytes === undefined) return { number, problem: { value: null, reason: TOO_LONG }, text: '' };
	const body = number === 1 ? withoutMark(bytes) : bytes;
	if (isUtf8(body)) return { number, problem: undefined, text: body.toString('utf8') };
	const cell = body
		.toString('latin1')
		.split(delimiter)
		.find((part) => !isUtf8(Buffer.from(part, 'latin1')));
	return { number, problem: { value: cell ?? null, reason: NOT_UTF8 }, text: '' };
}

/** Without the byte order mark that spreadsheets write. */
export function withoutMark(bytes: Buffer): Buffer {
	return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

export interface ParsedRow {
	readonly cells: string[];
	/** How many lines the row took, or why it has no end. */
	readonly end: number | 'open' | 'garbled';
}

/** Cuts the first row of a text into cells, by RFC 4180 with any delimiter and, as DuckDB does, blanks around quotes. */
export function parseRow(text: string, delimiter: string): ParsedRow {
	if (!text.includes('"')) return { cells: text.split(delimiter), end: 1 };
	const cells: string[] = [];
	let lines = 1;
	let at = 0;
	for (;;) {
		const start = pastBlanks(text, at, delimiter);
		const cell = text[start] === '"' ? quotedCell(text, start) : plainCell(text, at, delimiter);
		if (cell === undefined) return { cells, end: 'open' };
		cells.push(cell.value);
		lines += cell.breaks;
		at = text[start] === '"' ? pastBlanks(text, cell.end, delimiter) : cell.end;
		if (at >= text.length || text[at] === '\n') return { cells, end: lines };
		if (text[at] !== delimiter) return { cells, end: 'garbled' };
		at++;
	}
}

function pastBlanks(text: string, start: number, delimiter: string): number {
	for (let at = start; ; at++) {
		const blank = text[at] === ' ' || (text[at] === '\t' && delimiter !== '\t');
		if (!blank) return at;
	}
}

interface ParsedCell {
	readonly value: string;
	/** Where the delimiter or line break behind it should be. */
	readonly end: number;
	readonly breaks: number;
}

function plainCell(text: string, start: number, delimiter: string): ParsedCell {
	const ends = [text.indexOf(delimiter, start), text.indexOf('\n', start), text.length];
	const end = Math.min(...ends.filter((position) => position >= 0));
	return { value: text.slice(start, end), end, breaks: 0 };
}

function quotedCell(text: string, start: number): ParsedCell | undefined {
	for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 2)) {
		if (text[at + 1] === '"') continue;
		const raw = text.slice(start + 1, at);
		return { value: raw.replaceAll('""', '"'), end: at + 1, breaks: raw.split('\n').length - 1 };
	}
	return undefined;
}

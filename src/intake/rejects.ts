/** Where rejected rows go: counted, written to `rejected.ndjson` as they are found, the first few kept to be shown. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import { badField } from '../core/words/field.js';
import { TABLE_NAMES, type TableName } from './tables.js';

export interface Rejection {
	readonly table: TableName;
	readonly file: string;
	/** Physical line from 1 (the header is the first), or the row's number in a Parquet file. */
	readonly line: number;
	/** Our column, or null where the row as a whole is wrong. */
	readonly field: string | null;
	readonly value: string | null;
	readonly reason: string;
}

const SAMPLE = 20;
const LONGEST_VALUE = 200;
const FLUSH_AT = 1 << 16;

export class Rejects {
	readonly sample: string[] = [];
	readonly #counts = new Map<TableName, number>();
	#file: number | undefined;
	#text: string[] = [];
	#held = 0;

	/** The file is made even if it stays empty, so that an older one is not taken for this run's. */
	constructor(path: string | undefined) {
		if (path === undefined) return;
		try {
			mkdirSync(dirname(path), { recursive: true });
			this.#file = openSync(path, 'w');
		} catch (error) {
			throw new SuretyError('bad_output', `${path}: ${(error as NodeJS.ErrnoException).code}`);
		}
	}

	add(rejection: Rejection): void {
		this.#counts.set(rejection.table, this.count(rejection.table) + 1);
		if (this.sample.length < SAMPLE) this.sample.push(sentence(rejection));
		if (this.#file === undefined) return;
		const { file, line, field, reason } = rejection;
		const value = cut(rejection.value);
		const text = `${JSON.stringify({ file, line, field, value, reason })}\n`;
		this.#text.push(text);
		this.#held += text.length;
		if (this.#held > FLUSH_AT) this.#flush();
	}

	count(table: TableName): number {
		return this.#counts.get(table) ?? 0;
	}

	get total(): number {
		return TABLE_NAMES.reduce((sum, table) => sum + this.count(table), 0);
	}

	close(): void {
		if (this.#file === undefined) return;
		this.#flush();
		closeSync(this.#file);
		this.#file = undefined;
	}

	#flush(): void {
		if (this.#file !== undefined) writeSync(this.#file, this.#text.join(''));
		this.#text = [];
		this.#held = 0;
	}
}

const cut = (value: string | null): string | null =>
	value !== null && value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}...` : value;

/** `order_lines.csv:1204: unit_price "12.345": CNY has 2 decimals`. */
export function sentence({ file, line, field, value, reason }: Rejection): string {
	const what = field === null ? reason : badField(field, value ?? undefined, reason).message;
	return `${file}:${line}: ${what}`;
}

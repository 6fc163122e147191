/**
 * JSON from outside. What is behind this file relies on three things: no nesting deep enough to exhaust a stack, no
 * text that UTF-8 cannot write (a lone surrogate would come back from the log as another text), and keys such as
 * `__proto__` being nothing but keys, which `JSON.parse` sees to as long as nobody copies objects by assignment.
 */
import { isUtf8 } from 'node:buffer';
import { type ErrorCode, ERRORS, SuretyError } from '../core/words/error.js';

/** Deeper than any record; a CloudEvents envelope around one has four levels. */
const DEEPEST = 16;

/** Something that stands in a record's place and is none. */
export class Sick {
	readonly code: ErrorCode;
	readonly message: string;
	readonly id: string | undefined;

	constructor(code: ErrorCode, message: string, id?: string) {
		this.code = code;
		this.message = message;
		this.id = id;
	}

	get error(): SuretyError {
		return new SuretyError(this.code, this.message);
	}
}

/** @returns the value, or what is wrong with the text. */
export function readJson(text: string): unknown {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return new Sick('bad_json', `not JSON: ${why(error)}`);
	}
	if (isTooDeep(value, DEEPEST)) return new Sick('bad_json', `nested deeper than ${DEEPEST} levels`);
	// Only an escape can write half a character; read as UTF-8, the text itself has none.
	if (text.includes('\\u') && !isWellFormed(value)) return new Sick('bad_json', 'has half a surrogate pair in a text');
	return value;
}

/** Bytes as text. @returns what is wrong with them where they are not UTF-8. */
export const readText = (bytes: Buffer): string | Sick =>
	isUtf8(bytes) ? bytes.toString('utf8') : new Sick('bad_json', 'not UTF-8');

/** The parser's own sentence quotes what it was given, which may be personal: only where it is, is kept. */
function why(error: unknown): string {
	const place = error instanceof Error ? /position \d+|end of JSON input/.exec(error.message)?.[0] : undefined;
	return place === undefined ? ERRORS.bad_json : `unexpected ${place.startsWith('end') ? place : `text at ${place}`}`;
}

/** Looks no deeper than is allowed. */
function isTooDeep(value: unknown, levels: number): boolean {
	if (typeof value !== 'object' || value === null) return false;
	if (levels === 0) return true;
	if (Array.isArray(value)) return value.some((inner) => isTooDeep(inner, levels - 1));
	for (const key in value) if (isTooDeep((value as Record<string, unknown>)[key], levels - 1)) return true;
	return false;
}

function isWellFormed(value: unknown): boolean {
	if (typeof value === 'string') return value.isWellFormed();
	if (typeof value !== 'object' || value === null) return true;
	return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isWellFormed(inner));
}

declare global {
	interface String {
		/** Of ES2024; every supported Node has it. */
		isWellFormed(): boolean;
	}
}

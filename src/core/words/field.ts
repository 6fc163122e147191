/**
 * Fields: the kinds of value a record is made of. Each kind is written down once, as a parser that says exactly what
 * is wrong and as a JSON Schema, so validation, types and API description cannot drift apart.
 */
import { SuretyError } from './error.js';
import { idProblem, isUnicode, LONGEST_ID } from './ids.js';
import { type Currency, type Minor, parseMoney } from './money.js';
import { type Instant, parseInstant } from './time.js';

/** What a parser needs to know besides the value. */
export interface Reading {
	readonly currency: Currency;
}

export interface Field<T> {
	readonly optional: boolean;
	readonly schema: Readonly<Record<string, unknown>>;
	/** @throws SuretyError `bad_field` naming the field and quoting the value. */
	readonly parse: (raw: unknown, name: string, reading: Reading) => T;
}

/** The refusal of one field: `unit_price "12.345": CNY has 2 decimals`. */
export function badField(name: string, raw: unknown, problem: string): SuretyError {
	return new SuretyError(
		'bad_field',
		`${name}${raw === undefined ? ' is missing' : ` ${quote(raw)}`}: ${problem}`,
		name,
	);
}

/** A value as it may be shown in a message: JSON, cut at 60 characters. */
export function quote(raw: unknown): string {
	const text = typeof raw === 'bigint' ? `${raw}n` : inJson(raw);
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Nothing that a caller sends may stop us, be it too deep for JSON or no JSON at all. */
function inJson(raw: unknown): string {
	try {
		return JSON.stringify(raw) ?? typeof raw;
	} catch {
		return 'a value that is no JSON';
	}
}

/** What is wrong with a value; a class, since a value may itself be a text. */
class Problem {
	readonly sentence: string;

	constructor(sentence: string) {
		this.sentence = sentence;
	}
}

const wrong = (sentence: string): Problem => new Problem(sentence);

function field<T>(schema: Field<T>['schema'], read: (raw: unknown, reading: Reading) => T | Problem): Field<T> {
	const parse = (raw: unknown, name: string, reading: Reading): T => {
		const result = read(raw, reading);
		if (result instanceof Problem) throw badField(name, raw, result.sentence);
		return result;
	};
	return { optional: false, schema, parse };
}

export const text = (longest = LONGEST_ID): Field<string> =>
	field({ type: 'string', minLength: 1, maxLength: longest }, (raw) => {
		if (typeof raw !== 'string' || raw.length === 0) return wrong('expected a non-empty text');
		if (!isUnicode(raw)) return wrong('has half of a character');
		return raw.length > longest ? wrong(`longer than ${longest} characters`) : raw;
	});

/** An id of one kind; the brand is given where the field is declared. */
export const id = <T extends string>(): Field<T> =>
	field({ type: 'string', minLength: 1, maxLength: LONGEST_ID }, (raw) => {
		const problem = idProblem(raw);
		return problem === undefined ? (raw as T) : wrong(problem);
	});

export const money: Field<Minor> = field(
	{ type: ['string', 'number'], description: 'Major units, exact at the currency’s scale', examples: ['12.30'] },
	(raw, { currency }) => {
		const parsed = parseMoney(raw, currency);
		return typeof parsed === 'number' ? parsed : wrong(parsed);
	},
);

export const instant: Field<Instant> = field({ type: 'string', format: 'date-time' }, (raw) => {
	const parsed = parseInstant(raw);
	return typeof parsed === 'number' ? parsed : wrong(parsed);
});

export const whole = (least: number, largest: number): Field<number> =>
	field({ type: 'integer', minimum: least, maximum: largest }, (raw) => {
		if (typeof raw !== 'number' || !Number.isInteger(raw)) return wrong('expected a whole number');
		if (raw < least) return wrong(raw < 0 ? 'is negative' : `less than ${least}`);
		return raw > largest ? wrong(`more than ${largest}`) : raw;
	});

export const oneOf = <const T extends string>(...words: readonly T[]): Field<T> =>
	field({ enum: words }, (raw) => {
		const found = words.find((word) => word === raw);
		return found ?? wrong(`expected one of ${words.join(', ')}`);
	});

/** A short list of distinct words, e.g. what an item was when it was bought. */
export const words: Field<readonly string[]> = field(
	{ type: 'array', items: { type: 'string', minLength: 1, maxLength: 40 }, maxItems: 20 },
	(raw) => {
		const fits =
			Array.isArray(raw) && raw.length <= 20 && raw.every((w) => typeof w === 'string' && w !== '' && w.length <= 40);
		return fits ? (raw as string[]) : wrong('expected a list of up to 20 words');
	},
);

/** Named amounts, e.g. the parts of a price. */
export const amounts = <const N extends string>(...names: readonly N[]): Field<Readonly<Partial<Record<N, Minor>>>> =>
	field(
		{
			type: 'object',
			properties: Object.fromEntries(names.map((n) => [n, money.schema])),
			additionalProperties: false,
		},
		(raw, { currency }) => {
			if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return wrong('expected an object of amounts');
			const value: Partial<Record<N, Minor>> = {};
			for (const [name, amount] of Object.entries(raw)) {
				if (!names.some((n) => n === name)) return wrong(`"${name}" is not one of ${names.join(', ')}`);
				const parsed = parseMoney(amount, currency);
				if (typeof parsed === 'string') return wrong(`${name}: ${parsed}`);
				value[name as N] = parsed;
			}
			return value;
		},
	);

/** The most bytes of a document inside a record, as JSON in UTF-16. */
const LONGEST_DOCUMENT = 100_000;

/** A JSON object of another schema, which whoever takes the record checks. */
export const document: Field<Readonly<Record<string, unknown>>> = field({ type: 'object' }, (raw) => {
	if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return wrong('expected an object');
	const isLong = JSON.stringify(raw).length > LONGEST_DOCUMENT;
	return isLong ? wrong(`longer than ${LONGEST_DOCUMENT} characters`) : (raw as Record<string, unknown>);
});

/** Yes or no. */
export const flag: Field<boolean> = field({ type: 'boolean' }, (raw) =>
	typeof raw === 'boolean' ? raw : wrong('expected true or false'),
);

/** A finding for each of some named things, e.g. which papers have a right check digit. */
export const findings = <const N extends string, const W extends string>(
	names: readonly N[],
	...found: readonly W[]
): Field<Readonly<Partial<Record<N, W>>>> =>
	field(
		{
			type: 'object',
			properties: Object.fromEntries(names.map((n) => [n, { enum: found }])),
			additionalProperties: false,
		},
		(raw) => {
			if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return wrong('expected an object of findings');
			const value: Partial<Record<N, W>> = {};
			for (const [name, said] of Object.entries(raw)) {
				const known = names.find((n) => n === name);
				const word = found.find((w) => w === said);
				if (known === undefined) return wrong(`has an unknown name; known are ${names.join(', ')}`);
				if (word === undefined) return wrong(`${known}: expected one of ${found.join(', ')}`);
				value[known] = word;
			}
			return value;
		},
	);

/** The same field, but it may be absent or null. */
export const optional = <T>(inner: Field<T>): Field<T | undefined> => ({
	optional: true,
	schema: inner.schema,
	parse: (raw, name, reading) => (raw === undefined || raw === null ? undefined : inner.parse(raw, name, reading)),
});

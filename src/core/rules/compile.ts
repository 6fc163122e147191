/**
 * A checked expression as a function. Only what always has an answer is let in: comparisons, `&& || ! ?:`, sums and
 * products, lists to look a word up in, and the beginnings and ends of texts. There is no division, no regular
 * expression, no loop and no conversion, so a rule can neither fail nor take long. Numbers are whole and stop at
 * ±(2^53 - 1), beyond which they would no longer be exact.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { type Currency, parseMoney } from '../words/money.js';
import { type Clock, CLOCKS, FIRST_OFFSET, LAST_OFFSET, type WordName, WORDS, type WordType } from './vocabulary.js';

export type Value = number | boolean | string;
export type Read<S> = (subject: S) => Value;

/** How words are read from a subject. */
export interface Reader<S> {
	readonly word: (name: WordName) => Read<S>;
	readonly clock: (clock: Clock, offsetHours: number) => Read<S>;
}

export interface Compiled<S> {
	readonly test: Read<S>;
	/** The words it looks at, in the order in which they stand in it. */
	readonly words: readonly WordName[];
}

/** Something in an expression that rules do not have, and where it stands. */
export class NotInRules extends Error {
	readonly at: number;

	constructor(message: string, { start }: ASTNode) {
		super(message);
		this.at = start;
	}
}

interface Typed<S> {
	readonly type: WordType;
	readonly read: Read<S>;
}

const LIMIT = Number.MAX_SAFE_INTEGER;
const bounded = (n: number): number => (n > LIMIT ? LIMIT : n < -LIMIT ? -LIMIT : n);

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
	'+': (a, b) => bounded(a + b),
	'-': (a, b) => bounded(a - b),
	'*': (a, b) => bounded(a * b),
};
const COMPARISONS: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
	'==': (a, b) => a === b,
	'!=': (a, b) => a !== b,
	'<': (a, b) => a < b,
	'<=': (a, b) => a <= b,
	'>': (a, b) => a > b,
	'>=': (a, b) => a >= b,
};
const TEXTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
	startsWith: (text, part) => text.startsWith(part),
	endsWith: (text, part) => text.endsWith(part),
	contains: (text, part) => text.includes(part),
};

/** @throws NotInRules */
export function compile<S>(root: ASTNode, reader: Reader<S>, currency: Currency): Compiled<S> {
	const compiler = new Compiler(reader, currency);
	const { read } = compiler.node(root);
	return { test: read, words: [...compiler.words] };
}

class Compiler<S> {
	readonly words = new Set<WordName>();
	private readonly reader: Reader<S>;
	private readonly currency: Currency;

	constructor(reader: Reader<S>, currency: Currency) {
		this.reader = reader;
		this.currency = currency;
	}

	node(node: ASTNode): Typed<S> {
		switch (node.op) {
			case 'value':
				return constant(literal(node));
			case 'id':
			case '.':
				return this.word(node);
			case 'call':
				return this.call(node);
			case 'rcall':
				return this.text(node);
			case '!_': {
				const { read } = this.node(node.args);
				return { type: 'bool', read: (subject) => read(subject) !== true };
			}
			case '-_': {
				const { type, read } = this.number(node.args, node);
				return { type, read: (subject) => -(read(subject) as number) };
			}
			case '&&':
			case '||':
				return this.junction(node.op, node.args);
			case '?:':
				return this.choice(node.args);
			case 'in':
				return this.membership(node, node.args);
			case '+':
			case '-':
			case '*':
				return this.arithmetic(node, node.args);
			case '==':
			case '!=':
			case '<':
			case '<=':
			case '>':
			case '>=':
				return this.comparison(node.op, node.args);
			case '/':
			case '%':
			case '[]':
			case '[?]':
			case '.?':
			case 'list':
			case 'map':
				throw new NotInRules(`rules have no ${LEFT_OUT[node.op]}`, node);
		}
	}

	private word(node: ASTNode): Typed<S> {
		const name = pathOf(node);
		if (!isWord(name)) throw new NotInRules(`"${name}" is not a word of rules`, node);
		this.words.add(name);
		return { type: WORDS[name].type, read: this.reader.word(name) };
	}

	private call(node: ASTNode & { readonly op: 'call' }): Typed<S> {
		const [name, args] = node.args;
		const [argument] = args;
		if (argument === undefined || args.length > 1) throw new NotInRules(`rules have no "${name}"`, node);
		if (name === 'money') return { type: 'money', read: constant(this.amount(argument)).read };
		if (!isClock(name)) throw new NotInRules(`rules have no "${name}"`, node);
		const offset = offsetIn(argument);
		if (offset === undefined)
			throw new NotInRules(`${name}(...) takes an offset from ${FIRST_OFFSET} to ${LAST_OFFSET} hours`, argument);
		return { type: 'int', read: this.reader.clock(name, offset) };
	}

	private amount(node: ASTNode): number {
		const amount = node.op === 'value' ? parseMoney(node.args, this.currency) : 'expected a text such as "12.30"';
		if (typeof amount === 'number') return amount;
		throw new NotInRules(`money(...): ${amount}`, node);
	}

	private text(node: ASTNode & { readonly op: 'rcall' }): Typed<S> {
		const [name, receiver, args] = node.args;
		const test = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
		const [argument] = args;
		if (test === undefined || argument === undefined) throw new NotInRules(`rules have no "${name}"`, node);
		const [whole, part] = [this.node(receiver).read, this.node(argument).read];
		return { type: 'bool', read: (subject) => test(whole(subject) as string, part(subject) as string) };
	}

	private junction(op: '&&' | '||', [left, right]: readonly [ASTNode, ASTNode]): Typed<S> {
		const [a, b] = [this.node(left).read, this.node(right).read];
		const read: Read<S> = op === '&&' ? (subject) => a(subject) && b(subject) : (subject) => a(subject) || b(subject);
		return { type: 'bool', read };
	}

	private choice([test, yes, no]: readonly [ASTNode, ASTNode, ASTNode]): Typed<S> {
		const [when, then, otherwise] = [this.node(test), this.node(yes), this.node(no)];
		const read: Read<S> = (subject) => (when.read(subject) === true ? then.read(subject) : otherwise.read(subject));
		return { type: then.type, read };
	}

	private membership(node: ASTNode, [left, right]: readonly [ASTNode, ASTNode]): Typed<S> {
		if (right.op !== 'list') throw new NotInRules('"in" takes a list, such as ["new", "watch"]', node);
		const { read } = this.node(left);
		const members = new Set(right.args.map(literal));
		return { type: 'bool', read: (subject) => members.has(read(subject)) };
	}

	private arithmetic(node: ASTNode, [left, right]: readonly [ASTNode, ASTNode]): Typed<S> {
		const compute = ARITHMETIC[node.op] as (a: number, b: number) => number; // by the case that leads here
		const [a, b] = [this.number(left, node), this.number(right, node)];
		const type = a.type === 'money' || b.type === 'money' ? 'money' : 'int';
		return { type, read: (subject) => compute(a.read(subject) as number, b.read(subject) as number) };
	}

	private comparison(op: string, [left, right]: readonly [ASTNode, ASTNode]): Typed<S> {
		const compare = COMPARISONS[op] as (a: Value, b: Value) => boolean; // by the case that leads here
		const [a, b] = [this.node(left).read, this.node(right).read];
		return { type: 'bool', read: (subject) => compare(a(subject), b(subject)) };
	}

	private number(operand: ASTNode, node: ASTNode): Typed<S> {
		const typed = this.node(operand);
		if (typed.type === 'int' || typed.type === 'money') return typed;
		throw new NotInRules('only numbers and amounts can be added or multiplied', node);
	}
}

/** What people call the parts of the language that rules leave out. */
const LEFT_OUT = {
	'/': 'division: multiply the other side instead',
	'%': 'remainders',
	'[]': 'indexing',
	'[?]': 'indexing',
	'.?': 'fields that may be missing',
	list: 'lists but for those behind "in"',
	map: 'maps',
} as const;

function constant(value: Value): Typed<never> & { readonly read: () => Value } {
	const type = typeof value === 'number' ? 'int' : typeof value === 'boolean' ? 'bool' : 'string';
	return { type, read: () => value };
}

function literal(node: ASTNode): Value {
	const value = node.op === 'value' ? node.args : undefined;
	if (typeof value === 'string' || typeof value === 'boolean') return value;
	if (typeof value === 'bigint') return bounded(Number(value));
	throw new NotInRules('expected a whole number, a text, true or false', node);
}

function offsetIn(node: ASTNode): number | undefined {
	const isNegative = node.op === '-_';
	const inner = isNegative ? node.args : node;
	const value = inner.op === 'value' && typeof inner.args === 'bigint' ? Number(inner.args) : undefined;
	if (value === undefined) return undefined;
	const offset = isNegative ? -value : value;
	return offset >= FIRST_OFFSET && offset <= LAST_OFFSET ? offset : undefined;
}

function pathOf(node: ASTNode): string {
	if (node.op === 'id') return node.args;
	if (node.op === '.') return `${pathOf(node.args[0])}.${node.args[1]}`;
	throw new NotInRules('expected a word of rules', node);
}

const isWord = (name: string): name is WordName => Object.hasOwn(WORDS, name);
const isClock = (name: string): name is Clock => Object.hasOwn(CLOCKS, name);

/**
 * The language of rules: CEL, the Common Expression Language, as far as it always has an answer (see `compile.ts`).
 * A library parses it and checks types and names for the gate in question, so that a mistake is told to whoever writes
 * the rule and not to whoever meets it.
 */
import { Environment } from '@marcbachmann/cel-js';
import type { Currency } from '../words/money.js';
import { type Compiled, compile, NotInRules, type Reader } from './compile.js';
import type { Rule } from './schema.js';
import { CLOCKS, RULE_GATES, type RuleGate, WORDS, type WordType } from './vocabulary.js';

/** Far more than a person can read in a rule. */
const LIMITS = { maxAstNodes: 400, maxDepth: 40, maxListElements: 100, maxMapEntries: 0, maxCallArguments: 4 };

/** Amounts have a type of their own, so that nobody compares one with a bare number and is wrong by a hundred. */
class Money {
	/** The library tells types apart by class; what one holds is never looked at. */
	readonly isMoney = true;
}

/** What can be done with amounts; `!=` comes with `==`. What it gives is only looked at for its type. */
const COMPARED = ['==', '<', '<=', '>', '>='].map((op) => `money ${op} money: bool`);
const COMPUTED = ['money + money: money', 'money - money: money', 'money * int: money', 'int * money: money'];

/** @throws NotInRules, or an error of the library's, where the rule's expression is none for its gate. */
export function compileRule<S>(rule: Pick<Rule, 'gate' | 'when'>, reader: Reader<S>, currency: Currency): Compiled<S> {
	const environment = ENVIRONMENTS[rule.gate];
	const checked = environment.check(rule.when);
	if (checked.error !== undefined) throw checked.error;
	const { ast } = environment.parse(rule.when);
	if (checked.type !== 'bool') throw new NotInRules(`gives ${checked.type}, and a rule is true or false`, ast);
	return compile(ast, reader, currency);
}

/** @returns what is wrong with a rule's expression, and where; nothing where it is sound. */
export function problemOf(rule: Pick<Rule, 'gate' | 'when'>, currency: Currency): string | undefined {
	try {
		compileRule(rule, NO_READER, currency);
		return undefined;
	} catch (error) {
		if (error instanceof NotInRules) return `${error.message} (at character ${error.at + 1})`;
		if (isOfLibrary(error)) return `${spoken(error)} (at character ${(error.range?.start ?? 0) + 1})`;
		throw error;
	}
}

/** What the library's errors have in common. */
interface LibraryError extends Error {
	readonly code: string;
	readonly range?: { readonly start: number };
}

const isOfLibrary = (error: unknown): error is LibraryError =>
	error instanceof Error && (error.name === 'ParseError' || error.name === 'TypeError') && 'code' in error;

/** The library's sentence, with what to write instead where that is not obvious. */
function spoken({ code, message }: LibraryError): string {
	const [sentence = message] = message.split('\n');
	if (code !== 'no_such_overload' || !sentence.includes('money')) return sentence;
	return `${sentence}; an amount is written money("12.30")`;
}

/** Checks read nothing. */
const NO_READER: Reader<unknown> = { word: () => () => 0, clock: () => () => 0 };

/** Names with a dot are fields of an object. */
type Fields = Record<string, WordType>;

function environmentOf(gate: RuleGate): Environment {
	const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS })
		.registerType('money', Money)
		.registerFunction('money(string): money', () => new Money());
	for (const signature of COMPARED) environment.registerOperator(signature, () => true);
	for (const signature of COMPUTED) environment.registerOperator(signature, () => new Money());
	for (const clock of Object.keys(CLOCKS)) environment.registerFunction(`${clock}(int): int`, () => 0n);
	const objects: Record<string, Fields> = {};
	for (const [name, { type, gates }] of Object.entries(WORDS)) {
		if (!gates.some((known) => known === gate)) continue;
		const [object, field] = name.split('.') as [string, string | undefined];
		if (field === undefined) environment.registerVariable(object, type);
		else objects[object] = { ...objects[object], [field]: type };
	}
	for (const [name, schema] of Object.entries(objects)) environment.registerVariable({ name, schema });
	return environment;
}

const ENVIRONMENTS = Object.fromEntries(RULE_GATES.map((gate) => [gate, environmentOf(gate)])) as Readonly<
	Record<RuleGate, Environment>
>;

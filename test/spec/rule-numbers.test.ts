/** A rule has one number. Grep it and find the paragraph, the guard, the reason and the test. */
import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../src/core/words/error.js';
import { REASONS } from '../../src/core/words/reason.js';
import { cited, read, sources, stated } from './rules-of.js';

const SPEC = 'docs/SPEC.md';
const rules = stated(read(SPEC));
const inSource = new Map(sources('src').map((path) => [path, cited(read(path))]));
const inTests = cited(sources('test').map(read).join('\n'));

test('each rule has one paragraph, and each family counts up', () => {
	expect(rules.filter((rule, i) => rules.indexOf(rule) !== i)).toEqual([]);
	const numbers = new Map<string, number[]>();
	for (const rule of rules) {
		const family = numbers.get(rule.slice(0, 2)) ?? [];
		numbers.set(rule.slice(0, 2), [...family, Number(rule.slice(2))]);
	}
	for (const [family, found] of numbers) expect(found, family).toEqual(found.map((_, i) => i + 1));
});

test('each rule is kept somewhere: in the source or by a test', () => {
	const kept = [inTests, ...inSource.values()];
	expect(rules.filter((rule) => !kept.some((found) => found.has(rule)))).toEqual([]);
});

test('each rule that the source names is written down', () => {
	const unknown = [...inSource].flatMap(([path, found]) =>
		[...found].filter((rule) => !rules.includes(rule)).map((rule) => `${path}: [${rule}]`),
	);
	expect(unknown).toEqual([]);
});

test('each rule that a test or the document itself names is written down', () => {
	expect([...inTests].filter((rule) => !rules.includes(rule))).toEqual([]);
	expect([...cited(read(SPEC))].filter((rule) => !rules.includes(rule))).toEqual([]);
});

describe('reasons', () => {
	test.each(Object.entries(REASONS))('%s belongs to a rule, and the rule names it', (code, { rule }) => {
		expect(rules).toContain(rule);
		const paragraph = read(SPEC).split(`**[${rule}]**`)[1]?.split(/\n\n/)[0];
		expect(paragraph).toContain(`\`${code}\``);
	});

	test('each sentence takes the same values in both languages', () => {
		const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string).sort();
		for (const [code, { en, zh }] of Object.entries(REASONS)) expect(named(zh), code).toEqual(named(en));
	});

	test('every code that a rule names is in the catalogue', () => {
		const catalogued = new Set([...Object.keys(REASONS), ...Object.keys(ERRORS)]);
		const arrows = [...read(SPEC).matchAll(/(?:Reason|Error)s?: ((?:`\w+`(?:, | or )?)+)/g)];
		const codes = arrows.flatMap((m) => [...(m[1] as string).matchAll(/`(\w+)`/g)].map((c) => c[1] as string));
		expect(codes.length).toBeGreaterThan(20);
		expect(codes.filter((code) => !catalogued.has(code))).toEqual([]);
	});
});

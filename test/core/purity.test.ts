/**
 * The core is pure: same records, same answers, on any machine and in any year. So nothing in src/core may look at a
 * clock, a random source, the machine's language, the environment or the world outside, and nothing may import from
 * outside the folder. Each ban names what to use instead.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const CORE = resolve(import.meta.dirname, '../../src/core');

const BANS: readonly { readonly what: RegExp; readonly name: string; readonly instead: string }[] = [
	{ what: /\bDate\.now\b/, name: 'Date.now', instead: 'the record’s own `at`' },
	{ what: /\bnew Date\(\s*\)/, name: 'new Date()', instead: 'the record’s own `at`' },
	{ what: /\bDate\.parse\b|\bnew Date\(\s*['"`]/, name: 'reading dates', instead: 'parseInstant of words/time.ts' },
	{ what: /\bperformance\b/, name: 'performance', instead: 'the record’s own `at`' },
	{ what: /\bMath\.random\b|\bcrypto\b/, name: 'randomness', instead: 'ids and seeds that come in records' },
	{
		what: /\.toLocale\w*\(|\.localeCompare\(/,
		name: 'the machine’s language',
		instead: 'code-unit comparison and formatMoney',
	},
	{ what: /\bIntl\b/, name: 'Intl', instead: 'formatMoney and formatInstant' },
	{
		what: /\.(?:getHours|getDate|getDay|getMonth|getFullYear|getTimezoneOffset)\(/,
		name: 'the machine’s time zone',
		instead: 'arithmetic on Instant, or the getUTC forms',
	},
	{ what: /\bprocess\b\s*\./, name: 'process', instead: 'the policy, the programme or a parameter' },
	{
		what: /\b(?:fetch|XMLHttpRequest|WebSocket)\b\s*\(/,
		name: 'the network',
		instead: 'a record that says what was learnt',
	},
	{
		what: /\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/,
		name: 'timers',
		instead: 'Book.advance by record time',
	},
	{ what: /\basync\b|\bawait\b|\bPromise\b/, name: 'asynchrony', instead: 'a plain return value' },
	{ what: /\bconsole\s*\./, name: 'console', instead: 'an outcome, or a SuretyError' },
	{ what: /\bglobalThis\b/, name: 'globalThis', instead: 'a parameter' },
	{
		what: /\bMath\.(?:sin|cos|tan|exp|expm1|pow|log|log2|log10|log1p|cbrt|hypot)\b/,
		name: 'functions that engines round differently',
		instead: 'integers, or + - * / and sqrt',
	},
];

/** The libraries the core uses, and where: to read documents people write. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
	zod: ['programme/schema.ts', 'model/schema.ts', 'policy.ts', 'rules/schema.ts'],
	'@marcbachmann/cel-js': ['rules/language.ts', 'rules/compile.ts'],
};

const files = readdirSync(CORE, { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts'))
	.map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(CORE, name), 'utf8') }));

/** The code without comments, line numbers kept. */
const codeOf = (text: string): string =>
	text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(^|[\s;{(])\/\/.*$/gm, '$1');

describe('src/core', () => {
	test('has files to look at', () => expect(files.length).toBeGreaterThan(20));

	test.each(BANS)('does not use $name (instead: $instead)', ({ what, name, instead }) => {
		const found = files.flatMap((file) =>
			codeOf(file.text)
				.split('\n')
				.flatMap((line, i) => (what.test(line) ? [`src/core/${file.name}:${i + 1} uses ${name}; use ${instead}`] : [])),
		);
		expect(found).toEqual([]);
	});

	test('imports nothing from outside src/core (instead: hand it in as a parameter), but for what reads documents', () => {
		const found = files.flatMap(({ name, text }) =>
			[...codeOf(text).matchAll(/(?:\bfrom|\bimport|\brequire\()\s*\(?['"]([^'"]+)['"]/g)].flatMap(
				([, target = '']) => {
					const inside = target.startsWith('.') && !relative(CORE, join(CORE, name, '..', target)).startsWith('..');
					return inside || LIBRARIES[target]?.includes(name) ? [] : [`src/core/${name} imports ${target}`];
				},
			),
		);
		expect(found).toEqual([]);
	});
});

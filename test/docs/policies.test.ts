/** The page on policies names every setting with its default, and its document is one. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePolicy, policySchema } from '../../src/core/policy.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { Programmes } from '../../src/core/programme/programmes.js';
import { currency } from '../../src/core/words/money.js';
import { leavesOf } from '../../src/views/policy-diff.js';

const page = readFileSync(new URL('../../docs/POLICIES.md', import.meta.url), 'utf8');
const CNY = currency('CNY');
const { document } = parsePolicy({ schema: 'surety.policy/1', name: 'least', version: 1 }, CNY);
const settings = Object.keys(policySchema.shape);
const rows = page.split('\n').filter((line) => line.startsWith('| `'));
const rowOf = (setting: string): string | undefined =>
	rows.find((row) => row.split('|')[1]?.includes(`\`${setting}\``) === true);

test.each(settings.filter((name) => !['schema', 'name', 'version'].includes(name)))('%s is on the page', (name) => {
	const row = rowOf(name) ?? rows.find((one) => one.startsWith(`| \`${name}.`));
	expect(row).toBeDefined();
});

test.each(leavesOf(document).filter(([field]) => !/^(gates|\w+_percent)\./.test(field)))(
	'%s has its default there',
	(field, value) => {
		const group = field.split('.')[0] ?? '';
		const row =
			rowOf(field) ?? rows.find((one) => one.startsWith(`| \`${group}.`) && one.includes(field.split('.')[1] ?? field));
		expect(row?.split('|')[2]).toContain(String(value));
	},
);

test('the examples are policies, and one carries a programme that a book of the default one takes', () => {
	const examples = [...page.matchAll(/```json\n([^`]*)```/g)].map(([, text]) =>
		parsePolicy(JSON.parse(text ?? ''), CNY),
	);
	expect(examples.map(({ label, sellsUnder }) => [label, sellsUnder])).toEqual([
		['autumn@1', undefined],
		['fifteen-days@1', 'fifteen-days@1'],
	]);
	const programmes = new Programmes(DEFAULT_PROGRAMME, CNY);
	for (const example of examples) expect(() => programmes.check(example)).not.toThrow();
});

/** The page on policies names every setting with its default, and its document is one. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePolicy } from '../../src/core/policy.js';
import { currency } from '../../src/core/words/money.js';
import { leavesOf } from '../../src/views/policy-diff.js';

const page = readFileSync(new URL('../../docs/POLICIES.md', import.meta.url), 'utf8');
const CNY = currency('CNY');
const { document } = parsePolicy({ schema: 'surety.policy/1', name: 'least', version: 1 }, CNY);
const rows = page.split('\n').filter((line) => line.startsWith('| `'));
const rowOf = (setting: string): string | undefined =>
	rows.find((row) => row.split('|')[1]?.includes(`\`${setting}\``) === true);

test.each(Object.keys(document).filter((name) => !['schema', 'name', 'version'].includes(name)))(
	'%s is on the page',
	(name) => {
		const row = rowOf(name) ?? rows.find((one) => one.startsWith(`| \`${name}.`));
		expect(row).toBeDefined();
	},
);

test.each(leavesOf(document).filter(([field]) => !/^(gates|\w+_percent)\./.test(field)))(
	'%s has its default there',
	(field, value) => {
		const group = field.split('.')[0] ?? '';
		const row =
			rowOf(field) ?? rows.find((one) => one.startsWith(`| \`${group}.`) && one.includes(field.split('.')[1] ?? field));
		expect(row?.split('|')[2]).toContain(String(value));
	},
);

test('the example is a policy', () => {
	const example: unknown = JSON.parse(/```json\n([^`]*)```/.exec(page)?.[1] ?? '');
	expect(parsePolicy(example, CNY).label).toBe('autumn@1');
});

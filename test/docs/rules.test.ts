/** The page on rules names every word with its type and gates, and its example is a policy. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePolicy } from '../../src/core/policy.js';
import { CLOCKS, WORDS } from '../../src/core/rules/vocabulary.js';
import { currency } from '../../src/core/words/money.js';

const page = readFileSync(new URL('../../docs/RULES.md', import.meta.url), 'utf8');

test('the words are those of the language, in their order', () => {
	const rows = Object.entries(WORDS).map(
		([name, { type, gates, says }]) => `| \`${name}\` | ${type} | ${gates.join(', ')} | ${says} |`,
	);
	expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
	for (const clock of Object.keys(CLOCKS)) expect(page).toContain(`\`${clock}(8)\``);
});

test('the example is a policy', () => {
	const [, text = ''] = /```json\n([^]*?)```/.exec(page) ?? [];
	expect(parsePolicy(JSON.parse(text), currency('CNY')).rules).toHaveLength(4);
});

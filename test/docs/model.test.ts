/**
 * docs/MODEL.md names every feature as the code has it. `SURETY_UPDATE=1 npx vitest run test/docs/model.test.ts` writes
 * the table anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FEATURE_NAMES } from '../../src/core/model/feature-names.js';
import { modelSchema, MOST_DEPTH, MOST_TREES } from '../../src/core/model/schema.js';
import { FEATURES } from '../../src/core/risk/features.js';
import { BOOSTING } from '../../src/train/boosting.js';

const path = new URL('../../docs/MODEL.md', import.meta.url);
const HEAD = '| feature | of | speaks for abuse | what it is | told as |\n| --- | --- | --- | --- | --- |\n';
const WORSE = { more: 'more of it', less: 'less of it', either: 'either' } as const;

const rows = FEATURE_NAMES.map((name) => {
	const { kind, worse, means, reason } = FEATURES[name];
	return `| \`${name}\` | ${kind} | ${WORSE[worse]} | ${means} | \`${reason}\` |\n`;
}).join('');

test('every feature is on the page, as it is computed', () => {
	const page = readFileSync(path, 'utf8');
	const [before = '', table = ''] = page.split(HEAD);
	const after = table.slice(table.search(/^[^|]/m));
	if (process.env['SURETY_UPDATE'] === '1') writeFileSync(path, `${before}${HEAD}${rows}${after}`);
	expect(readFileSync(path, 'utf8'), rows).toContain(HEAD + rows);
});

test('and so are the sizes, and every part of the document', () => {
	const page = readFileSync(path, 'utf8');
	expect(page).toContain(`At most ${MOST_TREES} trees of a depth of ${MOST_DEPTH}`);
	expect(page).toContain(`up to ${BOOSTING.trees} trees of a depth of ${BOOSTING.depth}`);
	for (const field of Object.keys(modelSchema.shape)) expect(page).toContain(`\`${field}\``);
});

/** docs/REASONS.md is the catalogue, printed. `SURETY_UPDATE=1 npx vitest run test/spec` writes it anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '../../src/core/words/error.js';
import { REASONS } from '../../src/core/words/reason.js';
import { read, ROOT } from './rules-of.js';

const DOCUMENT = 'docs/REASONS.md';

const row = (...cells: readonly string[]): string =>
	`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function expected(): string {
	const reasons = Object.entries(REASONS).map(([code, { rule, en, zh }]) => row(`\`${code}\``, rule, en, zh));
	const errors = Object.entries(ERRORS).map(([code, meaning]) => row(`\`${code}\``, meaning));
	return `# Reason and error codes

Printed from \`src/core/words/reason.ts\` and \`error.ts\`, and a test keeps it so. To print it anew:
\`SURETY_UPDATE=1 npx vitest run test/spec\`. Codes are stable: a program may rely on them. Sentences may be improved.

## Reasons

A reason says why a gate, a score or a ring came out as it did: \`{ "code", "message", "values" }\`. \`message\` is the
English sentence with its values in place; of \`{lines:line/lines}\` the first word stands where the value is 1. Rules are
those of [SPEC.md](SPEC.md).

| code | rule | English | 中文 |
|---|---|---|---|
${reasons.join('\n')}

## Errors

An error says why a record, a document, a table or a command could not be taken at all; nothing has changed then. A
gate's "no" is never an error.

| code | meaning |
|---|---|
${errors.join('\n')}
`;
}

test('the document shows every reason and every error, as the catalogue has them', () => {
	if (process.env['SURETY_UPDATE'] === '1') writeFileSync(join(ROOT, DOCUMENT), expected());
	expect(read(DOCUMENT), `${DOCUMENT} should read:\n\n${expected()}`).toBe(expected());
});

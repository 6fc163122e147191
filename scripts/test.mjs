/**
 * `npm test`: installs what is locked, compiles, checks types, format and lint, and runs the tests.
 * Further arguments go to the test runner. The last line counts what the runner reported: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareCheckout } from './prepare-checkout.mjs';

prepareCheckout();
const bin = (name) => join('node_modules', ...name);
const run = (args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

/** @type {{ name: string, args: string[] }[]} */
const checks = [
	{ name: 'types', args: [bin(['typescript', 'bin', 'tsc']), '-p', 'tsconfig.json'] },
	{ name: 'format', args: [bin(['@biomejs', 'biome', 'bin', 'biome']), 'format', '.'] },
	{ name: 'lint', args: [bin(['oxlint', 'bin', 'oxlint']), '--type-aware', '--deny-warnings'] },
];
const failed = checks.filter(({ name, args }) => {
	console.log(`# ${name}`);
	return run(args) !== 0;
});

const folder = mkdtempSync(join(tmpdir(), 'surety-test-'));
const results = join(folder, 'results.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
const status = run([bin(['vitest', 'vitest.mjs']), 'run', ...reporters, ...process.argv.slice(2)]);
const counts = JSON.parse(readFileSync(results, 'utf8'));
rmSync(folder, { recursive: true });

const skipped = counts.numPendingTests + counts.numTodoTests;
if (skipped > 0) console.log(`${skipped} tests were skipped; the messages above say what they need`);
const skippedInCi = Boolean(process.env.CI) && skipped > 0 ? skipped : 0;
const failures = counts.numFailedTests + failed.length + skippedInCi;
for (const { name } of failed) console.log(`the ${name} check failed`);
console.log(`${counts.numPassedTests + checks.length - failed.length} passed, ${failures} failed`);
process.exitCode = status === 0 && failures === 0 ? 0 : 1;

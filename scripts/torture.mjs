/**
 * `npm run torture`: the tests that `npm test` runs small, at the sizes that docs/MEASUREMENTS.md reports. All of it
 * takes hours; `npm run torture -- kills fuzz` runs some of it. SURETY_SEED chooses other histories. The last lines say
 * what each came to.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { prepareCheckout } from './prepare-checkout.mjs';

/** How many times the size of a plain test run each is. */
const SUITES = [
	{ name: 'disk-log', file: 'test/log/crash.test.ts', times: 10 },
	{ name: 'disk-service', file: 'test/torture/sim-disk-service.test.ts', times: 34 },
	{ name: 'races', file: 'test/torture/race.test.ts', times: 10 },
	{ name: 'zero-loss', file: 'test/torture/zero-loss.test.ts', times: 10 },
	{ name: 'kills', file: 'test/torture/kill.test.ts', times: 75 },
	{ name: 'webhooks', file: 'test/effects/kill.test.ts', times: 10 },
	{ name: 'fuzz', file: 'test/http/fuzz.test.ts', times: 50 },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) {
	console.error(`no such suite: ${unknown.join(', ')}; there are ${SUITES.map(({ name }) => name).join(', ')}`);
	process.exit(2);
}

prepareCheckout();
const said = [];
for (const suite of SUITES) if (asked.length === 0 || asked.includes(suite.name)) said.push(await torture(suite));
for (const line of said) console.log(line);
process.exitCode = said.some((line) => line.includes(': failed')) ? 1 : 0;

/** Runs a suite, showing what it says. @returns what it came to, in one line. */
async function torture({ name, file, times }) {
	console.log(`# ${name}: ${file}, ${times} times`);
	const started = Date.now();
	const runner = spawn(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', file], {
		env: { ...process.env, SURETY_RUNS: String(times), NO_COLOR: '1' },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const totals = [];
	createInterface({ input: runner.stdout }).on('line', (line) => {
		console.log(line);
		if (line.startsWith('{"total":')) totals.push(line.slice('{"total":'.length, -1));
	});
	const code = await new Promise((resolve) => runner.once('close', resolve));
	const minutes = ((Date.now() - started) / 60_000).toFixed(1);
	return `${name}: ${code === 0 ? 'passed' : 'failed'} in ${minutes} min ${totals.join(' ')}`;
}

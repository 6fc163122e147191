/** The examples, run as a reader runs them: by name of the package, on the build. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './blocks.js';
import { start } from './running.js';

test('client.mjs, against a service', async () => {
	const { url, key, stop } = await start();
	try {
		const said = await runExample('client.mjs', [], { SURETY: url, KEY: key });
		expect(said).toEqual([
			expect.stringMatching(/^the store may open: limit, .*not verified/),
			'order-50 was not taken: store_id "bookz": no such store',
			'99 sales taken',
			'the cut: approve, it makes 1980.00 due',
			'the claim: approve, pay 20.00',
			'not taken: unknown_order_line (order_line_id)',
			'99 guarantees open, worth up to 7900.00; reserved 0.00, lost 0.00',
		]);
		// All ids are the same, so a second run counts nothing twice.
		expect(await runExample('client.mjs', [], { SURETY: url, KEY: key })).toEqual(said);
	} finally {
		expect(await stop()).toBe(0);
	}
});

test('embedded.mjs, in memory, and in a folder where it goes on', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'surety-docs-'));
	const expected = [
		'open-s1 recorded',
		'order-1 recorded',
		'release-1 recorded',
		'out-1 approve 3000.00',
		'cut-1 hold 1900.00',
		'cut-1 is settled approve',
	];
	try {
		expect(await runExample('embedded.mjs', [])).toEqual(expected);
		expect(await runExample('embedded.mjs', [folder])).toEqual(expected);
		expect(await runExample('embedded.mjs', [folder])).toEqual(expected);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});

async function runExample(name: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
	const env = { ...process.env, ...more };
	const command = [join(ROOT, 'examples', name), ...args];
	const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '';
	child.stdout.on('data', (text) => {
		said += String(text);
	});
	const [status] = (await once(child, 'close')) as [number];
	expect(status).toBe(0);
	return said.trimEnd().split(/ *\n/);
}

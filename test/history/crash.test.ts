/** Killed at any moment: what is in the file afterwards goes on exactly, no row twice and none missing. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Market } from './market.js';
import { contentOf, diskLog, historyOf, newFolder, serve, tell } from './setup.js';

const RUNS = 8 * Number(process.env['SURETY_RUNS'] ?? 1);
const root = mkdtempSync(join(tmpdir(), 'surety-killed-'));

beforeAll(() => {
	// The child needs everything as plain JavaScript, of this very source.
	symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
	writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
	// Types are checked elsewhere.
	const output = { noEmit: false, noCheck: true, declaration: false, incremental: false };
	const compilerOptions = { ...output, rootDir: resolve('.'), outDir: join(root, 'compiled') };
	const files = [resolve('test/history/killed.ts')];
	writeFileSync(
		join(root, 'tsconfig.json'),
		JSON.stringify({ extends: resolve('tsconfig.json'), compilerOptions, files, include: [] }),
	);
	execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', root]);
});

afterAll(() => rmSync(root, { recursive: true }));

/** Runs the child until it has followed for so long, and kills it; what it said. */
async function killAfter(dir: string, run: number, ms: number): Promise<string[]> {
	const script = join(root, 'compiled', 'test', 'history', 'killed.js');
	const child = spawn(process.execPath, [script, dir, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	const said: string[] = [];
	const lines = createInterface({ input: child.stdout });
	lines.on('line', (line) => {
		said.push(line);
		if (line === 'following') setTimeout(() => child.kill('SIGKILL'), ms);
	});
	await ended;
	return said;
}

test('killed again and again while it trades, it goes on where it was', async () => {
	const dir = newFolder();
	let before = 0;
	for (let run = 1; run <= RUNS; run++) {
		expect(await killAfter(dir, run, (run * 137) % 700)).toEqual(['following']);
		const service = await serve(await diskLog(dir));
		const { history, warnings } = await historyOf(service, dir);
		const { batch } = history.fresh;
		await history.caughtUp();
		expect(warnings).toEqual([]);
		const content = await contentOf(history);
		await history.close();
		const fresh = await historyOf(service, newFolder());
		await fresh.history.caughtUp();
		expect(content).toEqual(await contentOf(fresh.history));
		expect(batch).toBeGreaterThanOrEqual(before);
		before = service.log.head.number;
		await service.close();
	}
	expect(before).toBeGreaterThan(50);
});

test('the files as they are at any moment of feeding can be gone on with', async () => {
	const dir = newFolder();
	const service = await serve(await diskLog(dir));
	const { history } = await historyOf(service, dir, { mostBatch: 50, batchMs: 0 });
	const market = new Market(31);
	const copies: string[] = [];
	for (let i = 0; i < 12; i++) {
		await tell(service, market, 150, 25);
		const copy = newFolder();
		// The write-ahead file first: the database may be ahead of it, as after a kill in between.
		for (const name of readdirSync(dir)
			.filter((file) => file.startsWith('history'))
			.sort()
			.reverse()) {
			mkdirSync(copy, { recursive: true });
			cpSync(join(dir, name), join(copy, name), { recursive: true });
		}
		copies.push(copy);
	}
	await history.caughtUp();
	const expected = await contentOf(history);
	for (const copy of copies) {
		const continued = await historyOf(service, copy);
		await continued.history.caughtUp();
		expect(await contentOf(continued.history)).toEqual(expected);
		await continued.history.close();
	}
});

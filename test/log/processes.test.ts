/** Real processes: the writer's lock when they are killed, paused, and many at once; and what a killed writer leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { openLog } from '../../src/log/embedded-log.js';
import { lockFolder } from '../../src/log/lock.js';
import { Random } from '../../src/sim/random.js';
import { readAll } from './conformance.js';

const root = mkdtempSync(join(tmpdir(), 'surety-lock-'));
const children: ChildProcess[] = [];

/** The compiled sources, which are fresh when tests run. */
const DIST = new URL('../../dist', import.meta.url).href;

/** Takes the lock of the folder given, and holds it, or takes it again and again, as told. */
const TAKER = `
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { lockFolder } from '${DIST}/log/lock.js';
const [, , folder, rounds] = process.argv;
const take = () => lockFolder(folder).catch((error) => error);
if (rounds === undefined) {
	const taken = await take();
	console.log(taken instanceof Error ? taken.code : 'held');
	if (typeof taken === 'function') setInterval(() => {}, 1000);
} else {
	let times = 0;
	for (let round = 0; round < Number(rounds); round++) {
		const taken = await take();
		if (taken instanceof Error && taken.code !== 'log_locked') throw taken;
		if (taken instanceof Error) continue;
		times++;
		closeSync(openSync(folder + '/inside', 'wx'));
		await wait(round % 3);
		unlinkSync(folder + '/inside');
		if (round % 2 === 0) await taken();
		else process.kill(process.pid, 'SIGKILL');
	}
	console.log('done ' + times);
}
`;

/** Appends to the log of the folder given until it is killed, and says which batches were answered. */
const WRITER = `
import { openLog } from '${DIST}/log/embedded-log.js';
const log = await openLog({ dir: process.argv[2], segmentBytes: 100_000 });
for (;;) {
	const { number } = log.head;
	await log.append(new Uint8Array((number * 7919) % 20_000).fill(number));
	console.log(number + 1);
}
`;

writeFileSync(join(root, 'taker.mjs'), TAKER);
writeFileSync(join(root, 'writer.mjs'), WRITER);

afterAll(() => {
	for (const child of children) child.kill('SIGKILL');
	rmSync(root, { recursive: true });
});

function folder(...path: string[]): string {
	const made = join(root, ...path);
	mkdirSync(made, { recursive: true });
	return made;
}

/** A process that tried to take the lock, and its first line. */
async function taker(path: string, ...args: string[]): Promise<{ child: ChildProcess; line: string }> {
	const child = spawn(process.execPath, [join(root, 'taker.mjs'), path, ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	children.push(child);
	const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'close')])) as [unknown];
	return { child, line: String(line) };
}

test('a holder is named, also while it is paused; a killed one holds nothing', async () => {
	const path = folder('killed');
	const { child, line } = await taker(path);
	expect(line).toBe('held');
	await expect(lockFolder(path)).rejects.toMatchObject({
		code: 'log_locked',
		message: expect.stringContaining(`process ${child.pid};`),
	});
	child.kill('SIGSTOP');
	await expect(lockFolder(path)).rejects.toMatchObject({ code: 'log_locked' });
	child.kill('SIGKILL');
	await once(child, 'exit');
	const release = await lockFolder(path);
	expect((await taker(path)).line).toBe('log_locked');
	await release();
	await release();
	expect(readdirSync(join(path, 'lock'))).toEqual([]);
	expect((await taker(path)).line).toBe('held');
});

test('of many takers at once, some killed while they hold it, never two hold it', async () => {
	const path = folder('many');
	const seen: string[] = [];
	for (let wave = 0; wave < 3; wave++) {
		seen.push(...(await Promise.all(Array.from({ length: 6 }, () => taker(path, '4')))).map(({ line }) => line));
	}
	// A taker that met another inside would have died of an exception, with 1 for its code; `null` is a kill.
	for (const line of seen) expect(line).toMatch(/^(done \d|null)$/);
	expect(seen.some((line) => line !== 'done 0')).toBe(true);
	await (await lockFolder(path))();
});

test.runIf(process.platform === 'linux')('in a folder whose path is longer than a socket’s may be', async () => {
	const path = folder('long'.repeat(30), 'longer'.repeat(20));
	const release = await lockFolder(path);
	await expect(lockFolder(path)).rejects.toMatchObject({ code: 'log_locked' });
	expect((await taker(path)).line).toBe('log_locked');
	await release();
	const { child, line } = await taker(path);
	expect(line).toBe('held');
	child.kill('SIGKILL');
	await once(child, 'exit');
	await (await lockFolder(path))();
});

test('a writer killed at any moment has lost nothing it answered for', async () => {
	const path = folder('written');
	const random = new Random(8, 'kills');
	let answered = 0;
	for (let life = 0; life < 8; life++) {
		const child = spawn(process.execPath, [join(root, 'writer.mjs'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
		children.push(child);
		let left = random.between(1, 60);
		for await (const line of createInterface(child.stdout)) {
			answered = Number(line);
			if (left-- === 0) child.kill('SIGKILL');
		}
		const log = await openLog({ dir: path });
		const batches = await readAll(log);
		expect(batches.length - answered === 0 || batches.length - answered === 1).toBe(true);
		for (const { number, payload } of batches) {
			const sent = new Uint8Array(((number - 1) * 7919) % 20_000).fill(number - 1);
			expect(Buffer.compare(payload, sent)).toBe(0);
		}
		await log.close();
	}
});

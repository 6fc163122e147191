/**
 * Processes that are killed while they decide and deliver: whatever was durable arrives at least once, under one id and
 * with one body however often, also when the receiver fails now and then.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { deliveryId, eventsOf } from '../../src/effects/delivery.js';
import { openLog } from '../../src/log/embedded-log.js';
import { decodeBatch } from '../../src/runtime/entry.js';
import { Random } from '../../src/sim/random.js';
import { progress, total } from '../torture/told.js';
import { claims, newFolder, OPENING, POLICY, receiver, status } from './stand.js';

/** The compiled sources, which are fresh when tests run. */
const DIST = new URL('../../dist', import.meta.url).href;

/** Takes one line of records after the other from its input, and says how many were answered; `end` ends it in order. */
const CHILD = `
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { DEFAULT_PROGRAMME } from '${DIST}/core/programme/presets.js';
import { Webhooks } from '${DIST}/effects/index.js';
import { openLog } from '${DIST}/log/embedded-log.js';
import { Service } from '${DIST}/runtime/service.js';
const [, , dir, url, policy] = process.argv;
const log = await openLog({ dir: dir + '/log' });
const service = await Service.open({
	log, currency: 'CNY', programme: DEFAULT_PROGRAMME, policy: JSON.parse(policy), clock: 'records',
});
const retriesMs = Array(40).fill(20);
const hooks = await Webhooks.open({
	dir: dir + '/hooks', log, service, allowPrivate: true, pollMs: 5, probeMs: 20, retriesMs, mostProgressBytes: 50_000,
});
if ((await hooks.list()).length === 0) console.log('endpoint ' + (await hooks.add({ url })).id);
for await (const line of createInterface({ input: process.stdin })) {
	if (line === 'end') break;
	console.log('answered ' + (await service.submit(JSON.parse(line), 'test')).length);
}
while (hooks.metrics.open > 0 || hooks.metrics.behind > 0) await wait(5);
await hooks.close();
await service.close();
console.log('done ' + JSON.stringify(hooks.counts));
process.exit(0);
`;

const ROUNDS = Math.ceil(12 * Number(process.env['SURETY_RUNS'] ?? 1));
const PER_ROUND = 60;

test('killed again and again: every durable event arrives at least once, always under the same id', async () => {
	const root = newFolder();
	writeFileSync(join(root, 'child.mjs'), CHILD);
	const data = join(root, 'data');
	mkdirSync(data);
	const dice = new Random(20260801);
	const to = await receiver();
	to.answer = (response) => status(dice.chance(10) ? 500 : 204)(response);
	const children: ChildProcess[] = [];
	onTestFinished(() => children.forEach((child) => child.kill('SIGKILL')));

	let endpoint: string | undefined;
	let done = '';
	let answered = 0;
	for (let round = 0; round <= ROUNDS; round++) {
		const isLast = round === ROUNDS;
		progress(round, ROUNDS);
		const args = [join(root, 'child.mjs'), data, to.url, JSON.stringify(POLICY)];
		const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
		children.push(child);
		child.stdin.on('error', () => undefined); // it was killed with lines unread
		child.stdin.write(`${JSON.stringify(OPENING)}\n`);
		for (let n = 0; n < PER_ROUND; n += 10) {
			child.stdin.write(`${JSON.stringify(claims(round * PER_ROUND + n, 10))}\n`);
		}
		if (isLast) child.stdin.end('end\n');
		const lastBreath = dice.below(120);
		for await (const line of createInterface({ input: child.stdout })) {
			if (line.startsWith('endpoint ')) endpoint ??= line.slice('endpoint '.length);
			if (line.startsWith('done ')) done = line;
			if (line.startsWith('answered ') && answered++ >= 0 && !isLast) {
				setTimeout(() => child.kill('SIGKILL'), lastBreath);
			}
		}
		if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
	}
	expect(done).toContain('done');
	expect(answered).toBeGreaterThan(ROUNDS);

	const log = await openLog({ dir: join(data, 'log'), readOnly: true });
	onTestFinished(() => log.close());
	const due = new Set<string>();
	for await (const batch of log.read()) {
		for (const { entry, event } of eventsOf(batch, decodeBatch(batch.payload)).events) {
			due.add(deliveryId(log.id, endpoint!, batch.chain, { number: batch.number, entry, event }));
		}
	}
	expect(due.size).toBeGreaterThan(ROUNDS * 10);
	expect(new Set(to.got.map(({ id }) => id))).toEqual(due);
	expect(new Set(to.got.map(({ id, body }) => `${id} ${body}`)).size).toBe(due.size);
	total({ kills: ROUNDS, events: due.size, requests: to.got.length });
});

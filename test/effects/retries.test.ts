/** What happens to deliveries that fail: waits, dead letters, endpoints that are down, slow, gone or restarted. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_RETRIES_MS } from '../../src/effects/index.js';
import { openLog } from '../../src/log/embedded-log.js';
import { claimOf, claims, hooksOn, newFolder, OPENING, receiver, serviceOn, status } from './stand.js';

const HOUR = 3_600_000;

test('a failed delivery waits longer each time, then lies dead, and can be sent again', async () => {
	const clock = { ms: 1e12 };
	const service = await serviceOn();
	const hooks = await hooksOn(service, { now: () => clock.ms, random: () => 0.5 });
	const to = await receiver();
	to.answer = status(500);
	const { id: endpoint } = await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 1)], 'test');
	for (const [attempt, waitMs] of DEFAULT_RETRIES_MS.entries()) {
		await expect.poll(() => hooks.counts.failed).toBe(attempt + 1);
		clock.ms += waitMs - 1;
		await new Promise((resolve) => setTimeout(resolve, 30)); // several looks at the clock
		expect(to.got).toHaveLength(attempt + 1);
		clock.ms += 1;
	}
	await expect.poll(() => hooks.metrics).toEqual({ sent: 0, failed: 10, dead: 1, open: 0, lying: 1, behind: 0 });
	expect(new Set(to.got.map(({ id, body }) => id + body)).size).toBe(1);
	expect(new Set(to.got.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
	const { items } = await hooks.deadLetters();
	const [letter] = items;
	expect(items).toEqual([
		{
			id: to.got[0]!.id,
			endpoint_id: endpoint,
			type: 'advance.due',
			attempts: 10,
			died_at: new Date(clock.ms).toISOString().replace('.000', ''),
			last: 'status 500',
		},
	]);
	to.answer = status(200);
	expect(await hooks.replay('evt_unknown')).toBe(false);
	expect(await hooks.replay(letter!.id)).toBe(true);
	await expect.poll(() => hooks.counts.sent).toBe(1);
	expect(to.got.at(-1)).toMatchObject({ id: letter!.id, body: to.got[0]!.body });
	expect(await hooks.deadLetters()).toEqual({ items: [] });
});

test('waits are spread by a fifth either way, and a receiver may ask for longer ones', async () => {
	for (const [chance, waitMs] of [
		[0, 4000],
		[0.999, 5998],
	] as const) {
		const clock = { ms: 1e12 };
		const service = await serviceOn();
		const hooks = await hooksOn(service, { now: () => clock.ms, random: () => chance });
		const to = await receiver();
		to.answer = status(503);
		await hooks.add({ url: to.url });
		await service.submit([...OPENING, ...claims(1, 1)], 'test');
		await expect.poll(() => hooks.counts.failed).toBe(1);
		to.answer = status(429, { 'retry-after': '7200' });
		clock.ms += waitMs;
		await expect.poll(() => hooks.counts.failed).toBe(2);
		clock.ms += 2 * HOUR - 1;
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(to.got).toHaveLength(2);
		to.answer = status(200);
		clock.ms += 1;
		await expect.poll(() => hooks.counts.sent).toBe(1);
	}
});

test('dead letters come in pages, survive a restart and are all sent again', async () => {
	const dir = newFolder();
	const service = await serviceOn();
	const to = await receiver();
	to.answer = status(500);
	const hooks = await hooksOn(service, { dir, retriesMs: [] });
	const { id } = await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 7)], 'test');
	await expect.poll(() => hooks.metrics.lying, { timeout: 10_000 }).toBe(7);
	await hooks.close();
	const again = await hooksOn(service, { dir, retriesMs: [] });
	const first = await again.deadLetters({ limit: 4 });
	const second = await again.deadLetters({ limit: 4, cursor: first.next! });
	expect([first.items.length, second.items.length, second.next]).toEqual([4, 3, undefined]);
	expect(new Set([...first.items, ...second.items].map((letter) => letter.id))).toEqual(
		new Set(to.got.map((got) => got.id)),
	);
	expect(await again.deadLetters({ endpoint: 'ep_other' })).toEqual({ items: [] });
	to.answer = status(200);
	expect(await again.replayAll(id)).toBe(7);
	await expect.poll(() => again.counts.sent).toBe(7);
	expect(again.metrics).toMatchObject({ open: 0, lying: 0 });
});

test('one that never answers, and one that is not there, do not hold up another', async () => {
	const service = await serviceOn();
	const hooks = await hooksOn(service, { mostOpen: 100 });
	const [slow, quick] = [await receiver(), await receiver()];
	const hanging: ServerResponse[] = [];
	slow.answer = (response) => hanging.push(response);
	await hooks.add({ url: slow.url });
	await hooks.add({ url: 'http://127.0.0.1:1/nobody' });
	await hooks.add({ url: quick.url });
	await service.submit(OPENING, 'test');
	for (let from = 0; from < 600; from += 50) await service.submit(claims(from, 50), 'test');
	await expect.poll(() => quick.got.length, { timeout: 60_000 }).toBe(600);
	expect(slow.got).toHaveLength(8);
	expect(hooks.metrics.open).toBeLessThanOrEqual(200);
	expect(hooks.metrics.behind).toBeGreaterThan(0);
	slow.answer = status(200);
	for (const response of hanging) response.end();
	await expect.poll(() => new Set(slow.got.map(claimOf)).size, { timeout: 60_000 }).toBe(600);
});

test('an endpoint that is down is tried now and then; once it is back all that failed follows at once', async () => {
	const clock = { ms: 1e12 };
	const service = await serviceOn();
	const hooks = await hooksOn(service, { now: () => clock.ms, concurrency: 4 });
	const to = await receiver();
	to.answer = status(502);
	await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 300)], 'test');
	await expect.poll(() => hooks.counts.failed).toBeGreaterThanOrEqual(8);
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(to.got.length).toBeLessThan(12);
	clock.ms += 60_000;
	await new Promise((resolve) => setTimeout(resolve, 50));
	to.answer = status(200);
	clock.ms += 60_000;
	await expect.poll(() => hooks.counts.sent, { timeout: 60_000 }).toBe(300);
	expect(new Set(to.got.map(claimOf)).size).toBe(300);
});

test('410 disables an endpoint; enabled again it goes on where it stopped', async () => {
	const service = await serviceOn();
	const warnings: string[] = [];
	const hooks = await hooksOn(service, { warn: (sentence) => warnings.push(sentence) });
	const to = await receiver();
	to.answer = status(410);
	const { id } = await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 1)], 'test');
	await expect.poll(async () => (await hooks.list())[0]).toMatchObject({ enabled: false, disabled: 'gone' });
	await service.submit(claims(2, 20), 'test');
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(to.got).toHaveLength(1);
	expect(warnings).toEqual([`webhooks: endpoint ${id} is disabled: gone`]);
	to.answer = status(200);
	expect(await hooks.update(id, { enabled: true })).toMatchObject({ enabled: true });
	await expect.poll(() => hooks.counts.sent).toBe(21);
	expect(new Set(to.got.map(claimOf)).size).toBe(21);
});

test('an endpoint with too many dead letters is disabled rather than losing one', async () => {
	const service = await serviceOn();
	const hooks = await hooksOn(service, { retriesMs: [], mostDead: 3, concurrency: 1 });
	const to = await receiver();
	to.answer = status(500);
	await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 10)], 'test');
	await expect.poll(async () => (await hooks.list())[0]).toMatchObject({ disabled: 'dead_letters_full' });
	expect(hooks.metrics.lying).toBe(3);
});

test('what failed before a restart keeps its place in the schedule, and its id', async () => {
	const dir = newFolder();
	const clock = { ms: 1e12 };
	const log = await openLog({ dir: join(dir, 'log') });
	const service = await serviceOn(log);
	const to = await receiver();
	to.answer = status(500);
	const hooks = await hooksOn(service, { dir: join(dir, 'hooks'), now: () => clock.ms, random: () => 0.5 });
	await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 1)], 'test');
	await expect.poll(() => hooks.counts.failed).toBe(1);
	clock.ms += 5000;
	await expect.poll(() => hooks.counts.failed).toBe(2);
	await hooks.close();
	await service.submit(claims(2, 1), 'test'); // while no webhooks are there
	await service.close();

	const restarted = await serviceOn(await openLog({ dir: join(dir, 'log') }));
	to.answer = status(200);
	const again = await hooksOn(restarted, { dir: join(dir, 'hooks'), now: () => clock.ms });
	await expect.poll(() => again.counts.sent).toBe(1);
	expect(claimOf(to.got.at(-1)!)).toBe('C2');
	clock.ms += 5 * 60_000;
	await expect.poll(() => again.counts.sent).toBe(2);
	expect(claimOf(to.got.at(-1)!)).toBe('C1');
	expect(new Set(to.got.map(({ id }) => id)).size).toBe(2);
});

test('progress is written anew as it grows, into one folder, and a half-made one is no harm', async () => {
	const dir = newFolder();
	const service = await serviceOn();
	const to = await receiver();
	const hooks = await hooksOn(service, { dir, mostProgressBytes: 2000 });
	await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 200)], 'test');
	await expect.poll(() => hooks.counts.sent, { timeout: 60_000 }).toBe(200);
	await hooks.close();
	const [name, ...others] = readdirSync(dir).filter((entry) => entry.startsWith('progress-'));
	expect(others).toEqual([]);
	const generation = Number(name!.slice('progress-'.length));
	expect(generation).toBeGreaterThan(2);
	await (await openLog({ dir: join(dir, `progress-${generation + 1}`) })).close();
	const again = await hooksOn(service, { dir });
	await service.submit(claims(201, 1), 'test');
	await expect.poll(() => to.got.length).toBe(201);
	await again.close();
	expect(existsSync(join(dir, name!))).toBe(false);
});

test('a log that is another one: the webhooks say so and go on from its end', async () => {
	const dir = newFolder();
	const to = await receiver();
	const first = await serviceOn();
	const hooks = await hooksOn(first, { dir });
	await hooks.add({ url: to.url });
	await first.submit([...OPENING, ...claims(1, 2)], 'test');
	await expect.poll(() => hooks.counts.sent).toBe(2);
	await hooks.close();
	const other = await serviceOn();
	await other.submit([...OPENING, ...claims(1, 2)], 'test');
	const warnings: string[] = [];
	await hooksOn(other, { dir, warn: (sentence) => warnings.push(sentence) });
	await other.submit(claims(3, 1), 'test');
	await expect.poll(() => to.got.length).toBe(3);
	expect(claimOf(to.got[2]!)).toBe('C3');
	expect(warnings).toEqual([expect.stringContaining('goes on from the end')]);
});

test('a damaged file of endpoints stops the start, and its text is not quoted', async () => {
	const dir = newFolder();
	writeFileSync(join(dir, 'endpoints.json'), '{"secret": "whsec_abc', { mode: 0o600 });
	const opening = hooksOn(await serviceOn(), { dir });
	await expect(opening).rejects.toMatchObject({ code: 'log_corrupt', message: expect.not.stringContaining('whsec') });
});

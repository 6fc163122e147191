/** A backup knows what webhooks were sent: restored, it sends what was still open, and nothing a second time. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/log/embedded-log.js';
import { backUp } from '../../src/serve/backup.js';
import { dataFolder } from '../../src/serve/data-folder.js';
import { claimOf, claims, hooksOn, newFolder, OPENING, receiver, serviceOn, status } from '../effects/stand.js';

/** A service and its webhooks on a data folder. */
async function on(path: string) {
	const folder = dataFolder(path);
	const warnings: string[] = [];
	const service = await serviceOn(await openLog({ dir: folder.log }));
	const warn = (sentence: string): void => void warnings.push(sentence);
	const hooks = await hooksOn(service, { dir: folder.webhooks, mostOpen: 4, retriesMs: [100_000], warn });
	const stop = async (): Promise<void> => {
		await hooks.close();
		await service.close();
	};
	return { service, hooks, warnings, stop };
}

const settled = { timeout: 10_000 };

test('what was delivered before the backup is not sent again, what failed and what follows is', async () => {
	const [data, backup, restored] = [newFolder(), join(newFolder(), 'b'), join(newFolder(), 'r')];
	const to = await receiver();
	const first = await on(data);
	await first.hooks.add({ url: to.url });
	await first.service.submit([...OPENING, ...claims(1, 10)], 'test');
	await expect.poll(() => first.hooks.counts.sent, settled).toBe(10);
	to.answer = status(500);
	await first.service.submit(claims(11, 3), 'test');
	await expect.poll(() => first.hooks.counts.failed, settled).toBe(3);
	// Beside the writer, as it is meant to be used, again and again while progress is being written.
	await expect
		.poll(async () => {
			rmSync(backup, { recursive: true, force: true });
			await backUp(data, backup);
			const copy = await openLog({ dir: join(backup, 'log'), readOnly: true });
			await copy.close();
			return copy.head.number;
		}, settled)
		.toBe(first.service.log.head.number);
	await first.service.submit(claims(14, 5), 'test');
	await first.stop();
	await backUp(backup, restored);
	to.got.length = 0;
	to.answer = status(204);
	const second = await on(restored);
	await second.service.submit(claims(30, 2), 'test');
	await expect.poll(() => second.hooks.counts.sent, settled).toBe(2);
	expect(to.got.map(claimOf).sort()).toEqual(['C30', 'C31']);
	expect(second.hooks.metrics).toMatchObject({ open: 3, lying: 0 });
	expect(second.warnings).toEqual([]);
});

test('a backup of before, without what was sent: nothing of the past is sent, and that is said', async () => {
	const [data, backup] = [newFolder(), join(newFolder(), 'b')];
	const to = await receiver();
	const first = await on(data);
	await first.hooks.add({ url: to.url });
	await first.service.submit([...OPENING, ...claims(1, 10)], 'test');
	await expect.poll(() => first.hooks.counts.sent, settled).toBe(10);
	await first.stop();
	await backUp(data, backup);
	const { webhooks } = dataFolder(backup);
	for (const n of [1, 2, 3, 4]) rmSync(join(webhooks, `progress-${n}`), { recursive: true, force: true });
	to.got.length = 0;
	const second = await on(backup);
	await second.service.submit(claims(20, 2), 'test');
	await expect.poll(() => to.got.length, settled).toBe(2);
	expect(to.got.map(claimOf).sort()).toEqual(['C20', 'C21']);
	expect(second.warnings).toEqual([expect.stringMatching(/what was sent is not known.*batch \d+/)]);
});

test('progress that is being written anew has nothing in it yet: the one before is taken', async () => {
	const [data, backup] = [newFolder(), join(newFolder(), 'b')];
	const to = await receiver();
	const first = await on(data);
	await first.hooks.add({ url: to.url });
	await first.service.submit([...OPENING, ...claims(1, 3)], 'test');
	await expect.poll(() => first.hooks.counts.sent, settled).toBe(3);
	await first.stop();
	mkdirSync(join(data, 'webhooks', 'progress-99'));
	await backUp(data, backup);
	to.got.length = 0;
	const second = await on(backup);
	await second.service.submit(claims(20, 1), 'test');
	await expect.poll(() => to.got.length, settled).toBe(1);
	expect(to.got.map(claimOf)).toEqual(['C20']);
	expect(second.warnings).toEqual([]);
});

test('without webhooks there is nothing to copy', async () => {
	const [data, backup] = [newFolder(), join(newFolder(), 'b')];
	const service = await serviceOn(await openLog({ dir: dataFolder(data).log }));
	await service.submit(OPENING, 'test');
	expect(await backUp(data, backup)).toMatchObject({ batches: service.log.head.number });
});

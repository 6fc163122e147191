/** A history in a process of its own is the same history: told how far the log has come, it reads the log's files. */
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { History } from '../../src/history/index.js';
import { openLog } from '../../src/log/embedded-log.js';
import { memoryLog } from '../../src/log/memory-log.js';
import type { Service } from '../../src/runtime/service.js';
import { ALWAYS, Market } from './market.js';
import { contentOf, diskLog, historyOf, newFolder, serve, tell, type Told } from './setup.js';

async function start(dir: string, more: Told = {}) {
	const service = await serve(await diskLog(dir));
	return { service, ...(await historyOf(service, dir, { folder: join(dir, 'log'), ...more })) };
}

/** What the history of a service must hold: one made in this process, elsewhere, from the log's beginning. */
async function afresh(service: Service) {
	const { history } = await historyOf(service, newFolder());
	await history.caughtUp();
	return contentOf(history);
}

test('what was there before it and what came while it follows make the same rows', async () => {
	const dir = newFolder();
	const market = new Market(51);
	const before = await serve(await openLog({ dir: join(dir, 'log'), segmentBytes: 40_000 }));
	await tell(before, market, 900);
	await before.close();
	const { service, history, warnings } = await start(dir);
	await tell(service, market, 600);
	await service.audit('ann', 'read personal', 'store S1');
	await history.caughtUp();
	expect(history.fresh).toEqual({ batch: service.log.head.number, behind: 0 });
	expect(history.status).toEqual({ available: true });
	expect(warnings).toEqual([]);
	const other = await historyOf(service, newFolder());
	await other.history.caughtUp();
	expect(await contentOf(history)).toEqual(await contentOf(other.history));
	const counted = (one: History) => one.counts.records;
	expect(counted(history)).toBe(counted(other.history));
	const figures = async (one: History) => ({ ...(await one.storeHistory('S1')), daily: await one.daily(ALWAYS) });
	expect(await figures(history)).toEqual(await figures(other.history));
});

test('it reads the files while they are written, one after the other; nothing is lost', async () => {
	const dir = newFolder();
	const log = await openLog({ dir: join(dir, 'log'), segmentBytes: 60_000 });
	const service = await serve(log);
	const { history } = await historyOf(service, dir, { folder: join(dir, 'log'), batchMs: 10 });
	await tell(service, new Market(52), 3000, 10);
	await history.caughtUp();
	expect(history.counts.commits).toBeGreaterThan(1);
	expect(readdirSync(join(dir, 'log')).filter((name) => name.endsWith('.log')).length).toBeGreaterThan(2);
	expect(await contentOf(history)).toEqual(await afresh(service));
});

test('a wrong filter is told as such, and rebuilding gives equal rows', async () => {
	const { service, history } = await start(newFolder());
	await tell(service, new Market(53), 500);
	await history.caughtUp();
	await expect(history.decisions({ limit: 0 })).rejects.toMatchObject({ code: 'bad_field', field: 'limit' });
	await expect(history.events({ limit: 5, cursor: 'no' })).rejects.toMatchObject({ field: 'cursor' });
	const content = await contentOf(history);
	await history.rebuild();
	expect(await contentOf(history)).toEqual(content);
	expect(history.counts.rebuilds).toBe(1);
});

test('a file that is no database is said and made anew; one that is in use is left alone', async () => {
	const dir = newFolder();
	writeFileSync(join(dir, 'history.duckdb'), 'something else entirely, and long enough to be read');
	const { service, history, warnings } = await start(dir);
	await tell(service, new Market(54), 100);
	await history.caughtUp();
	expect(warnings).toEqual([expect.stringMatching(/cannot be read/)]);
	const second = await historyOf(service, dir, { folder: join(dir, 'log') });
	expect(second.history.status).toMatchObject({ available: false, why: expect.stringMatching(/in use/) });
	await expect(second.history.decisions({ limit: 1 })).rejects.toMatchObject({ name: 'HistoryUnavailable' });
	await history.close();
	await second.history.caughtUp();
	expect((await second.history.decisions({ limit: 10 })).items).toHaveLength(10);
});

test('a database that cannot be opened does not stop the service, and is tried again', async () => {
	const dir = newFolder();
	const { service, history, warnings } = await start(dir, { path: join(dir, 'gone', 'history.duckdb') });
	await tell(service, new Market(55), 100);
	expect(history.status).toMatchObject({ available: false, why: expect.any(String) });
	await expect(history.decisions({ limit: 10 })).rejects.toMatchObject({ name: 'HistoryUnavailable' });
	expect(warnings).toHaveLength(1);
	mkdirSync(join(dir, 'gone'));
	chmodSync(join(dir, 'gone'), 0o700);
	await history.caughtUp();
	expect((await history.decisions({ limit: 10 })).items).toHaveLength(10);
	expect(history.counts.failures).toBeGreaterThan(0);
});

test('a process that ends in the middle of it is followed by another; who waits goes on waiting, who reads is told', async () => {
	const { service, history, warnings } = await start(newFolder());
	const market = new Market(56);
	await tell(service, market, 500);
	await history.caughtUp();
	await tell(service, market, 500);
	const { child } = (history as unknown as { readonly process: { readonly child: ChildProcess } }).process;
	const read = history.decisions({ limit: 10 });
	child.kill('SIGKILL');
	await expect(read).rejects.toMatchObject({ name: 'HistoryUnavailable' });
	expect(history.status).toMatchObject({ available: false });
	await tell(service, market, 500);
	await history.caughtUp();
	expect(warnings).toEqual([expect.stringMatching(/stands still: its process has ended/)]);
	expect(await contentOf(history)).toEqual(await afresh(service));
});

test('what stops the deciding process is no business of the history’s: it ends when that one has done with it', async () => {
	const { service, history, warnings } = await start(newFolder());
	const { child } = (history as unknown as { readonly process: { readonly child: ChildProcess } }).process;
	child.kill('SIGTERM');
	child.kill('SIGINT');
	await tell(service, new Market(59), 200);
	await history.caughtUp();
	expect(warnings).toEqual([]);
	const ended = once(child, 'exit');
	await history.close();
	expect(await ended).toEqual([0, null]);
});

test('closed, it answers nothing, keeps nobody waiting and gives the file back', async () => {
	const dir = newFolder();
	const { service, history } = await start(dir);
	await tell(service, new Market(57), 1000);
	const waits = history.caughtUp();
	await Promise.all([history.close(), waits]);
	await history.close();
	await history.caughtUp();
	await expect(history.decisions({ limit: 1 })).rejects.toMatchObject({ why: 'it is closed' });
	const again = await historyOf(service, dir);
	await again.history.caughtUp();
	expect(again.warnings).toEqual([]);
	expect(await contentOf(again.history)).toEqual(await afresh(service));
});

test('without a folder of files it shares the process of the service', async () => {
	const service = await serve(memoryLog());
	const { history } = await historyOf(service, newFolder());
	await tell(service, new Market(58), 100);
	await history.caughtUp();
	expect(history).not.toHaveProperty('process');
	expect((await history.decisions({ limit: 10 })).items).toHaveLength(10);
});

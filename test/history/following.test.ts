/** Following the log: restarts, rebuilding, files that do not fit, and a database that cannot be opened. */
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test, vi } from 'vitest';
import type { Log } from '../../src/log/port.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { Market } from './market.js';
import { contentOf, diskLog, entriesOf, historyOf, newFolder, serve, tell, type Told } from './setup.js';

/** A service and its history on a folder; `stop` closes both. */
async function start(dir: string, more: Told = {}) {
	const service = await serve(await diskLog(dir));
	const { history, warnings } = await historyOf(service, dir, more);
	const stop = async (): Promise<void> => {
		await history.close();
		await service.close();
	};
	return { service, history, warnings, stop };
}

/** What the history of a log must hold: one made anew, elsewhere, from its beginning. */
async function afresh(log: Log) {
	const service = await serve(log);
	const { history } = await historyOf(service, newFolder());
	await history.caughtUp();
	return contentOf(history);
}

test('after a restart it goes on where it was, with what came while it was away', async () => {
	const dir = newFolder();
	const market = new Market(11);
	const first = await start(dir);
	await tell(first.service, market, 800);
	await first.history.caughtUp();
	await first.history.close();
	await tell(first.service, market, 700);
	await first.service.close();
	const second = await start(dir);
	await tell(second.service, market, 500);
	await second.history.caughtUp();
	expect(second.warnings).toEqual([]);
	expect(second.history.counts.records).toBeLessThan(1300);
	expect(await contentOf(second.history)).toEqual(await afresh(second.service.log));
});

test('a restart in the middle of catching up, many times', async () => {
	const dir = newFolder();
	const service = await serve(await diskLog(dir));
	await tell(service, new Market(12), 3000, 20);
	let restarts = 0;
	for (let batch = 0; batch < service.log.head.number; restarts++) {
		const { history, warnings } = await historyOf(service, dir, { mostBatch: restarts % 2 === 0 ? 25 : 1 });
		// A commit further at least, so that it comes to an end on a machine however busy.
		const next = Math.min(batch + 1 + ((restarts * 7) % 30), service.log.head.number);
		await vi.waitUntil(() => history.fresh.batch >= next, { timeout: 600_000, interval: 1 });
		({ batch } = history.fresh);
		await history.close();
		expect(warnings).toEqual([]);
	}
	expect(restarts).toBeGreaterThan(1);
	const { history } = await historyOf(service, dir);
	await history.caughtUp();
	expect(await contentOf(history)).toEqual(await afresh(service.log));
});

test('rebuilding gives equal rows, however the log was cut into commits', async () => {
	const { service, history } = await start(newFolder(), { mostBatch: 10, batchMs: 0 });
	await tell(service, new Market(13), 1500, 7);
	await history.caughtUp();
	const before = await contentOf(history);
	const daily = await history.storeHistory('S1');
	await history.rebuild();
	expect(await contentOf(history)).toEqual(before);
	expect({ ...(await history.storeHistory('S1')), fresh: 0 }).toEqual({ ...daily, fresh: 0 });
	expect(history.counts.rebuilds).toBe(1);
});

test('an id that was forgotten and used again by another store: rows keep the store of their own time', async () => {
	const service = await serve(memoryLog());
	const at = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString();
	const sale = { order_line_id: 'L', sku_id: 'K', buyer_id: 'B', quantity: 1, unit_price: '5', protect_days: 1 };
	const turn = (store_id: string, day: number) => [
		{ type: 'order.paid', id: `p${store_id}`, at: at(day), store_id, ...sale },
		{ type: 'order.released', id: `r${store_id}`, at: at(day + 1), order_line_id: 'L' },
		{ type: 'order.refunded', id: `f${store_id}`, at: at(day + 1), order_line_id: 'L', amount: '5' },
		{ type: 'time.passed', id: `t${store_id}`, at: at(day + 900) },
		{ type: 'deposit.received', id: `d${store_id}`, at: at(day + 901), store_id, amount: '5' },
	];
	for (const store_id of ['A', 'Z']) {
		await service.submit([{ type: 'store.opened', id: `o${store_id}`, at: at(0), store_id, deposit: '1' }], 'test');
	}
	await service.submit([...turn('A', 0), ...turn('Z', 1000)], 'test');
	const { records } = await entriesOf(service.log);
	const { history } = await historyOf(service, newFolder());
	await history.caughtUp();
	const { decisions } = await contentOf(history);
	expect(decisions.length).toBe(records.length);
	const stores = decisions.filter(({ type }) => type === 'order.released' || type === 'order.refunded');
	for (const { id, store_id } of stores) expect(store_id).toBe(id.at(-1));
});

const SPOILERS: readonly (readonly [string, RegExp, (path: string, dir: string) => void | Promise<void>])[] = [
	['of another log', /another log/, ofAnotherLog],
	[
		'no database',
		/cannot be read/,
		(path) => writeFileSync(path, 'something else entirely, and long enough to be read'),
	],
	['cut short', /cannot be read/, (path) => truncateSync(path, 4096)],
	['overwritten at its head', /cannot be read/, (path) => writeFileSync(path, Buffer.alloc(8192, 7), { flag: 'r+' })],
	['of another version', /version 999/, (path) => alter(path, 'update feed set "schema" = 999')],
	['without the note of its place', /what it was made from/, (path) => alter(path, 'delete from feed')],
	['without that table', /cannot be read/, (path) => alter(path, 'drop table feed')],
	['ahead of the log', /ahead of the log/, (path) => alter(path, 'update feed set batch = batch + 1')],
	['of another past', /is another than/, (path) => alter(path, `update feed set chain = 'ff'`)],
	['with a place that is none', /not where it was/, (path) => alter(path, 'update feed set position = position + 1')],
	['one that ends the process', /ended the process/, (path) => writeFileSync(`${path}.opening`, '..')],
];

async function ofAnotherLog(path: string): Promise<void> {
	const other = await start(newFolder(), { path: `${path}.other` });
	await other.history.caughtUp();
	await other.stop();
	cpSync(`${path}.other`, path);
}

async function alter(path: string, sql: string): Promise<void> {
	const instance = await DuckDBInstance.create(path);
	const connection = await instance.connect();
	await connection.run(sql);
	connection.closeSync();
	instance.closeSync();
}

test.each(SPOILERS)('a file that is %s is said and made anew', async (_, says, spoil) => {
	const dir = newFolder();
	const path = join(dir, 'history.duckdb');
	const first = await start(dir);
	await tell(first.service, new Market(14), 300);
	await first.history.caughtUp();
	const before = await contentOf(first.history);
	await first.stop();
	await spoil(path, dir);
	const second = await start(dir);
	await second.history.caughtUp();
	expect(second.warnings).toEqual([expect.stringMatching(says)]);
	expect(await contentOf(second.history)).toEqual(before);
	expect(existsSync(`${path}.opening`)).toBe(false);
});

test('damage inside the file is found when it is read, and mended', async () => {
	const dir = newFolder();
	const path = join(dir, 'history.duckdb');
	const first = await start(dir);
	await tell(first.service, new Market(15), 3000);
	await first.history.caughtUp();
	const before = await contentOf(first.history);
	await first.stop();
	const size = statSync(path).size;
	for (let at = 12_288 + 1000; at + 100_000 < size; at += 262_144) {
		const { openSync, writeSync, closeSync } = await import('node:fs');
		const file = openSync(path, 'r+');
		writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, at + 50_000);
		closeSync(file);
	}
	const second = await start(dir);
	for (let tries = 0; tries < 100; tries++) {
		const content = await second.history
			.caughtUp()
			.then(() => contentOf(second.history))
			.catch(() => undefined);
		if (content === undefined) continue;
		expect(content).toEqual(before);
		expect(second.history.counts.rebuilds).toBe(1);
		return;
	}
	expect.fail('it was never mended');
});

test('what becomes durable while it feeds is fed too; nothing is lost', async () => {
	const { service, history } = await start(newFolder(), { batchMs: 10 });
	await tell(service, new Market(16), 4000, 10);
	await history.caughtUp();
	expect(history.counts.commits).toBeGreaterThan(1);
	expect(await contentOf(history)).toEqual(await afresh(service.log));
});

test('a log restored from an older copy and continued otherwise is another past', async () => {
	const dir = newFolder();
	const market = new Market(17);
	const first = await start(dir);
	await tell(first.service, market, 200);
	await first.history.caughtUp();
	await first.stop();
	cpSync(join(dir, 'log'), join(dir, 'copy'), { recursive: true });
	const second = await start(dir);
	await tell(second.service, market, 200);
	await second.history.caughtUp();
	await second.stop();
	rmSync(join(dir, 'log'), { recursive: true });
	cpSync(join(dir, 'copy'), join(dir, 'log'), { recursive: true });
	const third = await start(dir);
	await tell(third.service, new Market(18), 900, 31);
	await third.history.caughtUp();
	expect(third.warnings).toEqual([expect.stringMatching(/ahead of the log|another than|not where it was/)]);
	expect(await contentOf(third.history)).toEqual(await afresh(third.service.log));
});

test('a database that cannot be opened does not stop the service, and is tried again', async () => {
	const dir = newFolder();
	mkdirSync(join(dir, 'gone'));
	const path = join(dir, 'gone', 'deeper', 'history.duckdb');
	const { service, history, warnings } = await start(dir, { path });
	await tell(service, new Market(19), 100);
	expect(history.status).toMatchObject({ available: false, why: expect.any(String) });
	await expect(history.decisions({ limit: 10 })).rejects.toMatchObject({ name: 'HistoryUnavailable' });
	expect(warnings).toHaveLength(1);
	mkdirSync(join(dir, 'gone', 'deeper'));
	chmodSync(join(dir, 'gone', 'deeper'), 0o700);
	await history.caughtUp();
	expect(history.status).toEqual({ available: true });
	expect((await history.decisions({ limit: 10 })).items).toHaveLength(10);
});

test('a file in use by another process or history is not deleted', async () => {
	const dir = newFolder();
	const { service, history } = await start(dir);
	await tell(service, new Market(20), 100);
	await history.caughtUp();
	const second = await historyOf(service, dir);
	expect(second.history.status).toMatchObject({ available: false });
	expect(history.counts.rebuilds + second.history.counts.rebuilds).toBe(0);
	expect((await history.decisions({ limit: 10 })).items).toHaveLength(10);
});

/** How fast it feeds and how long the deciding thread waits for it: printed, not asserted; SURETY_FEED records. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { Market, ALWAYS } from './market.js';
import { diskLog, historyOf, newFolder, serve, tell } from './setup.js';

const RECORDS = Number(process.env['SURETY_FEED'] ?? 2_000);

test('feeding', async () => {
	const dir = newFolder();
	const service = await serve(await diskLog(dir));
	await tell(service, new Market(41, 200, 4000), RECORDS, 1000);
	const { history } = await historyOf(service, dir);
	const stall = monitorEventLoopDelay({ resolution: 1 });
	const cpu = process.cpuUsage();
	const start = performance.now();
	stall.enable();
	await history.caughtUp();
	stall.disable();
	const seconds = (performance.now() - start) / 1000;
	const { records } = history.counts;
	const { user, system } = process.cpuUsage(cpu);
	const figures = [
		`${records} records fed in ${seconds.toFixed(2)} s: ${Math.round(records / seconds)} a second`,
		`${((user + system) / records).toFixed(2)} us of processor a record`,
		`event loop held for ${(stall.percentile(99) / 1e6).toFixed(1)} ms at p99, ${(stall.max / 1e6).toFixed(1)} at most`,
	];
	const timed = async (name: string, read: () => Promise<unknown>): Promise<void> => {
		const from = performance.now();
		await read();
		figures.push(`${name} ${(performance.now() - from).toFixed(0)} ms`);
	};
	await timed('newest 100', () => history.decisions({ limit: 100 }));
	await timed('newest 100 of a store', () => history.decisions({ limit: 100, store_id: 'S7' }));
	await timed('a text that is nowhere', () => history.decisions({ limit: 100, text: 'nowhere' }));
	await timed('all days', () => history.daily(ALWAYS));
	await timed('course of a store', () => history.storeHistory('S7'));
	console.log(figures.join('; '));
	expect(history.fresh.behind).toBe(0);
});

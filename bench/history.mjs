/**
 * What following costs the thread that decides: the same records through a service with and without a history, and the
 * processor time of the main thread for each record, by the kernel's own count (Linux).
 *
 *     node bench/history.mjs [RECORDS]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currency, DEFAULT_PROGRAMME, Service } from '../dist/index.js';
import { startHistory } from '../dist/history/index.js';
import { openLog } from '../dist/log/embedded-log.js';
import { recordJson } from '../dist/runtime/wire.js';
import { mixedLoad } from './mixed-load.mjs';

const COUNT = Number(process.argv[2] ?? 200_000);
const EACH = 100;
const CNY = currency('CNY');
const policy = { schema: 'surety.policy/1', name: 'bench', version: 1 };

/** Nanoseconds that the main thread has been on a processor. */
const mainCpu = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]);

async function run(isFollowed) {
	const dir = mkdtempSync(join(tmpdir(), 'surety-bench-'));
	const folder = join(dir, 'log');
	const log = await openLog({ dir: folder });
	const service = await Service.open({ log, currency: CNY, programme: DEFAULT_PROGRAMME, policy, clock: 'records' });
	const path = join(dir, 'history.duckdb');
	const history = isFollowed ? await startHistory({ path, log, folder, service }) : undefined;
	const lots = [];
	for (const record of mixedLoad({ count: COUNT })) {
		if (lots.length === 0 || lots.at(-1).length === EACH) lots.push([]);
		lots.at(-1).push(recordJson(record, CNY));
	}
	const [cpu, began] = [mainCpu(), performance.now()];
	const busy = performance.eventLoopUtilization();
	for (const lot of lots) await service.submit(lot, 'bench');
	const { utilization } = performance.eventLoopUtilization(busy);
	const [ns, ms] = [mainCpu() - cpu, performance.now() - began];
	const caught = performance.now();
	await history?.caughtUp();
	const late = performance.now() - caught;
	await history?.close();
	await service.close();
	rmSync(dir, { recursive: true });
	return {
		'us a record': ns / 1000 / COUNT,
		'records a second': (COUNT / ms) * 1000,
		utilization,
		'caught up after ms': late,
	};
}

for (let i = 0; i < 2; i++) {
	for (const isFollowed of [false, true]) {
		const figures = Object.entries(await run(isFollowed)).map(([name, figure]) => `${name} ${figure.toFixed(2)}`);
		console.log(`${isFollowed ? 'with   ' : 'without'} history: ${figures.join('; ')}`);
	}
}

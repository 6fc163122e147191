/**
 * Four policies against a plain replay (one observing core over the same tables), side by side in one run: their runs
 * alone, and the whole of `surety backtest`, which adds two comparisons and the page. Arguments: `--quick` for a tenth of
 * the history.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Core, currency, DEFAULT_PROGRAMME, defaultPolicy } from '../dist/index.js';
import { backtest } from '../dist/backtest/backtest.js';
import { readPolicies } from '../dist/backtest/policies.js';
import { replay } from '../dist/backtest/replay.js';
import { openHistory } from '../dist/intake/index.js';
import { FOUNDING_CASE, writeMarket } from '../dist/sim/index.js';

const CNY = currency('CNY');
const ROUNDS = 3;
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function timed(work) {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1000;
}

async function plain(dir) {
	const history = await openHistory({ dir, currency: CNY });
	const core = new Core({ currency: CNY, programme: DEFAULT_PROGRAMME, policy: defaultPolicy(CNY) });
	for await (const batch of history.records()) for (const fact of batch) core.take(fact);
	await history.close();
	return history.counts.records;
}

/** The runs of these policies alone, without the comparisons that every backtest has. */
async function runs(dir, policies) {
	const history = await openHistory({ dir, currency: CNY });
	const tasks = policies.map((policy) => ({ policy, deposits: true, flatHold: false }));
	await replay(history, tasks, { currency: CNY, programme: DEFAULT_PROGRAMME });
	await history.close();
}

function policyFiles(folder) {
	return [5, 10, 20, 30].map((share) => {
		const path = join(folder, `margin-${share}.json`);
		const margin_percent = { new: share, normal: Math.min(share, 5), watch: 30, abnormal: 100 };
		writeFileSync(
			path,
			JSON.stringify({ schema: 'surety.policy/1', name: `margin-${share}`, version: 1, margin_percent }),
		);
		return path;
	});
}

const folder = mkdtempSync(join(tmpdir(), 'surety-bench-'));
try {
	const dir = join(folder, 'tables');
	const honestStores = process.argv.includes('--quick') ? 130 : 1300;
	await writeMarket(dir, { ...FOUNDING_CASE, medianBuyers: 104, honestStores });
	const policies = await readPolicies(policyFiles(folder), CNY);
	const seconds = { plain: [], runs: [], backtest: [] };
	let records = 0;
	for (let round = 0; round < ROUNDS; round++) {
		seconds.plain.push(await timed(async () => (records = await plain(dir))));
		seconds.runs.push(await timed(() => runs(dir, policies)));
		const options = {
			dir,
			out: join(folder, 'out'),
			strict: false,
			currency: CNY,
			programme: DEFAULT_PROGRAMME,
			policies,
		};
		seconds.backtest.push(await timed(() => backtest(options)));
	}
	const once = median(seconds.plain);
	const against = (list) => `${median(list).toFixed(1)} s (ratio ${(median(list) / once).toFixed(1)})`;
	console.log(`${records.toLocaleString('en')} records: a plain replay ${once.toFixed(1)} s`);
	console.log(`the runs of 4 policies: ${against(seconds.runs)}`);
	console.log(`backtest of 4 policies and 2 comparisons: ${against(seconds.backtest)}`);
	console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
} finally {
	rmSync(folder, { recursive: true, force: true });
}

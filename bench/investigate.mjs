/**
 * `surety investigate` against DuckDB merely reading and sorting the same tables, side by side in one run, and at ten
 * times the records. Two baselines: each table sorted by its own time; and all of its events as one sorted table,
 * which is what a replay needs. Arguments: `--ten` also measures ten times the records.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { currency, DEFAULT_PROGRAMME, defaultPolicy } from '../dist/index.js';
import { investigate } from '../dist/report/investigate.js';
import { FOUNDING_CASE, writeMarket } from '../dist/sim/index.js';

const CNY = currency('CNY');
const TIMES = {
	stores: 'opened_at',
	order_lines: 'paid_at',
	price_changes: 'changed_at',
	claims: 'claimed_at',
	withdrawals: 'requested_at',
};
const ROUNDS = 3;
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function timed(work) {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1000;
}

async function duckdb(statements) {
	const instance = await DuckDBInstance.create(':memory:');
	const connection = await instance.connect();
	for (const sql of statements) await connection.run(sql);
	connection.closeSync();
	instance.closeSync();
}

const perTable = (dir) =>
	Object.entries(TIMES).map(([t, at]) => `create table ${t} as select * from '${dir}/${t}.csv' order by ${at}`);

function asEvents(dir) {
	const order = (at) =>
		`select ${at} as moment, order_line_id as a, store_id as b, sku_id as c, buyer_id as d, quantity as n, unit_price as m from '${dir}/order_lines.csv' where ${at} is not null`;
	const rest = [
		`select opened_at, store_id, null, null, null, null, deposit from '${dir}/stores.csv'`,
		`select changed_at, store_id, sku_id, null, null, null, price from '${dir}/price_changes.csv'`,
		`select claimed_at, claim_id, order_line_id, null, null, null, amount from '${dir}/claims.csv'`,
		`select requested_at, withdrawal_id, store_id, null, null, null, amount from '${dir}/withdrawals.csv'`,
	];
	const events = [...['paid_at', 'delivered_at', 'released_at', 'refunded_at'].map(order), ...rest].join(' union all ');
	return [`create table events as select * from (${events}) order by moment`];
}

async function measure(folder, honestStores) {
	const dir = join(folder, `tables-${honestStores}`);
	await writeMarket(dir, { ...FOUNDING_CASE, medianBuyers: 104, honestStores });
	const seconds = { tables: [], events: [], investigate: [] };
	let records = 0;
	for (let round = 0; round < ROUNDS; round++) {
		seconds.tables.push(await timed(() => duckdb(perTable(dir))));
		seconds.events.push(await timed(() => duckdb(asEvents(dir))));
		const onProgress = ({ phase, total }) => {
			if (phase === 'replay') records = total;
		};
		const options = {
			dir,
			out: join(folder, 'out'),
			strict: false,
			currency: CNY,
			programme: DEFAULT_PROGRAMME,
			policy: defaultPolicy(CNY),
			onProgress,
		};
		seconds.investigate.push(await timed(() => investigate(options)));
	}
	const [tables, events, whole] = [median(seconds.tables), median(seconds.events), median(seconds.investigate)];
	console.log(
		`investigate, ${records.toLocaleString('en')} records: ${whole.toFixed(2)} s; DuckDB sorts the tables in ${tables.toFixed(2)} s (ratio ${(whole / tables).toFixed(1)}), their events in ${events.toFixed(2)} s (ratio ${(whole / events).toFixed(1)}); peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
	);
	return { records, whole };
}

const folder = mkdtempSync(join(tmpdir(), 'surety-bench-'));
try {
	const once = await measure(folder, 1300);
	if (process.argv.includes('--ten')) {
		const ten = await measure(folder, 13_000);
		const [records, cost] = [ten.records / once.records, ten.whole / once.whole];
		console.log(`at ${records.toFixed(1)} times the records the cost is ${cost.toFixed(1)} times`);
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}

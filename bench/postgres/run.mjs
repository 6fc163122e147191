/**
 * Records a second through the opponent, without HTTP: the mixed load in calls of 1, 100 and 1,000 records over pools
 * of several sizes; the best of several short rounds of each. Arguments: `--quick`, `--facts` (prices, claims and
 * withdrawals are told as facts instead of asking their gates), `--set=name=value` (a server setting to try).
 *
 * The load is split into lanes by store, so that one store's records keep their order however many calls are in
 * flight; bodies are made before the clock starts. One history runs on through all rounds, so the tables grow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createOpponent, createPool, findPostgres, SETTINGS, startPostgres } from './opponent.mjs';
import { wireLoad } from './wire.mjs';

const quick = process.argv.includes('--quick');
const asRequests = !process.argv.includes('--facts');
const settings = Object.fromEntries(
	process.argv.filter((word) => word.startsWith('--set=')).map((word) => word.slice('--set='.length).split('=')),
);
const ROUNDS = quick ? 2 : 5;
const STORES = 2000;
const ITEMS = 20;
/** Records a call; records a round; calls in flight to try. `coalesce` sends waiting single calls together. */
const TRIALS = [
	{ size: 1, records: 20_000, pools: [8, 16, 32] },
	{ size: 1, records: 60_000, pools: [2, 3], coalesce: 256, inFlight: 512 },
	{ size: 100, records: 60_000, pools: [2, 3, 4, 8] },
	{ size: 1000, records: 100_000, pools: [2, 3, 4] },
];

const storeOf = (record) => record.store_id ?? record.order_line_id.slice(0, record.order_line_id.indexOf('-order-'));
const laneOf = (record, lanes) => Number(storeOf(record).slice('store-'.length)) % lanes;

/** The next records of the history as bodies, by lane. */
function nextBodies(history, records, size, lanes) {
	const bodies = Array.from({ length: lanes }, () => []);
	const open = Array.from({ length: lanes }, () => []);
	for (let n = 0; n < records; n++) {
		const record = history.next().value;
		const lane = laneOf(record, lanes);
		open[lane].push(JSON.stringify(record));
		if (open[lane].length === size) bodies[lane].push(toBody(open[lane].splice(0), size));
	}
	for (const [lane, rest] of open.entries()) if (rest.length > 0) bodies[lane].push(toBody(rest, size));
	return bodies;
}

const toBody = (texts, size) => (size === 1 ? texts[0] : `[${texts.join(',')}]`);

/** Processor seconds that the server has used so far (Linux); neighbours on the machine do not count here. */
function serverSeconds(pid) {
	let ticks = 0;
	for (const entry of readdirSync('/proc')) {
		if (!/^\d+$/.test(entry)) continue;
		try {
			const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			if (Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
		} catch {
			// has ended meanwhile
		}
	}
	return ticks / 100;
}

async function round(opponent, bodies, size, errors) {
	const latencies = [];
	const start = performance.now();
	await Promise.all(
		bodies.map(async (lane) => {
			for (const body of lane) {
				const asked = performance.now();
				const answer = size === 1 ? await opponent.takeOneText(body) : await opponent.takeText(body);
				latencies.push(performance.now() - asked);
				if (answer.includes('"error":{')) errors.push(answer.slice(0, 200));
			}
		}),
	);
	const seconds = (performance.now() - start) / 1000;
	latencies.sort((a, b) => a - b);
	const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
	return { seconds, median: at(0.5), p99: at(0.99) };
}

async function openStores(postgres, history) {
	const pool = createPool(postgres.url, 1);
	const opponent = createOpponent(pool);
	const records = STORES * (ITEMS + 1);
	for (const body of nextBodies(history, records, 1000, 1)[0]) await opponent.takeText(body);
	await pool.query('vacuum analyze');
	await pool.end();
}

async function trial(postgres, history, { size, records, coalesce = 1, inFlight }, connections) {
	const pool = createPool(postgres.url, connections);
	const opponent = createOpponent(pool, { coalesce, connections });
	const errors = [];
	await Promise.all(Array.from({ length: connections }, () => pool.query('select 1')));
	let best;
	for (let n = 0; n < ROUNDS; n++) {
		const bodies = nextBodies(history, quick ? records / 3 : records, size, inFlight ?? connections);
		const before = serverSeconds(postgres.pid);
		const result = await round(opponent, bodies, size, errors);
		const count = quick ? records / 3 : records;
		const rate = count / result.seconds;
		const cost = ((serverSeconds(postgres.pid) - before) / count) * 1e6;
		if (best === undefined || rate > best.rate) best = { rate, cost, ...result };
	}
	await pool.end();
	const how = coalesce > 1 ? `, ${inFlight} callers, up to ${coalesce} in one commit` : '';
	console.log(
		`${String(size).padStart(5)} a call, ${String(connections).padStart(2)} connections${how}: ` +
			`${Math.round(best.rate).toLocaleString('en')} records/s, ` +
			`median ${best.median.toFixed(1)} ms, p99 ${best.p99.toFixed(1)} ms, server ${best.cost.toFixed(1)} µs a record`,
	);
	if (errors.length > 0) console.log(`      ${errors.length} answers held errors, e.g. ${errors[0]}`);
	return best.rate;
}

if (findPostgres() === undefined) {
	console.log('PostgreSQL is not installed: apt-get install postgresql');
	process.exit(0);
}
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const postgres = await startPostgres({ settings });
try {
	const history = wireLoad({ count: 1e9, stores: STORES, items: ITEMS, asRequests });
	await openStores(postgres, history);
	const kind = asRequests ? 'prices, claims and withdrawals ask their gates' : 'facts only';
	console.log(`PostgreSQL in ${postgres.bin}, ${availableParallelism()} cores, ${STORES} stores, mixed load, ${kind}`);
	const best = {};
	for (const trialled of TRIALS) {
		if (only !== undefined && only !== String(trialled.size)) continue;
		for (const connections of trialled.pools) {
			const rate = await trial(postgres, history, trialled, connections);
			const name = trialled.coalesce ? `${trialled.size} coalesced` : trialled.size;
			if (rate > (best[name]?.rate ?? 0)) best[name] = { rate, connections };
		}
	}
	console.log('\nbest of each:');
	for (const [size, { rate, connections }] of Object.entries(best)) {
		console.log(`${size} a call: ${Math.round(rate).toLocaleString('en')} records/s with ${connections} connections`);
	}
	console.log(
		`\nsettings: ${Object.entries({ ...SETTINGS, ...settings })
			.map(([k, v]) => `${k}=${v}`)
			.join(' ')}`,
	);
} finally {
	await postgres.stop();
}

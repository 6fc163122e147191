/**
 * The service over HTTP, durable, beside three others on the same machine in the same run: the same decisions in
 * PostgreSQL, an echo with the same framework, and appending the same bytes with as many syncs. They take turns, round
 * by round, so that all of them meet the same disk and the same neighbours; medians are told, and how far rounds lay
 * apart. Then latencies at half load, and what happens at twice the load it can take.
 *
 * Arguments: `--quick`, `--no-postgres`, `--seconds=N` a round, `--rounds=N`, `--floods=N` times at twice the load (to see
 * whether memory goes on growing), `--profile=FOLDER` (CPU profiles of the service alone, at 1 and at 100 records a
 * request).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPostgres } from './postgres/opponent.mjs';
import { appendsPerSecond } from './serve/append.mjs';
import {
	ask,
	freePort,
	memoryOf,
	secondsOf,
	startChild,
	startServer,
	stopChild,
	untilQuiet,
} from './serve/children.mjs';

const word = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const quick = process.argv.includes('--quick');
const SECONDS = Number(word('seconds') ?? (quick ? 0.7 : 2));
const ROUNDS = Number(word('rounds') ?? (quick ? 3 : 7));
const FLOODS = Number(word('floods') ?? 1);
/** Records a request, connections, and lanes that stores are dealt into. */
const SIZES = [
	{ size: 1, connections: 128, lanes: 1000 },
	{ size: 100, connections: 8, lanes: 24 },
	{ size: 1000, connections: 4, lanes: 12 },
];
const FLOOD = { 1: 2000, 100: 1500 };

const out = fileURLToPath(new URL('../out', import.meta.url));
mkdirSync(out, { recursive: true });
/** On the disk of the checkout: a temporary folder is often memory. */
const home = mkdtempSync(join(out, 'bench-serve-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
const count = (n) => (Number.isFinite(n) ? Math.round(n).toLocaleString('en') : '-');
const ms = (n) => (Number.isFinite(n) ? (n < 10 ? n.toFixed(2) : n.toFixed(0)) : '-');
const spread = (list) => `${count(Math.min(...list))}-${count(Math.max(...list))}`;
const ratio = (a, b) => (Number.isFinite(a / b) ? (a / b).toFixed(2) : '-');

const load = startChild('load.mjs', [], ['--max-old-space-size=8192']);
const tell = async (message) => (await ask(load, message)).answer;

async function startOurs(name, flags = []) {
	const port = await freePort();
	const child = await startServer('ours.mjs', port, [join(home, name), String(port)], flags);
	await tell({ do: 'open', name, port });
	return { name, child, port };
}

async function startOpponent(name, connections, coalesce) {
	const port = await freePort();
	const child = await startServer('opponent.mjs', port, [port, connections, coalesce].map(String));
	await tell({ do: 'open', name, port });
	return { name, child, port };
}

async function startEcho() {
	const port = await freePort();
	const child = await startServer('echo.mjs', port, [String(port)]);
	await tell({ do: 'open', name: 'echo', port, isEcho: true });
	return { name: 'echo', child, port };
}

/** What the log of ours has taken so far. */
async function logOf({ port }) {
	const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
	const read = (name) => Number(new RegExp(`^surety_${name}_total (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN);
	return { batches: read('log_batches'), bytes: read('log_bytes'), records: read('records') };
}

/** Rounds of one size: every target in turn, and the plain appends after ours, as large as its own. */
async function rounds(plan, targets) {
	const results = Object.fromEntries(
		[...targets, { name: 'append' }, { name: 'bodies' }].map(({ name }) => [name, []]),
	);
	const records = {};
	for (const { name } of targets) {
		// Off the record: warms it up, and says how many records fill a round.
		const first = name === 'echo' ? 200 * plan.size : Math.max(2000, 40 * plan.size) * (name === 'ours' ? 2 : 1);
		const echo = name === 'echo' ? { seconds: SECONDS } : {};
		const { records: took, seconds } = await tell({ do: 'closed', name, ...plan, records: first, ...echo });
		records[name] = name === 'echo' ? first : Math.round((took / seconds) * SECONDS + plan.size * plan.lanes * 0.5);
	}
	let answerBytes = 0;
	for (let round = 0; round < ROUNDS; round++) {
		for (const target of targets) {
			const { name } = target;
			if (name === 'echo') await ask(target.child, { bytes: Math.round(answerBytes) });
			const before = name === 'ours' ? await logOf(target) : undefined;
			const used = secondsOf(target.child);
			const echo = name === 'echo' ? { seconds: SECONDS } : {};
			const result = await tell({ do: 'closed', name, ...plan, records: records[name], ...echo });
			const rate = result.records / result.seconds;
			// An echo is asked the same again and again; others are also asked what is left off the clock.
			const asked = name === 'echo' ? result.records : records[name];
			records[name] = name === 'echo' ? records[name] : Math.round(rate * SECONDS + plan.size * plan.lanes * 0.5);
			await untilQuiet(target.child);
			// With what is done after the answers.
			const cost = ((secondsOf(target.child) - used) / asked) * 1e6;
			results[name].push({ ...result, rate, cost });
			if (before === undefined) continue;
			answerBytes = (result.bytes / result.records) * plan.size;
			const after = await logOf(target);
			const batches = after.batches - before.batches;
			const perBatch = (after.records - before.records) / batches;
			const path = join(home, 'plain');
			const bytes = Math.round((after.bytes - before.bytes) / batches) + 52;
			const plain = appendsPerSecond(path, bytes, SECONDS / 2);
			results.append.push({ rate: plain * perBatch, perBatch, bytes });
			const body = Math.round((result.asked / result.records) * plan.size);
			results.bodies.push({ rate: appendsPerSecond(path, body, SECONDS / 2) * plan.size });
		}
	}
	const rateOf = (name) => median((results[name] ?? []).map(({ rate }) => rate));
	const best = Math.max(0, ...['pg', 'pg, coalesced'].map(rateOf).filter(Number.isFinite));
	console.log(
		`\n${plan.size} a request, ${plan.connections} connections: records/s (lowest-highest of ${ROUNDS} rounds)`,
	);
	const label = {
		ours: '(a) surety serve',
		pg: '(b) PostgreSQL, its own commit',
		'pg, coalesced': '(b) PostgreSQL, coalesced',
	};
	const other = {
		echo: '(c) echo',
		append: `(d) append, ours' bytes and syncs`,
		bodies: '(d) append, a sync per request',
	};
	for (const [name, list] of Object.entries(results)) {
		if (list.length === 0) continue;
		const rate = rateOf(name);
		const full = (key) => ms(median(list.map((one) => one[key])));
		const latency =
			list[0].p50 === undefined ? '' : `   p50 ${full('p50')} p99 ${full('p99')} p99.9 ${full('p999')} ms`;
		const errors = list.reduce((sum, one) => sum + (one.errors ?? 0), 0);
		const cost =
			list[0].cost === undefined ? '' : `   ${median(list.map((one) => one.cost)).toFixed(1)} µs of processor a record`;
		const beside = name === 'ours' ? '' : `   a is ${ratio(rateOf('ours'), rate)}`;
		const said = errors === 0 ? '' : `   ${count(errors)} errors`;
		console.log(
			`  ${({ ...label, ...other }[name] ?? name).padEnd(34)} ${count(rate).padStart(11)}  (${spread(list.map((one) => one.rate))})${latency}${cost}${beside}${said}`,
		);
	}
	const at = (key) => median(results.append.map((one) => one[key]));
	console.log(
		`  a sync of ours held ${count(at('perBatch'))} records, ${count(at('bytes'))} bytes; an answer ${count(answerBytes / plan.size)} bytes a record`,
	);
	return {
		ours: rateOf('ours'),
		most: Math.max(...results.ours.map(({ rate }) => rate)),
		best: best || Number.NaN,
		echo: rateOf('echo'),
		costs: Object.fromEntries(targets.map(({ name }) => [name, median(results[name].map(({ cost }) => cost))])),
		append: rateOf('append'),
		bodies: rateOf('bodies'),
	};
}

const FIVE = quick ? 2 : 5;
async function half(plan, { name, child }, rate) {
	const records = Math.round((rate / 2) * FIVE);
	const { p50, p99, p999, n } = await tell({ do: 'paced', name, ...plan, orderly: true, records, rate: rate / 2 });
	await untilQuiet(child);
	console.log(
		`  ${name.padEnd(14)} ${String(plan.size).padStart(4)} a request, ${count(rate / 2).padStart(8)} records/s: ` +
			`p50 ${ms(p50)} p99 ${ms(p99)} p99.9 ${n < 1000 ? '-' : ms(p999)} ms (${count(n)} requests)`,
	);
}

async function twice(plan, { name, child }, best) {
	// What it takes now: neighbours may have left it less, or more, in the rounds.
	const asked = Math.round(best * SECONDS);
	const now = await tell({ do: 'closed', name, ...plan, records: asked });
	const rate = Math.max(best, now.records / now.seconds);
	await untilQuiet(child);
	const before = memoryOf(child);
	let most = before;
	const watch = setInterval(() => (most = Math.max(most, memoryOf(child))), 50);
	const connections = FLOOD[plan.size];
	const records = Math.round(rate * 2 * FIVE);
	const got = await tell({ do: 'paced', name, ...plan, connections, orderly: false, records, rate: rate * 2 });
	clearInterval(watch);
	await untilQuiet(child);
	const after = memoryOf(child);
	console.log(
		`  ${plan.size} a request, ${connections} connections, ${count(got.offered / got.offeredFor)} records/s offered for ${got.offeredFor.toFixed(1)} s: ` +
			`${count(got.answeredThen / got.offeredFor)} records/s answered meanwhile, ${count(got.records)} in all (${count(got.errors)} of them errors), ` +
			`${count(got.refused)} got 503, ${count(got.broken)} connections broke; ` +
			`answers p50 ${ms(got.p50)} p99 ${ms(got.p99)} ms, 503s p50 ${ms(got.refusals.p50)} p99 ${ms(got.refusals.p99)} ms; ` +
			`${count(got.unsent)} requests found no free connection; memory ${count(before)} MiB before, ${count(most)} at most, ${count(after)} after`,
	);
	await tell({ do: 'release', name });
}

async function profile(folder) {
	for (const plan of SIZES.slice(0, 2)) {
		const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=size-${plan.size}.cpuprofile`];
		const name = `profiled-${plan.size}`;
		const { child } = await startOurs(name, flags);
		const records = plan.size === 1 ? 200_000 : 1_200_000;
		const result = await tell({ do: 'closed', name, ...plan, records });
		await tell({ do: 'release', name });
		await stopChild(child);
		console.log(`${plan.size} a request: ${count(result.records / result.seconds)} records/s while profiled`);
	}
}

async function compare() {
	const bin = process.argv.includes('--no-postgres') ? undefined : findPostgres();
	const [model] = cpus();
	console.log(
		`${availableParallelism()} cores (${model?.model}), ${count(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}; ` +
			`client and servers share them; load of the machine before: ${loadavg()[0]?.toFixed(1)}. PostgreSQL: ${bin ?? 'not measured (missing or left out)'}`,
	);
	const ours = await startOurs('ours');
	const echo = await startEcho();
	const coalesced = bin === undefined ? [] : [await startOpponent('pg, coalesced', 4, 256)];
	const single = bin === undefined ? [] : [await startOpponent('pg', 16, 1)];
	const rates = {};
	for (const plan of SIZES) {
		const targets = [ours, echo, ...coalesced, ...(plan.size === 1 ? single : [])];
		rates[plan.size] = await rounds(plan, targets);
	}
	console.log('\nat half of its own full load:');
	for (const plan of SIZES) {
		await half({ ...plan, connections: plan.connections * 2, lanes: plan.lanes * 2 }, ours, rates[plan.size].ours);
		for (const target of coalesced)
			await half({ ...plan, connections: plan.connections * 2, lanes: plan.lanes * 2 }, target, rates[plan.size].best);
	}
	console.log('\nat twice the load it can take:');
	for (const plan of SIZES.slice(0, 2))
		for (let flood = 0; flood < FLOODS; flood++) await twice(plan, ours, rates[plan.size].most);
	await Promise.all([ours, echo, ...coalesced, ...single].map(({ child }) => stopChild(child)));
	const costs = (size) => Object.entries(rates[size].costs).map(([name, cost]) => `${name} ${cost.toFixed(1)}`);
	console.log('\nprocessor a record, µs, which neighbours on the machine change least:');
	for (const { size } of SIZES) console.log(`${String(size).padStart(17)}   ${costs(size).join(', ')}`);
	console.log('\nrecords a request   a/b (best)   a/c   a/d (same syncs)   a/d (a sync per request)   aims');
	const aims = { 1: 'a/b above 1, a/c 0.7', 100: 'a/b 20', 1000: 'a/d 0.5' };
	for (const [size, { ours: a, best, echo: c, append, bodies }] of Object.entries(rates)) {
		console.log(
			`${size.padStart(17)}   ${ratio(a, best).padStart(10)}  ${ratio(a, c).padStart(4)}   ${ratio(a, append).padStart(16)}   ${ratio(a, bodies).padStart(24)}   ${aims[size]}`,
		);
	}
}

try {
	const folder = word('profile');
	await (folder === undefined ? compare() : profile(folder));
} finally {
	await stopChild(load);
}
process.exit();

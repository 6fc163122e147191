/**
 * The load, in a process of its own: the mixed load as bytes of whole requests, made before the clock starts. Records
 * of one store keep their order: stores are dealt into lanes, and a lane has one request on its way at a time.
 */
import { wireLoad } from '../postgres/wire.mjs';
import { Connection } from './connection.mjs';

const STORES = 2000;
const ITEMS = 20;
const targets = new Map();

const storeOf = (record) => record.store_id ?? record.order_line_id.slice(0, record.order_line_id.indexOf('-order-'));

function request(texts, size) {
	const body = Buffer.from(size === 1 ? texts[0] : `${texts.join('\n')}\n`, 'latin1');
	const type = size === 1 ? 'application/json' : 'application/x-ndjson';
	const head = `POST /v1/records HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
	return { bytes: Buffer.concat([Buffer.from(head, 'latin1'), body]), records: texts.length, body: body.length };
}

/** The next records of a target's history as requests, in the order in which they are full. */
function nextRequests({ history }, { records, size, lanes }) {
	const requests = [];
	const open = Array.from({ length: lanes }, () => []);
	const add = (lane) => requests.push({ lane, ...request(open[lane].splice(0), size) });
	for (let n = 0; n < records; n++) {
		const record = history.next().value;
		const lane = Number(storeOf(record).slice('store-'.length)) % lanes;
		open[lane].push(JSON.stringify(record));
		if (open[lane].length === size) add(lane);
	}
	const full = requests.length;
	for (let lane = 0; lane < lanes; lane++) if (open[lane].length > 0) add(lane);
	return { requests, full };
}

async function connections(target, count) {
	while (target.connections.length < count) target.connections.push(await Connection.open(target.port));
	while (target.connections.length > count) target.connections.pop().close();
	return target.connections;
}

const quantile = (sorted, share) =>
	sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
function latencies(list) {
	const sorted = Float64Array.from(list).sort();
	return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), p999: quantile(sorted, 0.999), n: sorted.length };
}

/**
 * Sends requests as fast as they are answered. The clock stops when a connection finds nothing more to do; what is
 * left is sent off the clock. With `seconds`, requests are sent over and over for so long (to an echo).
 */
async function closedLoop(target, plan) {
	const { requests, full } = nextRequests(target, plan);
	const open = await connections(target, plan.connections);
	const waiting = Array.from({ length: plan.lanes }, () => []);
	const ready = [];
	const tally = { records: 0, asked: 0, bytes: 0, errors: 0 };
	const taken = [];
	let stop = 0;
	const start = performance.now();
	await new Promise((resolve, reject) => {
		let busy = 0;
		let next = 0;
		const following = () => {
			if (plan.seconds === undefined) return ready.shift();
			if (performance.now() - start > plan.seconds * 1000) return undefined;
			return requests[next++ % full];
		};
		const send = (connection) => {
			const one = following();
			if (one === undefined) {
				stop ||= performance.now();
				if (busy === 0) resolve();
				return;
			}
			busy++;
			const asked = performance.now();
			connection.ask(one.bytes, (status, bytes, errors) => {
				busy--;
				if (status !== 200) return reject(new Error(`status ${status}`));
				const now = performance.now();
				if (stop === 0) {
					taken.push(now - asked);
					tally.records += one.records;
					tally.asked += one.body;
					tally.bytes += bytes;
				}
				tally.errors += errors;
				if (plan.seconds === undefined) {
					const follower = waiting[one.lane].shift();
					if (follower === undefined) waiting[one.lane].isBusy = false;
					else ready.push(follower);
				}
				send(connection);
			});
		};
		if (plan.seconds === undefined) {
			for (const one of requests) waiting[one.lane].push(one);
			for (const lane of waiting) if (lane.length > 0) ready.push(lane.shift());
		}
		for (const connection of open) send(connection);
	});
	return { ...tally, seconds: ((stop || performance.now()) - start) / 1000, ...latencies(taken) };
}

/**
 * Sends requests at a rate, whether they are answered or not. Latency counts from when a request was due, to the
 * millisecond, so waiting for a free connection counts. In `orderly` load lanes keep their order; without, whatever is
 * due is sent at once, and what is refused is not sent again.
 */
async function openLoop(target, plan) {
	const { requests, full } = nextRequests(target, plan);
	const free = [...(await connections(target, plan.connections))];
	const due = [];
	const tally = { offered: 0, records: 0, errors: 0, refused: 0, broken: 0 };
	const lanes = new Map();
	const taken = [];
	const refusals = [];
	let busy = 0;
	const queue = requests.slice(0, full);
	let next = 0;
	const start = performance.now();
	const ask = (one, at) => {
		const connection = free.pop();
		busy++;
		connection.ask(one.bytes, (status, _, errors) => {
			busy--;
			const took = performance.now() - at;
			if (status === 0) tally.broken++;
			else free.push(connection);
			if (status === 200) {
				taken.push(took);
				tally.records += one.records;
			} else {
				refusals.push(took);
				tally.refused += one.records;
			}
			tally.errors += errors;
			const followers = lanes.get(one.lane);
			if (followers?.length > 0) due.unshift(followers.shift());
			else lanes.delete(one.lane);
			pump();
		});
	};
	const pump = () => {
		while (free.length > 0 && due.length > 0) {
			const [one, at] = due.shift();
			ask(one, at);
		}
	};
	const offer = (one, at) => {
		tally.offered += one.records;
		const followers = plan.orderly ? lanes.get(one.lane) : undefined;
		if (followers !== undefined) return followers.push([one, at]);
		if (plan.orderly) lanes.set(one.lane, []);
		due.push([one, at]);
	};
	await new Promise((resolve) => {
		const timer = setInterval(() => {
			const now = performance.now();
			while (next < queue.length) {
				const at = start + Math.ceil((next * plan.size * 1000) / plan.rate);
				if (at > now) break;
				offer(queue[next++], at);
			}
			pump();
			if (next < queue.length) return;
			clearInterval(timer);
			resolve();
		}, 1);
	});
	const offeredFor = (performance.now() - start) / 1000;
	const unsent = due.length;
	const answeredThen = tally.records;
	const isBusy = () => busy > 0 || due.length > 0;
	while (isBusy()) await new Promise((resolve) => setTimeout(resolve, 10));
	// Records that did not fill a request.
	for (const one of requests.slice(full)) await new Promise((resolve) => free.at(-1).ask(one.bytes, resolve));
	const seconds = { offeredFor, unsent, answeredThen };
	return { ...tally, ...seconds, ...latencies(taken), refusals: latencies(refusals) };
}

const DO = {
	async open({ name, port, isEcho }) {
		const history = wireLoad({ count: 1e9, stores: STORES, items: ITEMS });
		const target = { port, history, connections: [] };
		targets.set(name, target);
		const plan = { records: STORES * (ITEMS + 1), size: 1000, lanes: 1, connections: 1 };
		if (isEcho) return nextRequests(target, plan).full;
		return await closedLoop(target, plan);
	},
	closed: (plan) => closedLoop(targets.get(plan.name), plan),
	paced: (plan) => openLoop(targets.get(plan.name), plan),
	release: async ({ name }) => (await connections(targets.get(name), 0)).length,
};

process.on('message', async (message) => {
	try {
		process.send({ answer: await DO[message.do](message) });
	} catch (error) {
		process.send({ failed: error.stack });
	}
});

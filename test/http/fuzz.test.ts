/**
 * Hostile requests by the ten thousand: each is refused or answered, nothing crashes and nothing grows. `SURETY_RUNS=50`
 * makes them a million; `SURETY_SEED` repeats a run.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { progress, total } from '../torture/told.js';
import { Hostility, dice } from './hostile.js';
import { lines, parsed, type Serving, serve, TRADE, TRADE_VERDICTS } from './serving.js';

const RUNS = Number(process.env['SURETY_RUNS'] ?? 1);
const SEED = Number(process.env['SURETY_SEED'] ?? 20240301);
const COUNT = 20_000 * RUNS;
const CLIENTS = 8;
const PIPELINED = 10;

let serving: Serving;
let bearer: string;
const rate = { perSecond: 1e9, burst: 1e9, most: 100 };

beforeAll(async () => {
	serving = await serve({ limits: { perKey: rate, perAddress: rate, headersMs: 400, idleMs: 1200 } });
	bearer = await serving.key({ role: 'admin' });
});
afterAll(() => serving.stop());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heap = (): number => {
	collect();
	return process.memoryUsage().heapUsed;
};

async function isWell(): Promise<void> {
	expect(serving.service.ready).toBe(true);
	const said = await serving.ask('POST', '/v1/records', lines(TRADE), {
		headers: { 'content-type': 'application/x-ndjson' },
	});
	expect(parsed(said.text).map(({ verdict }) => verdict)).toEqual(TRADE_VERDICTS);
}

test('bodies: only refusals and honest answers', async () => {
	await isWell();
	const hostility = new Hostility(SEED);
	const statuses = new Map<number, number>();
	let [sent, warm] = [0, 0];
	const assault = async (): Promise<void> => {
		const client = new Client(serving.url, { pipelining: PIPELINED });
		const one = async (): Promise<void> => {
			while (sent < COUNT) {
				const number = sent++;
				const { method, path, type, body } = hostility.next();
				const headers = { authorization: `Bearer ${bearer}`, 'content-type': type };
				const said = await client.request({ method, path, headers, body: body ?? null, idempotent: true });
				const text = await said.body.text();
				statuses.set(said.statusCode, (statuses.get(said.statusCode) ?? 0) + 1);
				const isFine =
					(said.statusCode >= 200 && said.statusCode < 300) || (said.statusCode >= 400 && said.statusCode < 500);
				const isUnused = said.statusCode === 501;
				if (!isFine && !isUnused)
					throw new Error(`seed ${SEED}, ${number}: ${method} ${path} ${type}: ${said.statusCode} ${text}`);
				for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
				progress(number, COUNT, Object.fromEntries(statuses));
				if (number === COUNT / 4) warm = heap();
			}
		};
		await Promise.all(Array.from({ length: PIPELINED }, one));
		await client.close();
	};
	await Promise.all(Array.from({ length: CLIENTS }, assault));
	const grown = heap() - warm;
	total({ bodies: COUNT, statuses: Object.fromEntries(statuses), grown });
	expect(grown).toBeLessThan(24e6);
	expect([...statuses.keys()]).toContain(200);
	expect(statuses.get(400)).toBeGreaterThan(COUNT / 20);
	await isWell();
});

const open = async (): Promise<Socket> => {
	const socket = connect(serving.port, '127.0.0.1');
	socket.on('error', () => undefined);
	await once(socket, 'connect');
	return socket;
};

/** All that is said until the end; never more than the end of the connection is waited for. */
async function heard(socket: Socket): Promise<string> {
	let text = '';
	socket.on('data', (chunk) => (text += String(chunk)));
	if (!socket.closed) await once(socket, 'close');
	return text;
}

const HEAD = 'POST /v1/records HTTP/1.1\r\nhost: x\r\n';
const WITH_KEY = (): string => `${HEAD}authorization: Bearer ${bearer}\r\ncontent-type: application/x-ndjson\r\n`;

test.each<[string, () => string, RegExp]>([
	['headers too large', () => `${HEAD}x: ${'a'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1.1 431 [^]*headers_too_large/],
	['too many headers', () => `${HEAD}${'x: y\r\n'.repeat(20_000)}\r\n`, /^HTTP\/1.1 431/],
	['no HTTP', () => '\u0016\u0003\u0001\r\n\r\n', /^HTTP\/1.1 400 [^]*bad_request/],
	['two lengths', () => `${WITH_KEY()}content-length: 3\r\ncontent-length: 5\r\n\r\nabc`, /^HTTP\/1.1 400/],
	[
		'length and chunks',
		() => `${WITH_KEY()}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
		/^HTTP\/1.1 400/,
	],
	['a bad chunk', () => `${WITH_KEY()}transfer-encoding: chunked\r\n\r\nzz\r\n`, /^(HTTP\/1.1 400|$)/],
	['a newline in a header', () => `${HEAD}x: a\nb\r\n\r\n`, /^HTTP\/1.1 400/],
	['headers that stop', () => `${HEAD}authorization: Bea`, /^HTTP\/1.1 408 [^]*request_timeout/],
	['a body that stops', () => `${WITH_KEY()}content-length: 100\r\n\r\n{"type"`, /^HTTP\/1.1 408 [^]*request_timeout/],
	['a stream that stops', () => `${WITH_KEY()}transfer-encoding: chunked\r\n\r\n7\r\n{"type"\r\n`, /^(HTTP\/1.1 4|$)/],
	['no key and an endless body', () => `${HEAD}content-length: 99999999\r\n\r\nabc`, /^HTTP\/1.1 401/],
])('%s', async (_, text, expected) => {
	const socket = await open();
	socket.write(text());
	expect(await heard(socket)).toMatch(expected);
	await isWell();
});

test('half requests and connections that break off leave nothing behind', async () => {
	const roll = dice(SEED);
	const whole = `${WITH_KEY()}content-length: ${lines(TRADE).length}\r\n\r\n${lines(TRADE)}`;
	const before = heap();
	for (let i = 0; i < 500 * RUNS; i++) {
		const sockets = await Promise.all(Array.from({ length: 4 }, open));
		for (const socket of sockets) {
			socket.resume(); // what is not read keeps the client's own end open
			socket.write(whole.slice(0, Math.floor(roll() * whole.length)));
			const how = roll();
			if (how < 0.5) socket.end();
			else if (how < 0.75) socket.resetAndDestroy();
			else setImmediate(() => socket.destroy());
		}
	}
	total({ connections: 2000 * RUNS });
	await expect.poll(connections).toBeLessThanOrEqual(4);
	expect(heap() - before).toBeLessThan(24e6);
	await isWell();
});

test('slow clients: a letter at a time is served, a hundred of them do not hold up the others', async () => {
	const whole = `${WITH_KEY()}content-length: ${lines(TRADE).length}\r\nconnection: close\r\n\r\n${lines(TRADE)}`;
	const slow = Array.from({ length: 100 }, async () => {
		const socket = await open();
		const said = heard(socket);
		for (let i = 0; i < whole.length; i += 40) {
			socket.write(whole.slice(i, i + 40));
			await pause(5);
		}
		return said;
	});
	await isWell();
	for (const said of await Promise.all(slow)) expect(said).toMatch(/^HTTP\/1.1 200/);
});

const connections = (): Promise<number> =>
	new Promise((resolve, reject) =>
		serving.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
	);

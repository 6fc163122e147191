/** Streams both ways: length without memory, slow readers, interactive clients, clients that leave, failures half-way. */
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { SuretyError } from '../../src/core/words/error.js';
import { Verification } from '../../src/door/index.js';
import { memoryLog } from '../../src/log/memory-log.js';
import type { Log, Position } from '../../src/log/port.js';
import { day, lines, parsed, type Serving, serve, TRADE, TRADE_VERDICTS, type Wire } from './serving.js';

const servings: Serving[] = [];
afterAll(() => Promise.all(servings.map((serving) => serving.stop())));
async function fresh(more: Parameters<typeof serve>[0] = {}): Promise<Serving> {
	const serving = await serve({ open: true, ...more });
	servings.push(serving);
	return serving;
}

function open(
	{ port }: Serving,
	type = 'application/x-ndjson',
): { send: ClientRequest; said: Promise<IncomingMessage> } {
	const options = { host: '127.0.0.1', port, method: 'POST', path: '/v1/records', headers: { 'content-type': type } };
	const send = httpRequest(options);
	const said = once(send, 'response').then(([response]) => response as IncomingMessage);
	said.catch(() => undefined);
	return { send, said };
}

const write = async (send: ClientRequest, text: string): Promise<void> => {
	if (!send.write(text)) await once(send, 'drain');
};

const quote = (i: number): string =>
	`${JSON.stringify({ type: 'deposit.received', id: `d${i}`, at: day(5), store_id: 'S', amount: '0.01' })}\n`;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heap = (): number => {
	collect();
	return process.memoryUsage().heapUsed;
};

const withAppend = (log: Log, append: Log['append']): Log => ({
	...log,
	get head() {
		return log.head;
	},
	append,
});
/** A log that keeps nothing, so that what grows is not the log. */
function forgetful(log: Log): Log {
	let number = 0;
	return withAppend(log, (payload) => {
		number++;
		return Promise.resolve({ number, position: number as Position, chain: log.head.chain, payload });
	});
}
const slowly = (log: Log): Log => withAppend(log, (payload) => pause(3).then(() => log.append(payload)));

test('200,000 lines are answered in order while they come, with flat memory', async () => {
	const serving = await fresh({ options: { log: forgetful(memoryLog()) } });
	await serving.ask('POST', '/v1/records', TRADE);
	const { send, said } = open(serving);
	const COUNT = 200_000;
	const STEP = 1000;
	const sending = (async () => {
		for (let i = 0; i < COUNT; i += STEP) {
			await write(send, Array.from({ length: STEP }, (_, k) => quote(i + k)).join(''));
		}
		send.end();
	})();
	let [count, rest, deepest, early] = [0, '', 0, 0];
	for await (const chunk of await said) {
		const texts = (rest + String(chunk)).split('\n');
		rest = texts.pop() ?? '';
		for (const text of texts) {
			if (!text.startsWith(`{"id":"d${count}",`)) throw new Error(`${count} was answered with ${text}`);
			if (++count === COUNT / 4) early = heap();
		}
		deepest = Math.max(deepest, serving.service.backlog);
	}
	await sending;
	expect(count).toBe(COUNT);
	// What is in flight is all that stands in memory: so many slices, whatever the length.
	expect(deepest).toBeLessThanOrEqual(4000);
	expect(heap() - early).toBeLessThan(16e6);
});

test('an answer comes as soon as its line is durable, though the request goes on', async () => {
	const serving = await fresh();
	const { send, said } = open(serving);
	send.write(lines([TRADE[0]]));
	const answers = (await said)[Symbol.asyncIterator]();
	expect(parsed(String((await answers.next()).value))).toMatchObject([{ id: 'r1' }]);
	send.write(lines([TRADE[1]]).slice(0, 20));
	send.write(lines([TRADE[1]]).slice(20));
	expect(parsed(String((await answers.next()).value))).toMatchObject([{ id: 'r2', verdict: 'approve' }]);
	send.end();
	expect((await answers.next()).done).toBe(true);
});

test('who does not read the answers is not read from either', async () => {
	const serving = await fresh();
	await serving.ask('POST', '/v1/records', TRADE);
	const { send, said } = open(serving);
	let sent = 0;
	let isStuck = false;
	const COUNT = 100_000;
	const sending = (async () => {
		for (; sent < COUNT; sent += 1000) {
			const drained = write(send, Array.from({ length: 1000 }, (_, k) => quote(sent + k)).join(''));
			await Promise.race([drained, pause(2000).then(() => (isStuck = true))]);
			await drained;
		}
		send.end();
	})();
	const answers = await said;
	// The response is not read: the sender comes to a stop with most of it unsent.
	await expect.poll(() => isStuck, { timeout: 60_000 }).toBe(true);
	const taken = serving.service.desk.core.seq;
	expect(taken).toBeLessThan(COUNT / 2);
	let count = 0;
	for await (const chunk of answers) count += String(chunk).split('\n').length - 1;
	await sending;
	expect(count).toBe(COUNT);
});

test('a client that leaves half-way stops being served, and the service goes on', async () => {
	const serving = await fresh();
	await serving.ask('POST', '/v1/records', TRADE);
	const { send, said } = open(serving);
	send.on('error', () => undefined);
	send.write(Array.from({ length: 5000 }, (_, i) => quote(i)).join(''));
	const response = await said;
	response.on('error', () => undefined);
	send.destroy();
	await expect.poll(() => serving.service.backlog).toBe(0);
	const again = await serving.ask('POST', '/v1/records', [TRADE[0]]);
	expect(again.status).toBe(200);
	await expect.poll(() => connections(serving)).toBeLessThanOrEqual(2);
});

const connections = ({ app }: Serving): Promise<number> =>
	new Promise((resolve, reject) =>
		app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
	);

test('a JSON array may be as long; a line that is too long is skipped', async () => {
	const serving = await fresh({ limits: { bodyBytes: 10_000, lineBytes: 1000 } });
	await serving.ask('POST', '/v1/records', TRADE);
	const { send, said } = open(serving, 'application/json');
	send.write(' [');
	for (let i = 0; i < 5000; i++) await write(send, (i === 0 ? '' : ',\n') + quote(i));
	await write(send, `,{"type":"${'x'.repeat(2000)}"}, {"a":}, ${quote(5000)}`);
	send.end(' ] ');
	let text = '';
	for await (const chunk of await said) text += String(chunk);
	const answers = JSON.parse(text) as Wire[];
	expect(answers).toHaveLength(5003);
	expect(answers[4999]).toMatchObject({ id: 'd4999', verdict: 'recorded' });
	expect(answers[5000]).toMatchObject({ error: { code: 'line_too_long' } });
	expect(answers[5001]).toMatchObject({ error: { code: 'bad_json' } });
	expect(answers[5002]).toMatchObject({ id: 'd5000', verdict: 'recorded' });
	const long = `{"type":"${'x'.repeat(20_000)}"}\n${quote(6000)}`;
	const said2 = await serving.ask('POST', '/v1/records', long, { headers: { 'content-type': 'application/x-ndjson' } });
	expect(parsed(said2.text)).toMatchObject([{ error: { code: 'line_too_long' } }, { id: 'd6000' }]);
});

test('what follows a store in a stream waits while a registry is asked about it', async () => {
	let answered = false;
	const verify = async (): Promise<Record<string, never>> => {
		await pause(50);
		answered = true;
		return {};
	};
	const verification = new Verification({ verifier: { verify } });
	const serving = await fresh({ options: { verification }, limits: { slice: 1, bodyBytes: 100 } });
	const papers = { ...TRADE[0], licence_no: 'L-1' };
	const { text } = await serving.ask('POST', '/v1/records', lines([papers, ...TRADE.slice(1)]), {
		headers: { 'content-type': 'application/x-ndjson' },
	});
	expect(answered).toBe(true);
	expect(parsed(text).map(({ verdict }) => verdict)).toEqual(TRADE_VERDICTS);
});

test('a busy service is waited for in the middle of a stream', async () => {
	const serving = await fresh({ options: { mostWaiting: 1500, log: slowly(memoryLog()) } });
	await serving.ask('POST', '/v1/records', TRADE);
	const body = Array.from({ length: 20_000 }, (_, i) => quote(i)).join('');
	const said = await serving.ask('POST', '/v1/records', body, { headers: { 'content-type': 'application/x-ndjson' } });
	const answers = parsed(said.text);
	expect(answers).toHaveLength(20_000);
	expect(answers.every(({ verdict }, i) => verdict === 'recorded' && answers[i]?.['id'] === `d${i}`)).toBe(true);
	expect(serving.service.counts.refused).toBeGreaterThan(0);
});

test('a log that fails half-way: the records say so, and the answers end there', async () => {
	const real = memoryLog();
	let isBroken = false;
	const log = withAppend(real, (payload) =>
		isBroken ? Promise.reject(new SuretyError('log_unavailable', 'disk full')) : real.append(payload),
	);
	let time = 0;
	const serving = await fresh({ options: { log, now: () => (time += 2000) } });
	const { send, said } = open(serving);
	send.on('error', () => undefined);
	send.write(lines([TRADE[0]]));
	const response = await said;
	const answers = response[Symbol.asyncIterator]();
	expect(parsed(String((await answers.next()).value))).toMatchObject([{ id: 'r1', verdict: 'recorded' }]);
	isBroken = true;
	send.write(quote(1));
	expect(parsed(String((await answers.next()).value))).toMatchObject([{ error: { code: 'log_unavailable' } }]);
	expect((await answers.next()).done).toBe(true);
	const refused = await serving.ask('POST', '/v1/records', [TRADE[0]]);
	expect([refused.status, refused.json['code']]).toEqual([503, 'log_unavailable']);
	expect((await serving.ask('GET', '/readyz')).status).toBe(503);
	isBroken = false;
	await expect.poll(() => serving.service.ready).toBe(true);
	expect((await serving.ask('POST', '/v1/records', [TRADE[0]])).status).toBe(200);
});

/** Streams of records through connections that break: all answered once, in order, and nothing taken twice. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type ClientOptions, type SuretyRecord, SuretyClient } from '../../src/client/index.js';
import { Random } from '../../src/sim/random.js';
import { collect, cuttingProxy, deposits, OPENED, serve, serverOf } from './stand.js';

const client = (to: Pick<ClientOptions, 'url' | 'key'>, more: Partial<ClientOptions> = {}): SuretyClient =>
	new SuretyClient({ ...to, backoffMs: 1, ...more });

async function* slowly<T>(items: Iterable<T>, every: number): AsyncGenerator<T> {
	let n = 0;
	for (const item of items) {
		if (n++ % every === 0) await wait(1);
		yield item;
	}
}

describe.each([true, false])('as one long request: %s', (duplex) => {
	test('answers come in the order of the records; a sick one does not stop the rest', async () => {
		const to = await serve();
		const sick = { type: 'deposit.received', id: 'sick', at: 'yesterday', store_id: 'S', amount: 1 } as const;
		const records = [OPENED, ...deposits(2500), sick, ...deposits(1, () => 'last')];
		const answers = await collect(client(to, { duplex }).records(records));
		expect(answers.map(({ id }) => id)).toEqual(records.map(({ id }) => id));
		expect(answers[2501]).toMatchObject({ error: { code: 'bad_field', field: 'at' } });
		expect(answers.at(-1)).toMatchObject({ verdict: 'recorded', seq: 2502 });
	});

	test('connections are cut anywhere: all is answered once and in order, and nothing counts twice', async () => {
		const dice = new Random(7, String(duplex));
		let [records, cuts] = [0, 0];
		for (let run = 0; run < 12; run++) {
			const { service, url, key } = await serve();
			const proxy = await cuttingProxy(url, (n) => (n > 15 ? undefined : 1 + dice.below(500_000)));
			const count = 3000;
			const source = run % 2 === 0 ? deposits(count) : slowly(deposits(count), 400);
			await service.submit([OPENED], 'test');
			const answers = await collect(client({ url: proxy.url, key }, { duplex, retries: 20 }).records(source));
			expect(answers.map(({ id }) => id)).toEqual([...deposits(count)].map(({ id }) => id));
			expect(answers.map((answer) => ('seq' in answer ? answer.seq : 0))).toEqual(answers.map((_, n) => n + 2));
			expect(service.counts.records).toBe(count + 1);
			records += count;
			cuts += proxy.cuts;
		}
		expect(cuts).toBeGreaterThan(20);
		console.log(`${records} records through ${cuts} cuts`);
	});

	test('records without ids get theirs once, however often they are sent', async () => {
		const { service, url, key } = await serve();
		const proxy = await cuttingProxy(url, (n) => (n < 4 ? 5000 * n : undefined));
		const bare = Array.from(
			{ length: 1500 },
			(): SuretyRecord => ({
				type: 'deposit.received',
				store_id: 'S',
				amount: '1.00',
			}),
		);
		await service.submit([OPENED], 'test');
		const answers = await collect(client({ url: proxy.url, key }, { duplex }).records(bare));
		expect(new Set(answers.map(({ id }) => id)).size).toBe(1500);
		expect(service.counts.records).toBe(1501);
		expect(proxy.cuts).toBe(3);
	});

	test('a source that waits for answers gets them: nothing is held back for company', async () => {
		const to = await serve();
		let seen = 0;
		async function* oneByOne(): AsyncGenerator<SuretyRecord> {
			yield OPENED;
			for (const record of deposits(20)) {
				const due = seen;
				await expect.poll(() => seen, { interval: 1 }).toBeGreaterThan(due - 1);
				yield record;
			}
		}
		for await (const _ of client(to, { duplex }).records(oneByOne())) seen++;
		expect(seen).toBe(21);
	});

	test('who does not take answers is not asked for ever more records', async () => {
		const to = await serve();
		let asked = 0;
		let isClosed = false;
		function* endless(): Generator<SuretyRecord> {
			try {
				for (;;) {
					asked++;
					yield { type: 'time.passed', at: '2024-03-01T10:00:00Z' };
				}
			} finally {
				isClosed = true;
			}
		}
		const answers = client(to, { duplex }).records(endless());
		await answers.next();
		let before = -1;
		while (before !== asked) {
			before = asked;
			await wait(100);
		}
		expect(asked).toBeLessThan(50_000);
		await answers.return();
		await expect.poll(() => isClosed).toBe(true);
	});

	test('a failing source fails the stream with its own error', async () => {
		const to = await serve();
		async function* broken(): AsyncGenerator<SuretyRecord> {
			yield OPENED;
			await wait(5);
			throw new Error('the table ends here');
		}
		await expect(collect(client(to, { duplex }).records(broken()))).rejects.toThrow('the table ends here');
	});

	test('an aborted signal ends it, also while nobody answers', async () => {
		const url = await serverOf(() => undefined);
		const signal = AbortSignal.timeout(50);
		await expect(collect(client({ url }, { duplex }).records(deposits(3), { signal }))).rejects.toMatchObject({
			name: 'TimeoutError',
		});
	});

	test('a refusal is thrown with its problem and not repeated', async () => {
		const { url } = await serve();
		let requests = 0;
		const counted: typeof fetch = (input, init) => {
			requests++;
			return fetch(input, init);
		};
		const stranger = client({ url, key: 'wrong' }, { duplex, fetch: counted });
		await expect(collect(stranger.records(deposits(10)))).rejects.toMatchObject({
			name: 'SuretyApiError',
			status: 401,
			code: 'unauthorized',
		});
		expect(requests).toBe(1);
	});

	test('answers that were not decided are asked for again, and silence is broken', async () => {
		const { service, url, key } = await serve();
		await service.submit([OPENED], 'test');
		const silent = await serverOf(() => undefined);
		const busy = await serverOf((_, response) =>
			response.writeHead(200).end('{"error":{"code":"busy","message":"later"}}\n'),
		);
		const ways = [silent, busy];
		const elsewhere: typeof fetch = (input, init) =>
			fetch(String(input instanceof Request ? input.url : input).replace(url, ways.shift() ?? url), init);
		const answers = await collect(
			client({ url, key }, { duplex, timeoutMs: 200, fetch: elsewhere }).records(deposits(10)),
		);
		expect(answers).toHaveLength(10);
		expect(answers.every((answer) => 'seq' in answer)).toBe(true);
		expect(ways).toEqual([]);
	});
});

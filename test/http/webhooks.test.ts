/** Webhooks as their keeper handles them over HTTP, with a receiver that fails and is mended, and their figures. */
import { expect, test, onTestFinished } from 'vitest';
import { Metrics } from '../../src/http/metrics.js';
import { createServer } from '../../src/http/server.js';
import { claims, hooksOn, OPENING, receiver, serviceOn, status, verified } from '../effects/stand.js';

/** A server of a service with webhooks that give up at once; `ask` is one request, `figures` what /metrics says. */
async function stand() {
	const service = await serviceOn();
	const webhooks = await hooksOn(service, { retriesMs: [] });
	const metrics = new Metrics();
	metrics.webhooks(() => webhooks.metrics);
	const app = createServer({ service, webhooks, metrics, version: 'test' });
	onTestFinished(() => app.close());
	const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
		const said = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
		return {
			status: said.statusCode,
			json: (said.body === '' ? {} : JSON.parse(said.body)) as Record<string, unknown>,
		};
	};
	const figures = async () => {
		const { body } = await app.inject({ method: 'GET', url: '/metrics' });
		const lines = [...body.matchAll(/^surety_webhooks_(\w+) (\d+)$/gm)];
		return Object.fromEntries(lines.map(([, name, value]) => [name, Number(value)]));
	};
	const submit = (records: readonly object[]) => service.submit(records, 'test');
	return { ask, figures, submit };
}

test('changed, tested, and all it missed sent again once it is mended', async () => {
	const { ask, figures, submit } = await stand();
	const to = await receiver();
	to.answer = status(500);
	const { json: added } = await ask('POST', '/v1/webhooks', { url: to.url, events: ['store.flagged'] });
	const path = `/v1/webhooks/${String(added['id'])}`;
	const changed = await ask('PATCH', path, { events: ['advance.due'], description: 'pays' });
	expect(changed).toMatchObject({ status: 200, json: { events: ['advance.due'], description: 'pays', enabled: true } });
	expect(changed.json).not.toHaveProperty('secret');
	expect((await ask('POST', `${path}/test`)).json).toEqual({ ok: false, status: 500 });
	await submit([...OPENING, ...claims(1, 5)]);
	await expect.poll(async () => (await figures())['dead_letters'], { timeout: 10_000 }).toBe(5);
	const of = async (id: string) => (await ask('GET', `/v1/webhooks/dead-letters?webhook=${id}`)).json['items'];
	expect([await of(String(added['id'])), await of('ep_other')]).toMatchObject([{ length: 5 }, { length: 0 }]);
	to.answer = status(204);
	expect((await ask('POST', `${path}/test`)).json).toEqual({ ok: true, status: 204 });
	expect(await ask('POST', `${path}/replay`)).toEqual({ status: 202, json: { replayed: 5 } });
	await expect.poll(async () => (await figures())['delivered_total'], { timeout: 10_000 }).toBe(5);
	expect(await figures()).toEqual({
		delivered_total: 5,
		failed_total: 5,
		given_up_total: 5,
		waiting: 0,
		dead_letters: 0,
		behind_batches: 0,
	});
	for (const letter of to.got) verified(String(added['secret']), letter);
});

test('a secret that leaked signs no more, one that is replaced in order signs until its time is up', async () => {
	const { ask } = await stand();
	const to = await receiver();
	const { json: added } = await ask('POST', '/v1/webhooks', { url: to.url });
	const path = `/v1/webhooks/${String(added['id'])}`;
	const rotate = async (query = ''): Promise<string> =>
		String((await ask('POST', `${path}/secret${query}`)).json['secret']);
	const ping = async () => {
		await ask('POST', `${path}/test`);
		return to.got.at(-1)!;
	};
	const first = String(added['secret']);
	const second = await rotate();
	const both = await ping();
	for (const secret of [first, second]) verified(secret, both);
	const third = await rotate('?overlap_hours=0');
	const after = await ping();
	verified(third, after);
	expect(() => verified(second, after)).toThrow();
});

test('one that was switched off hears, once it is on again, what happened meanwhile', async () => {
	const { ask, submit } = await stand();
	const to = await receiver();
	const { json: added } = await ask('POST', '/v1/webhooks', { url: to.url, events: ['advance.due'] });
	const path = `/v1/webhooks/${String(added['id'])}`;
	expect((await ask('PATCH', path, { enabled: false })).json).toMatchObject({ enabled: false, disabled: 'by_hand' });
	await submit([...OPENING, ...claims(1, 3)]);
	expect(to.got).toEqual([]);
	expect((await ask('PATCH', path, { enabled: true })).json).toMatchObject({ enabled: true });
	await expect.poll(() => to.got.length, { timeout: 10_000 }).toBe(3);
});

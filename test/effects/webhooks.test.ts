/** Webhooks towards real receivers: what arrives, signed how, and who may be an endpoint at all. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import type { Webhooks } from '../../src/effects/index.js';
import { isPublic } from '../../src/effects/target.js';
import type { WebhookAdmin } from '../../src/http/parts.js';
import { claimOf, claims, hooksOn, newFolder, OPENING, receiver, serviceOn, status, verified } from './stand.js';

test('an event arrives as the convention wants it, and its signature verifies with the convention’s library', async () => {
	const service = await serviceOn();
	const hooks = await hooksOn(service);
	const to = await receiver();
	const { secret } = await hooks.add({ url: to.url });
	await service.submit([...OPENING, ...claims(1, 1)], 'test');
	await expect.poll(() => to.got.length).toBe(1);
	const [got] = to.got;
	expect(verified(secret, got!)).toEqual({
		type: 'advance.due',
		timestamp: '2024-03-03T10:00:00Z',
		data: { store_id: 'S', claim_id: 'C1', order_line_id: 'L1', amount: '10.00' },
	});
	expect(got!.headers['content-type']).toBe('application/json');
	expect(got!.id).toMatch(/^evt_[\w-]{27}$/);
	expect(() => verified(secret, { ...got!, body: `${got!.body} ` })).toThrow();
});

test('an endpoint hears of the types it asked for, from when it was added', async () => {
	const service = await serviceOn();
	const hooks = await hooksOn(service);
	const [all, some] = [await receiver(), await receiver()];
	await service.submit([...OPENING, ...claims(1, 3)], 'test');
	await hooks.add({ url: all.url });
	await hooks.add({ url: some.url, events: ['withdrawal.allowed'] });
	const withdrawal = { type: 'withdrawal.request', id: 'w', at: '2024-03-03T10:00:00Z', withdrawal_id: 'W' };
	const released = { type: 'order.released', at: '2024-03-03T10:00:00Z' };
	const freed = { ...released, id: 'r', order_line_id: 'L1' };
	await service.submit([...claims(4, 1), freed, { ...withdrawal, store_id: 'S', amount: '1' }], 'test');
	await expect.poll(() => [all.got.length, some.got.length]).toEqual([2, 1]);
	expect(all.got.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort()).toEqual([
		'advance.due',
		'withdrawal.allowed',
	]);
});

test('while a secret is rotated both sign; after the overlap only the new one', async () => {
	let ahead = 0;
	const service = await serviceOn();
	const hooks = await hooksOn(service, { now: () => Date.now() + ahead });
	const to = await receiver();
	const { id, secret: old } = await hooks.add({ url: to.url });
	const renewed = await hooks.rotateSecret(id, 60_000);
	await hooks.test(id);
	expect(verified(old, to.got[0]!)).toMatchObject({ type: 'ping', data: { endpoint_id: id } });
	expect(verified(renewed!.secret, to.got[0]!)).toMatchObject({ type: 'ping' });
	ahead = 61_000;
	await hooks.test(id);
	expect(verified(renewed!.secret, to.got[1]!)).toMatchObject({ type: 'ping' });
	expect(() => verified(old, to.got[1]!)).toThrow('No matching signature');
	const leaked = await hooks.rotateSecret(id, 0);
	await hooks.test(id);
	expect(verified(leaked!.secret, to.got[2]!)).toMatchObject({ type: 'ping' });
	expect(() => verified(renewed!.secret, to.got[2]!)).toThrow('No matching signature');
});

test('a redirect is a failure and nobody follows it', async () => {
	const service = await serviceOn();
	const hooks = await hooksOn(service);
	const [from, to] = [await receiver(), await receiver()];
	from.answer = status(307, { location: to.url });
	const { id } = await hooks.add({ url: from.url });
	expect(await hooks.test(id)).toEqual({ ok: false, status: 307 });
	const byFetch = await hooksOn(service, { fetch });
	const other = await byFetch.add({ url: from.url });
	expect(await byFetch.test(other.id)).toEqual({ ok: false, status: 307 });
	expect(to.got).toEqual([]);
});

test.each([
	'ftp://example.com/x',
	'file:///etc/passwd',
	'not a url',
	'http://user:secret@example.com/',
	'http://localhost/',
	'http://LOCALHOST./',
	'http://a.localhost:8420/',
	'http://127.0.0.1/',
	'http://127.1/',
	'http://2130706433/',
	'http://0x7f.0.0.1/',
	'http://0/',
	'http://10.1.2.3/',
	'http://172.31.0.1/',
	'http://192.168.1.1/',
	'http://169.254.169.254/latest/meta-data',
	'http://100.64.0.1/',
	'http://[::1]/',
	'http://[::]/',
	'http://[::ffff:127.0.0.1]/',
	'http://[64:ff9b::7f00:1]/',
	'http://[2002:7f00:1::]/',
	'http://[fd00::1]/',
	'http://[fe80::1]/',
])('%s is no endpoint', async (url) => {
	const hooks = await hooksOn(await serviceOn(), { allowPrivate: false });
	await expect(hooks.add({ url })).rejects.toMatchObject({ code: 'bad_field', field: 'url' });
	expect(await hooks.list()).toEqual([]);
});

test('public addresses are public', () => {
	expect(['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:4700::1111'].map(isPublic)).toEqual([true, true, true, true]);
	expect(['example.com', '', '1.2.3'].map(isPublic)).toEqual([false, false, false]);
});

test('a name is judged by what it leads to when connecting, and so is an endpoint allowed earlier', async () => {
	const service = await serviceOn();
	const dir = newFolder();
	const to = await receiver();
	const open = await hooksOn(service, { dir });
	const { id } = await open.add({ url: to.url });
	const named = await open.add({ url: to.url.replace('127.0.0.1', 'localhost') });
	await open.close();
	const guarded = await hooksOn(service, { dir, allowPrivate: false });
	expect(await guarded.test(id)).toMatchObject({ ok: false, error: 'not a public address' });
	expect(await guarded.test(named.id)).toMatchObject({ ok: false, error: 'not a public address' });
	expect(to.got).toEqual([]);
});

test('the file of endpoints is its owner’s alone, and secrets are not listed', async () => {
	const dir = newFolder();
	const hooks = await hooksOn(await serviceOn(), { dir });
	const { secret, id } = await hooks.add({ url: 'https://example.com/a', description: 'the till' });
	expect(statSync(join(dir, 'endpoints.json')).mode & 0o777).toBe(0o600);
	expect(readFileSync(join(dir, 'endpoints.json'), 'utf8')).toContain(secret);
	expect(JSON.stringify(await hooks.list())).not.toContain('whsec');
	expect(await hooks.update(id, { url: 'https://example.com/b', events: ['ring.found'], enabled: false })).toEqual({
		id,
		url: 'https://example.com/b',
		events: ['ring.found'],
		description: 'the till',
		enabled: false,
		disabled: 'by_hand',
	});
	expect(await hooks.remove(id)).toBe(true);
	expect(await hooks.remove(id)).toBe(false);
	expect(await hooks.update(id, { enabled: true })).toBeUndefined();
	expect(await hooks.rotateSecret(id)).toBeUndefined();
	expect(await hooks.test(id)).toBeUndefined();
	await expect(hooks.add({ url: 'https://example.com', secret: 'whsec_short' })).rejects.toMatchObject({
		field: 'secret',
	});
	await expect(hooks.add({ url: 'https://example.com', events: [] })).rejects.toMatchObject({ field: 'events' });
});

test('a thousand events in a few batches arrive once each', async () => {
	const service = await serviceOn();
	const hooks = await hooksOn(service);
	const to = await receiver();
	await hooks.add({ url: to.url });
	await service.submit(OPENING, 'test');
	for (let from = 0; from < 1000; from += 250) await service.submit(claims(from, 250), 'test');
	await expect.poll(() => to.got.length, { timeout: 60_000 }).toBe(1000);
	expect(new Set(to.got.map(claimOf)).size).toBe(1000);
	await expect.poll(() => hooks.metrics).toEqual({ sent: 1000, failed: 0, dead: 0, open: 0, lying: 0, behind: 0 });
});

test('the HTTP edge takes them as they are', () => {
	expectTypeOf<Webhooks>().toExtend<WebhookAdmin>();
});

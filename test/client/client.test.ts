/** Single calls: their types, what is repeated and how, and failures as they are thrown. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { expect, expectTypeOf, test } from 'vitest';
import {
	type FieldsOf,
	SuretyApiError,
	SuretyClient,
	type SuretyOutcome,
	type SuretyRecord,
	type WebhookBody,
} from '../../src/client/index.js';
import { sources } from '../spec/rules-of.js';
import { collect, serve, serverOf } from './stand.js';

async function bodyOf(request: IncomingMessage): Promise<string> {
	let body = '';
	for await (const chunk of request) body += String(chunk);
	return body;
}

const RECORDED = { id: 'x', seq: 1, type: 'store.closed', verdict: 'recorded', reasons: [], policy: 'p' };

test('types come from the tables of records: amounts as text or number, ids and times as text', () => {
	expectTypeOf<FieldsOf<'price.propose'>['price']>().toEqualTypeOf<string | number>();
	expectTypeOf<FieldsOf<'order.paid'>['quantity']>().toEqualTypeOf<number>();
	expectTypeOf<FieldsOf<'order.paid'>['store_id']>().toEqualTypeOf<string>();
	expectTypeOf<FieldsOf<'order.paid'>['ordered_at']>().toEqualTypeOf<string | undefined>();
	expectTypeOf<NonNullable<FieldsOf<'order.paid'>['parts']>['tax']>().toEqualTypeOf<string | number | undefined>();
	expectTypeOf<FieldsOf<'order.paid'>['traits']>().toEqualTypeOf<readonly string[] | undefined>();
	expectTypeOf<FieldsOf<'store.labelled'>['label']>().toEqualTypeOf<'abuse' | 'honest'>();
	expectTypeOf<SuretyOutcome['headroom']>().toEqualTypeOf<string | undefined>();
	expectTypeOf<SuretyOutcome['seq']>().toEqualTypeOf<number>();
	expectTypeOf<Extract<WebhookBody, { type: 'advance.due' }>['data']['amount']>().toEqualTypeOf<string>();
	// @ts-expect-error a store has an id
	const sick: SuretyRecord = { type: 'store.closed' };
	expect(sick).toEqual({ type: 'store.closed' });
});

test('a trade, call by call, and what can be read of it', async () => {
	const surety = new SuretyClient(await serve());
	const at = '2024-03-01T10:00:00+08:00';
	const opened = await surety.send({ type: 'store.opened', at, store_id: 'S/1', deposit: 100 });
	expect(opened).toMatchObject({ verdict: 'recorded' });
	const applied = await surety.apply({ at, id: 'apply', store_id: 'T', deposit: '5000', phone: '13800000000' });
	expect(applied.deposit_required).toMatch(/^\d+\.\d\d$/);
	const item = { at, store_id: 'S/1', sku_id: 'K' };
	expect(await surety.propose({ ...item, price: '1000' })).toMatchObject({ verdict: 'approve' });
	expect(await surety.quote(item)).toHaveProperty('verdict');
	const line = { ...item, order_line_id: 'L', buyer_id: 'B', quantity: 1, protect_days: 7 };
	expect(await surety.pay({ ...line, unit_price: 1000 })).toMatchObject({ verdict: 'recorded' });
	expect(await surety.claim({ at, claim_id: 'C', order_line_id: 'L' })).toMatchObject({ verdict: 'refuse' });
	await surety.send({ type: 'order.released', at, order_line_id: 'L' });
	expect(await surety.withdraw({ at, store_id: 'S/1', withdrawal_id: 'W', amount: 1000 })).toHaveProperty('headroom');
	const cut = await surety.propose({ ...item, id: 'cut', price: 100.5 });
	expect(cut).toMatchObject({ id: 'cut', verdict: 'hold', triggered: '899.50' });
	await expect(surety.claim({ at, claim_id: 'D', order_line_id: 'unknown' })).rejects.toMatchObject({
		name: 'SuretyApiError',
		code: 'unknown_order_line',
		field: 'order_line_id',
	});

	expect(await surety.decision('cut')).toMatchObject({ state: 'waiting', verdict: 'hold' });
	await expect(surety.decision('none')).rejects.toMatchObject({ status: 404, code: 'not_found' });
	expect(await surety.store('S/1')).toMatchObject({ store_id: 'S/1', open_guarantees: { count: 1 } });
	const stores = await collect(surety.stores());
	expect(stores[0]).toMatchObject({ store_id: 'S/1' });
	// Sold, received, emptied and cut within a moment.
	expect((await collect(surety.stores({ flagged: true }))).map((store) => store.store_id)).toEqual(['S/1']);
	expect(await collect(surety.rings())).toEqual([]);
	expect(await collect(surety.policies())).toMatchObject([{ state: 'live', share_percent: 100 }]);
	const [live] = await collect(surety.policies());
	expect(await surety.policy(String(live?.policy))).toMatchObject({ differences: [], backtest: null });
	expect(await surety.shadow()).toBeNull();
	await expect(surety.ring('none')).rejects.toMatchObject({ status: 404 });
	expect(await surety.exposure()).toMatchObject({ currency: 'CNY', open_guarantees: 1, waiting: { price: 1 } });
	const statement = await surety.statement('S/1', { lang: 'zh' });
	expect(statement).toMatchObject({ language: 'zh', waiting: [{}], guarantees: { items: [{}], next: null } });
	const waiting = await collect(surety.queue());
	expect(waiting.length).toBe(applied.verdict === 'hold' ? 1 : 0);
});

test('what may pass is asked again with the same id and time, after the wait that was asked for', async () => {
	const bodies: string[] = [];
	const times: number[] = [];
	const url = await serverOf(async (request, response) => {
		bodies.push(await bodyOf(request));
		times.push(performance.now());
		switch (bodies.length) {
			case 1:
				return response.writeHead(503, { 'retry-after': '1' }).end('{"code":"busy"}');
			case 2:
				return response.writeHead(429).end();
			case 3:
				return response.destroy();
			case 4:
				return response.end(JSON.stringify([{ id: 'x', error: { code: 'log_unavailable', message: 'disk' } }]));
			case 5:
				response.writeHead(200, { 'content-length': '500' }).write('[{');
				return response.destroy();
			default:
				return response.end(JSON.stringify([RECORDED]));
		}
	});
	const surety = new SuretyClient({ url, backoffMs: 1 });
	expect(await surety.send({ type: 'store.closed', store_id: 'S' })).toEqual(RECORDED);
	expect(bodies).toHaveLength(6);
	expect(new Set(bodies).size).toBe(1);
	expect(JSON.parse(bodies[0]!)).toEqual([
		{ type: 'store.closed', store_id: 'S', id: expect.stringMatching(/^[0-9a-f-]{36}$/), at: expect.any(String) },
	]);
	expect(times[1]! - times[0]!).toBeGreaterThan(990);
});

test('patience ends, and says why', async () => {
	let requests = 0;
	const url = await serverOf((_, response) => {
		requests++;
		response.writeHead(503, { 'content-type': 'application/problem+json' });
		response.end(JSON.stringify({ title: 'Busy', status: 503, detail: 'too many wait', code: 'busy' }));
	});
	const failing = new SuretyClient({ url, retries: 2, backoffMs: 1 }).exposure();
	await expect(failing).rejects.toBeInstanceOf(SuretyApiError);
	await expect(failing).rejects.toMatchObject({ status: 503, code: 'busy', message: 'too many wait' });
	expect(requests).toBe(3);
	const nobody = new SuretyClient({ url: 'http://127.0.0.1:1', retries: 1, backoffMs: 1 });
	await expect(nobody.exposure()).rejects.toMatchObject({ status: undefined, code: 'unreachable' });
	const silent = new SuretyClient({ url: await serverOf(() => undefined), retries: 0, timeoutMs: 30 });
	await expect(silent.exposure()).rejects.toMatchObject({ code: 'unreachable' });
});

test('lists are read page by page, as they are asked for', async () => {
	const asked: string[] = [];
	const url = await serverOf((request, response) => {
		asked.push(String(request.url));
		const from = Number(new URL(String(request.url), 'http://x').searchParams.get('cursor') ?? 0);
		const items = [from, from + 1].map((n) => ({ store_id: `S${n}` }));
		response.end(JSON.stringify({ items, next: from < 4 ? String(from + 2) : null }));
	});
	const surety = new SuretyClient({ url: `${url}/` });
	const seen: unknown[] = [];
	for await (const store of surety.stores({ flagged: true })) {
		seen.push(store.store_id);
		if (seen.length === 3) expect(asked).toHaveLength(2);
	}
	expect(seen).toEqual(['S0', 'S1', 'S2', 'S3', 'S4', 'S5']);
	expect(asked).toEqual([
		'/v1/stores?flagged=true',
		'/v1/stores?flagged=true&cursor=2',
		'/v1/stores?flagged=true&cursor=4',
	]);
});

test('nothing of Node, no package and no code of the service comes with the client', () => {
	for (const path of sources('src/client')) {
		const text = readFileSync(path, 'utf8');
		const imports = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'/gm)];
		for (const [, isType, from] of imports)
			if (!from!.startsWith('./')) expect([path, from, isType]).toEqual([path, from, 'type ']);
		expect(text).not.toMatch(/node:|Buffer|require\(/);
	}
});

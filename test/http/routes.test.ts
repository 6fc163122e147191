/** Every route as it answers, and its description: what is served is described, and what comes out fits what is said. */
import Ajv2020 from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS } from '../../src/core/words/error.js';
import type { HistoryPage, WebhookAdmin } from '../../src/http/parts.js';
import { ROUTES } from '../../src/http/routes/index.js';
import { MESSAGE_TYPES, nameOf } from '../../src/http/schemas.js';
import { EXAMPLES } from '../words/examples.js';
import { day, type Said, type Serving, serve, TRADE, type Wire } from './serving.js';

let serving: Serving;
let document: Wire;
const page: HistoryPage = { items: [{ a: 1 }], next: 'place 2', fresh_as_of: day(3) };
const asked: unknown[] = [];

beforeAll(async () => {
	const told = (what: unknown): Promise<HistoryPage> => {
		asked.push(what);
		return Promise.resolve(page);
	};
	const hook = { id: 'w1', url: 'https://a.example/', events: 'all', description: '', enabled: true };
	const died = {
		id: 'd1',
		endpoint_id: 'w1',
		type: 'store.flagged',
		attempts: 10,
		died_at: day(3),
		last: 'status 500',
	};
	const known = <T>(id: string, answer: T): Promise<T | undefined> => Promise.resolve(id === 'w1' ? answer : undefined);
	const webhooks: WebhookAdmin = {
		list: () => Promise.resolve([hook]),
		add: ({ url }) => Promise.resolve({ ...hook, url, secret: 'whsec_x' }),
		update: (id, change) => known(id, { ...hook, ...change }),
		rotateSecret: (id) => known(id, { secret: 'whsec_y' }),
		test: (id) => known(id, { ok: true, status: 204 }),
		remove: (id) => Promise.resolve(id === 'w1'),
		deadLetters: () => Promise.resolve({ items: [died] }),
		replay: (id) => Promise.resolve(id === 'd1'),
		replayAll: (id) => known(id, 3),
	};
	serving = await serve({ history: { decisions: told, daily: told, audit: told }, webhooks });
	await serving.ask('POST', '/v1/records', TRADE);
	document = (await serving.ask('GET', '/openapi.json')).json;
});
afterAll(() => serving.stop());

const ajv = new Ajv2020.default({ strict: false, allErrors: true });
formats.default(ajv);

interface Operation {
	readonly responses: Readonly<Record<string, Wire>>;
	readonly parameters: readonly Wire[];
	readonly operationId: string;
}
const operations = (): [string, string, Operation][] =>
	Object.entries(document['paths'] as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
			method.toUpperCase(),
			path,
			operation,
		]),
	);

/** Holds an answer against what the description says of it. */
function fits(method: string, path: string, { status, json }: Said): void {
	const operation = operations().find(([m, p]) => m === method && p === path)?.[2];
	const content = (operation?.responses[String(status)]?.['content'] ?? {}) as Record<string, { schema: Wire }>;
	const schema = status >= 400 ? { $ref: '#/components/schemas/Problem' } : content['application/json']?.schema;
	if (schema === undefined) throw new Error(`${method} ${path} ${status} is not described`);
	const validate = ajv.compile({ ...schema, components: document['components'] });
	expect(validate(json) ? [] : validate.errors).toEqual([]);
}

const store = { deposit: '100', category: 'shoes' };

test.each<[string, string, string, number, unknown?]>([
	['POST', '/v1/stores', '/v1/stores', 200, { id: 's1', at: day(4), store_id: 'T', ...store }],
	['POST', '/v1/stores', '/v1/stores', 200, { type: 'store.opened', id: 's2', at: day(4), store_id: 'U', ...store }],
	['POST', '/v1/stores', '/v1/stores', 422, { type: 'price.propose', id: 's3', at: day(4) }],
	['POST', '/v1/stores', '/v1/stores', 409, { type: 'store.opened', id: 's4', at: day(4), store_id: 'U', ...store }],
	['POST', '/v1/prices', '/v1/prices', 200, { id: 'p1', at: day(4), store_id: 'T', sku_id: 'K', price: 9.5 }],
	['POST', '/v1/prices', '/v1/prices', 422, { id: 'p2', at: day(4), store_id: 'T', sku_id: 'K', price: '1.234' }],
	['POST', '/v1/prices', '/v1/prices', 409, { id: 'p1', at: day(4), store_id: 'T', sku_id: 'K', price: '1' }],
	['POST', '/v1/prices', '/v1/prices', 400, '[]'],
	['POST', '/v1/prices', '/v1/prices', 400, '{'],
	['POST', '/v1/orders', '/v1/orders', 422, { id: 'o1', at: day(4) }],
	['POST', '/v1/claims', '/v1/claims', 200, { id: 'c1', at: day(4), claim_id: 'C', order_line_id: 'L' }],
	['POST', '/v1/claims', '/v1/claims', 422, { id: 'c2', at: day(4), claim_id: 'C', order_line_id: 'unknown' }],
	[
		'POST',
		'/v1/withdrawals',
		'/v1/withdrawals',
		200,
		{ id: 'w1', at: day(4), withdrawal_id: 'V', store_id: 'S', amount: '5' },
	],
	['POST', '/v1/decisions/{id}/withdraw', '/v1/decisions/r6/withdraw', 200, { id: 'h1', at: day(4) }],
	['POST', '/v1/decisions/{id}/withdraw', '/v1/decisions/r6/withdraw', 409, { id: 'h2', at: day(4) }],
	['POST', '/v1/decisions/{id}/settle', '/v1/decisions/r6/settle', 409, { id: 'h3', at: day(4), verdict: 'refuse' }],
	['POST', '/v1/appeals', '/v1/appeals', 200, { id: 'a1', at: day(4), appeal_id: 'A', store_id: 'S', text: 'why?' }],
	['POST', '/v1/appeals/{id}/settle', '/v1/appeals/A/settle', 200, { id: 'a2', at: day(4), verdict: 'upheld' }],
	['POST', '/v1/appeals/{id}/settle', '/v1/appeals/A/settle', 404, { id: 'a3', at: day(4), verdict: 'upheld' }],
	['POST', '/v1/payments/{kind}/{id}/failed', '/v1/payments/withdrawal/W/failed', 200, { id: 'f1', at: day(4) }],
	['POST', '/v1/payments/{kind}/{id}/failed', '/v1/payments/claim/X/failed', 422, { id: 'f2', at: day(4) }],
	['POST', '/v1/payments/{kind}/{id}/failed', '/v1/payments/gift/X/failed', 404, { id: 'f3', at: day(4) }],
	['GET', '/v1/stores/{id}', '/v1/stores/S', 200],
	['GET', '/v1/stores/{id}', '/v1/stores/none', 404],
	['GET', '/v1/stores', '/v1/stores', 200],
	['GET', '/v1/stores', '/v1/stores?flagged=true', 200],
	['GET', '/v1/stores', '/v1/stores?flagged=maybe', 400],
	['GET', '/v1/stores', '/v1/stores?flaged=true', 400],
	['GET', '/v1/stores', '/v1/stores?limit=0', 400],
	['GET', '/v1/stores', '/v1/stores?limit=1&limit=2', 400],
	['GET', '/v1/stores', '/v1/stores?cursor=abc', 400],
	['GET', '/v1/stores/{id}/statement', '/v1/stores/S/statement?lang=zh', 200],
	['GET', '/v1/decisions/{id}', '/v1/decisions/r6', 200],
	['GET', '/v1/decisions/{id}', '/v1/decisions/none', 404],
	['GET', '/v1/decisions', '/v1/decisions?verdict=hold&store_id=S', 200],
	['GET', '/v1/decisions', '/v1/decisions?from=yesterday', 400],
	['GET', '/v1/daily', '/v1/daily?from=2024-03-01', 200],
	['GET', '/v1/audit', '/v1/audit', 200],
	['GET', '/v1/rings', '/v1/rings', 200],
	['GET', '/v1/rings/{id}', '/v1/rings/R0001', 404],
	['GET', '/v1/exposure', '/v1/exposure', 200],
	['GET', '/v1/queue', '/v1/queue', 200],
	['POST', '/v1/lookups', '/v1/lookups', 200, { kind: 'phone', value: '13800000000' }],
	['POST', '/v1/lookups', '/v1/lookups', 422, { kind: 'shoe', value: '42' }],
	['POST', '/v1/keys', '/v1/keys', 201, { name: 'k', role: 'viewer' }],
	['GET', '/v1/keys', '/v1/keys', 200],
	['DELETE', '/v1/keys/{id}', '/v1/keys/none', 404],
	['GET', '/v1/users', '/v1/users', 501],
	['GET', '/v1/session', '/v1/session', 200],
	['GET', '/v1/session/oidc', '/v1/session/oidc', 501],
	['GET', '/v1/webhooks', '/v1/webhooks', 200],
	['POST', '/v1/webhooks', '/v1/webhooks', 201, { url: 'https://b.example/', events: ['store.flagged'] }],
	['POST', '/v1/webhooks', '/v1/webhooks', 422, { url: 'file:///etc/passwd' }],
	['POST', '/v1/webhooks', '/v1/webhooks', 422, { url: 'https://b.example/', events: ['none'] }],
	['POST', '/v1/webhooks', '/v1/webhooks', 422, { url: 'https://b.example/', colour: 'red' }],
	['PATCH', '/v1/webhooks/{id}', '/v1/webhooks/w1', 200, { events: 'all', description: 'payouts', enabled: true }],
	['PATCH', '/v1/webhooks/{id}', '/v1/webhooks/w1', 422, { enabled: 'yes' }],
	['PATCH', '/v1/webhooks/{id}', '/v1/webhooks/w1', 422, { secret: 'mine' }],
	['PATCH', '/v1/webhooks/{id}', '/v1/webhooks/none', 404, { enabled: false }],
	['POST', '/v1/webhooks/{id}/secret', '/v1/webhooks/w1/secret', 200],
	['POST', '/v1/webhooks/{id}/secret', '/v1/webhooks/w1/secret?overlap_hours=0', 200],
	['POST', '/v1/webhooks/{id}/secret', '/v1/webhooks/w1/secret?overlap_hours=-1', 400],
	['POST', '/v1/webhooks/{id}/secret', '/v1/webhooks/none/secret', 404],
	['POST', '/v1/webhooks/{id}/test', '/v1/webhooks/w1/test', 200],
	['POST', '/v1/webhooks/{id}/test', '/v1/webhooks/none/test', 404],
	['POST', '/v1/webhooks/{id}/replay', '/v1/webhooks/w1/replay', 202],
	['POST', '/v1/webhooks/{id}/replay', '/v1/webhooks/none/replay', 404],
	['DELETE', '/v1/webhooks/{id}', '/v1/webhooks/none', 404],
	['GET', '/v1/webhooks/dead-letters', '/v1/webhooks/dead-letters?webhook=w1', 200],
	['GET', '/v1/webhooks/dead-letters', '/v1/webhooks/dead-letters', 200],
	['POST', '/v1/webhooks/dead-letters/{id}/replay', '/v1/webhooks/dead-letters/x/replay', 404],
	['GET', '/healthz', '/healthz', 200],
	['GET', '/readyz', '/readyz', 200],
])('%s %s: %s answers %i, as described', async (method, route, path, status, body) => {
	const said = await serving.ask(method, path, body);
	expect(said.status, said.text).toBe(status);
	if (status >= 400) {
		expect(said.headers.get('content-type')).toMatch(/^application\/problem\+json/);
		expect(said.json).toMatchObject({ status, type: `urn:surety:error:${String(said.json['code'])}` });
		expect(Object.keys(ERRORS)).toContain(said.json['code']);
	}
	fits(method, route, said);
});

test('the same request again gets the same answer; the id may stand in a header', async () => {
	const body = { at: day(5), store_id: 'S', amount: '3' };
	const withdrawal = { ...body, withdrawal_id: 'V2' };
	const headers = { 'idempotency-key': 'once' };
	const first = await serving.ask('POST', '/v1/withdrawals', withdrawal, { headers });
	expect(first.json).toMatchObject({ id: 'once', type: 'withdrawal.request' });
	expect((await serving.ask('POST', '/v1/withdrawals', { ...withdrawal, id: 'once' })).json).toEqual(first.json);
	const other = await serving.ask('POST', '/v1/withdrawals', { ...withdrawal, id: 'twice' }, { headers });
	expect([other.status, other.json['field']]).toEqual([422, 'id']);
	expect((await serving.ask('POST', '/v1/withdrawals', withdrawal)).status).toBe(422);
});

test('lists go on where the page before ended, and history gets its own cursors back', async () => {
	const records = Array.from({ length: 25 }, (_, i) => ({
		type: 'store.opened',
		id: `l${i}`,
		at: day(4),
		store_id: `L${i}`,
		deposit: '1',
	}));
	await serving.ask('POST', '/v1/records', records);
	const seen: string[] = [];
	let cursor = '';
	do {
		const { json } = await serving.ask('GET', `/v1/stores?limit=7${cursor}`);
		seen.push(...(json['items'] as Wire[]).map(({ store_id }) => String(store_id)));
		cursor = typeof json['next'] === 'string' ? `&cursor=${json['next']}` : '';
	} while (cursor !== '');
	expect(seen.slice(-25)).toEqual(records.map(({ store_id }) => store_id));
	expect(new Set(seen).size).toBe(seen.length);
	const { json } = await serving.ask('GET', '/v1/decisions?limit=5');
	await serving.ask('GET', `/v1/decisions?cursor=${String(json['next'])}`);
	expect(asked.at(-1)).toMatchObject({ cursor: 'place 2', limit: 100 });
	expect((await serving.ask('GET', `/v1/stores?cursor=${String(json['next'])}`)).json['field']).toBe('cursor');
});

test('nothing there, and another method', async () => {
	for (const path of ['/', '/v1', '/v1/stores/', '/v2/stores', '/v1/stores/a/b/c', '/%00'])
		expect([path, (await serving.ask('GET', path)).json['code']]).toEqual([path, 'not_found']);
	const said = await serving.ask('PUT', '/v1/stores');
	expect([said.status, said.json['code'], said.headers.get('allow')]).toEqual([
		405,
		'method_not_allowed',
		'POST, GET, HEAD',
	]);
	expect((await serving.ask('GET', '/v1/stores/%E0%A4%A')).json['code']).toBe('bad_request');
});

test('every route that is served is described, and every one described is served', () => {
	const described = operations().map(([method, path]) => `${method} ${path}`);
	expect(described.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
	for (const [method, path] of operations()) {
		const url = path.replace(/\{(\w+)\}/g, ':$1');
		expect([path, serving.app.hasRoute({ method: method as 'GET', url })]).toEqual([path, true]);
	}
	const ids = operations().map(([, , { operationId }]) => operationId);
	expect(new Set(ids).size).toBe(ids.length);
	const served = serving.app.printRoutes({ commonPrefix: false, includeHooks: false });
	expect(served.match(/\((?:GET|POST|PATCH|DELETE)/g)?.length).toBeGreaterThan(30);
});

test('the description is whole: every reference leads somewhere, every path parameter is declared', () => {
	expect(document['openapi']).toBe('3.1.0');
	const { schemas } = document['components'] as { schemas: Wire };
	for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g))
		expect(Object.keys(schemas)).toContain(name);
	for (const [, path, { parameters, responses }] of operations()) {
		const declared = parameters.filter((parameter) => parameter['in'] === 'path').map(({ name }) => name);
		expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
		expect(responses['default']).toEqual({ $ref: '#/components/responses/Problem' });
	}
	for (const schema of Object.values(schemas)) expect(ajv.validateSchema(schema as Wire)).toBe(true);
	expect((schemas['ErrorCode'] as Wire)['enum']).toEqual(Object.keys(ERRORS));
});

test.each(Object.entries(EXAMPLES))(
	'the example of %s fits its schema, and without a required field it does not',
	(type, fields) => {
		const validate = ajv.compile({ $ref: `#/components/schemas/${nameOf(type)}`, components: document['components'] });
		const record: Record<string, unknown> = { type, id: 'x', at: day(1), ...fields };
		expect(validate(record) ? [] : validate.errors).toEqual([]);
		const { required } = (document['components'] as { schemas: Record<string, { required: string[] }> }).schemas[
			nameOf(type)
		] ?? {
			required: [],
		};
		for (const name of required) {
			const { [name]: _, ...rest } = record;
			expect(validate(rest)).toBe(false);
		}
	},
);

test('the page to be read names every route and type, and needs nothing from elsewhere', async () => {
	const { text, headers } = await serving.ask('GET', '/docs', undefined, { bearer: null });
	expect(headers.get('content-type')).toMatch(/^text\/html/);
	for (const { path } of ROUTES) expect(text).toContain(`<code>${path}</code>`);
	for (const type of MESSAGE_TYPES) expect(text).toContain(`id="${nameOf(type)}"`);
	expect(text).not.toMatch(/<script|https?:\/\/|url\(/);
});

test('figures for Prometheus: requests, answers, and the money of the book', async () => {
	const { text } = await serving.ask('GET', '/metrics');
	expect(text).toMatch(/surety_http_request_seconds_bucket\{le="[\d.]+",route="\/v1\/records",status="200"\} \d/);
	expect(text).toMatch(/surety_answers_total\{type="order.paid",verdict="recorded"\} 1/);
	expect(text).toMatch(/^surety_money_open_value 1000$/m);
	expect(text).toMatch(/^surety_ready 1$/m);
	expect(text).toMatch(/^surety_batch_entries_count \d+$/m);
	expect(text).toMatch(/^process_cpu_seconds_total/m);
});

/** A real server on a port of this machine, over a service whose log is in memory, for tests to talk to. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ApiKeys, type KeyRequest, memoryAccessStore } from '../../src/access/index.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import type { Parts } from '../../src/http/parts.js';
import { createServer } from '../../src/http/server.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { Service, type ServiceOptions } from '../../src/runtime/service.js';

export const ENFORCE = {
	admission: 'enforce',
	guarantee: 'enforce',
	price: 'enforce',
	claim: 'enforce',
	payout: 'enforce',
} as const;
export const POLICY = { schema: 'surety.policy/1', name: 'test', version: 1, gates: ENFORCE };

export type Wire = Readonly<Record<string, unknown>>;

export interface Serving {
	readonly app: FastifyInstance;
	readonly service: Service;
	readonly url: string;
	readonly port: number;
	/** The bearer of a fresh key. */
	readonly key: (request: Partial<KeyRequest> & Pick<KeyRequest, 'role'>) => Promise<string>;
	/** One request; with the admin's key unless told otherwise. */
	readonly ask: (method: string, path: string, body?: unknown, more?: Asked) => Promise<Said>;
	readonly stop: () => Promise<void>;
}

export interface Asked {
	/** null: none. */
	readonly bearer?: string | null;
	readonly headers?: Readonly<Record<string, string>>;
}

export interface Said {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	readonly json: Record<string, unknown>;
}

export async function serve(
	more: Partial<Parts> & {
		readonly service?: never;
		readonly options?: Partial<ServiceOptions>;
		readonly open?: boolean;
	} = {},
): Promise<Serving> {
	const { options = {}, open = false, ...parts } = more;
	const begin = { log: memoryLog(), currency: currency('CNY'), programme: DEFAULT_PROGRAMME, policy: POLICY };
	const service = await Service.open({ ...begin, clock: 'records', ...options });
	const keys = new ApiKeys(memoryAccessStore(), randomBytes);
	const access = open ? {} : { access: { keys } };
	const app = createServer({ service, ...access, version: 'test', ...parts });
	await app.listen({ host: '127.0.0.1', port: 0 });
	const { port } = app.server.address() as AddressInfo;
	const url = `http://127.0.0.1:${port}`;
	const key: Serving['key'] = async (request) => (await keys.issue({ name: 'test', ...request }, Date.now())).bearer;
	const admin = open ? null : await key({ role: 'admin', name: 'the admin' });
	return {
		app,
		service,
		url,
		port,
		key,
		ask: (method, path, body, asked = {}) => ask(url + path, method, body, { bearer: admin, ...asked }),
		stop: async () => {
			await app.close();
			await service.close();
		},
	};
}

async function ask(url: string, method: string, body: unknown, { bearer, headers }: Asked): Promise<Said> {
	const auth = bearer === null || bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
	const type = body === undefined ? {} : { 'content-type': 'application/json' };
	const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
	const init = text === undefined ? {} : { body: text };
	const response = await fetch(url, { method, headers: { ...type, ...auth, ...headers }, redirect: 'manual', ...init });
	const said = await response.text();
	const isJson =
		/json/.test(response.headers.get('content-type') ?? '') &&
		!/ndjson/.test(response.headers.get('content-type') ?? '');
	return {
		status: response.status,
		headers: response.headers,
		text: said,
		json: isJson && said !== '' ? (JSON.parse(said) as Record<string, unknown>) : {},
	};
}

export const day = (n: number, hour = 10): string =>
	`2024-03-${String(n).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`;

/** A store that sells once under guarantee, withdraws what it may and then wants to cut its price to a tenth. */
export const TRADE: readonly Wire[] = [
	{ type: 'store.opened', id: 'r1', at: day(1), store_id: 'S', deposit: '100' },
	{ type: 'price.propose', id: 'r2', at: day(1), store_id: 'S', sku_id: 'K', price: '1000' },
	{
		type: 'order.paid',
		id: 'r3',
		at: day(2),
		order_line_id: 'L',
		store_id: 'S',
		sku_id: 'K',
		buyer_id: 'B-secret',
		quantity: 1,
		unit_price: '1000',
		protect_days: 7,
	},
	{ type: 'order.released', id: 'r4', at: day(2), order_line_id: 'L' },
	{ type: 'withdrawal.request', id: 'r5', at: day(2), withdrawal_id: 'W', store_id: 'S', amount: '1000' },
	{ type: 'price.propose', id: 'r6', at: day(3), store_id: 'S', sku_id: 'K', price: '100' },
];
export const TRADE_VERDICTS = ['recorded', 'approve', 'recorded', 'recorded', 'limit', 'hold'];

export const lines = (records: readonly unknown[]): string =>
	records.map((record) => `${JSON.stringify(record)}\n`).join('');
export const parsed = (text: string): Wire[] =>
	text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Wire);

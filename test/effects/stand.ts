/** What these tests stand on: a trade that makes events, a service on a log in memory, and receivers on loopback. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { Webhooks, type WebhooksOptions } from '../../src/effects/index.js';
import { memoryLog } from '../../src/log/memory-log.js';
import type { Log } from '../../src/log/port.js';
import { Service } from '../../src/runtime/service.js';

const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
export const POLICY = { schema: 'surety.policy/1', name: 'test', version: 1, gates: ENFORCE };

const at = (day: number): string => `2024-03-${String(day).padStart(2, '0')}T10:00:00Z`;

/** A store with a price that has fallen: every order line claimed on it is an `advance.due`. */
export const OPENING = [
	{ type: 'store.opened', id: 'open', at: at(1), store_id: 'S', deposit: '1000000' },
	{ type: 'price.changed', id: 'high', at: at(1), store_id: 'S', sku_id: 'K', price: '100' },
];

/** Records of so many claims, from a number on; one event each. */
export function claims(from: number, count: number): object[] {
	return Array.from({ length: count }, (_, i) => from + i).flatMap((n) => [
		{ ...OPENING[1], id: `high ${n}`, at: at(2) },
		{
			type: 'order.paid',
			id: `pay ${n}`,
			at: at(2),
			order_line_id: `L${n}`,
			store_id: 'S',
			sku_id: 'K',
			buyer_id: `B${n}`,
			quantity: 1,
			unit_price: '100',
			protect_days: 20,
		},
		{ ...OPENING[1], id: `low ${n}`, at: at(3), price: '90' },
		{ type: 'claim.file', id: `file ${n}`, at: at(3), claim_id: `C${n}`, order_line_id: `L${n}` },
	]);
}

export async function serviceOn(log: Log = memoryLog()): Promise<Service> {
	const service = await Service.open({
		log,
		currency: currency('CNY'),
		programme: DEFAULT_PROGRAMME,
		policy: POLICY,
		clock: 'records',
	});
	onTestFinished(() => service.close());
	return service;
}

export function newFolder(): string {
	const path = mkdtempSync(join(tmpdir(), 'surety-effects-'));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

/** Opens webhooks that may reach loopback and look at the clock often; closed with the test. */
export async function hooksOn(service: Service, more: Partial<WebhooksOptions> = {}): Promise<Webhooks> {
	const hooks = await Webhooks.open({
		dir: more.dir ?? newFolder(),
		log: service.log,
		service,
		allowPrivate: true,
		pollMs: 5,
		...more,
	});
	onTestFinished(() => hooks.close());
	return hooks;
}

export interface Received {
	readonly id: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

export interface Receiver {
	readonly url: string;
	readonly got: Received[];
	/** How requests are answered from now on; 204 at first. */
	answer: (response: ServerResponse, received: Received) => void;
	close: () => Promise<void>;
}

export async function receiver(): Promise<Receiver> {
	const got: Received[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { headers } = request;
			const received = { id: String(headers['webhook-id']), headers, body: Buffer.concat(chunks).toString() };
			got.push(received);
			made.answer(response, received);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const made: Receiver = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
		got,
		answer: status(204),
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	onTestFinished(() => made.close());
	return made;
}

export const status =
	(code: number, headers: Record<string, string> = {}) =>
	(response: ServerResponse): void => {
		response.writeHead(code, headers).end();
	};

/** What the convention's own library says of a signature: the body it stands for, or that it is wrong. */
export function verified(secret: string, { headers, body }: Received): unknown {
	return new Webhook(secret).verify(body, headers as Record<string, string>);
}

export const claimOf = ({ body }: Received): string =>
	(JSON.parse(body) as { data: { claim_id: string } }).data.claim_id;

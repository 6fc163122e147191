/** What these tests stand on: a service behind its server, and a proxy that cuts connections where it is told to. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { ApiKeys, memoryAccessStore } from '../../src/access/index.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import type { SuretyRecord } from '../../src/client/index.js';
import { createServer } from '../../src/http/server.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { Service } from '../../src/runtime/service.js';

const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
const POLICY = { schema: 'surety.policy/1', name: 'test', version: 1, gates: ENFORCE };

async function newService(): Promise<Service> {
	const service = await Service.open({
		log: memoryLog(),
		currency: currency('CNY'),
		programme: DEFAULT_PROGRAMME,
		policy: POLICY,
		clock: 'records',
	});
	onTestFinished(() => service.close());
	return service;
}

/** Whoever answers HTTP; its address. */
export async function serverOf(
	handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
	const server = createHttp((request, response) => {
		Promise.resolve(handle(request, response)).catch(() => response.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The service behind its own server, over a log in memory, and the bearer of a key that may do everything. */
export async function serve(): Promise<{ readonly service: Service; readonly url: string; readonly key: string }> {
	const service = await newService();
	const keys = new ApiKeys(memoryAccessStore(), randomBytes);
	const { bearer } = await keys.issue({ name: 'test', role: 'admin' }, Date.now());
	const app = createServer({ service, access: { keys }, version: 'test' });
	onTestFinished(() => app.close());
	return { service, key: bearer, url: await app.listen({ port: 0, host: '127.0.0.1' }) };
}

/** Passes connections on, and cuts the one of a number (from 1) once so many bytes have passed, both ways together. */
export async function cuttingProxy(to: string, cutAfter: (connection: number) => number | undefined) {
	const { port, hostname } = new URL(to);
	const sockets = new Set<Socket>();
	const proxy = { url: '', connections: 0, cuts: 0 };
	const server = createTcp((inner) => {
		let left = cutAfter(++proxy.connections) ?? Number.POSITIVE_INFINITY;
		const outer = connect(Number(port), hostname);
		const pass = (from: Socket, into: Socket): void => {
			sockets.add(from);
			from.on('error', () => undefined);
			from.on('data', (chunk) => {
				if (left <= 0) return;
				const isRoomy = into.write(chunk.subarray(0, left));
				left -= chunk.length;
				if (left <= 0) {
					proxy.cuts++;
					// What was passed on arrives, and then nothing more.
					inner.destroySoon();
					outer.destroySoon();
				} else if (!isRoomy) {
					from.pause();
					into.once('drain', () => from.resume());
				}
			});
			from.on('end', () => into.end());
			from.on('close', () => {
				sockets.delete(from);
				into.destroySoon();
			});
		};
		pass(inner, outer);
		pass(outer, inner);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	onTestFinished(async () => {
		for (const socket of sockets) socket.destroy();
		await new Promise((resolve) => server.close(resolve));
	});
	return proxy;
}

const AT = '2024-03-01T10:00:00Z';
export const OPENED: SuretyRecord = { type: 'store.opened', id: 'open', at: AT, store_id: 'S', deposit: '100' };

/** So many deposits of 1 yuan: what the store has tells how many were taken. */
export function* deposits(count: number, id: (n: number) => string = (n) => `deposit ${n}`): Generator<SuretyRecord> {
	for (let n = 0; n < count; n++) yield { type: 'deposit.received', id: id(n), at: AT, store_id: 'S', amount: 1 };
}

export async function collect<T>(answers: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const answer of answers) all.push(answer);
	return all;
}

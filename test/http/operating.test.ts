/** What an operator relies on: logs without anybody's data, traces where an SDK is registered, TLS, a graceful stop. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Span, trace, type Tracer } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { HistoryUnavailable } from '../../src/history/index.js';
import { Metrics } from '../../src/http/metrics.js';
import type { HistoryPage } from '../../src/http/parts.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { day, serve, TRADE } from './serving.js';

test('the log tells of requests by route, and never of keys, bodies, ids or addresses', async () => {
	let written = '';
	const stream = new Writable({
		write: (chunk, _, done) => {
			written += String(chunk);
			done();
		},
	});
	const serving = await serve({ logger: { level: 'trace', stream } });
	const bearer = await serving.key({ role: 'admin' });
	const papers = {
		type: 'store.apply',
		id: 'secret-id',
		at: day(1),
		store_id: 'secret-store',
		deposit: '1',
		phone: '13800000000',
	};
	await serving.ask('POST', '/v1/records', [...TRADE, papers], { bearer });
	await serving.ask('GET', '/v1/stores/secret-store?secret=1', undefined, { bearer });
	await serving.ask('GET', '/secret-path', undefined, { bearer: 'sk_secret' });
	await serving.stop();
	expect(written).toContain('"route":"/v1/records"');
	expect(written).toContain('"route":"/v1/stores/:id"');
	for (const hidden of ['secret', '13800000000', 'B-secret', bearer.slice(4), '"remoteAddress"'])
		expect(written).not.toContain(hidden);
});

test('a history that cannot be read is said with 503, and told once for each cause', async () => {
	const written: string[] = [];
	const stream = new Writable({
		write: (chunk, _, done) => {
			written.push(String(chunk));
			done();
		},
	});
	let why = 'the disk is full';
	const lost = (): Promise<HistoryPage> => Promise.reject(new HistoryUnavailable(why));
	const history = { decisions: lost, daily: lost, audit: lost };
	const serving = await serve({ history, logger: { level: 'warn', stream } });
	for (const path of ['/v1/decisions', '/v1/daily', '/v1/audit', '/v1/decisions']) {
		const { status, headers, json } = await serving.ask('GET', path);
		expect([status, headers.get('content-type'), headers.get('retry-after')]).toEqual([
			503,
			'application/problem+json; charset=utf-8',
			'1',
		]);
		expect(json).toMatchObject({ code: 'history_unavailable', detail: expect.stringContaining('the disk is full') });
	}
	expect(written).toHaveLength(1);
	why = 'it is being opened again';
	await serving.ask('GET', '/v1/daily');
	expect(written).toHaveLength(2);
	await serving.stop();
});

test('spans of a request and of what it submits, where somebody collects them', async () => {
	const ended: string[] = [];
	const tracer = {
		startSpan: (name: string) => {
			const span = {
				isRecording: () => true,
				setAttribute: () => span,
				setStatus: () => span,
				end: () => ended.push(name),
			};
			return span as unknown as Span; // what is used of one
		},
	};
	trace.setGlobalTracerProvider({ getTracer: () => tracer as unknown as Tracer });
	const serving = await serve();
	await serving.ask('POST', '/v1/records', TRADE);
	await serving.stop();
	trace.disable();
	expect(ended).toEqual(['surety.submit', 'POST /v1/records']);
});

test('appends to a watched log are measured', async () => {
	const metrics = new Metrics();
	const serving = await serve({ metrics, options: { log: metrics.watch(memoryLog()) } });
	await serving.ask('POST', '/v1/records', TRADE);
	expect((await serving.ask('GET', '/metrics')).text).toMatch(/^surety_log_append_seconds_count 2$/m);
	await serving.stop();
});

test('TLS by itself; browsers are told to come back that way only', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'surety-tls-'));
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes'];
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject], {
		stdio: 'ignore',
	});
	const https = { key: readFileSync(key), cert: readFileSync(cert) };
	rmSync(folder, { recursive: true });
	const serving = await serve({ https });
	const asked = request({
		host: '127.0.0.1',
		port: serving.port,
		path: '/healthz',
		ca: https.cert,
		checkServerIdentity: () => undefined,
	});
	asked.end();
	const [response] = (await once(asked, 'response')) as [
		{ statusCode: number; headers: Record<string, string>; resume(): void },
	];
	response.resume();
	expect(response.statusCode).toBe(200);
	expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
	await serving.stop();
});

test('a stop ends streams in progress instead of waiting for them', async () => {
	const serving = await serve({ open: true });
	const socket = connect(serving.port, '127.0.0.1');
	const line = JSON.stringify(TRADE[0]);
	const size = (line.length + 1).toString(16);
	socket.write(
		`POST /v1/records HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n${size}\r\n${line}\n\r\n`,
	);
	const [first] = (await once(socket, 'data')) as [Buffer];
	expect(first.toString()).toMatch(/^HTTP\/1.1 200/);
	socket.resume();
	await Promise.all([serving.stop(), once(socket, 'close')]);
	expect(serving.service.ready).toBe(false);
});

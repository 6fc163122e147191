/** The service as an operator meets it: started, asked, verified, backed up while it runs, restored, stopped. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { surety as inProcess } from '../cli.js';
import { receiver } from '../effects/stand.js';
import { endAll, newFolder, startServer, surety } from './serving.js';

const { dir, remove } = newFolder();
afterAll(() => {
	endAll();
	remove();
});

const at = '2024-03-01T09:00:00Z';
const opened = (n: number) => ({
	type: 'store.opened',
	id: `o${n}`,
	at,
	store_id: `S${n}`,
	deposit: '10',
	phone: '13800138000',
});
const post = (address: string, records: readonly object[], key?: string): Promise<Response> =>
	fetch(`${address}/v1/records`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
		body: JSON.stringify(records),
	});

describe('surety serve', () => {
	test('prints a first key once; without it nothing is answered, with it everything', async () => {
		const data = join(dir, 'keyed');
		const first = await startServer('--data', data);
		await vi.waitUntil(() => first.said().includes('not shown again'), { timeout: 60_000 });
		const key = /first key {2}(\S+)/.exec(first.said())?.[1] ?? '';
		expect((await post(first.address, [opened(1)])).status).toBe(401);
		expect((await post(first.address, [opened(1)], key)).status).toBe(200);
		expect(await first.stop()).toBe(0);
		const second = await startServer('--data', data);
		expect(second.said()).toContain('1 records');
		expect(second.said()).not.toContain('first key');
		expect((await post(second.address, [opened(1)], key)).status).toBe(200);
		await second.stop();
	});

	test('a phone number is in no file of the data folder', async () => {
		const data = join(dir, 'personal');
		const server = await startServer('--data', data, '--insecure-no-auth');
		await post(server.address, [opened(1)]);
		await server.stop();
		const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
		expect(files.length).toBeGreaterThan(3);
		const holding = files.filter(({ parentPath, name }) =>
			readFileSync(join(parentPath, name)).includes('13800138000'),
		);
		expect(holding.map(({ name }) => name)).toEqual([]);
	});

	test('whatever is written in the data folder and in a backup is its owner’s alone', async () => {
		const [data, copy] = [join(dir, 'private'), join(dir, 'private copy')];
		const server = await startServer('--data', data, '--insecure-no-auth');
		for (let n = 0; n < 20; n++) await post(server.address, [opened(n)]);
		await post(server.address, [opened(1)]);
		const open = (folder: string): string[] =>
			readdirSync(folder, { recursive: true, withFileTypes: true })
				.filter((entry) => entry.isFile() || entry.isDirectory())
				.map(({ parentPath, name }) => join(parentPath, name))
				.filter((path) => (statSync(path).mode & 0o077) !== 0);
		expect(open(data)).toEqual([]);
		expect(surety('backup', '--data', data, '--out', copy)).toMatchObject({ code: 0 });
		await server.stop();
		expect([...open(data), ...open(copy)]).toEqual([]);
	});

	test('a registry is asked with the papers as they are, and only its word is kept', async () => {
		const registry = await receiver();
		registry.answer = (response) => response.end('{"licence_no": "confirmed", "bank_account": "confirmed"}');
		const [data, config] = [join(dir, 'verified'), join(dir, 'verified.json')];
		const verification = { url: registry.url, secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}` };
		writeFileSync(config, JSON.stringify({ data, insecure_no_auth: true, verification }));
		const server = await startServer('--config', config);
		const papers = { licence_no: 'HRB 4711', bank_account: 'IBAN-4711', phone: '13800138000' };
		const application = { ...opened(1), ...papers, type: 'store.apply', deposit: '100000' };
		const sale = { type: 'price.propose', id: 'p', at, store_id: 'S1', sku_id: 'K', price: '10' };
		const answers = await (await post(server.address, [application, sale])).json();
		expect(answers).toMatchObject([{ verdict: 'approve' }, { verdict: 'approve' }]);
		expect(registry.got.map(({ body }) => JSON.parse(body) as object)).toEqual([
			{ type: 'papers.verify', data: papers },
		]);
		expect(await (await post(server.address, [application])).json()).toEqual([(answers as object[])[0]]);
		expect(registry.got).toHaveLength(1);
		const metrics = await (await fetch(`${server.address}/metrics`)).text();
		expect(metrics).toMatch(/^surety_verification_asked_total 1$/m);
		expect(metrics).toMatch(/^surety_history_available 1$/m);
		await server.stop();
		for (const name of readdirSync(join(data, 'log'))) {
			if (name.endsWith('.log'))
				expect(readFileSync(join(data, 'log', name), 'latin1')).not.toMatch(/HRB|IBAN|1380013/);
		}
	});

	test('verify, backup and restore find the data folder by the settings that serve reads', async () => {
		const [data, config] = [join(dir, 'configured'), join(dir, 'settings.json')];
		writeFileSync(config, JSON.stringify({ data, insecure_no_auth: true }));
		const server = await startServer('--config', config);
		await post(server.address, [opened(1)]);
		await server.stop();
		const verified = surety('verify', '--config', config, '--json');
		expect([verified.code, JSON.parse(verified.out)]).toEqual([0, expect.objectContaining({ records: 1 })]);
		expect(surety('backup', '--config', config, '--out', join(dir, 'by config')).code).toBe(0);
		expect(surety('restore', join(dir, 'by config'), '--config', config)).toMatchObject({
			code: 1,
			err: expect.stringContaining('is not empty'),
		});
		expect(surety('verify', '--config', join(dir, 'nowhere.json')).code).toBe(2);
	});

	test('a backup taken while it runs is restored to the same answers; verify agrees', async () => {
		const [data, copy, restored] = [join(dir, 'data'), join(dir, 'copy'), join(dir, 'restored')];
		const server = await startServer('--data', data, '--insecure-no-auth');
		const before = await (await post(server.address, [opened(1), opened(2)])).json();
		const backup = surety('backup', '--data', data, '--out', copy);
		expect(backup).toMatchObject({ code: 0 });
		await post(server.address, [opened(3)]);
		expect(await server.stop()).toBe(0);
		expect(surety('verify', '--data', data)).toMatchObject({ code: 0 });
		expect(surety('restore', copy, '--data', restored)).toMatchObject({ code: 0 });
		const again = await startServer('--data', restored, '--insecure-no-auth');
		expect(again.said()).toContain('2 records');
		expect(await (await post(again.address, [opened(1), opened(2)])).json()).toEqual(before);
		await again.stop();
	});

	test('nobody reads what it says any more: it goes on, and stops in order', async () => {
		const data = join(dir, 'unheard');
		const server = await startServer('--data', data, '--insecure-no-auth', '--clock', 'records');
		server.unheard();
		expect((await post(server.address, [opened(1)])).status).toBe(200);
		expect(await server.stop('SIGINT')).toBe(0);
		expect(readdirSync(join(data, 'snapshots'))).toHaveLength(1);
	});

	test('two services on one folder: the second says who has it', async () => {
		const data = join(dir, 'locked');
		const server = await startServer('--data', data, '--insecure-no-auth');
		expect(surety('serve', '--data', data, '--insecure-no-auth', '--port', '0')).toMatchObject({ code: 1 });
		await server.stop();
	});

	test('a log that was changed is found out, by verify and at the start', async () => {
		const data = join(dir, 'changed');
		const server = await startServer('--data', data, '--insecure-no-auth');
		for (let n = 0; n < 5; n++) await post(server.address, [opened(n)]);
		await server.stop('SIGKILL');
		const path = join(data, 'log', '00000000000000000001.log');
		expect(existsSync(path)).toBe(true);
		const bytes = readFileSync(path);
		const middle = Math.floor(bytes.length / 2);
		bytes[middle] = (bytes[middle] ?? 0) ^ 1;
		writeFileSync(path, bytes);
		expect(surety('verify', '--data', data)).toMatchObject({ code: 1 });
		const start = surety('serve', '--data', data, '--insecure-no-auth', '--port', '0');
		expect(start.code).toBe(1);
		expect(start.err).toContain('00000000000000000001.log');
	});

	test.each([
		[['--port', 'x'], '--port'],
		[['--mode', 'maybe'], '--mode'],
		[['--mode', 'observe', '--policy', 'policy.json'], '--mode and --policy'],
		[['--host', '0.0.0.0', '--insecure-no-auth'], 'loopback'],
		[['--log', 'nats://127.0.0.1'], '--log'],
		[['--currency', 'yuan'], 'yuan'],
		[['--config', '/nowhere.json'], '/nowhere.json'],
	])('wrong settings are named: %j', async (args, named) => {
		const { code, err } = await inProcess('serve', '--data', join(dir, 'never'), ...args);
		expect({ code, named: err.includes(named) }).toEqual({ code: 2, named: true });
	});
});

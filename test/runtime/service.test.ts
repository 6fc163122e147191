/** The service on a real log: answers, repetition, restarts from snapshot and log, and a disk that fails for a while. */
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { currency } from '../../src/core/words/money.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { openLog } from '../../src/log/embedded-log.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { nodeDisk } from '../../src/log/node-disk.js';
import type { Log } from '../../src/log/port.js';
import { BrokenInvariant, SuretyError } from '../../src/core/words/error.js';
import { Service, type ServiceOptions } from '../../src/runtime/service.js';
import { Snapshots } from '../../src/runtime/snapshots.js';

const CNY = currency('CNY');
const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
const POLICY = { schema: 'surety.policy/1', name: 'test', version: 1, gates: ENFORCE };

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
	const path = mkdtempSync(join(tmpdir(), 'surety-service-'));
	folders.push(path);
	return path;
}

const on = (log: Log, more: Partial<ServiceOptions> = {}): Promise<Service> =>
	Service.open({ log, currency: CNY, programme: DEFAULT_PROGRAMME, policy: POLICY, clock: 'records', ...more });

async function onDisk(dir: string): Promise<Service> {
	const log = await openLog({ dir: join(dir, 'log') });
	return on(log, { snapshots: new Snapshots(join(dir, 'snapshots'), nodeDisk, log.id) });
}

const day = (n: number): string => `2024-03-${String(n).padStart(2, '0')}T10:00:00Z`;
const TRADE = [
	{ type: 'store.opened', id: 'r1', at: day(1), store_id: 'S', deposit: '100' },
	{ type: 'price.propose', id: 'r2', at: day(1), store_id: 'S', sku_id: 'K', price: '1000' },
	{
		type: 'order.paid',
		id: 'r3',
		at: day(2),
		order_line_id: 'L',
		store_id: 'S',
		sku_id: 'K',
		buyer_id: 'B',
		quantity: 1,
		unit_price: '1000',
		protect_days: 7,
	},
	{ type: 'order.released', id: 'r4', at: day(2), order_line_id: 'L' },
	{ type: 'withdrawal.request', id: 'r5', at: day(2), withdrawal_id: 'W', store_id: 'S', amount: '1000' },
	{ type: 'price.propose', id: 'r6', at: day(3), store_id: 'S', sku_id: 'K', price: '100' },
];

test('the same records sent again get the same answers; other content under a known id is an error', async () => {
	const service = await onDisk(newFolder());
	const first = await service.submit(TRADE, 'test');
	const { stateHash } = service;
	expect(await service.submit(TRADE, 'test')).toEqual(first);
	expect(service.stateHash).toBe(stateHash);
	const [changed] = await service.submit([{ ...TRADE[0], deposit: '200' }], 'test');
	expect(changed).toMatchObject({ id: 'r1', error: { code: 'id_reused' } });
	await service.close();
});

test('repetitions within one request and across requests in flight count once', async () => {
	const service = await on(memoryLog());
	const answers = await Promise.all([service.submit([...TRADE, ...TRADE], 'a'), service.submit(TRADE, 'b')]);
	expect(answers[0]?.slice(6)).toEqual(answers[0]?.slice(0, 6));
	expect(answers[1]).toEqual(answers[0]?.slice(0, 6));
	expect(service.desk.core.seq).toBe(6);
});

test('a restart gives the same state and the same answers, from the log alone and from a snapshot', async () => {
	const dir = newFolder();
	const before = await onDisk(dir);
	const answers = await before.submit(TRADE, 'test');
	const { stateHash } = before;
	await before.close();
	const restored = await onDisk(dir);
	expect(restored.stateHash).toBe(stateHash);
	expect(await restored.submit(TRADE, 'test')).toEqual(answers);
	const more = { type: 'deposit.received', id: 'r7', at: day(4), store_id: 'S', amount: '1000' };
	await restored.submit([more], 'test');
	const after = restored.stateHash;
	await restored.close();
	rmSync(join(dir, 'snapshots'), { recursive: true });
	const replayed = await onDisk(dir);
	expect(replayed.stateHash).toBe(after);
	expect(await replayed.decision('r6')).toMatchObject({ state: 'settled', first_verdict: 'hold', verdict: 'approve' });
	await replayed.close();
});

test('a sick record gets an error and does not stop the rest', async () => {
	const service = await on(memoryLog());
	const answers = await service.submit([TRADE[0], { type: 'nonsense', id: 'x' }, null, 7, TRADE[1]], 'test');
	expect(answers.map((answer) => ('error' in answer ? 'error' : answer['verdict']))).toEqual([
		'recorded',
		'error',
		'error',
		'error',
		'approve',
	]);
});

test('past the bound a request is refused at once and the others are answered', async () => {
	const service = await on(memoryLog(), { mostWaiting: 100 });
	const records = Array.from({ length: 90 }, (_, i) => ({ ...TRADE[0], id: `o${i}`, store_id: `S${i}` }));
	const first = service.submit(records, 'a');
	await expect(service.submit(records, 'b')).rejects.toMatchObject({ code: 'busy' });
	expect(await first).toHaveLength(90);
	expect(await service.submit(records, 'b')).toHaveLength(90);
});

test('a disk that fails for a while: those who wait are told, and resending gets the answers of then', async () => {
	const real = memoryLog();
	let broken = false;
	const log: Log = {
		...real,
		get head() {
			return real.head;
		},
		append: (payload) =>
			broken ? Promise.reject(new SuretyError('log_unavailable', 'disk full')) : real.append(payload),
	};
	let time = 0;
	const service = await on(log, { now: () => (time += 2000) });
	broken = true;
	await expect(service.submit(TRADE, 'a')).rejects.toMatchObject({ code: 'log_unavailable' });
	await expect(service.submit(TRADE, 'a')).rejects.toMatchObject({ code: 'log_unavailable' });
	expect(service.ready).toBe(false);
	broken = false;
	await expect.poll(() => service.ready).toBe(true);
	const answers = await service.submit(TRADE, 'a');
	expect(answers.map((answer) => answer['verdict'])).toEqual([
		'recorded',
		'approve',
		'recorded',
		'recorded',
		'limit',
		'hold',
	]);
	expect(service.desk.core.seq).toBe(6);
});

test('a log that ends before its snapshot has lost batches, and nobody starts on it', async () => {
	const dir = newFolder();
	const before = await onDisk(dir);
	await before.submit(TRADE, 'test');
	await before.close();
	const path = join(dir, 'log', '00000000000000000001.log');
	truncateSync(path, statSync(path).size - 1);
	await expect(onDisk(dir)).rejects.toMatchObject({ code: 'log_corrupt' });
});

test.each(['in deciding', 'in writing'])(
	'a book that breaks %s tells all who wait, its own batch too',
	async (where) => {
		const broken: unknown[] = [];
		const log = memoryLog();
		const cause = new BrokenInvariant('money is missing');
		const service = await on(log, { onBroken: (error) => broken.push(error) });
		await service.submit(TRADE.slice(0, 2), 'before');
		const fail = (): never => {
			throw cause;
		};
		if (where === 'in deciding') service.desk.take = fail;
		else log.append = () => Promise.reject(cause);
		const waiting = [service.submit(TRADE.slice(2, 3), 'a'), service.submit(TRADE.slice(3), 'b')];
		const told = await Promise.all(waiting.map((one) => one.catch((error: unknown) => error)));
		expect(told).toMatchObject([{ code: 'stopping' }, { code: 'stopping' }]);
		expect([service.ready, service.backlog, broken]).toEqual([false, 0, [cause]]);
		await expect(service.submit(TRADE, 'c')).rejects.toMatchObject({ code: 'stopping' });
		await service.close();
	},
);

/** Programmes that policies bring, across restarts: from the log, from a snapshot, and with other settings. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { openLog } from '../../src/log/embedded-log.js';
import { nodeDisk } from '../../src/log/node-disk.js';
import { Service, type ServiceOptions } from '../../src/runtime/service.js';
import { Snapshots } from '../../src/runtime/snapshots.js';

const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
const POLICY = { schema: 'surety.policy/1', name: 'test', version: 1, gates: ENFORCE };
const THIRTY = {
	schema: 'surety.programme/1',
	name: 'thirty',
	version: 1,
	clock: { start: 'payment', days: 30 },
	caps: { buyer: { amount: '150', days: 365 } },
};
const AUTUMN = { ...POLICY, name: 'autumn', programme: THIRTY };

const folders: string[] = [];
const warned: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
	warned.length = 0;
});

function newFolder(): string {
	const path = mkdtempSync(join(tmpdir(), 'surety-programmes-'));
	folders.push(path);
	return path;
}

/** A service whose log is closed again where it cannot open. */
async function open(dir: string, more: Partial<ServiceOptions> = {}): Promise<Service> {
	const log = await openLog({ dir: join(dir, 'log') });
	const snapshots = new Snapshots(join(dir, 'snapshots'), nodeDisk, log.id, (sentence) => void warned.push(sentence));
	try {
		return await Service.open({
			log,
			snapshots,
			currency: currency('CNY'),
			programme: DEFAULT_PROGRAMME,
			policy: POLICY,
			clock: 'records',
			...more,
		});
	} catch (error) {
		await log.close();
		throw error;
	}
}

const march = (day: number): string => `2024-03-${String(day).padStart(2, '0')}T10:00:00Z`;
let sent = 0;
const record = (type: string, day: number, fields: object) => ({ type, id: `r${++sent}`, at: march(day), ...fields });
const sale = (order_line_id: string, day: number) =>
	record('order.paid', day, {
		order_line_id,
		store_id: 'S',
		sku_id: 'K',
		buyer_id: 'B',
		quantity: 1,
		unit_price: '1000',
		protect_days: 7,
	});
const claim = (order_line_id: string, day: number) =>
	record('claim.file', day, { claim_id: `c-${order_line_id}-${day}`, order_line_id });

/** One line under the book's own programme, one under the policy's, and a cut of 100. */
const trade = () => [
	record('store.opened', 1, { store_id: 'S', deposit: '9000' }),
	record('price.propose', 1, { store_id: 'S', sku_id: 'K', price: '1000' }),
	sale('own', 1),
	record('policy.drafted', 1, { document: AUTUMN, by: 'ann' }),
	record('policy.backtested', 1, { policy: 'autumn@1', result: { policy: 'autumn@1' }, by: 'ann' }),
	record('policy.approved', 1, { policy: 'autumn@1', by: 'ben' }),
	record('policy.enforced', 1, { policy: 'autumn@1', share_percent: 100, by: 'ben' }),
	sale('thirty', 1),
	record('price.propose', 2, { store_id: 'S', sku_id: 'K', price: '900' }),
	claim('thirty', 2),
];

/** What follows: a window that is over and one that is not, a cap that is nearly used up, and a new sale. */
const later = () => [
	record('price.propose', 9, { store_id: 'S', sku_id: 'K', price: '800' }),
	claim('own', 9),
	claim('thirty', 9),
	sale('again', 9),
];
const FOLLOWS = [
	['approve', undefined],
	['refuse', '0.00'],
	['limit', '50.00'],
	['recorded', undefined],
];

async function says(service: Service, records: readonly object[]) {
	const answers = await service.submit(records, 'test');
	return answers.map((answer) => [answer['verdict'] ?? answer['error'], answer['amount']]);
}

const promised = (service: Service): string[] => {
	const { book } = service.desk.core;
	return ['own', 'thirty', 'again'].map((line) => book.rulesOf(book.index.find(line)).name);
};

test('[PR14] a snapshot keeps what each line was sold under, and what was used of its caps', async () => {
	const dir = newFolder();
	const before = await open(dir);
	await before.submit(trade(), 'test');
	const { stateHash } = before;
	await before.close();
	expect(readdirSync(join(dir, 'snapshots'))).toHaveLength(1);
	const restored = await open(dir);
	expect(warned).toEqual([]);
	expect(restored.stateHash).toBe(stateHash);
	expect(await says(restored, later())).toEqual(FOLLOWS);
	expect(promised(restored)).toEqual(['default@1', 'thirty@1', 'thirty@1']);
	const after = restored.stateHash;
	await restored.close();
	rmSync(join(dir, 'snapshots'), { recursive: true });
	const replayed = await open(dir);
	expect(replayed.stateHash).toBe(after);
	expect(promised(replayed)).toEqual(['default@1', 'thirty@1', 'thirty@1']);
	await replayed.close();
});

test('a snapshot from before lines named their programme is passed over, and the log tells the same', async () => {
	const dir = newFolder();
	const before = await open(dir);
	await before.submit(trade(), 'test');
	const { stateHash } = before;
	await before.close();
	const [name] = readdirSync(join(dir, 'snapshots'));
	const path = join(dir, 'snapshots', name ?? '');
	const bytes = readFileSync(path);
	const old = bytes.indexOf('surety.snapshot/2');
	expect(old).toBeGreaterThan(0);
	bytes.write('surety.snapshot/1', old);
	writeFileSync(path, bytes);
	const restored = await open(dir);
	expect(warned).toEqual([expect.stringMatching(/passed over: it was written by another version/)]);
	expect(restored.stateHash).toBe(stateHash);
	expect(await says(restored, later())).toEqual(FOLLOWS);
	await restored.close();
});

test('[PL9] a policy in the settings brings its programme from the next start on; the book’s own stays its own', async () => {
	const dir = newFolder();
	const first = await open(dir);
	await first.submit(trade().slice(0, 3), 'test');
	await first.close();
	const second = await open(dir, { policy: AUTUMN });
	expect(await says(second, [sale('thirty', 1), sale('again', 2)])).toEqual([
		['recorded', undefined],
		['recorded', undefined],
	]);
	expect(promised(second)).toEqual(['default@1', 'thirty@1', 'thirty@1']);
	await second.close();
	const third = await open(dir, { policy: { ...POLICY, version: 2, programme: 'target-14' } });
	await third.submit([sale('last', 3)], 'test');
	const { book } = third.desk.core;
	expect(book.rulesOf(book.index.find('last')).name).toBe('target-14@1');
	expect(book.programmes.names).toEqual(['default@1', 'thirty@1', 'target-14@1']);
	await third.close();
});

test.each([
	['bad_policy', 'another reference', { reference: 'checkout' }],
	['bad_policy', 'another order of money', { funding: ['deposit'] }],
	['bad_programme', 'the name and version of another', { caps: {} }],
])('[PR15] %s: settings with %s are refused at the start, and nothing is written', async (code, _, more) => {
	const dir = newFolder();
	const first = await open(dir);
	await first.submit(trade(), 'test');
	const { stateHash } = first;
	await first.close();
	const log = await openLog({ dir: join(dir, 'log') });
	const { number } = log.head;
	await log.close();
	const odd = { ...POLICY, name: 'odd', programme: { ...THIRTY, ...more } };
	await expect(open(dir, { policy: odd })).rejects.toMatchObject({ code });
	const again = await openLog({ dir: join(dir, 'log') });
	expect(again.head.number).toBe(number);
	await again.close();
	const restored = await open(dir);
	expect(restored.stateHash).toBe(stateHash);
	await restored.close();
});

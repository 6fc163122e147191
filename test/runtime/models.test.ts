/** [SC7] A policy's model, across restarts: from the log and from a snapshot, which keeps documents and nothing compiled. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { openLog } from '../../src/log/embedded-log.js';
import { nodeDisk } from '../../src/log/node-disk.js';
import { Service } from '../../src/runtime/service.js';
import { Snapshots } from '../../src/runtime/snapshots.js';
import { BY_HAND } from '../train/model-by-hand.js';

const dir = mkdtempSync(join(tmpdir(), 'surety-models-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function open(): Promise<Service> {
	const log = await openLog({ dir: join(dir, 'log') });
	return Service.open({
		log,
		snapshots: new Snapshots(join(dir, 'snapshots'), nodeDisk, log.id, (sentence) => expect(sentence).toBe('')),
		currency: currency('CNY'),
		programme: DEFAULT_PROGRAMME,
		policy: { schema: 'surety.policy/1', name: 'plain', version: 1 },
		clock: 'records',
	});
}

let sent = 0;
const record = (type: string, hour: number, fields: object) => ({
	type,
	id: `r${++sent}`,
	at: new Date(Date.UTC(2024, 2, 1, hour)).toISOString(),
	...fields,
});

/** A store that a model flags: received at once, emptied, cut. */
const abuse = (store_id: string, hour: number) => [
	record('store.opened', hour, { store_id, deposit: '0' }),
	record('price.changed', hour, { store_id, sku_id: 'K', price: '100' }),
	record('order.paid', hour, {
		order_line_id: `L${store_id}`,
		store_id,
		sku_id: 'K',
		buyer_id: `B${store_id}`,
		quantity: 1,
		unit_price: '100',
		protect_days: 7,
	}),
	record('order.released', hour + 1, { order_line_id: `L${store_id}` }),
	record('withdrawal.paid', hour + 2, { store_id, withdrawal_id: `W${store_id}`, amount: '100' }),
	record('price.changed', hour + 30, { store_id, sku_id: 'K', price: '10' }),
];

const risks = (service: Service) =>
	service.desk.core.risk.stores.map(({ score, reasons }) => [score, reasons.map(({ code }) => code)]);
const FLAGGED = [100, ['uncovered_cut', 'fast_receipt', 'out_of_line_cut']];

test('a model drafted with its policy scores on after a restart, from a snapshot and from the log', async () => {
	const first = await open();
	await first.submit(
		[
			record('policy.drafted', 1, {
				document: { schema: 'surety.policy/1', name: 'taught', version: 1, model: BY_HAND },
				by: 'ann',
			}),
			record('policy.backtested', 1, { policy: 'taught@1', result: { policy: 'taught@1' }, by: 'ann' }),
			record('policy.approved', 1, { policy: 'taught@1', by: 'ben' }),
			record('policy.enforced', 1, { policy: 'taught@1', share_percent: 100, by: 'ben' }),
			...abuse('S1', 2),
		],
		'test',
	);
	expect(risks(first)).toEqual([FLAGGED]);
	await first.close();
	expect(readdirSync(join(dir, 'snapshots'))).toHaveLength(1);
	const restored = await open();
	await restored.submit(abuse('S2', 40), 'test');
	expect(risks(restored)).toEqual([FLAGGED, FLAGGED]);
	const { stateHash } = restored;
	await restored.close();
	rmSync(join(dir, 'snapshots'), { recursive: true });
	const replayed = await open();
	expect(replayed.stateHash).toBe(stateHash);
	expect(risks(replayed)).toEqual([FLAGGED, FLAGGED]);
	await replayed.close();
});

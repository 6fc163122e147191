/** What only the history remembers is found there: how a held request ended, after the book has forgotten it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { startHistory } from '../../src/history/index.js';
import { createServer } from '../../src/http/server.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { Service } from '../../src/runtime/service.js';
import { historyReader } from '../../src/serve/history-reader.js';
import { day, POLICY, TRADE } from '../http/serving.js';

test('a decision reads the same before and after its last word was forgotten, and is settled without a history', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'surety-reader-'));
	const log = memoryLog();
	const policy = { ...POLICY, remember_days: 1 };
	const options = { log, currency: currency('CNY'), programme: DEFAULT_PROGRAMME, policy, clock: 'records' } as const;
	const service = await Service.open(options);
	const history = await startHistory({ path: join(folder, 'h.duckdb'), log, service, batchMs: 1 });
	const app = createServer({ service, history: historyReader(history, service), version: 'test' });
	const alone = createServer({ service, version: 'test' });
	onTestFinished(async () => {
		await app.close();
		await alone.close();
		await history.close();
		await service.close();
		rmSync(folder, { recursive: true });
	});
	const decision = async (server = app): Promise<unknown> =>
		JSON.parse((await server.inject({ method: 'GET', url: '/v1/decisions/r6' })).body);
	await service.submit(TRADE);
	expect(await decision()).toMatchObject({ state: 'waiting', verdict: 'hold' });
	await service.submit([{ type: 'deposit.received', id: 'd', at: day(4), store_id: 'S', amount: '1000' }]);
	await history.caughtUp();
	const before = await decision();
	expect(before).toMatchObject({
		state: 'settled',
		first_verdict: 'hold',
		verdict: 'approve',
		decided: { how: 'funds' },
	});
	await service.submit([{ type: 'time.passed', id: 't', at: day(6) }]);
	expect(service.desk.lastWord('r6')).toBeUndefined();
	expect(await decision()).toEqual(before);
	expect(await decision(alone)).toMatchObject({ state: 'settled', verdict: 'hold' });
	await history.close();
	expect(await decision()).toMatchObject({ state: 'settled', verdict: 'hold' });
});

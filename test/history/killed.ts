/**
 * A service with its history in the folder given, which trades until it is killed; run as a process of its own by
 * crash.test.ts. Says when its history has begun to follow.
 */
import { join } from 'node:path';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { startHistory } from '../../src/history/index.js';
import { openLog } from '../../src/log/embedded-log.js';
import { Service } from '../../src/runtime/service.js';
import { Market } from './market.js';

const [, , dir = '', run = '0'] = process.argv;
const policy = { schema: 'surety.policy/1', name: 'killed', version: 1 };
const log = await openLog({ dir: join(dir, 'log') });
const service = await Service.open({ log, currency: currency('CNY'), programme: DEFAULT_PROGRAMME, policy });
const warn = (sentence: string): void => console.log(sentence);
await startHistory({ path: join(dir, 'history.duckdb'), log, service, batchMs: 1, mostBatch: 200, warn });
console.log('following');
const market = new Market(Number(run), 8, 60_000, `${run}-`);
for (;;) await service.submit(market.take(20), 'test');

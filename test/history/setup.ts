/** What the tests of the history share: a service on a real log, its history beside it, and all pages of a list. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import {
	type History,
	type HistoryOptions,
	type Page,
	type PageFilter,
	startHistory,
} from '../../src/history/index.js';
import { openLog } from '../../src/log/embedded-log.js';
import type { Log } from '../../src/log/port.js';
import { decodeBatch, type Entry, type RecordEntry } from '../../src/runtime/entry.js';
import { Service, type ServiceOptions } from '../../src/runtime/service.js';
import type { Market } from './market.js';

export const CNY = currency('CNY');
const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
export const POLICY = { schema: 'surety.policy/1', name: 'test', version: 1, gates: ENFORCE };

const folders: string[] = [];
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const one of open.splice(0).reverse()) await one.close();
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function newFolder(): string {
	const path = mkdtempSync(join(tmpdir(), 'surety-history-'));
	folders.push(path);
	return path;
}

/** Closes it when the test is over; what was closed before must bear it. */
export function closeLater<T extends { close(): Promise<void> }>(one: T): T {
	open.push(one);
	return one;
}

export async function serve(log: Log, more: Partial<ServiceOptions> = {}): Promise<Service> {
	const options = {
		log,
		currency: CNY,
		programme: DEFAULT_PROGRAMME,
		policy: POLICY,
		clock: 'records',
		...more,
	} as const;
	return closeLater(await Service.open(options));
}

export const diskLog = (dir: string): Promise<Log> => openLog({ dir: join(dir, 'log') });

export type Told = Partial<Omit<HistoryOptions, 'log' | 'service'>>;

/** The history of a service; `warnings` are what it said. */
export async function historyOf(service: Service, dir: string, more: Told = {}) {
	const warnings: string[] = [];
	const history = await startHistory({
		path: join(dir, 'history.duckdb'),
		log: service.log,
		service,
		batchMs: 5,
		warn: (sentence) => warnings.push(sentence),
		...more,
	});
	return { history: closeLater(history), warnings };
}

/** Tells a market in requests of some records each. */
export async function tell(service: Service, market: Market, records: number, each = 50): Promise<void> {
	for (let told = 0; told < records; told += each)
		await service.submit(market.take(Math.min(each, records - told)), 'test');
}

/** Every entry of a log, and those of records. */
export async function entriesOf(log: Log): Promise<{ readonly all: Entry[]; readonly records: RecordEntry[] }> {
	const all: Entry[] = [];
	for await (const { payload } of log.read()) all.push(...decodeBatch(payload));
	return { all, records: all.filter((entry) => entry.kind === 'record') };
}

/** All items of a list, page by page. */
export async function allOf<T>(list: (page: PageFilter) => Promise<Page<T>>, limit = 1000): Promise<T[]> {
	const items: T[] = [];
	let cursor: string | undefined;
	do {
		const page = await list({ limit, cursor });
		items.push(...page.items);
		cursor = page.next;
	} while (cursor !== undefined);
	return items;
}

/** All that a history holds. */
export const contentOf = async (history: History) => ({
	decisions: await allOf((page) => history.decisions(page)),
	events: await allOf((page) => history.events(page)),
	audit: await allOf((page) => history.audit(page)),
});

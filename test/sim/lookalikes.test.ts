/** Each honest look-alike, cast alone, does in the tables what its name says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type LookalikeName, type Truth, writeMarket } from '../../src/sim/index.js';
import { recount } from './recount.js';
import { at, fen, groupBy, type Row, table } from './tables.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const root = mkdtempSync(join(tmpdir(), 'surety-lookalikes-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Market {
	readonly truth: Truth;
	readonly stores: readonly string[];
	readonly buyers: readonly string[];
	/** Rows of a table that belong to the look-alike's stores. */
	readonly of: (name: string) => Row[];
	readonly dir: string;
}

async function market(kind: LookalikeName): Promise<Market> {
	const dir = join(root, kind);
	const truth = await writeMarket(dir, {
		seed: 5,
		days: 150,
		honestStores: 240,
		medianBuyers: 40,
		lookalikes: [kind],
		gangs: [],
	});
	const stores = truth.lookalikes.flatMap((one) => one.stores);
	const buyers = truth.lookalikes.flatMap((one) => one.buyers);
	const mine = new Set<string>(stores);
	const of = (name: string): Row[] => table(dir, name).filter((row) => mine.has(row['store_id'] ?? ''));
	return { truth, stores, buyers, of, dir };
}

interface Fall {
	readonly store: string;
	readonly sku: string;
	readonly at: number;
	readonly percent: number;
	/** Milliseconds until the price is back; Infinity if it stays. */
	readonly lastsMs: number;
}

function falls(rows: readonly Row[]): Fall[] {
	const found: Fall[] = [];
	for (const path of groupBy(rows, (row) => `${row['store_id']} ${row['sku_id']}`).values()) {
		for (const [i, row] of path.entries()) {
			const before = fen(path[i - 1] ?? row, 'price');
			if (fen(row, 'price') >= before) continue;
			const back = path.slice(i + 1).find((next) => fen(next, 'price') >= before * 0.98);
			found.push({
				store: row['store_id'] ?? '',
				sku: row['sku_id'] ?? '',
				at: at(row, 'changed_at'),
				percent: 100 - (100 * fen(row, 'price')) / before,
				lastsMs: back === undefined ? Infinity : at(back, 'changed_at') - at(row, 'changed_at'),
			});
		}
	}
	return found;
}

const storesWith = (list: readonly Fall[]): number => new Set(list.map((fall) => fall.store)).size;

test('festival-flash: 30-70 % off for hours to days, the balance withdrawn the day before', async () => {
	const { stores, of } = await market('festival-flash');
	const flashes = falls(of('price_changes')).filter(
		({ percent, lastsMs }) => percent >= 29 && percent <= 71 && lastsMs <= 73 * HOUR,
	);
	expect(storesWith(flashes)).toBe(stores.length);
	const withdrawals = of('withdrawals');
	const emptied = flashes.filter(({ store, at: start }) =>
		withdrawals.some(
			(row) =>
				row['store_id'] === store && start - at(row, 'requested_at') <= 29 * HOUR && at(row, 'requested_at') < start,
		),
	);
	expect(storesWith(emptied)).toBeGreaterThan(stores.length * 0.7);
});

test('clearance: 60-80 % off for good, with daily withdrawals', async () => {
	const { stores, of } = await market('clearance');
	const cleared = falls(of('price_changes')).filter(({ percent, lastsMs }) => percent >= 59 && lastsMs === Infinity);
	expect(storesWith(cleared)).toBe(stores.length);
	expect(of('withdrawals').length / stores.length).toBeGreaterThan(20);
});

test('price-too-low: nine tenths off for less than an hour, orders and claims within it', async () => {
	const { stores, of, dir } = await market('price-too-low');
	const mistakes = falls(of('price_changes')).filter(({ percent, lastsMs }) => percent > 89 && lastsMs < HOUR);
	expect(storesWith(mistakes)).toBe(stores.length);
	const within = (row: Row, column: string): boolean =>
		mistakes.some(({ at: start, lastsMs }) => at(row, column) >= start && at(row, column) < start + lastsMs);
	expect(of('order_lines').filter((row) => within(row, 'paid_at')).length).toBeGreaterThan(2 * stores.length);
	expect(table(dir, 'claims').filter((row) => within(row, 'claimed_at')).length).toBeGreaterThan(0);
});

test('price-too-high: ten times up for less than an hour, at most two buyers caught', async () => {
	const { stores, of } = await market('price-too-high');
	const mistakes = falls(of('price_changes')).filter(({ percent }) => percent > 89);
	expect(storesWith(mistakes)).toBe(stores.length);
	for (const mistake of mistakes) {
		const caught = of('order_lines').filter(
			(row) =>
				row['store_id'] === mistake.store &&
				row['sku_id'] === mistake.sku &&
				at(row, 'paid_at') < mistake.at &&
				at(row, 'paid_at') > mistake.at - HOUR,
		);
		expect(caught.length).toBeLessThanOrEqual(3);
	}
});

test('viral-newcomer: least deposit, few dear items, a crowd within two weeks', async () => {
	const { stores, of } = await market('viral-newcomer');
	for (const storeId of stores) {
		const lines = of('order_lines').filter((row) => row['store_id'] === storeId);
		expect(new Set(lines.map((row) => row['sku_id'])).size).toBeLessThanOrEqual(4);
		expect(new Set(lines.map((row) => row['buyer_id'])).size).toBeGreaterThan(150);
		expect(Math.min(...lines.map((row) => fen(row, 'unit_price')))).toBeGreaterThan(350_000);
	}
	expect(of('stores').every((row) => row['deposit'] === '1000.00')).toBe(true);
});

test('sisters: one person, bank account, phone and device for four to six stores, and some shared buyers', async () => {
	const { truth, of } = await market('sisters');
	for (const { stores } of truth.lookalikes) {
		expect(stores.length).toBeGreaterThanOrEqual(4);
		const rows = of('stores').filter((row) => stores.some((id) => id === row['store_id']));
		for (const column of ['legal_person', 'bank_account', 'phone', 'device_id']) {
			expect(new Set(rows.map((row) => row[column])).size).toBe(1);
		}
	}
	const visited = groupBy(of('order_lines'), (row) => row['buyer_id'] ?? '');
	const fans = [...visited.values()].filter((rows) => new Set(rows.map((row) => row['store_id'])).size > 1);
	expect(fans.length).toBeGreaterThan(8);
});

test('registration-agent: one address, otherwise strangers', async () => {
	const { of, stores } = await market('registration-agent');
	expect(stores.length).toBeGreaterThanOrEqual(12);
	expect(new Set(of('stores').map((row) => row['address'])).size).toBe(1);
	expect(new Set(of('stores').map((row) => row['legal_person'])).size).toBe(stores.length);
});

test('families: three to five share device and address and buy in the same stores', async () => {
	const { truth, dir } = await market('families');
	const lines = groupBy(table(dir, 'order_lines'), (row) => row['buyer_id'] ?? '');
	for (const { buyers } of truth.lookalikes) {
		const rows = buyers.flatMap((buyer) => lines.get(buyer) ?? []);
		expect(new Set(rows.map((row) => row['device_id'])).size).toBe(1);
		expect(new Set(rows.map((row) => row['address'])).size).toBe(1);
		const visited = buyers.map((buyer) => new Set((lines.get(buyer) ?? []).map((row) => row['store_id'])));
		const everywhere = new Set(visited.flatMap((stores) => Array.from(stores)));
		expect(visited.map((stores) => stores.size)).toEqual(buyers.map(() => everywhere.size));
	}
});

test('claim-bots: heavy shoppers who claim within a quarter of an hour of a fall', async () => {
	const { buyers, dir } = await market('claim-bots');
	const lines = new Map(table(dir, 'order_lines').map((row) => [row['order_line_id'] ?? '', row]));
	const fallsOf = groupBy(table(dir, 'price_changes'), (row) => `${row['store_id']} ${row['sku_id']}`);
	const claims = table(dir, 'claims').filter((row) =>
		buyers.includes(lines.get(row['order_line_id'] ?? '')?.['buyer_id'] ?? ''),
	);
	expect(claims.length).toBeGreaterThan(0);
	for (const claim of claims) {
		const line = lines.get(claim['order_line_id'] ?? '');
		const path = fallsOf.get(`${line?.['store_id']} ${line?.['sku_id']}`) ?? [];
		const last = path.findLast((row) => at(row, 'changed_at') < at(claim, 'claimed_at'));
		expect(at(claim, 'claimed_at') - at(last ?? {}, 'changed_at')).toBeLessThan(16 * 60_000);
	}
});

test('digital-goods: delivered and released within minutes', async () => {
	const { of } = await market('digital-goods');
	const slow = of('order_lines').filter(
		(row) => row['released_at'] && at(row, 'released_at') - at(row, 'paid_at') > HOUR / 2,
	);
	expect(slow).toEqual([]);
	expect(of('withdrawals').length).toBeGreaterThan(20);
});

test('staff-purchases: some buyers use the store’s own address and buy cheap things often', async () => {
	const { of, stores } = await market('staff-purchases');
	const addresses = new Map(of('stores').map((row) => [row['store_id'], row['address']]));
	const own = of('order_lines').filter((row) => row['address'] === addresses.get(row['store_id'] ?? ''));
	expect(own.length / stores.length).toBeGreaterThan(10);
	expect(Math.max(...own.map((row) => fen(row, 'unit_price')))).toBeLessThan(10_000);
});

test('normal-closing: closes after its last window, owing nothing', async () => {
	const { of, dir } = await market('normal-closing');
	const sums = recount(dir);
	const lines = groupBy(of('order_lines'), (row) => row['store_id'] ?? '');
	for (const store of of('stores')) {
		const last = Math.max(...(lines.get(store['store_id'] ?? '') ?? []).map((row) => at(row, 'paid_at')));
		expect(at(store, 'closed_at') - last).toBeGreaterThan(30 * DAY);
		const { advanced, recovered } = sums.get(store['store_id'] ?? '') ?? { advanced: 0, recovered: 1 };
		expect(recovered).toBe(advanced);
	}
});

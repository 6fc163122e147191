/** The honest market against what was measured on real ones (design facts: prices, stores, buyers). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Truth, writeMarket } from '../../src/sim/index.js';
import { at, fen, groupBy, type Row, table } from './tables.js';

const DAY = 86_400_000;
const dir = mkdtempSync(join(tmpdir(), 'surety-calibration-'));
let truth: Truth;
let lines: Row[];
beforeAll(async () => {
	truth = await writeMarket(dir, { seed: 3, days: 243, honestStores: 500, lookalikes: 'none', gangs: [] });
	lines = table(dir, 'order_lines');
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Step {
	readonly at: number;
	readonly price: number;
}

function paths(): Step[][] {
	const items = groupBy(table(dir, 'price_changes'), (row) => `${row['store_id']} ${row['sku_id']}`);
	return [...items.values()].map((rows) =>
		rows.map((row) => ({ at: at(row, 'changed_at'), price: fen(row, 'price') })),
	);
}

/** The price at each midnight. */
function daily(path: readonly Step[]): number[] {
	const prices: number[] = [];
	let next = 0;
	for (let day = (path[0]?.at ?? 0) + DAY; day < Date.parse(truth.period.to); day += DAY) {
		while ((path[next + 1]?.at ?? Infinity) <= day) next++;
		prices.push(path[next]?.price ?? 0);
	}
	return prices;
}

/** Per cent of item-days whose price falls within a week by at least so much. */
function fallsWithinWeek(atLeast: number): number {
	let [days, falls] = [0, 0];
	for (const prices of paths().map(daily)) {
		for (let day = 0; day + 7 < prices.length; day++) {
			const low = Math.min(...prices.slice(day + 1, day + 8));
			days++;
			if (low < (prices[day] ?? 0) && low <= (prices[day] ?? 0) * (1 - atLeast)) falls++;
		}
	}
	return (100 * falls) / days;
}

test('4 to 19 % of item-days see any fall within a week', () => {
	expect(fallsWithinWeek(0)).toBeGreaterThan(4);
	expect(fallsWithinWeek(0)).toBeLessThan(19);
});

test('.2 to 2.1 % see a fall of 30 %, .02 to .18 % of half', () => {
	expect(fallsWithinWeek(0.3)).toBeGreaterThan(0.19);
	expect(fallsWithinWeek(0.3)).toBeLessThan(2.1);
	expect(fallsWithinWeek(0.5)).toBeGreaterThan(0.02);
	expect(fallsWithinWeek(0.5)).toBeLessThan(0.18);
});

test('46 to 67 % of one-step falls of a fifth are back within 15 days', () => {
	let [cliffs, back] = [0, 0];
	for (const path of paths()) {
		for (const [i, step] of path.entries()) {
			const before = path[i - 1]?.price ?? 0;
			if (step.price > before * 0.8 || step.at > Date.parse(truth.period.to) - 15 * DAY) continue;
			cliffs++;
			if (path.slice(i + 1).some((next) => next.price >= before * 0.95 && next.at <= step.at + 15 * DAY)) back++;
		}
	}
	expect(back / cliffs).toBeGreaterThan(0.46);
	expect(back / cliffs).toBeLessThan(0.67);
});

function buyersOfStores(): Map<string, Map<string, number>> {
	const buyers = new Map<string, Map<string, number>>();
	for (const row of lines) {
		const store = buyers.get(row['store_id'] ?? '') ?? new Map<string, number>();
		store.set(row['buyer_id'] ?? '', (store.get(row['buyer_id'] ?? '') ?? 0) + 1);
		buyers.set(row['store_id'] ?? '', store);
	}
	return buyers;
}

test('stores have a median of about 104 buyers and a long tail', () => {
	const sizes = [...buyersOfStores().values()].map((store) => store.size).sort((a, b) => a - b);
	const share = (part: number): number => sizes[Math.floor(sizes.length * part)] ?? 0;
	expect(share(0.5)).toBeGreaterThan(70);
	expect(share(0.5)).toBeLessThan(140);
	expect(share(0.9)).toBeGreaterThan(400);
	expect(share(0.9)).toBeLessThan(850);
});

test('about 6 % of buyers come back, 5 % of goods are sent back', () => {
	const counts = [...buyersOfStores().values()].flatMap((store) => Array.from(store.values()));
	const back = counts.filter((count) => count > 1).length / counts.length;
	expect(back).toBeGreaterThan(0.045);
	expect(back).toBeLessThan(0.075);
	const refunded = lines.filter((row) => row['refunded_at']).length / lines.length;
	expect(refunded).toBeGreaterThan(0.03);
	expect(refunded).toBeLessThan(0.07);
});

test('few pairs of stores share a buyer, and hardly any shares ten', () => {
	const storesOf = new Map<string, string[]>();
	for (const [storeId, buyers] of buyersOfStores()) {
		for (const buyer of buyers.keys()) storesOf.set(buyer, [...(storesOf.get(buyer) ?? []), storeId]);
	}
	const shared = new Map<string, number>();
	for (const stores of storesOf.values()) {
		for (const [i, a] of stores.entries()) {
			for (const b of stores.slice(i + 1)) shared.set(`${a} ${b}`, (shared.get(`${a} ${b}`) ?? 0) + 1);
		}
	}
	const pairs = (truth.totals.stores * (truth.totals.stores - 1)) / 2;
	expect(shared.size / pairs).toBeGreaterThan(0.02);
	expect(shared.size / pairs).toBeLessThan(0.08);
	expect([...shared.values()].filter((count) => count >= 10).length / pairs).toBeLessThan(0.001);
});

const days = (row: Row, from: string, to: string): number => (at(row, to) - at(row, from)) / DAY;

test('parcels take one to six days, money some days more', () => {
	const delivered = lines.filter((row) => row['delivered_at']).map((row) => days(row, 'paid_at', 'delivered_at'));
	expect(delivered.filter((count) => count < 0.8 || count > 6.1)).toEqual([]);
	const released = lines.filter((row) => row['released_at']).map((row) => days(row, 'delivered_at', 'released_at'));
	const mean = released.reduce((sum, count) => sum + count, 0) / released.length;
	expect(mean).toBeGreaterThan(2);
	expect(mean).toBeLessThan(7);
});

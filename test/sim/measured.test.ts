/**
 * Measured trade: what `calibration.json` tells is counted again from the tables alone, slowly; and each number is near
 * the fact it is held against, with all honest look-alikes in the market.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Instant, parseInstant } from '../../src/core/words/time.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CalibrationReport, CHOSEN, LOOKALIKES, type Market, writeCalibrated } from '../../src/sim/index.js';
import { at, fen, groupBy, type Row, table } from './tables.js';

const DAY = 86_400_000;
const dir = mkdtempSync(join(tmpdir(), 'surety-measured-'));
let market: Market;
let report: CalibrationReport;
let lines: Row[];
let gangStores: Set<string>;
const FROM = parseInstant('2023-06-01T00:00:00+08:00') as Instant; // a constant that parses

beforeAll(async () => {
	market = await writeCalibrated(dir, {
		seed: 4,
		days: 180,
		honestStores: 500,
		from: FROM,
		lookalikes: 'all',
		trade: 'measured',
		gangs: [{ stores: 6, people: 2, buyers: 20 }],
	});
	report = market.calibration;
	gangStores = new Set(market.truth.gangs.flatMap(({ stores }) => stores.map((store) => store.store_id)));
	lines = honest('order_lines');
});
afterAll(() => rmSync(dir, { recursive: true }));

const honest = (name: string): Row[] => table(dir, name).filter((row) => !gangStores.has(row['store_id'] ?? ''));
const told = (id: string): number => report.facts.find((fact) => fact.id === id)?.simulated ?? Number.NaN;
/** As `calibration.json` rounds. */
const rounded = (value: number): number => Number(value.toPrecision(4));
const percent = (flags: readonly boolean[]): number => rounded((100 * flags.filter(Boolean).length) / flags.length);

/** For each item the prices at midnights, as text would be read, one by one. */
function midnightPrices(): number[][] {
	const closed = new Map(table(dir, 'stores').map((row) => [row['store_id'] ?? '', row['closed_at'] ?? '']));
	const paths = groupBy(honest('price_changes'), (row) => `${row['store_id']} ${row['sku_id']}`);
	return [...paths.values()].map((rows) => {
		const closedAt = closed.get(rows[0]?.['store_id'] ?? '');
		const end = closedAt ? Date.parse(closedAt) : Date.parse(market.truth.period.to);
		const steps = rows.map((row) => ({ at: at(row, 'changed_at'), price: fen(row, 'price') }));
		const prices: number[] = [];
		for (let night: number = FROM; night < end; night += DAY) {
			const step = steps.findLast((one) => one.at <= night);
			if (step !== undefined && steps[0] !== undefined && steps[0].at < night) prices.push(step.price);
		}
		return prices;
	});
}

describe('calibration.json is true of the tables', () => {
	test('falls, refunds, raised and halved', () => {
		const nights = midnightPrices();
		for (const window of [7, 15, 30]) {
			const parts: number[] = [];
			for (const prices of nights) {
				for (let day = 0; day + window < prices.length; day++) {
					const low = Math.min(...prices.slice(day + 1, day + window + 1));
					parts.push(Math.max(0, 1 - low / (prices[day] ?? 0)));
				}
			}
			expect(told(`fall_any_within_${window}`)).toBe(percent(parts.map((part) => part > 0)));
			expect(told(`fall_30_within_${window}`)).toBe(percent(parts.map((part) => part * 100 + 1e-9 >= 30)));
			expect(told(`fall_50_within_${window}`)).toBe(percent(parts.map((part) => part * 100 + 1e-9 >= 50)));
			const mean = (100 * parts.reduce((sum, part) => sum + part, 0)) / parts.length;
			expect(told(`refund_within_${window}`)).toBeCloseTo(mean, 2);
			if (window === 7) expect(report.market.item_days).toBe(parts.length);
		}
		const halved = nights.flatMap((prices) =>
			prices.slice(0, -15).map((_, day) => {
				const ahead = prices.slice(day, day + 16);
				return ahead.some(
					(price, k) => k > 0 && price > (ahead[k - 1] ?? 0) && ahead.slice(k).some((later) => later * 2 <= price),
				);
			}),
		);
		expect(told('raised_then_halved')).toBe(percent(halved));
	});

	test('sizes of stores, buyers who come back, buyers shared', () => {
		const stores = [...groupBy(lines, (row) => row['store_id'] ?? '').values()];
		const buyers = stores.map((rows) => groupBy(rows, (row) => row['buyer_id'] ?? ''));
		const sizes = buyers.map((one) => one.size).sort((a, b) => a - b);
		expect(sizes).toHaveLength(500);
		expect(told('buyers_p50')).toBe(sizes[250]);
		expect(told('buyers_p90')).toBe(sizes[450]);
		expect(told('buyers_most')).toBe(sizes[499]);
		const counts = buyers.flatMap((one) => Array.from(one.values(), (rows) => rows.length));
		expect(report.market.buyer_store_pairs).toBe(counts.length);
		expect(told('returning')).toBe(percent(counts.map((count) => count > 1)));
		const shared: number[] = [];
		const overlaps: number[] = [];
		for (const [i, a] of buyers.entries()) {
			for (const b of buyers.slice(i + 1)) {
				const [small, large] = a.size < b.size ? [a, b] : [b, a];
				let both = 0;
				for (const id of small.keys()) if (large.has(id)) both++;
				shared.push(both);
				if (small.size >= 30) overlaps.push(both / small.size);
			}
		}
		expect(told('pairs_sharing_any')).toBe(percent(shared.map((both) => both > 0)));
		expect(told('pairs_sharing_ten')).toBe(percent(shared.map((both) => both >= 10)));
		overlaps.sort((a, b) => b - a);
		expect(told('overlap_p99')).toBe(rounded(overlaps[Math.floor(0.01 * overlaps.length)] ?? 0));
		expect(told('overlap_most')).toBe(rounded(overlaps[0] ?? 0));
	});

	test('habits', () => {
		const habits = new Map(report.chosen.map(({ id, value }) => [id, value]));
		expect(report.chosen.map(({ id }) => id).sort()).toEqual(Object.keys(CHOSEN).sort());
		expect(habits.get('sent_back')).toBe(percent(lines.map((row) => row['refunded_at'] !== '')));
		expect(habits.get('promise_7')).toBe(percent(lines.map((row) => row['protect_days'] === '7')));
		const withdrew = new Set(honest('withdrawals').map((row) => row['store_id']));
		const stores = honest('stores').map((row) => !withdrew.has(row['store_id'] ?? ''));
		expect(habits.get('withdraw_never')).toBe(percent(stores));
	});
});

/** In per cent. A market of five hundred has few pairs that share ten buyers, and a mistake or two that lasts a night. */
const ALLOWED: Readonly<Record<string, number>> = {
	fall_90_within_15: 70,
	pairs_sharing_any: 35,
	pairs_sharing_ten: 60,
	overlap_p9999: 35,
	fallen_together: 35,
};

describe('the honest side is as real markets are', () => {
	test('each number lies among the data sets, or near the one', () => {
		const far = report.facts.filter(({ id, deviation }) => Math.abs(deviation ?? 0) > (ALLOWED[id] ?? 15));
		expect(far.map(({ id, simulated, deviation }) => ({ id, simulated, deviation }))).toEqual([]);
		const silent = report.facts.filter(({ deviation }) => deviation === null).map(({ id }) => id);
		expect(silent.sort()).toEqual(['buyers_most', 'close_buyers', 'components', 'overlap_most']);
	});

	test('stores withdraw daily, weekly, rarely or never', () => {
		const habits = new Map(report.chosen.map(({ id, value }) => [id, value]));
		for (const habit of ['daily', 'weekly', 'monthly', 'never'])
			expect(habits.get(`withdraw_${habit}`), habit).toBeGreaterThan(5);
	});

	test('every look-alike is there; no honest store is left owing', () => {
		expect([...new Set(market.truth.lookalikes.map(({ kind }) => kind))].sort()).toEqual([...LOOKALIKES].sort());
		expect(market.truth.honest.owing).toEqual([]);
	});

	test('618 and Double 11 sell more than other days', () => {
		const day = (row: Row): string => (row['paid_at'] ?? '').slice(5, 10);
		const daily = lines.length / 180;
		const mean = (from: string, to: string, days: number): number =>
			lines.filter((row) => day(row) >= from && day(row) <= to).length / days;
		expect(mean('06-12', '06-18', 7) / daily).toBeGreaterThan(1.3);
		expect(mean('11-01', '11-11', 11) / daily).toBeGreaterThan(1.3);
	});
});

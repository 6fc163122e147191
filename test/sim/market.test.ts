/** A whole market: same seed same bytes, sums equal to an independent recount, gangs that do what they are told to. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	FOUNDING_CASE,
	type GangOptions,
	LOOKALIKES,
	type MarketOptions,
	type Truth,
	writeMarket,
} from '../../src/sim/index.js';
import { recount, wrongClaims } from './recount.js';
import { at, fen, groupBy, type Row, table, yuan } from './tables.js';

const root = mkdtempSync(join(tmpdir(), 'surety-sim-'));
afterAll(() => rmSync(root, { recursive: true }));

const SMALL: MarketOptions = {
	seed: 7,
	days: 120,
	honestStores: 60,
	medianBuyers: 30,
	lookalikes: 'all',
	gangs: [{ stores: 4, people: 2, buyers: 14 }],
};
const gangOf = (more: Partial<GangOptions>): MarketOptions => ({
	...SMALL,
	gangs: [{ stores: 4, people: 2, buyers: 14, ...more }],
});

let made = 0;
async function make(options: MarketOptions): Promise<{ dir: string; truth: Truth }> {
	const dir = join(root, String(made++));
	return { dir, truth: await writeMarket(dir, options) };
}

function digest(dir: string, ending = ''): string {
	const hash = createHash('sha256');
	const names = readdirSync(dir).filter((name) => name.endsWith(ending));
	for (const name of names.sort()) hash.update(name).update(readFileSync(join(dir, name)));
	return hash.digest('hex').slice(0, 16);
}

/** What gang accounts bought in gang stores. */
function dearLines(dir: string, truth: Truth): Row[] {
	const buyers = new Set<string>(truth.gangs[0]?.buyers);
	const stores = new Set<string>(truth.gangs[0]?.stores.map((store) => store.store_id));
	return table(dir, 'order_lines').filter(
		(row) => buyers.has(row['buyer_id'] ?? '') && stores.has(row['store_id'] ?? ''),
	);
}

/** The prices, in order, of every item sold so. */
function dearPaths(dir: string, truth: Truth): number[][] {
	const sold = new Set(dearLines(dir, truth).map((row) => `${row['store_id']} ${row['sku_id']}`));
	const paths = groupBy(table(dir, 'price_changes'), (row) => `${row['store_id']} ${row['sku_id']}`);
	return [...paths].filter(([item]) => sold.has(item)).map(([, rows]) => rows.map((row) => fen(row, 'price')));
}

describe('determinism', () => {
	test('the same seed gives the same bytes, another seed others', async () => {
		const [a, b, c] = [await make(SMALL), await make(SMALL), await make({ ...SMALL, seed: 8 })];
		expect(digest(a.dir)).toBe(digest(b.dir));
		expect(digest(a.dir)).not.toBe(digest(c.dir));
	});

	// Pinned: another machine, Node version, locale or time zone must give these bytes too. A change of the simulator
	// changes them; then pin the new ones, and say so in the changelog: seeds of before no longer mean the same.
	test('the bytes are the same on every machine', async () => {
		const { dir } = await make(SMALL);
		expect(digest(dir, 'csv')).toBe('e4190ab8099a9eb3');
		expect(digest(dir)).toBe('0074213813c3f5a9');
	});

	test('truth.json is what was returned', async () => {
		const { dir, truth } = await make(SMALL);
		expect(JSON.parse(readFileSync(join(dir, 'truth.json'), 'utf8'))).toEqual(truth);
	});

	test('a market too short for its stories is refused', async () => {
		await expect(make({ ...SMALL, days: 10 })).rejects.toThrow('days 10: a market needs at least 45');
	});
});

describe('the founding case', () => {
	let dir: string;
	let truth: Truth;
	beforeAll(async () => ({ dir, truth } = await make(FOUNDING_CASE)));

	test('29 stores of nine people took about two million yuan', () => {
		const [gang] = truth.gangs;
		expect(gang?.stores).toHaveLength(29);
		expect(gang?.people).toHaveLength(9);
		for (const person of gang?.people ?? []) expect(person.stores.length).toBeGreaterThanOrEqual(3);
		expect(Number(gang?.shortfall)).toBeGreaterThan(1_900_000);
		expect(Number(gang?.shortfall)).toBeLessThan(2_200_000);
	});

	test('every gang store lost all but its deposit, every honest store paid in the end', () => {
		for (const store of truth.gangs[0]?.stores ?? []) expect(Number(store.shortfall)).toBeGreaterThan(30_000);
		expect(truth.honest.shortfall).toBe('0.00');
		expect(truth.honest.owing).toEqual([]);
	});

	test('the sums are those of the tables, store by store, to the cent', () => {
		const counted = recount(dir);
		let [advanced, recovered] = [0, 0];
		for (const sums of counted.values()) {
			advanced += sums.advanced;
			recovered += sums.recovered;
		}
		expect(truth.totals).toMatchObject({ advanced: yuan(advanced), recovered: yuan(recovered) });
		for (const store of truth.gangs[0]?.stores ?? []) {
			const sums = counted.get(store.store_id);
			expect(store).toMatchObject({ advanced: yuan(sums?.advanced ?? 0), recovered: yuan(sums?.recovered ?? 0) });
		}
	});

	test('claims are exactly what the default programme owes', () => {
		expect(wrongClaims(dir)).toEqual([]);
	});

	test('counts are those of the tables, and small enough for a first run', () => {
		for (const name of ['stores', 'order_lines', 'price_changes', 'claims', 'withdrawals'] as const) {
			expect(truth.totals[name]).toBe(table(dir, name).length);
		}
		expect(truth.totals.order_lines).toBeLessThan(150_000);
	});

	test('all happens between the store’s opening and the end of the history', () => {
		const opened = new Map(table(dir, 'stores').map((row) => [row['store_id'], at(row, 'opened_at')]));
		const end = Date.parse(truth.period.to);
		const early = table(dir, 'order_lines').filter((row) => at(row, 'paid_at') <= (opened.get(row['store_id']) ?? 0));
		expect(early).toEqual([]);
		const late = table(dir, 'order_lines').filter((row) =>
			['paid_at', 'delivered_at', 'released_at', 'refunded_at'].some((column) => at(row, column) >= end),
		);
		expect(late).toEqual([]);
	});

	test('every honest look-alike is there, mostly several times', () => {
		const kinds = new Set(truth.lookalikes.map(({ kind }) => kind));
		expect([...kinds].sort()).toEqual([...LOOKALIKES].sort());
	});

	test('gang accounts buy in several gang stores and some in honest ones', () => {
		const gangStores = new Set<string>(truth.gangs[0]?.stores.map((store) => store.store_id));
		const buyers = new Set<string>(truth.gangs[0]?.buyers);
		const lines = table(dir, 'order_lines').filter((row) => buyers.has(row['buyer_id'] ?? ''));
		const own = lines.filter((row) => gangStores.has(row['store_id'] ?? ''));
		expect(own.length / buyers.size).toBeGreaterThan(2);
		expect(lines.length - own.length).toBeGreaterThan(buyers.size);
	});
});

describe('gang variants', () => {
	test('clean papers: no identifier of a gang store or account occurs twice', async () => {
		const { dir, truth } = await make(gangOf({ papers: 'clean' }));
		const stores = new Set<string>(truth.gangs[0]?.stores.map((store) => store.store_id));
		const buyers = new Set<string>(truth.gangs[0]?.buyers);
		const papers = table(dir, 'stores').filter((row) => stores.has(row['store_id'] ?? ''));
		for (const column of ['licence_no', 'legal_person', 'bank_account', 'phone', 'device_id', 'address']) {
			expect(new Set(papers.map((row) => row[column])).size).toBe(stores.size);
		}
		const accounts = groupBy(
			table(dir, 'order_lines').filter((row) => buyers.has(row['buyer_id'] ?? '')),
			(row) => row['buyer_id'] ?? '',
		);
		for (const column of ['device_id', 'address', 'payment_account']) {
			expect(new Set([...accounts.values()].map(([row]) => row?.[column])).size).toBe(accounts.size);
		}
	});

	test('shared papers: some stores share, and accounts use the stores’ devices', async () => {
		const { dir, truth } = await make({ ...SMALL, gangs: [{ stores: 12, people: 3, buyers: 30 }] });
		const stores = new Set<string>(truth.gangs[0]?.stores.map((store) => store.store_id));
		const papers = table(dir, 'stores').filter((row) => stores.has(row['store_id'] ?? ''));
		const devices = new Set(papers.map((row) => row['device_id']));
		expect(devices.size).toBeLessThan(12);
		const buyers = new Set<string>(truth.gangs[0]?.buyers);
		const onStoreDevice = table(dir, 'order_lines').filter(
			(row) => buyers.has(row['buyer_id'] ?? '') && devices.has(row['device_id']),
		);
		expect(onStoreDevice.length).toBeGreaterThan(0);
	});

	test.each([
		{ receipts: 'next-day', least: 18, most: 30 },
		{ receipts: 'minutes', least: 0, most: 1 },
	] as const)(
		'receipts $receipts: confirmed $least to $most hours after payment',
		async ({ receipts, least, most }) => {
			const { dir, truth } = await make(gangOf({ receipts }));
			for (const line of dearLines(dir, truth)) {
				const hours = (at(line, 'released_at') - at(line, 'paid_at')) / 3_600_000;
				expect(hours).toBeGreaterThanOrEqual(least);
				expect(hours).toBeLessThanOrEqual(most);
			}
		},
	);

	test('raise-then-cut: the item cost a few hundred before and after', async () => {
		const { dir, truth } = await make(gangOf({ trick: 'raise-then-cut' }));
		for (const path of dearPaths(dir, truth)) {
			expect(path).toHaveLength(3);
			expect(path[0]).toBe(path[2]);
			expect(path[0]).toBeLessThan(50_000);
		}
	});

	test('stepwise: several cuts, a claim after each', async () => {
		const { dir, truth } = await make(gangOf({ trick: 'stepwise' }));
		for (const path of dearPaths(dir, truth)) expect(path.length).toBeGreaterThan(3);
		const claims = groupBy(table(dir, 'claims'), (row) => row['order_line_id'] ?? '');
		for (const line of dearLines(dir, truth)) {
			expect(claims.get(line['order_line_id'] ?? '')?.length).toBeGreaterThan(1);
		}
		expect(wrongClaims(dir)).toEqual([]);
	});

	test('withdrawing most leaves something to collect', async () => {
		const all = (await make(gangOf({}))).truth.gangs[0];
		const most = (await make(gangOf({ withdraws: 'most' }))).truth.gangs[0];
		expect(Number(most?.recovered)).toBeGreaterThan(Number(all?.recovered) + 1000);
		expect(Number(most?.shortfall)).toBeGreaterThan(0);
	});

	test('two gangs share no store, person or account', async () => {
		const gang = { stores: 3, people: 2, buyers: 9 };
		const { truth } = await make({ ...SMALL, gangs: [gang, { ...gang, unitPrice: 3000 }] });
		const members = [
			...truth.gangs.flatMap(({ stores }) => stores.map((store) => store.store_id)),
			...truth.gangs.flatMap(({ people }) => people.map((one) => one.person)),
			...truth.gangs.flatMap(({ buyers }) => buyers),
		];
		expect(new Set(members).size).toBe(2 * (3 + 2 + 9));
	});
});

describe('columns', () => {
	test('identifiers may be left out', async () => {
		const { dir } = await make({ ...SMALL, identifiers: false });
		expect(Object.keys(table(dir, 'stores')[0] ?? {})).toEqual([
			'store_id',
			'opened_at',
			'deposit',
			'category',
			'closed_at',
		]);
		expect(table(dir, 'order_lines')[0]).not.toHaveProperty('device_id');
	});

	test('claims may tell what was collected at once', async () => {
		const { dir, truth } = await make({ ...SMALL, tellRecovered: true });
		const collected = table(dir, 'claims').reduce((sum, row) => sum + fen(row, 'recovered'), 0);
		expect(collected).toBeGreaterThan(0);
		expect(collected / 100).toBeLessThanOrEqual(Number(truth.totals.recovered));
	});
});

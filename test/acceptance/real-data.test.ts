/**
 * Two real shops' sales, neither of which abused price protection as far as anyone knows: nobody may be accused, not
 * even if every buyer claims every fall within minutes. The data is public and not part of the repository: Online
 * Retail (UCI, CC BY 4.0) and a sample of Olist's order items (CC BY-NC-SA).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { folder, look } from './markets.js';

const DATA = process.env['SURETY_REAL_DATA'] ?? join('..', 'shared', 'data');
const DAY = 86_400_000;

interface Sale {
	readonly store: string;
	readonly sku: string;
	readonly buyer: string;
	readonly quantity: number;
	readonly fen: number;
	readonly at: number;
}

const rows = (file: string): string[][] =>
	gunzipSync(readFileSync(join(DATA, file)))
		.toString()
		.trim()
		.split(/\r?\n/)
		.slice(1)
		.map(cells);

/** Splits a line of CSV whose cells may be quoted. */
const cells = (line: string): string[] =>
	[...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => (cell ?? '').replace(/^"|"$/g, ''));

function onlineRetail(): Sale[] {
	return rows('online-retail.csv.gz').flatMap(([invoice, sku, , quantity, date, price, customer]) => {
		const sale = {
			store: 'UK',
			sku: sku ?? '',
			buyer: customer || `guest-${invoice}`,
			quantity: Number(quantity),
			fen: Math.round(Number(price) * 100),
			at: Date.parse(`${date}Z`),
		};
		return sale.quantity > 0 && sale.fen > 0 && !invoice?.startsWith('C') ? [sale] : [];
	});
}

function olist(): Sale[] {
	return rows('olist-order-items-sample.csv.gz').flatMap(([order, , product, seller, date, price]) => {
		const [month, day, year, hour, minute] = (date ?? '').split(/[/ :]/).map(Number);
		const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute);
		return [
			{
				store: seller ?? '',
				sku: product ?? '',
				buyer: order ?? '',
				quantity: 1,
				fen: Math.round(Number(price) * 100),
				at,
			},
		];
	});
}

/** Writes the sales as tables: each new price of a sale is a price change, and everybody claims every fall. */
function writeTables(dir: string, sales: Sale[]): number {
	sales.sort((a, b) => a.at - b.at);
	const stores = new Map<string, number>();
	const items = new Map<string, { fen: number; open: { line: number; sale: Sale; refunded: number }[] }>();
	const [prices, lines, claims, withdrawals]: string[][] = [[], [], [], []] as never;
	const money = (fen: number): string => (fen / 100).toFixed(2);
	const time = (at: number): string => new Date(at).toISOString();
	sales.forEach((sale, line) => {
		if (!stores.has(sale.store)) stores.set(sale.store, sale.at);
		const key = `${sale.store} ${sale.sku}`;
		const item = items.get(key) ?? { fen: -1, open: [] };
		items.set(key, item);
		if (sale.fen !== item.fen) {
			prices?.push([sale.store, sale.sku, time(sale.at - 1000), money(sale.fen)].join(','));
			item.open = item.open.filter((open) => sale.at - 1000 - open.sale.at <= 7 * DAY);
			for (const open of item.open) {
				const due = Math.max(0, open.sale.fen - sale.fen) * open.sale.quantity - open.refunded;
				if (due <= 0) continue;
				open.refunded += due;
				claims?.push(
					[`C${claims.length}`, `L${open.line}`, time(Math.min(sale.at, open.sale.at + 7 * DAY)), money(due)].join(','),
				);
			}
			item.fen = sale.fen;
		}
		item.open.push({ line, sale, refunded: 0 });
		const [delivered, released] = [time(sale.at + 3 * DAY), time(sale.at + 4 * DAY)];
		lines?.push(
			[
				`L${line}`,
				sale.store,
				sale.sku,
				sale.buyer,
				sale.quantity,
				money(sale.fen),
				time(sale.at),
				7,
				delivered,
				released,
			].join(','),
		);
		// The store takes out each sale the day after it is released.
		withdrawals?.push(
			[`W${line}`, sale.store, time(sale.at + 5 * DAY), money(Math.floor(sale.fen * sale.quantity * 0.9))].join(','),
		);
	});
	const opened = [...stores].map(([store, at]) => [store, time(at - 2000), '100.00'].join(','));
	const table = (name: string, header: string, body: readonly string[]): void =>
		writeFileSync(join(dir, `${name}.csv`), `${[header, ...body].join('\n')}\n`);
	mkdirSync(dir, { recursive: true });
	table('stores', 'store_id,opened_at,deposit', opened);
	table('price_changes', 'store_id,sku_id,changed_at,price', prices ?? []);
	table(
		'order_lines',
		'order_line_id,store_id,sku_id,buyer_id,quantity,unit_price,paid_at,protect_days,delivered_at,released_at',
		lines ?? [],
	);
	table('claims', 'claim_id,order_line_id,claimed_at,amount', claims ?? []);
	table('withdrawals', 'withdrawal_id,store_id,requested_at,amount', withdrawals ?? []);
	return claims?.length ?? 0;
}

/** A made-up shop of the same shape, so that the check itself is checked where the real data is not there. */
function madeUp(): Sale[] {
	return Array.from({ length: 3000 }, (_, n) => ({
		store: `S${n % 10}`,
		sku: `K${n % 3}`,
		buyer: `B${(n * 7919) % 1500}`,
		quantity: 1 + (n % 3),
		fen: 1000 + ((n * 104_729) % 4000),
		at: Date.UTC(2024, 0, 1) + n * 3_600_000,
	}));
}

async function accusesNobody(sales: Sale[]): Promise<void> {
	const { dir, remove } = folder();
	const claims = writeTables(join(dir, 'tables'), sales);
	const { report } = await look(join(dir, 'tables'), join(dir, 'out'));
	remove();
	expect(report.totals.rejected_rows).toBe(0);
	expect(report.totals.claims).toBe(claims);
	expect(claims).toBeGreaterThan(0);
	expect(report.stores.filter((store) => store.flagged)).toEqual([]);
	expect(report.rings).toEqual([]);
}

test('a made-up shop: nobody is accused', () => accusesNobody(madeUp()));

const SHOPS = { 'online-retail.csv.gz': onlineRetail, 'olist-order-items-sample.csv.gz': olist };

for (const [file, sales] of Object.entries(SHOPS)) {
	if (existsSync(join(DATA, file))) test(`${file}: nobody is accused`, () => accusesNobody(sales()));
	else console.warn(`${file} is not there (SURETY_REAL_DATA names the folder); this shop is not looked at.`);
}

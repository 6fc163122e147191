/**
 * A gang's cash counted from the tables alone: all that its people got and paid, on both sides of its sales. What costs
 * are reckoned with comes from the truth; everything else is rows.
 */
import type { Truth } from '../../src/sim/index.js';
import { fen, type Row, table } from './tables.js';

/** In fen. */
export function cashOf(dir: string, truth: Truth, number: number): number {
	const gang = truth.gangs[number];
	if (gang === undefined) throw new Error(`no gang ${number}`);
	const stores = new Set<string>(gang.stores.map(({ store_id }) => store_id));
	const buyers = new Set<string>(gang.buyers);
	const inOwnStore = (row: Row): boolean => stores.has(row['store_id'] ?? '');
	const ofOwnBuyer = (row: Row): boolean => buyers.has(row['buyer_id'] ?? '');
	const claims = new Map<string, number>();
	for (const row of table(dir, 'claims')) {
		const id = row['order_line_id'] ?? '';
		claims.set(id, (claims.get(id) ?? 0) + fen(row, 'amount'));
	}
	const lines = table(dir, 'order_lines');
	const got = (row: Row): number => (row['refunded_amount'] ? fen(row, 'refunded_amount') : 0);
	const price = (row: Row): number => fen(row, 'unit_price') * Number(row['quantity']);
	const claimed = (row: Row): number => claims.get(row['order_line_id'] ?? '') ?? 0;
	const sum = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((s, row) => s + of(row), 0);

	const own = lines.filter((row) => inOwnStore(row) && ofOwnBuyer(row));
	const sent = lines.filter((row) => inOwnStore(row) && !ofOwnBuyer(row) && row['delivered_at']);
	const elsewhere = lines.filter((row) => !inOwnStore(row) && ofOwnBuyer(row));
	const { licence, account, goods_percent, disguise_percent } = truth.rates;
	const withdrawn = sum(table(dir, 'withdrawals').filter(inOwnStore), (row) => fen(row, 'amount'));
	const posted = sum(table(dir, 'stores').filter(inOwnStore), (row) => fen(row, 'deposit'));
	const goods = Math.floor((sum(sent, (row) => price(row) - got(row)) * goods_percent) / 100);
	const disguise = Math.floor((sum(elsewhere, (row) => price(row) - got(row) - claimed(row)) * disguise_percent) / 100);
	const bought = 100 * (licence * stores.size + account * buyers.size);
	return withdrawn + sum(own, (row) => claimed(row) + got(row) - price(row)) - posted - bought - goods - disguise;
}

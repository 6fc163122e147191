/**
 * A market's money counted again from its tables alone, slowly: every store's releases, refunds, claims and
 * withdrawals in time order, and every claim checked against the price path and the window it rests on.
 */
import { at, fen, groupBy, type Row, table, yuan } from './tables.js';

interface Event {
	readonly at: number;
	readonly kind: 'in' | 'out' | 'claim';
	readonly amount: number;
}

export interface Recount {
	readonly advanced: number;
	readonly recovered: number;
}

/** Store to sums in fen. */
export function recount(dir: string): Map<string, Recount> {
	const events = new Map<string, Event[]>();
	for (const store of table(dir, 'stores')) events.set(store['store_id'] ?? '', []);
	const put = (storeId: string, event: Event): void => void events.get(storeId)?.push(event);
	const storeOf = new Map<string, string>();
	for (const line of table(dir, 'order_lines')) {
		const storeId = line['store_id'] ?? '';
		storeOf.set(line['order_line_id'] ?? '', storeId);
		if (line['released_at'])
			put(storeId, { at: at(line, 'released_at'), kind: 'in', amount: fen(line, 'released_amount') });
		const returned = line['refunded_at'] && line['released_at'] && at(line, 'refunded_at') > at(line, 'released_at');
		if (returned) put(storeId, { at: at(line, 'refunded_at'), kind: 'out', amount: fen(line, 'refunded_amount') });
	}
	for (const row of table(dir, 'claims')) {
		put(storeOf.get(row['order_line_id'] ?? '') ?? '', {
			at: at(row, 'claimed_at'),
			kind: 'claim',
			amount: fen(row, 'amount'),
		});
	}
	for (const row of table(dir, 'withdrawals')) {
		put(row['store_id'] ?? '', { at: at(row, 'requested_at'), kind: 'out', amount: fen(row, 'amount') });
	}
	const deposits = new Map(table(dir, 'stores').map((row) => [row['store_id'] ?? '', fen(row, 'deposit')]));
	return new Map([...events].map(([storeId, list]) => [storeId, count(deposits.get(storeId) ?? 0, list)]));
}

function count(deposit: number, events: Event[]): Recount {
	let [funds, advanced, recovered] = [deposit, 0, 0];
	for (const event of events.sort((a, b) => a.at - b.at)) {
		if (event.kind === 'out') funds -= event.amount;
		else if (event.kind === 'in') {
			const debt = Math.min(advanced - recovered, event.amount);
			recovered += debt;
			funds += event.amount - debt;
		} else {
			const collected = Math.min(funds, event.amount);
			advanced += event.amount;
			recovered += collected;
			funds -= collected;
		}
		if (funds < 0) throw new Error(`a store spent what it had not: ${yuan(funds)}`);
	}
	return { advanced, recovered };
}

/** Claims that the default programme would not have paid exactly so. */
export function wrongClaims(dir: string): string[] {
	const lines = new Map(table(dir, 'order_lines').map((row) => [row['order_line_id'] ?? '', row]));
	const prices = groupBy(table(dir, 'price_changes'), (row) => `${row['store_id']} ${row['sku_id']}`);
	const claimed = new Map<string, number>();
	const wrong: string[] = [];
	for (const claim of table(dir, 'claims')) {
		const line = lines.get(claim['order_line_id'] ?? '') as Row;
		const id = line['order_line_id'] ?? '';
		const now = at(claim, 'claimed_at');
		const open = now > at(line, 'paid_at') && now < at(line, 'paid_at') + Number(line['protect_days']) * 86_400_000;
		const path = prices.get(`${line['store_id']} ${line['sku_id']}`) ?? [];
		const price = fen(path.findLast((step) => at(step, 'changed_at') <= now) as Row, 'price');
		const back = line['refunded_at'] && at(line, 'refunded_at') <= now ? fen(line, 'refunded_amount') : 0;
		const left = Number(line['quantity']) - back / fen(line, 'unit_price');
		const due = left * (fen(line, 'unit_price') - price) - (claimed.get(id) ?? 0);
		if (!open || due <= 0 || due !== fen(claim, 'amount')) wrong.push(`${claim['claim_id']}: ${claim['amount']}`);
		claimed.set(id, (claimed.get(id) ?? 0) + fen(claim, 'amount'));
	}
	return wrong;
}

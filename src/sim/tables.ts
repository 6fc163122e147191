/** The contract's tables as CSV files, written store by store: nothing of a store stays in memory after its turn. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { currency, formatMoney, type Minor } from '../core/words/money.js';
import type { Instant } from '../core/words/time.js';
import { shanghaiTime } from './calendar.js';
import type { Buyer, Papers } from './identity.js';
import type { StorePlan } from './plan.js';
import type { OrderLine, SettledStore } from './settle.js';

export const CNY = currency('CNY');
const money = (amount: Minor): string => formatMoney(amount, CNY);
const time = (at: Instant | undefined): string => (at === undefined ? '' : shanghaiTime(at));

/** Characters kept before a table is written on. */
const FLUSH_AT = 1 << 20;

class Table {
	private readonly file: FileHandle;
	private pending = '';

	constructor(file: FileHandle, columns: readonly string[]) {
		this.file = file;
		this.row(columns);
	}

	/** No value here has a comma, a quote or a line break: all are ids, numbers, times and plain addresses. */
	row(values: readonly (string | number)[]): void {
		this.pending += `${values.join(',')}\n`;
	}

	async flush(atLeast = FLUSH_AT): Promise<void> {
		if (this.pending.length < atLeast) return;
		const text = this.pending;
		this.pending = '';
		await this.file.appendFile(text);
	}

	async close(): Promise<void> {
		await this.flush(1);
		await this.file.close();
	}
}

const PAPERS = ['licence_no', 'legal_person', 'bank_account', 'phone', 'device_id', 'ip', 'address'];
const SHOPPER = ['device_id', 'ip', 'address', 'payment_account'];
const BOUGHT = ['order_line_id', 'order_id', 'store_id', 'sku_id', 'buyer_id', 'quantity', 'unit_price', 'paid_at'];
const PROMISED = ['protect_days', 'category'];
const FATE = ['delivered_at', 'released_at', 'released_amount', 'refunded_at', 'refunded_amount'];
const LINE = [...BOUGHT, ...PROMISED, ...FATE];
const STORE = ['store_id', 'opened_at', 'deposit', 'category', 'closed_at'];
const PRICE = ['store_id', 'sku_id', 'changed_at', 'price'];
const WITHDRAWAL = ['withdrawal_id', 'store_id', 'requested_at', 'amount'];
const CLAIM = ['claim_id', 'order_line_id', 'claimed_at', 'amount'];

const papers = (p: Papers): string[] => [p.licence, p.person, p.bank, p.phone, p.device, p.ip, p.address];
const shopper = (b: Buyer): string[] => [b.device, b.ip, b.address, b.payment];

type TableName = 'stores' | 'order_lines' | 'price_changes' | 'claims' | 'withdrawals';

interface Columns {
	/** Papers, devices, accounts and addresses. */
	readonly identifiers: boolean;
	readonly recovered: boolean;
}

/** The five tables of a market. */
export class Tables {
	private readonly columns: Columns;
	private readonly tables: Readonly<Record<TableName, Table>>;

	private constructor(columns: Columns, tables: Readonly<Record<TableName, Table>>) {
		this.columns = columns;
		this.tables = tables;
	}

	static async create(dir: string, columns: Columns): Promise<Tables> {
		await mkdir(dir, { recursive: true });
		const table = async (name: TableName, names: readonly string[]): Promise<Table> =>
			new Table(await open(join(dir, `${name}.csv`), 'w'), names);
		const known = columns.identifiers;
		return new Tables(columns, {
			stores: await table('stores', [...STORE, ...(known ? PAPERS : [])]),
			order_lines: await table('order_lines', [...LINE, ...(known ? SHOPPER : [])]),
			price_changes: await table('price_changes', PRICE),
			claims: await table('claims', columns.recovered ? [...CLAIM, 'recovered'] : CLAIM),
			withdrawals: await table('withdrawals', WITHDRAWAL),
		});
	}

	async write(store: SettledStore): Promise<void> {
		const { storeId } = store.plan;
		this.store(store.plan);
		for (const line of store.lines) this.line(store.plan, line);
		for (const { item, at, price } of store.prices) {
			this.tables.price_changes.row([storeId, item.skuId, time(at), money(price)]);
		}
		for (const [number, claim] of store.claims.entries()) {
			const row = [`${storeId}-C${number + 1}`, claim.line.id, time(claim.at), money(claim.amount)];
			this.tables.claims.row(this.columns.recovered ? [...row, money(claim.recovered)] : row);
		}
		for (const [number, { at, amount }] of store.withdrawals.entries()) {
			this.tables.withdrawals.row([`${storeId}-W${number + 1}`, storeId, time(at), money(amount)]);
		}
		for (const table of Object.values(this.tables)) await table.flush();
	}

	private store(plan: StorePlan): void {
		const row = [plan.storeId, time(plan.openedAt), money(plan.deposit), plan.category, time(plan.closedAt)];
		this.tables.stores.row(this.columns.identifiers ? [...row, ...papers(plan.papers)] : row);
	}

	private line(plan: StorePlan, line: OrderLine): void {
		const { item, buyer, quantity } = line.purchase;
		const what = [line.id, `O${line.id}`, plan.storeId, item.skuId, buyer.id, quantity, money(line.unitPrice)];
		const promised = [time(line.paidAt), item.protectDays, plan.category];
		const released = line.releasedAt === undefined ? '' : money(line.releasedAmount);
		const refunded = line.refundedAt === undefined ? '' : money(line.refundedAmount);
		const fate = [time(line.deliveredAt), time(line.releasedAt), released, time(line.refundedAt), refunded];
		const who = this.columns.identifiers ? shopper(buyer) : [];
		this.tables.order_lines.row([...what, ...promised, ...fate, ...who]);
	}

	async close(): Promise<void> {
		for (const table of Object.values(this.tables)) await table.close();
	}
}

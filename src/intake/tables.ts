/**
 * The tables of the contract: which columns each has and what kind of cell a column holds. Everything else in this
 * folder (header check, SQL, messages, mapping) is derived from this one description.
 */

/** `id` and `text` differ in what they may hold; `sku` and the like are ids too. */
export type CellKind = 'id' | 'text' | 'longText' | 'time' | 'money' | 'quantity' | 'days' | 'label';

export interface Column {
	readonly name: string;
	readonly kind: CellKind;
	readonly required: boolean;
}

export interface Table {
	readonly name: TableName;
	readonly required: boolean;
	/** The column that no two rows may share; the other tables have none. */
	readonly id: string | null;
	readonly columns: readonly Column[];
}

/** In the order they are read: stores first, because the others refer to them; lines before claims. */
export const TABLE_NAMES = ['stores', 'order_lines', 'price_changes', 'claims', 'withdrawals', 'labels'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

type Kinds = Readonly<Record<string, CellKind>>;

function table(name: TableName, id: string | null, needed: Kinds, optional: Kinds = {}): Table {
	const columns = (kinds: Kinds, required: boolean): Column[] =>
		Object.entries(kinds).map(([column, kind]) => ({ name: column, kind, required }));
	const required = name === 'stores' || name === 'order_lines' || name === 'claims';
	return { name, required, id, columns: [...columns(needed, true), ...columns(optional, false)] };
}

export const TABLES: Readonly<Record<TableName, Table>> = {
	stores: table(
		'stores',
		'store_id',
		{ store_id: 'id', opened_at: 'time', deposit: 'money' },
		{
			category: 'text',
			licence_no: 'text',
			legal_person: 'text',
			bank_account: 'text',
			phone: 'text',
			device_id: 'text',
			ip: 'text',
			address: 'longText',
			closed_at: 'time',
		},
	),
	order_lines: table(
		'order_lines',
		'order_line_id',
		{
			order_line_id: 'id',
			store_id: 'id',
			sku_id: 'id',
			buyer_id: 'id',
			quantity: 'quantity',
			unit_price: 'money',
			paid_at: 'time',
			protect_days: 'days',
		},
		{
			order_id: 'text',
			category: 'text',
			delivered_at: 'time',
			released_at: 'time',
			released_amount: 'money',
			refunded_at: 'time',
			refunded_amount: 'money',
			device_id: 'text',
			ip: 'text',
			address: 'longText',
			payment_account: 'text',
		},
	),
	price_changes: table('price_changes', null, { store_id: 'id', sku_id: 'id', changed_at: 'time', price: 'money' }),
	claims: table(
		'claims',
		'claim_id',
		{ claim_id: 'id', order_line_id: 'id', claimed_at: 'time', amount: 'money' },
		{ recovered: 'money' },
	),
	withdrawals: table('withdrawals', 'withdrawal_id', {
		withdrawal_id: 'id',
		store_id: 'id',
		requested_at: 'time',
		amount: 'money',
	}),
	labels: table('labels', null, { store_id: 'id', label: 'label' }, { labelled_at: 'time' }),
};

export const LABELS = ['abuse', 'honest'] as const;
export const MOST_UNITS = 1_000_000;
export const MOST_DAYS = 3650;
export const LONGEST_TEXT = 200;
export const LONGEST_ADDRESS = 500;

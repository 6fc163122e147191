/** Whether a record can be taken at all: what it names must be known, and what it makes must be new. */
import { NONE } from './book/line-slab.js';
import type { State } from './state.js';
import { SuretyError } from './words/error.js';
import { badField } from './words/field.js';
import type { OrderLineId, StoreId } from './words/ids.js';
import { formatMoney } from './words/money.js';
import type { RecordOf, SuretyRecord } from './words/record.js';
import type { Instant } from './words/time.js';

/** @throws SuretyError `unknown_…`, `duplicate_…` or `bad_field`; the state is only read. */
export function admit(state: State, record: SuretyRecord): void {
	switch (record.type) {
		case 'store.opened':
		case 'store.apply':
			return admitNewStore(state, record.store_id);
		case 'order.paid':
			return admitOrder(state, record);
		case 'claim.paid':
			return admitClaim(state, record);
		case 'order.released':
		case 'order.refunded':
			return admitLine(state, record, record.store_id);
		case 'order.delivered':
		case 'claim.file':
			return admitLine(state, record, undefined);
		case 'store.closed':
		case 'store.labelled':
		case 'deposit.received':
		case 'deposit.returned':
		case 'price.changed':
		case 'price.propose':
		case 'guarantee.quote':
		case 'withdrawal.paid':
		case 'withdrawal.request':
			state.book.store(record.store_id);
	}
}

function admitNewStore(state: State, id: StoreId): void {
	if (state.book.findStore(id) === undefined) return;
	throw new SuretyError('duplicate_store', `store_id "${id}": is open already`, 'store_id');
}

function admitOrder(state: State, order: RecordOf<'order.paid'>): void {
	state.book.store(order.store_id);
	if (state.book.findLine(order.order_line_id, order.at) === NONE) return;
	throw new SuretyError(
		'duplicate_order_line',
		`order_line_id "${order.order_line_id}": is known already`,
		'order_line_id',
	);
}

function admitClaim(state: State, claim: RecordOf<'claim.paid'>): void {
	const { amount, recovered } = claim;
	if (recovered !== undefined && recovered > amount) {
		throw badField('recovered', formatMoney(recovered, state.currency), 'is more than the amount');
	}
	admitLine(state, claim, claim.store_id);
}

/** A line that has been forgotten may still be told about, if the record names its store. */
function admitLine(
	state: State,
	record: { order_line_id: OrderLineId; at: Instant },
	store: StoreId | undefined,
): void {
	const isToldApart = store !== undefined && state.book.findStore(store) !== undefined;
	if (!isToldApart) state.book.line(record.order_line_id, record.at);
}

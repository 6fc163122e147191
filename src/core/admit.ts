/** Whether a record can be taken at all: what it names must be known, and what it makes must be new. */
import { NONE } from './book/line-slab.js';
import type { Store } from './book/store.js';
import type { State } from './state.js';
import { SuretyError } from './words/error.js';
import { badField } from './words/field.js';
import type { OrderLineId, StoreId } from './words/ids.js';
import { formatMoney, type Minor, most, times, ZERO } from './words/money.js';
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
			return admitLine(state, record, record.store_id, record.amount);
		case 'order.delivered':
		case 'claim.file':
			return admitLine(state, record, undefined, undefined);
		case 'deposit.received':
		case 'deposit.returned':
		case 'withdrawal.paid':
		case 'withdrawal.request':
			return admitAmount(state, state.book.store(record.store_id), record.amount);
		case 'store.closed':
		case 'store.labelled':
		case 'price.changed':
		case 'price.propose':
		case 'guarantee.quote':
			state.book.store(record.store_id);
	}
}

function admitNewStore(state: State, id: StoreId): void {
	if (state.book.findStore(id) === undefined) return;
	throw new SuretyError('duplicate_store', `store_id "${id}": is open already`, 'store_id');
}

function admitOrder(state: State, order: RecordOf<'order.paid'>): void {
	admitAmount(state, state.book.store(order.store_id), times(order.unit_price, order.quantity));
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
	admitLine(state, claim, claim.store_id, amount);
}

/** A line that has been forgotten may still be told about, if the record names its store. */
function admitLine(
	state: State,
	record: { order_line_id: OrderLineId; at: Instant },
	named: StoreId | undefined,
	amount: Minor | undefined,
): void {
	const { book } = state;
	const told = named === undefined ? undefined : book.findStore(named);
	const slot = told === undefined ? book.line(record.order_line_id, record.at) : book.findLine(record.order_line_id);
	if (slot === NONE) admitAmount(state, told as Store, amount ?? ZERO);
	else
		admitAmount(
			state,
			book.storeOf(slot),
			most(amount ?? ZERO, times(book.lines.unit(slot), book.lines.quantity(slot))),
		);
}

/** Money that could not be added exactly is not taken at all. */
function admitAmount(state: State, store: Store, amount: Minor): void {
	if (state.book.ledger.hasRoom(store.index, amount)) return;
	throw new SuretyError('too_large', `store_id "${store.id}": its money would grow past what can be added exactly`);
}

/** The mixed load as it comes over the wire: decimal strings, RFC 3339 times, no empty fields. */
import { currency, formatInstant, formatMoney } from '../../dist/index.js';
import { mixedLoad } from '../mixed-load.mjs';

const CNY = currency('CNY');
const MONEY = new Set(['deposit', 'price', 'coupon', 'unit_price', 'amount', 'recovered']);
const REQUEST = {
	'store.opened': 'store.apply',
	'price.changed': 'price.propose',
	'claim.paid': 'claim.file',
	'withdrawal.paid': 'withdrawal.request',
};

/** A record of the generator as the request that asks for it; other facts stay what they are. */
export function asRequest(record) {
	const type = REQUEST[record.type];
	if (type === undefined) return record;
	if (type !== 'claim.file') return { ...record, type };
	const { id, at, claim_id, order_line_id } = record;
	return { type, id, at, claim_id, order_line_id };
}

/** A record in memory as a JSON object on the wire. */
export function toWire(record) {
	const out = {};
	for (const [name, value] of Object.entries(record)) {
		if (value === undefined) continue;
		out[name] = name === 'at' ? formatInstant(value) : MONEY.has(name) ? formatMoney(value, CNY) : value;
	}
	return out;
}

/** @param asRequests whether prices, claims and withdrawals ask their gates (the default) or are told as facts. */
export function* wireLoad({ asRequests = true, prefix = 'r', ...options }) {
	let n = 0;
	for (const record of mixedLoad(options)) {
		// The generator gives a store's opening and its first price one id; over the wire an id must be its own.
		yield { ...toWire(asRequests ? asRequest(record) : record), id: `${prefix}${n++}` };
	}
}

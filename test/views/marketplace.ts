/** A desk with a little of everything on it, for views to be looked at. */
import { Desk } from '../../src/core/desk/desk.js';
import { parsePolicy } from '../../src/core/policy.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { parseMessage } from '../../src/core/words/record.js';

export const CNY = currency('CNY');
const enforce = 'enforce';
const gates = { admission: enforce, guarantee: enforce, price: enforce, claim: enforce, payout: enforce };
const POLICY = {
	schema: 'surety.policy/1',
	name: 'test',
	version: 1,
	gates,
	admission: { unverified_deposit: '0', most_new_stores: 1, burst_stores: 10, burst_days: 7 },
	deposit_percent: { new: 30, normal: 0, watch: 10, abnormal: 100 },
};

export const day = (n: number, hour = 10): string =>
	`2024-03-${String(n).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`;

export class Marketplace {
	readonly desk = new Desk({ currency: CNY, programme: DEFAULT_PROGRAMME, policy: parsePolicy(POLICY, CNY) });
	private count = 0;

	/** @returns the verdict. */
	tell(type: string, at: string, fields: Readonly<Record<string, unknown>>): string {
		const id = `r${++this.count}`;
		return this.desk.take(parseMessage({ type, id, at, ...fields }, { currency: CNY })).outcome.verdict;
	}

	sell(store: string, line: string, n: number, unitPrice: string, more: Readonly<Record<string, unknown>> = {}): void {
		const fields = { order_line_id: line, store_id: store, sku_id: 'K', buyer_id: `buyer-of-${line}` };
		this.tell('order.paid', day(n), { ...fields, quantity: 1, unit_price: unitPrice, protect_days: 7, ...more });
	}
}

/** S sold three times and was paid for two, asks for a cut it cannot fund and a withdrawal it cannot have. */
export function withHolds(): Marketplace {
	const m = new Marketplace();
	m.tell('store.opened', day(1), { store_id: 'S', deposit: '100', phone: '138' });
	m.tell('price.changed', day(1), { store_id: 'S', sku_id: 'K', price: '1000' });
	m.sell('S', 'L1', 2, '1000');
	m.sell('S', 'L2', 3, '1000');
	m.sell('S', 'L3', 3, '900');
	for (const order_line_id of ['L1', 'L2']) m.tell('order.released', day(4), { order_line_id });
	m.tell('withdrawal.request', day(4), { withdrawal_id: 'W1', store_id: 'S', amount: '2000' });
	m.tell('price.propose', day(5), { store_id: 'S', sku_id: 'K', price: '1' });
	m.tell('withdrawal.request', day(5), { withdrawal_id: 'W2', store_id: 'S', amount: '500' });
	return m;
}

/** Two stores that rob the programme with one buyer and one account between them. */
export function withRing(): Marketplace {
	const m = new Marketplace();
	m.desk.core.policies.adopt(parsePolicy({ schema: 'surety.policy/1', name: 'watching', version: 1 }, CNY));
	for (const store of ['G1', 'G2']) {
		m.tell('store.opened', day(1), {
			store_id: store,
			deposit: '1',
			bank_account: '6222020200112233',
			phone: '13800000001',
		});
		m.tell('price.changed', day(1), { store_id: store, sku_id: 'K', price: '5000' });
		for (const i of [1, 2, 3, 4, 5]) {
			m.sell(store, `${store}-${i}`, 2, '5000', { buyer_id: `B${i}`, device_id: 'one' });
			m.tell('order.released', day(2, 11), { order_line_id: `${store}-${i}` });
		}
		m.tell('withdrawal.paid', day(2, 12), { withdrawal_id: `w-${store}`, store_id: store, amount: '25000' });
		m.tell('price.changed', day(3), { store_id: store, sku_id: 'K', price: '10' });
		for (const i of [1, 2, 3, 4, 5])
			m.tell('claim.paid', day(3, 11), { claim_id: `c-${store}-${i}`, order_line_id: `${store}-${i}`, amount: '4990' });
	}
	return m;
}

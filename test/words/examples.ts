/** One good message of every type, with every field it may have, as it would arrive. */
import type { MessageType, NoticeType, RecordType } from '../../src/core/words/record.js';

type Wire = Readonly<Record<string, unknown>>;

const store = {
	store_id: 'S1',
	deposit: '1000.00',
	category: 'shoes',
	licence_no: '91310000MA1K',
	legal_person: '张三',
	bank_account: '6222020200112233',
	phone: '13800000000',
	device_id: 'D-1',
	ip: '10.0.0.1',
	address: '上海市浦东新区世纪大道 1 号',
	papers: { licence_no: 'valid', bank_account: 'bad_check_digit', phone: 'unknown_kind' },
	verified: { licence_no: 'confirmed', bank_account: 'denied' },
};
const price = { store_id: 'S1', sku_id: 'K1', price: '99.90', coupon: '10.00' };
const money = { store_id: 'S1', amount: '50.00' };

/** Without type, id and at. */
export const EXAMPLES: Readonly<Record<RecordType, Wire>> = {
	'store.opened': { ...store, probation: true },
	'store.closed': { store_id: 'S1' },
	'store.labelled': { store_id: 'S1', label: 'abuse', note: 'seen by hand' },
	'deposit.received': money,
	'deposit.returned': money,
	'price.changed': price,
	'order.paid': {
		order_line_id: 'L1',
		order_id: 'O1',
		store_id: 'S1',
		sku_id: 'K1',
		buyer_id: 'B1',
		quantity: 2,
		unit_price: '99.90',
		protect_days: 7,
		category: 'shoes',
		device_id: 'D-2',
		ip: '10.0.0.2',
		address: '上海市静安区',
		payment_account: 'P-1',
		ordered_at: '2024-03-01T07:59:00+08:00',
		campaign_ends_at: '2024-03-08T00:00:00+08:00',
		traits: ['group'],
		parts: { platform_coupon: '10.00', gift: 5 },
	},
	'order.delivered': { order_line_id: 'L1' },
	'order.released': { order_line_id: 'L1', amount: '190.00', store_id: 'S1' },
	'order.refunded': { order_line_id: 'L1', amount: '99.90', quantity: 1, store_id: 'S1' },
	'claim.paid': {
		claim_id: 'C1',
		order_line_id: 'L1',
		amount: '20.00',
		recovered: '20.00',
		store_id: 'S1',
		buyer_id: 'B1',
	},
	'withdrawal.paid': { withdrawal_id: 'W1', ...money },
	'store.apply': store,
	'guarantee.quote': { store_id: 'S1', sku_id: 'K1' },
	'price.propose': price,
	'claim.file': { claim_id: 'C1', order_line_id: 'L1', traits: ['out_of_stock'] },
	'withdrawal.request': { withdrawal_id: 'W1', ...money },
};

export const NOTICE_EXAMPLES: Readonly<Record<NoticeType, Wire>> = {
	'hold.settled': { decision_id: 'R1', verdict: 'approve', by: 'ann', note: 'seen by hand' },
	'hold.withdrawn': { decision_id: 'R1', by: 'store S1', note: 'no longer wanted' },
	'claim.failed': { claim_id: 'C1', note: 'account closed' },
	'withdrawal.failed': { withdrawal_id: 'W1', note: 'no such account' },
	'appeal.filed': { appeal_id: 'A1', store_id: 'S1', decision_id: 'R1', text: 'We sell honestly.' },
	'appeal.settled': { appeal_id: 'A1', verdict: 'overturned', by: 'ann', note: 'a mistake' },
	'policy.drafted': {
		document: { schema: 'surety.policy/1', name: 'careful', version: 2 },
		by: 'ann',
		note: 'for autumn',
	},
	'policy.backtested': {
		policy: 'careful@2',
		result: { policy: 'careful@2', shortfall: '0.00' },
		by: 'ann',
		note: 'on 2023',
	},
	'policy.approved': { policy: 'careful@2', by: 'ben', note: 'agreed' },
	'policy.withdrawn': { policy: 'careful@2', by: 'ben', note: 'not this one' },
	'policy.shadowed': { policy: 'careful@2', by: 'ann', note: 'for a week' },
	'policy.unshadowed': { by: 'ann', note: 'seen enough' },
	'policy.enforced': { policy: 'careful@2', share_percent: 10, by: 'ben', note: 'a tenth first' },
	'policy.rolled_back': { by: 'ben', note: 'too many holds' },
	'time.passed': {},
};

/** A whole message of a type. */
export const example = (type: MessageType): Record<string, unknown> => ({
	type,
	id: `R-${type}`,
	at: '2024-03-01T08:00:00+08:00',
	...{ ...EXAMPLES, ...NOTICE_EXAMPLES }[type],
});

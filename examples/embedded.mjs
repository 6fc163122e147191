/**
 * The core inside your own process: no HTTP, the same log, the same answers. With a folder, personal values become
 * tokens under the keys in its `keyring.json`, as with `surety serve`; in memory they stay as they are given.
 *
 *   node examples/embedded.mjs [FOLDER]      without a folder everything is forgotten at the end
 */
import { open } from 'surety';

const [dir] = process.argv.slice(2);
const book = await open({ ...(dir === undefined ? {} : { dir }), mode: 'enforce' });

const records = [
	{ type: 'store.opened', id: 'open-s1', at: '2026-03-01T09:00:00Z', store_id: 's1', deposit: '1000' },
	{
		type: 'order.paid',
		id: 'order-1',
		at: '2026-03-01T10:00:00Z',
		order_line_id: 'line-1',
		store_id: 's1',
		sku_id: 'lamp',
		buyer_id: 'b1',
		quantity: 10,
		unit_price: '300',
		protect_days: 7,
	},
	{ type: 'order.released', id: 'release-1', at: '2026-03-01T12:00:00Z', order_line_id: 'line-1' },
	{
		type: 'withdrawal.request',
		id: 'out-1',
		at: '2026-03-01T13:00:00Z',
		withdrawal_id: 'out-1',
		store_id: 's1',
		amount: '3000',
	},
	// Held: `top_up` of the answer is what is missing.
	{ type: 'price.propose', id: 'cut-1', at: '2026-03-02T09:00:00Z', store_id: 's1', sku_id: 'lamp', price: '10' },
];
const by = 'checkout'; // who sends them; kept with each
// An answer means that the record is durable. Sent again, with the same id, it is the same record.
const answers = await book.submit(records, by);
for (const { id, verdict, amount, top_up } of answers) console.log(id, verdict, amount ?? top_up ?? '');

const deposit = { type: 'deposit.received', id: 'in-1', at: '2026-03-02T10:00:00Z', store_id: 's1', amount: '5000' };
await book.submit([deposit], by);
const cut = await book.decision('cut-1');
console.log('cut-1 is', cut?.state, cut?.verdict);
await book.close();

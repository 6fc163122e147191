/**
 * A marketplace over HTTP, with the typed client.
 *
 *   bin/surety serve --data /tmp/tour --clock records
 *   SURETY=http://127.0.0.1:8420 KEY=sk_… node examples/client.mjs
 */
import { isError, SuretyApiError, SuretyClient } from 'surety/client';

const surety = new SuretyClient({ url: process.env.SURETY ?? 'http://127.0.0.1:8420', key: process.env.KEY });

// Ids come from your own data, so that a process that starts again sends the same ones: each counts once.
const opened = await surety.apply({
	id: 'apply-books',
	at: '2026-03-01T09:00:00Z',
	store_id: 'books',
	deposit: '1000',
	phone: '138 0013 8000', // a token from the door on; nothing keeps the number
});
console.log(`the store may open: ${opened.verdict}, ${opened.reasons.map(({ message }) => message).join('; ')}`);

// Many records in one stream. A record that cannot be taken has an error for an answer and does not stop the rest.
function* sales() {
	for (let n = 1; n <= 100; n++) {
		yield {
			type: 'order.paid',
			id: `order-${n}`,
			at: '2026-03-01T10:00:00Z',
			order_line_id: `line-${n}`,
			store_id: n === 50 ? 'bookz' : 'books',
			sku_id: 'atlas',
			buyer_id: `buyer-${n}`,
			quantity: 1,
			unit_price: '80.00',
			protect_days: 7,
		};
	}
}
let taken = 0;
for await (const answer of surety.records(sales())) {
	if (isError(answer)) console.log(`${answer.id} was not taken: ${answer.error.message}`);
	else taken++;
}
console.log(`${taken} sales taken`);

// May the price fall? Proceeds of these sales are still held, and secure their own lines.
const cut = await surety.propose({
	id: 'cut-atlas',
	at: '2026-03-02T09:00:00Z',
	store_id: 'books',
	sku_id: 'atlas',
	price: '60.00',
});
console.log(`the cut: ${cut.verdict}, it makes ${cut.triggered} due`);

const claim = await surety.claim({
	id: 'claim-7',
	at: '2026-03-02T10:00:00Z',
	claim_id: 'claim-7',
	order_line_id: 'line-7',
});
console.log(`the claim: ${claim.verdict}, pay ${claim.amount}`);

// Whatever was not taken is thrown, with a code that never changes its meaning. Busy services are asked again.
try {
	await surety.claim({ id: 'claim-0', claim_id: 'claim-0', order_line_id: 'line-0', at: '2026-03-02T10:00:00Z' });
} catch (error) {
	if (!(error instanceof SuretyApiError)) throw error;
	console.log(`not taken: ${error.code} (${error.field})`);
}

const { open_guarantees, open_value, reserves, shortfall } = await surety.exposure();
console.log(`${open_guarantees} guarantees open, worth up to ${open_value}; reserved ${reserves}, lost ${shortfall}`);

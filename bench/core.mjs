/**
 * Records a second through the core in process, and bytes per open guarantee at ten million. Arguments: `--quick` for
 * a tenth of the sizes.
 */
import { Core, currency, DEFAULT_PROGRAMME, defaultPolicy } from '../dist/index.js';
import { mixedLoad } from './mixed-load.mjs';

const quick = process.argv.includes('--quick');
const CNY = currency('CNY');
const fresh = () => new Core({ currency: CNY, programme: DEFAULT_PROGRAMME, policy: defaultPolicy(CNY) });
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

function speed() {
	const count = quick ? 200_000 : 1_000_000;
	const rates = [];
	for (let run = 0; run < 6; run++) {
		const records = [...mixedLoad({ count, seed: run + 1 })];
		const core = fresh();
		globalThis.gc?.();
		const start = performance.now();
		for (const record of records) core.take(record);
		const seconds = (performance.now() - start) / 1000;
		if (run > 0) rates.push(records.length / seconds); // the first run warms the compiler up
	}
	console.log(
		`core, mixed load of ${count.toLocaleString('en')} records: ${Math.round(median(rates)).toLocaleString('en')} records/s (median of 5; best ${Math.round(Math.max(...rates)).toLocaleString('en')})`,
	);
}

function memory() {
	const guarantees = quick ? 1_000_000 : 10_000_000;
	const stores = 2000;
	const items = 20;
	const buyers = guarantees / 10;
	const core = fresh();
	const at = 1_704_067_200_000;
	const order = (n) => ({
		type: 'order.paid',
		id: '',
		at: at + n / 100,
		order_line_id: `order-line-${n}`,
		store_id: `s${n % stores}`,
		sku_id: `k${n % items}`,
		buyer_id: `b${n % buyers}`,
		quantity: 1,
		unit_price: 10_000,
		protect_days: 7,
	});
	for (let s = 0; s < stores; s++) core.take({ type: 'store.opened', id: '', at, store_id: `s${s}`, deposit: 0 });
	// Buyers, stores and items are there before the count starts: they do not grow with open guarantees.
	for (let n = 0; n < buyers; n++) core.take(order(n));
	const before = used();
	const start = performance.now();
	for (let n = buyers; n < guarantees; n++) core.take(order(n));
	const seconds = (performance.now() - start) / 1000;
	const bytes = (used() - before) / (guarantees - buyers);
	console.log(
		`core, ${guarantees.toLocaleString('en')} open guarantees: ${bytes.toFixed(1)} bytes each (${((core.book.lines.bytes + core.book.index.bytes) / core.book.lines.count).toFixed(1)} in columns and index), opened at ${Math.round((guarantees - buyers) / seconds).toLocaleString('en')}/s`,
	);
}

function used() {
	globalThis.gc?.();
	globalThis.gc?.();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

speed();
memory();

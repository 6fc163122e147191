/**
 * Shows that the opponent decides the same: one history through our core (gates enforcing) and through the opponent,
 * in batches of several sizes and one by one; every verdict and amount is compared, and every store's money at the end.
 *
 * The policy keeps scores from moving a store to another tier (the opponent has none); everything else is the default:
 * line's window from payment, paid price against current price, no commission, no caps.
 */
import { Core, currency, DEFAULT_PROGRAMME, formatMoney, parsePolicy, parseRecord } from '../../dist/index.js';
import { generator } from '../mixed-load.mjs';
import { createOpponent, createPool, findPostgres, reset, startPostgres } from './opponent.mjs';
import { wireLoad } from './wire.mjs';

const CNY = currency('CNY');
const AMOUNTS = ['amount', 'headroom', 'triggered', 'free_funds', 'top_up', 'deepest_funded_price', 'deposit_required'];
/** Rows of the core's ledger that the opponent keeps too, in its order. */
const ACCOUNTS = { balance: 1, deposit: 2, reserve: 3, owed: 4, owed_stated: 5, owed_refunds: 6 };

const policy = parsePolicy(
	{
		schema: 'surety.policy/1',
		name: 'default',
		version: 1,
		gates: { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' },
		margin_percent: { new: 20, normal: 5, watch: 5, abnormal: 5 },
		deposit_percent: { new: 0, normal: 0, watch: 0, abnormal: 0 },
		// A score of 100 needs all kinds of evidence at once; a plain load does not reach it.
		watch_score: 100,
		flag_score: 100,
	},
	CNY,
);

/** The plain mixed load, with more that can happen to a line and to money: refunds, deposits, quotes, deep cuts, sick records. */
function* richer(options, seed) {
	const random = generator(seed);
	const lines = [];
	const stores = [];
	let n = 0;
	for (const plain of wireLoad(options)) {
		// Half of the stores are poor, so that funds are short more often.
		const isPoor = plain.deposit !== undefined && random() < 0.5;
		const record = isPoor ? { ...plain, deposit: formatMoney(Math.floor(random() * 20_000), CNY) } : plain;
		yield record;
		if (record.type === 'order.paid') lines.push(record);
		if (record.type === 'store.opened' || record.type === 'store.apply') stores.push(record.store_id);
		if (lines.length === 0) continue;
		const { at } = record;
		const line = lines[Math.floor(random() * lines.length)];
		const store_id = stores[Math.floor(random() * stores.length)];
		const dice = random();
		const head = (type) => ({ type, id: `x${n++}`, at });
		const some = (most) => formatMoney(Math.floor(random() * most), CNY);
		const aim = { order_line_id: line.order_line_id };
		if (dice < 0.01) yield { ...head('order.refunded'), ...aim, amount: some(2 * 100 * Number(line.unit_price)) };
		else if (dice < 0.015) yield { ...head('order.refunded'), ...aim, amount: line.unit_price, quantity: 1 };
		else if (dice < 0.02) yield { ...head('deposit.received'), store_id, amount: some(500_000) };
		else if (dice < 0.025) yield { ...head('deposit.returned'), store_id, amount: some(400_000) };
		else if (dice < 0.05) yield { ...head('guarantee.quote'), store_id, sku_id: 'sku-0' };
		else if (dice < 0.1) {
			const type = random() < 0.7 ? 'price.propose' : 'price.changed';
			yield {
				...head(type),
				store_id: line.store_id,
				sku_id: line.sku_id,
				price: some(random() < 0.4 ? 3000 : 20_000),
			};
		} else if (dice < 0.16) yield { ...head('claim.file'), ...aim, claim_id: `y${n}` };
		else if (dice < 0.17) yield { ...head('claim.paid'), ...aim, claim_id: `z${n}`, amount: some(12_000) };
		else if (dice < 0.175) {
			yield { ...head('claim.paid'), ...aim, claim_id: `z${n}`, amount: '50.00', recovered: some(5000) };
		} else if (dice < 0.2) yield { ...head('withdrawal.request'), store_id, withdrawal_id: `v${n}`, amount: some(9e6) };
		else if (dice < 0.202) yield { ...head('withdrawal.paid'), store_id, withdrawal_id: `v${n}`, amount: some(9e5) };
		else if (dice < 0.204) yield { ...head('order.delivered'), order_line_id: `nobody-${n}` };
		else if (dice < 0.206) yield { ...head('price.propose'), store_id, sku_id: 'sku-1', price: '1.234' };
		else if (dice < 0.208) yield { ...line, ...head('order.paid') };
		else if (dice < 0.21) yield { ...line, ...head('order.paid'), order_line_id: `new-${n}`, sku_id: `new-${n}` };
		else if (dice < 0.212) yield { ...head('order.released'), ...aim };
	}
}

const ours = (amount) => (amount === undefined ? undefined : formatMoney(amount, CNY));

/** What of an outcome must be the same: verdict, amounts, reason codes, or the error's code. */
function comparable(outcome) {
	if (outcome.error !== undefined) return { id: outcome.id, error: outcome.error.code };
	const { id, type, verdict, reasons } = outcome;
	const figures = Object.fromEntries(
		AMOUNTS.filter((name) => outcome[name] != null).map((name) => [name, outcome[name]]),
	);
	return { id, type, verdict, reasons: reasons.map((reason) => reason.code), ...figures };
}

function takeOurs(core, raw) {
	try {
		const outcome = core.take(parseRecord(raw, { currency: CNY }));
		const figures = Object.fromEntries(AMOUNTS.map((name) => [name, ours(outcome[name])]));
		return comparable({ ...outcome, ...figures });
	} catch (error) {
		if (error.code === undefined) throw error;
		return { id: raw.id, error: error.code };
	}
}

async function compareAccounts(core, pool, say) {
	// Time has passed for all stores in the core; the opponent ends windows when a store is looked at.
	await pool.query('select sweep_all($1)', [new Date(core.book.now)]);
	const { rows } = await pool.query(
		`select *, (select coalesce(sum(held), 0) from order_lines l where l.store = s.no and released_at is null) as held
		from stores s`,
	);
	let faults = 0;
	for (const row of rows) {
		const store = core.book.findStore(row.id);
		const expected = Object.fromEntries(
			Object.entries(ACCOUNTS).map(([name, account]) => [name, Math.abs(core.book.ledger.get(store.index, account))]),
		);
		expected.held = core.book.ledger.get(store.index, 0);
		Object.assign(expected, { gap: store.gap, deposit_lent: store.reserveFromDeposit, unexplained: store.unexplained });
		for (const [name, amount] of Object.entries(expected)) {
			if (Number(row[name]) === amount) continue;
			if (faults++ < 10) say(`${row.id} ${name}: ours ${amount}, opponent ${row[name]}`);
		}
	}
	return faults;
}

async function compare(pool, name, records, batchSize) {
	await reset(pool);
	const core = new Core({ currency: CNY, programme: DEFAULT_PROGRAMME, policy });
	const opponent = createOpponent(pool);
	const verdicts = {};
	let faults = 0;
	for (let from = 0; from < records.length; from += batchSize) {
		const batch = records.slice(from, from + batchSize);
		const theirs = await opponent.take(batch);
		for (const [at, raw] of batch.entries()) {
			const expected = takeOurs(core, raw);
			const found = comparable(theirs[at]);
			const key = `${raw.type}: ${expected.error ?? expected.verdict}`;
			verdicts[key] = (verdicts[key] ?? 0) + 1;
			if (JSON.stringify(expected) === JSON.stringify(found)) continue;
			if (faults++ < 5) {
				console.log(`record ${from + at}`, JSON.stringify(raw));
				console.log('  ours    ', JSON.stringify(expected));
				console.log('  opponent', JSON.stringify(found));
			}
		}
	}
	const wrongAccounts = await compareAccounts(core, pool, (line) => console.log(line));
	const again = await opponent.take(records.slice(-batchSize));
	const isRepeated = again.length === Math.min(batchSize, records.length);
	const verdict = faults + wrongAccounts === 0 && isRepeated ? 'same' : 'DIFFERENT';
	console.log(
		`${verdict}: ${name}, ${records.length} records by ${batchSize}: ${faults} outcomes and ${wrongAccounts} accounts differ`,
	);
	return { faults: faults + wrongAccounts, verdicts };
}

/** Calls side by side on the same few stores, some sent twice: nothing may be lost, taken twice or left unbalanced. */
async function compareCrowd(url, records, batchSize) {
	const crowd = createPool(url, 6);
	await reset(crowd);
	const opponent = createOpponent(crowd, { coalesce: 16, connections: 3 });
	const first = records.findIndex((record) => record.type === 'order.paid');
	await opponent.take(records.slice(0, first));
	const batches = [];
	for (let from = first; from < records.length; from += batchSize) batches.push(records.slice(from, from + batchSize));
	await Promise.all(
		Array.from({ length: 6 }, async (_, lane) => {
			for (let at = lane; at < batches.length; at += 6) {
				const calls = [opponent.take(batches[at])];
				if (at % 10 === 0) calls.push(opponent.take(batches[at]));
				if (at % 3 === 0) calls.push(...batches[at].map((record) => opponent.take([record])));
				await Promise.all(calls);
			}
		}),
	);
	const { rows } = await crowd.query(
		`select s.id from stores s left join (
			select store, sum(due - own - coalesce(gap, 0)) as reserve, sum(gap) as gap
			from (select *, least(due, case when released_at is null then held else 0 end) as own from order_lines) l
			where due > 0 group by store
		) l on l.store = s.no
		where s.reserve <> coalesce(l.reserve, 0) or s.gap <> coalesce(l.gap, 0)
			or least(s.balance, s.deposit, s.reserve, s.gap, s.deposit_lent) < 0`,
	);
	await crowd.end();
	console.log(
		`${rows.length === 0 ? 'balanced' : 'UNBALANCED'}: ${records.length} records side by side, by ${batchSize}`,
	);
	return rows.length;
}

if (findPostgres() === undefined) {
	console.log('PostgreSQL is not installed: apt-get install postgresql');
	process.exit(0);
}
const postgres = await startPostgres({ settings: { shared_buffers: '256MB', fsync: 'off' } });
const pool = createPool(postgres.url, 1);
let faults = 0;
const verdicts = {};
try {
	const count = process.argv.includes('--long') ? 40_000 : 8000;
	const small = { count, stores: 20, items: 5, buyers: 500, perDay: count / 12 };
	const runs = [
		['plain, requests', [...wireLoad({ ...small, seed: 3 })], 100],
		['plain, requests', [...wireLoad({ ...small, seed: 4 })], 1],
		['plain, facts', [...wireLoad({ ...small, seed: 5, asRequests: false })], 1000],
		['many stores', [...wireLoad({ ...small, stores: 300, items: 3, seed: 6 })], 1000],
		['richer, requests', [...richer({ ...small, seed: 7 }, 7)], 1],
		['richer, requests', [...richer({ ...small, seed: 8 }, 8)], 37],
		['richer, facts', [...richer({ ...small, stores: 200, items: 3, seed: 9, asRequests: false }, 9)], 250],
	];
	for (const [name, records, size] of runs) {
		const result = await compare(pool, name, records, size);
		faults += result.faults;
		for (const [key, times] of Object.entries(result.verdicts)) verdicts[key] = (verdicts[key] ?? 0) + times;
	}
	faults += await compareCrowd(postgres.url, [...wireLoad({ ...small, seed: 10 })], 50);
	console.log('\noutcomes compared:');
	const byName = Object.entries(verdicts).sort(([a], [b]) => (a < b ? -1 : 1));
	for (const [key, times] of byName) console.log(`${String(times).padStart(8)}  ${key}`);
} finally {
	await pool.end();
	await postgres.stop();
}
process.exitCode = faults === 0 ? 0 : 1;

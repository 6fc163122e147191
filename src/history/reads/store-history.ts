/**
 * One store's course for a chart, in bounded size: what moved is summed up over equal stretches of time, so the sums
 * stay exact however long the store has traded; prices are single steps as long as these are few, and else one entry a
 * stretch that says how many steps it stands for and how far they went.
 */
import type { Currency } from '../../core/words/money.js';
import { DAY, HOUR, MINUTE } from '../../core/words/time.js';
import type { Cells } from '../file.js';
import { type Fresh, moneyOf, type Reader, timeOf } from './page.js';

/** `price` is the last one of the stretch; `low`, `high` and `steps` tell of all in it. A single step is itself. */
export interface PriceStep {
	readonly sku_id: string;
	readonly at: string;
	readonly price: string;
	readonly low: string;
	readonly high: string;
	readonly steps: number;
}

/** What moved in the stretch that begins at `at`. Amounts are decimal strings. */
export interface Stretch {
	readonly at: string;
	readonly sales: number;
	readonly sold: string;
	readonly claims_asked: number;
	readonly claims_paid: number;
	readonly advanced: string;
	readonly withdrawals_asked: number;
	readonly withdrawals_paid: number;
	readonly withdrawn: string;
}

export interface StoreHistory {
	/** Of the items with the most steps, in order of time; `skus_left_out` says how many others there are. */
	readonly prices: readonly PriceStep[];
	readonly skus_left_out: number;
	/** Whether a price entry may stand for several steps. */
	readonly sampled: boolean;
	readonly stretches: readonly Stretch[];
	readonly stretch_seconds: number;
	readonly fresh: Fresh;
}

const MOST_STRETCHES = 400;
const MOST_SKUS = 20;
const MOST_STEPS = 4000;
const WIDTHS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY];

/** All that happened at the store, requests and what they became, as rows of one shape. */
const HAPPENED = `with happened as (
	select seq, -1 as n, "at", type, fact, sku_id, sold, amount, asked as price from decisions where store_id = $store
	union all
	select seq, n, "at", type, fact, sku_id, null, amount, price from events
	where store_id = $store and type = 'hold.decided' and fact is not null
)`;
const STEPS = `${HAPPENED}, steps as (select * from happened where fact = 'price.changed')`;

export async function readStoreHistory(reader: Reader, storeId: string): Promise<StoreHistory> {
	const store = { store: storeId };
	const [span = {}] = await reader.query(
		`${HAPPENED} select min("at") as first, max("at") as last from happened`,
		store,
	);
	const width = widthFor(Number(span['last'] ?? 0) - Number(span['first'] ?? 0));
	const rows = await reader.query(
		`${HAPPENED} select "at" // $width * $width as start, count(sold) as sales, sum(sold) as sold,
			count(*) filter (type = 'claim.file') as claims_asked, count(*) filter (fact = 'claim.paid') as claims_paid,
			sum(amount) filter (fact = 'claim.paid') as advanced,
			count(*) filter (type = 'withdrawal.request') as withdrawals_asked,
			count(*) filter (fact = 'withdrawal.paid') as withdrawals_paid,
			sum(amount) filter (fact = 'withdrawal.paid') as withdrawn
		from happened group by 1 order by 1`,
		{ ...store, width },
	);
	const stretches = rows.map((row) => stretchOf(row, reader.currency));
	const prices = await readPrices(reader, storeId, width);
	return { ...prices, stretches, stretch_seconds: width / 1000, fresh: reader.fresh };
}

async function readPrices(reader: Reader, storeId: string, width: number) {
	const store = { store: storeId };
	const items = await reader.query(
		`${STEPS} select sku_id, count(*) as steps from steps group by sku_id order by steps desc, sku_id`,
		store,
	);
	const shown = items.slice(0, MOST_SKUS);
	const sampled = shown.reduce((sum, { steps }) => sum + Number(steps), 0) > MOST_STEPS;
	const skus = `select sku_id from steps group by sku_id order by count(*) desc, sku_id limit ${MOST_SKUS}`;
	// The last at equal instants is the last that was taken.
	const rows = sampled
		? await reader.query(
				`${STEPS} select sku_id, max("at") as last, arg_max(price, ("at", seq, n)) as price, min(price) as low,
					max(price) as high, count(*) as steps
				from steps where sku_id in (${skus}) group by sku_id, "at" // $width order by last, sku_id`,
				{ ...store, width },
			)
		: await reader.query(
				`${STEPS} select sku_id, "at" as last, price, price as low, price as high, 1::bigint as steps
				from steps where sku_id in (${skus}) order by "at", seq, n`,
				store,
			);
	return {
		prices: rows.map((row) => stepOf(row, reader.currency)),
		skus_left_out: items.length - shown.length,
		sampled,
	};
}

/** The narrowest stretches of which there are not too many. */
function widthFor(span: number): number {
	const fits = (width: number): boolean => span / width < MOST_STRETCHES - 1;
	return WIDTHS.find(fits) ?? Math.ceil(span / (MOST_STRETCHES - 1) / DAY) * DAY;
}

const stepOf = (row: Cells, currency: Currency): PriceStep => ({
	sku_id: String(row['sku_id']),
	at: timeOf(row['last']),
	price: moneyOf(row['price'], currency),
	low: moneyOf(row['low'], currency),
	high: moneyOf(row['high'], currency),
	steps: Number(row['steps']),
});

const stretchOf = (row: Cells, currency: Currency): Stretch => ({
	at: timeOf(row['start']),
	sales: Number(row['sales']),
	sold: moneyOf(row['sold'], currency),
	claims_asked: Number(row['claims_asked']),
	claims_paid: Number(row['claims_paid']),
	advanced: moneyOf(row['advanced'], currency),
	withdrawals_asked: Number(row['withdrawals_asked']),
	withdrawals_paid: Number(row['withdrawals_paid']),
	withdrawn: moneyOf(row['withdrawn'], currency),
});

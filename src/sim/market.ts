/** Makes a market and writes it: roles first, then store by store plan, settlement, tables; the truth last. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import { Calendar } from './calendar.js';
import { Cast } from './cast.js';
import { camouflage, formGang } from './gang.js';
import { Population } from './identity.js';
import { castLookalikes, sendShoppers } from './lookalikes.js';
import { DEFAULT_FROM, DEFAULT_MEDIAN_BUYERS, type MarketOptions } from './options.js';
import { settle } from './settle.js';
import { Tables } from './tables.js';
import type { Scene } from './trade.js';
import { type Truth, TruthBook } from './truth.js';

/** Shorter ones have no room for a look-alike's story with its before and after. */
const LEAST_DAYS = 45;

/**
 * Writes `stores.csv`, `order_lines.csv`, `price_changes.csv`, `claims.csv`, `withdrawals.csv` and `truth.json` into
 * the folder, which is made if need be. The same options give the same bytes.
 */
export async function writeMarket(dir: string, options: MarketOptions): Promise<Truth> {
	const { seed, days } = options;
	if (days < LEAST_DAYS) throw new SuretyError('usage', `days ${days}: a market needs at least ${LEAST_DAYS}`, 'days');
	const calendar = new Calendar(options.from ?? DEFAULT_FROM, days);
	const medianBuyers = options.medianBuyers ?? DEFAULT_MEDIAN_BUYERS;
	const population = new Population(seed, shoppers(medianBuyers));
	const gangStores = options.gangs.reduce((sum, gang) => sum + gang.stores, 0);
	const cast = new Cast(seed, options.honestStores + gangStores, population);
	const gangs = options.gangs.map((gang, number) => formGang(cast, seed, number, gang, days));
	castLookalikes(cast, options, calendar);
	for (const gang of gangs) camouflage(cast, gang);
	sendShoppers(cast, options);

	const scene: Scene = { seed, calendar, population, medianBuyers, visits: cast.visits };
	const tables = await Tables.create(dir, {
		identifiers: options.identifiers ?? true,
		recovered: options.tellRecovered ?? false,
	});
	const book = new TruthBook(gangs);
	for (const storeId of cast.all) {
		const store = settle(cast.plan(scene, storeId), seed, calendar.to);
		book.record(store);
		await tables.write(store);
	}
	await tables.close();
	const truth = book.truth(seed, calendar.from, calendar.to, cast.lookalikes);
	await writeFile(join(dir, 'truth.json'), `${JSON.stringify(truth, null, '\t')}\n`);
	return truth;
}

/**
 * How many people shop. Two stores of n and m buyers share n x m / shoppers of them; this many make 4 % of store pairs
 * share any, as measured.
 */
const shoppers = (medianBuyers: number): number => Math.max(2000, medianBuyers * medianBuyers * 130);

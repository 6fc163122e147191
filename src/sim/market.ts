/** Makes a market and writes it: roles first, then store by store plan, settlement, tables; the truth last. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import { Calendar } from './calendar.js';
import { Calibration, type CalibrationReport } from './calibration/calibration.js';
import { Cast } from './cast.js';
import { camouflage, formGang, type Gang } from './gang.js';
import { NEIGHBOURHOOD, Population } from './identity.js';
import { castLookalikes, sendShoppers } from './lookalikes.js';
import { DEFAULT_FROM, DEFAULT_MEDIAN_BUYERS, type MarketOptions } from './options.js';
import { settle } from './settle.js';
import { Tables } from './tables.js';
import type { Scene } from './trade.js';
import { type Truth, TruthBook } from './truth.js';

/** Shorter ones have no room for a look-alike's story with its before and after. */
const LEAST_DAYS = 45;

export interface Market {
	readonly truth: Truth;
	readonly calibration: CalibrationReport;
}

/** Told after each store. */
export type OnStore = (done: number, total: number) => void;

/**
 * Writes `stores.csv`, `order_lines.csv`, `price_changes.csv`, `claims.csv`, `withdrawals.csv` and `truth.json` into
 * the folder, which is made if need be. The same options give the same bytes.
 */
export async function writeMarket(dir: string, options: MarketOptions): Promise<Truth> {
	return (await writeCalibrated(dir, options)).truth;
}

/** The same, and how close the honest side of just this market is to what was measured on real ones. */
export async function writeCalibrated(dir: string, options: MarketOptions, onStore?: OnStore): Promise<Market> {
	const { seed, days, commissionPercent } = options;
	if (days < LEAST_DAYS) throw new SuretyError('usage', `days ${days}: a market needs at least ${LEAST_DAYS}`, 'days');
	const calendar = new Calendar(options.from ?? DEFAULT_FROM, days);
	const { cast, gangs, scene } = casting(options, calendar);
	const tables = await Tables.create(dir, {
		identifiers: options.identifiers ?? true,
		recovered: options.tellRecovered ?? false,
	});
	const book = new TruthBook(gangs);
	const calibration = new Calibration(seed, calendar);
	for (const [done, storeId] of cast.all.entries()) {
		const store = settle(cast.plan(scene, storeId), seed, calendar.to, commissionPercent);
		book.record(store);
		if (!book.isOfGang(storeId)) calibration.take(store);
		await tables.write(store);
		onStore?.(done + 1, cast.all.length);
	}
	await tables.close();
	const truth = book.truth(seed, calendar.from, calendar.to, cast.lookalikes);
	await writeFile(join(dir, 'truth.json'), `${JSON.stringify(truth, null, '\t')}\n`);
	return { truth, calibration: calibration.report() };
}

/** Gives all roles, before any store is planned. */
function casting(options: MarketOptions, calendar: Calendar): { cast: Cast; gangs: Gang[]; scene: Scene } {
	const { seed, medianBuyers = DEFAULT_MEDIAN_BUYERS, trade = 'first' } = options;
	const population = trade === 'first' ? new Population(seed, shoppers(medianBuyers)) : neighbours(seed, medianBuyers);
	const gangStores = options.gangs.reduce((sum, gang) => sum + gang.stores, 0);
	const cast = new Cast(seed, options.honestStores + gangStores, population);
	const gangs = options.gangs.map((gang, number) => formGang(cast, seed, number, gang, calendar.days));
	castLookalikes(cast, options, calendar);
	for (const gang of gangs) camouflage(cast, gang);
	sendShoppers(cast, options);
	const sizeRank = cast.sizeRanks(seed);
	return { cast, gangs, scene: { seed, calendar, population, medianBuyers, trade, sizeRank, visits: cast.visits } };
}

/**
 * How many people shop. Two stores of n and m buyers share n x m / shoppers of them; this many make 4 % of store pairs
 * share any, as measured.
 */
const shoppers = (medianBuyers: number): number => Math.max(2000, medianBuyers * medianBuyers * 130);

/**
 * In measured trade many stores share buyers of their neighbourhood, so that fewer may by chance. One neighbourhood has
 * sixteen times a store's median of buyers.
 */
function neighbours(seed: number, medianBuyers: number): Population {
	const anywhere = Math.round(1.2 * shoppers(medianBuyers));
	return new Population(seed, anywhere, Math.round((16 * medianBuyers) / NEIGHBOURHOOD));
}

/** `surety simulate`: a market with or without gangs as tables, the truth about it, and how close it is to real ones. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import { type Instant, parseInstant } from '../core/words/time.js';
import { calibrationPage } from '../report/calibration/page.js';
import { type AttackName, ATTACKS } from '../sim/attacks.js';
import {
	type GangOptions,
	type Market,
	type MarketOptions,
	type OnStore,
	type Truth,
	writeCalibrated,
	writeLabels,
} from '../sim/index.js';
import type { ExitCode } from './exit-code.js';
import { readOptions } from './options.js';
import { paintFor } from './summary.js';

const OPTIONS = {
	out: { type: 'string' },
	seed: { type: 'string', default: '1' },
	days: { type: 'string', default: '180' },
	stores: { type: 'string', default: '300' },
	buyers: { type: 'string', default: '104' },
	from: { type: 'string', default: '2023-06-01' },
	attack: { type: 'string', multiple: true, default: [] as string[] },
	recovered: { type: 'boolean', default: false },
	labels: { type: 'boolean', default: false },
	list: { type: 'boolean', default: false },
	json: { type: 'boolean', default: false },
} as const;

const COMMISSION_PERCENT = 2;
const MOST_DAYS = 3660;
const MOST_STORES = 1_000_000;

export async function runSimulate(args: string[]): Promise<ExitCode> {
	const { values } = readOptions({ args, options: OPTIONS });
	if (values.list) {
		process.stdout.write(listOf(values.json));
		return 0;
	}
	const { out } = values;
	if (out === undefined || out === '')
		throw new SuretyError('usage', 'simulate needs --out DIR, the folder to write the tables to');
	const market = await write(out, {
		seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
		days: wholeNumber('days', values.days, 1, MOST_DAYS),
		honestStores: wholeNumber('stores', values.stores, 1, MOST_STORES),
		medianBuyers: wholeNumber('buyers', values.buyers, 4, 10_000),
		from: midnight(values.from),
		lookalikes: 'all',
		trade: 'measured',
		commissionPercent: COMMISSION_PERCENT,
		tellRecovered: values.recovered,
		gangs: attacks(values.attack),
	});
	if (values.labels) await writeLabels(out, market.truth);
	process.stdout.write(values.json ? asJson(market, out) : inWords(market, out));
	return 0;
}

async function write(out: string, options: MarketOptions): Promise<Market> {
	const progress = progressLine();
	try {
		const market = await writeCalibrated(out, options, progress.show);
		const { calibration } = market;
		await writeFile(join(out, 'calibration.json'), `${JSON.stringify(calibration, null, '\t')}\n`);
		await writeFile(join(out, 'calibration.html'), calibrationPage(calibration));
		return market;
	} catch (error) {
		throw notWritable(error, out);
	} finally {
		progress.end();
	}
}

/** What the disk refuses is the caller's to mend: another folder, or more room. */
function notWritable(error: unknown, out: string): unknown {
	const { code, syscall } = error as NodeJS.ErrnoException;
	if (code === undefined || syscall === undefined) return error;
	return new SuretyError('usage', `--out "${out}": cannot be written (${code})`);
}

function wholeNumber(name: string, given: string, least: number, most: number): number {
	const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
	if (value >= least && value <= most) return value;
	throw new SuretyError('usage', `--${name} "${given}": expected a whole number from ${least} to ${most}`, name);
}

/** Midnight in Shanghai, where the market is. */
function midnight(given: string): Instant {
	const at = /^\d{4}-\d\d-\d\d$/.test(given) ? parseInstant(`${given}T00:00:00+08:00`) : 'not a day';
	if (typeof at === 'number') return at;
	throw new SuretyError('usage', `--from "${given}": expected a day such as 2023-06-01`, 'from');
}

const NAMES = Object.keys(ATTACKS) as AttackName[]; // the catalogue's own keys

/** Each as often as it was asked for; `all` is each once. */
function attacks(given: readonly string[]): GangOptions[] {
	return given.flatMap((asked) => (asked === 'all' ? NAMES.map(gangOf) : [gangOf(asked)]));
}

/** One gang. Of names joined by `+` it has the parts of all, the later ones winning. */
function gangOf(attack: string): GangOptions {
	const parts = attack.split('+').map((asked) => {
		const name = NAMES.find((one) => one === asked);
		if (name !== undefined) return ATTACKS[name].gang;
		throw new SuretyError('usage', `--attack "${asked}": expected all or one of ${NAMES.join(', ')}`, 'attack');
	});
	return Object.assign({ attack }, ...parts) as GangOptions; // each part is one
}

function listOf(json: boolean): string {
	if (json) return `${JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, ATTACKS[name].means])))}\n`;
	const longest = Math.max(...NAMES.map((name) => name.length));
	return NAMES.map((name) => `${name.padEnd(longest)}  ${ATTACKS[name].means}\n`).join('');
}

function asJson({ truth, calibration }: Market, out: string): string {
	const { seed, period, totals } = truth;
	const gangs = truth.gangs.map(({ attack, stores, shortfall, profit }) => ({
		attack,
		stores: stores.length,
		shortfall,
		profit,
	}));
	const off = calibration.facts.filter((fact) => isOff(fact.deviation)).map(({ id, deviation }) => ({ id, deviation }));
	return `${JSON.stringify({ seed, period, totals, gangs, off, out })}\n`;
}

/** Told as off from a fifth on; what is near may differ by that much between two real markets. */
const isOff = (deviation: number | null): boolean => deviation !== null && Math.abs(deviation) > 20;

function inWords({ truth, calibration }: Market, out: string): string {
	const { bold, dim, red } = paintFor(process.stdout);
	const { totals, period } = truth;
	const compared = calibration.facts.filter((fact) => fact.deviation !== null);
	const off = compared.filter((fact) => isOff(fact.deviation));
	return [
		'',
		bold(`${grouped(totals.stores)} stores, ${grouped(totals.order_lines)} order lines, ${gangsOf(truth)}`),
		'',
		`  ${grouped(totals.buyers)} buyers, ${grouped(totals.price_changes)} prices, ${grouped(totals.claims)} claims, ${grouped(totals.withdrawals)} withdrawals, ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`,
		`  ${grouped(totals.advanced)} CNY advanced, ${grouped(totals.recovered)} recovered, ${bold(`${grouped(totals.shortfall)} lost`)}`,
		...truth.gangs.map(
			(gang) =>
				`  ${red('●')} ${gang.attack ?? 'a gang'}: ${gang.stores.length} stores took ${grouped(gang.taken)}, at costs of ${grouped(gang.costs.total)}: profit ${grouped(gang.profit)}`,
		),
		`  Honest side: ${nearness(compared.length, off.length)}`,
		...off.map((fact) => dim(`      ${fact.title.en}: ${fact.deviation} % off`)),
		'',
		`  Tables   ${out}`,
		`  Truth    ${join(out, 'truth.json')}`,
		`  Facts    ${join(out, 'calibration.html')}`,
		'',
	].join('\n');
}

function nearness(compared: number, off: number): string {
	if (compared === 0) return 'too small a market to compare with measured ones';
	return `${compared - off} of ${compared} measured facts met, or missed by a fifth at most`;
}

function gangsOf({ gangs }: Truth): string {
	if (gangs.length === 0) return 'no gang';
	return gangs.length === 1 ? 'one gang' : `${gangs.length} gangs`;
}

function grouped(figure: number | string): string {
	const [whole = '', fraction] = String(figure).split('.');
	return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
}

/** How many stores are written, on a terminal. */
function progressLine(): { readonly show: OnStore; readonly end: () => void } {
	const { stderr } = process;
	let drawnAt = 0;
	return {
		show: (done, total) => {
			const now = performance.now();
			if (!stderr.isTTY || now - drawnAt < 100) return;
			drawnAt = now;
			stderr.write(`\r\u001b[Kwriting stores  ${grouped(done)} of ${grouped(total)}`);
		},
		end: () => void (stderr.isTTY && drawnAt > 0 && stderr.write('\r\u001b[K')),
	};
}

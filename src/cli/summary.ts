/** The summary a person reads on the terminal after an investigation. */
import type { Investigation } from '../report/investigate.js';
import type { Report, StoreFinding } from '../report/model.js';

const MOST_STORES = 5;
const MOST_REASONS = 3;

export interface Paint {
	readonly bold: (text: string) => string;
	readonly dim: (text: string) => string;
	readonly red: (text: string) => string;
	readonly green: (text: string) => string;
}

/** Colours where the stream shows them. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
	const on = stream.isTTY && stream.hasColors() && process.env['NO_COLOR'] === undefined;
	const code = (start: number, end: number) => (text: string) => (on ? `\u001b[${start}m${text}\u001b[${end}m` : text);
	return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39) };
}

export function summarise({ report, rejected, htmlPath, jsonPath }: Investigation, paint: Paint): string {
	const { totals, period } = report;
	const flagged = report.stores.filter((store) => store.flagged);
	const lines = [
		paint.bold(headline(report, flagged.length)),
		'',
		`  ${count(totals.order_lines)} order lines of ${count(totals.stores)} stores and ${count(totals.buyers)} buyers, ${day(period.from)} to ${day(period.to)}`,
		`  ${count(totals.claims)} claims: ${money(totals.advanced)} advanced, ${money(totals.recovered)} recovered, ${paint.bold(`${money(totals.shortfall)} ${report.currency} lost`)}`,
		...flagged.slice(0, MOST_STORES).flatMap((store) => storeLines(store, paint)),
		...(flagged.length > MOST_STORES
			? ['', paint.dim(`  … and ${flagged.length - MOST_STORES} more flagged stores in the report`)]
			: []),
		...gateLines(report, paint),
		...rejectedLines(totals.rejected_rows, rejected, paint),
		...(report.model === undefined ? [] : [paint.dim(`  Scored by model ${report.model}`)]),
		...report.unjudged.map(({ en }) => paint.dim(`  Note: ${en}`)),
		'',
		`  Report   ${htmlPath}`,
		`  Data     ${jsonPath}`,
	];
	return `${lines.join('\n')}\n`;
}

function headline({ rings, totals, currency }: Report, flagged: number): string {
	if (flagged === 0) return 'No store was flagged.';
	const inRings = rings.length === 0 ? 'none of them in a ring' : `in ${plural(rings.length, 'ring')}`;
	return `${plural(flagged, 'store')} flagged, ${inRings}: ${money(totals.shortfall)} ${currency} of advances never came back.`;
}

function storeLines(store: StoreFinding, paint: Paint): string[] {
	const before = store.first_claim_at === null || (store.flagged_at ?? '') <= store.first_claim_at;
	const when = before ? paint.green('before its first claim') : paint.red('after its first claim');
	return [
		'',
		`  ${paint.red('●')} ${paint.bold(store.store_id)}  score ${store.score.toFixed(2)}  flagged ${minute(store.flagged_at)}, ${when}  lost ${money(store.shortfall)}${store.ring_id === null ? '' : `  ring ${store.ring_id}`}`,
		...store.reasons.slice(0, MOST_REASONS).map(({ message }) => `      ${message}`),
	];
}

function gateLines({ gates, currency }: Report, paint: Paint): string[] {
	const price = gates.find(({ gate }) => gate === 'price');
	if (price === undefined || price.first_at === null) return [];
	return [
		'',
		`  An enforcing ${paint.bold('price gate')} would have held ${plural(price.stopped, 'unfunded cut')} of ${plural(price.stores, 'store')}, the first on ${day(price.first_at)};`,
		`  ${money(price.advanced_after)} ${currency} was advanced to buyers of the flagged stores after that.`,
	];
}

function rejectedLines(rows: number, sample: readonly string[], paint: Paint): string[] {
	if (rows === 0) return [];
	return [
		'',
		paint.red(`  ${plural(rows, 'row')} rejected (see rejected.ndjson):`),
		...sample.slice(0, 5).map((line) => `      ${line}`),
	];
}

const plural = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`;
const day = (time: string | null): string => (time === null ? 'never' : time.slice(0, 10));
const minute = (time: string | null): string =>
	time === null ? 'never' : `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
const count = (n: number): string => grouped(String(n));
const money = (amount: string): string => {
	const [whole, decimals] = amount.split('.');
	return grouped(whole ?? '') + (decimals === undefined ? '' : `.${decimals}`);
};
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

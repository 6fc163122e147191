/** The summary a person reads on the terminal after a backtest: one line a policy, then what it would have meant. */
import type { Backtested } from '../backtest/backtest.js';
import type { Backtest, RunReport } from '../backtest/model.js';
import type { Paint } from './summary.js';

export function summariseBacktest({ backtest, rejected, htmlPath, jsonPath }: Backtested, paint: Paint): string {
	const { history, period, runs } = backtest;
	const lines = [
		...(runs[0] === undefined ? [] : [paint.bold(headline(runs[0], backtest))]),
		'',
		`  ${grouped(history.order_lines)} order lines of ${grouped(history.stores)} stores, ${day(period.from)} to ${day(period.to)}, once per policy:`,
		'',
		...table(backtest, paint),
		...runs.flatMap((run) => story(run, backtest, paint)),
		...rejectedLines(history.rejected_rows, rejected, paint),
		...backtest.unjudged.map(({ en }) => paint.dim(`  Note: ${en}`)),
		'',
		`  Report   ${htmlPath}`,
		`  Data     ${jsonPath}`,
	];
	return `${lines.join('\n')}\n`;
}

function headline({ policy, shortfall }: RunReport, { comparisons, currency }: Backtest): string {
	const before = comparisons[0]?.shortfall ?? shortfall;
	return `${policy}: ${grouped(shortfall)} ${currency} lost instead of ${grouped(before)}.`;
}

/** Columns wide enough for what is in them. */
function table(backtest: Backtest, paint: Paint): string[] {
	const { runs, comparisons, period, currency } = backtest;
	const average = (amountDays: string): string =>
		grouped(String(Math.round(period.days === 0 ? 0 : Number(amountDays) / period.days)));
	const head = ['', `lost ${currency}`, 'locked a day', 'of flat hold', 'cuts held', 'payouts delayed a day'];
	const cells = [...runs, ...comparisons].map((run) => [
		run.policy,
		grouped(run.shortfall),
		average(run.honest.locked_amount_days),
		share(run.honest.locked_amount_days, run.honest.flat_hold_amount_days),
		`${grouped(run.honest.cuts.held)} of ${grouped(run.honest.cuts.cuts_asked)}`,
		average(run.honest.withdrawal_delay_amount_days),
	]);
	const widths = head.map((_, column) => Math.max(...[head, ...cells].map((row) => (row[column] ?? '').length)));
	const line = (row: readonly string[]): string =>
		`  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   ')}`;
	return [
		paint.dim(line(head)),
		...cells.map((row, i) => (i < runs.length ? line(row) : paint.dim(line(row)))),
		paint.dim('  All but the loss are of honest stores, those that history does not show to be abnormal.'),
	];
}

function story(run: RunReport, { currency, history }: Backtest, paint: Paint): string[] {
	const { held_cuts: cuts, claims_not_paid: unpaid, did_not_happen: out, orders_without_protection: bare } = run;
	const kept = `${grouped(cuts.held)} of ${grouped(cuts.cuts_asked)} price cuts held, ${grouped(cuts.let_through)} let through later${cuts.median_hours === null ? '' : ` (middle ${cuts.median_hours} h, longest ${cuts.longest_hours} h)`}`;
	return [
		'',
		`  ${paint.green('●')} ${paint.bold(run.policy)}  ${grouped(run.prevented)} ${currency} prevented`,
		`      ${kept}`,
		`      ${grouped(unpaid.claims)} claims of ${grouped(unpaid.amount)} not paid: nothing was owed on them any more`,
		`      a gate said no to ${grouped(run.honest.touched)} of ${grouped(run.honest.stores)} honest stores and ${grouped(run.flagged.touched)} of ${grouped(history.flagged)} flagged ones`,
		...run.rules.map(
			(one) =>
				`      rule ${one.rule} stopped ${grouped(one.requests)} requests of ${grouped(one.stores)} stores, ${grouped(one.honest_requests)} of honest ones`,
		),
		...(out.stores === 0
			? []
			: [
					`      ${grouped(out.stores)} stores not let in, with ${grouped(out.orders.records)} orders of ${grouped(out.orders.amount)}`,
				]),
		...(bare.orders === 0
			? []
			: [`      ${grouped(bare.orders)} orders of ${grouped(bare.amount)} sold without protection`]),
	];
}

function rejectedLines(rows: number, sample: readonly string[], paint: Paint): string[] {
	if (rows === 0) return [];
	return [
		'',
		paint.red(`  ${grouped(rows)} rows rejected (see rejected.ndjson):`),
		...sample.slice(0, 5).map((line) => `      ${line}`),
	];
}

function share(part: string, all: string): string {
	if (Number(all) === 0) return '–';
	return `${(Math.round((1000 * Number(part)) / Number(all)) / 10).toFixed(1)} %`;
}

const day = (time: string | null): string => (time === null ? 'never' : time.slice(0, 10));
function grouped(figure: string | number): string {
	const [digits = '', decimals] = String(figure).split('.');
	const shown = digits.replace(/\B(?=(\d{3})+$)/g, ',');
	return decimals === undefined ? shown : `${shown}.${decimals}`;
}

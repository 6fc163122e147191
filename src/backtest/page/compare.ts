/** All runs side by side in money: one column a policy, one line a question a policy owner asks. */
import { count, isNothing, priced } from '../../report/page/figure.js';
import { fill, html, same, say } from '../../report/page/markup.js';
import type { Markup, Text } from '../../report/page/markup.js';
import type { RunReport } from '../model.js';
import { averageOf, isComparison, nameOf, shareOf, type View } from './view.js';

export const COMPARE = {
	heading: { en: 'Side by side', zh: '并列对比' },
	intro: {
		en: 'The same history under each policy. Honest and flagged are told apart by what really happened, so they are the same stores in every column.',
		zh: '同一段历史在各策略下的结果。诚信与被标记店铺按实际情况划分，各列相同。',
	},
	loss: { en: 'Loss', zh: '损失' },
	prevented: { en: 'Prevented', zh: '避免的损失' },
	advanced: { en: 'Advanced to buyers', zh: '垫付给买家' },
	by_stores: { en: 'of it paid by stores', zh: '其中由店铺承担' },
	by_platform: { en: 'of it by the platform, by rule', zh: '其中按规则由平台承担' },
	not_paid: { en: 'Claims of the history not paid, or paid less', zh: '历史中有而此处未付或少付的价保申请' },
	honest_heading: { en: 'Honest stores', zh: '诚信店铺' },
	flagged_heading: { en: 'Flagged stores', zh: '被标记店铺' },
	money_heading: { en: 'Money', zh: '资金' },
	locked: { en: 'Locked on an average day', zh: '日均冻结' },
	reserved: { en: 'of it reserves: owed to buyers already', zh: '其中专项冻结（已对买家负有义务）' },
	share: { en: 'Share of what a flat hold keeps', zh: '占一律冻结的比例' },
	delayed: { en: 'Withdrawals waiting on an average day', zh: '日均待付提现' },
	cuts: { en: 'Price cuts that had to wait', zh: '须等待的降价' },
	waited: { en: 'of those let through, half within', zh: '获放行者半数等待不超过' },
	hours: { en: '{hours} h', zh: '{hours} 小时' },
	of: { en: '{part} of {all}', zh: '{all} 中的 {part}' },
	touched: { en: 'Stores to which a gate ever said no', zh: '曾被闸口拦截的店铺' },
	doors: { en: 'Stores kept out', zh: '未获准入的店铺' },
	badges: { en: 'Orders sold without protection', zh: '无价保售出的订单' },
} as const satisfies Record<string, Text>;

type Cell = (run: RunReport) => Text | Markup | string;
type Row = { readonly name: Text; readonly cell: Cell; readonly look?: string } | { readonly heading: Text };

export function compare(view: View): Markup {
	const columns = view.all.map(
		(run) =>
			html`<th scope="col" class="number${isComparison(view, run) ? ' compared' : ''}">${say(nameOf(run, view))}</th>`,
	);
	const body = rows(view).map((row) => line(row, view));
	return html`<section id="compare"><h2>${say(COMPARE.heading)}</h2><p class="intro">${say(COMPARE.intro)}</p><div class="scroll"><table class="compare"><thead><tr><th></th>${columns}</tr></thead><tbody>${body}</tbody></table></div></section>`;
}

function line(row: Row, view: View): Markup {
	if ('heading' in row)
		return html`<tr class="group"><th scope="rowgroup" colspan="${view.all.length + 1}">${say(row.heading)}</th></tr>`;
	const cells = view.all.map((run) => html`<td class="number ${row.look ?? ''}">${written(row.cell(run))}</td>`);
	return html`<tr><th scope="row" class="${row.look ?? ''}">${say(row.name)}</th>${cells}</tr>`;
}

const written = (cell: Text | Markup | string): Markup | string =>
	typeof cell === 'string' || 'markup' in cell ? cell : say(cell);

function rows(view: View): readonly Row[] {
	return [
		{ heading: COMPARE.money_heading },
		...moneyRows(view),
		...groupRows(view, 'honest'),
		...groupRows(view, 'flagged'),
		...otherRows,
	];
}

function moneyRows({ currency }: View): readonly Row[] {
	const money = (name: Text, amount: (run: RunReport) => string, look = ''): Row => ({
		name,
		look,
		cell: (run) => priced(amount(run), currency),
	});
	const loss: Cell = ({ shortfall }) =>
		html`<strong class="${isNothing(shortfall) ? 'good' : 'bad'}">${priced(shortfall, currency)}</strong>`;
	return [
		{ name: COMPARE.loss, cell: loss },
		money(COMPARE.prevented, ({ prevented }) => prevented),
		money(COMPARE.advanced, ({ advanced }) => advanced),
		money(COMPARE.by_stores, ({ borne_by }) => borne_by.stores, 'part'),
		money(COMPARE.by_platform, ({ borne_by }) => borne_by.platform_by_rule, 'part'),
		money(COMPARE.not_paid, ({ claims_not_paid }) => claims_not_paid.amount),
	];
}

function groupRows(view: View, who: 'honest' | 'flagged'): readonly Row[] {
	const average = (
		name: Text,
		of: 'locked_amount_days' | 'locked_as_reserve_amount_days' | 'withdrawal_delay_amount_days',
		look = '',
	): Row => ({
		name,
		look,
		cell: (run) => averageOf(run[who][of], view),
	});
	const part = (some: number, all: number): Text => fill(COMPARE.of, { part: count(some), all: count(all) });
	return [
		{ heading: who === 'honest' ? COMPARE.honest_heading : COMPARE.flagged_heading },
		average(COMPARE.locked, 'locked_amount_days'),
		average(COMPARE.reserved, 'locked_as_reserve_amount_days', 'part'),
		{ name: COMPARE.share, cell: (run) => shareOf(run[who].locked_amount_days, run[who].flat_hold_amount_days) },
		average(COMPARE.delayed, 'withdrawal_delay_amount_days'),
		{ name: COMPARE.cuts, cell: (run) => part(run[who].cuts.held, run[who].cuts.cuts_asked) },
		{ name: COMPARE.waited, look: 'part', cell: (run) => hours(run[who].cuts.median_hours) },
		{ name: COMPARE.touched, cell: (run) => part(run[who].touched, run[who].stores) },
	];
}

const hours = (value: number | null): Text => (value === null ? same('–') : fill(COMPARE.hours, { hours: value }));

const otherRows: readonly Row[] = [
	{ heading: { en: 'Besides', zh: '其他' } },
	{ name: COMPARE.doors, cell: (run) => count(run.did_not_happen.stores) },
	{ name: COMPARE.badges, cell: (run) => count(run.orders_without_protection.orders) },
];

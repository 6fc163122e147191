/** The head: what was replayed, and the answer in two sentences. */
import { dayOf, instantOf } from '../../report/page/clock.js';
import { count, counted, isNothing, priced } from '../../report/page/figure.js';
import { fill, fillBold, html, joined, same, say } from '../../report/page/markup.js';
import type { Markup, Text } from '../../report/page/markup.js';
import type { RunReport } from '../model.js';
import { averageOf, shareOf, type View } from './view.js';

export const HEAD = {
	title: { en: 'What each policy would have cost', zh: '各项策略的代价' },
	period: { en: '{from} to {to}', zh: '{from} 至 {to}' },
	no_period: { en: 'No records', zh: '无记录' },
	scope: { en: '{counts}. Times are {clock}.', zh: '{counts}。时间均为{clock}。' },
	prevented: {
		en: 'Under {policy} the platform would have lost {loss} instead of {before}.',
		zh: '采用 {policy}，平台损失为 {loss}，而实际为 {before}。',
	},
	nothing_lost: {
		en: 'Nothing was lost in this history; under {policy} the loss is {loss}.',
		zh: '该段历史没有损失；采用 {policy}，损失为 {loss}。',
	},
	honest: {
		en: 'Honest stores would have had {average} locked on an average day, {share} of what a flat hold keeps from them. Of their {cuts} price cuts {held} would have had to wait{wait}.',
		zh: '诚信店铺日均被冻结 {average}，为一律冻结的 {share}。其 {cuts} 次降价中有 {held} 次须等待{wait}。',
	},
	wait: { en: ', half of those let through within {hours} h', zh: '，获放行者中半数在 {hours} 小时以内' },
} as const satisfies Record<string, Text>;

export function head(view: View): Markup {
	const first = view.backtest.runs[0];
	const answer = first === undefined ? null : html`${lead(first, view)}<p class="sub">${say(honest(first, view))}</p>`;
	return html`<header class="head" id="top"><h1>${say(HEAD.title)}</h1><p class="scope">${scope(view)}</p>${answer}</header>`;
}

function scope({ backtest: { period, history }, clock }: View): Markup {
	const span =
		period.from === null || period.to === null
			? HEAD.no_period
			: fill(HEAD.period, { from: dayOf(instantOf(period.from), clock), to: dayOf(instantOf(period.to), clock) });
	const rejected = history.rejected_rows;
	const counts = [
		counted(history.stores, 'store', 'stores', '家店铺'),
		counted(history.order_lines, 'order line', 'order lines', '条订单行'),
		counted(history.price_changes, 'price change', 'price changes', '次价格变动'),
		counted(history.claims, 'claim', 'claims', '笔价保申请'),
		counted(history.withdrawals, 'withdrawal', 'withdrawals', '笔提现'),
		...(rejected > 0 ? [counted(rejected, 'row rejected', 'rows rejected', '行被拒收')] : []),
	];
	const values = { counts: joined(counts, ' · ', ' · '), clock: clock.name };
	return html`<strong>${say(span)}</strong> · ${say(fill(HEAD.scope, values))}`;
}

function lead(run: RunReport, { backtest, currency }: View): Markup {
	const before = backtest.comparisons[0]?.shortfall ?? run.shortfall;
	const values = {
		policy: same(run.policy),
		loss: same(priced(run.shortfall, currency)),
		before: same(priced(before, currency)),
	};
	return html`<p class="lead">${fillBold(isNothing(before) ? HEAD.nothing_lost : HEAD.prevented, values)}</p>`;
}

function honest(run: RunReport, view: View): Text {
	const { cuts, locked_amount_days, flat_hold_amount_days } = run.honest;
	return fill(HEAD.honest, {
		average: averageOf(locked_amount_days, view),
		share: shareOf(locked_amount_days, flat_hold_amount_days),
		cuts: count(cuts.cuts_asked),
		held: count(cuts.held),
		wait: cuts.median_hours === null ? same('') : fill(HEAD.wait, { hours: cuts.median_hours }),
	});
}

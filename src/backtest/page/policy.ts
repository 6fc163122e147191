/** One policy in full: what its gates said, how long what they held had to wait, and every store that felt it. */
import { shownTime } from '../../report/page/clock.js';
import { count, grouped, isNothing, priced } from '../../report/page/figure.js';
import { fill, html, say } from '../../report/page/markup.js';
import type { Markup, Text } from '../../report/page/markup.js';
import { sentenceOf } from '../../report/page/sentences.js';
import { GATE_NAMES, VERDICTS } from '../../report/page/words.js';
import type { RuleSums, RunReport, StoreReport, Verdicts } from '../model.js';
import type { View } from './view.js';

export const POLICY = {
	heading: { en: 'Policy {policy}', zh: '策略 {policy}' },
	programme: {
		en: 'Its order lines are sold under the programme {programme}, not under {own} as in the comparisons.',
		zh: '其订单行适用价保规则 {programme}，对照项适用 {own}。',
	},
	stopped: { en: 'What was stopped', zh: '拦截情况' },
	asked: { en: 'Asked', zh: '询问' },
	openings: { en: 'stores that open', zh: '开店' },
	prices: { en: 'price changes', zh: '价格变动' },
	claims: { en: 'claims', zh: '价保申请' },
	withdrawals: { en: 'withdrawals', zh: '提现' },
	observes: { en: 'only observed', zh: '仅观察' },
	rules: { en: 'What its own rules stopped', zh: '自定规则拦截情况' },
	rule: { en: 'Rule', zh: '规则' },
	rule_gate: { en: 'Gate', zh: '闸口' },
	rule_where: { en: 'Where', zh: '条件' },
	rule_requests: { en: 'Requests', zh: '请求' },
	rule_stores: { en: 'Stores', zh: '店铺' },
	rule_honest: { en: 'Of honest stores', zh: '其中诚信店铺' },
	waits: { en: 'How long it waited', zh: '等待时长' },
	cuts: {
		en: '{held} price cuts were held: {through} were let through later{hours}, {replaced} were replaced by another price first, {waiting} still waited at the end.',
		zh: '{held} 次降价被暂缓：{through} 次其后放行{hours}，{replaced} 次先被新价格取代，{waiting} 次到期末仍在等待。',
	},
	cut_hours: { en: ' (middle {median} h, longest {longest} h)', zh: '（中位 {median} 小时，最长 {longest} 小时）' },
	payouts: {
		en: '{count} withdrawals were cut short by {amount} in all; {later} were granted in full later{days}.',
		zh: '{count} 笔提现合计少付 {amount}；其中 {later} 笔其后付清{days}。',
	},
	payout_days: { en: ' (middle {median} d, longest {longest} d)', zh: '（中位 {median} 天，最长 {longest} 天）' },
	out: {
		en: '{stores} stores were not let in: {orders} of their orders worth {amount} and {claims} of their claims did not happen.',
		zh: '{stores} 家店铺未获准入：其 {orders} 笔订单（{amount}）与 {claims} 笔价保申请未发生。',
	},
	badge: {
		en: '{orders} orders worth {amount} were sold without protection.',
		zh: '{orders} 笔订单（{amount}）在无价保情况下售出。',
	},
	gap: {
		en: '{amount} was due at the end, not claimed and not covered.',
		zh: '期末有 {amount} 应付而未申请且未覆盖。',
	},
	honest: { en: 'Honest stores that felt it', zh: '受影响的诚信店铺' },
	flagged: { en: 'Flagged stores', zh: '被标记店铺' },
	nobody: { en: 'None.', zh: '无。' },
	store: { en: 'Store', zh: '店铺' },
	flagged_at: { en: 'Flagged', zh: '标记时间' },
	advanced: { en: 'Advanced', zh: '垫付' },
	lost: { en: 'Lost', zh: '损失' },
	held_cuts: { en: 'Cuts held', zh: '暂缓降价' },
	locked: { en: 'Locked × days', zh: '冻结金额×天' },
	delayed: { en: 'Delayed × days', zh: '延付金额×天' },
	first: { en: 'First no', zh: '首次拦截' },
	more: { en: '{n} more are in backtest.json.', zh: '另有 {n} 家见 backtest.json。' },
	label_abuse: { en: 'labelled abuse', zh: '标注：滥用' },
	label_honest: { en: 'labelled honest', zh: '标注：诚信' },
} as const satisfies Record<string, Text>;

/** Of each group: the rest is in the file beside the page. */
export const MOST_STORES = 30;

export function policySection(run: RunReport, number: number, view: View): Markup {
	const stopped = run.by_store.filter(({ first_stop }) => first_stop !== null);
	const honest = stopped.filter(({ flagged }) => !flagged).sort(byFelt);
	const flagged = run.by_store.filter((store) => store.flagged);
	return html`<section id="policy-${number}"><h2>${say(fill(POLICY.heading, { policy: run.policy }))}</h2>${sells(run, view)}
<h3>${say(POLICY.stopped)}</h3>${verdicts(run)}${rules(run)}
<h3>${say(POLICY.waits)}</h3><ul class="reasons">${waits(run, view).map((text) => html`<li>${say(text)}</li>`)}</ul>
<h3>${say(POLICY.honest)}</h3>${storeTable(honest, view)}
<h3>${say(POLICY.flagged)}</h3>${storeTable(flagged, view)}</section>`;
}

/** A policy with a programme of its own promises otherwise than what really happened. */
function sells({ programme }: RunReport, { backtest }: View): Markup | null {
	if (programme === backtest.programme) return null;
	return html`<p>${say(fill(POLICY.programme, { programme, own: backtest.programme }))}</p>`;
}

function verdicts(run: RunReport): Markup {
	const head = html`<tr><th></th><th class="number">${say(POLICY.asked)}</th>${(['approve', 'limit', 'hold', 'refuse'] as const).map((verdict) => html`<th class="number">${say(VERDICTS[verdict])}</th>`)}<th></th></tr>`;
	const row = (name: Text, counts: Verdicts, gate: keyof RunReport['gates']): Markup =>
		html`<tr><th scope="row">${say(name)}</th>${[counts.asked, counts.approve, counts.limit, counts.hold, counts.refuse].map((n) => html`<td class="number">${count(n)}</td>`)}<td class="quiet">${run.gates[gate] === 'observe' ? say(POLICY.observes) : null}</td></tr>`;
	return html`<div class="scroll"><table class="verdicts"><thead>${head}</thead><tbody>${row(POLICY.openings, run.stores, 'admission')}${row(POLICY.prices, run.price_changes, 'price')}${row(POLICY.claims, run.claims, 'claim')}${row(POLICY.withdrawals, run.withdrawals, 'payout')}</tbody></table></div>`;
}

function rules(run: RunReport): Markup | null {
	if (run.rules.length === 0) return null;
	const number = (text: Text): Markup => html`<th scope="col" class="number">${say(text)}</th>`;
	const head = html`<tr><th scope="col">${say(POLICY.rule)}</th><th scope="col">${say(POLICY.rule_gate)}</th><th scope="col">${say(POLICY.rule_where)}</th>${number(POLICY.rule_requests)}${number(POLICY.rule_stores)}${number(POLICY.rule_honest)}</tr>`;
	const row = (sums: RuleSums): Markup =>
		html`<tr><td class="who"><b>${sums.rule}</b></td><td>${say(GATE_NAMES[sums.gate])}: ${say(VERDICTS[sums.verdict])}</td><td class="why"><code>${sums.when}</code></td><td class="number">${count(sums.requests)}</td><td class="number">${count(sums.stores)}</td><td class="number">${count(sums.honest_requests)} / ${count(sums.honest_stores)}</td></tr>`;
	return html`<h3>${say(POLICY.rules)}</h3><div class="scroll"><table class="rules"><thead>${head}</thead><tbody>${run.rules.map(row)}</tbody></table></div>`;
}

function waits(run: RunReport, { currency }: View): readonly Text[] {
	const { held_cuts: cuts, withdrawals_cut_short: payouts, did_not_happen: out, orders_without_protection: bare } = run;
	const nothing: Text = { en: '', zh: '' };
	const hours =
		cuts.median_hours === null || cuts.longest_hours === null
			? nothing
			: fill(POLICY.cut_hours, { median: cuts.median_hours, longest: cuts.longest_hours });
	const days =
		payouts.median_days === null || payouts.longest_days === null
			? nothing
			: fill(POLICY.payout_days, { median: payouts.median_days, longest: payouts.longest_days });
	const money = (amount: string): string => priced(amount, currency);
	return [
		fill(POLICY.cuts, {
			held: count(cuts.held),
			through: count(cuts.let_through),
			hours,
			replaced: count(cuts.replaced),
			waiting: count(cuts.waiting),
		}),
		fill(POLICY.payouts, {
			count: count(payouts.withdrawals),
			amount: money(payouts.amount),
			later: count(payouts.granted_later),
			days,
		}),
		...(out.stores === 0
			? []
			: [
					fill(POLICY.out, {
						stores: count(out.stores),
						orders: count(out.orders.records),
						amount: money(out.orders.amount),
						claims: count(out.claims.records),
					}),
				]),
		...(bare.orders === 0 ? [] : [fill(POLICY.badge, { orders: count(bare.orders), amount: money(bare.amount) })]),
		...(isNothing(run.uncovered_at_end) ? [] : [fill(POLICY.gap, { amount: money(run.uncovered_at_end) })]),
	];
}

/** Whom it cost most: what was delayed and locked. */
const byFelt = (a: StoreReport, b: StoreReport): number =>
	b.cuts.held - a.cuts.held ||
	Number(b.locked_amount_days) - Number(a.locked_amount_days) ||
	(a.store_id < b.store_id ? -1 : 1);

function storeTable(stores: readonly StoreReport[], view: View): Markup {
	if (stores.length === 0) return html`<p class="quiet">${say(POLICY.nobody)}</p>`;
	const number = (text: Text): Markup => html`<th scope="col" class="number">${say(text)}</th>`;
	const header = html`<tr><th scope="col">${say(POLICY.store)}</th><th scope="col">${say(POLICY.flagged_at)}</th>${number(POLICY.advanced)}${number(POLICY.lost)}${number(POLICY.held_cuts)}${number(POLICY.locked)}${number(POLICY.delayed)}<th scope="col">${say(POLICY.first)}</th></tr>`;
	const hidden = stores.length - MOST_STORES;
	const more = hidden > 0 ? html`<p class="more">${say(fill(POLICY.more, { n: count(hidden) }))}</p>` : null;
	return html`<div class="scroll"><table class="touched"><thead>${header}</thead><tbody>${stores.slice(0, MOST_STORES).map((store) => storeRow(store, view))}</tbody></table></div>${more}`;
}

function storeRow(store: StoreReport, { clock }: View): Markup {
	const { cuts, flagged_at, label } = store;
	const chip =
		label === null
			? null
			: html` <span class="chip">${say(label === 'abuse' ? POLICY.label_abuse : POLICY.label_honest)}</span>`;
	return html`<tr class="${store.flagged ? 'is-flagged' : ''}"><td class="who"><b>${store.store_id}</b>${chip}</td><td>${flagged_at === null ? html`<span class="quiet">–</span>` : shownTime(flagged_at, clock)}</td><td class="number">${grouped(store.advanced)}</td><td class="number ${isNothing(store.shortfall) ? '' : 'bad'}">${grouped(store.shortfall)}</td><td class="number">${cuts.held} / ${cuts.asked}</td><td class="number">${grouped(store.locked_amount_days)}</td><td class="number">${grouped(store.withdrawal_delay_amount_days)}</td><td class="why">${firstNo(store, clock)}</td></tr>
`;
}

function firstNo({ first_stop, reasons }: StoreReport, clock: View['clock']): Markup {
	if (first_stop === null) return html`<span class="quiet">–</span>`;
	const why = reasons[0];
	const told = why === undefined ? null : html`<br><small>${say(sentenceOf(why, clock))}</small>`;
	return html`${shownTime(first_stop.at, clock)} ${say(GATE_NAMES[first_stop.gate])}: ${say(VERDICTS[first_stop.verdict])}${told}`;
}

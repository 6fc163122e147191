/** The end of the page: what was modelled and what was not, what could not be judged, where the figures come from. */
import { inputTable } from '../../report/page/closing.js';
import { fill, html, say } from '../../report/page/markup.js';
import type { Markup, Text } from '../../report/page/markup.js';
import { nameOf, type View } from './view.js';

export const CLOSING = {
	model: { en: 'What is modelled, and what is not', zh: '模型的假设与局限' },
	unjudged: { en: 'What could not be judged', zh: '无法判断的事项' },
	all_judged: { en: 'The tables allowed everything to be judged.', zh: '所有事项均可依据现有数据判断。' },
	sources: { en: 'Where this comes from', zh: '数据来源' },
	programme: { en: 'Programme', zh: '价保规则' },
	states: { en: 'States after the last record', zh: '末条记录后的状态摘要' },
	not_taken: {
		en: '{policy}: {n} records made no sense any more ({code}).',
		zh: '{policy}：{n} 条记录不再成立（{code}）。',
	},
} as const satisfies Record<string, Text>;

export const MODEL: readonly Text[] = [
	{
		en: 'Openings, price changes, claims and withdrawals of the history become the requests they came from; orders, deliveries, releases and refunds happen as they did, whatever a policy says.',
		zh: '历史中的开店、改价、价保申请与提现还原为当时的请求；订单、收货、结算与退货照旧发生，不受策略影响。',
	},
	{
		en: 'A held cut leaves the old price and is asked again each midnight (UTC) until it passes or the history has another price; the service itself would let it through the moment money arrives. Nobody gives up or finds another way.',
		zh: '被暂缓的降价保留原价，每日零点（UTC）再次询问，直到放行或历史中出现新价格；真实服务会在资金到账时即时放行。模型不考虑放弃或另寻他法。',
	},
	{
		en: 'Of a withdrawal that was limited or held the rest stays wanted and is asked for again each midnight. A held claim is not paid. A store held at the door stays out: no person decides here.',
		zh: '被限额或暂缓的提现，余额每日零点再次申请；被暂缓的价保申请不支付；准入时被暂缓的店铺不得开业，因为此处没有人工审核。',
	},
	{
		en: 'Locked is what a store could not withdraw: balance and reserves taken from it, less headroom. A flat hold keeps all proceeds of protected orders until their windows end. Both are added up over time; an average day is that sum divided by the days of the period.',
		zh: '冻结指店铺无法提取的资金：余额及由其划出的专项冻结，减去可提额度。一律冻结指受保订单的货款全部保留至价保期结束。两者均按时间累计，日均为累计值除以期间天数。',
	},
	{
		en: 'Honest and flagged are told apart by what really happened: a store whose cuts are held never does what it would have been flagged for.',
		zh: '诚信与被标记依据实际情况划分：降价被暂缓的店铺不会再作出足以被标记的行为。',
	},
];

export function closing(view: View): Markup {
	return html`${model()}${unjudged(view)}${sources(view)}`;
}

const model = (): Markup =>
	html`<section id="model"><h2>${say(CLOSING.model)}</h2>${MODEL.map((text) => html`<p>${say(text)}</p>`)}</section>`;

function unjudged(view: View): Markup {
	const notes = [
		...view.backtest.unjudged,
		...view.all.flatMap((run) =>
			Object.entries(run.not_taken).map(([code, n]) => fill(CLOSING.not_taken, { policy: nameOf(run, view), n, code })),
		),
	];
	const body =
		notes.length === 0
			? html`<p class="empty">${say(CLOSING.all_judged)}</p>`
			: html`<ul class="reasons">${notes.map((text) => html`<li>${say(text)}</li>`)}</ul>`;
	return html`<section id="unjudged"><h2>${say(CLOSING.unjudged)}</h2>${body}</section>`;
}

function sources(view: View): Markup {
	const { page, backtest } = view;
	const states = view.all.map((run) => html`<code>${run.state_hash}</code> ${say(nameOf(run, view))}<br>`);
	const facts = html`<dl class="facts"><div><dt>${say(CLOSING.programme)}</dt><dd><code>${backtest.programme}</code></dd></div><div><dt>${say(CLOSING.states)}</dt><dd>${states}</dd></div></dl>`;
	const sample =
		page.rejected.length === 0
			? null
			: html`<ul class="rejects">${page.rejected.map((line) => html`<li><code>${line}</code></li>`)}</ul>`;
	return html`<section id="sources"><h2>${say(CLOSING.sources)}</h2>${inputTable(page)}${sample}${facts}</section>`;
}

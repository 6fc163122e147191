/** What the marks of the timelines mean, once for all of them. */
import { html, say } from './markup.js';
import type { Markup, Text } from './markup.js';

export const LEGEND = {
	price: { en: 'price of an item', zh: '商品价格' },
	sale: { en: 'protected sale (area: value)', zh: '受保成交（面积表示金额）' },
	bare: { en: 'sale without guarantee', zh: '无价保成交' },
	claim: { en: 'claim paid, not recovered', zh: '已付价保申请，未追回' },
	recovered: { en: 'recovered part', zh: '已追收部分' },
	withdrawal: { en: 'withdrawal', zh: '提现' },
	held: { en: 'held proceeds', zh: '待结算货款' },
	balance: { en: 'balance', zh: '余额' },
	reserve: { en: 'reserve', zh: '专项冻结' },
	deposit: { en: 'deposit', zh: '保证金' },
	claimable: { en: 'claimable', zh: '可申请额' },
	gap: { en: 'claimable beyond the store’s money', zh: '超出店铺资金的可申请额' },
	flagged: { en: 'flagged', zh: '标记' },
	stop: { en: 'a gate would have stopped it', zh: '闸口本可拦截' },
	fold: { en: 'idle time, folded', zh: '折叠的空闲时段' },
} as const satisfies Record<string, Text>;

const SHAPES: Readonly<Record<keyof typeof LEGEND, Markup>> = {
	price: html`<path class="price-line rank0" d="M0 3H8V9H18"/>`,
	sale: html`<circle class="sale" cx="9" cy="6" r="5"/>`,
	bare: html`<circle class="sale bare" cx="9" cy="6" r="4.5"/>`,
	claim: html`<rect class="claim" x="6" width="6" height="12"/>`,
	recovered: html`<rect class="recovered" x="6" width="6" height="12"/>`,
	withdrawal: html`<rect class="withdrawal" x="6" width="6" height="12"/>`,
	held: html`<rect class="held" width="18" height="12"/>`,
	balance: html`<rect class="balance" width="18" height="12"/>`,
	reserve: html`<rect class="reserve" width="18" height="12"/>`,
	deposit: html`<rect class="deposit" width="18" height="12"/>`,
	claimable: html`<path class="claimable" d="M0 6H18"/>`,
	gap: html`<rect class="gap" width="18" height="12"/>`,
	flagged: html`<path class="rule flagged" d="M9 0V12"/>`,
	stop: html`<path class="rule stop" d="M9 0V12"/>`,
	fold: html`<rect class="fold" width="18" height="12"/>`,
};

export function legend(): Markup {
	const entries = Object.entries(LEGEND).map(([name, text]) => {
		const shape = SHAPES[name as keyof typeof LEGEND];
		return html`<li><svg viewBox="0 0 18 12" aria-hidden="true">${shape}</svg>${say(text)}</li>`;
	});
	return html`<ul class="legend">${entries}</ul>`;
}

/** The head of the page: what was looked at, the sums in large figures, the finding in plain sentences. */
import type { Report } from '../model.js';
import { dayOf, instantOf } from './clock.js';
import { count, counted, extent, isNothing, percentOf, priced, sumOf } from './figure.js';
import { fill, html, joined, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline } from './outline.js';
import { px } from './pen.js';
import { summary } from './summary.js';

export const HEAD = {
	title: { en: 'Price protection: what was taken, and by whom', zh: '价保调查：被套取的资金与相关店铺' },
	period: { en: '{from} to {to}', zh: '{from} 至 {to}' },
	no_period: { en: 'No records', zh: '无记录' },
	advanced: { en: 'Advanced', zh: '垫付' },
	recovered: { en: 'Recovered', zh: '追收' },
	shortfall: { en: 'Shortfall', zh: '缺口' },
	refunds_owed: { en: 'Refunds of goods not covered', zh: '未能覆盖的退货款' },
	beside: { en: 'beside the shortfall', zh: '不含在缺口内' },
	flagged: { en: 'Stores flagged', zh: '被标记店铺' },
	rings: { en: 'Rings', zh: '团伙' },
	to_buyers: { en: 'paid to buyers on claims', zh: '因价保申请付给买家' },
	from_stores: { en: 'collected from the stores', zh: '向店铺收回' },
	of_advanced: { en: '{percent} % of what was advanced', zh: '占垫付的 {percent}%' },
	of_flagged: { en: '{percent} % of it by flagged stores', zh: '其中 {percent}% 来自被标记店铺' },
	of_stores: { en: 'of {stores}', zh: '共 {stores} 家' },
	members: { en: '{stores} stores, {buyers} buyers', zh: '{stores} 家店铺，{buyers} 名买家' },
	bar: { en: 'Recovered and not recovered, of what was advanced', zh: '垫付中已追收与未追收的部分' },
	scope: { en: '{counts}. Times are {clock}.', zh: '{counts}。时间均为{clock}。' },
} as const satisfies Record<string, Text>;

export function head(outline: Outline): Markup {
	return html`<header class="head" id="top">
<h1>${say(HEAD.title)}</h1>
<p class="scope">${scope(outline)}</p>
${summary(outline)}
${sums(outline)}
</header>`;
}

function scope({ page: { report }, clock }: Outline): Markup {
	const { period, totals } = report;
	const span =
		period.from === null || period.to === null
			? HEAD.no_period
			: fill(HEAD.period, { from: dayOf(instantOf(period.from), clock), to: dayOf(instantOf(period.to), clock) });
	const counts = joined(countsOf(totals), ' · ', ' · ');
	return html`<strong>${say(span)}</strong> · ${say(fill(HEAD.scope, { counts, clock: clock.name }))}`;
}

function countsOf(totals: Report['totals']): readonly Text[] {
	const rejected = totals.rejected_rows;
	return [
		counted(totals.stores, 'store', 'stores', '家店铺'),
		counted(totals.buyers, 'buyer', 'buyers', '名买家'),
		counted(totals.order_lines, 'order line', 'order lines', '条订单行'),
		counted(totals.price_changes, 'price change', 'price changes', '次价格变动'),
		counted(totals.claims, 'claim', 'claims', '笔价保申请'),
		...(rejected > 0 ? [counted(rejected, 'row rejected', 'rows rejected', '行被拒收')] : []),
	];
}

function sums(outline: Outline): Markup {
	const { page, currency, flagged, rings } = outline;
	const { totals } = page.report;
	const [stores, buyers] = [count(membersOf(rings, 'stores')), count(membersOf(rings, 'buyers'))];
	return html`<dl class="sums">
${tile(HEAD.advanced, priced(totals.advanced, currency), HEAD.to_buyers, '')}
${tile(HEAD.recovered, priced(totals.recovered, currency), HEAD.from_stores, '')}
${tile(HEAD.shortfall, priced(totals.shortfall, currency), lossNote(outline), isNothing(totals.shortfall) ? '' : 'bad')}
${isNothing(totals.refunds_owed) ? null : tile(HEAD.refunds_owed, priced(totals.refunds_owed, currency), HEAD.beside, 'bad')}
${tile(HEAD.flagged, count(flagged.length), fill(HEAD.of_stores, { stores: count(totals.stores) }), '')}
${tile(HEAD.rings, count(rings.length), rings.length === 0 ? null : fill(HEAD.members, { stores, buyers }), '')}
</dl>${recoveryBar(totals)}`;
}

const membersOf = (rings: Outline['rings'], side: 'stores' | 'buyers'): number =>
	new Set(rings.flatMap((ring) => ring[side])).size;

function lossNote({ page, flagged, currency }: Outline): Text {
	const { totals } = page.report;
	const percent = percentOf(extent(totals.shortfall), extent(totals.advanced));
	const all = fill(HEAD.of_advanced, { percent });
	if (flagged.length === 0 || isNothing(totals.shortfall)) return all;
	const theirs = sumOf(
		flagged.map((store) => store.shortfall),
		currency,
	);
	return fill(HEAD.of_flagged, { percent: percentOf(extent(theirs), extent(totals.shortfall)) });
}

function tile(name: Text, figure: string, note: Text | null, look: string): Markup {
	const under = note === null ? null : html`<dd class="note">${say(note)}</dd>`;
	return html`<div class="tile ${look}"><dt>${say(name)}</dt><dd class="figure">${figure}</dd>${under}</div>`;
}

function recoveryBar({ advanced, recovered }: Report['totals']): Markup {
	if (isNothing(advanced)) return html``;
	const part = px(Math.min(1000, (1000 * extent(recovered)) / extent(advanced)));
	const marks = html`<rect class="claim" width="1000" height="8"/><rect class="recovered" width="${part}" height="8"/>`;
	return html`<svg class="recovery" viewBox="0 0 1000 8" preserveAspectRatio="none" role="img"><title>${`${HEAD.bar.en} · ${HEAD.bar.zh}`}</title>${marks}</svg>`;
}

/** One section a ring: its sums, the picture of both sides, its life, and the list of who shares what. */
import type { RingFinding } from '../model.js';
import { shownTime } from './clock.js';
import { count, counted, priced, score } from './figure.js';
import { fill, html, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline } from './outline.js';
import { ringCalendar } from './ring-calendar.js';
import { hubsOf, ringGraph } from './ring-graph.js';
import type { Hub } from './ring-graph.js';
import { ringPicture } from './ring-picture.js';
import { kindName } from './words.js';

export const RINGS = {
	heading: { en: 'Rings', zh: '团伙' },
	none: { en: 'No ring was found: no stores and buyers act as one.', zh: '未发现团伙：没有店铺与买家协同行动。' },
	ring: { en: 'Ring {ring}', zh: '团伙 {ring}' },
	sums: {
		en: '{stores} and {buyers} acting as one, known since {at} (score {score}). {advanced} was advanced on their sales, {recovered} recovered; {shortfall} is missing.',
		zh: '{stores}与 {buyers}协同行动，{at} 起可知（评分 {score}）。针对其成交垫付 {advanced}，追收 {recovered}，缺口 {shortfall}。',
	},
	picture: { en: 'Who belongs together', zh: '成员关系' },
	picture_note: {
		en: 'Left: papers, accounts and devices that several stores share. Right: one column a buyer, one row a store; a blue cell is a purchase, a red one a purchase with a claim. Below: what buyers share.',
		zh: '左：多家店铺共用的证照、账户与设备。右：每列一名买家，每行一家店铺；蓝格为购买，红格为购买并申请价保。下：买家之间的共用标识。',
	},
	hidden: {
		en: 'Not drawn, but counted and listed: {stores}, {buyers}, {hubs} shared identifiers.',
		zh: '未绘出但已计入并列出：{stores}、{buyers}、{hubs} 个共用标识。',
	},
	calendar: { en: 'Store after store', zh: '一店接一店' },
	calendar_note: {
		en: 'One row a store, in order of its first protected sale. Blue: protected sales; triangles: withdrawals; dark strokes: the price cut; red: claims. On the right: the shortfall.',
		zh: '每行一家店铺，按首笔受保成交排序。蓝点：受保成交；三角：提现；深色竖线：降价；红点：价保申请。右侧为缺口。',
	},
	links: { en: 'Who shares what', zh: '共用明细' },
	kind: { en: 'What', zh: '类别' },
	value: { en: 'Value', zh: '内容' },
	stores: { en: 'Stores', zh: '店铺' },
	buyers: { en: 'Buyers', zh: '买家' },
	more_links: { en: '{n} more links are in report.json.', zh: '另有 {n} 条关联见 report.json。' },
	members: { en: 'All members', zh: '全部成员' },
	and_more: { en: 'and {n} more', zh: '等，另有 {n} 个' },
} as const satisfies Record<string, Text>;

const MOST_IDENTIFIERS = 150;
const MOST_COMMON = 30;
const MOST_IDS = 12;

export function* rings(outline: Outline): Generator<Markup> {
	yield html`<section id="rings"><h2>${say(RINGS.heading)}</h2>`;
	if (outline.rings.length === 0) yield html`<p class="empty">${say(RINGS.none)}</p>`;
	for (const ring of outline.rings) yield ringSection(ring, outline);
	yield html`</section>`;
}

function ringSection(ring: RingFinding, outline: Outline): Markup {
	const calendar = ringCalendar(ring, outline);
	const overTime =
		calendar.markup === ''
			? null
			: html`<h4>${say(RINGS.calendar)}</h4><p class="caption">${say(RINGS.calendar_note)}</p>${calendar}`;
	return html`<article class="ring" id="${outline.ringAnchors.get(ring.ring_id) ?? ''}"><h3>${say(fill(RINGS.ring, { ring: ring.ring_id }))}</h3>
<p>${say(sums(ring, outline))}</p>
<h4>${say(RINGS.picture)}</h4><p class="caption">${say(RINGS.picture_note)}</p>
${ringPicture(ring, outline)}${hiddenNote(ring, outline)}
${overTime}
${linkTable(ring)}${members(ring)}</article>
`;
}

function sums(ring: RingFinding, { currency, clock }: Outline): Text {
	return fill(RINGS.sums, {
		stores: counted(ring.stores.length, 'store', 'stores', '家店铺'),
		buyers: counted(ring.buyers.length, 'buyer', 'buyers', '名买家'),
		at: shownTime(ring.flagged_at, clock),
		score: score(ring.score),
		advanced: priced(ring.advanced, currency),
		recovered: priced(ring.recovered, currency),
		shortfall: priced(ring.shortfall, currency),
	});
}

function hiddenNote(ring: RingFinding, outline: Outline): Markup {
	const { hidden } = ringGraph(ring, outline);
	if (hidden.stores + hidden.buyers + hidden.hubs === 0) return html``;
	const values = {
		stores: counted(hidden.stores, 'store', 'stores', '家店铺'),
		buyers: counted(hidden.buyers, 'buyer', 'buyers', '名买家'),
		hubs: count(hidden.hubs),
	};
	return html`<p class="caption">${say(fill(RINGS.hidden, values))}</p>`;
}

/** Identifiers first, those of the same members in one row; then pairs with buyers in common. */
function linkTable({ links }: RingFinding): Markup {
	if (links.length === 0) return html``;
	const identifiers = hubsOf(links.filter(({ kind }) => kind !== 'shared_buyers'));
	const common = hubsOf(links.filter(({ kind }) => kind === 'shared_buyers'));
	const shown = [...identifiers.slice(0, MOST_IDENTIFIERS), ...common.slice(0, MOST_COMMON)];
	const header = [RINGS.kind, RINGS.value, RINGS.stores, RINGS.buyers].map(
		(text) => html`<th scope="col">${say(text)}</th>`,
	);
	const rest = identifiers.length + common.length - shown.length;
	return html`<h4>${say(RINGS.links)}</h4><div class="scroll"><table class="links"><thead><tr>${header}</tr></thead><tbody>${shown.map(linkRow)}</tbody></table></div>${rest > 0 ? html`<p class="more">${say(fill(RINGS.more_links, { n: count(rest) }))}</p>` : null}`;
}

function linkRow({ identifiers, stores, buyers }: Hub): Markup {
	const kinds = identifiers.map(({ kind }) => html`<div>${say(kindName(kind))}</div>`);
	// A buyer in common is named in the last column already.
	const values = identifiers.map(({ value }) => html`<div>${buyers.includes(value) ? '' : value}</div>`);
	return html`<tr><td>${kinds}</td><td class="value">${values}</td><td>${idList(stores)}</td><td>${idList(buyers)}</td></tr>`;
}

function idList(ids: readonly string[]): Markup {
	const rest = ids.length - MOST_IDS;
	const shown = ids.slice(0, rest > 1 ? MOST_IDS : ids.length).join(', ');
	const number = ids.length > 3 ? html`<b>${ids.length}</b> ` : null;
	return html`${number}${shown}${rest > 1 ? html` <span class="quiet">${say(fill(RINGS.and_more, { n: rest }))}</span>` : null}`;
}

function members({ stores, buyers }: RingFinding): Markup {
	return html`<details class="members"><summary>${say(RINGS.members)}</summary>${memberList(RINGS.stores, stores)}${memberList(RINGS.buyers, buyers)}</details>`;
}

const memberList = (name: Text, ids: readonly string[]): Markup =>
	html`<p><b>${say(name)} (${ids.length})</b> ${ids.join(', ')}</p>`;

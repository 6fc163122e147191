/** The ranked list of stores, with the two strongest reasons of each. Long lists are cut; the rest is in report.json. */
import type { StoreFinding } from '../model.js';
import { instantOf, lengthOf, shownTime } from './clock.js';
import { count, grouped, isNothing, score } from './figure.js';
import { fill, html, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline } from './outline.js';
import { px } from './pen.js';
import { sentenceOf } from './sentences.js';

export const TABLE = {
	heading: { en: 'Stores', zh: '店铺' },
	intro: {
		en: 'Every store that was flagged or had a claim: flagged ones first, the largest shortfall on top.',
		zh: '所有被标记或有价保申请的店铺：被标记者在前，缺口大者在上。',
	},
	none_flagged: { en: 'No store was flagged.', zh: '没有店铺被标记。' },
	no_rows: { en: 'No store was flagged and none had a claim.', zh: '没有店铺被标记，也没有店铺发生价保申请。' },
	filter: { en: 'Filter by store, ring or reason', zh: '按店铺、团伙或原因筛选' },
	flagged_only: { en: 'flagged only', zh: '仅看被标记' },
	shown: { en: 'shown', zh: '条显示' },
	store: { en: 'Store', zh: '店铺' },
	score: { en: 'Score', zh: '评分' },
	flagged_at: { en: 'Flagged', zh: '标记时间' },
	advanced: { en: 'Advanced', zh: '垫付' },
	recovered: { en: 'Recovered', zh: '追收' },
	shortfall: { en: 'Shortfall', zh: '缺口' },
	why: { en: 'Why', zh: '原因' },
	not_flagged: { en: 'not flagged', zh: '未标记' },
	first_claim: { en: 'first claim {time}', zh: '首笔申请 {time}' },
	first_claim_later: { en: 'first claim {lead} later, {time}', zh: '{lead}后首笔申请，{time}' },
	first_claim_earlier: { en: 'first claim {lead} earlier, {time}', zh: '首笔申请早 {lead}，{time}' },
	no_claim: { en: 'no claim', zh: '无申请' },
	ring: { en: 'ring {ring}', zh: '团伙 {ring}' },
	more_reasons: { en: '{n} more', zh: '另有 {n} 条' },
	more: { en: '{n} more stores are in report.json.', zh: '另有 {n} 家店铺见 report.json。' },
} as const satisfies Record<string, Text>;

export const MOST_ROWS = 300;
const TOP_REASONS = 2;

export function storeTable(outline: Outline): Markup {
	const { ranked, flagged } = outline;
	if (ranked.length === 0)
		return html`<section id="stores"><h2>${say(TABLE.heading)}</h2><p class="empty">${say(TABLE.no_rows)}</p></section>`;
	const rows = ranked.slice(0, MOST_ROWS).map((store, i) => row(store, i + 1, outline));
	const hidden = ranked.length - rows.length;
	return html`<section id="stores"><h2>${say(TABLE.heading)}</h2>
${flagged.length === 0 ? html`<p class="empty">${say(TABLE.none_flagged)}</p>` : null}
<p class="intro">${say(TABLE.intro)}</p>${filterBox()}
<table class="ranked"><thead>${columns(outline)}</thead><tbody>${rows}</tbody></table>
${hidden > 0 ? html`<p class="more">${say(fill(TABLE.more, { n: count(hidden) }))}</p>` : null}</section>`;
}

/** Shown by the script only: without it there is nothing to filter with. */
function filterBox(): Markup {
	return html`<div class="filter" hidden><label for="filter">${say(TABLE.filter)}</label><input id="filter" type="search" autocomplete="off" spellcheck="false"><label class="check"><input id="flagged-only" type="checkbox" autocomplete="off">${say(TABLE.flagged_only)}</label><output id="shown" for="filter flagged-only"></output> <span class="quiet">${say(TABLE.shown)}</span></div>`;
}

function columns({ currency }: Outline): Markup {
	const money = (text: Text): Markup =>
		html`<th scope="col" class="number">${say(text)} <small>${currency}</small></th>`;
	return html`<tr><th scope="col" class="rank">#</th><th scope="col">${say(TABLE.store)}</th><th scope="col">${say(TABLE.score)}</th><th scope="col">${say(TABLE.flagged_at)}</th>${money(TABLE.advanced)}${money(TABLE.recovered)}${money(TABLE.shortfall)}<th scope="col">${say(TABLE.why)}</th></tr>`;
}

function row(store: StoreFinding, rank: number, outline: Outline): Markup {
	const bad = isNothing(store.shortfall) ? '' : 'bad';
	return html`<tr class="${store.flagged ? 'is-flagged' : ''}"><td class="rank">${rank}</td>
<td class="who">${storeName(store, outline)}</td>
<td class="scored">${scoreBar(store.score, store.flagged)}</td>
<td class="when">${times(store, outline)}</td>
${moneyCell(store.advanced, TABLE.advanced, '')}${moneyCell(store.recovered, TABLE.recovered, '')}${moneyCell(store.shortfall, TABLE.shortfall, bad)}
<td class="why">${topReasons(store, outline)}</td></tr>
`;
}

/** On a phone the column's name stands in the cell. */
const moneyCell = (amount: string, name: Text, look: string): Markup =>
	html`<td class="number ${look}"><span class="name">${say(name)}</span>${grouped(amount)}</td>`;

function storeName({ store_id, ring_id }: StoreFinding, outline: Outline): Markup {
	const section = outline.sections.get(store_id);
	const name =
		section === undefined ? html`<b>${store_id}</b>` : html`<a href="#${section.anchor}"><b>${store_id}</b></a>`;
	return html`${name}${ring_id === null ? null : html` ${ringChip(ring_id, outline)}`}`;
}

export function ringChip(ring_id: string, { ringAnchors }: Outline): Markup {
	const words = say(fill(TABLE.ring, { ring: ring_id }));
	const anchor = ringAnchors.get(ring_id);
	return anchor === undefined
		? html`<span class="chip">${words}</span>`
		: html`<a class="chip" href="#${anchor}">${words}</a>`;
}

export function scoreBar(value: number, flagged: boolean): Markup {
	const bar = html`<rect class="bar-back" width="48" height="6"/><rect class="${flagged ? 'bar bad' : 'bar'}" width="${px(48 * value)}" height="6"/>`;
	return html`<svg class="score" viewBox="0 0 48 6" aria-hidden="true">${bar}</svg> <span>${score(value)}</span>`;
}

function times({ flagged_at, first_claim_at }: StoreFinding, { clock }: Outline): Markup {
	const flagged =
		flagged_at === null
			? html`<span class="quiet">${say(TABLE.not_flagged)}</span>`
			: html`${shownTime(flagged_at, clock)}`;
	return html`${flagged}<br><small>${say(claimTime(flagged_at, first_claim_at, outlineTime(first_claim_at, clock)))}</small>`;
}

const outlineTime = (time: string | null, clock: Outline['clock']): string =>
	time === null ? '' : shownTime(time, clock);

function claimTime(flagged_at: string | null, first_claim_at: string | null, time: string): Text {
	if (first_claim_at === null) return TABLE.no_claim;
	if (flagged_at === null) return fill(TABLE.first_claim, { time });
	const lead = instantOf(first_claim_at) - instantOf(flagged_at);
	if (lead === 0) return fill(TABLE.first_claim, { time });
	return fill(lead > 0 ? TABLE.first_claim_later : TABLE.first_claim_earlier, { lead: lengthOf(lead), time });
}

function topReasons({ reasons, store_id }: StoreFinding, outline: Outline): Markup {
	const top = reasons.slice(0, TOP_REASONS).map((reason) => html`<li>${say(sentenceOf(reason, outline.clock))}</li>`);
	const rest = reasons.length - top.length;
	const section = outline.sections.get(store_id);
	const words = say(fill(TABLE.more_reasons, { n: rest }));
	const more = section === undefined ? words : html`<a href="#${section.anchor}">${words}</a>`;
	if (top.length === 0) return html``;
	return html`<ul>${top}</ul>${rest > 0 ? html`<small>${more}</small>` : null}`;
}

/**
 * How close the honest side of a simulated market is to the facts, number by number, as one self-contained page: made
 * like the report (same look, both languages, nothing to load), so that whoever is asked to believe a figure that was
 * won on simulated markets can see what those markets are worth. Same input, same bytes.
 */
import { createHash } from 'node:crypto';
import { CHOSEN, type Calibrated, type CalibrationReport, type FactGroup, SOURCES } from '../../sim/index.js';
import { count } from '../page/figure.js';
import { fill, html, type Markup, say, type Text, trusted } from '../page/markup.js';
import { SCRIPT } from '../page/script.js';
import { STYLE } from '../page/style.js';
import { fallCurve, sizeCurve } from './curves.js';
import { bySource, factTable, FAR_OFF, figure } from './fact-table.js';
import { CALIBRATION_STYLE } from './style.js';

export const CALIBRATION = {
	page: { en: 'How real a simulated market is · 模拟市场的真实程度', zh: '模拟市场的真实程度' },
	title: { en: 'How real is this simulated market?', zh: '这个模拟市场有多真实？' },
	scope: {
		en: 'Seed {seed}, {days} days, {stores} honest stores, {item_days} item-days of prices, {pairs} buyer-store pairs',
		zh: '种子 {seed}，{days} 天，{stores} 家诚信店铺，{item_days} 个商品日的价格，{pairs} 对买家与店铺',
	},
	all_met: {
		en: 'All {compared} numbers that were measured on real markets are met, or missed by a fifth at most.',
		zh: '在真实市场上测得的 {compared} 个数值全部相符，或偏差不超过两成。',
	},
	some_met: {
		en: '{met} of {compared} numbers that were measured on real markets are met, or missed by a fifth at most.',
		zh: '在真实市场上测得的 {compared} 个数值中，{met} 个相符或偏差不超过两成。',
	},
	furthest: { en: 'Furthest off: {title}, by {deviation} %.', zh: '偏差最大：{title}，偏差 {deviation}%。' },
	counted: {
		en: 'Counted while the tables were written, from the very rows that are in them. Stores of gangs are left out; honest look-alikes, festivals, clearances and mistyped prices are in.',
		zh: '在写出数据表的同时，由表中的每一行直接统计。团伙店铺不计入；与作案相似的诚信店铺、大促、清仓与标错价均计入。',
	},
	chosen: { en: 'What no data set told', zh: '没有数据可依的部分' },
	chosen_intro: {
		en: 'The simulator chose these. Nothing says that they are right; they are here to be seen and doubted.',
		zh: '以下由模拟器自行设定，没有数据证明其正确；列出以供查看与质疑。',
	},
	what: { en: 'What', zh: '项目' },
	value: { en: 'In this market', zh: '本市场' },
	sources: { en: 'Sources', zh: '来源' },
} as const satisfies Record<string, Text>;

const GROUPS = {
	falls: {
		title: { en: 'How often prices fall', zh: '价格多久下降一次' },
		intro: {
			en: 'Share of item-days whose price falls by at least so much within so many days. Real data sets disagree; the market has to lie among them.',
			zh: '在若干天内价格至少下降某一幅度的商品日占比。各真实数据集彼此不同，模拟市场须落在其间。',
		},
	},
	refund: {
		title: { en: 'What a guarantee costs', zh: '价保承诺的成本' },
		intro: {
			en: 'The part of the price that would be refunded if a guarantee was on every item-day and everybody claimed.',
			zh: '若每个商品日都有价保承诺且人人申请，平均会退还价格的多大一部分。',
		},
	},
	shape: {
		title: { en: 'How prices fall', zh: '价格如何下降' },
		intro: {
			en: 'A cliff by itself proves nothing: about half of them recover.',
			zh: '仅凭一次陡降不足为证：约一半会回升。',
		},
	},
	sizes: {
		title: { en: 'How large stores are', zh: '店铺规模' },
		intro: { en: 'Different buyers of a store over the whole period.', zh: '整个期间内每家店铺的不同买家数。' },
	},
	buyers: {
		title: { en: 'Who buys where', zh: '谁在哪里购买' },
		intro: {
			en: 'Overlap is the part of the smaller store’s buyers that the other has too, both stores having 30 or more. Counted among the first 1,994 stores, as many as were measured.',
			zh: '重合度指较小店铺的买家中也光顾另一店铺的比例，两店均须有 30 名以上买家。取前 1,994 家店铺统计，与实测数量相同。',
		},
	},
} as const satisfies Record<FactGroup, { title: Text; intro: Text }>;

const ORDER: readonly FactGroup[] = ['falls', 'refund', 'shape', 'sizes', 'buyers'];

export function calibrationPage(report: CalibrationReport): string {
	const style = STYLE + CALIBRATION_STYLE;
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyOf(style)}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${CALIBRATION.page.en}</title><style>${trusted(style)}</style></head>
<body><input class="hidden-input" type="radio" name="language" id="en" checked autocomplete="off" aria-label="English"><input class="hidden-input" type="radio" name="language" id="zh" autocomplete="off" aria-label="简体中文">
<nav><div><a class="brand" href="#top">Surety</a>${links()}<span class="languages"><label for="en">English</label><label for="zh">简体中文</label></span></div></nav>
<main>${head(report)}${ORDER.map((group) => section(group, report))}${chosen(report)}${sources()}</main><script>${trusted(SCRIPT)}</script></body></html>
`.markup;
}

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policyOf = (style: string): string =>
	`default-src 'none'; style-src ${digest(style)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;

function links(): readonly Markup[] {
	const groups = ORDER.map((group) => html`<a href="#${group}">${say(GROUPS[group].title)}</a>`);
	return [...groups, html`<a href="#chosen">${say(CALIBRATION.chosen)}</a>`];
}

function head({ seed, market, facts }: CalibrationReport): Markup {
	const scope = fill(CALIBRATION.scope, {
		seed,
		days: market.days,
		stores: count(market.honest_stores),
		item_days: count(market.item_days),
		pairs: count(market.buyer_store_pairs),
	});
	return html`<header class="head" id="top"><h1>${say(CALIBRATION.title)}</h1><p class="scope">${say(scope)}</p>
<p class="lead">${say(finding(facts))}</p><p class="sub">${say(CALIBRATION.counted)}</p></header>`;
}

function finding(facts: readonly Calibrated[]): Text {
	const compared = facts.filter((fact) => fact.deviation !== null);
	const far = compared.filter((fact) => Math.abs(fact.deviation ?? 0) > FAR_OFF);
	const [worst] = far.sort((a, b) => Math.abs(b.deviation ?? 0) - Math.abs(a.deviation ?? 0));
	if (worst === undefined) return fill(CALIBRATION.all_met, { compared: compared.length });
	const met = fill(CALIBRATION.some_met, { compared: compared.length, met: compared.length - far.length });
	const furthest = fill(CALIBRATION.furthest, { title: worst.title, deviation: figure(worst.deviation ?? 0) });
	return { en: `${met.en} ${furthest.en}`, zh: `${met.zh}${furthest.zh}` };
}

function section(group: FactGroup, report: CalibrationReport): Markup {
	const { title, intro } = GROUPS[group];
	const facts = report.facts.filter((fact) => fact.group === group);
	return html`<section id="${group}"><h2>${say(title)}</h2><p class="intro">${say(intro)}</p>${pictureOf(group, report)}${factTable(facts)}${bySource(facts)}</section>`;
}

function pictureOf(group: FactGroup, report: CalibrationReport): Markup | null {
	if (group === 'falls') return fallCurve(report);
	return group === 'sizes' ? sizeCurve(report) : null;
}

function chosen({ chosen: told }: CalibrationReport): Markup {
	const rows = told.map(({ id, value }) => {
		const name = CHOSEN[id] ?? { en: id, zh: id };
		return html`<tr><td>${say(name)}</td><td class="number">${figure(value)}</td></tr>`;
	});
	return html`<section id="chosen"><h2>${say(CALIBRATION.chosen)}</h2><p class="intro">${say(CALIBRATION.chosen_intro)}</p>
<table class="chosen"><thead><tr><th>${say(CALIBRATION.what)}</th><th class="number">${say(CALIBRATION.value)}</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function sources(): Markup {
	const list = Object.values(SOURCES).map((source) => html`<li>${say(source)}</li>`);
	return html`<section id="sources"><h2>${say(CALIBRATION.sources)}</h2><ul class="sources">${list}</ul></section>`;
}

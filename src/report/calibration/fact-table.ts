/** One row a fact: what real markets have, as a strip and in figures, what this market has, and how far that is off. */
import { type Calibrated, SOURCES, type Unit } from '../../sim/index.js';
import { count, grouped } from '../page/figure.js';
import { fill, html, type Markup, same, say, type Text } from '../page/markup.js';
import { hint, px } from '../page/pen.js';

export const FACT_TABLE = {
	fact: { en: 'Fact', zh: '事实' },
	real: { en: 'Real markets', zh: '真实市场' },
	simulated: { en: 'This market', zh: '本市场' },
	deviation: { en: 'Deviation', zh: '偏差' },
	range: { en: '{least} to {most}', zh: '{least} 至 {most}' },
	about: { en: 'about {value}', zh: '约 {value}' },
	at_most: { en: '{value} at most', zh: '至多 {value}' },
	among: { en: 'among them', zh: '在其间' },
	not_above: { en: 'not above', zh: '未超过' },
	exact: { en: 'the same', zh: '相同' },
	too_small: { en: 'market too small or too short to tell', zh: '市场过小或过短，无法判断' },
	from_stores: { en: 'compared from {count} stores on', zh: '自 {count} 家店铺起才作比较' },
	from_item_days: { en: 'compared from {count} item-days on', zh: '自 {count} 个商品日起才作比较' },
	by_source: { en: 'Data set by data set', zh: '逐个数据集' },
	here: { en: 'this market', zh: '本市场' },
} as const satisfies Record<string, Text>;

/** In per cent: nearer is told as met. Two real markets differ by more than that. */
export const FAR_OFF = 20;

const UNITS = {
	'%': { en: ' %', zh: '%' },
	buyers: { en: ' buyers', zh: ' 名' },
	pairs: { en: ' pairs', zh: ' 对' },
	groups: { en: ' groups', zh: ' 群' },
	share: { en: '', zh: '' },
} as const satisfies Record<Unit, Text>;

/** As few digits as it has. */
export const figure = (value: number): string => grouped(String(value));

export function factTable(facts: readonly Calibrated[]): Markup {
	const { fact, real, simulated, deviation } = FACT_TABLE;
	return html`<table class="facts-table"><thead><tr><th>${say(fact)}</th><th class="strip-head"></th><th>${say(real)}</th><th class="number">${say(simulated)}</th><th>${say(deviation)}</th></tr></thead><tbody>${facts.map(row)}</tbody></table>`;
}

function row(fact: Calibrated): Markup {
	const { title, simulated, unit } = fact;
	const here = simulated === null ? same('–') : withUnit(figure(simulated), unit);
	return html`<tr id="${fact.id}"><td>${say(title)}</td><td class="strip-cell">${strip(fact)}</td><td class="real">${say(realOf(fact))}${onlySource(fact)}</td><td class="number here">${say(here)}</td>${deviationOf(fact)}</tr>`;
}

/** Where only one data set told it, which; several have a table of their own. */
function onlySource({ real }: Calibrated): Markup | null {
	const [first, ...others] = new Set(real.map(({ source }) => source));
	return first === undefined || others.length > 0 ? null : html`<small>${say(SOURCES[first])}</small>`;
}

/** The facts that several data sets told, one column each. */
export function bySource(facts: readonly Calibrated[]): Markup | null {
	const names = [...new Set(facts.flatMap(({ real }) => real.map(({ source }) => source)))];
	if (names.length < 2) return null;
	const heads = names.map((name) => html`<th class="number">${say(SOURCES[name])}</th>`);
	const rows = facts.map(({ title, real, unit }) => {
		const cells = names.map((name) => real.find(({ source }) => source === name)?.value);
		return html`<tr><td>${say(title)}</td>${cells.map((value) => html`<td class="number">${value === undefined ? '–' : say(withUnit(figure(value), unit))}</td>`)}</tr>`;
	});
	return html`<details class="by-source"><summary>${say(FACT_TABLE.by_source)}</summary><div class="scroll"><table><thead><tr><th>${say(FACT_TABLE.fact)}</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

const withUnit = (text: string, unit: Unit): Text => ({ en: text + UNITS[unit].en, zh: text + UNITS[unit].zh });

function realOf({ comparison, real, unit }: Calibrated): Text {
	const values = real.map(({ value }) => value);
	const [least, most] = [Math.min(...values), Math.max(...values)];
	if (comparison === 'within')
		return fill(FACT_TABLE.range, { least: figure(least), most: withUnit(figure(most), unit) });
	return fill(FACT_TABLE[comparison === 'near' ? 'about' : 'at_most'], { value: withUnit(figure(most), unit) });
}

function deviationOf({ comparison, simulated, deviation, compared_from }: Calibrated): Markup {
	if (simulated === null) return html`<td class="soft">${say(FACT_TABLE.too_small)}</td>`;
	if (deviation === null) return html`<td class="soft">${say(comparedFrom(compared_from))}</td>`;
	if (deviation === 0) {
		const met = { within: FACT_TABLE.among, near: FACT_TABLE.exact, 'at-most': FACT_TABLE.not_above }[comparison];
		return html`<td class="met">${say(met)}</td>`;
	}
	const look = Math.abs(deviation) > FAR_OFF ? 'far' : 'met';
	const sign = deviation > 0 ? '+' : '−';
	return html`<td class="${look}">${say(withUnit(sign + figure(Math.abs(deviation)), '%'))}</td>`;
}

function comparedFrom({ stores, item_days }: Calibrated['compared_from']): Text {
	if (item_days > 0) return fill(FACT_TABLE.from_item_days, { count: count(item_days) });
	return fill(FACT_TABLE.from_stores, { count: count(stores) });
}

const WIDTH = 230;
const HEIGHT = 20;

/** From nothing to the largest: a band from the least to the most that is real, a tick each data set, a dot for here. */
function strip({ real, simulated, unit, title }: Calibrated): Markup {
	const values = real.map(({ value }) => value);
	const most = Math.max(...values, simulated ?? 0) * 1.06;
	const x = (value: number): number => px(4 + (value / most) * (WIDTH - 8));
	const [low, high] = [Math.min(...values), Math.max(...values)];
	const ticks = real.map(({ source, value }) => {
		return html`<rect class="tick" x="${px(x(value) - 1.5)}" y="3" width="3" height="14">${hint(SOURCES[source], figure(value) + UNITS[unit].en)}</rect>`;
	});
	const dot =
		simulated === null
			? null
			: html`<circle class="sale" cx="${x(simulated)}" cy="10" r="4.5">${hint(FACT_TABLE.here, figure(simulated) + UNITS[unit].en)}</circle>`;
	const name = `${title.en} · ${title.zh}`;
	return html`<svg class="strip" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${name}</title><line class="axis" x1="4" x2="${WIDTH - 4}" y1="10" y2="10"/><rect class="band" x="${x(low)}" y="6" width="${px(x(high) - x(low))}" height="8"/>${ticks}${dot}</svg>`;
}

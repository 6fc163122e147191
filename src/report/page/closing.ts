/** The end of the page: how to read it, what could not be judged, and where every figure came from. */
import type { ReportPage } from '../model.js';
import { count } from './figure.js';
import { html, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline } from './outline.js';

export const CLOSING = {
	reading: { en: 'How to read this', zh: '如何阅读本报告' },
	unjudged: { en: 'What could not be judged', zh: '无法判断的事项' },
	all_judged: { en: 'The tables allowed everything to be judged.', zh: '所有事项均可依据现有数据判断。' },
	sources: { en: 'Where this comes from', zh: '数据来源' },
	table: { en: 'Table', zh: '数据表' },
	file: { en: 'File', zh: '文件' },
	rows: { en: 'Rows', zh: '行数' },
	rejected: { en: 'Rejected', zh: '拒收' },
	missing: { en: 'not there', zh: '缺失' },
	rejected_rows: {
		en: 'Rejected rows, the first few (all are in rejected.ndjson)',
		zh: '被拒收的行（前几条，全部见 rejected.ndjson）',
	},
	programme: { en: 'Programme', zh: '价保规则' },
	model: { en: 'Scored by model', zh: '评分模型' },
	currency: { en: 'Currency', zh: '币种' },
	state: { en: 'State after the last record', zh: '末条记录后的状态摘要' },
	state_note: {
		en: 'Whoever reads the same tables with the same programme gets the same digest, on any machine.',
		zh: '任何人以相同数据与相同规则重新运行，在任何机器上都得到相同摘要。',
	},
} as const satisfies Record<string, Text>;

export const READING: readonly Text[] = [
	{
		en: 'A flag is a suspicion with its evidence, not a verdict. It says that a store behaved in ways that honest stores hardly ever do; a person has to look and decide.',
		zh: '标记是附有证据的怀疑，不是定论。它表示该店铺的行为在诚信店铺中极少出现，仍须由人核实并作出判断。',
	},
	{
		en: 'The score runs from 0 to 1 and adds up the reasons listed with it. A store is flagged at the first record at which its score crosses the line; nothing that happened later was used.',
		zh: '评分为 0 至 1，由所列各项原因累计而成。评分首次越线的那条记录即为标记时间，未使用任何其后的信息。',
	},
	{
		en: 'Advanced is what the platform paid buyers on claims. Recovered is what it collected from the store for that. Shortfall is what is missing.',
		zh: '垫付是平台因价保申请付给买家的款项；追收是为此向店铺收回的款项；缺口是未收回的部分。',
	},
	{
		en: 'A ring is a group of stores and buyers acting as one. Members are tied by rare things they share, such as papers, accounts, devices and buyers; being alike is not enough.',
		zh: '团伙是协同行动的一组店铺与买家。成员之间由罕见的共用事项（证照、账户、设备、买家等）相连，仅仅相似并不足够。',
	},
	{
		en: 'Each reason carries a code, such as uncovered_cut. Codes are stable and documented, so a finding can be quoted and checked.',
		zh: '每条原因附有代码（如 uncovered_cut）。代码固定且有文档说明，便于引用与核对。',
	},
];

export function closing(outline: Outline): Markup {
	const { page } = outline;
	return html`${unjudged(page)}${sources(page)}<section id="reading"><h2>${say(CLOSING.reading)}</h2>${READING.map((text) => html`<p>${say(text)}</p>`)}</section>`;
}

function unjudged({ report }: ReportPage): Markup {
	const body =
		report.unjudged.length === 0
			? html`<p class="empty">${say(CLOSING.all_judged)}</p>`
			: html`<ul class="reasons">${report.unjudged.map((text) => html`<li>${say(text)}</li>`)}</ul>`;
	return html`<section id="unjudged"><h2>${say(CLOSING.unjudged)}</h2>${body}</section>`;
}

function sources(page: ReportPage): Markup {
	const { report, rejected } = page;
	const facts = html`<dl class="facts"><div><dt>${say(CLOSING.programme)}</dt><dd><code>${report.programme}</code></dd></div>${report.model === undefined ? null : html`<div><dt>${say(CLOSING.model)}</dt><dd><code>${report.model}</code></dd></div>`}<div><dt>${say(CLOSING.currency)}</dt><dd><code>${report.currency}</code></dd></div><div><dt>${say(CLOSING.state)}</dt><dd><code>${report.state_hash}</code><br><small>${say(CLOSING.state_note)}</small></dd></div></dl>`;
	const sample =
		rejected.length === 0
			? null
			: html`<h4>${say(CLOSING.rejected_rows)}</h4><ul class="rejects">${rejected.map((line) => html`<li><code>${line}</code></li>`)}</ul>`;
	return html`<section id="sources"><h2>${say(CLOSING.sources)}</h2>${inputTable(page)}${sample}${facts}</section>`;
}

export function inputTable({ inputs }: Pick<ReportPage, 'inputs'>): Markup {
	if (inputs.length === 0) return html``;
	const rows = inputs.map(({ table, file, rows: read, rejected }) => {
		const name = file === null ? html`<span class="quiet">${say(CLOSING.missing)}</span>` : html`<code>${file}</code>`;
		return html`<tr><td><code>${table}</code></td><td>${name}</td><td class="number">${count(read)}</td><td class="number">${count(rejected)}</td></tr>`;
	});
	const header = html`<tr><th scope="col">${say(CLOSING.table)}</th><th scope="col">${say(CLOSING.file)}</th><th scope="col" class="number">${say(CLOSING.rows)}</th><th scope="col" class="number">${say(CLOSING.rejected)}</th></tr>`;
	return html`<table class="inputs"><thead>${header}</thead><tbody>${rows}</tbody></table>`;
}

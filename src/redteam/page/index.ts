/**
 * The red team's findings as one self-contained page, made as the report's is: no network, nothing to load, both
 * languages in the markup, a content security policy that names the one style sheet and the one script by digest.
 */
import { createHash } from 'node:crypto';
import { brief, count, extent, priced } from '../../report/page/figure.js';
import { fill, html, type Markup, same, say, type Text, trusted } from '../../report/page/markup.js';
import { SCRIPT } from '../../report/page/script.js';
import { STYLE } from '../../report/page/style.js';
import { GATE_NAMES } from '../../report/page/words.js';
import type { Attack, Findings } from '../findings.js';
import { timeInWords } from '../steps-in-words.js';
import { moneyPath, searchPath } from './pictures.js';
import { ASSUMPTIONS, WORDS } from './words.js';

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export function renderFindings(findings: Findings): string {
	const worst = findings.found[0] ?? findings.nearest;
	const told = worst === null ? null : html`${hole(worst, findings)}${story(worst, findings)}`;
	return html`${opening()}<main>${head(findings)}${told}${search(findings)}${others(findings)}${assumptions()}</main><script>${trusted(SCRIPT)}</script></body></html>
`.markup;
}

function opening(): Markup {
	const policy = `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>Surety red team · 价保红队报告</title><style>${trusted(STYLE)}</style></head>
<body><input class="hidden-input" type="radio" name="language" id="en" checked autocomplete="off" aria-label="English"><input class="hidden-input" type="radio" name="language" id="zh" autocomplete="off" aria-label="简体中文">
<nav><div><a class="brand" href="#top">Surety</a><a href="#steps">${say(WORDS.steps)}</a><a href="#search">${say(WORDS.search)}</a><a href="#reading">${say(WORDS.reading)}</a><span class="languages"><label for="en">English</label><label for="zh">简体中文</label></span></div></nav>
`;
}

function head(findings: Findings): Markup {
	const { policy, programme, tried, generations, seed, goal } = findings;
	const title = goal === 'money' ? WORDS.title : WORDS.title_suffering;
	const values = { policy, programme, tried: count(tried), generations: count(generations), seed };
	return html`<header class="head" id="top"><h1>${say(title)}</h1>
<p class="scope">${say(fill(WORDS.scope, values))}</p><p class="scope">${say(modes(findings))}</p>
<p class="lead">${say(lead(findings))}</p>${sums(findings)}</header>`;
}

/** What was found, in one sentence. */
export function lead({ goal, found, currency }: Findings): Text {
	const worst = found[0];
	if (worst === undefined) return goal === 'money' ? WORDS.nothing : WORDS.nothing_harm;
	if (worst.suffering !== null) {
		const { flagged, held_cuts: cuts, delayed_amount_days: days, per_thousand: worth } = worst.suffering;
		return fill(WORDS.found_harm, { worth: priced(worth, currency), flagged, cuts, delayed: count(days) });
	}
	if (extent(worst.take) > 0) return fill(WORDS.found, { take: priced(worst.take, currency) });
	return fill(WORDS.found_loss, { cost: priced(worst.platform_cost, currency) });
}

function modes({ gates }: Findings): Text {
	const part = (language: 'en' | 'zh'): string =>
		Object.entries(GATE_NAMES)
			.map(([gate, name]) => {
				const mode = gates[gate] === 'enforce' ? WORDS.enforce : WORDS.observe;
				return `${name[language]} ${mode[language]}`;
			})
			.join(' · ');
	return { en: part('en'), zh: part('zh') };
}

function sums({ found, nearest, currency, rows }: Findings): Markup {
	const attack = found[0] ?? nearest;
	if (attack === null) return html``;
	if (attack.suffering !== null) return harm(attack.suffering, currency);
	const lost = extent(attack.platform_cost) > 0 ? 'bad' : '';
	return html`<dl class="sums">${tile(WORDS.take, money(attack.take, currency), WORDS.take_note, extent(attack.take) > 0 ? 'bad' : '')}
${tile(WORDS.profit, money(attack.profit, currency), WORDS.profit_note)}
${tile(WORDS.cost, money(attack.platform_cost, currency), WORDS.cost_note, lost)}
${tile(WORDS.book, money(attack.book_shortfall, currency), WORDS.book_note)}
${tile(WORDS.ideas, count(rows.at(-1)?.ideas ?? 0), WORDS.ideas_note)}</dl>`;
}

function harm(done: NonNullable<Attack['suffering']>, currency: string): Markup {
	return html`<dl class="sums">${tile(WORDS.harm, money(done.per_thousand, currency), WORDS.harm_note, 'bad')}
${tile(WORDS.spent, money(done.cost, currency), WORDS.spent_note)}
${tile(WORDS.delayed, count(done.delayed_amount_days), WORDS.delayed_note)}
${tile(WORDS.flagged, count(done.flagged), WORDS.flagged_note)}
${tile(WORDS.held, count(done.held_cuts), WORDS.held_note)}</dl>`;
}

const tile = (name: Text, figure: string, note: Text, look = ''): Markup =>
	html`<div class="tile ${look}"><dt>${say(name)}</dt><dd class="figure">${figure}</dd><dd class="note">${say(note)}</dd></div>`;

/** A sign stands before the currency. */
const money = (amount: string, currency: string): string =>
	amount.startsWith('-') ? `-${priced(brief(amount.slice(1)), currency)}` : priced(brief(amount), currency);

function hole(attack: Attack, { currency }: Findings): Markup {
	if (attack.hole === null) return html``;
	const rows = attack.closings.map(
		({ point, value, platform_cost }) =>
			html`<tr><td><code>${point}</code></td><td><code>${value}</code></td><td class="number">${money(platform_cost, currency)}</td></tr>`,
	);
	const table = html`<h4>${say(WORDS.tried_points)}</h4><table class="inputs"><thead><tr><th>${say(WORDS.point)}</th><th>${say(WORDS.becomes)}</th><th class="number">${say(WORDS.cost)}</th></tr></thead><tbody>${rows}</tbody></table>`;
	return html`<section id="hole"><h2>${say(WORDS.hole)}</h2><p>${say(attack.hole)}</p>${rows.length === 0 ? null : table}</section>`;
}

function story(attack: Attack, { found, currency, means }: Findings): Markup {
	const isFound = found.length > 0;
	const near = fill(WORDS.near, { pressure: money(attack.pressure, currency), gap: money(attack.gap, currency) });
	const rows = attack.steps.map(({ hour, what, answers }) => {
		const said = answers.map((answer) => html`<br><small>${say(answer)}</small>`);
		return html`<tr><td>${say(timeInWords(hour))}</td><td>${say(what)}${said}</td></tr>`;
	});
	return html`<section id="steps"><h2>${say(isFound ? WORDS.worst : WORDS.nearest)}</h2>${isFound ? null : html`<p>${say(near)}</p>`}
<h4>${say(WORDS.path)}</h4><p class="caption">${say(WORDS.path_note)}</p>${moneyPath(attack, means.budget)}
<h4>${say(WORDS.steps)}</h4><div class="scroll"><table><thead><tr><th>${say(WORDS.time)}</th><th>${say(WORDS.what)}</th></tr></thead><tbody>${rows}</tbody></table></div>
<details><summary>${say(WORDS.replay)}</summary><pre><code>${JSON.stringify(attack.strategy, undefined, ' ')}</code></pre></details></section>`;
}

function search(findings: Findings): Markup {
	return html`<section id="search"><h2>${say(WORDS.search)}</h2><p class="caption">${say(findings.goal === 'money' ? WORDS.search_note : WORDS.search_note_harm)}</p>${searchPath(findings)}</section>`;
}

function others({ found, currency, goal }: Findings): Markup {
	if (found.length < 2) return html``;
	const isMoney = goal === 'money';
	const rows = found.map(({ name, take, platform_cost, hole: why, steps, suffering }) => {
		const figure = suffering === null ? take : suffering.per_thousand;
		const cost = suffering === null ? platform_cost : suffering.cost;
		const words = why ?? steps.at(-1)?.what ?? same('');
		return html`<tr><td><code>found/${name}.json</code></td><td class="number">${money(figure, currency)}</td><td class="number">${money(cost, currency)}</td><td>${say(words)}</td></tr>`;
	});
	const [figure, cost] = isMoney ? [WORDS.take, WORDS.cost] : [WORDS.harm, WORDS.spent];
	const names = html`<tr><th>${say(WORDS.name)}</th><th class="number">${say(figure)}</th><th class="number">${say(cost)}</th><th>${say(isMoney ? WORDS.hole : WORDS.what)}</th></tr>`;
	return html`<section><h2>${say(WORDS.others)}</h2><div class="scroll"><table><thead>${names}</thead><tbody>${rows}</tbody></table></div></section>`;
}

const assumptions = (): Markup =>
	html`<section id="reading"><h2>${say(WORDS.reading)}</h2>${ASSUMPTIONS.map((sentence) => html`<p>${say(sentence)}</p>`)}</section>`;

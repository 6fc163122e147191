/**
 * The report as one self-contained page: no network, no fonts, nothing to load. Everything is in the HTML as text and
 * SVG, in English and Chinese; a style rule shows one of them, so the page can be read, switched and printed with
 * scripts off. A content security policy names the one style sheet and the one script by digest: even markup that came
 * in with an id could not run. Same input, same bytes.
 */
import { createHash } from 'node:crypto';
import type { ReportPage } from '../model.js';
import { closing } from './closing.js';
import { gates } from './gates.js';
import { head } from './head.js';
import { html, say, trusted } from './markup.js';
import type { Markup, Text } from './markup.js';
import { outlineOf } from './outline.js';
import type { Outline } from './outline.js';
import { rings } from './rings.js';
import { SCRIPT } from './script.js';
import { storeSections } from './store-sections.js';
import { storeTable } from './store-table.js';
import { STYLE } from './style.js';

export const NAVIGATION = {
	gates: { en: 'Gates', zh: '闸口' },
	stores: { en: 'Stores', zh: '店铺' },
	rings: { en: 'Rings', zh: '团伙' },
	one_by_one: { en: 'One by one', zh: '逐店' },
	unjudged: { en: 'Not judged', zh: '未判断' },
	sources: { en: 'Sources', zh: '来源' },
	reading: { en: 'How to read', zh: '阅读说明' },
} as const satisfies Record<string, Text>;

/** The whole page. */
export const renderPage = (page: ReportPage): string => [...pagePieces(page)].join('');

/** The page piece by piece, for writing it out without holding it all. */
export function* pagePieces(page: ReportPage): Generator<string> {
	const outline = outlineOf(page);
	yield opening(outline).markup;
	yield html`<main>${head(outline)}${gates(outline)}${storeTable(outline)}`.markup;
	for (const piece of rings(outline)) yield piece.markup;
	for (const piece of storeSections(outline)) yield piece.markup;
	yield html`${closing(outline)}</main><script>${trusted(SCRIPT)}</script></body></html>\n`.markup;
}

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function opening(outline: Outline): Markup {
	const policy = `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>Surety report · 价保调查报告</title><style>${trusted(STYLE)}</style></head>
<body><input class="hidden-input" type="radio" name="language" id="en" checked autocomplete="off" aria-label="English"><input class="hidden-input" type="radio" name="language" id="zh" autocomplete="off" aria-label="简体中文">
<nav><div><a class="brand" href="#top">Surety</a>${links(outline)}<span class="languages"><label for="en">English</label><label for="zh">简体中文</label></span></div></nav>
`;
}

function links({ flagged }: Outline): Markup {
	const parts: readonly (readonly [string, Text])[] = [
		['gates', NAVIGATION.gates],
		['stores', NAVIGATION.stores],
		['rings', NAVIGATION.rings],
		...(flagged.length > 0 ? [['one-by-one', NAVIGATION.one_by_one] as const] : []),
		['unjudged', NAVIGATION.unjudged],
		['sources', NAVIGATION.sources],
		['reading', NAVIGATION.reading],
	];
	return html`${parts.map(([anchor, text]) => html`<a href="#${anchor}">${say(text)}</a>`)}`;
}

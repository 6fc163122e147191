/**
 * The report as one self-contained page: no network, no fonts, nothing to load. Everything is in the HTML as text and
 * SVG, in English and Chinese (see shell.ts). Same input, same bytes.
 */
import type { ReportPage } from '../model.js';
import { closing } from './closing.js';
import { gates } from './gates.js';
import { head } from './head.js';
import { html, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import { outlineOf } from './outline.js';
import type { Outline } from './outline.js';
import { rings } from './rings.js';
import { ending, opening } from './shell.js';
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
	yield opening({ title: 'Surety report · 价保调查报告', links: links(outline), style: STYLE }).markup;
	yield html`<main>${head(outline)}${gates(outline)}${storeTable(outline)}`.markup;
	for (const piece of rings(outline)) yield piece.markup;
	for (const piece of storeSections(outline)) yield piece.markup;
	yield html`${closing(outline)}</main>${ending}`.markup;
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

/**
 * The comparison as one self-contained page, made of the report's parts: the trade-off first, then all policies side by
 * side in money, then each by itself. Same input, same bytes.
 */
import { html, same, say } from '../../report/page/markup.js';
import type { Markup, Text } from '../../report/page/markup.js';
import { ending, opening } from '../../report/page/shell.js';
import type { BacktestPage } from '../model.js';
import { closing } from './closing.js';
import { compare } from './compare.js';
import { head } from './head.js';
import { policySection } from './policy.js';
import { STYLE } from './style.js';
import { tradeOff } from './trade-off.js';
import { type View, viewOf } from './view.js';

export const NAVIGATION = {
	trade_off: { en: 'Trade-off', zh: '取舍' },
	compare: { en: 'Side by side', zh: '对比' },
	model: { en: 'Model', zh: '模型' },
	unjudged: { en: 'Not judged', zh: '未判断' },
	sources: { en: 'Sources', zh: '来源' },
} as const satisfies Record<string, Text>;

export const renderPage = (page: BacktestPage): string => [...pagePieces(page)].join('');

/** The page piece by piece, for writing it out without holding it all. */
export function* pagePieces(page: BacktestPage): Generator<string> {
	const view = viewOf(page);
	yield opening({ title: 'Surety backtest · 价保策略回测', links: links(view), style: STYLE }).markup;
	yield html`<main>${head(view)}${tradeOff(view)}${compare(view)}`.markup;
	for (const [i, run] of view.backtest.runs.entries()) yield policySection(run, i + 1, view).markup;
	yield html`${closing(view)}</main>${ending}`.markup;
}

function links({ backtest }: View): Markup {
	const parts: readonly (readonly [string, Text])[] = [
		['trade-off', NAVIGATION.trade_off],
		['compare', NAVIGATION.compare],
		...backtest.runs.map(({ policy }, i) => [`policy-${i + 1}`, same(policy)] as const),
		['model', NAVIGATION.model],
		['unjudged', NAVIGATION.unjudged],
		['sources', NAVIGATION.sources],
	];
	return html`${parts.map(([anchor, text]) => html`<a href="#${anchor}">${say(text)}</a>`)}`;
}

/**
 * The trade-off in one picture: to the right, what was kept from honest stores on an average day; upwards, what the
 * platform lost. The best policy stands in the lower left corner.
 */
import { grouped, priced } from '../../report/page/figure.js';
import { html, say } from '../../report/page/markup.js';
import type { Markup, Text } from '../../report/page/markup.js';
import { hint, label, picture, px, roundValues, widthOf } from '../../report/page/pen.js';
import type { RunReport } from '../model.js';
import { averageOf, isComparison, nameOf, shareOf, type View } from './view.js';

export const TRADE_OFF = {
	heading: { en: 'Loss against locked money', zh: '损失与冻结资金的取舍' },
	intro: {
		en: 'Each point is one policy over the whole history. Lower is less lost, further left is less money kept from honest stores: the lower left corner is where one wants to be.',
		zh: '每一点代表一项策略在整段历史中的结果。越低损失越少，越左诚信店铺被冻结的资金越少：左下角最佳。',
	},
	across: { en: 'kept from honest stores on an average day', zh: '诚信店铺日均被冻结资金' },
	up: { en: 'lost by the platform', zh: '平台损失' },
	described: { en: 'Loss and locked money of each policy.', zh: '各项策略的损失与冻结资金。' },
	of_flat: { en: 'of a flat hold', zh: '占一律冻结' },
} as const satisfies Record<string, Text>;

const SIZE = { width: 1080, height: 400 };
const FIELD = { left: 110, right: 1040, top: 24, bottom: 340 };
const LINE = 23;

interface Point {
	readonly run: RunReport;
	readonly x: number;
	readonly y: number;
}

interface Placed extends Point {
	readonly labelX: number;
	readonly labelY: number;
}

export function tradeOff(view: View): Markup {
	const marks = html`${axes(view)}${placed(points(view), view).map((point) => mark(point, view))}`;
	const drawn = picture(SIZE.width, SIZE.height, TRADE_OFF.heading, TRADE_OFF.described, marks);
	return html`<section id="trade-off"><h2>${say(TRADE_OFF.heading)}</h2><p class="intro">${say(TRADE_OFF.intro)}</p>${drawn}</section>`;
}

const lockedOf = ({ honest }: RunReport, { backtest }: View): number =>
	backtest.period.days === 0 ? 0 : Number(honest.locked_amount_days) / backtest.period.days;

const mostOf = (view: View) => ({
	locked: Math.max(1, ...view.all.map((run) => lockedOf(run, view))) * 1.04,
	lost: Math.max(1, ...view.all.map((run) => Number(run.shortfall))) * 1.04,
});

function points(view: View): readonly Point[] {
	const most = mostOf(view);
	return view.all.map((run) => ({
		run,
		x: FIELD.left + (lockedOf(run, view) / most.locked) * (FIELD.right - FIELD.left),
		y: FIELD.bottom - (Number(run.shortfall) / most.lost) * (FIELD.bottom - FIELD.top),
	}));
}

function axes(view: View): Markup {
	const most = mostOf(view);
	const { left, right, top, bottom } = FIELD;
	const across = roundValues(most.locked).map((value) => {
		const x = px(left + (value / most.locked) * (right - left));
		return html`<path class="grid" d="M${x} ${top}V${bottom}"/><text class="tick middle" x="${x}" y="${bottom + 18}">${grouped(String(value))}</text>`;
	});
	const up = roundValues(most.lost).map((value) => {
		const y = px(bottom - (value / most.lost) * (bottom - top));
		return html`<path class="${value === 0 ? 'zero' : 'grid'}" d="M${left} ${y}H${right}"/><text class="tick end" x="${left - 8}" y="${y + 4}">${grouped(String(value))}</text>`;
	});
	const names = html`${label(0, 12, named(TRADE_OFF.up, view, '↑'), 'lane')}${label(right, bottom + 40, named(TRADE_OFF.across, view, '→'), 'lane end')}`;
	return html`${across}${up}${names}`;
}

const named = ({ en, zh }: Text, { currency }: View, arrow: string): Text => ({
	en: `${en}, ${currency} ${arrow}`,
	zh: `${zh}（${currency}）${arrow}`,
});

/** Names beside their points, moved down or up where they would lie on one another. */
function placed(all: readonly Point[], view: View): readonly Placed[] {
	const taken: { readonly left: number; readonly right: number; readonly y: number }[] = [];
	return all.map((point) => {
		const width = widthOf(nameOf(point.run, view)) + 8;
		const left = point.x + 12 + width > FIELD.right + 36 ? point.x - 12 - width : point.x + 12;
		let y = point.y - 8;
		const clashes = (): boolean =>
			taken.some((other) => other.left < left + width && left < other.right && Math.abs(other.y - y) < LINE);
		while (clashes()) y -= LINE;
		taken.push({ left, right: left + width, y });
		return { ...point, labelX: left, labelY: y };
	});
}

function mark({ run, x, y, labelX, labelY }: Placed, view: View): Markup {
	const look = isComparison(view, run) ? 'point compared' : 'point';
	const told = hint(
		nameOf(run, view),
		`${priced(run.shortfall, view.currency)} ${TRADE_OFF.up.en} · ${TRADE_OFF.up.zh}`,
		`${averageOf(run.honest.locked_amount_days, view)} (${shareOf(run.honest.locked_amount_days, run.honest.flat_hold_amount_days)})`,
	);
	const lifted =
		y - labelY > 30 ? html`<path class="lead-line" d="M${px(x)} ${px(y - 8)}L${px(labelX)} ${px(labelY)}"/>` : null;
	return html`${lifted}<circle class="${look}" cx="${px(x)}" cy="${px(y)}" r="7">${told}</circle>${label(labelX, labelY, nameOf(run, view), 'callout')}`;
}

/** A ring over its whole life, one row a store in order of its first sale: the same trick again and again. */
import type { RingFinding } from '../model.js';
import { dayOf, instantOf, minuteOf } from './clock.js';
import { brief, grouped } from './figure.js';
import { html, same } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline, StoreSection } from './outline.js';
import { hint, label, picture, px, shortId } from './pen.js';
import { PICTURE } from './picture-words.js';

export const CALENDAR = {
	name: { en: 'The ring over time', zh: '团伙时间表' },
	description: {
		en: 'One row a store: opening, protected sales, withdrawals, price cut, claims.',
		zh: '每行一家店铺：开店、受保成交、提现、降价、价保申请。',
	},
} as const satisfies Record<string, Text>;

const WIDTH = 1080;
const ROW = 17;
const LEFT = 104;
const RIGHT = 1010;
const MOST_ROWS = 80;
const TICK_ROOM = 90;
const DAY = 86_400_000;

export function ringCalendar(ring: RingFinding, outline: Outline): Markup {
	const rows = ring.stores
		.map((store) => outline.sections.get(store))
		.filter((section) => section !== undefined)
		.filter(({ story }) => story.sold !== null)
		.sort((a, b) => startOf(a) - startOf(b) || (a.finding.store_id < b.finding.store_id ? -1 : 1))
		.slice(0, MOST_ROWS);
	if (rows.length < 2) return html``;
	const moments = rows.flatMap((row) => [openedAt(row) ?? startOf(row), ...eventsOf(row)]);
	const [from, to] = [moments.reduce((a, b) => Math.min(a, b)), moments.reduce((a, b) => Math.max(a, b))];
	const x = (at: number): number => LEFT + ((at - from) / Math.max(1, to - from)) * (RIGHT - LEFT);
	const bottom = 6 + ROW * rows.length;
	const marks = html`${axis(from, to, x, bottom, outline)}${rows.map((row, i) => lifeOf(row, 6 + ROW * (i + 0.5), x, outline))}`;
	return picture(WIDTH, bottom + 26, CALENDAR.name, CALENDAR.description, marks);
}

const startOf = ({ story }: StoreSection): number => story.sold?.from ?? 0;
const openedAt = ({ timeline }: StoreSection): number | null =>
	timeline.opened_at === null ? null : instantOf(timeline.opened_at);

const eventsOf = ({ timeline }: StoreSection): readonly number[] =>
	[timeline.sales, timeline.withdrawals, timeline.claims].flatMap((events) => events.map(({ at }) => instantOf(at)));

function axis(from: number, to: number, x: (at: number) => number, bottom: number, { clock }: Outline): Markup {
	const ticks = Math.max(1, Math.floor((RIGHT - LEFT) / TICK_ROOM));
	const step = Math.max(1, Math.ceil((to - from) / DAY / ticks)) * DAY;
	const marks: Markup[] = [];
	for (let at = Math.ceil((from + clock.offsetMs) / DAY) * DAY - clock.offsetMs; at <= to; at += step)
		marks.push(
			html`<path class="grid" d="M${px(x(at))} 4V${bottom}"/><text class="tick middle" x="${px(x(at))}" y="${bottom + 16}">${dayOf(at, clock)}</text>`,
		);
	return html`${marks}<path class="axis" d="M${LEFT} ${bottom}H${RIGHT}"/>`;
}

function lifeOf(row: StoreSection, y: number, x: (at: number) => number, { clock }: Outline): Markup {
	const { timeline, story, finding } = row;
	const events = eventsOf(row);
	const end = events.reduce((a, b) => Math.max(a, b));
	const told = (what: Text, at: string, ...lines: readonly string[]): Markup =>
		hint(what, finding.store_id, ...lines, minuteOf(instantOf(at), clock));
	const sales = timeline.sales
		.filter((sale) => sale.protected)
		.map(
			({ at, buyer_id, unit_price }) =>
				html`<circle class="sale" cx="${px(x(instantOf(at)))}" cy="${px(y)}" r="2.6">${told(PICTURE.protected_sale, at, `${grouped(unit_price)} → ${buyer_id}`)}</circle>`,
		);
	const withdrawals = timeline.withdrawals.map(
		({ at, amount }) =>
			html`<path class="withdrawal" d="M${px(x(instantOf(at)) - 4)} ${px(y - 1)}h8l-4 7z">${told(PICTURE.withdrawal, at, grouped(amount))}</path>`,
	);
	const claims = timeline.claims.map(
		({ at, amount, buyer_id }) =>
			html`<circle class="claim" cx="${px(x(instantOf(at)))}" cy="${px(y)}" r="2.6">${told(PICTURE.claim, at, `${buyer_id}: ${grouped(amount)}`)}</circle>`,
	);
	const cut =
		story.cut === null
			? null
			: html`<path class="cut" d="M${px(x(story.cut.at))} ${px(y - 7)}v14">${hint(PICTURE.cut_moment, finding.store_id, `${story.cut.percent} %`)}</path>`;
	const line = html`<path class="life" d="M${px(x(openedAt(row) ?? startOf(row)))} ${px(y)}H${px(x(end))}"/>`;
	const figure = html`<text class="tick end" x="${WIDTH}" y="${px(y + 4)}">${brief(finding.shortfall.replace(/\..*$/, ''))}</text>`;
	return html`<g class="row"><rect class="row-back" x="0" y="${px(y - ROW / 2)}" width="${WIDTH}" height="${ROW}"/>${label(0, y + 4, same(shortId(finding.store_id, 14)), 'store-name')}${line}${sales}${withdrawals}${cut}${claims}${figure}</g>`;
}

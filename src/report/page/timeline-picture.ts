/**
 * One store over time: prices and sales, claims against withdrawals, money against what is claimable, on one axis, with
 * the moment it was flagged and the moments at which gates would have stopped it as rules through all lanes.
 */
import { DAY } from '../../core/words/time.js';
import type { StoreFinding, Timeline } from '../model.js';
import { dayOf, hourOf, instantOf, lengthOf, minuteOf } from './clock.js';
import type { Clock } from './clock.js';
import { fundsLane } from './funds-lane.js';
import { MARGIN } from './lane.js';
import type { Scene } from './lane.js';
import { fill, html, joined, same } from './markup.js';
import type { Markup, Text } from './markup.js';
import { payoutLane, payoutRemarks } from './payout-lane.js';
import { hint, label, picture, px, widthOf } from './pen.js';
import { PICTURE } from './picture-words.js';
import { priceLane, priceRemarks } from './price-lane.js';
import type { Story } from './story.js';
import { ticksOf, timeScale } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { GATE_NAMES, VERDICTS } from './words.js';

const WIDTH = 1080;
const FLAG_ROW = 18;
const HEIGHTS = { price: 190, payout: 170, funds: 130, gap: 18, axis: 40 };

export function timelinePicture(
	timeline: Timeline,
	finding: StoreFinding,
	story: Story,
	clock: Clock,
	currency: string,
): Markup {
	const moments = tellingMoments(timeline, finding, story);
	if (moments.length === 0) return html``;
	const scale = timeScale(moments, MARGIN.left, WIDTH - MARGIN.right, story.sold?.from ?? 0);
	const scene: Scene = { timeline, story, scale, clock, currency };
	const flags = placedFlags(flagsOf(timeline, finding, scale, clock));
	const top = FLAG_ROW * (1 + Math.max(-1, ...flags.map(({ row }) => row))) + 8;
	const price = { top, bottom: top + HEIGHTS.price };
	const payout = { top: price.bottom + HEIGHTS.gap, bottom: price.bottom + HEIGHTS.gap + HEIGHTS.payout };
	const funds = { top: payout.bottom + HEIGHTS.gap, bottom: payout.bottom + HEIGHTS.gap + HEIGHTS.funds };
	const marks = html`${breaks(scale, top, funds.bottom)}
${priceLane(scene, price)}
${payoutLane(scene, payout)}
${fundsLane(scene, funds)}
${axis(scale, funds.bottom, clock)}${rules(flags, funds.bottom)}${flagNames(flags)}${priceRemarks(scene, price)}${payoutRemarks(scene, payout)}`;
	return picture(WIDTH, funds.bottom + HEIGHTS.axis, same(timeline.store_id), description(timeline), marks);
}

/**
 * The moments the axis has to show: everything from before the sales in question to after the last claim about them;
 * and the opening, the flag and the stops as far as nothing else happened between them and that.
 */
function tellingMoments(timeline: Timeline, finding: StoreFinding, story: Story): readonly number[] {
	const { sales, claims, withdrawals, prices } = timeline;
	const all = [sales, claims, withdrawals, prices].flatMap((events) => events.map(({ at }) => instantOf(at)));
	const begin = Math.min(story.raised?.at ?? Number.POSITIVE_INFINITY, story.sold?.from ?? Number.POSITIVE_INFINITY);
	const end = story.claimed?.to ?? Math.max(begin, ...all);
	if (!Number.isFinite(begin)) return all;
	const inside = all.filter((at) => at >= begin && at <= end + DAY);
	const earlier = [...sales, ...claims].map(({ at }) => instantOf(at)).filter((at) => at < begin);
	const quietSince = Math.max(begin - (end - begin) - 14 * DAY, ...earlier);
	const prelude = [...markedMoments(timeline, finding), ...prices.map(({ at }) => instantOf(at))];
	return [...inside, ...prelude.filter((at) => at > quietSince && at <= end)];
}

function markedMoments({ opened_at }: Timeline, { flagged_at, stops }: StoreFinding): readonly number[] {
	return [opened_at, flagged_at, ...stops.map(({ at }) => at)].filter((at) => at !== null).map(instantOf);
}

interface Flag {
	readonly x: number;
	readonly text: Text;
	readonly look: string;
	readonly told: Markup;
}

interface PlacedFlag extends Flag {
	readonly row: number;
	readonly left: number;
}

function flagsOf(
	{ opened_at }: Timeline,
	{ flagged_at, stops }: StoreFinding,
	scale: TimeScale,
	clock: Clock,
): readonly Flag[] {
	const flag = (time: string, words: Text, look: string): Flag => {
		const at = instantOf(time);
		const outside = at < scale.from ? `← ${dayOf(at, clock)} ` : at > scale.to ? `→ ${dayOf(at, clock)} ` : '';
		const text = { en: outside + words.en, zh: outside + words.zh };
		return { x: scale.x(at), text, look, told: hint(words, minuteOf(at, clock)) };
	};
	const opened =
		opened_at === null || instantOf(opened_at) < scale.from ? [] : [flag(opened_at, PICTURE.opened, 'opened')];
	const flagged = flagged_at === null ? [] : [flag(flagged_at, PICTURE.flagged, 'flagged')];
	return [...opened, ...flagged, ...stopFlags(stops, flag)];
}

/** Gates that would have stopped the store at the same moment share one rule. */
function stopFlags(
	stops: StoreFinding['stops'],
	flag: (time: string, words: Text, look: string) => Flag,
): readonly Flag[] {
	const byTime = new Map<string, Text[]>();
	for (const { at, gate, verdict } of stops) {
		const words = fill(PICTURE.would, { gate: GATE_NAMES[gate], verdict: VERDICTS[verdict] });
		byTime.set(at, [...(byTime.get(at) ?? []), words]);
	}
	return [...byTime].map(([at, words]) => flag(at, joined(words, ', ', '，'), 'stop'));
}

/** Each flag's words in the first row that is free there, so that no two overlap. */
function placedFlags(flags: readonly Flag[]): readonly PlacedFlag[] {
	const rows: number[] = [];
	const placed: PlacedFlag[] = [];
	for (const flag of flags.toSorted((a, b) => a.x - b.x)) {
		const width = widthOf(flag.text) + 10;
		const left = flag.x + width > WIDTH ? flag.x - width : flag.x;
		const free = rows.findIndex((end) => end <= left);
		const row = free < 0 ? rows.length : free;
		rows[row] = left + width;
		placed.push({ ...flag, row, left });
	}
	return placed;
}

const rules = (flags: readonly PlacedFlag[], bottom: number): Markup =>
	html`${flags.map(({ x, row, look, told }) => html`<path class="rule ${look}" d="M${px(x)} ${FLAG_ROW * row + 4}V${bottom}">${told}</path>`)}`;

const flagNames = (flags: readonly PlacedFlag[]): Markup =>
	html`${flags.map(({ left, row, look, text }) => label(left + 5, FLAG_ROW * row + 13, text, `flag ${look}`))}`;

/** Folded time: a pale band with its length. */
function breaks(scale: TimeScale, top: number, bottom: number): Markup {
	return html`${scale.stretches.slice(1).map((stretch, i) => {
		const before = scale.stretches[i];
		if (before === undefined) return html``;
		const band = html`<rect class="fold" x="${px(before.right)}" y="${top}" width="${px(stretch.left - before.right)}" height="${bottom - top}"/>`;
		const [x, y] = [(before.right + stretch.left) / 2 + 4, (top + bottom) / 2];
		const { en, zh } = lengthOf(stretch.from - before.to);
		const turned = html`transform="translate(${px(x)} ${px(y)}) rotate(-90)"`;
		return html`${band}<text class="fold-length" lang="en" ${turned}>${en}</text><text class="fold-length" lang="zh-Hans" ${turned}>${zh}</text>`;
	})}`;
}

const LEAST_TICK_ROOM = 40;
const LEAST_DAY_ROOM = 72;

/** Time of day under each tick and, in a second row, the day where it changes and there is room. */
function axis(scale: TimeScale, y: number, clock: Clock): Markup {
	let [lastTick, lastDayAt, lastDay] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, ''];
	const ticks = ticksOf(scale, clock.offsetMs).map(({ at, daily }) => {
		const x = scale.x(at);
		if (x - lastTick < LEAST_TICK_ROOM) return html``;
		lastTick = x;
		const day = dayOf(at, clock);
		const [upper, lower] = daily ? [day.slice(5), day.slice(0, 4)] : [hourOf(at, clock), day];
		const mark = html`<path class="axis" d="M${px(x)} ${y}v4"/><text class="tick middle" x="${px(x)}" y="${y + 16}">${upper}</text>`;
		if (lower === lastDay || x - lastDayAt < LEAST_DAY_ROOM) return mark;
		[lastDay, lastDayAt] = [lower, x];
		return html`${mark}<text class="tick middle" x="${px(x)}" y="${y + 31}">${lower}</text>`;
	});
	const lines = scale.stretches.map(({ left, right }) => `M${px(left)} ${y}H${px(right)}`).join('');
	return html`<path class="axis" d="${lines}"/>${ticks}`;
}

function description({ prices, sales, claims, withdrawals }: Timeline): Text {
	const [p, s, c, w] = [prices.length, sales.length, claims.length, withdrawals.length];
	return {
		en: `Over time: ${p} prices, ${s} sales, ${c} claims, ${w} withdrawals, and the store’s money against what is claimable.`,
		zh: `时间轴：价格 ${p} 次、成交 ${s} 笔、价保申请 ${c} 笔、提现 ${w} 笔，以及店铺资金与可申请额的对比。`,
	};
}

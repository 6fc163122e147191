/**
 * From moments to places on the page. A trick takes hours within months, so the axis covers the telling moments only
 * and idle time between them is folded into short breaks, marked as such and with their length. Between breaks the
 * scale is even. A longer stretch gets more room than a shorter one, by the square root of its length, so that the
 * ten minutes of claims stay readable beside the two days before them.
 */
import { DAY, HOUR, MINUTE } from '../../core/words/time.js';

export interface Stretch {
	readonly from: number;
	readonly to: number;
	readonly left: number;
	readonly right: number;
}

export interface TimeScale {
	readonly stretches: readonly Stretch[];
	readonly from: number;
	readonly to: number;
	readonly left: number;
	readonly right: number;
	/** Moments outside the axis land on its ends. */
	x(at: number): number;
	holds(at: number): boolean;
}

const MOST_BREAKS = 4;
/** A gap is worth folding when it is at least this share of the story's length, and this long. */
const FOLDED_SHARE = 0.08;
const FOLDED_AT_LEAST = HOUR;
/** Folding is worth its strangeness only when it saves at least this share of the axis. */
const WORTH_SAVING = 0.3;
const BREAK_WIDTH = 26;
const NARROWEST = 58;
const PADDING = 0.05;
const LEAST_PADDING = 4 * MINUTE;

interface Span {
	readonly from: number;
	readonly to: number;
}

/**
 * @param moments at least one, in any order: all of them will lie inside.
 * @param begin where the story begins: stretches that end before get the least room.
 */
export function timeScale(moments: readonly number[], left: number, right: number, begin: number): TimeScale {
	const sorted = [...new Set(moments)].sort((a, b) => a - b);
	const stretches = placed(padded(spansOf(sorted, begin)), left, right, begin);
	const [first, last] = [stretches[0], stretches.at(-1)];
	if (first === undefined || last === undefined) throw new Error('a time axis needs a moment');
	return {
		stretches,
		from: first.from,
		to: last.to,
		left,
		right,
		x: (at) => placeOf(at, stretches, left, right),
		holds: (at) => at >= first.from && at <= last.to,
	};
}

function spansOf(sorted: readonly number[], begin: number): readonly Span[] {
	const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
	const whole = last - first;
	const story = last - Math.max(first, Math.min(begin, last));
	const gaps = sorted
		.slice(1)
		.map((to, i) => ({ from: sorted[i] ?? to, to }))
		.filter(({ from, to }) => to - from >= Math.max(FOLDED_AT_LEAST, FOLDED_SHARE * story))
		.sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)
		.slice(0, MOST_BREAKS)
		.sort((a, b) => a.from - b.from);
	if (gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0) < WORTH_SAVING * whole) return [{ from: first, to: last }];
	const starts = [first, ...gaps.map((gap) => gap.to)];
	const ends = [...gaps.map((gap) => gap.from), last];
	return starts.map((from, i) => ({ from, to: ends[i] ?? last }));
}

/** A little air around each stretch, taken from the gaps beside it. */
function padded(spans: readonly Span[]): readonly Span[] {
	return spans.map((span, i) => {
		const wanted = Math.max(LEAST_PADDING, PADDING * (span.to - span.from));
		const before = span.from - (spans[i - 1]?.to ?? Number.NEGATIVE_INFINITY);
		const after = (spans[i + 1]?.from ?? Number.POSITIVE_INFINITY) - span.to;
		return { from: span.from - Math.min(wanted, before / 4), to: span.to + Math.min(wanted, after / 4) };
	});
}

function placed(spans: readonly Span[], left: number, right: number, begin: number): readonly Stretch[] {
	const room = right - left - BREAK_WIDTH * (spans.length - 1) - NARROWEST * spans.length;
	const weights = spans.map((span) => (span.to < begin ? 0 : Math.sqrt(span.to - span.from)));
	const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
	let at = left;
	return spans.map((span, i) => {
		const width = NARROWEST + (room * (weights[i] ?? 0)) / total;
		const stretch = { ...span, left: at, right: at + width };
		at += width + BREAK_WIDTH;
		return stretch;
	});
}

function placeOf(at: number, stretches: readonly Stretch[], left: number, right: number): number {
	let end: Stretch | null = null;
	for (const stretch of stretches) {
		if (at < stretch.from) return end === null ? left : between(at, end.to, stretch.from, end.right, stretch.left);
		if (at <= stretch.to) return between(at, stretch.from, stretch.to, stretch.left, stretch.right);
		end = stretch;
	}
	return right;
}

const between = (at: number, from: number, to: number, left: number, right: number): number =>
	left + ((at - from) / (to - from)) * (right - left);

const STEP_MINUTES = [1, 5, 15, 30, 60, 180, 360, 720];
const STEP_DAYS = [1, 2, 7, 14, 28, 91, 364];
const STEPS = [...STEP_MINUTES.map((n) => n * MINUTE), ...STEP_DAYS.map((n) => n * DAY)];
const ROOM_OF_TICK = 58;

export interface Tick {
	readonly at: number;
	/** Day or time of day: what the label of a tick has to say. */
	readonly daily: boolean;
}

/** Round moments of local time along the axis, at least one in each stretch. */
export function ticksOf(scale: TimeScale, offsetMs: number): readonly Tick[] {
	return scale.stretches.flatMap(({ from, to, left, right }) => {
		const most = Math.max(1, (right - left) / ROOM_OF_TICK);
		const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? 364 * DAY;
		const ticks: Tick[] = [];
		for (let at = Math.ceil((from + offsetMs) / step) * step - offsetMs; at <= to; at += step)
			ticks.push({ at, daily: step >= DAY });
		return ticks.length > 0 ? ticks : [{ at: Math.round((from + to) / 2 / MINUTE) * MINUTE, daily: false }];
	});
}

/** Two small pictures: where the money went over time, and how the search got there. */
import { DAY, HOUR } from '../../core/words/time.js';
import { brief, count, extent } from '../../report/page/figure.js';
import { laneFrame } from '../../report/page/lane.js';
import { html, type Markup, type Text } from '../../report/page/markup.js';
import { hint, label, picture, px, steps } from '../../report/page/pen.js';
import { ticksOf, timeScale } from '../../report/page/time-scale.js';
import type { Attack, Findings } from '../findings.js';
import { WORDS } from './words.js';

const SIZE = { width: 1100, left: 152, right: 1060 };
const LANE = { top: 8, bottom: 118 };
const GAP = 26;

interface Point {
	readonly x: number;
	readonly value: number;
}

/** One lane: a stepped line over a frame, filled down to nothing. */
function lane(
	top: number,
	name: Text,
	points: readonly Point[],
	look: string,
	frame: (y: (v: number) => number) => Markup,
) {
	const bottom = top + LANE.bottom - LANE.top;
	const [high, low] = [Math.max(1, ...points.map((p) => p.value)), Math.min(0, ...points.map((p) => p.value))];
	const y = (value: number): number => bottom - ((value - low) / (high - low)) * (bottom - top - 4);
	const line = steps(
		points.map((p) => ({ x: p.x, y: y(p.value) })),
		SIZE.right,
	);
	const area = `${line}V${px(y(0))}H${px(points[0]?.x ?? SIZE.left)}Z`;
	return html`${frame(y)}<path class="${look}" d="${area}" fill-opacity=".25">${hint(name)}</path><path class="rule" stroke="currentColor" d="${line}"/>`;
}

/** The attacker's cash and the platform's cost, on one axis of days. */
export function moneyPath({ path }: Attack, budget: number): Markup {
	const moments = path.map(({ hour }) => hour * HOUR);
	const scale = timeScale([0, ...moments], SIZE.left, SIZE.right, 0);
	const series = (value: (reading: Attack['path'][number]) => number): readonly Point[] => [
		{ x: scale.x(0), value: 0 },
		...path.map((reading) => ({ x: scale.x(reading.hour * HOUR), value: value(reading) })),
	];
	const cash = series(({ purse }) => extent(purse) - budget);
	const lost = series(({ platform_cost }) => Math.max(0, extent(platform_cost)));
	const frame = (top: number, name: Text, points: readonly Point[]) => (y: (v: number) => number) =>
		laneFrame({ top, bottom: top + 110 }, scale, [name], Math.max(1, ...points.map((p) => p.value)), y);
	const second = LANE.bottom + GAP;
	const ticks = ticksOf(scale, 0).map(({ at }) =>
		label(scale.x(at), second + 132, { en: `day ${dayOf(at)}`, zh: `第${dayOf(at)}天` }, 'tick middle'),
	);
	const marks = html`${lane(LANE.top, WORDS.in_hand, cash, 'withdrawal', frame(LANE.top, WORDS.in_hand, cash))}
${lane(second, WORDS.lost, lost, 'claim', frame(second, WORDS.lost, lost))}${ticks}`;
	return picture(SIZE.width, second + 140, WORDS.path, WORDS.path_note, marks);
}

const dayOf = (at: number): number => Math.floor(at / DAY) + 1;

/** The best so far by generation: what it takes, or else how near it came. */
export function searchPath({ rows }: Findings): Markup {
	const last = Math.max(1, rows.length - 1);
	const x = (i: number): number => SIZE.left + ((SIZE.right - SIZE.left) * i) / last;
	const pressure = rows.map((row, i) => ({ x: x(i), value: Math.max(0, extent(row.pressure)) }));
	const taken = rows.map((row, i) => ({ x: x(i), value: Math.max(0, extent(row.worth)) }));
	const frame = (top: number, name: Text, points: readonly Point[]) => (): Markup => {
		const high = Math.max(0, ...points.map((p) => p.value));
		const amount = brief(String(Math.round(high)));
		return html`${label(0, top + 12, name, 'lane')}<text class="tick end" x="${SIZE.left - 8}" y="${top + 12}">${amount}</text><path class="zero" d="M${SIZE.left} ${top + 110}H${SIZE.right}"/>`;
	};
	const second = LANE.bottom + GAP;
	const ends = [0, last].map((i) =>
		label(
			x(i),
			second + 132,
			{ en: `generation ${count(i + 1)}`, zh: `第 ${count(i + 1)} 代` },
			i === 0 ? 'tick' : 'tick end',
		),
	);
	const marks = html`${lane(LANE.top, WORDS.best_take, taken, 'claim', frame(LANE.top, WORDS.best_take, taken))}
${lane(second, WORDS.best_pressure, pressure, 'reserve', frame(second, WORDS.best_pressure, pressure))}${ends}`;
	return picture(SIZE.width, second + 140, WORDS.search, WORDS.search_note, marks);
}

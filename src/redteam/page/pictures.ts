/** Two small pictures: where the money went over time, and how the search got there. */
import { DAY, HOUR } from '../../core/words/time.js';
import { brief, count, extent } from '../../report/page/figure.js';
import { html, type Markup, type Text } from '../../report/page/markup.js';
import { hint, label, picture, px, steps } from '../../report/page/pen.js';
import { ticksOf, timeScale } from '../../report/page/time-scale.js';
import type { Attack, Findings } from '../findings.js';
import { WORDS } from './words.js';

const SIZE = { width: 1100, left: 152, right: 1060 };
const TOP = 8;
const HEIGHT = 110;
const SECOND = TOP + HEIGHT + 26;

interface Point {
	readonly x: number;
	readonly value: number;
}

/** One lane: its name and largest values, and a stepped line filled down to nothing. */
function lane(top: number, name: Text, points: readonly Point[], look: string): Markup {
	const bottom = top + HEIGHT;
	const values = points.map((p) => p.value);
	const [high, low] = [Math.max(0, ...values), Math.min(0, ...values)];
	const y = (value: number): number => bottom - ((value - low) / Math.max(1, high - low)) * (HEIGHT - 4);
	const drawn = points.map((p) => ({ x: p.x, y: y(p.value) }));
	const line = steps(drawn, SIZE.right);
	const area = `${line}V${px(y(0))}H${px(points[0]?.x ?? SIZE.left)}Z`;
	const marks = [...new Set([high, low])].filter((value) => value !== 0 || high === low);
	const ticks = marks.map(
		(value) =>
			html`<text class="tick end" x="${SIZE.left - 8}" y="${px(y(value) + 10)}">${brief(String(Math.round(value)))}</text>`,
	);
	return html`${label(0, top + 12, name, 'lane')}${ticks}<path class="zero" d="M${SIZE.left} ${px(y(0))}H${SIZE.right}"/>
<path class="${look}" d="${area}" fill-opacity=".25">${hint(name)}</path><path class="rule" stroke="currentColor" d="${line}"/>`;
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
	const days = new Map(ticksOf(scale, 0).map(({ at }) => [dayOf(at), at]));
	const ticks = [...days].map(([day, at]) =>
		label(scale.x(at), SECOND + HEIGHT + 20, { en: `day ${day}`, zh: `第${day}天` }, 'tick middle'),
	);
	const marks = html`${lane(TOP, WORDS.in_hand, cash, 'withdrawal')}${lane(SECOND, WORDS.lost, lost, 'claim')}${ticks}`;
	return picture(SIZE.width, SECOND + HEIGHT + 28, WORDS.path, WORDS.path_note, marks);
}

const dayOf = (at: number): number => Math.floor(at / DAY) + 1;

/** The best so far by generation: what it takes, or else how near it came. */
export function searchPath({ rows, goal }: Findings): Markup {
	const isMoney = goal === 'money';
	const last = Math.max(1, rows.length - 1);
	const x = (i: number): number => SIZE.left + ((SIZE.right - SIZE.left) * i) / last;
	const pressure = rows.map((row, i) => ({ x: x(i), value: Math.max(0, extent(row.pressure)) }));
	const taken = rows.map((row, i) => ({ x: x(i), value: Math.max(0, extent(row.worth)) }));
	const ends = [0, last].map((i) =>
		label(
			x(i),
			SECOND + HEIGHT + 20,
			{ en: `generation ${count(i + 1)}`, zh: `第 ${count(i + 1)} 代` },
			i === 0 ? 'tick' : 'tick end',
		),
	);
	const marks = html`${lane(TOP, isMoney ? WORDS.best_take : WORDS.best_harm, taken, 'claim')}${lane(SECOND, WORDS.best_pressure, pressure, 'reserve')}${ends}`;
	return picture(
		SIZE.width,
		SECOND + HEIGHT + 28,
		WORDS.search,
		isMoney ? WORDS.search_note : WORDS.search_note_harm,
		marks,
	);
}

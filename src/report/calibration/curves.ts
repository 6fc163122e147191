/** The two pictures: how deep prices fall, and how large stores are, each against what was measured. */
import { type Calibrated, type CalibrationReport, SOURCES } from '../../sim/index.js';
import { html, type Markup, same, type Text } from '../page/markup.js';
import { hint, label, picture, px } from '../page/pen.js';
import { figure } from './fact-table.js';

export const CURVES = {
	falls: {
		en: 'Item-days that fall by at least so much within 15 days',
		zh: '15 天内至少下降某一幅度的商品日占比',
	},
	falls_told: {
		en: 'The line is this market; rings are real data sets, which were measured for any fall, 30 %, 50 % and 90 %.',
		zh: '线为本市场；圆圈为真实数据集，分别测于任意降幅、30%、50% 与 90%。',
	},
	sizes: { en: 'Buyers of a store, from the smallest store to the largest', zh: '店铺买家数，由小到大' },
	sizes_told: { en: 'The line is this market; rings are what was measured.', zh: '线为本市场；圆圈为实测值。' },
	at_least: { en: 'falls by at least', zh: '至少下降' },
	rank: { en: 'of a hundred stores, counted from the smallest', zh: '每百家店铺中由小到大的位次' },
	any: { en: 'any', zh: '任意' },
} as const satisfies Record<string, Text>;

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [900, 270, 64, 20, 16, 44];

interface Point {
	readonly x: number;
	readonly y: number;
	readonly told: readonly [Text, string];
}

/** How a picture's plane is laid out; `y` is drawn by its logarithm. */
interface Plane {
	readonly x: readonly [from: number, to: number];
	readonly y: readonly [from: number, to: number];
	readonly xMarks: readonly (readonly [at: number, text: Text])[];
	readonly yMarks: readonly (readonly [at: number, text: string])[];
	readonly xName: Text;
}

export function fallCurve({ facts, fall_curve }: CalibrationReport): Markup | null {
	const line = fall_curve.flatMap(({ at_least, percent }) =>
		percent === null || percent <= 0 ? [] : [point(at_least, percent, same(`≥ ${at_least} %`), `${figure(percent)} %`)],
	);
	const rings = [1, 30, 50, 90].flatMap((atLeast) => {
		const id = atLeast === 90 ? 'fall_90_within_15' : `fall_${atLeast === 1 ? 'any' : atLeast}_within_15`;
		return ringsOf(facts, id, atLeast, ' %');
	});
	const plane: Plane = {
		x: [0, 92],
		y: [0.0005, 100],
		xMarks: [[1, CURVES.any], ...[10, 20, 30, 40, 50, 60, 70, 80, 90].map((at) => [at, same(`${at} %`)] as const)],
		yMarks: [0.001, 0.01, 0.1, 1, 10, 100].map((at) => [at, `${at} %`]),
		xName: CURVES.at_least,
	};
	return drawn(plane, line, rings, CURVES.falls, CURVES.falls_told);
}

export function sizeCurve({ facts, store_sizes }: CalibrationReport): Markup | null {
	const line = store_sizes.flatMap(({ rank, buyers }) =>
		buyers === null || buyers <= 0 ? [] : [point(rank, buyers, same(`${rank} / 100`), figure(buyers))],
	);
	const ranks = { buyers_p50: 50, buyers_p90: 90, buyers_most: 100 };
	const rings = Object.entries(ranks).flatMap(([id, rank]) => ringsOf(facts, id, rank, ''));
	const plane: Plane = {
		x: [0, 100],
		y: [1, 20_000],
		xMarks: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((at) => [at, same(String(at))]),
		yMarks: [1, 10, 100, 1000, 10_000].map((at) => [at, figure(at)]),
		xName: CURVES.rank,
	};
	return drawn(plane, line, rings, CURVES.sizes, CURVES.sizes_told);
}

const point = (x: number, y: number, what: Text, told: string): Point => ({ x, y, told: [what, told] });

function ringsOf(facts: readonly Calibrated[], id: string, x: number, unit: string): Point[] {
	const real = facts.find((fact) => fact.id === id)?.real ?? [];
	return real.flatMap(({ source, value }) =>
		value > 0 ? [point(x, value, SOURCES[source], figure(value) + unit)] : [],
	);
}

function drawn(plane: Plane, line: readonly Point[], rings: readonly Point[], name: Text, told: Text): Markup | null {
	if (line.length < 2) return null;
	const at = (p: { readonly x: number; readonly y: number }) => ({ x: xOf(plane, p.x), y: yOf(plane, p.y) });
	const path = line.map(at).map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`);
	const dot = (look: string, r: number) => (p: Point) =>
		html`<circle class="${look}" cx="${at(p).x}" cy="${at(p).y}" r="${r}">${hint(...p.told)}</circle>`;
	const marks = html`${frame(plane)}<path class="curve" d="${path.join('')}"/>${line.map(dot('sale', 2.5))}${rings.map(dot('ring', 5))}`;
	return html`${picture(WIDTH, HEIGHT, name, told, marks)}<p class="caption"><span lang="en">${name.en}. ${told.en}</span><span lang="zh-Hans">${name.zh}。${told.zh}</span></p>`;
}

function frame(plane: Plane): Markup {
	const bottom = HEIGHT - BOTTOM;
	const across = plane.yMarks.map(([value, text]) => {
		const y = yOf(plane, value);
		return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>${label(LEFT - 8, y + 4, same(text), 'mark end')}`;
	});
	const along = plane.xMarks.map(([value, text]) => label(xOf(plane, value), bottom + 18, text, 'mark middle'));
	return html`${across}${along}${label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, plane.xName, 'mark middle')}`;
}

function xOf({ x: [from, to] }: Plane, value: number): number {
	return px(LEFT + ((value - from) / (to - from)) * (WIDTH - LEFT - RIGHT));
}

/** What lies outside is drawn on the edge. */
function yOf({ y: [from, to] }: Plane, value: number): number {
	const part = Math.log10(Math.max(value, from) / from) / Math.log10(to / from);
	return px(HEIGHT - BOTTOM - Math.min(1, part) * (HEIGHT - TOP - BOTTOM));
}

/** A lane of a timeline: a strip with its own measure, sharing the time axis with the lanes above and below. */
import type { Timeline } from '../model.js';
import type { Clock } from './clock.js';
import { html } from './markup.js';
import type { Markup, Text } from './markup.js';
import { grouped } from './figure.js';
import { label, px, roundValues } from './pen.js';
import type { Story } from './story.js';
import type { TimeScale } from './time-scale.js';

export interface Lane {
	readonly top: number;
	readonly bottom: number;
}

/** What every lane of one store's picture is drawn from. */
export interface Scene {
	readonly timeline: Timeline;
	readonly story: Story;
	readonly scale: TimeScale;
	readonly clock: Clock;
	readonly currency: string;
}

/** Widths of the margins left and right of the time axis, for names and figures. */
export const MARGIN = { left: 152, right: 92 };

/** The lane's name, its frame, and a grid line for each round value. */
export function laneFrame(
	lane: Lane,
	scale: TimeScale,
	name: readonly Text[],
	most: number,
	y: (v: number) => number,
): Markup {
	const lines = roundValues(most).map((value) => {
		const at = px(y(value));
		const rule = html`<path class="${value === 0 ? 'zero' : 'grid'}" d="M${px(scale.left)} ${at}H${px(scale.right)}"/>`;
		return html`${rule}<text class="tick end" x="${px(scale.left - 8)}" y="${at + 4}">${grouped(String(value))}</text>`;
	});
	return html`${laneName(lane, name)}${lines}`;
}

const laneName = (lane: Lane, name: readonly Text[]): Markup =>
	html`${name.map((line, i) => label(0, lane.top + 12 + 15 * i, line, i === 0 ? 'lane' : 'lane-note'))}`;

/** The state at the start of the axis and each later change inside it. */
export function withinScale<T extends { readonly at: number }>(changes: readonly T[], scale: TimeScale): readonly T[] {
	const before = changes.findLast(({ at }) => at <= scale.from);
	const inside = changes.filter(({ at }) => at > scale.from && at <= scale.to);
	return before === undefined ? inside : [{ ...before, at: scale.from }, ...inside];
}

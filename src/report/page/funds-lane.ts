/**
 * The store's money at the platform, stacked, against what its guarantees could claim at that moment. Where the red
 * line stands above the stack nobody but the platform can pay: that part is filled.
 */
import { instantOf } from './clock.js';
import { extent } from './figure.js';
import { laneFrame, withinScale } from './lane.js';
import type { Lane, Scene } from './lane.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { hint, px, steps } from './pen.js';
import { PICTURE } from './picture-words.js';

const KINDS = ['deposit', 'reserve', 'balance', 'held'] as const;

interface State {
	readonly at: number;
	/** Upper edge of each kind's layer, in the order of `KINDS`. */
	readonly edges: readonly number[];
	readonly claimable: number;
}

export function fundsLane(scene: Scene, lane: Lane): Markup {
	const states = withinScale(statesOf(scene), scene.scale);
	const most = Math.max(1, ...states.map(({ edges, claimable }) => Math.max(claimable, edges.at(-1) ?? 0)));
	const y = (amount: number): number => lane.bottom - (amount / most) * (lane.bottom - lane.top - 6);
	const layers = KINDS.map((kind, layer) => layerOf(kind, layer, states, scene, y)).reverse();
	const claimable = states.map(({ at, claimable: amount }) => ({ x: scene.scale.x(at), y: y(amount) }));
	return html`${laneFrame(lane, scene.scale, [PICTURE.funds_lane, PICTURE.claimable_lane], most, y)}${layers}${gap(states, scene, y)}
<path class="claimable" d="${steps(claimable, scene.scale.right)}">${hint(PICTURE.claimable_lane)}</path>`;
}

/** One state a moment, the last; equal neighbours are one. */
function statesOf({ timeline }: Scene): readonly State[] {
	const states: State[] = [];
	for (const funds of timeline.funds) {
		let sum = 0;
		const edges = KINDS.map((kind) => (sum += extent(funds[kind])));
		const state = { at: instantOf(funds.at), edges, claimable: extent(funds.claimable) };
		const before = states.at(-1);
		if (before !== undefined && before.at === state.at) states.pop();
		states.push(state);
	}
	return states;
}

function layerOf(
	kind: (typeof KINDS)[number],
	layer: number,
	states: readonly State[],
	scene: Scene,
	y: (v: number) => number,
): Markup {
	const upper = states.map(({ at, edges }) => ({ x: scene.scale.x(at), y: y(edges[layer] ?? 0) }));
	const first = upper[0];
	if (first === undefined) return html``;
	const area = `${steps(upper, scene.scale.right)}V${px(y(0))}H${px(first.x)}Z`;
	return html`<path class="${kind}" d="${area}">${hint(PICTURE[kind])}</path>`;
}

/** What is claimable beyond all the store's money, as boxes between its changes. */
function gap(states: readonly State[], { scale }: Scene, y: (v: number) => number): Markup {
	const boxes = states.flatMap((state, i) => {
		const funds = state.edges.at(-1) ?? 0;
		if (state.claimable <= funds) return [];
		const [left, right] = [scale.x(state.at), scale.x(states[i + 1]?.at ?? scale.to)];
		return [`M${px(left)} ${px(y(funds))}V${px(y(state.claimable))}H${px(right)}V${px(y(funds))}Z`];
	});
	return boxes.length === 0 ? html`` : html`<path class="gap" d="${boxes.join('')}">${hint(PICTURE.gap)}</path>`;
}

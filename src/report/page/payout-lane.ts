/**
 * Money that left: claims build up above the line, withdrawals build down below it, on one measure. Each block is one
 * payment, set on top of those before, so the ends of the two staircases say what the store took out and what the
 * platform paid for it.
 */
import type { Amount } from '../model.js';
import { instantOf, minuteOf } from './clock.js';
import { brief, extent, grouped, isNothing } from './figure.js';
import { laneFrame } from './lane.js';
import type { Lane, Scene } from './lane.js';
import { fill, html } from './markup.js';
import type { Markup } from './markup.js';
import { callout, hint, px } from './pen.js';
import { PICTURE } from './picture-words.js';
import { numberOf } from './story.js';

interface Payment {
	readonly at: number;
	readonly amount: Amount;
	readonly recovered: Amount;
	readonly who: string;
}

const BLOCK_WIDTH = 6;
const THINNEST = 1.2;
/** Room for words above the claims and below the withdrawals. */
const WORDS = 22;

export function payoutLane(scene: Scene, lane: Lane): Markup {
	const { claims, withdrawals } = inside(scene);
	const [up, down] = [total(claims), total(withdrawals)];
	const room = lane.bottom - lane.top - 2 * WORDS;
	const unit = room / Math.max(up + down, 1);
	const zero = lane.top + WORDS + up * unit;
	const frame = laneFrame(lane, scene.scale, [PICTURE.claims_lane, PICTURE.withdrawals_lane], 0, () => zero);
	return html`${frame}${staircase(claims, scene, zero, -unit, 'claim')}${staircase(withdrawals, scene, zero, unit, 'withdrawal')}`;
}

function inside({ timeline, scale }: Scene): { claims: readonly Payment[]; withdrawals: readonly Payment[] } {
	const held = ({ at }: Payment): boolean => scale.holds(at);
	return {
		claims: timeline.claims.map((claim) => ({ ...claim, at: instantOf(claim.at), who: claim.buyer_id })).filter(held),
		withdrawals: timeline.withdrawals
			.map(({ at, amount }) => ({ at: instantOf(at), amount, recovered: '0', who: '' }))
			.filter(held),
	};
}

const total = (payments: readonly Payment[]): number => payments.reduce((sum, { amount }) => sum + extent(amount), 0);

/** @param unit pixels per unit of money, negative when building upwards. */
function staircase(
	payments: readonly Payment[],
	scene: Scene,
	zero: number,
	unit: number,
	kind: 'claim' | 'withdrawal',
): Markup {
	let level = zero;
	const outline: string[] = [];
	const blocks = payments.map((payment) => {
		const x = scene.scale.x(payment.at);
		const next = level + unit * extent(payment.amount);
		outline.push(`H${px(x)}V${px(next)}`);
		const drawn = block(payment, x, level, next, kind, scene);
		level = next;
		return drawn;
	});
	const first = payments[0];
	if (first === undefined) return html``;
	const area = `M${px(scene.scale.x(first.at))} ${px(zero)}${outline.join('')}H${px(scene.scale.right)}V${px(zero)}Z`;
	return html`<path class="${kind}-sum" d="${area}"/>${blocks}`;
}

function block(
	payment: Payment,
	x: number,
	from: number,
	to: number,
	kind: 'claim' | 'withdrawal',
	scene: Scene,
): Markup {
	const time = minuteOf(payment.at, scene.clock);
	const figures = isNothing(payment.recovered)
		? grouped(payment.amount)
		: `${grouped(payment.amount)} (${PICTURE.recovered.en} · ${PICTURE.recovered.zh} ${grouped(payment.recovered)})`;
	const told = hint(PICTURE[kind], payment.who === '' ? figures : `${payment.who}: ${figures}`, time);
	const bar = (look: string, a: number, b: number): Markup =>
		html`<rect class="${look}" x="${px(x - BLOCK_WIDTH / 2)}" y="${px(Math.min(a, b))}" width="${BLOCK_WIDTH}" height="${px(Math.max(THINNEST, Math.abs(a - b)))}"/>`;
	const share = extent(payment.amount) > 0 ? extent(payment.recovered) / extent(payment.amount) : 0;
	const split = from + (to - from) * Math.min(1, share);
	return html`<g>${told}${share < 1 ? bar(kind, split, to) : null}${share > 0 ? bar('recovered', from, split) : null}</g>`;
}

/** The two moments of the trick at which money leaves. */
export function payoutRemarks({ story, scale }: Scene, lane: Lane): Markup {
	const { withdrew, claimed } = story;
	const said = (step: 'withdrew' | 'claimed', paid: typeof withdrew | typeof claimed, y: number): Markup => {
		if (paid === null) return html``;
		const middle = (scale.x(paid.from) + scale.x(paid.to)) / 2;
		const words = fill(PICTURE[step], { amount: brief(paid.amount) });
		return callout(middle, y, numberOf(story, step), words, scale.left, scale.right);
	};
	return html`${said('withdrew', withdrew, lane.bottom - 4)}${said('claimed', claimed, lane.top + 14)}`;
}

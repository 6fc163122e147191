/**
 * Prices as steps, one line an item, with the sales on them as bubbles whose area is what was paid. Sales of one item
 * at one price within a few pixels are one bubble, which says how many it holds.
 */
import type { Amount } from '../model.js';
import { instantOf, minuteOf } from './clock.js';
import { brief, count, extent, grouped, sumOf, valueOf } from './figure.js';
import { laneFrame, withinScale } from './lane.js';
import type { Lane, Scene } from './lane.js';
import { fill, html, same } from './markup.js';
import type { Markup } from './markup.js';
import { callout, hint, label, px, shortId, steps } from './pen.js';
import { numberOf } from './story.js';
import type { Sale } from './story.js';
import { PICTURE } from './picture-words.js';

interface Item {
	readonly sku_id: string;
	readonly sold: number;
	readonly changes: readonly { readonly at: number; readonly price: Amount }[];
}

interface Bubble {
	readonly sales: readonly Sale[];
	readonly x: number;
	readonly price: Amount;
	readonly worth: Amount;
}

const MOST_ITEMS = 12;
const NAMED_ITEMS = 5;
const LARGEST_BUBBLE = 15;
const SMALLEST_BUBBLE = 2.5;
const BUBBLE_STEP = 8;
/** Room above the highest price for the largest bubble and the words on it. */
const HEADROOM = 40;

interface PriceView {
	readonly items: readonly Item[];
	readonly bubbles: readonly Bubble[];
	readonly most: number;
	readonly y: (price: number) => number;
}

function viewOf(scene: Scene, lane: Lane): PriceView {
	const items = itemsOf(scene);
	const bubbles = bubblesOf(scene);
	const stepped = items.flatMap((item) => item.changes.map(({ price }) => price));
	const most = Math.max(1, ...[...stepped, ...bubbles.map(({ price }) => price)].map(extent));
	return { items, bubbles, most, y: (price) => lane.bottom - (price / most) * (lane.bottom - lane.top - HEADROOM) };
}

export function priceLane(scene: Scene, lane: Lane): Markup {
	const { items, bubbles, most, y } = viewOf(scene, lane);
	return html`${laneFrame(lane, scene.scale, [PICTURE.price, PICTURE.sales_note], most, y)}
${items.map((item, i) => priceLine(item, i, scene, y))}${itemNames(items, scene, y)}${drawn(bubbles, y)}`;
}

/** The items that matter here: those that sold most under guarantee first. */
function itemsOf({ timeline, scale, story }: Scene): readonly Item[] {
	const sold = new Map<string, number>();
	for (const sale of [...(story.sold?.sales ?? []), ...timeline.sales.filter(({ at }) => scale.holds(instantOf(at)))])
		sold.set(sale.sku_id, (sold.get(sale.sku_id) ?? 0) + extent(sale.unit_price) * sale.quantity);
	const changes = new Map<string, { at: number; price: Amount }[]>();
	for (const { at, sku_id, price } of timeline.prices) {
		if (!changes.has(sku_id)) changes.set(sku_id, []);
		changes.get(sku_id)?.push({ at: instantOf(at), price });
	}
	return [...changes]
		.map(([sku_id, all]) => ({ sku_id, sold: sold.get(sku_id) ?? 0, changes: withinScale(all, scale) }))
		.filter(({ changes: inside }) => inside.length > 0)
		.sort((a, b) => b.sold - a.sold || (a.sku_id < b.sku_id ? -1 : 1))
		.slice(0, MOST_ITEMS);
}

function priceLine(item: Item, rank: number, { scale }: Scene, y: (price: number) => number): Markup {
	const points = item.changes.map(({ at, price }) => ({ x: scale.x(at), y: y(extent(price)) }));
	const said = item.changes.map(({ price }) => brief(price)).slice(0, 8);
	return html`<path class="price-line rank${Math.min(rank, 3)}" d="${steps(points, scale.right)}">${hint(PICTURE.price, item.sku_id, said.join(' → '))}</path>`;
}

/** Names at the right end of the lines, pushed apart where lines end together. */
function itemNames(items: readonly Item[], { scale }: Scene, y: (price: number) => number): Markup {
	const ends = items
		.slice(0, NAMED_ITEMS)
		.map(({ sku_id, changes }) => ({ sku_id, y: y(extent(changes.at(-1)?.price ?? '0')) }))
		.sort((a, b) => b.y - a.y);
	let lowest = Number.POSITIVE_INFINITY;
	return html`${ends.map((end) => {
		lowest = Math.min(end.y + 4, lowest - 12);
		return label(scale.right + 6, lowest, same(shortId(end.sku_id, 13)), 'tick');
	})}`;
}

function bubblesOf({ timeline, scale, currency }: Scene): readonly Bubble[] {
	const groups = new Map<string, Sale[]>();
	for (const sale of timeline.sales) {
		const at = instantOf(sale.at);
		if (!scale.holds(at)) continue;
		const place = Math.round(scale.x(at) / BUBBLE_STEP);
		const key = JSON.stringify([place, sale.protected, sale.sku_id, sale.unit_price]);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [sale]);
		else group.push(sale);
	}
	return [...groups.values()].map((sales) => ({
		sales,
		x: sales.reduce((sum, { at }) => sum + scale.x(instantOf(at)), 0) / sales.length,
		price: sales[0]?.unit_price ?? '0',
		worth: sumOf(
			sales.map((sale) => valueOf(sale.unit_price, sale.quantity, currency)),
			currency,
		),
	}));
}

function drawn(bubbles: readonly Bubble[], y: (price: number) => number): Markup {
	const most = Math.max(...bubbles.map(({ worth }) => extent(worth)));
	const largestFirst = bubbles.toSorted((a, b) => extent(b.worth) - extent(a.worth));
	return html`${largestFirst.map((bubble) => {
		const r = Math.max(SMALLEST_BUBBLE, LARGEST_BUBBLE * Math.sqrt(extent(bubble.worth) / most));
		return saleMark(bubble, y(extent(bubble.price)), r);
	})}`;
}

function saleMark({ sales, x, price, worth }: Bubble, y: number, r: number): Markup {
	const [first, last] = [sales[0], sales.at(-1)];
	if (first === undefined || last === undefined) return html``;
	const look = first.protected ? 'sale' : 'sale bare';
	const buyers = [...new Set(sales.map((sale) => sale.buyer_id))];
	const who = buyers.length > 4 ? `${buyers.slice(0, 3).join(', ')} … (${buyers.length})` : buyers.join(', ');
	const units = sales.reduce((sum, sale) => sum + sale.quantity, 0);
	const told = hint(
		first.protected ? PICTURE.protected_sale : PICTURE.bare_sale,
		`${first.sku_id}: ${count(units)} × ${grouped(price)} = ${grouped(worth)}`,
		`→ ${who}`,
	);
	return html`<circle class="${look}" cx="${px(x)}" cy="${px(y)}" r="${px(r)}">${told}</circle>`;
}

/** The moments of the trick that happen on the price: raised, sold dear, cut. */
export function priceRemarks(scene: Scene, lane: Lane): Markup {
	const { story, scale } = scene;
	const { sold } = story;
	if (sold === null) return html``;
	const { y } = viewOf(scene, lane);
	const price = sold.low === sold.high ? brief(sold.high) : `${brief(sold.low)}–${brief(sold.high)}`;
	const middle = (scale.x(sold.from) + scale.x(sold.to)) / 2;
	const said = fill(sold.buyers === 1 ? PICTURE.sold_to_one : PICTURE.sold, { buyers: sold.buyers, price });
	const mark = callout(middle, lane.top + 14, numberOf(story, 'sold'), said, scale.left, scale.right);
	return html`${raiseMark(scene, y)}${mark}${cutMark(scene, y)}`;
}

function raiseMark({ story, scale }: Scene, y: PriceView['y']): Markup {
	const { raised } = story;
	if (raised === null || !scale.holds(raised.at)) return html``;
	const [low, high] = [y(extent(raised.low)), y(extent(raised.high))];
	const words = fill(PICTURE.raised, { price: brief(raised.high) });
	return callout(
		scale.x(raised.at),
		low + 0.25 * (high - low),
		numberOf(story, 'raised'),
		words,
		scale.left,
		scale.right,
	);
}

/** The words stand left of the cliff: what matters happened before it, and the right is for claims. */
function cutMark({ story, scale, clock }: Scene, y: PriceView['y']): Markup {
	const { cut } = story;
	if (cut === null || !scale.holds(cut.at)) return html``;
	const [top, bottom, x] = [y(extent(cut.paid)), y(extent(cut.price)), scale.x(cut.at)];
	const words = fill(PICTURE.cut, { percent: cut.percent });
	const height = top + 0.55 * (bottom - top);
	const prices = `${cut.sku_id}: ${brief(cut.paid)} → ${brief(cut.price)}`;
	const told = hint(PICTURE.cut_moment, prices, minuteOf(cut.at, clock));
	const stroke = html`<path class="cut" d="M${px(x)} ${px(top)}V${px(bottom)}">${told}</path>`;
	return html`${stroke}${callout(x - 58, height, numberOf(story, 'cut'), words, scale.left, x - 10)}`;
}

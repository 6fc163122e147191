/**
 * A ring in one picture, read from left to right: what stores share, the stores, and a grid of who bought where and
 * claimed, with what each store cost at the end of its row. Purchases are cells rather than lines, because 29 stores
 * with 80 buyers have hundreds of them and lines would be a hairball; a block of red cells is the ring. Under the grid
 * stands what buyers share, each as a line through their columns.
 */
import { IDENTIFIER_KINDS } from '../../core/rings/identifiers.js';
import type { RingFinding, StoreFinding } from '../model.js';
import { brief, extent, grouped, isNothing } from './figure.js';
import { html, same } from './markup.js';
import type { Markup, Text } from './markup.js';
import { fitted, hint, label, LETTER, picture, px, shortId, widthOf } from './pen.js';
import { ringGraph } from './ring-graph.js';
import type { Cell, Hub, RingGraph } from './ring-graph.js';
import type { Outline } from './outline.js';
import { kindName } from './words.js';

export const RING_PICTURE = {
	shared: { en: 'What stores share', zh: '店铺共用' },
	stores: { en: 'Stores', zh: '店铺' },
	buyers: { en: 'Buyers: bought, and claimed', zh: '买家：购买与价保申请' },
	shortfall: { en: 'Shortfall', zh: '缺口' },
	buyers_share: { en: 'What buyers share', zh: '买家共用' },
	bought: { en: 'Bought', zh: '购买' },
	claimed: { en: 'Bought and claimed', zh: '购买并申请价保' },
	description: {
		en: 'Links between what stores share and the stores; a grid of stores and buyers; what buyers share.',
		zh: '店铺共用标识与店铺的连线；店铺与买家的网格；买家共用标识。',
	},
} as const satisfies Record<string, Text>;

const WIDTH = 1080;
const TOP = 30;
const ROW = 20;
const HUB_ROW = 17;
const X = { hub: 226, store: 318, grid: 410, end: 950 };
const TRACK = 16;
const MOST_TRACKS = 32;
const WIDEST_COLUMN = 20;
/** Narrower columns cannot carry a readable name. */
const NAMED_COLUMN = 7;

interface Plan {
	readonly graph: RingGraph;
	readonly storeY: ReadonlyMap<string, number>;
	readonly buyerX: ReadonlyMap<string, number>;
	readonly column: number;
	readonly gridTop: number;
	readonly gridBottom: number;
	readonly shortfalls: ReadonlyMap<string, StoreFinding>;
}

export function ringPicture(ring: RingFinding, outline: Outline): Markup {
	const graph = ringGraph(ring, outline);
	const plan = planOf(graph, outline);
	const tracks = graph.hubs.filter(({ buyers }) => buyers.length > 0).slice(0, MOST_TRACKS);
	const trackTop = plan.gridBottom + 34;
	const height = tracks.length === 0 ? plan.gridBottom + 10 : trackTop + TRACK * tracks.length + 8;
	const marks = html`${headings(plan)}${hubs(plan)}${rows(plan)}
${tracks.length === 0 ? null : label(X.grid - 12, trackTop - 8, RING_PICTURE.buyers_share, 'lane end')}
${tracksOf(tracks, plan, trackTop)}`;
	return picture(WIDTH, height, same(ring.ring_id), RING_PICTURE.description, marks);
}

function planOf(graph: RingGraph, { page }: Outline): Plan {
	const column = Math.min(WIDEST_COLUMN, (X.end - X.grid) / Math.max(1, graph.buyers.length));
	const longest = Math.max(0, ...graph.buyers.map((id) => shortId(id, 12).length));
	const gridTop = TOP + (column >= NAMED_COLUMN ? nameSize(column) * 0.64 * longest : 0);
	const gridBottom = gridTop + Math.max(ROW * graph.stores.length, HUB_ROW * storeHubs(graph).length);
	const step = (gridBottom - gridTop) / Math.max(1, graph.stores.length);
	return {
		graph,
		column,
		gridTop,
		gridBottom,
		storeY: new Map(graph.stores.map((id, i) => [id, gridTop + step * (i + 0.5)])),
		buyerX: new Map(graph.buyers.map((id, i) => [id, X.grid + column * (i + 0.5)])),
		shortfalls: new Map(page.report.stores.map((finding) => [finding.store_id, finding])),
	};
}

const storeHubs = ({ hubs: all }: RingGraph): readonly Hub[] => all.filter(({ stores }) => stores.length > 0);

function headings({ graph, column, gridTop }: Plan): Markup {
	const size = px(nameSize(column));
	const names = graph.buyers.map((id, i) => {
		const x = px(X.grid + column * (i + 0.5) + size * 0.35);
		return html`<text transform="translate(${x} ${px(gridTop - 4)}) rotate(-90)">${shortId(id, 12)}</text>`;
	});
	const columns = column < NAMED_COLUMN ? null : html`<g class="column" font-size="${size}">${names}</g>`;
	return html`${label(X.hub, 14, RING_PICTURE.shared, 'lane end')}${label(X.store - 5, 14, RING_PICTURE.stores, 'lane')}${label(X.grid, 14, RING_PICTURE.buyers, 'lane')}${label(WIDTH, 14, RING_PICTURE.shortfall, 'lane end')}${columns}`;
}

/** Letters as high as the column is wide, within reason. */
const nameSize = (column: number): number => Math.min(11, column * 1.1);

/** Hubs at the height of the stores they tie, pushed apart, each with its lines in one group that lights up. */
function hubs({ graph, storeY, gridTop, gridBottom }: Plan): Markup {
	const shown = storeHubs(graph);
	const wanted = shown.map(({ stores }) => {
		const heights = stores.map((id) => storeY.get(id)).filter((y) => y !== undefined);
		return heights.reduce((sum, y) => sum + y, 0) / Math.max(1, heights.length);
	});
	const heights = spread(wanted, gridTop + 8, gridBottom - 8, HUB_ROW);
	return html`${shown.map((hub, i) => {
		const y = heights[i] ?? gridTop;
		const kind = hub.identifiers[0]?.kind ?? '';
		const lines = hub.stores.map((id) => {
			const end = storeY.get(id);
			if (end === undefined) return html``;
			const bend = (X.hub + X.store) / 2;
			return html`<path d="M${X.hub} ${px(y)}C${bend} ${px(y)} ${bend} ${px(end)} ${X.store - 6} ${px(end)}"/>`;
		});
		return html`<g class="hub ${kindClass(kind)}">${hubHint(hub)}${lines}<circle cx="${X.hub}" cy="${px(y)}" r="4"/>${label(X.hub - 9, y + 4, hubName(hub, X.hub - 16, ''), 'tick end')}</g>`;
	})}`;
}

/** Keeps each as near to its wanted place as the others allow. `wanted` is in rising order, or nearly. */
function spread(wanted: readonly number[], top: number, bottom: number, least: number): readonly number[] {
	let previous = top - least;
	const down = wanted.map((y) => (previous = Math.max(y, previous + least)));
	let next = bottom + least;
	return down
		.toReversed()
		.map((y) => (next = Math.min(y, next - least)))
		.reverse();
}

/** Only known kinds become a class: a kind comes from data. */
const kindClass = (kind: string): string =>
	Object.hasOwn(IDENTIFIER_KINDS, kind) ? `kind-${kind.replace('_', '-')}` : 'kind-other';

/** The first identifier and how many more there are, in so many pixels. */
function hubName({ identifiers }: Hub, width: number, also: string): Text {
	const [first] = identifiers;
	const { en, zh } = kindName(first?.kind ?? '');
	const more = identifiers.length > 1 ? ` +${identifiers.length - 1}` : '';
	const named = (kind: string): string => {
		const value = fitted(first?.value ?? '', Math.max(60, width - widthOf(same(`${kind} ${more}${also}`))));
		return `${kind} ${value}${more}${also}`;
	};
	return { en: named(en), zh: named(zh) };
}

function hubHint({ identifiers, stores, buyers }: Hub): Markup {
	const kinds = identifiers.map(({ kind, value }) => ({ ...kindName(kind), value }));
	const what = { en: kinds.map(({ en }) => en).join(', '), zh: kinds.map(({ zh }) => zh).join('、') };
	const members = [stores.join(', '), buyers.join(', ')].filter((line) => line !== '');
	return hint(what, ...kinds.map(({ value }) => value), ...members);
}

function rows(plan: Plan): Markup {
	const { graph, storeY, shortfalls } = plan;
	const cells = groupedByStore(graph.cells);
	const worst = Math.max(1, ...graph.stores.map((id) => extent(shortfalls.get(id)?.shortfall ?? '0')));
	return html`${graph.stores.map((id) => {
		const y = storeY.get(id) ?? 0;
		const back = html`<rect class="row-back" x="${X.store - 10}" y="${px(y - ROW / 2)}" width="${WIDTH - X.store + 10}" height="${ROW}"/>`;
		const name = html`<circle class="node" cx="${X.store}" cy="${px(y)}" r="4"/><text class="store-name" x="${X.store + 9}" y="${px(y + 4)}">${shortId(id, 12)}</text>`;
		const line = html`<path class="grid" d="M${X.grid} ${px(y)}H${px(X.grid + plan.column * graph.buyers.length)}"/>`;
		return html`<g class="row">${back}${line}${name}${(cells.get(id) ?? []).map((cell) => cellMark(cell, plan, y))}${costBar(shortfalls.get(id), worst, y)}</g>`;
	})}`;
}

function groupedByStore(cells: readonly Cell[]): ReadonlyMap<string, readonly Cell[]> {
	const byStore = new Map<string, Cell[]>();
	for (const cell of cells) {
		const row = byStore.get(cell.store);
		if (row === undefined) byStore.set(cell.store, [cell]);
		else row.push(cell);
	}
	return byStore;
}

function cellMark({ store, buyer, sales, sold, claimed }: Cell, { buyerX, column }: Plan, y: number): Markup {
	const side = Math.min(14, Math.max(2.4, column - 1.2));
	const height = Math.max(side, Math.min(13, 2 * side));
	const x = (buyerX.get(buyer) ?? 0) - side / 2;
	const hasClaimed = !isNothing(claimed);
	const figures = [
		...(sales > 0 ? [`${sales}: ${grouped(sold)}`] : []),
		...(hasClaimed ? [`▲ ${grouped(claimed)}`] : []),
	];
	const told = hint(hasClaimed ? RING_PICTURE.claimed : RING_PICTURE.bought, `${store} → ${buyer}`, ...figures);
	return html`<rect class="${hasClaimed ? 'claim' : 'bought'}" x="${px(x)}" y="${px(y - height / 2)}" width="${px(side)}" height="${px(height)}">${told}</rect>`;
}

function costBar(finding: StoreFinding | undefined, worst: number, y: number): Markup {
	if (finding === undefined || isNothing(finding.shortfall)) return html``;
	const width = (extent(finding.shortfall) / worst) * 56;
	const figure = grouped(finding.shortfall.replace(/\..*$/, ''));
	const space = WIDTH - LETTER * 8;
	return html`<rect class="claim" x="${px(space - width)}" y="${px(y - 4)}" width="${px(width)}" height="8"/><text class="tick end" x="${WIDTH}" y="${px(y + 4)}">${brief(figure)}</text>`;
}

function tracksOf(tracks: readonly Hub[], { buyerX }: Plan, top: number): Markup {
	return html`${tracks.map((hub, i) => {
		const y = top + TRACK * (i + 0.5);
		const places = hub.buyers.map((id) => buyerX.get(id)).filter((x) => x !== undefined);
		if (places.length === 0) return html``;
		const linked = hub.stores.map((id) => shortId(id, 10));
		const more = linked.length > 3 ? `, +${linked.length - 3}` : '';
		const also = linked.length === 0 ? '' : ` ← ${linked.slice(0, 3).join(', ')}${more}`;
		const text = hubName(hub, X.grid - 20, also);
		const line = html`<path d="M${px(Math.min(...places))} ${px(y)}H${px(Math.max(...places))}"/>`;
		const dots = places.map((x) => html`<circle cx="${px(x)}" cy="${px(y)}" r="3"/>`);
		return html`<g class="hub track ${kindClass(hub.identifiers[0]?.kind ?? '')}">${hubHint(hub)}${line}${dots}${label(X.grid - 12, y + 4, text, 'tick end')}</g>`;
	})}`;
}

/** One section a store: the story in numbered steps, the picture they are numbered in, the reasons and the stops. */
import type { Stop, StoreFinding } from '../model.js';
import { lengthOf, shownTime, stretchOf } from './clock.js';
import { count, counted, grouped, isNothing, score } from './figure.js';
import { fill, html, same, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline, StoreSection } from './outline.js';
import { caption } from './pen.js';
import { coded } from './sentences.js';
import { numberOf } from './story.js';
import type { Step, Story } from './story.js';
import { ringChip } from './store-table.js';
import { timelinePicture } from './timeline-picture.js';
import { legend } from './legend.js';
import { GATE_NAMES, VERDICTS } from './words.js';

export const STORE = {
	heading: { en: 'Flagged stores one by one', zh: '逐一查看被标记店铺' },
	others: { en: 'Looked at, not flagged', zh: '已审视但未标记' },
	others_intro: {
		en: 'The next in rank. Their pictures are here so that a person can check that they were rightly left alone.',
		zh: '评分次高的店铺。附上其时间图，便于人工核对不标记是否正确。',
	},
	reasons: { en: 'Why it was flagged', zh: '标记原因' },
	other_reasons: { en: 'What counted against it', zh: '可疑之处' },
	no_reasons: { en: 'Nothing counted against it.', zh: '没有可疑之处。' },
	stops: { en: 'When a gate would first have stopped it', zh: '各闸口首次应拦截的时点' },
	stop: { en: '{gate}, {time}: {verdict}.', zh: '{gate}，{time}：{verdict}。' },
	flagged_at: { en: 'flagged {time}', zh: '标记于 {time}' },
	score: { en: 'score {score}', zh: '评分 {score}' },
	shortfall: { en: 'shortfall {amount}', zh: '缺口 {amount}' },
	sums: {
		en: 'Advanced {advanced}, recovered {recovered}, shortfall {shortfall} ({currency}).',
		zh: '垫付 {advanced}，追收 {recovered}，缺口 {shortfall}（{currency}）。',
	},
	waves: { en: 'The heaviest of {n} waves of claims is shown.', zh: '共 {n} 轮价保申请，图示金额最大的一轮。' },
	cut_short: {
		en: 'The store had more events than are shown here; these are the most telling ones.',
		zh: '该店事件多于此处所示，此处为最能说明问题的部分。',
	},
	without_picture: {
		en: '{n} more flagged stores are in the list above without a picture.',
		zh: '另有 {n} 家被标记店铺仅列于上表，未附图。',
	},
} as const satisfies Record<string, Text>;

export const STEPS = {
	raised: { en: 'Raised {item} from {low} to {high}.', zh: '将 {item} 由 {low} 抬价至 {high}。' },
	sold: {
		en: 'Sold {units} under guarantee to {buyers} at {price}, {value} in all.',
		zh: '以 {price} 向 {buyers}受保售出 {units}，合计 {value}。',
	},
	withdrew: { en: 'Withdrew {amount}.', zh: '提现 {amount}。' },
	withdrew_from: { en: 'Withdrew {amount}; {left} was left.', zh: '提现 {amount}，余下 {left}。' },
	cut: { en: 'Cut {item} from {paid} to {price}.', zh: '将 {item} 由 {paid} 降至 {price}。' },
	cut_many: {
		en: 'Cut {items} by {percent} % of what buyers had paid; {item} from {paid} to {price}.',
		zh: '{items}降价，降幅为买家实付的 {percent}%；其中 {item} 由 {paid} 降至 {price}。',
	},
	claimed: {
		en: '{claims} by {buyers} took {amount}; {recovered} of it was recovered.',
		zh: '{buyers}提出 {claims}，共 {amount}，其中追收 {recovered}。',
	},
	after_cut: { en: 'The first came {lead} after the cut.', zh: '首笔在降价后 {lead}。' },
} as const satisfies Record<string, Text>;

/** Opened when the page is: enough to see the pattern, few enough to read. */
const OPEN_AT_FIRST = 3;

export function* storeSections(outline: Outline): Generator<Markup> {
	const all = [...outline.sections.values()];
	const flagged = all.filter(({ finding }) => finding.flagged);
	const others = all.filter(({ finding }) => !finding.flagged);
	if (flagged.length > 0) {
		yield html`<section id="one-by-one"><h2>${say(STORE.heading)}</h2>${legend()}`;
		for (const [i, section] of flagged.entries()) yield storeSection(section, outline, i < OPEN_AT_FIRST);
		const missing = outline.flagged.length - flagged.length;
		yield html`${missing > 0 ? html`<p class="more">${say(fill(STORE.without_picture, { n: count(missing) }))}</p>` : null}</section>`;
	}
	if (others.length === 0) return;
	yield html`<section id="others"><h2>${say(STORE.others)}</h2><p class="intro">${say(STORE.others_intro)}</p>${flagged.length === 0 ? legend() : null}`;
	for (const section of others) yield storeSection(section, outline, false);
	yield html`</section>`;
}

function storeSection(section: StoreSection, outline: Outline, open: boolean): Markup {
	const { anchor, finding, timeline, story } = section;
	const { clock, currency } = outline;
	const notes = [
		...(story.waves > 1 ? [fill(STORE.waves, { n: story.waves })] : []),
		...(timeline.cut_short ? [STORE.cut_short] : []),
	];
	return html`<details class="store" id="${anchor}"${open ? html` open` : null}><summary>${summaryLine(finding, outline)}</summary>
<p class="sums-line">${say(sumsOf(finding, currency))}${finding.ring_id === null ? null : html` ${ringChip(finding.ring_id, outline)}`}</p>
${steps(story, outline)}
${timelinePicture(timeline, finding, story, clock, currency)}
${notes.map(caption)}
<div class="columns">${reasons(finding, outline)}${stops(finding.stops, outline)}</div></details>
`;
}

function summaryLine(
	{ store_id, flagged_at, score: value, shortfall }: StoreFinding,
	{ clock, currency }: Outline,
): Markup {
	const said = [
		fill(STORE.score, { score: score(value) }),
		...(flagged_at === null ? [] : [fill(STORE.flagged_at, { time: shownTime(flagged_at, clock) })]),
	];
	const owed = isNothing(shortfall)
		? null
		: html` <span class="bad">${say(fill(STORE.shortfall, { amount: `${currency} ${grouped(shortfall)}` }))}</span>`;
	return html`<h3>${store_id}</h3>${said.map((text) => html` <span class="quiet">${say(text)}</span>`)}${owed}`;
}

const sumsOf = ({ advanced, recovered, shortfall }: StoreFinding, currency: string): Text =>
	fill(STORE.sums, {
		advanced: grouped(advanced),
		recovered: grouped(recovered),
		shortfall: grouped(shortfall),
		currency,
	});

function steps(story: Story, { clock }: Outline): Markup {
	const told = story.steps.flatMap((step) => {
		const [when, text] = stepOf(step, story, clock) ?? [];
		if (when === undefined || text === undefined) return [];
		return [
			html`<li><span class="number">${numberOf(story, step)}</span><span class="time">${when}</span> ${say(text)}</li>`,
		];
	});
	return told.length === 0 ? html`` : html`<ol class="story">${told}</ol>`;
}

/** When a step happened and what it was. */
function stepOf(step: Step, story: Story, clock: Outline['clock']): readonly [string, Text] | null {
	const { raised, sold, withdrew, cut, claimed } = story;
	if (step === 'raised' && raised !== null) {
		const values = { item: raised.sku_id, low: grouped(raised.low), high: grouped(raised.high) };
		return [stretchOf(raised.at, raised.at, clock), fill(STEPS.raised, values)];
	}
	if (step === 'sold' && sold !== null) return [stretchOf(sold.from, sold.to, clock), soldText(sold)];
	if (step === 'withdrew' && withdrew !== null)
		return [stretchOf(withdrew.from, withdrew.to, clock), withdrewText(withdrew)];
	if (step === 'cut' && cut !== null) return [stretchOf(cut.at, cut.at, clock), cutText(cut)];
	if (step === 'claimed' && claimed !== null)
		return [stretchOf(claimed.from, claimed.to, clock), claimedText(claimed, cut?.at ?? null)];
	return null;
}

function soldText({ units, buyers, low, high, value }: NonNullable<Story['sold']>): Text {
	return fill(STEPS.sold, {
		units: counted(units, 'unit', 'units', '件'),
		buyers: counted(buyers, 'buyer', 'buyers', '名买家'),
		price: low === high ? grouped(high) : `${grouped(low)}–${grouped(high)}`,
		value: grouped(value),
	});
}

function withdrewText({ amount, left }: NonNullable<Story['withdrew']>): Text {
	const values = { amount: grouped(amount), left: grouped(left ?? '') };
	return fill(left === null ? STEPS.withdrew : STEPS.withdrew_from, values);
}

function cutText({ items, percent, sku_id, paid, price }: NonNullable<Story['cut']>): Text {
	const values = { item: sku_id, percent, paid: grouped(paid), price: grouped(price) };
	return fill(items === 1 ? STEPS.cut : STEPS.cut_many, {
		...values,
		items: counted(items, 'item', 'items', '个商品'),
	});
}

function claimedText(
	{ claims, buyers, amount, recovered, from }: NonNullable<Story['claimed']>,
	cutAt: number | null,
): Text {
	const said = fill(STEPS.claimed, {
		claims: counted(claims, 'claim', 'claims', '笔价保申请'),
		buyers: counted(buyers, 'buyer', 'buyers', '名买家'),
		amount: grouped(amount),
		recovered: grouped(recovered),
	});
	if (cutAt === null || from < cutAt) return said;
	const after = fill(STEPS.after_cut, { lead: lengthOf(from - cutAt) });
	return { en: `${said.en} ${after.en}`, zh: said.zh + after.zh };
}

function reasons({ reasons: given, flagged }: StoreFinding, { clock }: Outline): Markup {
	const heading = flagged ? STORE.reasons : STORE.other_reasons;
	const list =
		given.length === 0
			? html`<p class="quiet">${say(STORE.no_reasons)}</p>`
			: html`<ul class="reasons">${given.map((reason) => html`<li>${coded(reason, clock)}</li>`)}</ul>`;
	return html`<div><h4>${say(heading)}</h4>${list}</div>`;
}

function stops(given: readonly Stop[], { clock }: Outline): Markup {
	if (given.length === 0) return html``;
	const entries = given
		.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
		.map((stop) => {
			const values = {
				gate: GATE_NAMES[stop.gate],
				time: same(shownTime(stop.at, clock)),
				verdict: VERDICTS[stop.verdict],
			};
			return html`<li><b>${say(fill(STORE.stop, values))}</b> ${coded(stop.reason, clock)}</li>`;
		});
	return html`<div><h4>${say(STORE.stops)}</h4><ul class="reasons">${entries}</ul></div>`;
}

/**
 * The finding in two or three plain sentences. Each clause is written only when the data bear it: a reader will quote
 * these lines without reading further.
 */
import type { GateFinding } from '../model.js';
import { dayOf, instantOf, lengthOf } from './clock.js';
import { count, counted, isNothing, priced, sumOf } from './figure.js';
import { fill, fillBold, html, joined, same, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline } from './outline.js';
import { GATE_NAMES } from './words.js';

export const SUMMARY = {
	none: {
		en: 'No store was flagged. {claims} took {advanced} in all; {shortfall} of it was not recovered.',
		zh: '没有店铺被标记。{claims}共垫付 {advanced}，其中 {shortfall} 未追回。',
	},
	none_lost: {
		en: 'No store was flagged. {claims} took {advanced} in all, and all of it was recovered.',
		zh: '没有店铺被标记。{claims}共垫付 {advanced}，已全部追回。',
	},
	no_claims: { en: 'No store was flagged, and no claim was paid.', zh: '没有店铺被标记，也没有支付任何价保申请。' },
	all_in_rings: {
		en: '{stores} acting as {rings} took {shortfall} that could not be recovered{when}.',
		zh: '{stores}结成 {rings}{when}造成 {shortfall} 垫付无法追回。',
	},
	some_in_rings: {
		en: '{stores} were flagged, {members} of them acting as {rings}; together they took {shortfall} that could not be recovered{when}.',
		zh: '{stores}被标记，其中 {members} 家结成 {rings}{when}共造成 {shortfall} 垫付无法追回。',
	},
	no_ring: {
		en: '{stores} flagged, not tied to one another; they took {shortfall} that could not be recovered{when}.',
		zh: '{stores}被标记，彼此未见关联{when}造成 {shortfall} 垫付无法追回。',
	},
	unharmed: {
		en: '{stores} flagged; nothing advanced on their sales was lost.',
		zh: '{stores}被标记；针对其成交的垫付没有损失。',
	},
	between: { en: ', between {from} and {to}', zh: '，于 {from} 至 {to} 期间' },
	comma: { en: '', zh: '，' },
	in_time: {
		en: 'All {stores} with claims were flagged before or at their first claim{half}.',
		zh: '有申请的 {stores}均在首笔价保申请之前或当时被标记{half}。',
	},
	some_in_time: {
		en: '{early} of {stores} with claims were flagged before or at their first claim.',
		zh: '有申请的 {stores}中，{early} 家在首笔价保申请之前或当时被标记。',
	},
	half_earlier: { en: ', half of them at least {lead} before', zh: '，其中一半至少提前 {lead}' },
	prevented: {
		en: 'Enforcing, the price gate would have prevented all of it.',
		zh: '若执行拦截，价格闸口即可全部避免。',
	},
	before: {
		en: 'Before the first of it was advanced, these too would have said no: {gates}.',
		zh: '在首笔垫付之前，以下闸口也会作出拦截：{gates}。',
	},
	most_gates: {
		en: 'Of the {advanced} advanced on sales of flagged stores, {after} was paid after the {gate} would first have stopped the store.',
		zh: '针对被标记店铺成交的垫付共 {advanced}，其中 {after} 发生在{gate}首次应拦截之后。',
	},
} as const satisfies Record<string, Text>;

export function summary(outline: Outline): Markup {
	if (outline.flagged.length === 0) return html`<p class="lead">${quiet(outline)}</p>`;
	const rest = joined([...earliness(outline), ...prevention(outline)], ' ', '');
	return html`<p class="lead">${taken(outline)}</p><p class="sub">${say(rest)}</p>`;
}

function quiet({ page, currency }: Outline): Markup {
	const { claims, advanced, shortfall } = page.report.totals;
	if (claims === 0) return say(SUMMARY.no_claims);
	const values = {
		claims: counted(claims, 'claim', 'claims', '笔价保申请'),
		advanced: same(priced(advanced, currency)),
		shortfall: same(priced(shortfall, currency)),
	};
	return fillBold(isNothing(shortfall) ? SUMMARY.none_lost : SUMMARY.none, values);
}

function taken(outline: Outline): Markup {
	const { flagged, rings, currency } = outline;
	const shortfall = sumOf(
		flagged.map((store) => store.shortfall),
		currency,
	);
	const members = flagged.filter(({ ring_id }) => ring_id !== null).length;
	const stores = counted(flagged.length, 'store', 'stores', '家店铺');
	const values = {
		stores,
		members: same(count(members)),
		rings: counted(rings.length, 'ring', 'rings', '个团伙'),
		shortfall: same(priced(shortfall, currency)),
	};
	if (isNothing(shortfall)) return fillBold(SUMMARY.unharmed, values);
	const text =
		members === 0 ? SUMMARY.no_ring : members === flagged.length ? SUMMARY.all_in_rings : SUMMARY.some_in_rings;
	return fillBold(fill(text, { when: period(outline) }), values);
}

/** From the first to the last claim on flagged stores, where all of them are known. */
function period({ flagged, sections, clock }: Outline): Text {
	const times = flagged.flatMap(({ store_id, first_claim_at }) => {
		const section = sections.get(store_id);
		if (first_claim_at === null) return [];
		if (section === undefined || section.timeline.cut_short) return [Number.NaN];
		return [first_claim_at, ...section.timeline.claims.map(({ at }) => at)].map(instantOf);
	});
	if (times.length === 0 || times.some(Number.isNaN)) return SUMMARY.comma;
	const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
	return fill(SUMMARY.between, { from: dayOf(from, clock), to: dayOf(to, clock) });
}

function earliness({ flagged }: Outline): readonly Text[] {
	const leads = flagged
		.flatMap(({ flagged_at, first_claim_at }) =>
			flagged_at === null || first_claim_at === null ? [] : [instantOf(first_claim_at) - instantOf(flagged_at)],
		)
		.sort((a, b) => b - a);
	if (leads.length === 0) return [];
	const early = leads.filter((lead) => lead >= 0).length;
	const stores = counted(leads.length, 'flagged store', 'flagged stores', '家被标记店铺');
	const median = leads[Math.ceil(leads.length / 2) - 1] ?? 0;
	const half = median > 0 && leads.length > 2 ? fill(SUMMARY.half_earlier, { lead: lengthOf(median) }) : same('');
	const text = early === leads.length ? SUMMARY.in_time : SUMMARY.some_in_time;
	return [fill(text, { stores, early: count(early), half })];
}

/** Gates that would have stopped each flagged store before anything was advanced on its sales. */
function gatesInTime({ flagged, page, currency }: Outline): readonly GateFinding[] {
	const advanced = flaggedAdvance(flagged, currency);
	if (isNothing(advanced)) return [];
	return page.report.gates.filter((gate) => gate.stopped > 0 && sumOf([gate.advanced_after], currency) === advanced);
}

export const flaggedAdvance = (flagged: Outline['flagged'], currency: string): string =>
	sumOf(
		flagged.map((store) => store.advanced),
		currency,
	);

/**
 * Only of the price gate can it be said that its no would have prevented the loss: no cut passes it that the store
 * cannot pay. The others lessen what can be lost; of them only the time is told.
 */
function prevention(outline: Outline): readonly Text[] {
	const inTime = gatesInTime(outline).map(({ gate }) => gate);
	if (!inTime.includes('price')) return partly(outline);
	const others = inTime.filter((gate) => gate !== 'price').map((gate) => lowered(GATE_NAMES[gate]));
	if (others.length === 0) return [SUMMARY.prevented];
	return [SUMMARY.prevented, fill(SUMMARY.before, { gates: joined(others, ', ', '、') })];
}

function partly({ page, flagged, currency }: Outline): readonly Text[] {
	const [best] = page.report.gates.toSorted((a, b) => Number(b.advanced_after) - Number(a.advanced_after));
	if (best === undefined || isNothing(best.advanced_after)) return [];
	const values = {
		gate: lowered(GATE_NAMES[best.gate]),
		after: priced(best.advanced_after, currency),
		advanced: priced(flaggedAdvance(flagged, currency), currency),
	};
	return [fill(SUMMARY.most_gates, values)];
}

const lowered = ({ en, zh }: Text): Text => ({ en: en.toLowerCase(), zh });

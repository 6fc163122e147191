/**
 * The finding in two or three plain sentences. Each clause is written only when the data bear it: a reader will quote
 * these lines without reading further.
 */
import type { GateFinding } from '../model.js';
import { dayOf, instantOf, lengthOf } from './clock.js';
import { count, counted, isNothing, priced, sumOf } from './figure.js';
import { fill, fillMarkup, html, joined, same, say } from './markup.js';
import type { Markup, Text } from './markup.js';
import type { Outline } from './outline.js';
import { GATE_NAMES } from './words.js';

export const SUMMARY = {
	none: {
		en: 'No store was flagged. {claims} claims were paid, {advanced} in all; {shortfall} of it was not recovered.',
		zh: '没有店铺被标记。共支付价保申请 {claims} 笔，垫付 {advanced}，其中 {shortfall} 未追回。',
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
		en: 'All {stores} with claims were flagged before or at their first claim.',
		zh: '有申请的 {stores}均在首笔价保申请之前或当时被标记。',
	},
	some_in_time: {
		en: '{early} of {stores} with claims were flagged before or at their first claim.',
		zh: '有申请的 {stores}中，{early} 家在首笔价保申请之前或当时被标记。',
	},
	half_earlier: { en: 'Half of them at least {lead} before.', zh: '其中一半至少提前 {lead}。' },
	one_gate: {
		en: 'Enforcing, the {gate} would have prevented all of it.',
		zh: '若执行拦截，{gate}即可全部避免。',
	},
	any_gate: {
		en: 'Enforcing, any one of these would have prevented all of it: {gate}.',
		zh: '若执行拦截，以下任一闸口即可全部避免：{gate}。',
	},
	most_gates: {
		en: 'Of the {advanced} advanced on sales of flagged stores, {after} was paid after the {gate} would first have stopped the store.',
		zh: '针对被标记店铺成交的垫付共 {advanced}，其中 {after} 发生在{gate}首次应拦截之后。',
	},
} as const satisfies Record<string, Text>;

export function summary(outline: Outline): Markup {
	const { totals } = outline.page.report;
	if (outline.flagged.length === 0) {
		const text = totals.claims === 0 ? SUMMARY.no_claims : SUMMARY.none;
		return html`<p class="lead">${fillMarkup(text, strong({ ...money(outline), claims: same(count(totals.claims)) }))}</p>`;
	}
	return html`<p class="lead">${taken(outline)}</p><p class="sub">${earliness(outline)} ${prevention(outline)}</p>`;
}

const strong = (values: Readonly<Record<string, Text>>): Record<string, Markup> =>
	Object.fromEntries(Object.entries(values).map(([name, text]) => [name, html`<strong>${say(text)}</strong>`]));

const money = ({ page, currency }: Outline): Record<string, Text> => ({
	advanced: same(priced(page.report.totals.advanced, currency)),
	shortfall: same(priced(page.report.totals.shortfall, currency)),
});

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
	const when = html`${say(period(outline))}`;
	if (isNothing(shortfall)) return fillMarkup(SUMMARY.unharmed, strong(values));
	const text =
		members === 0 ? SUMMARY.no_ring : members === flagged.length ? SUMMARY.all_in_rings : SUMMARY.some_in_rings;
	return fillMarkup(text, { ...strong(values), when });
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

function earliness({ flagged }: Outline): Markup {
	const leads = flagged
		.flatMap(({ flagged_at, first_claim_at }) =>
			flagged_at === null || first_claim_at === null ? [] : [instantOf(first_claim_at) - instantOf(flagged_at)],
		)
		.sort((a, b) => b - a);
	if (leads.length === 0) return html``;
	const early = leads.filter((lead) => lead >= 0).length;
	const stores = counted(leads.length, 'flagged store', 'flagged stores', '家被标记店铺');
	const said = say(
		fill(early === leads.length ? SUMMARY.in_time : SUMMARY.some_in_time, { stores, early: count(early) }),
	);
	const median = leads[Math.ceil(leads.length / 2) - 1] ?? 0;
	if (early < leads.length || median <= 0 || leads.length < 3) return said;
	return html`${said} ${say(fill(SUMMARY.half_earlier, { lead: lengthOf(median) }))}`;
}

/** Gates after whose first stop of each store everything was advanced that flagged stores' buyers got. */
export function sufficientGates({ flagged, page, currency }: Outline): readonly GateFinding[] {
	const advanced = flaggedAdvance(flagged, currency);
	if (isNothing(advanced)) return [];
	return page.report.gates.filter((gate) => gate.stopped > 0 && sumOf([gate.advanced_after], currency) === advanced);
}

export const flaggedAdvance = (flagged: Outline['flagged'], currency: string): string =>
	sumOf(
		flagged.map((store) => store.advanced),
		currency,
	);

function prevention(outline: Outline): Markup {
	const { currency, page, flagged } = outline;
	const all = sufficientGates(outline);
	if (all.length > 0) {
		const gate = joined(
			all.map((finding) => lowered(GATE_NAMES[finding.gate])),
			', ',
			'、',
		);
		return say(fill(all.length === 1 ? SUMMARY.one_gate : SUMMARY.any_gate, { gate }));
	}
	const [best] = page.report.gates.toSorted((a, b) => Number(b.advanced_after) - Number(a.advanced_after));
	if (best === undefined || isNothing(best.advanced_after)) return html``;
	const values = {
		gate: lowered(GATE_NAMES[best.gate]),
		after: priced(best.advanced_after, currency),
		advanced: priced(flaggedAdvance(flagged, currency), currency),
	};
	return say(fill(SUMMARY.most_gates, values));
}

const lowered = ({ en, zh }: Text): Text => ({ en: en.toLowerCase(), zh });

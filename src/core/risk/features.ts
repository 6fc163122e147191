/**
 * Features: what a learned model may look at when a store is scored, each a whole number made from the state at that
 * record and never later. Signals stand among them by their strength; beside them are plain figures of the episode and
 * of the store's past, of which signals make rules and a model may make others. Each names the reason under which what
 * it contributes is told.
 */
import { FEATURE_NAMES, type FeatureName } from '../model/feature-names.js';
import type { ReasonCode } from '../words/reason.js';
import type { Minor } from '../words/money.js';
import { DAY } from '../words/time.js';
import type { Episode, Hit } from './episode.js';
import type { Signal, SignalKind, View } from './signals.js';

export interface Feature {
	readonly kind: SignalKind;
	/** The reason that tells what it contributes. */
	readonly reason: ReasonCode;
	/** What it is, for people; `docs/MODEL.md` has the same words. */
	readonly means: string;
	/** Whether more of it can only speak for abuse (`more`), only against it (`less`), or either way. */
	readonly worse: Worse;
	readonly of: (seen: Seen) => number;
}

export type Worse = 'more' | 'less' | 'either';

/** All a feature may look at. */
export interface Seen {
	readonly view: View;
	readonly episode: Episode;
	readonly signals: readonly Signal[];
	/** 0 to 1. */
	readonly established: number;
}

/** Larger ones say no more. */
const MOST = 1_000_000;
const whole = (x: number): number => Math.max(0, Math.min(MOST, Math.round(x)));
const perMille = (part: number, of: number): number => (of > 0 ? whole((part / of) * 1000) : 0);

/** A signal's own strength, 0 where it does not speak. */
const strength = (kind: SignalKind, code: ReasonCode): Feature => ({
	kind,
	reason: code,
	means: `strength of \`${code}\`, per mille`,
	worse: 'more',
	of: ({ signals }) => whole((signals.find((signal) => signal.code === code)?.strength ?? 0) * 1000),
});

const told = (kind: SignalKind, by: ReasonCode, worse: Worse, means: string, of: Feature['of']): Feature => ({
	kind,
	reason: by,
	means,
	worse,
	of,
});

/** What is missing: gaps, shortfalls of claims, goods refunded beyond their price. */
export const missing = ({ total, shortfall, beyond }: Episode): number => total.gap + shortfall + beyond;

/** What a line hit had cost on average. */
export const unitPrice = ({ paid, lines }: Episode['total']): Minor => Math.floor(paid / Math.max(1, lines)) as Minor; // whole

/** How often what a line hit had cost stands against the store's protected sales on average, in hundredths. */
export function priceMultiple({ risk }: View, { total }: Episode): number {
	return risk.protectedValue > 0 ? whole(((unitPrice(total) * risk.protectedLines) / risk.protectedValue) * 100) : 0;
}

/** Of all the store ever sold under guarantee, what is open when the episode begins or is hit by it; per mille. */
export const burst = ({ risk }: View, { total, openValue }: Episode): number =>
	perMille(Math.max(openValue, total.paid), risk.protectedValue);

function deepest({ hits }: Episode, of: (hit: Hit) => number): number {
	let most = 0;
	for (const hit of hits.values()) most = Math.max(most, of(hit));
	return whole(most);
}

const tried = ({ hits }: Episode): number => {
	let count = 0;
	for (const hit of hits.values()) if (hit.tried) count++;
	return count;
};

const daysSince = (at: number, since: number | undefined): number => whole((at - (since ?? at)) / DAY);

export const FEATURES = {
	uncovered_cut: strength('money', 'uncovered_cut'),
	out_of_line_cut: strength('money', 'out_of_line_cut'),
	unrecovered: strength('money', 'unrecovered'),
	paid_twice: strength('money', 'paid_twice'),
	cashed_out: strength('context', 'cashed_out'),
	tiny_deposit: strength('context', 'tiny_deposit'),
	fast_receipt: strength('conduct', 'fast_receipt'),
	raised_then_cut: strength('conduct', 'raised_then_cut'),
	new_few_dear: strength('conduct', 'new_few_dear'),
	few_fast_claims: strength('conduct', 'few_fast_claims'),
	shared_buyers: strength('conduct', 'shared_buyers'),
	shared_papers: strength('conduct', 'shared_papers'),
	self_dealing: strength('conduct', 'self_dealing'),
	uncovered_share: told('money', 'uncovered_cut', 'more', 'missing of what is due, per mille', ({ episode }) =>
		perMille(missing(episode), Math.max(episode.total.due, missing(episode))),
	),
	depth: told('money', 'uncovered_cut', 'more', 'due of what buyers had paid, per mille', ({ episode: { total } }) =>
		perMille(total.due, total.paid),
	),
	deepest_fall: told('money', 'out_of_line_cut', 'more', 'deepest fall in one step, per cent', ({ episode }) =>
		deepest(episode, (hit) => hit.fallPercent),
	),
	beyond_earlier_falls: told(
		'money',
		'out_of_line_cut',
		'more',
		'the most a fall goes beyond the item’s earlier ones, percentage points',
		({ episode }) => deepest(episode, (hit) => hit.fallPercent - hit.earlierPercent),
	),
	hours_since_sale: told(
		'money',
		'out_of_line_cut',
		'less',
		'most hours from an item’s latest protected sale to its cut',
		({ episode }) => deepest(episode, (hit) => hit.hours),
	),
	withdrawn_share: told(
		'context',
		'cashed_out',
		'more',
		'withdrawn in the 72 hours before, of what the store had, per mille',
		({ episode: { withdrawn, funds } }) => perMille(withdrawn, withdrawn + funds),
	),
	deposit_share: told(
		'context',
		'tiny_deposit',
		'less',
		'deposit of open value, per mille',
		({ episode: { deposit, openValue } }) => perMille(deposit, openValue),
	),
	quick_share: told(
		'conduct',
		'fast_receipt',
		'more',
		'hit sales received at once, weighed as in SG4, per mille',
		({ episode: { total } }) => perMille(total.quick, total.paid * 10),
	),
	quick_receipts: told(
		'conduct',
		'fast_receipt',
		'more',
		'of all the store’s protected lines, those received within a day, per mille',
		({ view: { risk } }) => perMille(risk.quickLines, risk.protectedLines),
	),
	claims: told('conduct', 'few_fast_claims', 'either', 'claims since the first cut', ({ episode }) =>
		whole(episode.claims),
	),
	claimers: told('conduct', 'few_fast_claims', 'either', 'buyers who claimed', ({ episode }) =>
		whole(episode.claimers.size),
	),
	taken_share: told('conduct', 'few_fast_claims', 'more', 'claimed of what is due, per mille', ({ episode }) =>
		perMille(episode.taken, Math.max(episode.taken, episode.total.due)),
	),
	buyers_hit: told('conduct', 'out_of_scale', 'less', 'buyers of the lines hit', ({ episode }) =>
		whole(episode.buyers.size),
	),
	lines_hit: told('conduct', 'out_of_scale', 'either', 'lines hit', ({ episode }) => whole(episode.total.lines)),
	items_hit: told('conduct', 'out_of_scale', 'either', 'items hit', ({ episode }) => whole(episode.hits.size)),
	cuts_tried: told('money', 'uncovered_cut', 'more', 'cuts that their gate held', ({ episode }) => tried(episode)),
	unit_price_multiple: told(
		'conduct',
		'out_of_scale',
		'more',
		'what a hit line cost, against the store’s protected sales on average, in hundredths',
		({ view, episode }) => priceMultiple(view, episode),
	),
	unit_price_rank: told(
		'conduct',
		'out_of_scale',
		'more',
		'protected sales of all stores that are of a cheaper class than a hit line, per mille',
		({ view, episode: { total } }) => whole(view.levels.shareBelow(unitPrice(total)) * 1000),
	),
	burst_share: told(
		'conduct',
		'out_of_scale',
		'more',
		'open value of all the store ever sold under guarantee, per mille',
		({ view, episode }) => burst(view, episode),
	),
	established: told(
		'conduct',
		'like_labelled',
		'less',
		'how established the store is [SC4], per mille',
		({ established }) => whole(established * 1000),
	),
	age_days: told('conduct', 'like_labelled', 'less', 'days since the store opened', ({ view: { at, store } }) =>
		daysSince(at, store.openedAt),
	),
	trading_days: told(
		'conduct',
		'like_labelled',
		'less',
		'days since its first protected sale',
		({ view: { at, risk } }) => daysSince(at, risk.firstSaleAt),
	),
	buyers: told('conduct', 'like_labelled', 'less', 'buyers under guarantee', ({ view: { risk } }) =>
		whole(risk.buyers),
	),
	protected_lines: told('conduct', 'like_labelled', 'less', 'lines sold under guarantee', ({ view: { risk } }) =>
		whole(risk.protectedLines),
	),
	withdrawals: told('context', 'like_labelled', 'either', 'withdrawals so far', ({ view: { risk } }) =>
		whole(risk.withdrawalCount),
	),
} as const satisfies Readonly<Record<FeatureName, Feature>>;

/** In the order of the names. */
export const FEATURE_LIST: readonly Feature[] = FEATURE_NAMES.map((name) => FEATURES[name]);

/** All features of a store at a record. */
export function featuresOf(seen: Seen): Int32Array {
	const row = new Int32Array(FEATURE_LIST.length);
	for (let i = 0; i < row.length; i++) row[i] = (FEATURE_LIST[i] as Feature).of(seen); // one for each name
	return row;
}

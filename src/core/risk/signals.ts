/**
 * Signals: what speaks for abuse, each as a strength from 0 to 1 with the numbers it was made from. They are of two
 * kinds, and a store is only ever flagged when both speak: **money** (a cut that pays more than the store has) and
 * **conduct** (how the sales came about, and with whom). Festivals, clearances and mistypings can look bad on the one;
 * viral newcomers, sisters, families and claim robots on the other; none on both. Codes and rules: docs/SPEC.md, SG.
 */
import type { Book } from '../book/book.js';
import type { Store } from '../book/store.js';
import type { Identifiers } from '../rings/identifiers.js';
import { type Currency, excess, formatMoney, type Minor, ZERO } from '../words/money.js';
import { type Reason, type ReasonCode, reason, type Values } from '../words/reason.js';
import { DAY, HOUR, type Instant } from '../words/time.js';
import { CASH_OUT_MS, type Episode, type Hit } from './episode.js';
import type { PriceLevels } from './price-levels.js';
import type { StoreRisk } from './store-risk.js';

export type SignalKind = 'money' | 'conduct' | 'context';

export interface Signal {
	readonly code: ReasonCode;
	readonly kind: SignalKind;
	/** 0 to 1. */
	readonly strength: number;
	readonly values: Values;
}

/** All a signal may look at: the state before or at the record, never later. */
export interface View {
	readonly book: Book;
	readonly store: Store;
	readonly risk: StoreRisk;
	readonly risks: readonly StoreRisk[];
	readonly identifiers: Identifiers;
	readonly levels: PriceLevels;
	readonly currency: Currency;
	readonly at: Instant;
}

const clamp = (x: number): number => (x < 0 ? 0 : x > 1 ? 1 : x);
/** 0 at `low` or below, 1 at `high` or above, a straight line between. */
const between = (x: number, low: number, high: number): number => clamp((x - low) / (high - low));
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
const percent = (x: number): number => Math.round(x * 100);

/** [SG1] Cuts that pay more than the store has; deep and material ones count in full. */
export function uncoveredCut(view: View, episode: Episode): Signal {
	const due = episode.total.due;
	const missing = (episode.total.gap + episode.shortfall) as Minor;
	const paid = episode.total.paid;
	const depth = share(due, paid);
	const material = clamp(share(due, episode.openValue) / 0.25);
	return {
		code: 'uncovered_cut',
		kind: 'money',
		strength: clamp(share(missing, due)) * between(depth, 0.2, 0.7) * material,
		values: {
			triggered: formatMoney(due, view.currency),
			covered: formatMoney(excess(due, missing), view.currency),
			missing: formatMoney(missing, view.currency),
			depth: percent(depth),
		},
	};
}

/** [SG2] A cut soon after protected sales, far deeper than this item ever fell before. */
export function outOfLineCut(_view: View, episode: Episode): Signal {
	const hit = heaviest(episode);
	const unlike = between(hit.fallPercent - hit.earlierPercent, 20, 50);
	return {
		code: 'out_of_line_cut',
		kind: 'money',
		strength: between(hit.fallPercent, 35, 80) * unlike * between(168 - hit.hours, 0, 48),
		values: { sku: hit.item.sku, fall: hit.fallPercent, hours: hit.hours, deepest: hit.earlierPercent },
	};
}

/** [SG12] Advances that were not recovered. */
export function unrecovered(view: View, episode: Episode): Signal {
	return {
		code: 'unrecovered',
		kind: 'money',
		strength: between(share(episode.shortfall, episode.advanced), 0.1, 0.6),
		values: {
			shortfall: formatMoney(episode.shortfall, view.currency),
			advanced: formatMoney(episode.advanced, view.currency),
		},
	};
}

/** [SG16] Buyers got the difference, and then the full price for the goods. */
export function paidTwice(view: View, episode: Episode): Signal | undefined {
	if (episode.beyond === 0) return undefined;
	return {
		code: 'paid_twice',
		kind: 'money',
		strength: between(share(episode.beyond, episode.advanced), 0.1, 0.6),
		values: {
			beyond: formatMoney(episode.beyond, view.currency),
			advanced: formatMoney(episode.advanced, view.currency),
		},
	};
}

/** [SG5] The account was emptied right before; stores that always withdraw often say less by it. */
export function cashedOut(view: View, episode: Episode): Signal {
	const emptied = share(episode.withdrawn, episode.withdrawn + episode.funds);
	const habit = view.risk.withdrawalCount >= 6 ? 0.3 : 1;
	return {
		code: 'cashed_out',
		kind: 'context',
		strength: between(emptied, 0.4, 0.9) * habit,
		values: {
			withdrawn: formatMoney(episode.withdrawn, view.currency),
			hours: CASH_OUT_MS / HOUR,
			share: percent(emptied),
		},
	};
}

/** [SG6] A deposit that is nothing against what is promised. */
export function tinyDeposit(view: View, episode: Episode): Signal {
	return {
		code: 'tiny_deposit',
		kind: 'context',
		strength: 1 - between(share(episode.deposit, episode.openValue), 0.02, 0.1),
		values: {
			deposit: formatMoney(episode.deposit, view.currency),
			open: formatMoney(episode.openValue, view.currency),
		},
	};
}

/** [SG3] Raised, sold under guarantee at the raised price, then cut back. */
export function raisedThenCut(view: View, episode: Episode): Signal | undefined {
	let worst: Hit | undefined;
	for (const hit of episode.hits.values()) if (hit.raised > (worst?.raised ?? 0)) worst = hit;
	if (worst?.raise === undefined) return undefined;
	const { low, high } = worst.raise;
	return {
		code: 'raised_then_cut',
		kind: 'conduct',
		strength: clamp(share(episode.total.raised, episode.total.paid) * between(high / low, 1.3, 2)),
		values: {
			sku: worst.item.sku,
			low: formatMoney(low, view.currency),
			high: formatMoney(high, view.currency),
			sold: formatMoney(worst.raised, view.currency),
			now: formatMoney(worst.item.price ?? ZERO, view.currency),
		},
	};
}

/** [SG4] Receipt confirmed before goods can have travelled. */
export function fastReceipt(_view: View, episode: Episode): Signal {
	const quick = share(episode.total.quick, episode.total.paid * 10);
	return {
		code: 'fast_receipt',
		kind: 'conduct',
		strength: between(quick, 0.1, 0.8),
		values: { share: percent(quick), hours: 24 },
	};
}

/** [SG7] A store without a past, with few dear items and few buyers. */
export function newFewDear(view: View, episode: Episode): Signal {
	const { risk, store, at } = view;
	const { lines } = episode.total;
	const paid = episode.total.paid;
	const unit = Math.floor(paid / Math.max(1, lines)) as Minor;
	const days = Math.floor((at - (risk.firstSaleAt ?? store.openedAt)) / DAY);
	const young = Math.max(1 - between(days, 30, 120), 1 - between(risk.buyers, 20, 80));
	const few = 1 - between(episode.buyers.size, 12, 40);
	const dear = between(view.levels.shareBelow(unit), 0.5, 0.9);
	return {
		code: 'new_few_dear',
		kind: 'conduct',
		strength: young * few * (0.3 + 0.7 * dear),
		values: { days, items: store.items, price: formatMoney(unit, view.currency), buyers: risk.buyers },
	};
}

/** [SG8] Nearly all that could be claimed was, at once, by a handful of buyers. */
export function fewFastClaims(_view: View, episode: Episode): Signal | undefined {
	if (episode.claims === 0) return undefined;
	const taken = clamp(share(episode.taken, episode.total.due));
	const fast = share(episode.fastClaims, episode.claims);
	const few = 1 - between(episode.claimers.size, 10, 40);
	return {
		code: 'few_fast_claims',
		kind: 'conduct',
		strength: few * (0.4 + 0.6 * fast) * between(taken, 0.1, 0.8) * between(episode.claims, 0, 3),
		values: { claims: episode.claims, claimers: episode.claimers.size, fast: percent(fast), taken: percent(taken) },
	};
}

/**
 * [SG9] Buyers in common with other stores far beyond chance. Chance is what two stores of such sizes would share if
 * buyers chose freely; in honest trade 4 store pairs in 100 share any buyer and hardly any share many.
 */
export function sharedBuyers(view: View, episode: Episode): Signal | undefined {
	const { book, risks, store } = view;
	const mine = episode.buyers;
	const common = new Map<number, number>();
	const storesOf = new Map([...mine.keys()].map((id) => [id, book.buyers.stores(book.buyers.find(id))]));
	for (const stores of storesOf.values()) {
		for (const other of stores) if (other !== store.index) common.set(other, (common.get(other) ?? 0) + 1);
	}
	const partners = new Set<number>();
	for (const [other, count] of common) {
		const theirs = risks[other] as StoreRisk; // every store has one
		const chance = (mine.size * theirs.buyers) / Math.max(1, book.buyers.count);
		const close =
			theirs.flaggedAt !== undefined ||
			(count >= 2 && count >= 8 * chance && count >= 0.15 * Math.min(mine.size, theirs.buyers));
		if (close) partners.add(other);
	}
	if (partners.size === 0) return undefined;
	let paid = 0;
	let shared = 0;
	for (const [buyer, value] of mine) {
		paid += value;
		if (storesOf.get(buyer)?.some((other) => partners.has(other))) shared += value;
	}
	return {
		code: 'shared_buyers',
		kind: 'conduct',
		strength: between(share(shared, paid), 0.1, 0.6),
		values: { share: percent(share(shared, paid)), stores: partners.size },
	};
}

/** [SG10] The same papers, account or device as stores already known to be abnormal; weighed by who else has them. */
export function sharedPapers(view: View): Signal | undefined {
	const { identifiers, risks, store } = view;
	const kinds = new Set<string>();
	const abnormal = new Set<number>();
	let strength = 0;
	for (const identifier of identifiers.ofStore(store.index)) {
		let bad = 0;
		for (const other of identifier.stores) {
			if (other === store.index || risks[other]?.flaggedAt === undefined) continue;
			bad++;
			abnormal.add(other);
		}
		if (bad === 0) continue;
		kinds.add(identifier.kind);
		strength += bad / (identifier.stores.length - 1);
	}
	if (abnormal.size === 0) return undefined;
	return {
		code: 'shared_papers',
		kind: 'conduct',
		strength: clamp(strength),
		values: { kinds: [...kinds].join(','), stores: abnormal.size },
	};
}

/** [SG11] Buyers on the store's own device, network, address or account. */
export function selfDealing(view: View, episode: Episode): Signal | undefined {
	let paid = 0;
	let self = 0;
	for (const [buyer, value] of episode.buyers) {
		paid += value;
		const shown = view.book.buyers.shown(buyer);
		if (shown !== undefined && view.identifiers.isOwn(view.store.index, shown)) self += value;
	}
	if (self === 0) return undefined;
	return {
		code: 'self_dealing',
		kind: 'conduct',
		strength: between(share(self, paid), 0, 0.5),
		values: { share: percent(share(self, paid)) },
	};
}

function heaviest(episode: Episode): Hit {
	let heaviestHit: Hit | undefined;
	for (const hit of episode.hits.values())
		if (heaviestHit === undefined || hit.due > heaviestHit.due) heaviestHit = hit;
	return heaviestHit as Hit; // an episode is only looked at with a hit in it
}

/** The signal as a reason for people. */
export const asReason = ({ code, values }: Signal, points: number): Reason => reason(code, { ...values, points });

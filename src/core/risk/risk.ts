/**
 * Risk: follows every fact, keeps what signals need, and scores a store again at the records that can change its score
 * for the worse: a cut that makes something due, and a claim. A store is flagged at the first record at which its
 * score reaches the policy's line, with the reasons of that moment.
 */
import type { Book } from '../book/book.js';
import type { Buyer } from '../book/buyers.js';
import type { ClaimEffect } from '../book/facts.js';
import { DELIVERED, INSTANT, NONE, PROMISED, QUICK, type Slot } from '../book/line-slab.js';
import type { Item, Store } from '../book/store.js';
import { compiledOf, type Row } from '../model/compiled.js';
import type { Policies } from '../policies.js';
import type { Policy, Tier } from '../policy.js';
import { Identifiers } from '../rings/identifiers.js';
import { Rings } from '../rings/rings.js';
import type { BuyerId } from '../words/ids.js';
import { add, type Currency, excess, type Minor, times, ZERO } from '../words/money.js';
import { reason } from '../words/reason.js';
import type { RecordOf } from '../words/record.js';
import { DAY, HOUR, type Instant, later, SECOND } from '../words/time.js';
import { asPriced, CASH_OUT_MS, Episode, type Hit, ifPriced, look } from './episode.js';
import { ItemPasts } from './item-pasts.js';
import { PriceLevels } from './price-levels.js';
import { type Judged, type StoreModel, transparentModel } from './score.js';
import { featuresOf, missing, type Seen } from './features.js';
import { learnedScore } from './learned.js';
import * as signals from './signals.js';
import { StoreRisk } from './store-risk.js';

/** Receipt within these times of payment is implausible for goods that travel. */
const INSTANT_MS = 3 * HOUR;
const QUICK_MS = 24 * HOUR;
/** A cut taken back within this time was a mistake, and is not part of the item's past either. */
const MISTAKE_MS = HOUR;
const RAISE_MS = 30 * DAY;
const FAST_CLAIM_MS = HOUR;
/** Cuts that make less than this share of what was paid due, and are covered, are everyday trade. */
const EVERYDAY = 0.2;

/** What a watcher sees each time a store is scored. */
export interface Scoring {
	readonly store: Store;
	readonly at: Instant;
	/** Features in the order of their names. */
	readonly row: Row;
	/** Whether anything was uncovered [SC8]. */
	readonly uncovered: boolean;
	/** The transparent score. */
	readonly score: number;
}

export class Risk {
	readonly stores: StoreRisk[] = [];
	readonly identifiers = new Identifiers();
	readonly levels = new PriceLevels();
	readonly rings: Rings;
	private readonly pasts = new ItemPasts();
	private readonly book: Book;
	private readonly policies: Policies;
	private readonly currency: Currency;
	private readonly model: StoreModel;
	private watcher: ((scoring: Scoring) => void) | undefined;

	constructor(book: Book, policies: Policies, currency: Currency, model: StoreModel = transparentModel) {
		this.book = book;
		this.policies = policies;
		this.currency = currency;
		this.model = model;
		this.rings = new Rings(book, this.stores, this.identifiers);
	}

	/** Tells somebody of every scoring from now on, so that a model can be learned from it; changes nothing here. */
	watch(watcher: (scoring: Scoring) => void): void {
		this.watcher = watcher;
	}

	of(store: Store): StoreRisk {
		return this.stores[store.index] as StoreRisk; // made when the store opened
	}

	/** How the store is treated now under a policy. */
	tier(store: Store, policy: Policy): Tier {
		const { score, flaggedAt, buyers } = this.of(store);
		if (flaggedAt !== undefined) return 'abnormal';
		if (score >= policy.watch_score) return 'watch';
		if (this.onProbation(store, policy)) return 'probation';
		const isYoung = this.book.now - store.openedAt < policy.newStoreMs;
		return isYoung && buyers < policy.new_store_buyers ? 'new' : 'normal';
	}

	/** [AG10] Limits lift once the store is old enough and has sold enough. */
	onProbation(store: Store, policy: Policy): boolean {
		const { probation, protectedLines } = this.of(store);
		const { days, sales } = policy.probation;
		return probation && days > 0 && (this.book.now - store.openedAt < days * DAY || protectedLines < sales);
	}

	storeOpened(store: Store, fact: RecordOf<'store.opened'>): void {
		const risk = new StoreRisk();
		risk.probation = fact.probation ?? false;
		this.stores.push(risk);
		this.identifiers.addStore(store.index, fact);
	}

	orderPaid(store: Store, buyer: Buyer, order: RecordOf<'order.paid'>, slot: Slot): void {
		if (!this.book.lines.has(slot, PROMISED)) return;
		const risk = this.of(store);
		risk.protectedLines++;
		risk.protectedValue = add(risk.protectedValue, times(order.unit_price, order.quantity));
		risk.firstSaleAt ??= order.at;
		this.levels.add(order.unit_price);
		if (this.book.buyers.visit(buyer, store.index)) risk.buyers++;
		this.book.buyers.show(buyer, order);
	}

	/** Notes how soon after payment receipt was confirmed; delivery or release, whichever is told first. */
	received(slot: Slot, at: Instant): void {
		const { lines } = this.book;
		if (!lines.has(slot, PROMISED) || lines.has(slot, QUICK | INSTANT | DELIVERED)) return;
		const took = at - lines.paidS(slot) * SECOND;
		if (took > QUICK_MS) return;
		lines.raise(slot, took <= INSTANT_MS ? INSTANT : QUICK);
		this.of(this.book.storeOf(slot)).quickLines++;
	}

	withdrawn(store: Store, at: Instant, amount: Minor): void {
		const risk = this.of(store);
		risk.withdrawals.push({ at, amount });
		risk.withdrawalCount++;
	}

	/**
	 * After the book has taken a new price.
	 * @param before the price until now, and since when.
	 * @returns whether the store was flagged by it.
	 */
	priceChanged(item: Item, before: { readonly at: Instant; readonly price: Minor }, at: Instant): boolean {
		const price = item.reference ?? ZERO;
		this.of(item.store).episode?.removeTried(item);
		if (price === before.price) return false;
		const { pasts } = this;
		if (!pasts.has(item.index)) pasts.push(item.index, before.at, before.price);
		pasts.push(item.index, at, price);
		if (price > before.price) {
			this.of(item.store).episode?.remove(item);
			if (at - before.at <= MISTAKE_MS) pasts.forgetLastFall(item.index);
			return false;
		}
		const fallPercent = Math.floor(((before.price - price) * 100) / before.price);
		const earlierPercent = pasts.deepestPercent(item.index);
		pasts.addFall(item.index, fallPercent);
		if (item.first === NONE) return false;
		const raise = pasts.raiseBefore(item.index, price, later(at, -RAISE_MS));
		return this.hit(look(this.book, item, at, { fallPercent, earlierPercent, raise, tried: false }, asPriced), at);
	}

	/**
	 * [SG15] A cut that its gate held because the store could not pay for it. It has cost nothing, but whoever tries it
	 * is no better for having been stopped: it is looked at as if it had happened, until the item's next price.
	 */
	cutHeld(item: Item, price: Minor, at: Instant): boolean {
		const before = item.reference ?? ZERO;
		if (price >= before || item.first === NONE) return false;
		const fallPercent = Math.floor(((before - price) * 100) / before);
		const raise = this.pasts.raiseBefore(item.index, price, later(at, -RAISE_MS));
		const cut = { fallPercent, earlierPercent: this.pasts.deepestPercent(item.index), raise, tried: true };
		const found = look(this.book, item, at, cut, ifPriced(price));
		if (found === undefined) return false;
		// Free money would have covered a part.
		const gap = excess(found.gap, this.book.securing.freeFunds(item.store));
		return this.hit({ ...found, gap }, at);
	}

	/** A cut that was tried was a mistake, or is said to have been; what it brought about stays. */
	cutTakenBack(item: Item): void {
		this.of(item.store).episode?.removeTried(item);
	}

	/** Scores a store again for what a cut hit, unless it was everyday trade. */
	private hit(hit: Hit | undefined, at: Instant): boolean {
		if (hit === undefined || (hit.gap === 0 && hit.due < hit.paid * EVERYDAY)) return false;
		const { store } = hit.item;
		const episode = this.episodeAt(store, at);
		episode.add(hit);
		episode.lastAt = at;
		return this.score(store, at);
	}

	/** After the book has paid it. @returns whether the store was flagged by it. */
	claimPaid(store: Store, slot: Slot, buyerId: BuyerId, fact: RecordOf<'claim.paid'>, effect: ClaimEffect): boolean {
		const risk = this.of(store);
		risk.firstClaimAt ??= fact.at;
		risk.claimers.set(buyerId, add(risk.claimers.get(buyerId) ?? ZERO, fact.amount));
		if (risk.flaggedAt !== undefined) this.rings.claimed(store, buyerId, fact.at);
		const { episode } = risk;
		if (episode === undefined || episode.isOver(fact.at)) {
			if (effect.shortfall === 0 || slot === 0) return false;
			this.beginAtClaim(store, slot, fact.at);
		}
		const current = risk.episode as Episode; // just made sure of
		current.claims++;
		if (fact.at - current.startedAt <= FAST_CLAIM_MS || this.isFast(current, slot, fact.at)) current.fastClaims++;
		if (slot !== NONE) current.claimers.add(buyerId);
		current.taken = add(current.taken, fact.amount);
		current.advanced = add(current.advanced, fact.amount);
		current.shortfall = add(current.shortfall, effect.shortfall);
		// Without anything uncovered no score can reach the line.
		const isUncovered = current.shortfall > 0 || current.total.gap > 0;
		return isUncovered && current.hits.size > 0 && this.score(store, fact.at);
	}

	/** [SG16] Goods came back for more than was left of their price after a claim. @returns whether that flagged it. */
	refundedBeyond(store: Store, beyond: Minor, at: Instant): boolean {
		const { episode } = this.of(store);
		if (episode === undefined || episode.isOver(at) || episode.hits.size === 0) return false;
		episode.beyond = add(episode.beyond, beyond);
		return this.score(store, at);
	}

	/** A person's word: abuse flags at once, honest keeps a store from being flagged. */
	labelled(store: Store, label: 'abuse' | 'honest', at: Instant): boolean {
		const risk = this.of(store);
		risk.label = label;
		if (label === 'honest') {
			risk.flaggedAt = undefined;
			this.rings.leave(store.index);
			risk.score = 0;
			risk.reasons = [reason('labelled_honest')];
			return false;
		}
		risk.reasons = [reason('labelled_abuse'), ...risk.reasons.filter(({ code }) => code !== 'labelled_honest')];
		return this.raise(store, risk, 100, at);
	}

	private isFast(episode: Episode, slot: Slot, at: Instant): boolean {
		if (slot === 0) return false;
		const hit = episode.hits.get(this.book.lines.item(slot));
		return hit !== undefined && at - hit.at <= FAST_CLAIM_MS;
	}

	/** An advance that nobody's funds covered, without a cut we were told of: the claim itself begins the episode. */
	private beginAtClaim(store: Store, slot: Slot, at: Instant): void {
		const item = this.book.securing.itemOf(slot);
		const episode = this.begin(store, at);
		const cut = { fallPercent: 0, earlierPercent: 0, raise: undefined, tried: false };
		const hit = look(this.book, item, at, cut, asPriced);
		if (hit !== undefined) episode.add(hit);
	}

	private episodeAt(store: Store, at: Instant): Episode {
		const { episode } = this.of(store);
		return episode === undefined || episode.isOver(at) ? this.begin(store, at) : episode;
	}

	private begin(store: Store, at: Instant): Episode {
		const risk = this.of(store);
		let withdrawn = ZERO;
		for (const w of risk.withdrawals) if (at - w.at <= CASH_OUT_MS) withdrawn = add(withdrawn, w.amount);
		const episode = new Episode(this.book, store, at, withdrawn);
		risk.episode = episode;
		return episode;
	}

	private score(store: Store, at: Instant): boolean {
		const risk = this.of(store);
		const { episode, label } = risk;
		if (episode === undefined || label !== undefined) return false;
		const view = {
			book: this.book,
			store,
			risk,
			risks: this.stores,
			identifiers: this.identifiers,
			levels: this.levels,
			currency: this.currency,
			at,
		};
		const found = [
			signals.uncoveredCut(view, episode),
			signals.outOfLineCut(view, episode),
			signals.unrecovered(view, episode),
			signals.paidTwice(view, episode),
			signals.cashedOut(view, episode),
			signals.tinyDeposit(view, episode),
			signals.fastReceipt(view, episode),
			signals.raisedThenCut(view, episode),
			signals.newFewDear(view, episode),
			signals.fewFastClaims(view, episode),
			signals.sharedBuyers(view, episode),
			signals.sharedPapers(view),
			signals.selfDealing(view, episode),
		].filter((signal) => signal !== undefined);
		const judged = this.judge({ view, episode, signals: found, established: this.established(store, episode, at) });
		const { score, points } = judged;
		risk.score = score;
		const wasFlagged = risk.flaggedAt !== undefined;
		if (score >= risk.peak && !wasFlagged) {
			risk.reasons = judged.signals
				.map((signal, i) => ({ signal, points: points[i] as number }))
				.filter((scored) => scored.points > 0)
				.sort((a, b) => b.points - a.points)
				.map((scored) => signals.asReason(scored.signal, scored.points));
		}
		return this.raise(store, risk, score, at);
	}

	/** [SC7] By the transparent score or by the model of the policy that decides for the store, whichever is higher. */
	private judge(seen: Seen): Judged {
		const { signals: found, established, episode } = seen;
		const { store, at } = seen.view;
		const { model, flag_score } = this.policies.of(store.id);
		const transparent = { ...this.model(found, established, flag_score), signals: found };
		if (model === undefined && this.watcher === undefined) return transparent;
		const row = featuresOf(seen);
		this.watcher?.({ store, at, row, uncovered: missing(episode) > 0, score: transparent.score });
		if (model === undefined) return transparent;
		const learned = learnedScore(compiledOf(model), seen, row, flag_score);
		return learned.score > transparent.score ? learned : transparent;
	}

	private raise(store: Store, risk: StoreRisk, score: number, at: Instant): boolean {
		risk.score = score;
		risk.peak = Math.max(risk.peak, score);
		if (risk.flaggedAt !== undefined || score < this.policies.of(store.id).flag_score) return false;
		risk.flaggedAt = at;
		this.rings.join(store, at);
		return true;
	}

	/** 0 without a past, 1 with a hundred other buyers over ninety days. */
	private established(store: Store, episode: Episode, at: Instant): number {
		const risk = this.of(store);
		const others = Math.max(0, risk.buyers - episode.buyers.size);
		const age = (at - (risk.firstSaleAt ?? at)) / (90 * DAY);
		return Math.min(1, others / 100) * Math.min(1, Math.max(0, age));
	}
}

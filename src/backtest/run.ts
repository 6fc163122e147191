/**
 * One policy's run through a history: every fact that a gate could have stopped is asked for instead, and what was
 * stopped has the consequences told in docs/BACKTEST.md. Where no gate of the policy enforces, the facts are taken as
 * they are: then this is what really happened.
 *
 * Nobody reads the answer to what is let through, so it is not made: the gates are asked the short way first, as an
 * observing gate does, and in full only where the short answer is not yes. What is let through happens as a fact, which
 * is what the request would have become.
 */
import { Core } from '../core/core.js';
import { guaranteeGate, mayPromise } from '../core/gates/guarantee-gate.js';
import { isWithin } from '../core/gates/payout-gate.js';
import { isLetThrough } from '../core/gates/price-gate.js';
import type { Store } from '../core/book/store.js';
import type { CoreOptions } from '../core/state.js';
import { SuretyError } from '../core/words/error.js';
import { add, excess, times, ZERO } from '../core/words/money.js';
import { type Answer, GATES } from '../core/words/outcome.js';
import type { Fact, RecordOf } from '../core/words/record.js';
import { DAY, type Instant } from '../core/words/time.js';
import { Absent } from './absent.js';
import { HeldCuts } from './held-cuts.js';
import { Purses } from './purses.js';
import { application, claim, proposal, withdrawal } from './requests.js';
import { isStop, Tally } from './tally.js';

export class Run {
	readonly core: Core;
	readonly tally = new Tally();
	readonly absent = new Absent();
	readonly cuts: HeldCuts;
	readonly purses: Purses;
	/** Whether any gate enforces. */
	private readonly asks: boolean;
	private readonly deposits: boolean;
	private readonly holdsCuts: boolean;
	private readonly keepsMoney: boolean;
	private readonly givesBadges: boolean;
	private midnight: Instant | undefined;
	private listener: ((fact: Fact) => void) | undefined;

	/** @param deposits false where stores' deposits are to count for nothing. */
	constructor(options: CoreOptions, { deposits = true }: { readonly deposits?: boolean } = {}) {
		const { gates } = options.policy;
		this.deposits = deposits;
		this.core = new Core(options);
		this.cuts = new HeldCuts(this.core);
		this.purses = new Purses(this.core);
		this.asks = GATES.some((gate) => gates[gate] === 'enforce');
		this.holdsCuts = gates.price === 'enforce';
		this.keepsMoney = gates.payout === 'enforce';
		this.givesBadges = gates.guarantee === 'enforce';
	}

	/** Told of every fact before it is taken. */
	listen(listener: (fact: Fact) => void): void {
		this.listener = listener;
	}

	/** Facts in order of time. */
	take(facts: readonly Fact[]): void {
		for (const fact of facts) {
			if (fact.at >= (this.midnight ??= midnightAfter(fact.at))) this.passDays(fact.at);
			if (this.absent.misses(fact)) continue;
			this.listener?.(fact);
			try {
				this.live(fact);
			} catch (error) {
				if (!(error instanceof SuretyError)) throw error;
				this.missed(fact, error);
			}
			if (this.keepsMoney) this.lookAt(fact);
		}
	}

	/** The history ends here. */
	finish(at: Instant): void {
		this.core.book.advance(at);
		this.purses.finish();
		this.cuts.finish(at);
	}

	private live(fact: Fact): void {
		switch (fact.type) {
			case 'store.opened':
				return this.open(fact);
			case 'price.changed':
				return this.setPrice(fact);
			case 'order.paid':
				return this.sell(fact);
			case 'claim.paid':
				return this.payClaim(fact);
			case 'withdrawal.paid':
				return this.payOut(fact);
			case 'store.closed':
			case 'store.labelled':
			case 'deposit.received':
			case 'deposit.returned':
			case 'order.delivered':
			case 'order.released':
			case 'order.refunded':
				this.core.happen(fact);
		}
	}

	/** A store that is held at the door stays out as one that is refused: no person looks at it here. */
	private open(fact: RecordOf<'store.opened'>): void {
		const asked = this.asks ? application(fact) : fact;
		const outcome = this.core.take(this.deposits ? asked : { ...asked, deposit: ZERO });
		this.tally.answered('admission', fact.store_id, fact.at, outcome);
		if (outcome.verdict === 'hold' || outcome.verdict === 'refuse') this.absent.stores.add(fact.store_id);
	}

	private setPrice(fact: RecordOf<'price.changed'>): void {
		this.cuts.replace(fact);
		const { book } = this.core;
		const store = book.store(fact.store_id);
		const price = book.findItem(store, fact.sku_id)?.price;
		const isCut = price !== undefined && fact.price < price;
		if (!this.holdsCuts || this.passes(fact, store)) {
			this.core.happen(fact);
			const passed = this.tally.approved('price', fact.store_id);
			if (isCut) passed.cuts++;
			return;
		}
		const outcome = this.core.take(proposal(fact));
		const tally = this.tally.answered('price', fact.store_id, fact.at, outcome);
		if (isCut) tally.cuts++;
		if (outcome.verdict !== 'hold') return;
		tally.cutsHeld++;
		this.cuts.hold(fact);
	}

	private passes(fact: RecordOf<'price.changed'>, store: Store): boolean {
		const { book } = this.core;
		// Windows that end before the change free money for it.
		book.advance(fact.at);
		return isLetThrough(this.core, fact, store, book.findItem(store, fact.sku_id));
	}

	/** A store that may not show the badge sells without protection. */
	private sell(fact: RecordOf<'order.paid'>): void {
		const answer = this.givesBadges && fact.protect_days > 0 ? this.badgeFor(fact) : undefined;
		if (answer?.verdict !== 'refuse') return this.core.happen(fact);
		this.core.happen({ ...fact, protect_days: 0 });
		this.tally.withoutBadge(fact.store_id, fact.at, answer.reasons, times(fact.unit_price, fact.quantity));
	}

	/** Undefined where the badge may be shown without asking. */
	private badgeFor(fact: RecordOf<'order.paid'>): Answer | undefined {
		const { book } = this.core;
		// Windows that end before the order free deposit for it.
		book.advance(fact.at);
		const store = book.store(fact.store_id);
		const item = book.findItem(store, fact.sku_id);
		return mayPromise(this.core, store, item) ? undefined : guaranteeGate(this.core, store, item);
	}

	private payClaim(fact: RecordOf<'claim.paid'>): void {
		const outcome = this.core.take(this.asks ? claim(fact) : fact);
		const store = this.tally.answered('claim', fact.store_id ?? '', fact.at, outcome);
		store.claims++;
		if (isStop(outcome.verdict)) store.claimsStopped++;
		if (!this.asks) return;
		const isPaid = outcome.verdict === 'approve' || outcome.verdict === 'limit';
		const missing = excess(fact.amount, isPaid ? (outcome.amount ?? ZERO) : ZERO);
		if (missing === 0) return;
		this.tally.notPaid.claims++;
		this.tally.notPaid.amount = add(this.tally.notPaid.amount, missing);
	}

	private payOut(fact: RecordOf<'withdrawal.paid'>): void {
		const { book } = this.core;
		const store = book.store(fact.store_id);
		if (this.keepsMoney) book.advance(fact.at);
		if (!this.keepsMoney || isWithin(this.core, store, fact.amount)) {
			this.core.happen(fact);
			this.tally.approved('payout', fact.store_id).withdrawals++;
			return;
		}
		const outcome = this.core.take(withdrawal(fact));
		const tally = this.tally.answered('payout', fact.store_id, fact.at, outcome);
		tally.withdrawals++;
		if (!isStop(outcome.verdict)) return;
		tally.withdrawalsStopped++;
		const left = excess(fact.amount, outcome.verdict === 'limit' ? (outcome.amount ?? ZERO) : ZERO);
		this.tally.cutShort.withdrawals++;
		this.tally.cutShort.amount = add(this.tally.cutShort.amount, left);
		this.purses.want(fact, left);
	}

	/** A record about something that did not happen here, such as the delivery of an order that was not made. */
	private missed(fact: Fact, { code }: SuretyError): void {
		if (fact.type === 'order.delivered' && this.absent.stores.size > 0) this.absent.missed.other++;
		else this.tally.notTaken.set(code, (this.tally.notTaken.get(code) ?? 0) + 1);
	}

	private lookAt(fact: Fact): void {
		// A delivery moves no money; where it moves a window's end, the next midnight sees it.
		if (!('store_id' in fact) || fact.store_id === undefined) return;
		const store = this.core.book.findStore(fact.store_id);
		if (store !== undefined) this.purses.look(store);
	}

	/** Every midnight until then: what waits is asked again, and what is kept is added up. */
	private passDays(until: Instant): void {
		let midnight = this.midnight ?? midnightAfter(until);
		for (; midnight <= until; midnight = (midnight + DAY) as Instant) {
			if (!this.cuts.some && !this.purses.some) break;
			this.core.book.advance(midnight);
			this.cuts.askAgain(midnight);
			this.purses.passDay(midnight);
		}
		this.midnight = midnightAfter(until);
	}
}

/** The next midnight UTC, later than the instant itself. */
const midnightAfter = (at: Instant): Instant => ((Math.floor(at / DAY) + 1) * DAY) as Instant;

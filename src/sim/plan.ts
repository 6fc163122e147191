/**
 * A store's plan: what its owner and shoppers mean to do. Plans are made first and settled after (prices looked up,
 * claims worked out, money moved), so a look-alike or a gang may still change a price path it got from ordinary trade.
 */
import type { SkuId, StoreId } from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import { type Instant, SECOND } from '../core/words/time.js';
import type { Buyer, ClaimHabit, Papers } from './identity.js';

export interface PriceStep {
	readonly at: Instant;
	readonly price: Minor;
}

/** One thing on sale and its whole price path; the first step lists it. */
export class Item {
	readonly skuId: SkuId;
	/** 0 = no guarantee. */
	readonly protectDays: number;
	steps: PriceStep[];

	constructor(skuId: SkuId, protectDays: number, listing: PriceStep) {
		this.skuId = skuId;
		this.protectDays = protectDays;
		this.steps = [listing];
	}

	get listedAt(): Instant {
		return (this.steps[0] as PriceStep).at; // never empty, see the constructor
	}

	/** The price at an instant; before the listing, the listing's. */
	priceAt(at: Instant): Minor {
		let low = 0;
		let high = this.steps.length;
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((this.steps[middle] as PriceStep).at <= at) low = middle;
			else high = middle;
		}
		return (this.steps[low] as PriceStep).price;
	}

	/** Another price from `at` on, for good. */
	setFor(at: Instant, price: Minor): void {
		this.steps = [...this.steps.filter((step) => step.at < at), { at, price }];
	}

	/** Another price for a while; then back to what it was. Whatever was planned in between does not happen. */
	setBetween(from: Instant, to: Instant, price: Minor): void {
		const usual = this.priceAt(from);
		const before = this.steps.filter((step) => step.at < from);
		const afterwards = this.steps.filter((step) => step.at > to + SECOND);
		this.steps = [...before, { at: from, price }, { at: to, price: usual }, ...afterwards];
	}
}

export interface SentBack {
	readonly at: Instant;
	readonly quantity: number;
	/** Also where a difference was refunded, which nobody honest does. */
	readonly evenAfterClaim?: boolean;
}

export interface Purchase {
	readonly item: Item;
	readonly buyer: Buyer;
	readonly quantity: number;
	readonly paidAt: Instant;
	readonly deliveredAt: Instant;
	readonly releasedAt: Instant;
	/** A coupon of the store, in per cent of the price. */
	readonly couponPercent: number;
	/** Goods sent back. */
	readonly sentBack: SentBack | undefined;
	readonly claims: ClaimHabit;
}

/** A share of what is there beyond the deposit leaves, if it is worth the while. */
export interface PlannedWithdrawal {
	readonly at: Instant;
	readonly percent: number;
}

export interface StorePlan {
	readonly storeId: StoreId;
	readonly category: string;
	readonly openedAt: Instant;
	readonly closedAt: Instant | undefined;
	readonly deposit: Minor;
	readonly papers: Papers;
	readonly items: Item[];
	readonly purchases: Purchase[];
	readonly withdrawals: PlannedWithdrawal[];
}

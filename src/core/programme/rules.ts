/** Rules: a programme made ready for the book, with amounts in minor units and sets for lists. */
import { SuretyError } from '../words/error.js';
import {
	add,
	type Currency,
	excess,
	LARGEST_AMOUNT,
	least,
	type Minor,
	parseMoney,
	shareUp,
	subtract,
	times,
	ZERO,
} from '../words/money.js';
import type { PricePart, RecordOf } from '../words/record.js';
import { DAY, HOUR, type Instant, later, SECOND } from '../words/time.js';
import { nameOf, type Programme } from './schema.js';

export interface PeriodCap {
	readonly amount: Minor;
	readonly periodMs: number;
}

/** What the clock says of a new order line. */
export type Protection =
	| { readonly protected: true /** Whole second of 1970 at which the window ends, inclusive. */; readonly endS: number }
	| { readonly protected: false };

export class Rules {
	readonly name: string;
	readonly programme: Programme;
	readonly minimum: Minor;
	readonly lineCap: Minor;
	readonly caps: Readonly<Record<'buyer' | 'store' | 'period', PeriodCap | undefined>>;
	readonly fundWithinMs: number;
	private readonly storeBearsMillionths: number;
	private readonly excludedTraits: ReadonlySet<string>;
	private readonly excludedCategories: ReadonlySet<string>;
	private readonly excludedAtClaim: ReadonlySet<string>;
	private readonly partSigns: readonly (readonly [PricePart, 1 | -1])[];

	constructor(programme: Programme, currency: Currency) {
		const { caps, exclude, parts } = programme;
		const amount = (text: string, field: string): Minor => {
			const parsed = parseMoney(text, currency);
			if (typeof parsed === 'number') return parsed;
			throw new SuretyError('bad_programme', `programme: ${field}: ${parsed}`, field);
		};
		const periodCap = (scope: 'buyer' | 'store' | 'period'): PeriodCap | undefined => {
			const cap = caps[scope];
			return cap && { amount: amount(cap.amount, `caps.${scope}.amount`), periodMs: cap.days * DAY };
		};
		this.programme = programme;
		this.name = nameOf(programme);
		this.minimum = amount(programme.minimum_difference, 'minimum_difference');
		this.lineCap = caps.line === undefined ? LARGEST_AMOUNT : amount(caps.line, 'caps.line');
		this.caps = { buyer: periodCap('buyer'), store: periodCap('store'), period: periodCap('period') };
		this.fundWithinMs = programme.fund_within_hours * HOUR;
		this.storeBearsMillionths = programme.store_bears_percent * 10_000;
		this.excludedTraits = new Set(exclude.traits);
		this.excludedCategories = new Set(exclude.categories);
		this.excludedAtClaim = new Set(exclude.at_claim);
		this.partSigns = Object.entries(parts).flatMap(([part, rule]) =>
			rule === 'ignore' ? [] : [[part as PricePart, rule === 'count' ? 1 : -1] as const],
		);
	}

	/** [PR1] [PR2] [PR3] [PR6] Whether a line is protected, and until when. */
	protection(order: RecordOf<'order.paid'>): Protection {
		const { clock } = this.programme;
		if (order.protect_days === 0 || this.excluded(order) !== undefined) return { protected: false };
		if (clock.start === 'delivery') {
			return { protected: true, endS: endOf(order.at, clock.undelivered_days * DAY) };
		}
		return { protected: true, endS: endOf(this.startOf(order), this.windowMs(order.protect_days)) };
	}

	/** [PR6] What of an order line the programme does not cover, if anything. */
	excluded({ traits, category }: RecordOf<'order.paid'>): string | undefined {
		const trait = traits?.find((word) => this.excludedTraits.has(word));
		if (trait !== undefined) return trait;
		return category !== undefined && this.excludedCategories.has(category) ? category : undefined;
	}

	/** [PR1] Whether windows move when delivery is known. */
	get endsAfterDelivery(): boolean {
		return this.programme.clock.start === 'delivery';
	}

	/** [PR1] The window's end once delivery is known; undefined where delivery does not start the clock. */
	endAfterDelivery(deliveredAt: Instant): number | undefined {
		const { start, days } = this.programme.clock;
		return start === 'delivery' && days !== 'line' ? endOf(deliveredAt, days * DAY) : undefined;
	}

	/** [PR4] The reference price a price record sets. */
	reference(price: Minor, coupon: Minor | undefined): Minor {
		return this.programme.reference === 'checkout' && coupon !== undefined ? excess(price, coupon) : price;
	}

	/** [PR5] The protected price of a unit: what was paid, with the parts the programme counts or deducts. */
	protectedPrice(order: RecordOf<'order.paid'>): Minor {
		let base = order.unit_price;
		if (order.parts === undefined || this.partSigns.length === 0) return base;
		for (const [part, sign] of this.partSigns) {
			const value = order.parts[part] ?? ZERO;
			base = sign === 1 ? add(base, value) : excess(base, value);
		}
		return base;
	}

	/**
	 * [PR8] [PR9] [PR10] What a buyer could claim now on a line: units left times the fall, less what was refunded.
	 * Falls as the reference rises; zero from the protected price up.
	 */
	claimable(base: Minor, quantity: number, reference: Minor, refunded: Minor): Minor {
		if (base <= reference) return ZERO;
		if (refunded > 0 && this.programme.repeat === 'none') return ZERO;
		const due = excess(least(times(subtract(base, reference), quantity), this.lineCap), refunded);
		return due < this.minimum ? ZERO : due;
	}

	/** [PR11] The store's part of refunds that add up to this much, rounded up: the platform's part never grows by rounding. */
	borneByStore(refunds: Minor): Minor {
		return this.storeBearsMillionths === 1_000_000 ? refunds : shareUp(refunds, this.storeBearsMillionths);
	}

	/** [PR7] The first state that bars a claim, if any. */
	barredAtClaim(traits: readonly string[] | undefined): string | undefined {
		return traits?.find((word) => this.excludedAtClaim.has(word));
	}

	private startOf(order: RecordOf<'order.paid'>): Instant {
		const { start } = this.programme.clock;
		if (start === 'order') return order.ordered_at ?? order.at;
		// A campaign that ended before the purchase starts nothing earlier than the payment.
		if (start === 'campaign_end') return later(order.at, Math.max(0, (order.campaign_ends_at ?? order.at) - order.at));
		return order.at;
	}

	private windowMs(protectDays: number): number {
		const { days } = this.programme.clock;
		return (days === 'line' ? protectDays : days) * DAY;
	}
}

/** The last second that 32 bits hold, in 2106; no window ends later. */
const LAST_SECOND = 2 ** 32 - 1;
/** Windows end on whole seconds, rounded up in the buyer's favour; that second still belongs to the window. */
const endOf = (start: Instant, windowMs: number): number =>
	Math.min(LAST_SECOND, Math.ceil((start + windowMs) / SECOND));

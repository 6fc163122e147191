/**
 * Buyers that matter now: those with remembered lines, and those seen lately. Others are forgotten, so that memory
 * follows the trade that is open and not the length of history.
 */
import type { BuyerId } from '../words/ids.js';
import { DAY, type Instant } from '../words/time.js';

/** How long a buyer without remembered lines is kept. */
const IDLE_DAYS = 90;
const SWEEP_MS = 15 * DAY;

const NO_STORES: readonly number[] = [];

export class Buyer {
	readonly index: number;
	readonly id: BuyerId;
	/** Identifiers as shown last. */
	payment_account: string | undefined;
	device_id: string | undefined;
	ip: string | undefined;
	address: string | undefined;
	/** Remembered lines. */
	lines = 0;
	/** Whole days of 1970 when last seen: small enough to be stored inline. */
	lastDay: number;
	/** Stores (by index) this buyer bought from under guarantee, in order of first purchase; most have but one. */
	stores: readonly number[] = NO_STORES;

	constructor(index: number, id: BuyerId, at: Instant) {
		this.index = index;
		this.id = id;
		this.lastDay = Math.floor(at / DAY);
	}
}

export class Buyers {
	private readonly byId = new Map<string, Buyer>();
	private readonly byIndex: (Buyer | undefined)[] = [];
	private readonly free: number[] = [];
	private sweepAt = 0;

	/** The buyer of an id, made where unknown. */
	meet(id: BuyerId, at: Instant): Buyer {
		let buyer = this.byId.get(id);
		if (buyer === undefined) {
			buyer = new Buyer(this.free.pop() ?? this.byIndex.length, id, at);
			this.byIndex[buyer.index] = buyer;
			this.byId.set(id, buyer);
		}
		const day = Math.floor(at / DAY);
		if (day > buyer.lastDay) buyer.lastDay = day;
		return buyer;
	}

	find(id: string): Buyer | undefined {
		return this.byId.get(id);
	}

	/** The buyer of an index that a remembered line carries. */
	at(index: number): Buyer {
		return this.byIndex[index] as Buyer; // remembered lines keep their buyer
	}

	get count(): number {
		return this.byId.size;
	}

	/** Forgets idle buyers, now and then; driven by record time alone. */
	sweep(now: Instant): void {
		if (now < this.sweepAt) return;
		this.sweepAt = now + SWEEP_MS;
		for (const buyer of this.byId.values()) {
			if (buyer.lines > 0 || buyer.lastDay > now / DAY - IDLE_DAYS) continue;
			this.byId.delete(buyer.id);
			this.byIndex[buyer.index] = undefined;
			this.free.push(buyer.index);
		}
	}
}

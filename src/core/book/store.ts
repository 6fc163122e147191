/** A store and its items, as the book keeps them. */
import type { SkuId, StoreId } from '../words/ids.js';
import { type Minor, ZERO } from '../words/money.js';
import type { Instant } from '../words/time.js';
import { DUE, EXPOSED, FROM_DEPOSIT, GAP, OPEN_VALUE, OWN } from './ledger.js';
import { NONE, type Slot } from './line-slab.js';

/** One SKU of one store. */
export class Item {
	readonly index: number;
	readonly store: Store;
	readonly sku: SkuId;
	/** The store's current price; undefined until the first price record. */
	price: Minor | undefined;
	/** What guarantees compare with (see the programme's reference). */
	reference: Minor | undefined;
	pricedAt: Instant | undefined;
	/** Its open guarantees, linked through the slab, latest first. */
	first: Slot = NONE;
	/** The fingerprint of SKU and store, for the index of items. */
	a = 0;
	b = 0;
	c = 0;

	constructor(index: number, store: Store, sku: SkuId) {
		this.index = index;
		this.store = store;
		this.sku = sku;
	}
}

export class Store {
	/** Also its row in the ledger. */
	readonly index: number;
	readonly id: StoreId;
	readonly openedAt: Instant;
	closedAt: Instant | undefined;
	/** SKUs seen. */
	items = 0;

	/** Lines with something claimable or reserved, in the order they were triggered. */
	readonly triggered = new Set<Slot>();
	openGuarantees = 0;

	/** Since opening: paid to buyers, collected for it (or borne by the platform by rule), still missing. */
	advanced = ZERO;
	recovered = ZERO;
	/** Taken out in excess of all proceeds known: the records are incomplete. */
	unexplained = ZERO;
	/** Remembered lines of this store (they keep it from being forgotten). */
	lines = 0;

	private readonly row: Float64Array;

	/** @param row its row in the ledger. */
	constructor(index: number, id: StoreId, openedAt: Instant, row: Float64Array) {
		this.index = index;
		this.id = id;
		this.openedAt = openedAt;
		this.row = row;
	}

	/** Sums of the lines' own columns (see LineDetail): due = own + reserve account + gap. */
	get due(): Minor {
		return this.row[DUE]! as Minor;
	}
	set due(sum: Minor) {
		this.row[DUE] = sum;
	}
	get own(): Minor {
		return this.row[OWN]! as Minor;
	}
	set own(sum: Minor) {
		this.row[OWN] = sum;
	}
	get gap(): Minor {
		return this.row[GAP]! as Minor;
	}
	set gap(sum: Minor) {
		this.row[GAP] = sum;
	}
	/** How much of the reserve account came from the deposit; freed money restores the deposit first. */
	get reserveFromDeposit(): Minor {
		return this.row[FROM_DEPOSIT]! as Minor;
	}
	set reserveFromDeposit(sum: Minor) {
		this.row[FROM_DEPOSIT] = sum;
	}
	/** What open guarantees could cost at most, ... */
	get openValue(): Minor {
		return this.row[OPEN_VALUE]! as Minor;
	}
	set openValue(sum: Minor) {
		this.row[OPEN_VALUE] = sum;
	}
	/** ... and the part of it that the lines' own held proceeds do not cover. */
	get exposed(): Minor {
		return this.row[EXPOSED]! as Minor;
	}
	set exposed(sum: Minor) {
		this.row[EXPOSED] = sum;
	}
}

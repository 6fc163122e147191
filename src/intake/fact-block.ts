/**
 * A block of sorted rows to facts. The database hands over a block as a few lists of numbers and one long run of bytes
 * with all its texts; cutting that run here is several times faster than fetching every text by itself. Records are
 * written out as literals, every field in place, so that all facts of a type have one shape.
 */
import type { BuyerId, ClaimId, OrderLineId, RecordId, SkuId, StoreId, WithdrawalId } from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import type { Fact, RecordOf } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';
import { assert, BrokenInvariant } from '../core/words/error.js';
import { DAYS_ROOM, type FactRank, NO_AMOUNT, RANK_ROOM, RANKS } from './facts-sql.js';

/** Node's own cutters behind `toString('latin1', ...)`, without its detour through the encoding's name. */
interface Cutter {
	latin1Slice(start: number, end: number): string;
	utf8Slice(start: number, end: number): string;
}

const SEPARATOR = 31;
/** V8 makes a longer substring a window on the whole run, which would keep the run alive as long as the substring. */
const LONGEST_COPIED = 12;

/** Reads the parts of a run of texts one after the other. */
export class Texts {
	readonly #bytes: Buffer & Cutter;
	/** One character per byte: right for the parts that are ASCII. */
	readonly #ascii: string;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer & Cutter; // every Buffer is
		this.#ascii = this.#bytes.latin1Slice(0, bytes.byteLength);
	}

	next(): string {
		const bytes = this.#bytes;
		const start = this.#at;
		let end = start;
		let high = 0;
		for (; end < bytes.length; end++) {
			const byte = bytes[end] as number; // inside the bounds
			if (byte === SEPARATOR) break;
			high |= byte;
		}
		this.#at = end + 1;
		if (high > 127) return bytes.utf8Slice(start, end);
		return end - start > LONGEST_COPIED ? bytes.latin1Slice(start, end) : this.#ascii.slice(start, end);
	}

	/** All parts have been read. */
	get done(): boolean {
		return this.#at >= this.#bytes.length;
	}

	/** Nothing where the part is empty. */
	optional(): string | undefined {
		const text = this.next();
		return text === '' ? undefined : text;
	}
}

/** Sorted rows, a list per column (see facts-sql.ts). Plain values: another thread can be handed one as it is. */
export interface FactBlock {
	readonly length: number;
	/** How many facts of the history lie in its stretch of time, unwanted ones too. */
	readonly covers: number;
	readonly key: ArrayLike<number>;
	readonly store: ArrayLike<number>;
	readonly a: ArrayLike<number>;
	readonly b: ArrayLike<number>;
	/** All texts of the rows, in their order. */
	readonly texts: Uint8Array;
}

/** A block whose columns all threads see without copying them. */
export function sharedBlock(block: FactBlock): FactBlock {
	const column = (from: ArrayLike<number>): Float64Array => {
		const to = new Float64Array(new SharedArrayBuffer(from.length * Float64Array.BYTES_PER_ELEMENT));
		to.set(from);
		return to;
	};
	const texts = new Uint8Array(new SharedArrayBuffer(block.texts.length));
	texts.set(block.texts);
	const { key, store, a, b } = block;
	return { ...block, key: column(key), store: column(store), a: column(a), b: column(b), texts };
}

/** Facts that are made at a time: few enough to be forgotten before the collector looks for what is old. */
const BATCH = 2048;

/**
 * The facts of a block, some at a time. They are made anew whenever they are asked for.
 * @param storeIds by the number that stands for a store.
 */
export function* factsIn(block: FactBlock, storeIds: readonly string[]): Generator<readonly Fact[]> {
	const texts = new Texts(block.texts);
	for (let from = 0; from < block.length; from += BATCH) {
		yield factsOf(block, texts, from, Math.min(from + BATCH, block.length), storeIds);
	}
	assert(texts.done, 'every text belongs to a fact');
}

/** What a row's kind of fact is made from. */
interface Row {
	at: Instant;
	store: StoreId;
	a: number;
	b: number;
	texts: Texts;
}

/** @param texts stands where the texts of the first row begin. */
function factsOf(block: FactBlock, texts: Texts, from: number, to: number, storeIds: readonly string[]): Fact[] {
	const facts: Fact[] = [];
	const row: Row = { at: 0 as Instant, store: '' as StoreId, a: 0, b: 0, texts };
	let last = -1;
	for (let i = from; i < to; i++) {
		const key = block.key[i] as number; // all lists are as long as the block says
		if (key < last) throw new BrokenInvariant('facts came out of the order of time');
		last = key;
		const at = Math.floor(key / RANK_ROOM);
		row.at = at as Instant;
		row.store = storeIds[block.store[i] as number] as StoreId;
		row.a = block.a[i] as number;
		row.b = block.b[i] as number;
		const make = MAKERS[key - at * RANK_ROOM] as (row: Row) => Fact; // keys are made from RANKS
		facts.push(make(row));
	}
	return facts;
}

// The database holds only what the checks have passed, so its texts are ids and its numbers amounts and times.
const amountOrNone = (amount: number): Minor | undefined => (amount === NO_AMOUNT ? undefined : (amount as Minor));

function storeOpened({ at, store, a, texts }: Row): RecordOf<'store.opened'> {
	return {
		type: 'store.opened',
		id: `stores:${store}` as RecordId,
		at,
		store_id: store,
		deposit: a as Minor,
		category: texts.optional(),
		licence_no: texts.optional(),
		legal_person: texts.optional(),
		bank_account: texts.optional(),
		phone: texts.optional(),
		device_id: texts.optional(),
		ip: texts.optional(),
		address: texts.optional(),
	};
}

function priceChanged({ at, store, a, b, texts }: Row): RecordOf<'price.changed'> {
	return {
		type: 'price.changed',
		id: `price_changes:${b + 1}` as RecordId,
		at,
		store_id: store,
		sku_id: texts.next() as SkuId,
		price: a as Minor,
		coupon: undefined,
	};
}

function orderPaid({ at, store, a, b, texts }: Row): RecordOf<'order.paid'> {
	const line = texts.next() as OrderLineId;
	const sku = texts.next() as SkuId;
	const buyer = texts.next() as BuyerId;
	const quantity = Math.floor(b / DAYS_ROOM);
	return {
		type: 'order.paid',
		id: `order_lines:${line}:paid` as RecordId,
		at,
		order_line_id: line,
		order_id: texts.optional(),
		store_id: store,
		sku_id: sku,
		buyer_id: buyer,
		quantity,
		unit_price: a as Minor,
		protect_days: b - quantity * DAYS_ROOM,
		category: texts.optional(),
		device_id: texts.optional(),
		ip: texts.optional(),
		address: texts.optional(),
		payment_account: texts.optional(),
		ordered_at: undefined,
		campaign_ends_at: undefined,
		traits: undefined,
		parts: undefined,
	};
}

function orderDelivered({ at, texts }: Row): RecordOf<'order.delivered'> {
	const line = texts.next() as OrderLineId;
	return { type: 'order.delivered', id: `order_lines:${line}:delivered` as RecordId, at, order_line_id: line };
}

function orderRefunded({ at, store, a, texts }: Row): RecordOf<'order.refunded'> {
	const line = texts.next() as OrderLineId;
	const id = `order_lines:${line}:refunded` as RecordId;
	const amount = a as Minor;
	return { type: 'order.refunded', id, at, order_line_id: line, amount, quantity: undefined, store_id: store };
}

function orderReleased({ at, store, a, texts }: Row): RecordOf<'order.released'> {
	const line = texts.next() as OrderLineId;
	const id = `order_lines:${line}:released` as RecordId;
	return { type: 'order.released', id, at, order_line_id: line, amount: amountOrNone(a), store_id: store };
}

function claimPaid({ at, store, a, b, texts }: Row): RecordOf<'claim.paid'> {
	const claim = texts.next() as ClaimId;
	return {
		type: 'claim.paid',
		id: `claims:${claim}` as RecordId,
		at,
		claim_id: claim,
		order_line_id: texts.next() as OrderLineId,
		amount: a as Minor,
		recovered: amountOrNone(b),
		store_id: store,
		buyer_id: texts.next() as BuyerId,
	};
}

function withdrawalPaid({ at, store, a, texts }: Row): RecordOf<'withdrawal.paid'> {
	const withdrawal = texts.next() as WithdrawalId;
	const id = `withdrawals:${withdrawal}` as RecordId;
	return { type: 'withdrawal.paid', id, at, withdrawal_id: withdrawal, store_id: store, amount: a as Minor };
}

function storeLabelled({ at, store, a, b, texts }: Row): RecordOf<'store.labelled'> {
	texts.next();
	const id = `labels:${b + 1}` as RecordId;
	return { type: 'store.labelled', id, at, store_id: store, label: a === 1 ? 'abuse' : 'honest', note: undefined };
}

function storeClosed({ at, store, texts }: Row): RecordOf<'store.closed'> {
	texts.next();
	return { type: 'store.closed', id: `stores:${store}:closed` as RecordId, at, store_id: store };
}

const MAKE = {
	'store.opened': storeOpened,
	'price.changed': priceChanged,
	'order.paid': orderPaid,
	'order.delivered': orderDelivered,
	'order.refunded': orderRefunded,
	'order.released': orderReleased,
	'claim.paid': claimPaid,
	'withdrawal.paid': withdrawalPaid,
	'store.labelled': storeLabelled,
	'store.closed': storeClosed,
} as const satisfies Record<FactRank, (row: Row) => Fact>;

/** By rank. */
const MAKERS: readonly ((row: Row) => Fact)[] = RANKS.map((rank) => MAKE[rank]);

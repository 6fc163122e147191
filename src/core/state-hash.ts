/**
 * The state hash: one number for all that decisions depend on, so that two replays can be compared. Everything is fed
 * in a fixed order and numbers as their IEEE bytes in little-endian order, so machines agree. It detects accidents,
 * not forgers: the log's hash chain is for those.
 */
import { avalanche } from './book/fingerprint.js';
import { ACCOUNTS } from './book/ledger.js';
import { NONE } from './book/line-slab.js';
import type { Item, Store } from './book/store.js';
import type { Core } from './core.js';
import { OWN } from './programme/programmes.js';

export class Digest {
	private readonly bytes = new DataView(new ArrayBuffer(8));
	private a = 0x243f6a88;
	private b = 0x13198a2e;

	number(value: number | undefined): void {
		this.bytes.setFloat64(0, value ?? Number.NaN, true);
		this.word(this.bytes.getUint32(0, true));
		this.word(this.bytes.getUint32(4, true));
	}

	text(value: string | undefined): void {
		this.word(value === undefined ? 0xffffffff : value.length);
		for (let i = 0; i < (value?.length ?? 0); i++) this.word(value?.charCodeAt(i) ?? 0);
	}

	get hex(): string {
		const word = (x: number): string => (avalanche(x) >>> 0).toString(16).padStart(8, '0');
		return word(this.a ^ this.b) + word(this.b + Math.imul(this.a, 0x9e3779b1));
	}

	private word(value: number): void {
		this.a = avalanche(this.a ^ value) + this.b;
		this.b = Math.imul(this.b ^ value, 0x85ebca6b) + (this.a | 0);
		this.b ^= this.b >>> 13;
	}
}

/** 16 hexadecimal digits over the whole state. */
export function stateHash(core: Core): string {
	const digest = new Digest();
	digest.number(core.seq);
	digest.number(core.book.now);
	for (const store of core.book.stores) feedStore(digest, core, store);
	for (const item of core.book.items) feedItem(digest, core, item);
	return digest.hex;
}

function feedStore(digest: Digest, core: Core, store: Store): void {
	const risk = core.risk.of(store);
	digest.text(store.id);
	for (let account = 0; account < ACCOUNTS; account++) digest.number(core.book.ledger.get(store.index, account));
	for (const sum of [store.due, store.own, store.gap, store.reserveFromDeposit, store.openValue, store.exposed])
		digest.number(sum);
	for (const sum of [store.advanced, store.recovered, store.unexplained, store.lines, store.openGuarantees])
		digest.number(sum);
	for (const value of [store.openedAt, store.closedAt, risk.score, risk.peak, risk.flaggedAt, risk.buyers])
		digest.number(value);
	digest.text(core.risk.rings.of(store.index)?.id);
}

/** An item with its open guarantees, in the order the book walks them. */
function feedItem(digest: Digest, core: Core, item: Item): void {
	const { lines } = core.book;
	digest.text(item.sku);
	digest.number(item.store.index);
	for (const value of [item.price, item.reference, item.pricedAt]) digest.number(value);
	for (let slot = item.first; slot !== NONE; slot = lines.next(slot)) {
		for (const value of [lines.unit(slot), lines.quantity(slot), lines.paidS(slot), lines.endS(slot), lines.held(slot)])
			digest.number(value);
		const programme = lines.programme(slot);
		if (programme !== OWN) digest.number(programme);
		const d = lines.detailOf(slot);
		if (d === undefined) continue;
		for (const value of [d.base, d.refunded, d.fromHeld, d.goodwill, d.due, d.own, d.reserve, d.gap])
			digest.number(value);
		if (d.failed > 0) digest.number(d.failed);
	}
}

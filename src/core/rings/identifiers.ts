/**
 * Identifiers: which stores and buyers have shown the same licence, person, account, phone, device or address. A
 * buyer's payment account and a store's bank account are one kind of thing, so that a store paying itself shows.
 */
import type { Buyer } from '../book/buyers.js';
import type { RecordOf } from '../words/record.js';

/** Kinds by how much sharing one says (0 to 100) when nobody else has it; addresses and networks are shared by many. */
export const IDENTIFIER_KINDS = {
	licence_no: 100,
	legal_person: 80,
	bank_account: 100,
	phone: 80,
	device_id: 80,
	payment_account: 100,
	ip: 30,
	address: 30,
} as const;
export type IdentifierKind = keyof typeof IDENTIFIER_KINDS;

export const STORE_KINDS = [
	'licence_no',
	'legal_person',
	'bank_account',
	'phone',
	'device_id',
	'ip',
	'address',
] as const;
export const BUYER_KINDS = ['payment_account', 'device_id', 'ip', 'address'] as const;

/** One identifier's value and everyone who has shown it. */
export class Identifier {
	readonly kind: IdentifierKind;
	readonly value: string;
	/** Indexes of stores, and of buyers that are still remembered. */
	readonly stores = new Set<number>();
	readonly buyers = new Set<number>();

	constructor(kind: IdentifierKind, value: string) {
		this.kind = kind;
		this.value = value;
	}
}

const NOTHING: readonly Identifier[] = [];

export class Identifiers {
	private readonly byKey = new Map<string, Identifier>();
	private readonly ofStores: (readonly Identifier[] | undefined)[] = [];
	/** By buyer index; the slots follow BUYER_KINDS. */
	private readonly ofBuyers: ((Identifier | undefined)[] | undefined)[] = [];

	addStore(index: number, fact: RecordOf<'store.opened'>): void {
		const shown: Identifier[] = [];
		for (const kind of STORE_KINDS) {
			const value = fact[kind];
			if (value === undefined) continue;
			const identifier = this.identifier(kind, value);
			identifier.stores.add(index);
			shown.push(identifier);
		}
		if (shown.length > 0) this.ofStores[index] = shown;
	}

	/** Notes what an order shows of its buyer; most orders show what was known before. */
	addBuyer(buyer: Buyer, order: RecordOf<'order.paid'>): void {
		for (let i = 0; i < BUYER_KINDS.length; i++) {
			const kind = BUYER_KINDS[i] as (typeof BUYER_KINDS)[number];
			const value = order[kind];
			if (value !== undefined) this.show(buyer.index, i, kind, value);
		}
	}

	private show(buyer: number, place: number, kind: IdentifierKind, value: string): void {
		let shown = this.ofBuyers[buyer];
		if (shown === undefined) {
			shown = BUYER_KINDS.map(() => undefined);
			this.ofBuyers[buyer] = shown;
		}
		if (shown[place]?.value === value) return;
		const identifier = this.identifier(kind, value);
		identifier.buyers.add(buyer);
		shown[place] = identifier;
	}

	/** What a store has shown. */
	ofStore(index: number): readonly Identifier[] {
		return this.ofStores[index] ?? NOTHING;
	}

	/** What a buyer has shown last. */
	ofBuyer(index: number): readonly Identifier[] {
		return this.ofBuyers[index]?.filter((i) => i !== undefined) ?? NOTHING;
	}

	/** What is known of a value, if anybody has shown it. */
	find(kind: IdentifierKind, value: string): Identifier | undefined {
		return this.byKey.get(key(kind, value));
	}

	/** Called when a buyer is forgotten: its index will be given to another. */
	forgetBuyer(index: number): void {
		for (const identifier of this.byKey.size === 0 ? NOTHING : this.ofBuyer(index)) {
			identifier.buyers.delete(index);
			if (identifier.buyers.size + identifier.stores.size === 0)
				this.byKey.delete(key(identifier.kind, identifier.value));
		}
		this.ofBuyers[index] = undefined;
	}

	private identifier(kind: IdentifierKind, value: string): Identifier {
		const place = key(kind, value);
		let identifier = this.byKey.get(place);
		if (identifier === undefined) {
			identifier = new Identifier(kind, value);
			this.byKey.set(place, identifier);
		}
		return identifier;
	}
}

function key(kind: IdentifierKind, value: string): string {
	return `${kind === 'payment_account' ? 'bank_account' : kind}\n${value}`;
}

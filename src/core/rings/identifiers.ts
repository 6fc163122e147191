/**
 * Identifiers: which stores have shown the same licence, person, account, phone, device or address. What buyers show
 * stays with the buyer (see Shown) and is compared only when a store is looked at: nearly all buyers never matter, and
 * an index over them would cost more than the rest of the core.
 */
import type { Shown } from '../book/buyers.js';
import type { RecordOf } from '../words/record.js';

/** Kinds by how much sharing one says (0 to 100) when nobody else has it; addresses and networks are shared by many. */
export const IDENTIFIER_KINDS = {
	licence_no: 100,
	legal_person: 80,
	bank_account: 100,
	payment_account: 100,
	phone: 80,
	device_id: 80,
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
export type StoreKind = (typeof STORE_KINDS)[number];
export const BUYER_KINDS = ['payment_account', 'device_id', 'ip', 'address'] as const;
export type BuyerKind = (typeof BUYER_KINDS)[number];

/** A buyer's payment account and a store's bank account are one kind of thing: a store paying itself shows by it. */
export const STORE_KIND_OF: Readonly<Record<BuyerKind, StoreKind>> = {
	payment_account: 'bank_account',
	device_id: 'device_id',
	ip: 'ip',
	address: 'address',
};

/** One value that stores have shown. */
export interface Identifier {
	readonly kind: StoreKind;
	readonly value: string;
	/** Indexes of the stores, in order of opening. */
	readonly stores: number[];
}

const NOTHING: readonly Identifier[] = [];

export class Identifiers {
	private readonly byKind = new Map<StoreKind, Map<string, Identifier>>(STORE_KINDS.map((kind) => [kind, new Map()]));
	private readonly ofStores: (readonly Identifier[] | undefined)[] = [];

	addStore(index: number, fact: RecordOf<'store.opened'>): void {
		const shown: Identifier[] = [];
		for (const kind of STORE_KINDS) {
			const value = fact[kind];
			if (value === undefined) continue;
			const identifier = this.identifier(kind, value);
			identifier.stores.push(index);
			shown.push(identifier);
		}
		if (shown.length > 0) this.ofStores[index] = shown;
	}

	/** What a store has shown. */
	ofStore(index: number): readonly Identifier[] {
		return this.ofStores[index] ?? NOTHING;
	}

	/** What is known of a value, if any store has shown it. */
	find(kind: StoreKind, value: string): Identifier | undefined {
		return this.byKind.get(kind)?.get(value);
	}

	/** Whether a buyer showed what the store showed. */
	isOwn(store: number, shown: Shown): boolean {
		return this.ofStore(store).some(({ kind, value }) =>
			BUYER_KINDS.some((buyerKind) => STORE_KIND_OF[buyerKind] === kind && shown[buyerKind] === value),
		);
	}

	private identifier(kind: StoreKind, value: string): Identifier {
		const values = this.byKind.get(kind) as Map<string, Identifier>; // there is one for every kind
		let identifier = values.get(value);
		if (identifier === undefined) {
			identifier = { kind, value, stores: [] };
			values.set(value, identifier);
		}
		return identifier;
	}
}

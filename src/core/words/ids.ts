/** Ids: text that the marketplace chose, taken as it is. The brands keep a buyer's id out of a store's place. */

declare const kind: unique symbol;
type Id<K extends string> = string & { readonly [kind]: K };

export type RecordId = Id<'record'>;
export type StoreId = Id<'store'>;
export type SkuId = Id<'sku'>;
export type BuyerId = Id<'buyer'>;
export type OrderLineId = Id<'order line'>;
export type ClaimId = Id<'claim'>;
export type WithdrawalId = Id<'withdrawal'>;

export const LONGEST_ID = 200;

/** @returns the text as an id, or a sentence that says what is wrong with it. */
export function parseId<T extends Id<string>>(raw: unknown): T | { readonly problem: string } {
	if (typeof raw !== 'string' || raw.length === 0) return { problem: 'expected a non-empty text' };
	if (raw.length > LONGEST_ID) return { problem: `longer than ${LONGEST_ID} characters` };
	if (/[\u0000-\u001f\u007f]/.test(raw)) return { problem: 'has a control character' };
	return raw as T;
}

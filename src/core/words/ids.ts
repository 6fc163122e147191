/** Ids: text that the marketplace chose, taken as it is. The brands keep a buyer's id out of a store's place. */

declare const kind: unique symbol;
type Id<K extends string> = string & { readonly [kind]: K };

export type RecordId = Id<'record'>;
export type StoreId = Id<'store'>;
export type SkuId = Id<'sku'>;
export type BuyerId = Id<'buyer'>;
export type OrderLineId = Id<'order line'>;
export type ClaimId = Id<'claim'>;
export type AppealId = Id<'appeal'>;
export type WithdrawalId = Id<'withdrawal'>;

export const LONGEST_ID = 200;

/** @returns what is wrong with a text as an id, or nothing. */
export function idProblem(raw: unknown): string | undefined {
	if (typeof raw !== 'string' || raw.length === 0) return 'expected a non-empty text';
	if (raw.length > LONGEST_ID) return `longer than ${LONGEST_ID} characters`;
	let isPlain = true;
	for (let i = 0; i < raw.length; i++) {
		const c = raw.charCodeAt(i);
		if (c < 32 || c === 127) return 'has a control character';
		if (c >= FIRST_SURROGATE) isPlain = false;
	}
	return isPlain || isUnicode(raw) ? undefined : 'has half of a character';
}

/** Whether no surrogate stands alone: such a text would not come back from a log as it went in. */
export const isUnicode = (text: string): boolean => !LONE_SURROGATE.test(text);
const LONE_SURROGATE = /\p{Surrogate}/u;
const FIRST_SURROGATE = 0xd800;

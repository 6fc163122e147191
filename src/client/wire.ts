/**
 * The types of what goes over the wire, derived from the core's own tables: ids and times are strings there, amounts
 * decimal strings (numbers are taken as well). Nothing is declared twice, so a new field of a record is here at once.
 */
import type { Event } from '../core/desk/events.js';
import type {
	AppealId,
	BuyerId,
	ClaimId,
	OrderLineId,
	RecordId,
	SkuId,
	StoreId,
	WithdrawalId,
} from '../core/words/ids.js';
import type { Minor } from '../core/words/money.js';
import type { Outcome } from '../core/words/outcome.js';
import type { MessageType, RecordOf } from '../core/words/record.js';
import type { Instant } from '../core/words/time.js';

/** A decimal amount in major units, exact at the currency's scale: `'12.30'`, or a number. */
export type Amount = string | number;

type Id = RecordId | StoreId | SkuId | BuyerId | OrderLineId | ClaimId | AppealId | WithdrawalId;

/** A value of the core as the wire has it; `A` is what amounts are. */
export type Wire<V, A = string> = V extends Minor
	? A
	: V extends Instant | Id
		? string
		: V extends string | number | boolean | null | undefined
			? V
			: { readonly [K in keyof V]: Wire<V[K], A> };

/** What every record carries besides its own fields; the client makes both where they are absent. */
export interface RecordHead {
	/** Unique; the same id with the same content is the same record, however often it is sent. */
	readonly id?: string;
	/** The event's own time, RFC 3339 with offset. */
	readonly at?: string;
}

/** The fields of one type of record, to be sent. */
export type FieldsOf<T extends MessageType> = RecordHead & Wire<Omit<RecordOf<T>, 'type' | 'id' | 'at'>, Amount>;

/** Any record that may be sent, told apart by `type`. */
export type SuretyRecord = { [T in MessageType]: { readonly type: T } & FieldsOf<T> }[MessageType];

/** What was decided; amounts are decimal strings. */
export type SuretyOutcome = Wire<Outcome>;

/** Why a record could not be taken. */
export interface RecordError {
	readonly id?: string;
	readonly error: { readonly code: string; readonly message: string; readonly field?: string };
}

/** What comes back for one record. */
export type RecordAnswer = SuretyOutcome | RecordError;

type BodyOf<E extends Event> = E extends Event
	? { readonly type: E['type']; readonly timestamp: string; readonly data: Wire<Omit<E, 'type' | 'at'>> }
	: never;

/** The body of a webhook, told apart by `type`. */
export type WebhookBody = BodyOf<Event> | { readonly type: 'ping'; readonly timestamp: string; readonly data: unknown };

export const isError = (answer: RecordAnswer): answer is RecordError => 'error' in answer;

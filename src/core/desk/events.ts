/**
 * Events: what follows from records besides their own answers. Each is written to the log with the record that brought
 * it about, applied from there on every replay, and told to whoever listens.
 */
import type { Gate, Outcome, Verdict } from '../words/outcome.js';
import type { ClaimId, OrderLineId, RecordId, StoreId, WithdrawalId } from '../words/ids.js';
import type { Minor } from '../words/money.js';
import type { Reason } from '../words/reason.js';
import type { Fact } from '../words/record.js';
import type { Instant } from '../words/time.js';

/** What settled a held request. */
export type Settled = 'funds' | 'person' | 'withdrawn' | 'superseded' | 'expired';

export interface HoldDecided {
	readonly type: 'hold.decided';
	readonly at: Instant;
	readonly decision_id: RecordId;
	readonly store_id: StoreId;
	readonly gate: Gate;
	readonly verdict: Verdict;
	readonly reasons: readonly Reason[];
	readonly how: Settled;
	/** Claim and payout gate: what is granted. */
	readonly amount?: Minor;
	/** What the request became; absent where it was refused or withdrawn. */
	readonly fact?: Fact;
}

export interface StoreEvent {
	readonly type: 'store.flagged' | 'store.cleared' | 'badge.off' | 'badge.on' | 'deposit.call_lifted';
	readonly at: Instant;
	readonly store_id: StoreId;
	readonly reasons: readonly Reason[];
}

export interface RingFound {
	readonly type: 'ring.found';
	readonly at: Instant;
	/** The store that joined, and all members with it. */
	readonly store_id: StoreId;
	readonly ring_id: string;
	readonly stores: readonly StoreId[];
}

export interface DepositCalled {
	readonly type: 'deposit.called';
	readonly at: Instant;
	readonly store_id: StoreId;
	readonly required: Minor;
	readonly posted: Minor;
	readonly missing: Minor;
	/** When the call falls due. */
	readonly until: Instant;
	readonly reasons: readonly Reason[];
}

export interface AdvanceDue {
	readonly type: 'advance.due';
	readonly at: Instant;
	readonly store_id: StoreId;
	readonly claim_id: ClaimId;
	readonly order_line_id: OrderLineId;
	readonly amount: Minor;
}

export interface WithdrawalAllowed {
	readonly type: 'withdrawal.allowed';
	readonly at: Instant;
	readonly store_id: StoreId;
	readonly withdrawal_id: WithdrawalId;
	readonly amount: Minor;
}

export type Event = HoldDecided | StoreEvent | RingFound | DepositCalled | AdvanceDue | WithdrawalAllowed;
export type EventType = Event['type'];

export const EVENT_TYPES = [
	'advance.due',
	'withdrawal.allowed',
	'hold.decided',
	'deposit.called',
	'deposit.call_lifted',
	'badge.off',
	'badge.on',
	'store.flagged',
	'store.cleared',
	'ring.found',
] as const satisfies readonly EventType[];

/** A message's answer and all that followed from it: what is logged, and all that a replay needs. */
export interface Taken {
	readonly outcome: Outcome;
	readonly events: readonly Event[];
}

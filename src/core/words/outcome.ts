/** Outcomes: what comes back for a record. One shape for facts, requests and every later report of a decision. */
import type { RecordId } from './ids.js';
import type { Reason } from './reason.js';
import type { MessageType } from './record.js';
import type { Minor } from './money.js';

export const GATES = ['admission', 'guarantee', 'price', 'claim', 'payout'] as const;
export type Gate = (typeof GATES)[number];

/** `limit` grants less than was asked; `hold` waits for funds or a person. */
export type Verdict = 'approve' | 'limit' | 'hold' | 'refuse';

/** What a gate says, and the figures the contract promises for it. Amounts in minor units. */
export interface Answer {
	readonly gate: Gate;
	readonly verdict: Verdict;
	readonly reasons: readonly Reason[];
	/** Admission and guarantee gate. */
	readonly deposit_required?: Minor;
	/** Price gate: reserves the cut would trigger; money that can fill them; what is missing; the deepest funded price. */
	readonly triggered?: Minor;
	readonly free_funds?: Minor;
	readonly top_up?: Minor;
	readonly deepest_funded_price?: Minor;
	/** Claim and payout gate: what is granted. */
	readonly amount?: Minor;
	/** Payout gate: what the store may withdraw now. */
	readonly headroom?: Minor;
}

export interface Outcome extends Partial<Omit<Answer, 'gate' | 'verdict' | 'reasons'>> {
	readonly id: RecordId;
	/** Position in the order of decisions, from 1. */
	readonly seq: number;
	readonly type: MessageType;
	readonly verdict: Verdict | 'recorded';
	readonly reasons: readonly Reason[];
	/** The policy that decided: name and version. */
	readonly policy: string;
	/** What an observing gate would have answered, where that differs from what was done. */
	readonly observed?: Answer;
	/** What the policy in shadow would have answered, where that differs from what was done. */
	readonly shadow?: Answer & { readonly policy: string };
}

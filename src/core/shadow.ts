/**
 * [PL8] A policy in shadow: each record is put to it too, beside the policy that decides, and what it would have done
 * otherwise is counted in money. Both look at the same state, which is the one that the deciding policy has made.
 */
import type { Policy } from './policy.js';
import { add, type Minor, subtract, ZERO } from './words/money.js';
import { type Answer, type Gate, GATES, type Outcome, type Verdict } from './words/outcome.js';
import type { Message } from './words/record.js';
import type { Instant } from './words/time.js';

/** How often a shadow was stricter or looser at a gate, and by how much money. */
export interface GateTally {
	asked: number;
	stricter: number;
	looser: number;
	/** Price: the cost of the cuts; claim and payout: what would not have been paid; else deposits. */
	stricterAmount: Minor;
	looserAmount: Minor;
}

export class ShadowTally {
	readonly policy: Policy;
	readonly since: Instant;
	readonly gates: Readonly<Record<Gate, GateTally>>;

	constructor(policy: Policy, since: Instant) {
		this.policy = policy;
		this.since = since;
		this.gates = Object.fromEntries(GATES.map((gate) => [gate, noTally()])) as Record<Gate, GateTally>;
	}

	/** Counts what was decided while it looked on. */
	count(message: Message, outcome: Outcome): void {
		const gate = gateOf(message);
		if (gate === undefined) return;
		const tally = this.gates[gate];
		tally.asked++;
		const { shadow } = outcome;
		if (shadow === undefined) return;
		const amount = difference(gate, effect(outcome), shadow);
		if (isStricter(effect(outcome), shadow)) {
			tally.stricter++;
			tally.stricterAmount = add(tally.stricterAmount, amount);
		} else {
			tally.looser++;
			tally.looserAmount = add(tally.looserAmount, amount);
		}
	}
}

const noTally = (): GateTally => ({ asked: 0, stricter: 0, looser: 0, stricterAmount: ZERO, looserAmount: ZERO });

/** What a policy's answer comes down to. */
type Effect = Pick<Answer, 'verdict' | 'amount' | 'deposit_required' | 'triggered'>;

/** What an outcome came down to: of a fact, what its gate would have said. */
function effect(outcome: Outcome): Effect {
	if (outcome.verdict !== 'recorded') return { ...outcome, verdict: outcome.verdict };
	return outcome.observed ?? { verdict: 'approve' };
}

/** What stands beside an outcome: the other policy's answer, where it differs in what it would have brought about. */
export function beside(outcome: Outcome, other: Outcome, gate: Gate): Outcome['shadow'] {
	const [mine, theirs] = [effect(outcome), effect(other)];
	const isSame =
		mine.verdict === theirs.verdict &&
		grantOf(mine) === grantOf(theirs) &&
		(mine.deposit_required ?? ZERO) === (theirs.deposit_required ?? ZERO);
	if (isSame) return undefined;
	const { id: _, seq: __, type: ___, observed, shadow: ____, verdict: _____, policy, ...figures } = other;
	const said = other.verdict === 'recorded' ? (observed ?? { verdict: 'approve' as const, reasons: [] }) : figures;
	return { ...said, gate, verdict: theirs.verdict, policy };
}

const grantOf = ({ verdict, amount }: Effect): Minor =>
	verdict === 'hold' || verdict === 'refuse' ? ZERO : (amount ?? ZERO);

const RANK: Readonly<Record<Verdict, number>> = { approve: 0, limit: 1, hold: 2, refuse: 3 };

function isStricter(mine: Effect, theirs: Effect): boolean {
	if (mine.verdict !== theirs.verdict) return RANK[theirs.verdict] > RANK[mine.verdict];
	if (grantOf(mine) !== grantOf(theirs)) return grantOf(theirs) < grantOf(mine);
	return (theirs.deposit_required ?? ZERO) > (mine.deposit_required ?? ZERO);
}

function difference(gate: Gate, mine: Effect, theirs: Effect): Minor {
	if (gate === 'price') return theirs.triggered ?? mine.triggered ?? ZERO;
	const isPaid = gate === 'claim' || gate === 'payout';
	const [a, b] = isPaid
		? [grantOf(mine), grantOf(theirs)]
		: [mine.deposit_required ?? ZERO, theirs.deposit_required ?? ZERO];
	return a > b ? subtract(a, b) : subtract(b, a);
}

/** The gate that a message is put to, or would have been had it been asked. */
export function gateOf(message: Message): Gate | undefined {
	switch (message.type) {
		case 'store.apply':
		case 'store.opened':
			return 'admission';
		case 'guarantee.quote':
			return 'guarantee';
		case 'order.paid':
			return message.protect_days === 0 ? undefined : 'guarantee';
		case 'price.propose':
		case 'price.changed':
			return 'price';
		case 'claim.file':
		case 'claim.paid':
			return 'claim';
		case 'withdrawal.request':
		case 'withdrawal.paid':
			return 'payout';
		case 'store.closed':
		case 'store.labelled':
		case 'deposit.received':
		case 'deposit.returned':
		case 'order.delivered':
		case 'order.released':
		case 'order.refunded':
		case 'hold.settled':
		case 'hold.withdrawn':
		case 'claim.failed':
		case 'withdrawal.failed':
		case 'appeal.filed':
		case 'appeal.settled':
		case 'time.passed':
		case 'policy.drafted':
		case 'policy.backtested':
		case 'policy.approved':
		case 'policy.withdrawn':
		case 'policy.shadowed':
		case 'policy.unshadowed':
		case 'policy.enforced':
		case 'policy.rolled_back':
			return undefined;
	}
}

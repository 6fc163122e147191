/**
 * What a store was last told about itself: flag, ring, badge, call for a deposit. After each record about the store
 * the present is compared with it, and what differs is an event.
 */
import { guaranteeGate } from '../gates/guarantee-gate.js';
import { postedDeposit, requiredDeposit } from '../gates/view.js';
import type { Store } from '../book/store.js';
import type { State } from '../state.js';
import { excess, type Minor, ZERO } from '../words/money.js';
import { reason } from '../words/reason.js';
import { HOUR, type Instant, later } from '../words/time.js';
import type { DepositCalled, Event } from './events.js';

export interface Followed {
	flagged: boolean;
	ring: string | undefined;
	badge: boolean;
	/** The call for a deposit that stands. */
	call: DepositCalled | undefined;
}

/** A call that stands is renewed once what is missing has grown by so much, in per cent. */
const GROWN_PERCENT = 25;

export class Following {
	/** By store index; only stores that something was said about. */
	private readonly stores = new Map<number, Followed>();

	of(store: Store): Readonly<Followed> {
		return this.stores.get(store.index) ?? { flagged: false, ring: undefined, badge: true, call: undefined };
	}

	/** What is to be said about a store now. */
	news(state: State, store: Store, at: Instant): Event[] {
		const said = this.of(store);
		const { id: store_id } = store;
		const risk = state.risk.of(store);
		const events: Event[] = [];
		const flagged = risk.flaggedAt !== undefined;
		if (flagged !== said.flagged) {
			events.push({ type: flagged ? 'store.flagged' : 'store.cleared', at, store_id, reasons: risk.reasons });
		}
		const ring = state.risk.rings.of(store.index);
		if (ring !== undefined && ring.id !== said.ring) {
			const stores = ring.stores.map((index) => state.book.stores[index]?.id ?? store_id);
			events.push({ type: 'ring.found', at, store_id, ring_id: ring.id, stores });
		}
		if (state.policy.gates.guarantee === 'enforce') events.push(...promises(state, store, at, said));
		return events;
	}

	/** Notes what was said. */
	said(store: Store, event: Event): void {
		const followed = { ...this.of(store) };
		if (event.type === 'store.flagged') followed.flagged = true;
		else if (event.type === 'store.cleared') Object.assign(followed, { flagged: false, ring: undefined });
		else if (event.type === 'ring.found') followed.ring = event.ring_id;
		else if (event.type === 'badge.off') followed.badge = false;
		else if (event.type === 'badge.on') followed.badge = true;
		else if (event.type === 'deposit.called') followed.call = event;
		else if (event.type === 'deposit.call_lifted') followed.call = undefined;
		else return;
		this.stores.set(store.index, followed);
	}
}

/** [DC1] [DC2] [DC3] Whether the store may promise, and the deposit it is called for if it may not. */
function promises(state: State, store: Store, at: Instant, said: Readonly<Followed>): Event[] {
	const { id: store_id } = store;
	const answer = guaranteeGate(state, store);
	const { reasons } = answer;
	const badge = answer.verdict === 'approve';
	const events: Event[] = [];
	if (badge !== said.badge) events.push({ type: badge ? 'badge.on' : 'badge.off', at, store_id, reasons });
	const posted = postedDeposit(state, store);
	const required = requiredDeposit(state, store);
	const missing = store.closedAt === undefined ? excess(required, posted) : ZERO;
	if (missing === 0) {
		if (said.call !== undefined) events.push({ type: 'deposit.call_lifted', at, store_id, reasons: [] });
		return events;
	}
	if (hasGrown(missing, said.call?.missing)) {
		const until = said.call?.until ?? later(at, state.policy.call_hours * HOUR);
		events.push({ type: 'deposit.called', at, store_id, required, posted, missing, until, reasons });
	}
	return events;
}

const hasGrown = (missing: Minor, called: Minor | undefined): boolean =>
	called === undefined || missing * 100 > called * (100 + GROWN_PERCENT);

/** The reason of a merchant's or a person's word. */
export const saidBy = (code: 'hold_settled' | 'hold_withdrawn', by: string) => reason(code, { by });

/**
 * What a store was last told about itself: flag, ring, badge, call for a deposit. After each record about the store
 * the present is compared with it, and what differs is an event.
 */
import { guaranteeGate, mayPromise } from '../gates/guarantee-gate.js';
import { type GateView, postedDeposit, requiredDeposit } from '../gates/view.js';
import type { Store } from '../book/store.js';
import type { State } from '../state.js';
import { excess, type Minor, ZERO } from '../words/money.js';
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
		return this.stores.get(store.index) ?? AT_FIRST;
	}

	/** What is to be said about a store now; asked after every record, and nearly always nothing. */
	news(state: State, store: Store, at: Instant): readonly Event[] {
		const said = this.of(store);
		const risk = state.risk.of(store);
		const flagged = risk.flaggedAt !== undefined;
		const ring = state.risk.rings.of(store.index);
		const isNew = ring !== undefined && ring.id !== said.ring;
		const promised = promises(state.of(store.id), store, at, said);
		if (flagged === said.flagged && !isNew) return promised;
		const { id: store_id } = store;
		const events: Event[] = [];
		if (flagged !== said.flagged) {
			events.push({ type: flagged ? 'store.flagged' : 'store.cleared', at, store_id, reasons: risk.reasons });
		}
		if (isNew) {
			const stores = ring.stores.map((index) => state.book.stores[index]?.id ?? store_id);
			events.push({ type: 'ring.found', at, store_id, ring_id: ring.id, stores });
		}
		events.push(...promised);
		return events;
	}

	/** Stores (by index) that time alone may free: those without a badge, and those called for a deposit. */
	*waiting(): IterableIterator<number> {
		for (const [store, { badge, call }] of this.stores) if (!badge || call !== undefined) yield store;
	}

	/** All that was said, by store index. */
	all(): IterableIterator<[number, Readonly<Followed>]> {
		return this.stores.entries();
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

const AT_FIRST: Readonly<Followed> = { flagged: false, ring: undefined, badge: true, call: undefined };
const NOTHING: readonly Event[] = [];

/** Whether the store may promise, and the deposit it is called for if it may not. An observing gate asks nothing. */
function promises(view: GateView, store: Store, at: Instant, said: Readonly<Followed>): readonly Event[] {
	const isEnforced = view.policy.gates.guarantee === 'enforce';
	const badge = !isEnforced || mayPromise(view, store);
	const posted = postedDeposit(view, store);
	const required = requiredDeposit(view, store);
	const missing = store.closedAt === undefined && isEnforced ? excess(required, posted) : ZERO;
	const isLifted = missing === 0 && said.call !== undefined;
	const isCalled = missing > 0 && hasGrown(missing, said.call?.missing);
	if (badge === said.badge && !isLifted && !isCalled) return NOTHING;
	const { id: store_id } = store;
	const { reasons } = guaranteeGate(view, store);
	const events: Event[] = [];
	// [DC1]
	if (badge !== said.badge) events.push({ type: badge ? 'badge.on' : 'badge.off', at, store_id, reasons });
	// [DC3]
	if (isLifted) events.push({ type: 'deposit.call_lifted', at, store_id, reasons: [] });
	// [DC2]
	if (isCalled) {
		const isRunning = said.call !== undefined && said.call.until > at;
		const until = isRunning ? said.call.until : later(at, view.policy.call_hours * HOUR);
		events.push({ type: 'deposit.called', at, store_id, required, posted, missing, until, reasons });
	}
	return events;
}

const hasGrown = (missing: Minor, called: Minor | undefined): boolean =>
	called === undefined || missing * 100 > called * (100 + GROWN_PERCENT);

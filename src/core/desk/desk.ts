/**
 * The desk: everything that goes on after an answer. Held requests are asked again when their store's money changes,
 * settled by people, or run out; stores are told what changed for them; payments that failed are taken back. Like the
 * core it is pure, and moved by record time alone. `take` decides a message and all that follows from it; `replay`
 * applies what `take` once decided, without deciding anything again.
 */
import type { Store } from '../book/store.js';
import { NONE } from '../book/line-slab.js';
import * as facts from '../book/facts.js';
import { Core } from '../core.js';
import { becomes, decide } from '../decide.js';
import type { CoreOptions } from '../state.js';
import { SuretyError } from '../words/error.js';
import { badField } from '../words/field.js';
import type { RecordId, StoreId } from '../words/ids.js';
import { subtract, ZERO } from '../words/money.js';
import type { Gate, Outcome } from '../words/outcome.js';
import { type Reason, reason } from '../words/reason.js';
import { type Fact, type Message, type Notice, NOTICES, type RecordOf, type Request } from '../words/record.js';
import { HOUR, type Instant, MINUTE } from '../words/time.js';
import { Appeals } from './appeals.js';
import type { Event, HoldDecided, Settled, Taken } from './events.js';
import { Following } from './followed.js';
import { type Hold, Holds } from './holds.js';
import { Payments } from './payments.js';

const GATE_OF = {
	'store.apply': 'admission',
	'guarantee.quote': 'guarantee',
	'price.propose': 'price',
	'claim.file': 'claim',
	'withdrawal.request': 'payout',
} as const satisfies Record<Request['type'], Gate>;

export class Desk {
	readonly core: Core;
	readonly holds = new Holds();
	readonly appeals = new Appeals();
	readonly payments = new Payments();
	readonly following = new Following();
	/** The last word on requests that were held once. */
	private readonly settled = new Map<string, HoldDecided>();
	/** Before this, time alone changes nothing here. */
	private sweepAt = 0;

	constructor(options: CoreOptions) {
		this.core = new Core(options);
	}

	/**
	 * Decides a message, and applies it and all that follows.
	 * @throws SuretyError where it cannot be taken at all; then nothing has changed.
	 */
	take(message: Message): Taken {
		const outcome = isNotice(message) ? this.note(message) : this.core.weigh(message);
		this.apply(message, outcome);
		const events: Event[] = [];
		const happen = (event: Event): void => {
			this.happen(event);
			events.push(event);
		};
		this.consequences(message, outcome, happen);
		const store = this.storeOf(message);
		if (store !== undefined) this.look(store, happen);
		if (this.core.book.now >= this.sweepAt) this.sweep(happen);
		return { outcome, events };
	}

	/** Applies what was taken before. */
	replay(message: Message, { outcome, events }: Taken): void {
		this.apply(message, outcome);
		for (const event of events) this.happen(event);
		if (this.core.book.now >= this.sweepAt) this.swept();
	}

	/** The last word on a request that was held, if there has been one. */
	lastWord(id: string): HoldDecided | undefined {
		return this.settled.get(id);
	}

	/** [HO1] [CL12] [PO5] Whether a notice can be taken. */
	private note(notice: Notice): Outcome {
		switch (notice.type) {
			case 'hold.settled':
				this.admitWord(notice);
				break;
			case 'hold.withdrawn':
				this.waiting(notice.decision_id);
				break;
			case 'claim.failed':
				this.payment(notice.claim_id, 'claim_id');
				break;
			case 'withdrawal.failed':
				this.payment(notice.withdrawal_id, 'withdrawal_id');
				break;
			case 'appeal.filed':
				this.core.book.store(notice.store_id);
				if (this.appeals.find(notice.appeal_id) !== undefined)
					throw badField('appeal_id', notice.appeal_id, 'is open already');
				break;
			case 'appeal.settled':
				if (this.appeals.find(notice.appeal_id) === undefined)
					throw new SuretyError('unknown_appeal', `appeal_id "${notice.appeal_id}": no such open appeal`, 'appeal_id');
				break;
			case 'time.passed':
		}
		const { seq, policy } = this.core;
		return {
			id: notice.id,
			seq: seq + 1,
			type: notice.type,
			verdict: 'recorded',
			reasons: [],
			policy: policy.label,
		};
	}

	/** [HO5] A person decides stores and claims; cuts and withdrawals only money can let through. */
	private admitWord({ decision_id, verdict }: RecordOf<'hold.settled'>): void {
		const { gate, store_id } = this.waiting(decision_id);
		if (verdict === 'approve' && gate === 'admission' && this.core.book.findStore(store_id) !== undefined) {
			throw new SuretyError('duplicate_store', `store_id "${store_id}": is open already`, 'store_id');
		}
		if (verdict === 'approve' && (gate === 'price' || gate === 'payout')) {
			throw badField('verdict', verdict, 'only the store’s funds let a cut or a withdrawal through');
		}
	}

	private waiting(id: RecordId): Hold {
		const hold = this.holds.find(id);
		if (hold !== undefined) return hold;
		throw new SuretyError('not_waiting', `decision_id "${id}": is not waiting`, 'decision_id');
	}

	private payment(id: string, field: string) {
		const payment = this.payments.find(id);
		if (payment !== undefined) return payment;
		throw new SuretyError('unknown_payment', `${field} "${id}": no such payment`, field);
	}

	/** What a message and its outcome do to the state. */
	private apply(message: Message, outcome: Outcome): void {
		const { core } = this;
		core.seq++;
		if (isNotice(message)) {
			core.apply(message.at, undefined);
			this.applyNotice(message);
			return;
		}
		const fact = becomes(message, outcome);
		core.apply(message.at, fact);
		if (outcome.verdict === 'hold') {
			const request = message as Request; // facts are never held
			const gate = GATE_OF[request.type];
			this.holds.open(request, gate, this.storeIdOf(request), outcome, core.book.now, this.hoursOf(gate));
		} else if (fact !== undefined && fact !== message) this.notePayment(fact);
	}

	private applyNotice(notice: Notice): void {
		if (notice.type === 'appeal.filed') this.appeals.file(notice);
		else if (notice.type === 'appeal.settled') this.appeals.settle(notice.appeal_id);
		else if (notice.type === 'claim.failed') this.claimFailed(notice);
		else if (notice.type === 'withdrawal.failed') this.withdrawalFailed(notice);
	}

	private claimFailed({ claim_id }: RecordOf<'claim.failed'>): void {
		const { book, caps } = this.core;
		const { order_line_id, store_id, amount, at } = this.payment(claim_id, 'claim_id');
		this.payments.remove(claim_id);
		const slot = order_line_id === undefined ? NONE : book.findLine(order_line_id);
		if (slot === NONE) return;
		facts.unpayClaim(book, slot, amount);
		caps.paid(book.buyers.id(book.lines.buyer(slot)), store_id, at, subtract(ZERO, amount));
		book.check(book.store(store_id));
	}

	private withdrawalFailed({ withdrawal_id }: RecordOf<'withdrawal.failed'>): void {
		const { book } = this.core;
		const { store_id, amount } = this.payment(withdrawal_id, 'withdrawal_id');
		this.payments.remove(withdrawal_id);
		facts.unpayWithdrawal(book, book.store(store_id), amount);
		book.check(book.store(store_id));
	}

	/** Requests that became payments may still fail. */
	private notePayment(fact: Fact): void {
		const { at } = fact;
		if (fact.type === 'withdrawal.paid') {
			const { store_id, amount } = fact;
			this.payments.add(fact.withdrawal_id, { store_id, order_line_id: undefined, amount, at });
		} else if (fact.type === 'claim.paid') {
			const { order_line_id, amount } = fact;
			this.payments.add(fact.claim_id, { store_id: this.storeIdOf(fact), order_line_id, amount, at });
		}
	}

	/** What an event does to the state. */
	private happen(event: Event): void {
		if (event.type === 'hold.decided') {
			const hold = this.holds.find(event.decision_id);
			if (hold !== undefined) this.holds.close(hold);
			this.settled.set(event.decision_id, event);
			if (event.fact !== undefined) {
				this.core.apply(event.at, event.fact);
				this.notePayment(event.fact);
			}
			return;
		}
		const store = this.core.book.findStore(event.store_id);
		if (store !== undefined) this.following.said(store, event);
	}

	/** What follows from a message at once. */
	private consequences(message: Message, outcome: Outcome, happen: (event: Event) => void): void {
		if (message.type === 'hold.settled') {
			const hold = this.waiting(message.decision_id);
			happen(this.word(hold, message.verdict, 'person', reason('hold_settled', { by: message.by })));
		} else if (message.type === 'hold.withdrawn') {
			const hold = this.waiting(message.decision_id);
			happen(this.word(hold, 'refuse', 'withdrawn', reason('hold_withdrawn', { by: message.by })));
		} else if (message.type === 'price.propose') {
			for (const hold of this.holds.of(message.store_id)) {
				const isOlder = hold.id !== message.id && isFor(hold.request, message.sku_id);
				if (isOlder) happen(this.word(hold, 'refuse', 'superseded', reason('hold_superseded', { by: message.id })));
			}
		}
		const fact = isNotice(message) ? undefined : becomes(message, outcome);
		if (fact !== undefined && fact !== message) this.payOut(fact, happen);
	}

	/** What the platform has to pay now. */
	private payOut(fact: Fact, happen: (event: Event) => void): void {
		const { at } = fact;
		if (fact.type === 'claim.paid') {
			const { claim_id, order_line_id, amount } = fact;
			happen({ type: 'advance.due', at, store_id: this.storeIdOf(fact), claim_id, order_line_id, amount });
		} else if (fact.type === 'withdrawal.paid') {
			const { withdrawal_id, store_id, amount } = fact;
			happen({ type: 'withdrawal.allowed', at, store_id, withdrawal_id, amount });
		}
	}

	/** [HO2] Asks again what waits at a store, oldest first, and says what changed for it. */
	private look(store: Store, happen: (event: Event) => void): void {
		for (const hold of this.holds.of(store.id)) {
			if (!this.canAskAgain(hold)) continue;
			const asked = this.again(hold);
			const passes = asked.verdict === 'approve' || (asked.verdict === 'limit' && hold.gate === 'claim');
			if (passes) this.settle(this.word(hold, 'approve', 'funds', reason('hold_funded'), asked), happen);
		}
		for (const event of this.following.news(this.core, store, this.core.book.now)) happen(event);
	}

	/** [HO4] Lets what has run out take its default; asks everything that waits again. */
	private sweep(happen: (event: Event) => void): void {
		const { now } = this.core.book;
		const waiting = new Set<StoreId>();
		for (const hold of [...this.holds.all()]) {
			if (hold.until <= now) this.settle(this.expire(hold), happen);
			else waiting.add(hold.store_id);
		}
		for (const id of waiting) {
			const store = this.core.book.findStore(id);
			if (store !== undefined) this.look(store, happen);
		}
		this.swept();
	}

	private swept(): void {
		const { now } = this.core.book;
		this.sweepAt = now - (now % MINUTE) + MINUTE;
		this.payments.sweep(now);
	}

	private settle(event: HoldDecided, happen: (event: Event) => void): void {
		happen(event);
		if (event.fact !== undefined) this.payOut(event.fact, happen);
	}

	/** [PR13] An unfunded claim may be paid by the platform; everything else that nobody settled is refused. */
	private expire(hold: Hold): HoldDecided {
		const pays = hold.gate === 'claim' && this.core.policy.unfunded_claim === 'pay';
		const hours = Math.round((hold.until - hold.since) / HOUR);
		return this.word(hold, pays ? 'approve' : 'refuse', 'expired', reason('hold_expired', { hours }));
	}

	private word(
		hold: Hold,
		verdict: 'approve' | 'refuse',
		how: Settled,
		why: Reason,
		asked: Outcome = hold.outcome,
	): HoldDecided {
		const at = this.core.book.now;
		const { id: decision_id, store_id, gate } = hold;
		const amount = asked.amount === undefined || verdict === 'refuse' ? {} : { amount: asked.amount };
		const fact = becomes(this.asOf(hold, at), { verdict, ...amount });
		const reasons = [why, ...(how === 'funds' ? asked.reasons : [])];
		return {
			type: 'hold.decided',
			at,
			decision_id,
			store_id,
			gate,
			verdict,
			reasons,
			how,
			...amount,
			...(fact === undefined ? {} : { fact }),
		};
	}

	/** Stores wait for a person; a claim whose line was forgotten waits for its default. */
	private canAskAgain({ gate, request }: Hold): boolean {
		if (request.type !== 'claim.file') return gate !== 'admission';
		return this.core.book.findLine(request.order_line_id, request.at) !== NONE;
	}

	private again(hold: Hold): Outcome {
		return decide(this.core, this.asOf(hold, this.core.book.now));
	}

	/** A claim stays a claim of its own time; everything else happens when it is let through. */
	private asOf({ gate, request }: Hold, now: Instant): Request {
		return gate === 'claim' ? request : { ...request, at: now };
	}

	private hoursOf(gate: Gate): number {
		const { hold_hours } = this.core.policy;
		if (gate === 'claim') return this.core.book.rules.fundWithinMs / HOUR;
		return gate === 'guarantee' ? 0 : hold_hours[gate];
	}

	private storeIdOf(message: Request | Fact): StoreId {
		if ('store_id' in message && message.store_id !== undefined) return message.store_id;
		const { book } = this.core;
		const line = 'order_line_id' in message ? book.findLine(message.order_line_id, message.at) : NONE;
		return line === NONE ? ('' as StoreId) : book.storeOf(line).id; // only a forgotten line has no store
	}

	/** The store a message is about, if it is open. */
	private storeOf(message: Message): Store | undefined {
		const { book } = this.core;
		switch (message.type) {
			case 'time.passed':
				return undefined;
			case 'hold.settled':
			case 'hold.withdrawn':
				return book.findStore(this.settled.get(message.decision_id)?.store_id ?? '');
			case 'claim.failed':
			case 'withdrawal.failed':
			case 'appeal.settled':
				return undefined;
			case 'appeal.filed':
				return book.findStore(message.store_id);
			default:
				return book.findStore(this.storeIdOf(message));
		}
	}
}

const isNotice = (message: Message): message is Notice => Object.hasOwn(NOTICES, message.type);

const isFor = (request: Request, sku: string): boolean => request.type === 'price.propose' && request.sku_id === sku;

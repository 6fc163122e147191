/**
 * The desk: everything that goes on after an answer. Held requests are asked again when their store's money changes,
 * settled by people, or run out; stores are told what changed for them; payments that failed are taken back. Like the
 * core it is pure, and moved by record time alone. `take` decides a message and all that follows from it; `replay`
 * applies what `take` once decided, without deciding anything again.
 */
import { storeIdOf } from '../book/about.js';
import type { Store } from '../book/store.js';
import { Core } from '../core.js';
import { becomes } from '../decide.js';
import type { CoreOptions } from '../state.js';
import { SuretyError } from '../words/error.js';
import { badField } from '../words/field.js';
import type { RecordId, StoreId } from '../words/ids.js';
import type { Gate, Outcome } from '../words/outcome.js';
import { reason } from '../words/reason.js';
import { type Fact, type Message, type Notice, NOTICES, type PolicyNotice, type Request } from '../words/record.js';
import { HOUR, MINUTE } from '../words/time.js';
import { Appeals } from './appeals.js';
import { admitYes, asOf, byDefault, byPerson, passes, type Word } from './asked-again.js';
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

type Happen = (event: Event) => void;

export class Desk {
	readonly core: Core;
	readonly holds = new Holds();
	readonly appeals = new Appeals();
	readonly payments = new Payments();
	readonly following = new Following();
	/** The last word on requests that were held once, oldest first; for as long as settled lines are remembered. */
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
		const about = this.storeIdOf(message);
		const waiting = this.waitingFor(message);
		this.apply(message, outcome);
		const events: Event[] = [];
		const happen = (event: Event): void => {
			this.happen(event);
			events.push(event);
		};
		if (isNotice(message)) {
			if (waiting !== undefined) this.settleBy(message, waiting, happen);
		} else {
			this.supersede(message, happen);
			const fact = becomes(message, outcome);
			if (fact !== message) this.payOut(fact, happen);
		}
		const store = this.core.book.findStore(about);
		if (store !== undefined) {
			this.askAgain(store, happen);
			this.tell(store, happen);
		}
		if (this.core.book.now >= this.sweepAt) this.sweep(happen);
		return { outcome, events };
	}

	/** Applies what was taken before. */
	replay(message: Message, { outcome, events }: Taken): void {
		this.apply(message, outcome);
		for (const event of events) this.happen(event);
		if (this.core.book.now >= this.sweepAt) this.swept();
	}

	/** The last word on a request that was held, if there has been one and it is not forgotten. */
	lastWord(id: string): HoldDecided | undefined {
		return this.settled.get(id);
	}

	/** All last words that are remembered, oldest first. */
	lastWords(): IterableIterator<HoldDecided> {
		return this.settled.values();
	}

	/** When holds run out next, at the earliest. */
	get nextSweep(): number {
		return this.sweepAt;
	}

	/** Whether a notice can be taken. */
	private note(notice: Notice): Outcome {
		switch (notice.type) {
			case 'hold.settled':
			case 'hold.withdrawn': {
				const hold = this.hold(notice.decision_id);
				if (notice.type === 'hold.settled' && notice.verdict === 'approve') admitYes(this.core, hold, notice.at);
				break;
			}
			case 'claim.failed':
				this.payments.claim(notice.claim_id);
				break;
			case 'withdrawal.failed':
				this.payments.withdrawal(notice.withdrawal_id);
				break;
			case 'appeal.filed':
				this.core.book.store(notice.store_id);
				if (this.appeals.find(notice.appeal_id) !== undefined)
					throw badField('appeal_id', notice.appeal_id, 'is open already');
				break;
			case 'appeal.settled':
				this.appeals.waiting(notice.appeal_id);
				break;
			case 'time.passed':
				break;
			case 'policy.drafted':
			case 'policy.backtested':
			case 'policy.approved':
			case 'policy.withdrawn':
			case 'policy.shadowed':
			case 'policy.unshadowed':
			case 'policy.enforced':
			case 'policy.rolled_back':
				this.core.policies.check(notice);
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

	private hold(id: RecordId): Hold {
		const hold = this.holds.find(id);
		if (hold !== undefined) return hold;
		throw new SuretyError('not_waiting', `decision_id "${id}": is not waiting`, 'decision_id');
	}

	/** What a message and its outcome do to the state. */
	private apply(message: Message, outcome: Outcome): void {
		const { core } = this;
		core.seq++;
		core.policies.shadow?.count(message, outcome);
		if (isNotice(message)) {
			core.apply(message.at, undefined);
			this.applyNotice(message);
			return;
		}
		const fact = becomes(message, outcome);
		if (fact === undefined || fact === message) core.apply(message.at, fact);
		else this.payments.pay(core, message.at, fact);
		if (outcome.verdict !== 'hold') return;
		core.held(message);
		this.wait(message as Request, outcome); // facts are never held
	}

	private applyNotice(notice: Notice): void {
		if (notice.type === 'hold.withdrawn') this.core.takenBack(this.hold(notice.decision_id).request);
		else if (notice.type === 'appeal.filed') this.appeals.file(notice);
		else if (notice.type === 'appeal.settled') this.appeals.settle(notice.appeal_id);
		else if (notice.type === 'claim.failed') this.payments.claimFailed(this.core, notice);
		else if (notice.type === 'withdrawal.failed') this.payments.withdrawalFailed(this.core, notice);
		else if (isAboutPolicy(notice)) this.core.policies.step(notice);
	}

	/** [HO1] [PR13] A request that its gate holds waits for so long. */
	private wait(request: Request, outcome: Outcome): void {
		const { book } = this.core;
		const gate = GATE_OF[request.type];
		const store = this.storeIdOf(request) as StoreId;
		const { policy } = this.core.of(store);
		let own = 0;
		if (request.type === 'claim.file') own = book.rulesOf(book.findLine(request.order_line_id)).fundWithinMs / HOUR;
		else if (gate !== 'guarantee' && gate !== 'claim') own = policy.hold_hours[gate];
		this.holds.open(request, gate, store, outcome, book.now, own);
	}

	/** What an event does to the state. */
	private happen(event: Event): void {
		if (event.type === 'hold.decided') {
			const hold = this.holds.find(event.decision_id);
			if (hold !== undefined) this.holds.close(hold);
			this.settled.delete(event.decision_id); // the latest stands last
			this.settled.set(event.decision_id, event);
			if (event.fact !== undefined) this.payments.pay(this.core, event.at, event.fact);
			return;
		}
		const store = this.core.book.findStore(event.store_id);
		if (store !== undefined) this.following.said(store, event);
	}

	/** The hold that a notice settles. */
	private waitingFor(message: Message): Hold | undefined {
		const settles = message.type === 'hold.settled' || message.type === 'hold.withdrawn';
		return settles ? this.hold(message.decision_id) : undefined;
	}

	/** [HO3] [HO5] Somebody's word on a hold. */
	private settleBy(notice: Notice, hold: Hold, happen: Happen): void {
		if (notice.type === 'hold.withdrawn') {
			const why = reason('hold_withdrawn', { by: notice.by });
			this.settle(hold, 'withdrawn', { verdict: 'refuse', reasons: [why] }, happen);
		} else if (notice.type === 'hold.settled') {
			this.settle(hold, 'person', byPerson(this.core, hold, notice.verdict, notice.by), happen);
		}
	}

	/** [HO3] Of two prices for an item, and of two applications of a store, only the later one waits on. */
	private supersede(message: Request | Fact, happen: Happen): void {
		if (!('store_id' in message) || message.store_id === undefined) return;
		const own = this.holds.find(message.id);
		for (const hold of this.holds.of(message.store_id)) {
			if (hold.id === message.id || !isAboutTheSame(hold.request, message)) continue;
			const isLater = hold.request.at > message.at;
			const [earlier, by] = isLater ? [own, hold.id] : [hold, message.id];
			if (earlier === undefined || this.holds.find(earlier.id) === undefined) continue;
			const why = reason('hold_superseded', { by });
			this.settle(earlier, 'superseded', { verdict: 'refuse', reasons: [why] }, happen);
		}
	}

	/** What the platform has to pay now. */
	private payOut(fact: Fact | undefined, happen: Happen): void {
		const at = this.core.book.now;
		if (fact?.type === 'claim.paid') {
			const { claim_id, order_line_id, amount } = fact;
			const { store_id } = this.payments.claim(claim_id);
			happen({ type: 'advance.due', at, store_id, claim_id, order_line_id, amount });
		} else if (fact?.type === 'withdrawal.paid') {
			const { withdrawal_id, store_id, amount } = fact;
			happen({ type: 'withdrawal.allowed', at, store_id, withdrawal_id, amount });
		}
	}

	/** [HO2] Asks again what waits at a store, oldest first. */
	private askAgain(store: Store, happen: Happen): void {
		for (const hold of this.holds.of(store.id)) {
			const word = passes(this.core, hold);
			if (word !== undefined) this.settle(hold, 'funds', word, happen);
		}
	}

	/** Says what changed for a store. */
	private tell(store: Store, happen: Happen): void {
		for (const event of this.following.news(this.core, store, this.core.book.now)) happen(event);
	}

	/** [HO2] [HO4] Asks everything again that waits; what has run out and did not pass takes its default. */
	private sweep(happen: Happen): void {
		const { book } = this.core;
		const stores = new Set<Store>();
		for (const { store_id } of this.holds.all()) {
			const store = book.findStore(store_id);
			if (store !== undefined) stores.add(store);
		}
		for (const index of this.following.waiting()) {
			const store = book.stores[index] as Store; // stores are never removed
			if (store.closedAt === undefined) stores.add(store); // one that has closed promises nothing again
		}
		for (const store of stores) this.askAgain(store, happen);
		for (const hold of this.holds.all()) {
			if (hold.until <= book.now) this.settle(hold, 'expired', byDefault(this.core, hold), happen);
		}
		for (const store of stores) this.tell(store, happen);
		this.swept();
	}

	private swept(): void {
		const { now } = this.core.book;
		this.sweepAt = now - (now % MINUTE) + MINUTE;
		this.payments.sweep(now);
		for (const [id, { at }] of this.settled) {
			if (at > now - this.core.policy.rememberMs) break;
			this.settled.delete(id);
		}
	}

	private settle(hold: Hold, how: Settled, word: Word, happen: Happen): void {
		const at = this.core.book.now;
		const { id: decision_id, store_id, gate } = hold;
		const { verdict, reasons } = word;
		const amount = word.amount === undefined || verdict === 'refuse' ? {} : { amount: word.amount };
		const become = becomes(asOf(hold, at), { verdict, ...amount });
		const fact = become === undefined ? {} : { fact: become };
		happen({ type: 'hold.decided', at, decision_id, store_id, gate, verdict, reasons, how, ...amount, ...fact });
		this.payOut(become, happen);
	}

	/** The store that a message is about; none where it names none and its line is forgotten. */
	private storeIdOf(message: Message): StoreId | '' {
		const { type } = message;
		if (type === 'hold.settled' || type === 'hold.withdrawn') return this.hold(message.decision_id).store_id;
		if (type === 'claim.failed') return this.payments.claim(message.claim_id).store_id;
		if (type === 'withdrawal.failed') return this.payments.withdrawal(message.withdrawal_id).store_id;
		if (type === 'appeal.settled') return this.appeals.waiting(message.appeal_id).store_id;
		return storeIdOf(this.core.book, message);
	}
}

const isNotice = (message: Message): message is Notice => Object.hasOwn(NOTICES, message.type);
const isAboutPolicy = (notice: Notice): notice is PolicyNotice => notice.type.startsWith('policy.');

/** Whether a message about the same store takes the place of a request. */
function isAboutTheSame(request: Request, message: Request | Fact): boolean {
	if (request.type === 'price.propose')
		return (message.type === 'price.propose' || message.type === 'price.changed') && message.sku_id === request.sku_id;
	return request.type === 'store.apply' && (message.type === 'store.apply' || message.type === 'store.opened');
}

/**
 * The core: `decide` answers a record from the state, `evolve` applies the fact that follows, if one does; `take` is
 * both. Pure: time and ids come in the record, and nothing else comes in. Only facts move money and prices; a request
 * becomes one when its gate lets it through. Of one that is held, risk takes note.
 */
import { admit } from './admit.js';
import { becomes, decide } from './decide.js';
import { evolve } from './evolve.js';
import { beside, gateOf } from './shadow.js';
import { storeIdOf } from './book/about.js';
import { State } from './state.js';
import type { Item } from './book/store.js';
import type { Outcome } from './words/outcome.js';
import type { Fact, SuretyRecord } from './words/record.js';
import type { StoreId } from './words/ids.js';
import type { Instant } from './words/time.js';

export class Core extends State {
	/**
	 * Decides a record and applies what follows. Records are decided in the order they arrive; one from the past is
	 * judged by its own time but moves no clock (docs/SPEC.md, TM).
	 * @throws SuretyError where the record cannot be taken at all; then nothing has changed.
	 */
	take(record: SuretyRecord): Outcome {
		const outcome = this.weigh(record);
		this.apply(record.at, becomes(record, outcome));
		if (outcome.verdict === 'hold') this.held(record);
		this.seq++;
		return outcome;
	}

	/**
	 * Decides a record and lets its time come, and applies nothing yet.
	 * @throws SuretyError as `take` does.
	 */
	weigh(record: SuretyRecord): Outcome {
		admit(this, record);
		this.book.advance(record.at);
		const { policies } = this;
		const outcome = decide(policies.isUniform ? this : this.of(storeIdOf(this.book, record) as StoreId), record);
		const gate = policies.shadow === undefined ? undefined : gateOf(record);
		if (policies.shadow === undefined || gate === undefined) return outcome;
		const shadow = beside(outcome, decide(this.under(policies.shadow.policy), record), gate);
		return shadow === undefined ? outcome : { ...outcome, shadow };
	}

	/**
	 * Takes a fact of which nobody wants to know what its gate would have said.
	 * @throws SuretyError as `take` does.
	 */
	happen(fact: Fact): void {
		admit(this, fact);
		this.apply(fact.at, fact);
		this.seq++;
	}

	/** Notes that a request was held: nothing has happened, but a cut that was tried says something of its store. */
	held(request: SuretyRecord): void {
		const item = this.itemOfCut(request);
		if (item === undefined || request.type !== 'price.propose') return;
		this.risk.cutHeld(item, this.book.rules.reference(request.price, request.coupon), this.book.now);
	}

	/** Notes that whoever made a request that was held has taken it back. */
	takenBack(request: SuretyRecord): void {
		const item = this.itemOfCut(request);
		if (item !== undefined) this.risk.cutTakenBack(item);
	}

	private itemOfCut(request: SuretyRecord): Item | undefined {
		if (request.type !== 'price.propose') return undefined;
		return this.book.findItem(this.book.store(request.store_id), request.sku_id);
	}

	/** Lets a time come and applies a fact, be it decided now or read from a log. */
	apply(at: Instant, fact: Fact | undefined): void {
		this.book.advance(at);
		if (fact !== undefined) evolve(this, fact);
	}
}

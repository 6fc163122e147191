/**
 * Payments that were decided and may still fail on the payer's side. What each took from the store is remembered for a
 * while, by record time, so that a failure gives exactly that back, to where it came from.
 */
import type { Book } from '../book/book.js';
import * as facts from '../book/facts.js';
import { DEPOSIT, OWED } from '../book/ledger.js';
import { NONE, type Slot } from '../book/line-slab.js';
import type { Store } from '../book/store.js';
import type { Core } from '../core.js';
import { OWN } from '../programme/programmes.js';
import { SuretyError } from '../words/error.js';
import type { BuyerId, OrderLineId, StoreId } from '../words/ids.js';
import { add, excess, type Minor, subtract, ZERO } from '../words/money.js';
import type { Fact, RecordOf } from '../words/record.js';
import { DAY, type Instant } from '../words/time.js';

export interface ClaimPayment {
	readonly store_id: StoreId;
	readonly order_line_id: OrderLineId;
	readonly buyer_id: BuyerId;
	readonly taken: facts.ClaimTaken;
	/** The claim's own time, which says what cap it used. */
	readonly at: Instant;
	readonly since: Instant;
	/** The place of the programme whose caps it used; absent where that is the book's own. */
	readonly programme?: number | undefined;
}

export interface WithdrawalPayment {
	readonly store_id: StoreId;
	readonly amount: Minor;
	/** Of that, what the book could not explain [BK10]. */
	readonly unexplained: Minor;
	readonly since: Instant;
}

/** After this long a payment counts as made. */
const KEPT_MS = 30 * DAY;

export class Payments {
	/** By the marketplace's own ids, in the order they were decided. */
	private readonly byClaim = new Map<string, ClaimPayment>();
	private readonly byWithdrawal = new Map<string, WithdrawalPayment>();

	/** @throws SuretyError `unknown_payment`. */
	claim(id: string): ClaimPayment {
		return known(this.byClaim.get(id), id, 'claim_id');
	}

	/** @throws SuretyError `unknown_payment`. */
	withdrawal(id: string): WithdrawalPayment {
		return known(this.byWithdrawal.get(id), id, 'withdrawal_id');
	}

	/** Those that may still fail, oldest first. */
	claims(): IterableIterator<[string, ClaimPayment]> {
		return this.byClaim.entries();
	}

	withdrawals(): IterableIterator<[string, WithdrawalPayment]> {
		return this.byWithdrawal.entries();
	}

	/** Applies the fact that a request became; where it pays somebody, notes what that took. */
	pay(core: Core, at: Instant, fact: Fact): void {
		core.apply(at, undefined); // windows that ended by now have nothing to do with what the payment takes
		if (fact.type === 'claim.paid') this.payClaim(core, fact);
		else if (fact.type === 'withdrawal.paid') this.payWithdrawal(core, fact);
		else core.apply(fact.at, fact);
	}

	/** [CL12] Takes an advance back. */
	claimFailed({ book, caps }: Core, { claim_id }: RecordOf<'claim.failed'>): void {
		const { store_id, order_line_id, buyer_id, taken, at, programme = OWN } = this.claim(claim_id);
		this.byClaim.delete(claim_id);
		const store = book.store(store_id);
		const slot = book.findLine(order_line_id);
		if (slot === NONE) facts.unpayForgottenClaim(book, store, taken);
		else facts.unpayClaim(book, slot, taken);
		caps.paid(programme, buyer_id, store_id, at, subtract(ZERO, taken.amount));
		book.check(store);
	}

	/** [PO5] Takes a withdrawal back. */
	withdrawalFailed({ book }: Core, { withdrawal_id }: RecordOf<'withdrawal.failed'>): void {
		const { store_id, amount, unexplained } = this.withdrawal(withdrawal_id);
		this.byWithdrawal.delete(withdrawal_id);
		const store = book.store(store_id);
		facts.unpayWithdrawal(book, store, amount, unexplained);
		book.check(store);
	}

	/** Forgets what counts as made by now. */
	sweep(now: Instant): void {
		for (const payments of [this.byClaim, this.byWithdrawal]) {
			for (const [id, { since }] of payments) {
				if (since > now - KEPT_MS) break;
				payments.delete(id);
			}
		}
	}

	private payClaim(core: Core, fact: RecordOf<'claim.paid'>): void {
		const { book } = core;
		const { claim_id, order_line_id, amount, at } = fact;
		const slot = book.line(order_line_id, book.now);
		const store = book.storeOf(slot);
		const buyer_id = book.buyers.id(book.lines.buyer(slot));
		const storePart = book.securing.storePart(slot, amount);
		const before = sources(book, store, slot);
		core.apply(at, fact);
		const after = sources(book, store, slot);
		const taken = {
			amount,
			storePart,
			fromHeld: subtract(after.fromHeld, before.fromHeld),
			fromDeposit: excess(before.deposit, after.deposit),
			shortfall: excess(after.owed, before.owed),
		};
		// A later payment under the same id takes the place of the earlier one, and stands behind all others.
		this.byClaim.delete(claim_id);
		const place = book.lines.programme(slot);
		const programme = place === OWN ? {} : { programme: place };
		this.byClaim.set(claim_id, {
			store_id: store.id,
			order_line_id,
			buyer_id,
			taken,
			at,
			since: book.now,
			...programme,
		});
	}

	private payWithdrawal(core: Core, fact: RecordOf<'withdrawal.paid'>): void {
		const { book } = core;
		const { withdrawal_id, store_id, amount } = fact;
		const store = book.store(store_id);
		const before = store.unexplained;
		core.apply(fact.at, fact);
		const unexplained = subtract(store.unexplained, before);
		this.byWithdrawal.delete(withdrawal_id); // as above
		this.byWithdrawal.set(withdrawal_id, { store_id, amount, unexplained, since: book.now });
	}
}

/** Where the money of a claim may come from: the deposit counts with what it has lent to reserves. */
function sources({ ledger, lines }: Book, store: Store, slot: Slot) {
	return {
		fromHeld: lines.detailOf(slot)?.fromHeld ?? ZERO,
		deposit: add(ledger.get(store.index, DEPOSIT), store.reserveFromDeposit),
		owed: subtract(ZERO, ledger.get(store.index, OWED)),
	};
}

function known<P>(payment: P | undefined, id: string, field: string): P {
	if (payment !== undefined) return payment;
	throw new SuretyError('unknown_payment', `${field} "${id}": no such payment`, field);
}

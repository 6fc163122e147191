/**
 * Securing: keeps, for every guarantee, what is due on it (the store's part of what is claimable now) covered by the
 * line's own held proceeds, then by a reserve taken from the store's other money; what is left open is its gap, a
 * shortfall. Everything that changes a line goes through `uncount` before and `settle` after, so the store's sums
 * follow. Numbers in brackets are rules of docs/SPEC.md.
 *
 * Held proceeds of other lines never secure a guarantee [BK4]: they go back to their own buyer when those goods are
 * returned, and whoever robs a programme sits on both sides.
 */
import { OWN, type Programmes } from '../programme/programmes.js';
import type { Rules } from '../programme/rules.js';
import { assert } from '../words/error.js';
import { add, excess, least, type Minor, subtract, times, ZERO } from '../words/money.js';
import { type Account, BALANCE, DEPOSIT, type Ledger, OWED, OWED_REFUNDS, PLATFORM, RESERVE } from './ledger.js';
import { type LineDetail, type LineSlab, OPEN, type Slot } from './line-slab.js';
import type { Item, Store } from './store.js';

export class Securing {
	readonly funding: readonly Account[];
	/** The book's own. */
	private readonly rules: Rules;
	private readonly programmes: Programmes;
	private readonly lines: LineSlab;
	private readonly ledger: Ledger;
	private readonly items: readonly Item[];

	constructor(programmes: Programmes, lines: LineSlab, ledger: Ledger, items: readonly Item[]) {
		this.rules = programmes.of(OWN);
		this.programmes = programmes;
		this.lines = lines;
		this.ledger = ledger;
		this.items = items;
		this.funding = this.rules.programme.funding.map((money) => (money === 'balance' ? BALANCE : DEPOSIT));
	}

	itemOf(slot: Slot): Item {
		return this.items[this.lines.item(slot)] as Item; // lines are made with an item that is there
	}

	/** [PR14] The rules that the line was sold under. */
	rulesOf(slot: Slot): Rules {
		// Most books have one programme, and then no line need be asked.
		return this.programmes.count === 1 ? this.rules : this.programmes.of(this.lines.programme(slot));
	}

	/** [BK1] What the buyer could claim on the line at this reference price. */
	claimable(slot: Slot, reference: Minor | undefined): Minor {
		if (reference === undefined || !this.lines.has(slot, OPEN)) return ZERO;
		const { lines } = this;
		const detail = lines.detailOf(slot);
		if (detail === undefined) {
			const unit = lines.unit(slot);
			return unit <= reference ? ZERO : this.rulesOf(slot).claimable(unit, lines.quantity(slot), reference, ZERO);
		}
		const rules = this.rulesOf(slot);
		const quantity = lines.quantity(slot);
		const { base, refunded, failed } = detail;
		let due = rules.claimable(base, quantity, reference, refunded);
		// [CL12] What failed may be claimed again, and what could still have been claimed had it not failed; no more.
		if (failed > 0) due = least(due, add(failed, rules.claimable(base, quantity, reference, add(refunded, failed))));
		return least(due, this.mostCost(slot));
	}

	/** [PR11] The store's part of paying this much on the line. */
	storePart(slot: Slot, amount: Minor): Minor {
		const before = this.lines.detailOf(slot)?.refunded ?? ZERO;
		const rules = this.rulesOf(slot);
		return subtract(rules.borneByStore(add(before, amount)), rules.borneByStore(before));
	}

	/** [BK5] What the line could cost at most; zero once its guarantee has ended. */
	mostCost(slot: Slot): Minor {
		return this.lines.has(slot, OPEN) ? this.cashLeft(slot) : ZERO;
	}

	/** [BK2] Cash paid for the units left and not yet returned, however much more the programme protects. */
	cashLeft(slot: Slot): Minor {
		const detail = this.lines.detailOf(slot);
		const quantity = this.lines.quantity(slot);
		if (detail === undefined) return times(this.lines.unit(slot), quantity);
		const paid = times(least(detail.base, this.lines.unit(slot)), quantity);
		return excess(paid, add(detail.refunded, detail.goodwill));
	}

	/** Takes the line out of the store's sums of open guarantees; always paired with `count` or `settle`. */
	uncount(store: Store, slot: Slot): void {
		const cost = this.mostCost(slot);
		if (cost === 0) return;
		store.openValue = subtract(store.openValue, cost);
		store.exposed = subtract(store.exposed, excess(cost, this.lines.held(slot)));
	}

	count(store: Store, slot: Slot): void {
		const cost = this.mostCost(slot);
		if (cost === 0) return;
		store.openValue = add(store.openValue, cost);
		store.exposed = add(store.exposed, excess(cost, this.lines.held(slot)));
	}

	/** Counts the line again, secures it anew and lets freed money do its work. */
	settle(store: Store, slot: Slot): void {
		this.count(store, slot);
		if (this.secure(store, slot)) this.arrive(store);
	}

	/**
	 * [BK3] Brings the line's cover in step with what is due on it.
	 * @param mayFill false where money that comes free has older uses first (see `arrive`).
	 * @returns whether money of the store came free (then `arrive` must follow).
	 */
	secure(store: Store, slot: Slot, mayFill = true): boolean {
		const now = this.claimable(slot, this.itemOf(slot).reference);
		if (now === 0 && this.lines.detailOf(slot) === undefined) return false;
		const d = this.lines.detailFor(slot);
		const due = this.storePart(slot, now);
		const own = least(due, d.held);
		const needed = subtract(due, own);
		store.due = add(subtract(store.due, d.due), due);
		store.own = add(subtract(store.own, d.own), own);
		d.due = due;
		d.own = own;
		const freed = d.reserve > needed;
		if (freed) this.free(store, d, subtract(d.reserve, needed));
		else if (mayFill) this.fill(store, d, subtract(needed, d.reserve));
		this.setGap(store, d, subtract(needed, d.reserve));
		if (due > 0) store.triggered.add(slot);
		else {
			store.triggered.delete(slot);
			this.lines.simplify(slot);
		}
		return freed;
	}

	/** [BK6] Money has arrived or come free: old shortfalls first, then refunds owed, then gaps, oldest first. */
	arrive(store: Store): void {
		store.recovered = add(store.recovered, this.repay(store, OWED));
		this.repay(store, OWED_REFUNDS);
		if (store.gap === 0) return;
		for (const slot of store.triggered) {
			const d = this.lines.detailFor(slot);
			if (d.gap === 0) continue;
			const filled = this.fill(store, d, d.gap);
			this.setGap(store, d, subtract(d.gap, filled));
			if (d.gap > 0 || store.gap === 0) return;
		}
	}

	/** What arriving money pays before it is free: old shortfalls, refunds owed, gaps. */
	owedFirst(store: Store): Minor {
		const owed = add(this.ledger.get(store.index, OWED), this.ledger.get(store.index, OWED_REFUNDS));
		return subtract(store.gap, owed);
	}

	/** Money free to fill reserves: balance and deposit, as the programme's funding says. */
	freeFunds(store: Store): Minor {
		let sum = ZERO;
		for (const account of this.funding) sum = add(sum, this.ledger.get(store.index, account));
		return sum;
	}

	/** Takes up to `wanted` of the store's free money for an account, in the programme's order of funding. */
	collect(store: Store, to: Account, wanted: Minor): Minor {
		let taken = ZERO;
		for (const account of this.funding) {
			taken = add(taken, this.ledger.take(store.index, account, to, subtract(wanted, taken)));
		}
		return taken;
	}

	/** [BK7] Facts do not ask: takes reserved money all the same, oldest first; what it secured becomes a gap. */
	takeReserves(store: Store, to: Account, wanted: Minor): Minor {
		let taken = ZERO;
		if (wanted === 0 || this.ledger.get(store.index, RESERVE) === 0) return taken;
		for (const slot of store.triggered) {
			if (taken === wanted) break;
			const d = this.lines.detailFor(slot);
			const part = least(d.reserve, subtract(wanted, taken));
			d.reserve = subtract(d.reserve, part);
			this.setGap(store, d, add(d.gap, part));
			taken = add(taken, part);
		}
		this.ledger.move(store.index, RESERVE, to, taken);
		this.trimFromDeposit(store);
		return taken;
	}

	/** Pays out of the line's own reserve. */
	spendReserve(store: Store, d: LineDetail, to: Account, wanted: Minor): Minor {
		const part = least(d.reserve, wanted);
		if (part === 0) return part;
		d.reserve = subtract(d.reserve, part);
		this.ledger.move(store.index, RESERVE, to, part);
		this.trimFromDeposit(store);
		return part;
	}

	/** @throws BrokenInvariant unless everything due is own, reserved or a gap, for the store as a whole. */
	check(store: Store): void {
		const reserve = this.ledger.get(store.index, RESERVE);
		assert(store.due === store.own + reserve + store.gap, 'due differs from what secures it and what is missing');
		assert(store.gap >= 0 && store.own >= 0, 'a sum of cover fell below zero');
		assert(store.exposed >= 0 && store.openValue >= store.exposed, 'open guarantees do not add up');
		assert(store.reserveFromDeposit <= reserve, 'more of the deposit is reserved than is reserved at all');
	}

	private fill(store: Store, d: LineDetail, wanted: Minor): Minor {
		let filled = ZERO;
		for (const account of this.funding) {
			const part = this.ledger.take(store.index, account, RESERVE, subtract(wanted, filled));
			if (account === DEPOSIT) store.reserveFromDeposit = add(store.reserveFromDeposit, part);
			filled = add(filled, part);
		}
		d.reserve = add(d.reserve, filled);
		return filled;
	}

	/** [BK8] Freed money pays the commission that gave way to it, then restores what the deposit had lent. */
	private free(store: Store, d: LineDetail, freed: Minor): void {
		const commission = least(freed, d.commission);
		this.ledger.move(store.index, RESERVE, PLATFORM, commission);
		d.commission = subtract(d.commission, commission);
		d.reserve = subtract(d.reserve, commission);
		this.trimFromDeposit(store);
		const amount = subtract(freed, commission);
		const toDeposit = least(amount, store.reserveFromDeposit);
		this.ledger.move(store.index, RESERVE, DEPOSIT, toDeposit);
		this.ledger.move(store.index, RESERVE, BALANCE, subtract(amount, toDeposit));
		store.reserveFromDeposit = subtract(store.reserveFromDeposit, toDeposit);
		d.reserve = subtract(d.reserve, amount);
	}

	private setGap(store: Store, d: LineDetail, gap: Minor): void {
		store.gap = add(subtract(store.gap, d.gap), gap);
		d.gap = gap;
	}

	/** Pays down what the store owes on an account. */
	private repay(store: Store, owed: Account): Minor {
		const open = subtract(ZERO, this.ledger.get(store.index, owed));
		return open > 0 ? this.collect(store, owed, open) : ZERO;
	}

	private trimFromDeposit(store: Store): void {
		store.reserveFromDeposit = least(store.reserveFromDeposit, this.ledger.get(store.index, RESERVE));
	}
}

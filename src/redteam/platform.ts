/**
 * The honest platform of the game: the real desk, asked before anything happens, and around it what a marketplace does
 * by itself. These are the game's assumptions, and all of them:
 *
 * 1. A price changes only when the price gate lets it through. (A gate that observes lets everything through.)
 * 2. A badge is shown only where the guarantee gate approves; without it a sale carries no guarantee.
 * 3. Buyers pay the store's price, or the higher one they had ordered at before it was cut.
 * 4. Proceeds are released when receipt is confirmed, by the buyer or by itself ten days after payment.
 * 5. Claims and withdrawals are paid when, and only when, the desk says so. No store is sent a withdrawal of more than
 *    its own money there, deposit apart.
 * 6. Goods that come back are paid from what is still held for them, and once that was released only as far as the
 *    store has free money. Nobody gets back more than was paid.
 * 7. Payments to closed accounts come back and are told as failed.
 * 8. A deposit comes back when all windows have ended and everything is released, less what is owed.
 * 9. Nobody helps: what waits for a person at the platform runs out.
 */
import { BALANCE, DEPOSIT, RESERVE } from '../core/book/ledger.js';
import { NONE } from '../core/book/line-slab.js';
import type { Event } from '../core/desk/events.js';
import { Desk } from '../core/desk/desk.js';
import type { Store } from '../core/book/store.js';
import { assert, SuretyError } from '../core/words/error.js';
import type { SkuId } from '../core/words/ids.js';
import { add, excess, LARGEST_AMOUNT, least, type Minor, shareUp, subtract, ZERO } from '../core/words/money.js';
import type { Outcome } from '../core/words/outcome.js';
import type { Message, MessageType } from '../core/words/record.js';
import { DAY, HOUR, type Instant } from '../core/words/time.js';
import { Cash, type Line } from './cash.js';
import type { Setting } from './setting.js';
import { Timetable } from './timetable.js';

/** When every game begins: the founding case's October. */
export const BEGIN = 1_696_089_600_000 as Instant; // 2023-10-01T00:00:00+08:00
const AUTO_CONFIRM = 10 * DAY;

/** A message as this folder writes it: the fields of its type, amounts in minor units, ids as plain text. */
export interface Said {
	readonly type: MessageType;
	readonly [field: string]: unknown;
}

interface Paid {
	readonly id: string;
	readonly store: string;
	readonly line: Line | undefined;
	readonly amount: Minor;
}

export class Platform {
	readonly desk: Desk;
	readonly cash: Cash;
	readonly setting: Setting;
	readonly lines = new Map<string, Line>();
	/** Stores that are open, and whether they are the attacker's. */
	readonly stores = new Map<string, boolean>();
	/** The latest payments to the attacker, which could still fail. */
	readonly withdrawals: Paid[] = [];
	readonly claims: Paid[] = [];
	/** When the attacker begins. */
	begin: Instant = BEGIN;
	now: Instant = BEGIN;
	/** Told of everything that follows from an answer. */
	onEvent: (event: Event) => void = () => {};
	/** Told when a price has changed. */
	onPrice: (store: string, sku: string, price: Minor, before: Minor | undefined) => void = () => {};
	private count = 0;
	private readonly timetable = new Timetable();
	private readonly prices = new Map<string, { now: Minor; highest: Minor }>();

	constructor(setting: Setting) {
		this.setting = setting;
		this.desk = new Desk(setting);
		this.cash = new Cash(setting.programme.store_bears_percent);
	}

	/** Tells the desk and does what it says. @returns undefined where it cannot be taken at all. */
	tell(said: Said): Outcome | undefined {
		// What is said has its type's fields: all of it is written in this folder.
		const message = { ...said, id: `r${++this.count}`, at: this.now } as unknown as Message;
		try {
			const { outcome, events } = this.desk.take(message);
			this.follow(message, outcome);
			for (const event of events) this.hear(event);
			return outcome;
		} catch (error) {
			if (error instanceof SuretyError) return undefined;
			throw error;
		}
	}

	/** Hours since the attacker began. */
	get hour(): number {
		return Math.round((this.now - this.begin) / HOUR);
	}

	/** The attacker begins now. */
	beginNow(): void {
		this.begin = this.now;
	}

	/** What will happen by itself. */
	plan(after: number, happens: () => void): void {
		this.timetable.plan(this.now + after, happens);
	}

	/** Lets time pass, with all that happens in it, held requests running out included. */
	pass(millis: number): void {
		const until = this.now + millis;
		for (;;) {
			const next = Math.min(until, this.timetable.next, this.nextHoldEnds(until));
			const passes = next > this.now;
			this.now = Math.max(this.now, next) as Instant; // whole milliseconds, all of them
			// What happens now tells the time by itself.
			if (this.timetable.next <= this.now) this.timetable.take()?.();
			else if (passes) this.tell({ type: 'time.passed' });
			else if (this.now >= until) return;
		}
	}

	price(store: string, sku: string): { readonly now: Minor; readonly highest: Minor } | undefined {
		return this.prices.get(`${store} ${sku}`);
	}

	/** What a shopper sees the item for now: its price, less a coupon where the programme counts coupons. */
	reference(store: string, sku: string): Minor {
		const { book } = this.desk.core;
		// Ids of the game are ids of its book.
		return book.findItem(this.storeOf(store), sku as SkuId)?.reference ?? LARGEST_AMOUNT;
	}

	isOpen(store: string): boolean {
		return this.stores.has(store);
	}

	/** A buyer pays; the badge is asked for first. */
	sell(line: Line, buyer: string, protectDays: number, papers: Readonly<Record<string, string>> = {}): boolean {
		const quote = protectDays === 0 ? undefined : this.quote(line);
		line.isProtected = quote?.verdict === 'approve';
		const told = this.tell({
			type: 'order.paid',
			order_line_id: line.id,
			store_id: line.store,
			sku_id: line.sku,
			buyer_id: buyer,
			quantity: line.units,
			unit_price: line.unit,
			protect_days: line.isProtected ? protectDays : 0,
			...papers,
		});
		if (told === undefined) return false;
		this.lines.set(line.id, line);
		this.cash.order(line);
		this.plan(AUTO_CONFIRM, () => this.confirm(line));
		return true;
	}

	confirm(line: Line): void {
		if (line.isReleased) return;
		line.isReleased = true;
		this.tell({ type: 'order.delivered', order_line_id: line.id });
		this.tell({ type: 'order.released', order_line_id: line.id });
	}

	claim(line: Line): Outcome | undefined {
		return this.tell({ type: 'claim.file', claim_id: `c${this.count}`, order_line_id: line.id });
	}

	/** Units come back, and with them their share of what is left of the price. @returns what was paid. */
	sendBack(line: Line, units: number): Minor {
		return this.refund(line, shareOf(this.refundable(line), units, line.units), units);
	}

	/** Money comes back without goods; whole units that it pays for count as sent back all the same [OR4]. */
	giveBack(line: Line, wanted: Minor): Minor {
		return this.refund(line, least(wanted, this.refundable(line)), undefined);
	}

	/** Nobody gets back more than was paid. */
	private refundable(line: Line): Minor {
		return excess(line.paid, add(line.claimed, line.returned));
	}

	private refund(line: Line, wanted: Minor, units: number | undefined): Minor {
		const amount = least(wanted, line.isReleased ? this.freeOf(line.store) : this.heldOf(line));
		if (amount <= 0) return ZERO;
		const quantity = units === undefined ? {} : { quantity: units };
		if (this.tell({ type: 'order.refunded', order_line_id: line.id, amount, ...quantity }) === undefined) return ZERO;
		line.units -= Math.min(line.units, units ?? Math.floor(amount / line.unit));
		this.cash.refund(line, amount);
		return amount;
	}

	/** What a store could ask for: all its money at the platform but the deposit. */
	ownMoney(store: string): Minor {
		const at = this.storeOf(store);
		const { ledger } = this.desk.core.book;
		const reserve = excess(ledger.get(at.index, RESERVE), at.reserveFromDeposit);
		return add(ledger.get(at.index, BALANCE), reserve);
	}

	withdraw(store: string, amount: Minor): Outcome | undefined {
		return this.tell({
			type: 'withdrawal.request',
			withdrawal_id: `w${this.count}`,
			store_id: store,
			amount,
		});
	}

	topUp(store: string, amount: Minor, isOwn: boolean): void {
		if (this.tell({ type: 'deposit.received', store_id: store, amount }) !== undefined)
			this.cash.deposit(store, amount, isOwn);
	}

	/** A payment comes back from a closed account. */
	fail(paid: Paid): void {
		const { line, store, amount, id } = paid;
		const told =
			line === undefined
				? this.tell({ type: 'withdrawal.failed', withdrawal_id: id })
				: this.tell({ type: 'claim.failed', claim_id: id });
		if (told === undefined) return;
		const back = subtract(ZERO, amount);
		if (line === undefined) this.cash.withdrawal(store, back, this.stores.get(store) === true);
		else this.cash.claim(line, back);
	}

	/** All windows end, everything is released, stores take what is theirs, deposits come back. */
	windUp(longestWindowDays: number): void {
		this.pass(AUTO_CONFIRM);
		this.pass((longestWindowDays + 1) * DAY);
		for (const [store, isOwn] of this.stores) {
			const rest = this.ownMoney(store);
			if (rest > 0) this.withdraw(store, rest);
			const { deposits, entitled } = this.cash.account(store);
			const at = this.storeOf(store);
			const posted = add(this.desk.core.book.ledger.get(at.index, DEPOSIT), at.reserveFromDeposit);
			const amount = least(least(deposits, posted), excess(entitled, ZERO));
			if (amount > 0 && this.tell({ type: 'deposit.returned', store_id: store, amount }) !== undefined)
				this.cash.depositBack(store, amount, isOwn);
		}
		this.pass(HOUR);
	}

	private storeOf(id: string): Store {
		const store = this.desk.core.book.findStore(id);
		assert(store !== undefined, 'the game looked for a store that is not open');
		return store;
	}

	/** Free money that the store's funding may use. */
	freeOf(store: string): Minor {
		const { book } = this.desk.core;
		return book.securing.freeFunds(this.storeOf(store));
	}

	private heldOf(line: Line): Minor {
		const { book } = this.desk.core;
		const slot = book.findLine(line.id);
		return slot === NONE ? ZERO : book.lines.held(slot);
	}

	private quote({ store, sku }: Line): Outcome | undefined {
		return this.tell({ type: 'guarantee.quote', store_id: store, sku_id: sku });
	}

	private nextHoldEnds(limit: number): number {
		let next = limit;
		for (const { until } of this.desk.holds.all()) if (until > this.now && until < next) next = until;
		return next;
	}

	/** What the platform does by an answer. */
	private follow(message: Message, { verdict }: Outcome): void {
		const passes = verdict === 'approve' || verdict === 'limit';
		if (message.type === 'price.propose' && passes) this.setPrice(message.store_id, message.sku_id, message.price);
		if (message.type === 'store.apply' && passes) this.opened(message.store_id, message.deposit);
	}

	private hear(event: Event): void {
		if (event.type === 'advance.due') this.payClaim(event.claim_id, event.order_line_id, event.amount);
		else if (event.type === 'withdrawal.allowed') this.payOut(event.store_id, event.withdrawal_id, event.amount);
		else if (event.type === 'hold.decided' && event.fact?.type === 'price.changed')
			this.setPrice(event.fact.store_id, event.fact.sku_id, event.fact.price);
		else if (event.type === 'hold.decided' && event.fact?.type === 'store.opened')
			this.opened(event.store_id, event.fact.deposit);
		this.onEvent(event);
	}

	private payClaim(id: string, lineId: string, amount: Minor): void {
		const line = this.lines.get(lineId);
		if (line === undefined) return;
		this.cash.claim(line, amount);
		if (line.isOwn) this.claims.push({ id, store: line.store, line, amount });
	}

	private payOut(store: string, id: string, amount: Minor): void {
		const isOwn = this.stores.get(store) === true;
		this.cash.withdrawal(store, amount, isOwn);
		if (isOwn) this.withdrawals.push({ id, store, line: undefined, amount });
	}

	private opened(store: string, deposit: Minor): void {
		const isOwn = store.startsWith('own');
		this.stores.set(store, isOwn);
		this.cash.deposit(store, deposit, isOwn);
	}

	private setPrice(store: string, sku: string, price: Minor): void {
		const before = this.prices.get(`${store} ${sku}`);
		const highest = before === undefined || price > before.highest ? price : before.highest;
		this.prices.set(`${store} ${sku}`, { now: price, highest });
		this.onPrice(store, sku, price, before?.now);
	}
}

/** The part of an amount for some of the units, rounded up. */
const shareOf = (amount: Minor, units: number, of: number): Minor =>
	units >= of ? amount : least(amount, shareUp(amount, Math.ceil((units * 1_000_000) / of)));

/**
 * The attacker: plays the moves of a strategy one after another. It has a purse, which its budget fills once; what a
 * move cannot do (no money, no store, no such price, a gate's no) it leaves, and goes on. Nothing here decides about
 * the platform's money: that is the desk's word, and the platform's.
 */
import {
	add,
	excess,
	least,
	type Minor,
	most,
	shareDown,
	shareUp,
	subtract,
	times,
	ZERO,
} from '../core/words/money.js';
import type { Answer, Outcome } from '../core/words/outcome.js';
import { DAY, HOUR } from '../core/words/time.js';
import type { Line } from './cash.js';
import type { Platform } from './platform.js';
import { inMinor, type Setting } from './setting.js';
import { AT_HONEST, MOVES, type Move, type MoveOf, type Strategy } from './strategy.js';

const PERCENT = 10_000;
/** Own parcels and strangers' goods take this long. */
const TRAVEL = 2 * DAY;
/** Strangers claim this long after a price falls. */
const STRANGERS_CLAIM = 6 * HOUR;

/** What a move came to, for people and for telling ideas apart. */
export interface Step {
	/** Hours since the beginning. */
	readonly hour: number;
	readonly move: Move;
	readonly store: string;
	/** Money that moved, or the price that was asked for. */
	readonly amount: Minor;
	/** Lines, payments or steps done, of how many tried. */
	readonly done: number;
	readonly tried: number;
	/** The gates' answers: verdict and first reason, with how often. */
	readonly answers: Readonly<Record<string, number>>;
}

type Done = Pick<Step, 'amount' | 'done' | 'tried'>;

export class Attacker {
	readonly steps: Step[] = [];
	/** Cash that went to suppliers: licences, accounts, parcels, goods. */
	expenses: Minor = ZERO;
	/** What honest trade with strangers brought beyond its goods. */
	tradeGain: Minor = ZERO;
	private readonly platform: Platform;
	private readonly setting: Setting;
	private readonly budget: Minor;
	private readonly accounts = new Set<number>();
	private answers: Record<string, number> = {};
	private lineCount = 0;

	constructor(platform: Platform) {
		this.platform = platform;
		this.setting = platform.setting;
		this.budget = inMinor(this.setting.means.budget, this.setting.currency);
	}

	/** What it has in hand. */
	get purse(): Minor {
		const { cash } = this.platform;
		return subtract(add(this.budget, cash.toAttacker), add(cash.fromAttacker, this.expenses));
	}

	/** Cash out less cash in less costs. */
	get profit(): Minor {
		return subtract(this.purse, this.budget);
	}

	play(strategy: Strategy): void {
		const end = this.platform.begin + this.setting.means.days * DAY;
		for (const move of strategy) {
			if (this.platform.now + move.after_hours * HOUR > end) return;
			this.platform.pass(move.after_hours * HOUR);
			this.answers = {};
			const { hour } = this.platform;
			const store = AT_HONEST.has(move.do) ? `honest${move.store}` : `own${move.store}`;
			const { amount, done, tried } = this.make(move, store);
			this.steps.push({ hour, move, store, amount, done, tried, answers: this.answers });
		}
	}

	private make(move: Move, store: string): Done {
		if (move.do === 'open') return this.open(move, store);
		if (!this.platform.isOpen(store)) return { amount: ZERO, done: 0, tried: 0 };
		switch (move.do) {
			case 'price':
				return this.prices(store, `k${move.sku}`, [inMinor(move.price, this.setting.currency)]);
			case 'raise':
				return this.prices(store, `k${move.sku}`, [this.sharedPrice(store, move.sku, move.percent)]);
			case 'cut':
				return this.cut(move, store);
			case 'coupon':
				return this.coupon(move, store);
			case 'warm_up':
				return this.warmUp(move, store);
			case 'sell':
				return this.sell(move, store);
			case 'buy_honest':
				return this.buyHonest(move, store);
			case 'receive':
				return this.receive(store, move.percent);
			case 'withdraw':
				return this.withdraw(store, move.percent);
			case 'top_up':
				return this.topUp(store, inMinor(move.yuan, this.setting.currency));
			case 'claim':
			case 'claim_honest':
				return this.claim(store, move.percent);
			case 'send_back':
				return this.sendBack(store, move.percent, move.units_percent);
			case 'return_honest':
				return this.sendBack(store, move.percent, 100);
			case 'goodwill':
				return this.goodwill(store, move);
			case 'bounce':
				return this.bounce(store, move);
			case 'close':
				this.platform.tell({ type: 'store.closed', store_id: store } as never);
				return { amount: ZERO, done: 1, tried: 1 };
		}
	}

	private open({ deposit, papers }: MoveOf<'open'>, store: string): Done {
		const { means, prices, currency, policy } = this.setting;
		const nothing = { amount: ZERO, done: 0, tried: 0 };
		if (this.platform.isOpen(store) || Number(store.slice(3)) > means.stores) return nothing;
		const amount = most(inMinor(deposit, currency), policy.minimumDeposit);
		if (!this.pay(inMinor(prices.licence, currency), amount)) return nothing;
		const verified = { licence_no: 'confirmed', bank_account: 'confirmed' };
		const paper = papers === 0 ? store : papers === 1 ? 'own1' : `honest${papers - 1}`;
		const outcome = this.platform.tell({
			type: 'store.apply',
			store_id: store,
			deposit: amount,
			verified,
			...papersOf(paper),
			licence_no: `licence ${store}`,
			bank_account: `account ${store}`,
		} as never);
		this.hear(outcome);
		const isOpen = this.platform.isOpen(store);
		return { amount, done: isOpen ? 1 : 0, tried: 1 };
	}

	private sharedPrice(store: string, sku: number, percent: number): Minor {
		const { now } = this.platform.price(store, `k${sku}`) ?? { now: ZERO };
		return least(shareDown(now, percent * PERCENT), inMinor(100_000, this.setting.currency));
	}

	/** Asks for one price after another, so many hours apart. */
	private prices(store: string, sku: string, steps: readonly Minor[], hours = 0): Done {
		let done = 0;
		for (const [i, price] of steps.entries()) {
			if (i > 0) this.platform.pass(hours * HOUR);
			const outcome = this.platform.tell({ type: 'price.propose', store_id: store, sku_id: sku, price } as never);
			this.hear(outcome);
			if (outcome?.verdict === 'approve') done++;
		}
		return { amount: steps.at(-1) ?? ZERO, done, tried: steps.length };
	}

	private cut(move: MoveOf<'cut'>, store: string): Done {
		const at = this.platform.price(store, `k${move.sku}`);
		if (at === undefined) return { amount: ZERO, done: 0, tried: 0 };
		const steps = Array.from({ length: move.steps }, (_, i) => {
			const percent = 100 - Math.round(((100 - move.to_percent) * (i + 1)) / move.steps);
			return shareDown(at.now, percent * PERCENT);
		});
		return this.prices(store, `k${move.sku}`, steps, move.hours_between);
	}

	private coupon({ sku, percent }: MoveOf<'coupon'>, store: string): Done {
		const sku_id = `k${sku}`;
		const price = this.platform.price(store, sku_id)?.now;
		if (price === undefined) return { amount: ZERO, done: 0, tried: 0 };
		const coupon = shareDown(price, percent * PERCENT);
		const outcome = this.platform.tell({ type: 'price.propose', store_id: store, sku_id, price, coupon } as never);
		this.hear(outcome);
		return { amount: coupon, done: outcome?.verdict === 'approve' ? 1 : 0, tried: 1 };
	}

	private warmUp(move: MoveOf<'warm_up'>, store: string): Done {
		let [amount, done, tried] = [ZERO, 0, 0];
		const isOwn = move.strangers === 0;
		for (let day = 0; day < move.days; day++) {
			for (let i = 0; i < move.sales_a_day; i++) {
				tried++;
				const unit = this.platform.price(store, `k${move.sku}`)?.now ?? ZERO;
				const line = this.newLine(store, `k${move.sku}`, unit, 1, isOwn);
				if (unit === 0 || !this.order(line, tried, 7)) continue;
				this.platform.plan(TRAVEL, () => this.platform.confirm(line));
				done++;
				amount = add(amount, unit);
			}
			this.platform.pass(DAY);
		}
		return { amount, done, tried };
	}

	private sell(move: MoveOf<'sell'>, store: string): Done {
		const price = this.platform.price(store, `k${move.sku}`);
		if (price === undefined) return { amount: ZERO, done: 0, tried: move.lines };
		const base = move.ordered_before === 1 ? price.highest : price.now;
		const unit = shareUp(base, move.pays_percent * PERCENT);
		return this.buy(store, `k${move.sku}`, unit, move.lines, move.quantity, move.protect_days);
	}

	private buyHonest(move: MoveOf<'buy_honest'>, store: string): Done {
		const unit = this.platform.price(store, 'k1')?.now ?? ZERO;
		return this.buy(store, 'k1', unit, move.lines, move.quantity, MOVES.sell.protect_days.choices[1]);
	}

	private buy(store: string, sku: string, unit: Minor, lines: number, quantity: number, protectDays: number): Done {
		let [amount, done] = [ZERO, 0];
		if (unit === 0) return { amount, done, tried: lines };
		for (let i = 0; i < lines; i++) {
			const line = this.newLine(store, sku, unit, quantity, true);
			if (!this.order(line, i, protectDays)) break;
			done++;
			amount = add(amount, line.paid);
		}
		return { amount, done, tried: lines };
	}

	/** Pays for a line: an own account with the purse, a stranger with its own money and against real goods. */
	private order(line: Line, n: number, protectDays: number): boolean {
		const { means, prices, currency } = this.setting;
		const buyer = line.isOwn ? n % means.buyers : n;
		if (line.isOwn) {
			const isNew = !this.accounts.has(buyer);
			const fees = inMinor(prices.empty_parcel + (isNew ? prices.shopper_account : 0), currency);
			if (!this.pay(fees, line.paid)) return false;
			this.accounts.add(buyer);
		} else {
			const goods = shareUp(line.paid, prices.goods_percent * PERCENT);
			if (!this.pay(goods, ZERO)) return false;
			this.tradeGain = add(this.tradeGain, subtract(line.paid, goods));
		}
		return this.platform.sell(line, line.isOwn ? `gang${buyer}` : `stranger${line.id}`, protectDays);
	}

	private newLine(store: string, sku: string, unit: Minor, units: number, isOwn: boolean): Line {
		const paid = times(unit, units);
		const id = `l${++this.lineCount}`;
		const none = { claimed: ZERO, returned: ZERO, storePart: ZERO };
		return { id, store, sku, isOwn, unit, paid, units, isProtected: false, isReleased: false, ...none };
	}

	private receive(store: string, percent: number): Done {
		const lines = some(
			this.own(store).filter((line) => !line.isReleased),
			percent,
		);
		let amount = ZERO;
		for (const line of lines) {
			this.platform.confirm(line);
			amount = add(amount, line.paid);
		}
		return { amount, done: lines.length, tried: lines.length };
	}

	private withdraw(store: string, percent: number): Done {
		const asked = shareUp(this.platform.ownMoney(store), percent * PERCENT);
		if (asked === 0) return { amount: ZERO, done: 0, tried: 0 };
		const outcome = this.platform.withdraw(store, asked);
		this.hear(outcome);
		const isPaid = outcome?.verdict === 'approve' || outcome?.verdict === 'limit';
		return { amount: isPaid ? (outcome?.amount ?? ZERO) : ZERO, done: isPaid ? 1 : 0, tried: 1 };
	}

	private topUp(store: string, amount: Minor): Done {
		if (!this.pay(ZERO, amount)) return { amount: ZERO, done: 0, tried: 1 };
		this.platform.topUp(store, amount, true);
		return { amount, done: 1, tried: 1 };
	}

	private claim(store: string, percent: number): Done {
		const fallen = this.own(store).filter(
			(line) => line.isProtected && line.units > 0 && this.platform.reference(store, line.sku) < line.unit,
		);
		const before = this.platform.cash.toAttacker;
		const lines = some(fallen, percent);
		let done = 0;
		for (const line of lines) {
			const outcome = this.platform.claim(line);
			this.hear(outcome);
			if (outcome?.verdict === 'approve' || outcome?.verdict === 'limit') done++;
		}
		return { amount: subtract(this.platform.cash.toAttacker, before), done, tried: lines.length };
	}

	private sendBack(store: string, percent: number, units: number): Done {
		const lines = some(
			this.own(store).filter((line) => line.units > 0),
			percent,
		);
		return this.back(lines, (line) => this.platform.refund(line, Math.ceil((line.units * units) / 100), ZERO));
	}

	private goodwill(store: string, move: MoveOf<'goodwill'>): Done {
		const lines = some(
			this.own(store).filter((line) => line.units > 0),
			move.percent,
		);
		return this.back(lines, (line) => this.platform.refund(line, 0, shareDown(line.paid, move.share * PERCENT)));
	}

	private back(lines: readonly Line[], pay: (line: Line) => Minor): Done {
		let [amount, done] = [ZERO, 0];
		for (const line of lines) {
			const paid = pay(line);
			if (paid > 0) done++;
			amount = add(amount, paid);
		}
		return { amount, done, tried: lines.length };
	}

	private bounce(store: string, { what, count }: MoveOf<'bounce'>): Done {
		const paid = what === 0 ? this.platform.withdrawals : this.platform.claims;
		let [amount, done] = [ZERO, 0];
		for (let i = paid.length - 1; i >= 0 && done < count; i--) {
			const payment = paid[i];
			if (payment === undefined || payment.store !== store || payment.amount > this.purse) continue;
			paid.splice(i, 1);
			this.platform.fail(payment);
			amount = add(amount, payment.amount);
			done++;
		}
		return { amount, done, tried: count };
	}

	/** Strangers claim what they are owed, without being asked. */
	strangersClaim(store: string, sku: string): void {
		this.platform.plan(STRANGERS_CLAIM, () => {
			for (const line of this.platform.lines.values())
				if (!line.isOwn && line.store === store && line.sku === sku && line.isProtected) this.platform.claim(line);
		});
	}

	/** Whether the purse pays: fees are gone, the rest goes to the platform. */
	private pay(fees: Minor, rest: Minor): boolean {
		if (excess(add(fees, rest), this.purse) > 0) return false;
		this.expenses = add(this.expenses, fees);
		return true;
	}

	/** Notes an answer; where the gate only observes, with what it would have said. */
	private hear(outcome: Outcome | undefined): void {
		const said = ({ verdict, reasons }: Pick<Answer, 'reasons'> & { verdict: string }): string =>
			`${verdict} ${reasons[0]?.code ?? ''}`.trim();
		const observed = outcome?.observed;
		const answer = outcome === undefined ? 'error' : observed === undefined ? said(outcome) : `would ${said(observed)}`;
		this.answers[answer] = (this.answers[answer] ?? 0) + 1;
	}

	private own(store: string): Line[] {
		return [...this.platform.lines.values()].filter((line) => line.isOwn && line.store === store);
	}
}

/** The first so many per cent, at least one. */
const some = <T>(list: readonly T[], percent: number): readonly T[] =>
	list.slice(0, Math.ceil((list.length * percent) / 100));

/** What a store shows at the door; who shares one shares them all. */
export const papersOf = (owner: string): Readonly<Record<string, string>> => ({
	legal_person: `person ${owner}`,
	phone: `phone ${owner}`,
	device_id: `device ${owner}`,
	ip: `network ${owner}`,
	address: `address ${owner}`,
});

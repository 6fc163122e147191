/**
 * Shoppers: the attacker's own accounts, which buy and claim and send back at its word, and strangers, who buy for
 * their own money, get real goods, and claim what they are owed without being asked.
 */
import { add, type Minor, shareDown, shareUp, subtract, times, ZERO } from '../core/words/money.js';
import type { OrderLineId } from '../core/words/ids.js';
import { DAY, HOUR } from '../core/words/time.js';
import type { Line } from './cash.js';
import type { Platform } from './platform.js';
import type { Purse } from './purse.js';
import { inMinor, type Setting } from './setting.js';
import { type Answers, type Done, PERCENT } from './step.js';
import { MOVES, type MoveOf } from './strategy.js';

/** Own parcels and strangers' goods take this long. */
const TRAVEL = 2 * DAY;
/** Strangers claim this long after a price falls. */
const STRANGERS_CLAIM = 6 * HOUR;

export class Shoppers {
	private readonly platform: Platform;
	private readonly setting: Setting;
	private readonly purse: Purse;
	private readonly answers: Answers;
	private readonly accounts = new Set<number>();
	private lineCount = 0;

	constructor(platform: Platform, purse: Purse, answers: Answers) {
		this.platform = platform;
		this.setting = platform.setting;
		this.purse = purse;
		this.answers = answers;
	}

	warmUp(move: MoveOf<'warm_up'>, store: string): Done {
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

	sell(move: MoveOf<'sell'>, store: string): Done {
		const price = this.platform.price(store, `k${move.sku}`);
		if (price === undefined) return { amount: ZERO, done: 0, tried: move.lines };
		const base = move.ordered_before === 1 ? price.highest : price.now;
		const unit = shareUp(base, move.pays_percent * PERCENT);
		return this.buy(store, `k${move.sku}`, unit, move.lines, move.quantity, move.protect_days);
	}

	buyHonest(move: MoveOf<'buy_honest'>, store: string): Done {
		const unit = this.platform.price(store, 'k1')?.now ?? ZERO;
		return this.buy(store, 'k1', unit, move.lines, move.quantity, MOVES.sell.protect_days.choices[1]);
	}

	deliver(store: string, percent: number): Done {
		const lines = some(
			this.own(store).filter((line) => !line.isReleased),
			percent,
		);
		for (const line of lines) this.platform.tell({ type: 'order.delivered', order_line_id: line.id });
		return { amount: ZERO, done: lines.length, tried: lines.length };
	}

	receive(store: string, percent: number): Done {
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

	claim(store: string, percent: number): Done {
		const fallen = this.own(store).filter(
			(line) => line.isProtected && line.units > 0 && this.platform.reference(store, line.sku) < line.unit,
		);
		const before = this.platform.cash.toAttacker;
		const lines = some(fallen, percent);
		let done = 0;
		for (const line of lines) {
			const outcome = this.platform.claim(line);
			this.answers.hear(outcome);
			if (outcome?.verdict === 'approve' || outcome?.verdict === 'limit') done++;
		}
		return { amount: subtract(this.platform.cash.toAttacker, before), done, tried: lines.length };
	}

	sendBack(store: string, percent: number, units: number): Done {
		const lines = some(
			this.own(store).filter((line) => line.units > 0),
			percent,
		);
		return this.back(lines, (line) => this.platform.sendBack(line, Math.ceil((line.units * units) / 100)));
	}

	goodwill(store: string, move: MoveOf<'goodwill'>): Done {
		const lines = some(
			this.own(store).filter((line) => line.units > 0),
			move.percent,
		);
		return this.back(lines, (line) => this.platform.giveBack(line, shareDown(line.paid, move.share * PERCENT)));
	}

	/** Strangers claim what they are owed, without being asked. */
	strangersClaim(store: string, sku: string): void {
		this.platform.plan(STRANGERS_CLAIM, () => {
			for (const line of this.platform.lines.values())
				if (!line.isOwn && line.store === store && line.sku === sku && line.isProtected) this.platform.claim(line);
		});
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
			if (!this.purse.pays(fees, line.paid)) return false;
			this.accounts.add(buyer);
		} else {
			const goods = shareUp(line.paid, prices.goods_percent * PERCENT);
			if (!this.purse.pays(goods, ZERO)) return false;
			this.purse.tradeGain = add(this.purse.tradeGain, subtract(line.paid, goods));
		}
		return this.platform.sell(line, line.isOwn ? `gang${buyer}` : `stranger${line.id}`, protectDays);
	}

	private newLine(store: string, sku: string, unit: Minor, units: number, isOwn: boolean): Line {
		const paid = times(unit, units);
		const id = `l${++this.lineCount}` as OrderLineId; // ids are made here
		const none = { claimed: ZERO, returned: ZERO, storePart: ZERO };
		return { id, store, sku, isOwn, unit, paid, units, isProtected: false, isReleased: false, ...none };
	}

	private own(store: string): Line[] {
		return [...this.platform.lines.values()].filter((line) => line.isOwn && line.store === store);
	}
}

/** The first so many per cent, at least one. */
const some = <T>(list: readonly T[], percent: number): readonly T[] =>
	list.slice(0, Math.ceil((list.length * percent) / 100));

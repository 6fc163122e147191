/**
 * The attacker: plays the moves of a strategy one after another. It has a purse, which its budget fills once; what a
 * move cannot do (no money, no store, no such price, a gate's no) it leaves, and goes on. Nothing here decides about
 * the platform's money: that is the desk's word, and the platform's.
 */
import { add, least, type Minor, most, shareDown, shareUp, ZERO } from '../core/words/money.js';
import { DAY, HOUR } from '../core/words/time.js';
import { papersOf } from './papers.js';
import type { Platform } from './platform.js';
import { Purse } from './purse.js';
import { inMinor, type Setting } from './setting.js';
import { Shoppers } from './shoppers.js';
import { Answers, type Done, NOTHING, PERCENT, type Step } from './step.js';
import { AT_HONEST, type Move, type MoveOf, type Strategy } from './strategy.js';

export class Attacker {
	readonly steps: Step[] = [];
	readonly purse: Purse;
	readonly shoppers: Shoppers;
	private readonly platform: Platform;
	private readonly setting: Setting;
	private readonly answers = new Answers();

	constructor(platform: Platform) {
		this.platform = platform;
		this.setting = platform.setting;
		this.purse = new Purse(platform.cash, inMinor(this.setting.means.budget, this.setting.currency));
		this.shoppers = new Shoppers(platform, this.purse, this.answers);
	}

	play(strategy: Strategy): void {
		const end = this.platform.begin + this.setting.means.days * DAY;
		for (const move of strategy) {
			if (this.platform.now + move.after_hours * HOUR > end) return;
			this.platform.pass(move.after_hours * HOUR);
			const { hour } = this.platform;
			const store = AT_HONEST.has(move.do) ? `honest${move.store}` : `own${move.store}`;
			const { amount, done, tried } = this.make(move, store);
			this.steps.push({ hour, move, store, amount, done, tried, answers: this.answers.take() });
		}
	}

	private make(move: Move, store: string): Done {
		if (move.do === 'open') return this.open(move, store);
		if (!this.platform.isOpen(store)) return NOTHING;
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
				return this.shoppers.warmUp(move, store);
			case 'sell':
				return this.shoppers.sell(move, store);
			case 'buy_honest':
				return this.shoppers.buyHonest(move, store);
			case 'deliver':
				return this.shoppers.deliver(store, move.percent);
			case 'receive':
				return this.shoppers.receive(store, move.percent);
			case 'withdraw':
				return this.withdraw(store, move.percent);
			case 'top_up':
				return this.topUp(store, inMinor(move.yuan, this.setting.currency));
			case 'claim':
			case 'claim_honest':
				return this.shoppers.claim(store, move.percent);
			case 'send_back':
				return this.shoppers.sendBack(store, move.percent, move.units_percent);
			case 'return_honest':
				return this.shoppers.sendBack(store, move.percent, 100);
			case 'goodwill':
				return this.shoppers.goodwill(store, move);
			case 'bounce':
				return this.bounce(store, move);
			case 'close':
				this.platform.tell({ type: 'store.closed', store_id: store });
				return { amount: ZERO, done: 1, tried: 1 };
		}
	}

	private open({ deposit, papers }: MoveOf<'open'>, store: string): Done {
		const { means, prices, currency, policy } = this.setting;
		if (this.platform.isOpen(store) || Number(store.slice(3)) > means.stores) return NOTHING;
		const amount = most(inMinor(deposit, currency), policy.minimumDeposit);
		if (!this.purse.pays(inMinor(prices.licence, currency), amount)) return NOTHING;
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
		});
		this.answers.hear(outcome);
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
			const outcome = this.platform.tell({ type: 'price.propose', store_id: store, sku_id: sku, price });
			this.answers.hear(outcome);
			if (outcome?.verdict === 'approve') done++;
		}
		return { amount: steps.at(-1) ?? ZERO, done, tried: steps.length };
	}

	private cut(move: MoveOf<'cut'>, store: string): Done {
		const at = this.platform.price(store, `k${move.sku}`);
		if (at === undefined) return NOTHING;
		const steps = Array.from({ length: move.steps }, (_, i) => {
			const percent = 100 - Math.round(((100 - move.to_percent) * (i + 1)) / move.steps);
			return shareDown(at.now, percent * PERCENT);
		});
		return this.prices(store, `k${move.sku}`, steps, move.hours_between);
	}

	private coupon({ sku, percent }: MoveOf<'coupon'>, store: string): Done {
		const sku_id = `k${sku}`;
		const price = this.platform.price(store, sku_id)?.now;
		if (price === undefined) return NOTHING;
		const coupon = shareDown(price, percent * PERCENT);
		const outcome = this.platform.tell({ type: 'price.propose', store_id: store, sku_id, price, coupon });
		this.answers.hear(outcome);
		return { amount: coupon, done: outcome?.verdict === 'approve' ? 1 : 0, tried: 1 };
	}

	private withdraw(store: string, percent: number): Done {
		const asked = shareUp(this.platform.ownMoney(store), percent * PERCENT);
		if (asked === 0) return NOTHING;
		const outcome = this.platform.withdraw(store, asked);
		this.answers.hear(outcome);
		const isPaid = outcome?.verdict === 'approve' || outcome?.verdict === 'limit';
		return { amount: isPaid ? (outcome?.amount ?? ZERO) : ZERO, done: isPaid ? 1 : 0, tried: 1 };
	}

	private topUp(store: string, amount: Minor): Done {
		if (!this.purse.pays(ZERO, amount)) return { amount: ZERO, done: 0, tried: 1 };
		this.platform.topUp(store, amount, true);
		return { amount, done: 1, tried: 1 };
	}

	private bounce(store: string, { what, count }: MoveOf<'bounce'>): Done {
		const paid = what === 0 ? this.platform.withdrawals : this.platform.claims;
		let [amount, done] = [ZERO, 0];
		for (let i = paid.length - 1; i >= 0 && done < count; i--) {
			const payment = paid[i];
			if (payment === undefined || payment.store !== store || payment.amount > this.purse.content) continue;
			paid.splice(i, 1);
			this.platform.fail(payment);
			amount = add(amount, payment.amount);
			done++;
		}
		return { amount, done, tried: count };
	}
}

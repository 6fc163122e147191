/**
 * A small market of everything the history shows: sales, prices, claims, withdrawals, holds that are freed, settled,
 * withdrawn and run out, payments that fail, appeals. Seeded, so that a run can be repeated; about a tenth of what it
 * tells is refused as an error, which leaves no trace in a history.
 */
import { DAY, formatInstant, type Instant, MINUTE } from '../../src/core/words/time.js';

export const BEGIN = Date.UTC(2024, 2, 1);

export class Market {
	private state: number;
	private count = 0;
	private lines = 0;
	/** The numbers of requests. */
	private readonly asked: number[] = [];
	private clock = BEGIN;
	private readonly stores: number;
	/** Time between two records at most. */
	private readonly stepMs: number;

	/** Begins every id but those of stores, so that markets can be told one after another. */
	private readonly prefix: string;

	constructor(seed: number, stores = 8, stepMs = 40 * MINUTE, prefix = '') {
		this.state = seed;
		this.prefix = prefix;
		this.stores = stores;
		this.stepMs = stepMs;
	}

	/** The next records, stores first. */
	take(count: number): Record<string, unknown>[] {
		return Array.from({ length: count }, () => this.next());
	}

	private next(): Record<string, unknown> {
		const n = this.count++;
		this.clock += this.pick(this.stepMs);
		const head = { id: `${this.prefix}r${n}`, at: formatInstant(this.clock as Instant) };
		if (n < this.stores) {
			const papers = { phone: `token-phone-${n}`, legal_person: `token-person-${n}`, bank_account: `token-bank-${n}` };
			const type = n % 4 === 3 ? 'store.apply' : 'store.opened';
			return { ...head, type, store_id: `S${n}`, deposit: this.money(300), ...papers };
		}
		return { ...head, ...this.body(n) };
	}

	private body(n: number): Record<string, unknown> {
		const store_id = `S${this.pick(this.stores)}`;
		const sku_id = `K${this.pick(3)}`;
		const order_line_id = `${this.prefix}L${Math.max(0, this.lines - 1 - this.pick(60))}`;
		const dice = this.pick(100);
		if (dice < 30) return this.sale(store_id, sku_id);
		if (dice < 45) return { type: 'order.released', order_line_id };
		if (dice < 50) return { type: 'order.delivered', order_line_id };
		if (dice < 86) this.asked.push(n);
		if (dice < 65) return { type: 'price.propose', store_id, sku_id, price: this.money(this.pick(3) === 0 ? 500 : 60) };
		if (dice < 80) return { type: 'claim.file', claim_id: `${this.prefix}C${n}`, order_line_id };
		if (dice < 86)
			return { type: 'withdrawal.request', withdrawal_id: `${this.prefix}W${n}`, store_id, amount: this.money(9000) };
		if (dice < 90) return { type: 'deposit.received', store_id, amount: this.money(150) };
		if (dice < 92) return { type: 'price.changed', store_id, sku_id, price: this.money(500) };
		const recent = this.asked.at(-1 - this.pick(20)) ?? 0;
		if (dice < 94) return { type: 'claim.failed', claim_id: `${this.prefix}C${recent}` };
		if (dice < 95) return { type: 'withdrawal.failed', withdrawal_id: `${this.prefix}W${recent}` };
		if (dice < 97) return { type: 'hold.withdrawn', decision_id: `${this.prefix}r${recent}`, by: 'merchant' };
		if (dice < 98) return { type: 'appeal.filed', appeal_id: `${this.prefix}A${n}`, store_id, text: 'my own words' };
		const verdict = dice < 99 ? 'approve' : 'refuse';
		return { type: 'hold.settled', decision_id: `${this.prefix}r${recent}`, verdict, by: 'Ann', note: 'her own words' };
	}

	private sale(store_id: string, sku_id: string): Record<string, unknown> {
		return {
			type: 'order.paid',
			order_line_id: `${this.prefix}L${this.lines++}`,
			order_id: `O${this.lines % 7}`,
			store_id,
			sku_id,
			buyer_id: `B${this.pick(50)}`,
			quantity: 1 + this.pick(3),
			unit_price: this.money(500),
			protect_days: this.pick(6) === 0 ? 0 : 7,
			phone: 'token-of-nobody',
			device_id: `token-device-${this.pick(9)}`,
			parts: { platform_coupon: '1.25' },
		};
	}

	private money(most: number): string {
		return `${this.pick(most)}.${String(this.pick(100)).padStart(2, '0')}`;
	}

	/** A whole number below `below`; mulberry32. */
	private pick(below: number): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
	}
}

/** All of the market's time and more. */
export const ALWAYS = { from: (BEGIN - DAY) as Instant, to: (BEGIN + 3000 * DAY) as Instant };

/**
 * Trade drawn from a seed: the raw records that a marketplace would send, one after another, for a handful of stores.
 * Most of them can be taken; some cannot, as in life (a claim nobody may make, a hold that waits no more).
 */
import type { Random } from '../../src/sim/random.js';

export type Raw = Readonly<Record<string, unknown>> & { readonly id: string };

const BEGIN = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;

interface Shop {
	readonly id: string;
	readonly price: number;
	readonly lines: string[];
	readonly claims: string[];
	readonly payouts: string[];
	/** Requests that may be waiting. */
	readonly asked: string[];
}

export class Trade {
	private readonly random: Random;
	private readonly name: string;
	private readonly shops: Shop[] = [];
	private readonly coming: Raw[] = [];
	private readonly stores: number;
	private readonly policy: Readonly<Record<string, unknown>> | undefined;
	private policies = 0;
	private minutes = 0;
	private count = 0;

	/**
	 * @param name begins every id, so that trades of several names may go to one book.
	 * @param policy where others like it come and go, each with a programme of its own.
	 */
	constructor(random: Random, name: string, stores: number, policy?: Readonly<Record<string, unknown>>) {
		this.policy = policy;
		this.random = random;
		this.name = name;
		this.stores = stores;
	}

	next(): Raw {
		if (this.shops.length < this.stores && (this.shops.length === 0 || this.random.chance(10))) this.opens();
		if (this.policy !== undefined && this.coming.length === 0 && this.random.chance(6)) this.steers(this.policy);
		return this.coming.shift() ?? this.happens();
	}

	/** A policy with another programme is drafted and enforced, for half of the stores or for all; or the last one is taken back. */
	private steers(policy: Readonly<Record<string, unknown>>): void {
		if (this.policies > 0 && this.random.chance(40)) {
			this.coming.push(this.record('policy.rolled_back', { by: 'ben' }));
			return;
		}
		const name = `${this.name}-p${this.policies++}`.toLowerCase();
		const document = { ...policy, name, programme: this.programme(name) };
		const label = `${name}@1`;
		this.coming.push(
			this.record('policy.drafted', { document, by: 'ann' }),
			this.record('policy.backtested', { policy: label, result: { policy: label }, by: 'ann' }),
			this.record('policy.approved', { policy: label, by: 'ben' }),
			this.record('policy.enforced', { policy: label, share_percent: this.random.pick([50, 100]), by: 'ben' }),
		);
	}

	private programme(name: string): Readonly<Record<string, unknown>> {
		const { random } = this;
		const days = random.between(1, 9);
		return {
			schema: 'surety.programme/1',
			name,
			version: 1,
			clock: random.pick([
				{ start: 'payment', days },
				{ start: 'delivery', days, undelivered_days: 12 },
			]),
			repeat: random.pick(['none', 'further_fall']),
			caps: random.pick([{}, { buyer: { amount: '300', days: 5 } }]),
			store_bears_percent: random.pick([100, 60]),
		};
	}

	some(count: number): Raw[] {
		return Array.from({ length: count }, () => this.next());
	}

	private opens(): void {
		const id = `${this.name}-S${this.shops.length}`;
		const shop = { id, price: this.random.between(20, 900), lines: [], claims: [], payouts: [], asked: [] };
		this.shops.push(shop);
		const deposit = String(this.random.pick([0, 50, 1000]));
		const opened = { store_id: id, deposit, legal_person: `${id} owner` };
		this.coming.push(this.record(this.random.pick(['store.opened', 'store.apply']), opened));
		this.coming.push(this.record('price.propose', { store_id: id, sku_id: 'K', price: String(shop.price) }));
	}

	private happens(): Raw {
		const { random } = this;
		const shop = random.pick(this.shops);
		const store_id = shop.id;
		const draw = random.below(100);
		if (shop.lines.length === 0 || draw < 30) return this.sells(shop);
		const order_line_id = random.pick(shop.lines);
		if (draw < 45) return this.record('order.released', { order_line_id });
		if (draw < 50) return this.record('order.delivered', { order_line_id });
		if (draw < 54) return this.record('order.refunded', { order_line_id, amount: String(random.between(1, 30)) });
		if (draw < 66) return this.asks(shop, 'price.propose', { sku_id: 'K', price: this.cut(shop) });
		if (draw < 76) return this.asks(shop, 'withdrawal.request', this.payout(shop));
		if (draw < 87) return this.asks(shop, 'claim.file', { claim_id: this.numbered(shop.claims, 'C'), order_line_id });
		if (draw < 91)
			return this.record('deposit.received', {
				store_id,
				amount: `${random.between(0, 400)}.${random.between(10, 99)}`,
			});
		if (draw < 94) return this.settles(shop);
		if (draw < 96 && shop.claims.length > 0) return this.record('claim.failed', { claim_id: random.pick(shop.claims) });
		if (draw < 98 && shop.payouts.length > 0)
			return this.record('withdrawal.failed', { withdrawal_id: random.pick(shop.payouts) });
		if (draw < 99) return this.record('guarantee.quote', { store_id, sku_id: 'K' });
		this.minutes += random.pick([60, 600, 6000]);
		return this.record('time.passed', {});
	}

	private sells(shop: Shop): Raw {
		const { random } = this;
		return this.record('order.paid', {
			order_line_id: this.numbered(shop.lines, 'L'),
			store_id: shop.id,
			sku_id: 'K',
			buyer_id: `${this.name}-B${random.below(12)}`,
			quantity: random.between(1, 3),
			unit_price: String(shop.price),
			protect_days: random.pick([0, 2, 7, 7]),
		});
	}

	private asks(shop: Shop, type: string, fields: Readonly<Record<string, unknown>>): Raw {
		const record = this.record(type, type === 'claim.file' ? fields : { store_id: shop.id, ...fields });
		shop.asked.push(record.id);
		return record;
	}

	private settles(shop: Shop): Raw {
		const decision_id = shop.asked.length > 0 ? this.random.pick(shop.asked.slice(-6)) : 'none';
		if (this.random.chance(50)) return this.record('hold.withdrawn', { decision_id, by: 'a store' });
		return this.record('hold.settled', { decision_id, verdict: 'refuse', by: 'a person' });
	}

	private cut(shop: Shop): string {
		return String(Math.max(1, Math.round((shop.price * this.random.pick([2, 30, 60, 90, 100, 120])) / 100)));
	}

	private payout(shop: Shop): { withdrawal_id: string; amount: string } {
		return { withdrawal_id: this.numbered(shop.payouts, 'W'), amount: String(this.random.between(1, 3000)) };
	}

	private numbered(list: string[], letter: string): string {
		const id = `${this.name}-${letter}${this.count}`;
		list.push(id);
		if (list.length > 40) list.shift();
		return id;
	}

	private record(type: string, fields: Readonly<Record<string, unknown>>): Raw {
		this.minutes += this.random.below(30);
		const at = new Date(BEGIN + this.minutes * MINUTE).toISOString();
		return { type, id: `${this.name}-r${this.count++}`, at, ...fields };
	}
}

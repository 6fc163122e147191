/**
 * Gangs and honest stores, interleaved over many connections to the real server, every gate enforcing. The test keeps a
 * ledger of its own, from the wire's answers alone: what shoppers and stores paid in, what went out to shoppers and to
 * stores. When all windows are over, what is left of each store's money is never below zero, so the platform has lost
 * nothing on anybody's price cuts; and it is to the fen what the book says the store has.
 *
 * The platform tells its facts honestly: an advance or payout that fails is told as failed, and a shopper gets no more
 * back than was paid. Goods taken back after the store was paid are no price difference; where a store cannot cover
 * them that is counted apart and may be owed, as docs/SPEC.md says.
 */
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../src/sim/random.js';
import { Connection, newFolder, policyFile, removeFolders, Server, verifyFolder } from './process.js';
import { progress, total } from './told.js';

const ROUNDS = Math.ceil(Number(process.env['SURETY_RUNS'] ?? 1));
const SEED = Number(process.env['SURETY_SEED'] ?? 1);
const ACTORS = 48;
const DAY = 86_400_000;
const BEGIN = Date.UTC(2024, 2, 1);

type Said = Readonly<Record<string, unknown>>;
const cents = (amount: unknown): number => Math.round(Number(amount) * 100);
const yuan = (amount: number): string => (amount / 100).toFixed(2);
const granted = ({ verdict, amount }: Said): number =>
	verdict === 'approve' || verdict === 'limit' ? cents(amount) : 0;

afterAll(removeFolders);

const totals = { sales: 0, advances: 0, payouts: 0, failed: 0, held: 0, cuts: 0, returned: 0, attacks: 0 };

/** The market's clock, which all actors share: later requests happen later. */
class Clock {
	private ms = BEGIN;

	pass(ms: number): void {
		this.ms += ms;
	}

	get now(): string {
		this.ms += 1000;
		return new Date(this.ms).toISOString();
	}
}

interface Line {
	readonly id: string;
	readonly paid: number;
	readonly quantity: number;
	/** Given back to the shopper, as price difference and for goods. */
	back: number;
	isReleased: boolean;
}

/** What the test itself knows of a store's money. */
class Account {
	/** Deposits and sales, less everything that went out. */
	left = 0;
	/** Of that, what went to shoppers for goods after the store had been paid for them. */
	returned = 0;
	readonly lines: Line[] = [];
	/** Payouts and claims that wait. */
	readonly waiting: { readonly id: string; readonly line?: Line }[] = [];
}

class Actor {
	readonly store: string;
	readonly account = new Account();
	private readonly connection: Connection;
	private readonly random: Random;
	private readonly clock: Clock;
	private count = 0;

	constructor(connection: Connection, clock: Clock, random: Random, store: string) {
		this.connection = connection;
		this.clock = clock;
		this.random = random;
		this.store = store;
	}

	/** One strategy after another, as the seed has it. */
	async acts(isGang: boolean): Promise<void> {
		const { random } = this;
		await this.opens();
		const plans = isGang
			? [
					() => this.cutsAndRuns(),
					() => this.cutsInSteps(),
					() => this.raisesThenCuts(),
					() => this.refundsAfterCut(),
					() => this.withdrawsBeforeCut(),
					() => this.failsAndClaimsAgain(),
				]
			: [() => this.tradesHonestly()];
		for (let i = random.between(2, 4); i > 0; i--) await random.pick(plans)();
	}

	/** Sold to friends, received at once, paid out, cut to nothing, claimed. */
	private async cutsAndRuns(): Promise<void> {
		totals.attacks++;
		const price = await this.prices(this.random.between(1000, 100_000));
		const lines = await this.sells(price, this.random.between(3, 9));
		for (const line of lines) await this.releases(line);
		await this.withdraws(this.account.left);
		await this.proposes(Math.round(price / 30));
		await this.claims(lines);
		await this.withdraws(this.account.left);
	}

	private async cutsInSteps(): Promise<void> {
		totals.attacks++;
		let price = await this.prices(this.random.between(5000, 50_000));
		const lines = await this.sells(price, this.random.between(3, 8));
		for (const line of lines) if (this.random.chance(70)) await this.releases(line);
		for (let step = 0; step < 5; step++) {
			price = Math.round((price * this.random.between(50, 95)) / 100);
			const verdict = await this.proposes(price);
			if (this.random.chance(60)) await this.claims(this.random.some(lines, 3));
			await this.withdraws(this.random.between(1, 200_000));
			if (verdict === 'hold' && this.random.chance(50)) await this.posts(this.random.between(100, 90_000));
			this.waits();
		}
	}

	private async raisesThenCuts(): Promise<void> {
		totals.attacks++;
		const before = await this.prices(this.random.between(1000, 5000));
		const raised = before * this.random.between(3, 20);
		await this.proposes(raised);
		const lines = await this.sells(raised, this.random.between(2, 6));
		for (const line of lines) await this.releases(line);
		await this.withdraws(this.account.left);
		await this.proposes(before);
		await this.claims(lines);
	}

	private async refundsAfterCut(): Promise<void> {
		totals.attacks++;
		const price = await this.prices(this.random.between(2000, 40_000));
		const lines = await this.sells(price, this.random.between(3, 7));
		for (const line of lines) if (this.random.chance(40)) await this.releases(line);
		await this.proposes(Math.round((price * this.random.between(5, 90)) / 100));
		await this.claims(this.random.some(lines, 2));
		for (const line of lines) if (this.random.chance(60)) await this.refunds(line);
		await this.withdraws(this.account.left);
		await this.claims(lines);
	}

	/** Everything is asked at once, on the wire together. */
	private async withdrawsBeforeCut(): Promise<void> {
		totals.attacks++;
		const price = await this.prices(this.random.between(2000, 40_000));
		const lines = await this.sells(price, this.random.between(3, 7));
		await Promise.all(lines.map((line) => this.releases(line)));
		await Promise.all([
			this.withdraws(this.account.left),
			this.proposes(Math.round(price / 2)),
			this.withdraws(Math.max(1, Math.round(this.account.left / 2))),
			this.proposes(Math.round(price / 10)),
			this.claims(lines),
		]);
	}

	/** Shoppers' and the store's own banks send payments back. */
	private async failsAndClaimsAgain(): Promise<void> {
		totals.attacks++;
		const price = await this.prices(this.random.between(2000, 40_000));
		const lines = await this.sells(price, this.random.between(3, 7));
		for (const line of lines) if (this.random.chance(60)) await this.releases(line);
		for (const part of [70, 40, 10]) {
			await this.proposes(Math.round((price * part) / 100));
			await this.claims(lines, 50);
			await this.withdraws(this.random.between(100, 100_000), 50);
		}
		await this.claims(lines);
	}

	private async tradesHonestly(): Promise<void> {
		let price = await this.prices(this.random.between(2000, 60_000));
		const lines = await this.sells(price, this.random.between(4, 12));
		for (const line of lines) {
			this.waits();
			if (this.random.chance(85)) await this.releases(line);
			if (this.random.chance(10)) await this.refunds(line);
		}
		price = Math.round((price * this.random.between(80, 110)) / 100);
		await this.proposes(price);
		await this.claims(this.random.some(lines, 3), 10);
		await this.withdraws(this.random.between(100, 200_000), 5);
	}

	private async opens(): Promise<void> {
		const deposit = this.random.pick([0, 10_000, 100_000]);
		const body = { store_id: this.store, deposit: yuan(deposit), legal_person: `owner of ${this.store}` };
		const type = this.random.pick(['store.apply', 'store.opened']);
		const { verdict } = await this.told('/v1/stores', type, body);
		expect(['approve', 'limit', 'recorded']).toContain(verdict);
		this.account.left += deposit;
	}

	/** @returns the price that holds now. */
	private async prices(price: number): Promise<number> {
		await this.proposes(price);
		return price;
	}

	private async proposes(price: number): Promise<unknown> {
		totals.cuts++;
		const body = { store_id: this.store, sku_id: 'K', price: yuan(Math.max(0, price)) };
		return (await this.told('/v1/prices', 'price.propose', body))['verdict'];
	}

	private async sells(price: number, count: number): Promise<Line[]> {
		const sold: Line[] = [];
		for (let i = 0; i < count; i++) {
			const quantity = this.random.between(1, 3);
			const line = { id: this.next('L'), paid: price * quantity, quantity, back: 0, isReleased: false };
			await this.told('/v1/orders', 'order.paid', {
				order_line_id: line.id,
				store_id: this.store,
				sku_id: 'K',
				buyer_id: `B${this.random.below(60)}`,
				quantity,
				unit_price: yuan(price),
				protect_days: this.random.pick([2, 7, 7, 15]),
			});
			this.account.left += line.paid;
			totals.sales += line.paid;
			sold.push(line);
			this.account.lines.push(line);
		}
		return sold;
	}

	private async releases(line: Line): Promise<void> {
		line.isReleased = true;
		await this.told('/v1/orders', 'order.released', { order_line_id: line.id });
	}

	/** Goods or goodwill, never more than the shopper still has in it. */
	private async refunds(line: Line): Promise<void> {
		const most = line.paid - line.back;
		if (most <= 0) return;
		const amount = this.random.chance(50) ? most : this.random.between(1, most);
		line.back += amount;
		await this.told('/v1/orders', 'order.refunded', { order_line_id: line.id, amount: yuan(amount) });
		this.account.left -= amount;
		if (!line.isReleased) return;
		this.account.returned += amount;
		totals.returned += amount;
	}

	private async claims(lines: readonly Line[], failing = 0): Promise<void> {
		for (const line of lines) {
			const claim_id = this.next('C');
			const id = this.next('r');
			const said = await this.told('/v1/claims', 'claim.file', { claim_id, order_line_id: line.id }, id);
			if (said['verdict'] === 'hold') this.account.waiting.push({ id, line });
			const amount = granted(said);
			if (amount > 0 && this.random.chance(failing)) {
				await this.told(`/v1/payments/claim/${claim_id}/failed`, 'claim.failed', {});
				totals.failed++;
			} else this.advanced(line, amount);
		}
	}

	private advanced(line: Line, amount: number): void {
		line.back += amount;
		this.account.left -= amount;
		totals.advances += amount;
	}

	private async withdraws(wanted: number, failing = 0): Promise<void> {
		if (wanted <= 0) return;
		const withdrawal_id = this.next('W');
		const id = this.next('r');
		const body = { withdrawal_id, store_id: this.store, amount: yuan(wanted) };
		const said = await this.told('/v1/withdrawals', 'withdrawal.request', body, id);
		if (said['verdict'] === 'hold') {
			this.account.waiting.push({ id });
			totals.held++;
		}
		const amount = granted(said);
		if (amount > 0 && this.random.chance(failing)) {
			await this.told(`/v1/payments/withdrawal/${withdrawal_id}/failed`, 'withdrawal.failed', {});
			totals.failed++;
		} else {
			this.account.left -= amount;
			totals.payouts += amount;
		}
	}

	private async posts(amount: number): Promise<void> {
		await this.told('/v1/records', 'deposit.received', { store_id: this.store, amount: yuan(amount) });
		this.account.left += amount;
	}

	private waits(): void {
		if (this.random.chance(30)) this.clock.pass(this.random.below(DAY / 8));
	}

	/** Sends one record, whose answer must be one. */
	private async told(path: string, type: string, fields: Said, id = this.next('r')): Promise<Said> {
		const said = await this.connection.post(path, { type, id, at: this.clock.now, ...fields });
		expect(said, `${type} ${JSON.stringify(fields)}`).toHaveProperty('verdict');
		return said;
	}

	private next(letter: string): string {
		return `${this.store}-${letter}${this.count++}`;
	}

	/** Whatever still waited has been decided: by money, or by time. */
	async settled(): Promise<void> {
		for (const line of this.account.lines) if (!line.isReleased) await this.releases(line);
		for (const { id, line } of this.account.waiting) {
			const said = await this.connection.get(`/v1/decisions/${id}`);
			expect(said['state'], id).toBe('settled');
			const amount = granted(said['decided'] as Said);
			if (line !== undefined) this.advanced(line, amount);
			else this.account.left -= amount;
		}
	}

	/** The platform's loss on this store by the test's own ledger, which must be the book's. */
	async loss(): Promise<number> {
		const store = await this.connection.get(`/v1/stores/${this.store}`);
		const money = store['money'] as Said;
		const of = (name: string): number => cents(money[name]);
		const { left, returned } = this.account;
		expect(store['shortfall'], this.store).toBe('0.00');
		expect(of('unfilled'), this.store).toBe(0);
		expect(of('held') + of('balance') + of('deposit') + of('reserved') - of('owed'), this.store).toBe(left);
		expect(of('owed'), this.store).toBeLessThanOrEqual(returned);
		return Math.max(0, -left - returned);
	}
}

async function market(seed: number): Promise<void> {
	const data = newFolder();
	const server = await Server.start(data, { SURETY_POLICY: policyFile() });
	const clock = new Clock();
	const actors = Array.from(
		{ length: ACTORS },
		(_, i) => new Actor(new Connection(server.url), clock, new Random(seed, 'actor', i), `S${seed}-${i}`),
	);
	await Promise.all(actors.map((actor, i) => actor.acts(i % 3 !== 0)));
	const last = new Connection(server.url);
	const passes = async (id: string, days: number): Promise<void> => {
		clock.pass(days * DAY);
		await last.post('/v1/records', { type: 'time.passed', id, at: clock.now });
	};
	await passes('all holds have run out', 8);
	await Promise.all(actors.map((actor) => actor.settled()));
	await passes('all windows are over', 30);
	const losses = await Promise.all(actors.map((actor) => actor.loss()));
	expect(
		losses.filter((loss) => loss > 0),
		`seed ${seed}`,
	).toEqual([]);
	last.close();
	expect(await server.stop()).toBe(0);
	await verifyFolder(data);
	removeFolders();
}

test(`${ROUNDS} markets of ${ACTORS} stores, two thirds of them robbers: the platform loses nothing`, async () => {
	for (let round = 0; round < ROUNDS; round++) {
		await market(SEED + round);
		progress(round + 1, ROUNDS);
	}
	total({ markets: ROUNDS, stores: ROUNDS * ACTORS, ...totals });
	for (const [what, count] of Object.entries(totals)) expect(count, what).toBeGreaterThan(0);
});

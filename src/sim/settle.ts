/**
 * Settles a plan: goes through one store's life in time order, looks up prices, pays claims for exactly what the
 * default programme owes (paid unit price against the store's price now, the further fall only), moves the money and
 * writes the rows. No two events of a store share a second, so that order never has to be guessed.
 */
import type { OrderLineId } from '../core/words/ids.js';
import { excess, type Minor, shareDown, subtract, times, ZERO } from '../core/words/money.js';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../core/words/time.js';
import { after } from './calendar.js';
import { Ledger } from './ledger.js';
import type { Item, PlannedWithdrawal, PriceStep, Purchase, StorePlan } from './plan.js';
import { quantiles, Random } from './random.js';

export interface OrderLine {
	readonly id: OrderLineId;
	readonly purchase: Purchase;
	readonly unitPrice: Minor;
	readonly paidAt: Instant;
	deliveredAt: Instant | undefined;
	releasedAt: Instant | undefined;
	/** What the store got; the rest of what was paid for the goods is the platform's commission. */
	releasedAmount: Minor;
	commission: Minor;
	refundedAt: Instant | undefined;
	refundedAmount: Minor;
	quantityLeft: number;
	/** Differences refunded so far. */
	claimed: Minor;
}

export interface PriceRow {
	readonly item: Item;
	readonly at: Instant;
	readonly price: Minor;
}

export interface ClaimRow {
	readonly line: OrderLine;
	readonly at: Instant;
	readonly amount: Minor;
	readonly recovered: Minor;
}

export interface WithdrawalRow {
	readonly at: Instant;
	readonly amount: Minor;
}

/** What one store's life left in the tables. */
export interface SettledStore {
	readonly plan: StorePlan;
	readonly lines: OrderLine[];
	readonly prices: PriceRow[];
	readonly claims: ClaimRow[];
	readonly withdrawals: WithdrawalRow[];
	readonly ledger: Ledger;
}

type Step =
	| { readonly kind: 'price'; readonly at: Instant; readonly item: Item; readonly step: PriceStep }
	| { readonly kind: 'paid' | 'released' | 'sent-back' | 'claim'; readonly at: Instant; readonly purchase: Purchase }
	| { readonly kind: 'withdrawal'; readonly at: Instant; readonly planned: PlannedWithdrawal };

/** Which comes first where two were planned for the same second. */
const ORDER: Readonly<Record<Step['kind'], number>> = {
	price: 0,
	paid: 1,
	released: 2,
	'sent-back': 3,
	claim: 4,
	withdrawal: 5,
};

/** @param to the end of the exported history: what is planned for later is not in the tables. */
export function settle(plan: StorePlan, seed: number, to: Instant, commissionPercent = 0): SettledStore {
	const settling = new Settling(plan, commissionPercent);
	let last = plan.openedAt;
	for (const step of steps(plan, new Random(seed, 'claims', plan.storeId))) {
		const at = Math.max(step.at, last + SECOND) as Instant;
		if (at >= to) break;
		last = at;
		settling.take(step, at);
	}
	for (const line of settling.lines) {
		const { deliveredAt } = line.purchase;
		if (deliveredAt < to && deliveredAt > line.paidAt) line.deliveredAt = deliveredAt;
	}
	return settling;
}

function steps(plan: StorePlan, random: Random): Step[] {
	const all: Step[] = plan.withdrawals.map((planned) => ({ kind: 'withdrawal', at: planned.at, planned }));
	const sold = new Map<Item, Purchase[]>(plan.items.map((item) => [item, []]));
	for (const purchase of plan.purchases) {
		all.push({ kind: 'paid', at: purchase.paidAt, purchase });
		all.push({ kind: 'released', at: purchase.releasedAt, purchase });
		if (purchase.sentBack !== undefined) all.push({ kind: 'sent-back', at: purchase.sentBack.at, purchase });
		sold.get(purchase.item)?.push(purchase);
	}
	for (const [item, purchases] of sold) {
		purchases.sort((a, b) => a.paidAt - b.paidAt);
		for (const step of item.steps) all.push({ kind: 'price', at: step.at, item, step });
		for (const attempt of claimAttempts(item, purchases, random)) all.push(attempt);
	}
	return all.sort((a, b) => a.at - b.at || ORDER[a.kind] - ORDER[b.kind]);
}

/** Who asks for the difference after each fall, and when. Whether anything is due is seen when they ask. */
function claimAttempts(item: Item, purchases: readonly Purchase[], random: Random): Step[] {
	const attempts: Step[] = [];
	if (item.protectDays === 0) return attempts;
	for (const [number, step] of item.steps.entries()) {
		if (number === 0 || step.price >= (item.steps[number - 1] as PriceStep).price) continue;
		for (const purchase of purchases) {
			if (purchase.paidAt >= step.at) break;
			const ends = windowEnd(item, purchase.paidAt);
			if (ends <= step.at) continue;
			const at = asksAt(random, purchase, step);
			if (at !== undefined && at < ends) attempts.push({ kind: 'claim', at, purchase });
		}
	}
	return attempts;
}

/** An hour early, so that no claim hangs on how a window's last second is counted. */
const windowEnd = (item: Item, paidAt: Instant): number => paidAt + item.protectDays * DAY - HOUR;

/** Hours until a person notices. */
const NOTICES = quantiles([0, 0.2, 0.5, 0.8, 1], [0.15, 2, 11, 30, 96]);

function asksAt(random: Random, purchase: Purchase, step: PriceStep): Instant | undefined {
	if (purchase.claims === 'at-once') return after(random, step.at, 30 * SECOND, 15 * MINUTE);
	if (purchase.claims === 'patiently') return after(random, step.at, 30 * MINUTE, 4 * HOUR);
	if (purchase.claims === 'always') return after(random, step.at, 2 * MINUTE, 3 * HOUR);
	const paid = purchase.item.priceAt(purchase.paidAt);
	const fallPercent = paid > step.price ? 100 - (step.price / paid) * 100 : 0;
	const asks = fallPercent < 4 ? 0 : fallPercent < 12 ? 14 : fallPercent < 30 ? 32 : 50;
	if (!random.chance(asks)) return undefined;
	return (step.at + Math.ceil(random.draw(NOTICES) * 3600) * SECOND) as Instant;
}

/** Less is not worth a transfer. */
const LEAST_WITHDRAWAL = 5000 as Minor;

class Settling implements SettledStore {
	readonly plan: StorePlan;
	readonly lines: OrderLine[] = [];
	readonly prices: PriceRow[] = [];
	readonly claims: ClaimRow[] = [];
	readonly withdrawals: WithdrawalRow[] = [];
	readonly ledger: Ledger;
	private readonly lineOf = new Map<Purchase, OrderLine>();
	private readonly priceOf = new Map<Item, Minor>();

	private readonly commissionPercent: number;

	constructor(plan: StorePlan, commissionPercent: number) {
		this.plan = plan;
		this.commissionPercent = commissionPercent;
		this.ledger = new Ledger(plan.deposit);
	}

	take(step: Step, at: Instant): void {
		if (step.kind === 'price') return this.price(step.item, step.step.price, at);
		if (step.kind === 'withdrawal') return this.withdraw(step.planned, at);
		if (step.kind === 'paid') return this.pay(step.purchase, at);
		const line = this.lineOf.get(step.purchase);
		if (line === undefined) return;
		if (step.kind === 'released') this.release(line, at);
		else if (step.kind === 'sent-back') this.sendBack(line, at);
		else this.claim(line, at);
	}

	private price(item: Item, price: Minor, at: Instant): void {
		if (this.priceOf.get(item) === price) return;
		this.priceOf.set(item, price);
		this.prices.push({ item, at, price });
	}

	private pay(purchase: Purchase, at: Instant): void {
		const price = this.priceOf.get(purchase.item);
		if (price === undefined) return;
		const line: OrderLine = {
			id: `${this.plan.storeId}-${String(this.lines.length + 1).padStart(5, '0')}` as OrderLineId,
			purchase,
			unitPrice: subtract(price, shareDown(price, purchase.couponPercent * 10_000)),
			paidAt: at,
			deliveredAt: undefined,
			releasedAt: undefined,
			releasedAmount: ZERO,
			commission: ZERO,
			refundedAt: undefined,
			refundedAmount: ZERO,
			quantityLeft: purchase.quantity,
			claimed: ZERO,
		};
		this.lines.push(line);
		this.lineOf.set(purchase, line);
	}

	/** Goods sent back before are no longer earned. */
	private release(line: OrderLine, at: Instant): void {
		if (line.quantityLeft === 0) return;
		line.releasedAt = at;
		const gross = times(line.unitPrice, line.quantityLeft);
		line.commission = shareDown(gross, this.commissionPercent * 10_000);
		line.releasedAmount = subtract(gross, line.commission);
		this.ledger.release(line.releasedAmount);
	}

	/** Nobody honest who got a difference sends goods back, and a store refunds released goods only with money it has. */
	private sendBack(line: OrderLine, at: Instant): void {
		const { quantity = 0, evenAfterClaim = false } = line.purchase.sentBack ?? {};
		const amount = times(line.unitPrice, quantity);
		const released = line.releasedAt !== undefined;
		if ((line.claimed > 0 && !evenAfterClaim) || (released && this.ledger.beyondDeposit < amount)) return;
		if (released) this.ledger.spend(amount);
		line.refundedAt = at;
		line.refundedAmount = amount;
		line.quantityLeft -= quantity;
	}

	private claim(line: OrderLine, at: Instant): void {
		const { item } = line.purchase;
		const fall = excess(line.unitPrice, this.priceOf.get(item) ?? line.unitPrice);
		const due = excess(times(fall, line.quantityLeft), line.claimed);
		if (due === 0 || at > windowEnd(item, line.paidAt)) return;
		line.claimed = (line.claimed + due) as Minor;
		this.claims.push({ line, at, amount: due, recovered: this.ledger.claim(due) });
	}

	private withdraw(planned: PlannedWithdrawal, at: Instant): void {
		const amount = shareDown(this.ledger.beyondDeposit, planned.percent * 10_000);
		if (amount < LEAST_WITHDRAWAL) return;
		this.ledger.spend(amount);
		this.withdrawals.push({ at, amount });
	}
}

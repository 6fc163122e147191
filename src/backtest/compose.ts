/**
 * From what the runs found to `backtest.json`. Who is honest is taken from what really happened: a store whose cuts are
 * held never gets to do what it would have been flagged for.
 */
import { add, type Currency, formatMoney, type Minor, subtract, ZERO } from '../core/words/money.js';
import { formatInstant, type Instant } from '../core/words/time.js';
import type { Amount } from '../report/model.js';
import { formatAmountDays } from './amount-days.js';
import type { RunFindings, StoreFound } from './findings.js';
import type { Missed } from './absent.js';
import type { GroupSums, Missing, NotHappened, RuleSums, RunReport, StoreReport } from './model.js';
import type { RuleFound } from './rule-tally.js';
import { cutShortSums, heldCutSums } from './sums.js';

/** What the history itself shows of a store. */
export interface Shown {
	readonly label: 'abuse' | 'honest' | undefined;
	readonly flaggedAt: Instant | undefined;
	/** What a flat hold would have kept of it. */
	readonly flatHold: bigint;
}

export interface Truth {
	readonly stores: ReadonlyMap<string, Shown>;
	/** What was lost when nobody asked a gate. */
	readonly shortfall: Minor;
}

const UNSHOWN: Shown = { label: undefined, flaggedAt: undefined, flatHold: 0n };

/** @param nothing the run in which nobody asked a gate. @param flatHold by store, in its order. */
export function truthOf(nothing: RunFindings, flatHold: readonly bigint[]): Truth {
	const stores = new Map(
		nothing.stores.map(({ store_id, label, flaggedAt }, i) => [
			store_id,
			{ label, flaggedAt, flatHold: flatHold[i] ?? 0n },
		]),
	);
	return { stores, shortfall: moneyOf(nothing.stores, ({ shortfall }) => shortfall) };
}

/** Writes one run down in its currency, beside what history shows. */
export class Composer {
	private readonly truth: Truth;
	private readonly currency: Currency;

	constructor(truth: Truth, currency: Currency) {
		this.truth = truth;
		this.currency = currency;
	}

	report(found: RunFindings): RunReport {
		const { stores, counts, absent, cuts } = found;
		const advanced = moneyOf(stores, (s) => s.advanced);
		const recovered = moneyOf(stores, (s) => s.recovered);
		const shortfall = moneyOf(stores, (s) => s.shortfall);
		const isFlagged = (store: StoreFound): boolean => this.isFlagged(store.store_id);
		return {
			policy: found.policy,
			programme: found.programme,
			gates: found.gates,
			advanced: this.money(advanced),
			shortfall: this.money(shortfall),
			prevented: this.money(subtract(this.truth.shortfall, shortfall)),
			borne_by: {
				stores: this.money(recovered),
				platform_by_rule: this.money(subtract(advanced, add(recovered, shortfall))),
				shortfall: this.money(shortfall),
			},
			uncovered_at_end: this.money(found.gap),
			stores: counts.admission,
			price_changes: counts.price,
			claims: counts.claim,
			withdrawals: counts.payout,
			withdrawal_delay_amount_days: this.days(stores, (s) => s.delayed),
			locked_amount_days: this.days(stores, (s) => s.locked),
			locked_as_reserve_amount_days: this.days(stores, (s) => s.reserved),
			flat_hold_amount_days: this.flatHold(),
			held_cuts: heldCutSums(stores, cuts),
			withdrawals_cut_short: cutShortSums(found, this.money(found.cutShort.amount)),
			claims_not_paid: { claims: found.notPaid.claims, amount: this.money(found.notPaid.amount) },
			orders_without_protection: {
				orders: found.unprotected.orders,
				amount: this.money(found.unprotected.amount),
			},
			rules: found.rules.map((one) => this.rule(one)),
			did_not_happen: this.notHappened(found),
			not_taken: Object.fromEntries([...found.notTaken].sort(([a], [b]) => (a < b ? -1 : 1))),
			honest: this.group(
				stores.filter((store) => !isFlagged(store)),
				found,
			),
			flagged: this.group(stores.filter(isFlagged), found),
			by_store: this.byStore(stores, new Set(absent)),
			state_hash: found.stateHash,
		};
	}

	private rule({ rule, stopped }: RuleFound): RuleSums {
		const { name, gate, verdict, when } = rule;
		const honest = [...stopped].filter(([store]) => !this.isFlagged(store)).map(([, requests]) => requests);
		const sum = (counts: Iterable<number>): number => [...counts].reduce((all, one) => all + one, 0);
		return {
			rule: name,
			gate,
			verdict,
			when,
			requests: sum(stopped.values()),
			stores: stopped.size,
			honest_requests: sum(honest),
			honest_stores: honest.length,
		};
	}

	private isFlagged(storeId: string): boolean {
		return this.truth.stores.get(storeId)?.flaggedAt !== undefined;
	}

	private shown({ store_id }: StoreFound): Shown {
		return this.truth.stores.get(store_id) ?? UNSHOWN;
	}

	private group(stores: readonly StoreFound[], { cuts }: RunFindings): GroupSums {
		return {
			stores: stores.length,
			touched: stores.filter(({ tally }) => tally?.firstStop !== undefined).length,
			advanced: this.money(moneyOf(stores, (s) => s.advanced)),
			shortfall: this.money(moneyOf(stores, (s) => s.shortfall)),
			cuts: heldCutSums(stores, cuts),
			locked_amount_days: this.days(stores, (s) => s.locked),
			locked_as_reserve_amount_days: this.days(stores, (s) => s.reserved),
			withdrawal_delay_amount_days: this.days(stores, (s) => s.delayed),
			flat_hold_amount_days: this.days(stores, (s) => this.shown(s).flatHold),
		};
	}

	private byStore(stores: readonly StoreFound[], absent: ReadonlySet<string>): StoreReport[] {
		const touched = stores.filter((s) => s.tally?.firstStop !== undefined || s.advanced > 0 || s.shortfall > 0);
		return touched.sort(byMoney).map((store) => this.store(store, !absent.has(store.store_id)));
	}

	private store(found: StoreFound, let_in: boolean): StoreReport {
		const { label, flaggedAt, flatHold } = this.shown(found);
		const { tally } = found;
		const stop = tally?.firstStop;
		return {
			store_id: found.store_id,
			label: label ?? null,
			flagged: flaggedAt !== undefined,
			flagged_at: flaggedAt === undefined ? null : formatInstant(flaggedAt),
			let_in,
			advanced: this.money(found.advanced),
			shortfall: this.money(found.shortfall),
			cuts: { asked: tally?.cuts ?? 0, held: tally?.cutsHeld ?? 0 },
			claims: { asked: tally?.claims ?? 0, stopped: tally?.claimsStopped ?? 0 },
			withdrawals: { asked: tally?.withdrawals ?? 0, stopped: tally?.withdrawalsStopped ?? 0 },
			orders_without_protection: tally?.unprotectedOrders ?? 0,
			withdrawal_delay_amount_days: formatAmountDays(found.delayed, this.currency),
			locked_amount_days: formatAmountDays(found.locked, this.currency),
			flat_hold_amount_days: formatAmountDays(flatHold, this.currency),
			first_stop: stop === undefined ? null : { gate: stop.gate, at: formatInstant(stop.at), verdict: stop.verdict },
			reasons: stop?.reasons ?? [],
		};
	}

	private notHappened({ absent, missed }: RunFindings): NotHappened {
		const missing = ({ records, amount }: Missed): Missing => ({ records, amount: this.money(amount) });
		return {
			stores: absent.length,
			orders: missing(missed.orders),
			claims: missing(missed.claims),
			withdrawals: missing(missed.withdrawals),
			other_records: missed.other,
		};
	}

	private money(amount: Minor): Amount {
		return formatMoney(amount, this.currency);
	}

	private days(stores: readonly StoreFound[], part: (store: StoreFound) => bigint): string {
		return formatAmountDays(
			stores.reduce((sum, store) => sum + part(store), 0n),
			this.currency,
		);
	}

	/** Of the whole history, so that it is one yardstick for all runs. */
	private flatHold(): string {
		let sum = 0n;
		for (const { flatHold } of this.truth.stores.values()) sum += flatHold;
		return formatAmountDays(sum, this.currency);
	}
}

const moneyOf = (stores: readonly StoreFound[], part: (store: StoreFound) => Minor): Minor =>
	stores.reduce((sum, store) => add(sum, part(store)), ZERO);

/** What was lost first, then what was paid, then what was kept. */
function byMoney(a: StoreFound, b: StoreFound): number {
	const kept = b.locked - a.locked;
	return (
		b.shortfall - a.shortfall ||
		b.advanced - a.advanced ||
		(kept === 0n ? 0 : kept > 0n ? 1 : -1) ||
		(a.store_id < b.store_id ? -1 : 1)
	);
}

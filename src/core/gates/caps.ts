/**
 * Caps on what is paid to one buyer, by one store, or at all, in periods counted from 1970 [PR10]. Each programme of the
 * book has its own, which claims on its lines use up.
 */
import { OWN, type Programmes } from '../programme/programmes.js';
import type { PeriodCap } from '../programme/rules.js';
import { add, excess, LARGEST_AMOUNT, type Minor, ZERO } from '../words/money.js';
import { DAY, type Instant } from '../words/time.js';

type Scope = 'buyer' | 'store' | 'period';
const SCOPES: readonly Scope[] = ['buyer', 'store', 'period'];

/** The cap that leaves least. */
export interface CapLeft {
	readonly scope: Scope;
	readonly amount: Minor;
	readonly left: Minor;
}

/** Claims told late count in their own period; older ones than this no longer come. */
const KEPT_MS = 400 * DAY;

export class Used {
	private readonly periods = new Map<number, Map<string, Minor>>();

	of(key: string, period: number): Minor {
		return this.periods.get(period)?.get(key) ?? ZERO;
	}

	/** Periods, each with what was used of it by key. */
	all(): IterableIterator<[number, ReadonlyMap<string, Minor>]> {
		return this.periods.entries();
	}

	add(key: string, period: number, amount: Minor, cap: PeriodCap): void {
		let amounts = this.periods.get(period);
		if (amounts === undefined) {
			amounts = new Map();
			this.periods.set(period, amounts);
			const oldest = period - Math.max(1, Math.ceil(KEPT_MS / cap.periodMs));
			for (const known of this.periods.keys()) if (known < oldest) this.periods.delete(known);
		}
		amounts.set(key, add(amounts.get(key) ?? ZERO, amount));
	}
}

export class Caps {
	private readonly programmes: Programmes;
	/** By the programme's place. */
	private readonly used = new Map<number, Readonly<Record<Scope, Used>>>();

	constructor(programmes: Programmes) {
		this.programmes = programmes;
	}

	/** @param programme the place of the one that the claim's line was sold under. */
	left(programme: number, buyer: string, store: string, at: Instant): CapLeft {
		let tightest: CapLeft = { scope: 'period', amount: LARGEST_AMOUNT, left: LARGEST_AMOUNT };
		const { caps } = this.programmes.of(programme);
		const used = this.used.get(programme);
		for (const scope of SCOPES) {
			const cap = caps[scope];
			if (cap === undefined) continue;
			const left = excess(cap.amount, used?.[scope].of(keyOf(scope, buyer, store), periodOf(cap, at)) ?? ZERO);
			if (left < tightest.left) tightest = { scope, amount: cap.amount, left };
		}
		return tightest;
	}

	/** Everything used and still remembered; with the programme's place where that is not the book's own. */
	*all(): IterableIterator<readonly [Scope, number, string, Minor, number?]> {
		for (const [programme, scopes] of this.used) {
			for (const scope of SCOPES) {
				for (const [period, amounts] of scopes[scope].all()) {
					for (const [key, amount] of amounts) {
						yield programme === OWN ? [scope, period, key, amount] : [scope, period, key, amount, programme];
					}
				}
			}
		}
	}

	paid(programme: number, buyer: string, store: string, at: Instant, amount: Minor): void {
		const { caps } = this.programmes.of(programme);
		for (const scope of SCOPES) {
			const cap = caps[scope];
			if (cap === undefined) continue;
			this.usedOf(programme)[scope].add(keyOf(scope, buyer, store), periodOf(cap, at), amount, cap);
		}
	}

	private usedOf(programme: number): Readonly<Record<Scope, Used>> {
		let used = this.used.get(programme);
		if (used === undefined) {
			used = { buyer: new Used(), store: new Used(), period: new Used() };
			this.used.set(programme, used);
		}
		return used;
	}
}

const periodOf = (cap: PeriodCap, at: Instant): number => Math.floor(at / cap.periodMs);

function keyOf(scope: Scope, buyer: string, store: string): string {
	return scope === 'buyer' ? buyer : scope === 'store' ? store : '';
}

/** Caps on what is paid to one buyer, by one store, or at all, in periods counted from 1970 [PR10]. */
import type { PeriodCap, Rules } from '../programme/rules.js';
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
	private readonly caps: Rules['caps'];
	private readonly used: Record<Scope, Used> = { buyer: new Used(), store: new Used(), period: new Used() };

	constructor(rules: Rules) {
		this.caps = rules.caps;
	}

	left(buyer: string, store: string, at: Instant): CapLeft {
		let tightest: CapLeft = { scope: 'period', amount: LARGEST_AMOUNT, left: LARGEST_AMOUNT };
		for (const scope of SCOPES) {
			const cap = this.caps[scope];
			if (cap === undefined) continue;
			const left = excess(cap.amount, this.used[scope].of(keyOf(scope, buyer, store), periodOf(cap, at)));
			if (left < tightest.left) tightest = { scope, amount: cap.amount, left };
		}
		return tightest;
	}

	/** Everything used and still remembered. */
	*all(): IterableIterator<readonly [Scope, number, string, Minor]> {
		for (const scope of SCOPES) {
			for (const [period, amounts] of this.used[scope].all()) {
				for (const [key, amount] of amounts) yield [scope, period, key, amount];
			}
		}
	}

	paid(buyer: string, store: string, at: Instant, amount: Minor): void {
		for (const scope of SCOPES) {
			const cap = this.caps[scope];
			if (cap !== undefined) this.used[scope].add(keyOf(scope, buyer, store), periodOf(cap, at), amount, cap);
		}
	}
}

const periodOf = (cap: PeriodCap, at: Instant): number => Math.floor(at / cap.periodMs);

function keyOf(scope: Scope, buyer: string, store: string): string {
	return scope === 'buyer' ? buyer : scope === 'store' ? store : '';
}

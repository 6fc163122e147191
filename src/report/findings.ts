/**
 * Findings: listens to an observing core while a history is replayed and notes what each gate would have stopped, per
 * store and in all. What it keeps grows with stores, not with records.
 */
import type { Core } from '../core/core.js';
import { OWED, OWED_REFUNDS, OWED_STATED } from '../core/book/ledger.js';
import type { Store } from '../core/book/store.js';
import type { Ring } from '../core/rings/rings.js';
import { add, formatMoney, type Minor, subtract, ZERO } from '../core/words/money.js';
import { GATES, type Gate, type Outcome } from '../core/words/outcome.js';
import type { Fact } from '../core/words/record.js';
import { formatInstant, type Instant } from '../core/words/time.js';
import type { GateFinding, RingFinding, Stop, StoreFinding } from './model.js';

interface GateCount {
	stopped: number;
	readonly stores: Set<string>;
	firstAt: Instant | undefined;
}

interface StoreStops {
	readonly stops: Map<Gate, Stop>;
	/** Advanced after each gate's first stop. */
	readonly advancedAfter: Map<Gate, Minor>;
}

export class Findings {
	private readonly core: Core;
	private readonly gates = new Map<Gate, GateCount>(
		GATES.map((gate) => [gate, { stopped: 0, stores: new Set(), firstAt: undefined }]),
	);
	private readonly byStore = new Map<string, StoreStops>();

	constructor(core: Core) {
		this.core = core;
	}

	/** Called after every record, with what came of it. */
	note(fact: Fact, outcome: Outcome): void {
		if (fact.type === 'claim.paid') this.noteAdvance(fact.store_id, fact.amount);
		const { observed } = outcome;
		if (observed === undefined) return;
		const store = this.storeOf(fact);
		const count = this.gates.get(observed.gate);
		if (store === undefined || count === undefined) return;
		count.stopped++;
		count.stores.add(store);
		count.firstAt ??= fact.at;
		const { stops, advancedAfter } = this.of(store);
		const why = observed.reasons[0];
		if (stops.has(observed.gate) || why === undefined) return;
		stops.set(observed.gate, {
			gate: observed.gate,
			at: formatInstant(fact.at),
			verdict: observed.verdict,
			reason: why,
		});
		// The claim that was stopped is itself part of what would not have been advanced.
		advancedAfter.set(observed.gate, fact.type === 'claim.paid' ? fact.amount : ZERO);
	}

	/** Stores that were flagged or had a claim: flagged first, then by what they cost. */
	stores(): StoreFinding[] {
		const found = this.core.book.stores.filter((store) => {
			const risk = this.core.risk.of(store);
			return risk.flaggedAt !== undefined || risk.firstClaimAt !== undefined;
		});
		const rank = (store: Store): readonly number[] => {
			const { flaggedAt, peak } = this.core.risk.of(store);
			return [flaggedAt === undefined ? 0 : 1, this.shortfall(store), peak];
		};
		const ranked = found.map((store) => ({ store, rank: rank(store) }));
		ranked.sort((a, b) => compareRanks(b.rank, a.rank) || (a.store.id < b.store.id ? -1 : 1));
		return ranked.map(({ store }) => this.storeFinding(store));
	}

	rings(): RingFinding[] {
		return this.core.risk.rings.all().map((ring) => this.ringFinding(ring));
	}

	gateFindings(): GateFinding[] {
		return GATES.map((gate) => {
			const { stopped, stores, firstAt } = this.gates.get(gate) as GateCount; // one for every gate
			let after = ZERO;
			for (const store of stores) {
				if (this.isFlagged(store)) after = add(after, this.of(store).advancedAfter.get(gate) ?? ZERO);
			}
			return {
				gate,
				stopped,
				stores: stores.size,
				first_at: firstAt === undefined ? null : formatInstant(firstAt),
				advanced_after: this.amount(after),
			};
		});
	}

	/** Advanced, recovered, shortfall, and refunds of goods that were not covered, over some stores. */
	sums(stores: readonly Store[]): { advanced: string; recovered: string; shortfall: string; refunds_owed: string } {
		const sum = (part: (store: Store) => Minor): string =>
			this.amount(stores.reduce((all, store) => add(all, part(store)), ZERO));
		return {
			advanced: sum((s) => s.advanced),
			recovered: sum((s) => s.recovered),
			shortfall: sum((s) => this.shortfall(s)),
			refunds_owed: sum((s) => subtract(ZERO, this.core.book.ledger.get(s.index, OWED_REFUNDS))),
		};
	}

	private shortfall(store: Store): Minor {
		const { ledger } = this.core.book;
		return subtract(ZERO, add(ledger.get(store.index, OWED), ledger.get(store.index, OWED_STATED)));
	}

	private storeFinding(store: Store): StoreFinding {
		const risk = this.core.risk.of(store);
		return {
			store_id: store.id,
			score: risk.peak / 100,
			flagged: risk.flaggedAt !== undefined,
			flagged_at: timeOrNull(risk.flaggedAt),
			...this.sums([store]),
			ring_id: this.core.risk.rings.of(store.index)?.id ?? null,
			reasons: risk.reasons,
			stops: [...this.of(store.id).stops.values()],
			first_claim_at: timeOrNull(risk.firstClaimAt),
		};
	}

	private ringFinding(ring: Ring): RingFinding {
		const { rings } = this.core.risk;
		const members = ring.stores.map((index) => this.core.book.stores[index] as Store); // rings are made of stores
		const id = (index: number): string => this.core.book.stores[index]?.id ?? '';
		const peaks = members.map((store) => this.core.risk.of(store).peak);
		return {
			ring_id: ring.id,
			score: Math.max(...peaks) / 100,
			flagged_at: formatInstant(ring.foundAt),
			stores: members.map((store) => store.id as string).sort(),
			buyers: rings.buyers(ring),
			links: rings
				.links(ring)
				.map(({ kind, value, stores, buyers }) => ({ kind, value, stores: stores.map(id).sort(), buyers })),
			...this.sums(members),
		};
	}

	private noteAdvance(store: string | undefined, amount: Minor): void {
		if (store === undefined) return;
		const { advancedAfter } = this.of(store);
		for (const [gate, sum] of advancedAfter) advancedAfter.set(gate, add(sum, amount));
	}

	private of(store: string): StoreStops {
		let known = this.byStore.get(store);
		if (known === undefined) {
			known = { stops: new Map(), advancedAfter: new Map() };
			this.byStore.set(store, known);
		}
		return known;
	}

	private storeOf(fact: Fact): string | undefined {
		return 'store_id' in fact ? fact.store_id : undefined;
	}

	private isFlagged(id: string): boolean {
		const store = this.core.book.findStore(id);
		return store !== undefined && this.core.risk.of(store).flaggedAt !== undefined;
	}

	private amount(minor: Minor): string {
		return formatMoney(minor, this.core.currency);
	}
}

const timeOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : formatInstant(at));

function compareRanks(a: readonly number[], b: readonly number[]): number {
	for (let i = 0; i < a.length; i++) {
		const difference = (a[i] ?? 0) - (b[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

/**
 * What a run found, as plain values: it may have been made in another thread. Amounts are minor units, amount-days
 * minor units times milliseconds; nothing is rounded yet.
 */
import { OWED, OWED_STATED } from '../core/book/ledger.js';
import type { Store } from '../core/book/store.js';
import { stateHash } from '../core/state-hash.js';
import { add, type Minor, subtract, ZERO } from '../core/words/money.js';
import { GATES, type Gate } from '../core/words/outcome.js';
import type { Instant } from '../core/words/time.js';
import type { AbsentCounts } from './absent.js';
import type { HeldCut } from './held-cuts.js';
import type { Run } from './run.js';
import type { RuleFound } from './rule-tally.js';
import type { AskedGate, StoreTally, Tally } from './tally.js';
import type { VerdictCounts } from './counts.js';

export interface StoreFound {
	readonly store_id: string;
	readonly label: 'abuse' | 'honest' | undefined;
	readonly flaggedAt: Instant | undefined;
	readonly advanced: Minor;
	readonly recovered: Minor;
	readonly shortfall: Minor;
	readonly locked: bigint;
	/** Of what was locked, what stood in reserves. */
	readonly reserved: bigint;
	readonly delayed: bigint;
	readonly tally: StoreTally | undefined;
}

export interface RunFindings {
	readonly policy: string;
	/** What its order lines were sold under. */
	readonly programme: string;
	readonly gates: Readonly<Record<Gate, 'observe' | 'enforce'>>;
	readonly counts: Readonly<Record<AskedGate, VerdictCounts>>;
	readonly unprotected: Tally['unprotected'];
	readonly notPaid: Tally['notPaid'];
	readonly cutShort: Tally['cutShort'];
	readonly rules: readonly RuleFound[];
	readonly notTaken: ReadonlyMap<string, number>;
	readonly missed: AbsentCounts;
	readonly absent: readonly string[];
	readonly cuts: readonly HeldCut[];
	/** How long each withdrawal took, in milliseconds, that was granted in full later. */
	readonly waits: readonly number[];
	/** Due at the end and neither claimed nor covered. */
	readonly gap: Minor;
	readonly unexplained: { readonly stores: number; readonly amount: Minor };
	/** Every store of the history, those that were not let in too. */
	readonly stores: readonly StoreFound[];
	readonly stateHash: string;
}

export function findingsOf(run: Run): RunFindings {
	const { core, tally, absent, cuts, purses } = run;
	const { stores } = core.book;
	const out = [...absent.stores];
	return {
		policy: core.policy.label,
		programme: core.policy.sellsUnder ?? core.book.rules.name,
		gates: Object.fromEntries(GATES.map((gate) => [gate, core.policy.gates[gate]])) as RunFindings['gates'],
		counts: tally.counts,
		unprotected: tally.unprotected,
		notPaid: tally.notPaid,
		cutShort: tally.cutShort,
		rules: tally.rules.found(core.policy),
		notTaken: tally.notTaken,
		missed: absent.missed,
		absent: out,
		cuts: cuts.ended,
		waits: stores.flatMap((store) => purses.of(store)?.waits ?? []),
		gap: stores.reduce((sum, { gap }) => add(sum, gap), ZERO),
		unexplained: unexplained(stores),
		stores: [...stores.map((store) => storeFound(run, store)), ...out.map((id) => keptOut(run, id))],
		stateHash: stateHash(core),
	};
}

function storeFound({ core, tally, purses }: Run, store: Store): StoreFound {
	const { label, flaggedAt } = core.risk.of(store);
	const { ledger } = core.book;
	const purse = purses.of(store);
	return {
		store_id: store.id,
		label,
		flaggedAt,
		advanced: store.advanced,
		recovered: store.recovered,
		shortfall: subtract(ZERO, add(ledger.get(store.index, OWED), ledger.get(store.index, OWED_STATED))),
		locked: purse?.locked.exact ?? 0n,
		reserved: purse?.reserved.exact ?? 0n,
		delayed: purse?.delayed.exact ?? 0n,
		tally: tally.stores.get(store.id),
	};
}

const keptOut = ({ tally }: Run, store_id: string): StoreFound => ({
	store_id,
	label: undefined,
	flaggedAt: undefined,
	advanced: ZERO,
	recovered: ZERO,
	shortfall: ZERO,
	locked: 0n,
	reserved: 0n,
	delayed: 0n,
	tally: tally.stores.get(store_id),
});

function unexplained(stores: readonly Store[]): RunFindings['unexplained'] {
	const some = stores.filter((store) => store.unexplained > 0);
	return { stores: some.length, amount: some.reduce((sum, store) => add(sum, store.unexplained), ZERO) };
}

/**
 * The admission gate: a store's papers, accounts and devices against each other and against what is known to be bad.
 * Sharing alone refuses nobody: sisters of an honest owner and tenants of a registration agent are let in. Addresses
 * and networks are looked at only together with something rarer.
 */
import { OWED, OWED_STATED } from '../book/ledger.js';
import { IDENTIFIER_KINDS, STORE_KINDS } from '../rings/identifiers.js';
import { add, type Minor, subtract, ZERO } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { type Reason, reason } from '../words/reason.js';
import type { RecordOf } from '../words/record.js';
import { type GateView, inWords } from './view.js';

/** Kinds weaker than this are shared by too many to hold a store up. */
const TELLING = 80;

export function admissionGate(view: GateView, request: RecordOf<'store.apply'>): Answer {
	const required = view.policy.minimumDeposit;
	const answer = { gate: 'admission', deposit_required: required } as const;
	const reasons = STORE_KINDS.filter((kind) => IDENTIFIER_KINDS[kind] >= TELLING).flatMap((kind) => {
		const value = request[kind];
		const shared = value === undefined ? undefined : view.risk.identifiers.find(kind, value);
		return shared === undefined ? [] : worst(view, kind, shared.stores);
	});
	// [AG2]
	if (reasons.some(({ code }) => code === 'papers_of_ring')) return { ...answer, verdict: 'refuse', reasons };
	// [AG3] [AG4]
	if (reasons.length > 0) return { ...answer, verdict: 'hold', reasons };
	// [AG5]
	if (request.deposit < required) {
		const values = { deposit: inWords(view, request.deposit), required: inWords(view, required) };
		return { ...answer, verdict: 'hold', reasons: [reason('deposit_short', values)] };
	}
	return { ...answer, verdict: 'approve', reasons: [] };
}

/** The gravest thing about the stores that share one identifier. */
function worst(view: GateView, kind: string, stores: readonly number[]): Reason[] {
	const { book, risk } = view;
	const name = (index: number): string => book.stores[index]?.id ?? '';
	const inRing = stores.filter((index) => risk.rings.of(index) !== undefined);
	const ring = risk.rings.of(inRing[0] ?? -1);
	if (ring !== undefined)
		return [reason('papers_of_ring', { kind, ring: ring.id, stores: inRing.map(name).join(' ') })];
	const flagged = stores.find((index) => risk.stores[index]?.flaggedAt !== undefined);
	if (flagged !== undefined) return [reason('papers_of_flagged', { kind, store: name(flagged) })];
	const debtor = stores.find((index) => book.stores[index]?.closedAt !== undefined && owed(view, index) > 0);
	if (debtor === undefined) return [];
	return [reason('papers_of_debtor', { kind, store: name(debtor), owed: inWords(view, owed(view, debtor)) })];
}

function owed({ book }: GateView, store: number): Minor {
	return subtract(ZERO, add(book.ledger.get(store, OWED), book.ledger.get(store, OWED_STATED)));
}

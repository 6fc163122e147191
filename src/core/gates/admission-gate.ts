/**
 * The admission gate: a store's papers, accounts and devices, each by itself, against each other and against what is
 * known to be bad. Sharing alone refuses nobody: sisters of an honest owner and tenants of a registration agent are let
 * in. Addresses and networks are shared by many, so they limit and never hold.
 */
import { OWED, OWED_STATED } from '../book/ledger.js';
import { IDENTIFIER_KINDS, STORE_KINDS, type StoreKind } from '../rings/identifiers.js';
import { add, type Minor, most, subtract, ZERO } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { type Reason, reason } from '../words/reason.js';
import type { RecordOf } from '../words/record.js';
import { DAY } from '../words/time.js';
import { ruled } from './ruled.js';
import { type GateView, inWords } from './view.js';

/** Kinds weaker than this are shared by too many to hold a store up. */
const TELLING = 80;
const STRONG = STORE_KINDS.filter((kind) => IDENTIFIER_KINDS[kind] >= TELLING);
const WEAK = STORE_KINDS.filter((kind) => IDENTIFIER_KINDS[kind] < TELLING);
/** What a registry and a bank can confirm; a store is verified once both have. */
const VERIFIABLE = ['licence_no', 'bank_account'] as const;

type Application = RecordOf<'store.apply'>;

/** [AG11] */
export const admissionGate = (view: GateView, request: Application): Answer =>
	ruled(view, { gate: 'admission', application: request, isVerified: isVerified(request) }, byPapers(view, request));

function byPapers(view: GateView, request: Application): Answer {
	const required = firstDeposit(view, request);
	const answer = { gate: 'admission', deposit_required: required } as const;
	const known = STRONG.flatMap((kind) => worst(view, kind, sharing(view, request, kind)));
	// [AG2]
	if (known.some(({ code }) => code === 'papers_of_ring')) return { ...answer, verdict: 'refuse', reasons: known };
	// [AG6]
	const wrong = papersWrong(request);
	if (wrong.length > 0) return { ...answer, verdict: 'refuse', reasons: wrong };
	// [AG3] [AG4]
	if (known.length > 0) return { ...answer, verdict: 'hold', reasons: known };
	// [AG7]
	const many = STRONG.flatMap((kind) => tooMany(view, request, kind));
	if (many.length > 0) return { ...answer, verdict: 'hold', reasons: many };
	// [AG5]
	if (request.deposit < required) {
		const values = { deposit: inWords(view, request.deposit), required: inWords(view, required) };
		return { ...answer, verdict: 'hold', reasons: [reason('deposit_short', values)] };
	}
	const why = limits(view, request);
	return { ...answer, verdict: why.length > 0 ? 'limit' : 'approve', reasons: why };
}

/** [AG8] [AG9] [AG10] Why a store is let in on probation only; nothing where it is let in without limits. */
export function limits(view: GateView, request: Application): Reason[] {
	const { days, sales } = view.policy.probation;
	if (days === 0) return [];
	const doubts = WEAK.flatMap((kind) => burst(view, request, kind));
	if (!isVerified(request))
		doubts.push(reason('not_verified', { required: inWords(view, firstDeposit(view, request)) }));
	return doubts.length === 0 ? [] : [...doubts, reason('on_probation', { days, sales })];
}

const isVerified = ({ verified }: Application): boolean => VERIFIABLE.every((kind) => verified?.[kind] === 'confirmed');

/** [AG5] [AG9] The least deposit to open with. */
const firstDeposit = ({ policy }: GateView, request: Application): Minor =>
	isVerified(request) ? policy.minimumDeposit : most(policy.minimumDeposit, policy.unverifiedDeposit);

/** [AG6] Papers that cannot be what they claim to be. */
function papersWrong({ papers, verified }: Application): Reason[] {
	const of = (found: object, ...bad: readonly string[]): string =>
		Object.entries(found)
			.filter(([, word]) => bad.includes(word))
			.map(([kind]) => kind)
			.join(',');
	const invalid = of(papers ?? {}, 'bad_structure', 'bad_check_digit');
	const denied = of(verified ?? {}, 'denied');
	return [
		...(invalid === '' ? [] : [reason('paper_invalid', { kinds: invalid })]),
		...(denied === '' ? [] : [reason('paper_denied', { kinds: denied })]),
	];
}

/** Stores (by index) that showed the same value. */
function sharing({ risk }: GateView, request: Application, kind: StoreKind): readonly number[] {
	const value = request[kind];
	return (value === undefined ? undefined : risk.identifiers.find(kind, value)?.stores) ?? [];
}

/** [AG7] Stores with a past are an honest owner's sisters; many without one are how gangs begin. */
function tooMany(view: GateView, request: Application, kind: StoreKind): Reason[] {
	if (request[kind] === undefined) return [];
	const { book, policy } = view;
	const since = request.at - policy.newStoreMs;
	const fresh = sharing(view, request, kind).filter((index) => (book.stores[index]?.openedAt ?? 0) > since);
	const { most_new_stores } = policy.admission;
	if (fresh.length < most_new_stores) return [];
	return [reason('many_stores', { kind, stores: fresh.length, most: most_new_stores })];
}

/** [AG8] */
function burst(view: GateView, request: Application, kind: StoreKind): Reason[] {
	if (request[kind] === undefined) return [];
	const { burst_stores, burst_days } = view.policy.admission;
	const since = request.at - burst_days * DAY;
	const stores = sharing(view, request, kind).filter((index) => (view.book.stores[index]?.openedAt ?? 0) > since);
	return stores.length < burst_stores
		? []
		: [reason('address_burst', { kind, stores: stores.length, days: burst_days })];
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

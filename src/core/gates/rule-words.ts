/**
 * How each word of rules is read. A subject is what a gate was asked, as one policy sees it, with what the gate would
 * answer without rules. Reads the state and changes nothing.
 */
import { BALANCE, HELD_ACCOUNT, RESERVE } from '../book/ledger.js';
import type { Item, Store } from '../book/store.js';
import type { StoreKind } from '../rings/identifiers.js';
import type { Read, Reader, Value } from '../rules/compile.js';
import type { Clock, WordName } from '../rules/vocabulary.js';
import { add, excess, type Minor, ZERO } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import type { RecordOf } from '../words/record.js';
import { DAY, HOUR } from '../words/time.js';
import { type GateView, headroom, postedDeposit } from './view.js';

interface AdmissionAsked {
	readonly gate: 'admission';
	readonly application: RecordOf<'store.apply'>;
	readonly isVerified: boolean;
}
interface ItemAsked {
	readonly gate: 'guarantee' | 'price';
	readonly store: Store;
	readonly item: Item | undefined;
	readonly sku: string;
	readonly price: Minor;
}
interface PayoutAsked {
	readonly gate: 'payout';
	readonly store: Store;
	readonly amount: Minor;
}

/** What a gate was asked. */
export type Asked = AdmissionAsked | ItemAsked | PayoutAsked;

export interface Subject {
	readonly view: GateView;
	readonly asked: Asked;
	readonly answer: Answer;
}

/** Readers of what only some gates are asked: which ones, the vocabulary says, and the language has checked. */
type Of<A extends Asked> = (asked: A, subject: Subject) => Value;
const of =
	<A extends Asked>(read: Of<A>): Read<Subject> =>
	(subject) =>
		read(subject.asked as A, subject);

const ofStore = (read: (store: Store, view: GateView) => Value): Read<Subject> =>
	of<ItemAsked | PayoutAsked>(({ store }, { view }) => read(store, view));
const ofItem = (read: Of<ItemAsked>): Read<Subject> => of(read);
const ofPayout = (read: Of<PayoutAsked>): Read<Subject> => of(read);
const ofApplication = (read: Of<AdmissionAsked>): Read<Subject> => of(read);
const sharing = (kind: StoreKind): Read<Subject> =>
	ofApplication(({ application }, { view }) => {
		const value = application[kind];
		return (value === undefined ? undefined : view.risk.identifiers.find(kind, value)?.stores.length) ?? 0;
	});

/** Withdrawals that count as recent. */
const RECENT_MS = 72 * HOUR;

const READERS = {
	'store.id': ofStore(({ id }) => id),
	'store.age_days': ofStore((store, { book }) => Math.floor((book.now - store.openedAt) / DAY)),
	'store.tier': ofStore((store, { risk, policy }) => risk.tier(store, policy)),
	'store.score': ofStore((store, { risk }) => risk.of(store).score),
	'store.flagged': ofStore((store, { risk }) => risk.of(store).flaggedAt !== undefined),
	'store.in_ring': ofStore((store, { risk }) => risk.rings.of(store.index) !== undefined),
	'store.buyers': ofStore((store, { risk }) => risk.of(store).buyers),
	'store.sales': ofStore((store, { risk }) => risk.of(store).protectedLines),
	'store.quick_sales': ofStore((store, { risk }) => risk.of(store).quickLines),
	'store.claimers': ofStore((store, { risk }) => risk.of(store).claimers.size),
	'store.withdrawals': ofStore((store, { risk }) => risk.of(store).withdrawalCount),
	'store.withdrawn_72h': ofStore(withdrawnLately),
	'store.deposit': ofStore((store, view) => postedDeposit(view, store)),
	'store.balance': ofStore((store, { book }) => book.ledger.get(store.index, BALANCE)),
	'store.held': ofStore((store, { book }) => book.ledger.get(store.index, HELD_ACCOUNT)),
	'store.reserve': ofStore((store, { book }) => book.ledger.get(store.index, RESERVE)),
	'store.free_funds': ofStore((store, { book }) => book.securing.freeFunds(store)),
	'store.headroom': ofStore((store, view) => headroom(view, store)),
	'store.open_value': ofStore(({ openValue }) => openValue),
	'store.exposure': ofStore(({ exposed }) => exposed),
	'store.advanced': ofStore(({ advanced }) => advanced),
	sku_id: ofItem(({ sku }) => sku),
	price: ofItem(({ price }) => price),
	before: ofItem(({ item, price }) => item?.price ?? price),
	is_first: ofItem(({ item }) => item?.price === undefined),
	fall_percent: ofItem(({ item, price }) => fallOf(item?.price ?? price, price)),
	raise_percent: ofItem(({ item, price }) => riseOf(item?.price ?? price, price)),
	hours_since_change: ofItem(({ item }, { view }) => Math.floor((view.book.now - pricedAt(item, view)) / HOUR)),
	triggered: ofItem((_, { answer }) => answer.triggered ?? ZERO),
	amount: ofPayout(({ amount }) => amount),
	granted: ofPayout((_, { answer }) => answer.amount ?? ZERO),
	deposit: ofApplication(({ application }) => application.deposit),
	category: ofApplication(({ application }) => application.category ?? ''),
	is_verified: ofApplication(({ isVerified }) => isVerified),
	'sharing.licence_no': sharing('licence_no'),
	'sharing.legal_person': sharing('legal_person'),
	'sharing.bank_account': sharing('bank_account'),
	'sharing.phone': sharing('phone'),
	'sharing.device_id': sharing('device_id'),
	'sharing.ip': sharing('ip'),
	'sharing.address': sharing('address'),
} as const satisfies Readonly<Record<WordName, Read<Subject>>>;

const CLOCK_READERS = {
	hour: (at) => at.getUTCHours(),
	weekday: (at) => at.getUTCDay() || 7,
	day: (at) => at.getUTCDate(),
	month: (at) => at.getUTCMonth() + 1,
} as const satisfies Readonly<Record<Clock, (local: Date) => number>>;

export const SUBJECT_READER: Reader<Subject> = {
	word: (name) => READERS[name],
	clock: (clock, offsetHours) => {
		const read = CLOCK_READERS[clock];
		return ({ view }) => read(new Date(view.book.now + offsetHours * HOUR));
	},
};

function withdrawnLately(store: Store, { book, risk }: GateView): Minor {
	let sum = ZERO;
	for (const { at, amount } of risk.of(store).withdrawals) if (book.now - at <= RECENT_MS) sum = add(sum, amount);
	return sum;
}

/** Whole per cent of the price until now; a price of nothing has no per cent. */
const share = (part: Minor, whole: Minor): number => (whole === 0 ? 0 : Math.floor((part * 100) / whole));
const fallOf = (from: Minor, to: Minor): number => share(excess(from, to), from);
const riseOf = (from: Minor, to: Minor): number => share(excess(to, from), from);

const pricedAt = (item: Item | undefined, { book }: GateView): number => item?.pricedAt ?? book.now;

/**
 * The words of rules: everything that an analyst's expression may look at, each with its type and the gates that know
 * it. docs/RULES.md is held equal to this table; how each is read from the state stands in `readers.ts`.
 */

/** Gates that ask rules. A claim is owed to a shopper and secured already, so no rule stands before it. */
export const RULE_GATES = ['admission', 'guarantee', 'price', 'payout'] as const;
export type RuleGate = (typeof RULE_GATES)[number];

export type WordType = 'int' | 'money' | 'bool' | 'string';

interface Word {
	readonly type: WordType;
	readonly gates: readonly RuleGate[];
	readonly says: string;
}

const OPEN: readonly RuleGate[] = ['guarantee', 'price', 'payout'];
const ITEM: readonly RuleGate[] = ['guarantee', 'price'];
const word = (type: WordType, gates: readonly RuleGate[], says: string): Word => ({ type, gates, says });
const sharing = (what: string): Word => word('int', ['admission'], `stores that have shown the same ${what} before`);

export const WORDS = {
	'store.id': word('string', OPEN, 'the store’s id'),
	'store.age_days': word('int', OPEN, 'whole days since it opened'),
	'store.tier': word('string', OPEN, '`new`, `normal`, `watch`, `abnormal` or `probation`'),
	'store.score': word('int', OPEN, 'its score, in whole per cent'),
	'store.flagged': word('bool', OPEN, 'whether it is flagged'),
	'store.in_ring': word('bool', OPEN, 'whether it belongs to a ring'),
	'store.buyers': word('int', OPEN, 'distinct buyers under guarantee, of those remembered'),
	'store.sales': word('int', OPEN, 'order lines sold under guarantee'),
	'store.quick_sales': word('int', OPEN, 'of these, confirmed received within 24 hours of payment'),
	'store.claimers': word('int', OPEN, 'distinct buyers that were paid on claims, of those remembered'),
	'store.withdrawals': word('int', OPEN, 'withdrawals so far'),
	'store.withdrawn_72h': word('money', OPEN, 'withdrawn within the last 72 hours, eight withdrawals at most'),
	'store.deposit': word('money', OPEN, 'deposit posted, with what it has lent to reserves'),
	'store.balance': word('money', OPEN, 'released and not withdrawn'),
	'store.held': word('money', OPEN, 'proceeds not released yet'),
	'store.reserve': word('money', OPEN, 'set aside for triggered guarantees'),
	'store.free_funds': word('money', OPEN, 'what could fill reserves now'),
	'store.headroom': word('money', OPEN, 'what it may withdraw now'),
	'store.open_value': word('money', OPEN, 'what its open guarantees could cost at most'),
	'store.exposure': word('money', OPEN, 'of that, what the lines’ own held proceeds do not cover'),
	'store.advanced': word('money', OPEN, 'paid to its buyers on claims so far'),
	sku_id: word('string', ITEM, 'the item; empty where the badge is asked for the store as a whole'),
	price: word('money', ITEM, 'the price asked for, or the item’s price at the guarantee gate (0 where it has none)'),
	before: word('money', ['price'], 'the price until now; the one asked for where it is the first'),
	is_first: word('bool', ['price'], 'whether the item has had no price yet'),
	fall_percent: word('int', ['price'], 'by how much the price falls, in whole per cent rounded down; 0 for a raise'),
	raise_percent: word('int', ['price'], 'by how much it rises, likewise; 0 where it was nothing'),
	hours_since_change: word('int', ['price'], 'whole hours since the item’s price was set; 0 where it is the first'),
	triggered: word('money', ['price'], 'how much more the cut would make due'),
	amount: word('money', ['payout'], 'what the store asked to withdraw'),
	granted: word('money', ['payout'], 'what the gate would let out'),
	deposit: word('money', ['admission'], 'the deposit the store would open with'),
	category: word('string', ['admission'], 'its category; empty where none is told'),
	is_verified: word('bool', ['admission'], 'whether a registry has confirmed its licence and a bank its account'),
	'sharing.licence_no': sharing('licence'),
	'sharing.legal_person': sharing('legal person'),
	'sharing.bank_account': sharing('bank account'),
	'sharing.phone': sharing('telephone'),
	'sharing.device_id': sharing('device'),
	'sharing.ip': sharing('network address'),
	'sharing.address': sharing('postal address'),
} as const satisfies Readonly<Record<string, Word>>;

export type WordName = keyof typeof WORDS;

/** Functions of the book's time at an offset from UTC in whole hours, for every gate: `hour(8)` is the hour in China. */
export const CLOCKS = {
	hour: 'hour of the day, 0 to 23',
	weekday: 'day of the week, 1 (Monday) to 7',
	day: 'day of the month',
	month: 'month, 1 to 12',
} as const;
export type Clock = keyof typeof CLOCKS;

/** Offsets of the world's time zones, in hours. */
export const FIRST_OFFSET = -12;
export const LAST_OFFSET = 14;

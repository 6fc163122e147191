/** What the platform stands to lose and what secures it, over all stores. Looks at every store: ask it seldom. */
import { BALANCE, HELD_ACCOUNT, OWED_REFUNDS, RESERVE } from '../core/book/ledger.js';
import type { Desk } from '../core/desk/desk.js';
import { margin, postedDeposit } from '../core/gates/view.js';
import { TIERS } from '../core/policy.js';
import { add, subtract, type Minor, ZERO } from '../core/words/money.js';
import { GATES } from '../core/words/outcome.js';
import { formatInstant } from '../core/words/time.js';
import { amounts } from './amounts.js';
import { shortfall, unsecured } from './store-view.js';

const SUMS = [
	'open_value',
	'unsecured',
	'reserves',
	'held',
	'balance',
	'deposits',
	'margin',
	'unfilled',
	'owed_refunds',
	'advanced',
	'recovered',
	'shortfall',
] as const;
type Sums = Record<(typeof SUMS)[number], Minor>;

export type ExposureView = ReturnType<typeof exposureView>;

export function exposureView(desk: Desk) {
	const { book, risk } = desk.core;
	const sums = Object.fromEntries(SUMS.map((name) => [name, ZERO])) as Sums;
	const tiers = Object.fromEntries(TIERS.map((tier) => [tier, 0])) as Record<(typeof TIERS)[number], number>;
	let [guarantees, closed, flagged] = [0, 0, 0];
	for (const store of book.stores) {
		addStore(desk, store, sums);
		guarantees += store.openGuarantees;
		if (risk.of(store).flaggedAt !== undefined) flagged++;
		if (store.closedAt === undefined) tiers[desk.core.tier(store)]++;
		else closed++;
	}
	const words = amounts(desk);
	return {
		as_of: formatInstant(book.now),
		currency: desk.core.currency,
		open_guarantees: guarantees,
		...(Object.fromEntries(SUMS.map((name) => [name, words(sums[name])])) as Record<keyof Sums, string>),
		stores: { open: book.stores.length - closed, closed, flagged, by_tier: tiers },
		rings: risk.rings.all().length,
		waiting: waitingByGate(desk),
		appeals: [...desk.appeals.all()].length,
	};
}

function addStore(desk: Desk, store: Desk['core']['book']['stores'][number], sums: Sums): void {
	const { core } = desk;
	const of = (account: number): Minor => core.book.ledger.get(store.index, account);
	const count = (name: keyof Sums, amount: Minor): void => {
		sums[name] = add(sums[name], amount);
	};
	count('open_value', store.openValue);
	count('unsecured', unsecured(desk, store));
	count('reserves', of(RESERVE));
	count('held', of(HELD_ACCOUNT));
	count('balance', of(BALANCE));
	count('deposits', postedDeposit(core.of(store.id), store));
	count('margin', margin(core.of(store.id), store));
	count('unfilled', store.gap);
	count('owed_refunds', subtract(ZERO, of(OWED_REFUNDS)));
	count('advanced', store.advanced);
	count('recovered', store.recovered);
	count('shortfall', shortfall(desk, store));
}

function waitingByGate(desk: Desk) {
	const waiting = Object.fromEntries(GATES.map((gate) => [gate, 0])) as Record<(typeof GATES)[number], number>;
	for (const { gate } of desk.holds.all()) waiting[gate]++;
	return waiting;
}

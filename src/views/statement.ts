/**
 * The statement: what a merchant sees of their own store, in plain words. What is locked and by which guarantees, when
 * each frees, why a request waits and the ways to free it, and the call for deposit. Other stores, buyers and how the
 * store is judged (score, tier, signals, ring) are no part of it.
 */
import { BALANCE, DEPOSIT, HELD_ACCOUNT, OWED, OWED_REFUNDS, OWED_STATED, RESERVE } from '../core/book/ledger.js';
import type { Store } from '../core/book/store.js';
import type { Desk } from '../core/desk/desk.js';
import { headroom, margin, postedDeposit, requiredDeposit } from '../core/gates/view.js';
import { add, type Minor, subtract, ZERO } from '../core/words/money.js';
import type { Language } from '../core/words/reason.js';
import { formatInstant } from '../core/words/time.js';
import { amounts } from './amounts.js';
import { guaranteesOf, openSlots } from './guarantees-of.js';
import type { PageAsked } from './page.js';
import { say, type StatementWord } from './statement-words.js';
import { waitingRequest } from './ways.js';

export type Statement = NonNullable<ReturnType<typeof statement>>;

/** @returns nothing where there is no such store and none has applied. */
export function statement(desk: Desk, id: string, language: Language, page: PageAsked) {
	const store = desk.core.book.findStore(id);
	const holds = desk.holds.of(id);
	if (store === undefined && holds.length === 0) return undefined;
	const slots = store === undefined ? [] : openSlots(desk, store);
	return {
		store_id: id,
		as_of: formatInstant(desk.core.book.now),
		language,
		currency: desk.core.currency as string,
		...(store === undefined ? { summary: [] } : moneyOf(desk, store, language)),
		waiting: holds.map((hold) => waitingRequest(desk, hold, slots, language)),
		guarantees: inSentences(guaranteesOf(desk, slots, page), language),
	};
}

type Guarantees = ReturnType<typeof guaranteesOf>;

const inSentences = ({ items, ...rest }: Guarantees, language: Language) => ({
	...rest,
	items: items.map((item) => ({
		...item,
		sentence: say(Number(item.due) > 0 ? 'guarantee_due' : 'guarantee', language, {
			quantity: item.quantity,
			sku: item.sku_id,
			paid: item.sold_at,
			most: item.at_most,
			due: item.due,
			frees: item.frees_at,
		}),
	})),
});

function moneyOf(desk: Desk, store: Store, language: Language) {
	const { core } = desk;
	const words = amounts(desk);
	const of = (account: number): Minor => core.book.ledger.get(store.index, account);
	const owed = subtract(ZERO, add(of(OWED), add(of(OWED_STATED), of(OWED_REFUNDS))));
	const figures = {
		reserved: of(RESERVE),
		margin: margin(core.of(store.id), store),
		held: of(HELD_ACCOUNT),
		unfilled: store.gap,
		owed,
		headroom: headroom(core.of(store.id), store),
	} as const satisfies Partial<Record<StatementWord, Minor>>;
	const sentences = Object.entries(figures)
		.filter(([name, amount]) => amount > 0 || name === 'headroom')
		.map(([name, amount]) => say(name as keyof typeof figures, language, { amount: words(amount) }));
	const call = callOf(desk, store, language);
	return {
		summary: call === undefined ? sentences : [...sentences, call.sentence],
		...(Object.fromEntries(Object.entries(figures).map(([name, amount]) => [name, words(amount)])) as Record<
			keyof typeof figures,
			string
		>),
		balance: words(of(BALANCE)),
		deposit: {
			free: words(of(DEPOSIT)),
			posted: words(postedDeposit(core.of(store.id), store)),
			required: words(requiredDeposit(core.of(store.id), store)),
		},
		open_guarantees: store.openGuarantees,
		deposit_call: call ?? null,
	};
}

function callOf(desk: Desk, store: Store, language: Language) {
	const { call } = desk.following.of(store);
	if (call === undefined) return undefined;
	const words = amounts(desk);
	const values = {
		required: words(call.required),
		posted: words(call.posted),
		missing: words(call.missing),
		until: formatInstant(call.until),
	};
	return { ...values, sentence: say('call', language, values) };
}

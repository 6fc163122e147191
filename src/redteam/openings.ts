/**
 * Openings: strategies the search begins with. Every attack the simulator knows by name is one, made from its gang's
 * parameters, and so are others that people are known to try. None of them is expected to work under a policy that
 * enforces; they are where variation starts.
 */
import { ATTACKS } from '../sim/attacks.js';
import type { GangOptions } from '../sim/options.js';
import type { Goal } from './setting.js';
import { type Move, type MoveKind, moveOf, type Strategy } from './strategy.js';

export interface Opening {
	readonly name: string;
	readonly strategy: Strategy;
}

type Numbers = Readonly<Record<string, number>>;
const CHEAP = 300;
const DEAR = 10_000;

/** Short for a move of store 1; numbers that are not named are the usual ones. */
function does(kind: MoveKind, numbers: Numbers = {}): Move {
	const usual: Numbers = {
		store: 1,
		sku: 1,
		percent: 100,
		units_percent: 100,
		share: 100,
		price: DEAR,
		deposit: 1000,
		lines: 20,
		quantity: 1,
		pays_percent: 100,
		protect_days: 7,
		to_percent: 3,
		steps: 1,
		...numbers,
	};
	return moveOf(kind, usual);
}

/** What a gang of the simulator does, with two of its stores. */
function fromGang(gang: GangOptions): Strategy {
	const slow = gang.receipts === 'next-day' ? 24 : 0;
	const raised = gang.trick === 'raise-then-cut';
	const leaves = gang.withdraws === 'most' ? 82 : 100;
	const turn = (store: number): Move[] => [
		does('open', { store, deposit: gang.deposit ?? 1000, papers: gang.papers === 'clean' || store === 1 ? 0 : 1 }),
		does('price', { store, price: raised ? CHEAP : DEAR }),
		...(raised ? [does('raise', { store, percent: 3000, after_hours: 20 })] : []),
		does('sell', { store, lines: 16 }),
		does('receive', { store, after_hours: slow }),
		does('withdraw', { store, percent: leaves, after_hours: 1 }),
		...(gang.trick === 'stepwise' ? stepwise(store) : [does('cut', { store, after_hours: 20 })]),
		does('claim', { store }),
	];
	return [...turn(1), ...turn(2)];
}

const stepwise = (store: number): Move[] => [
	does('cut', { store, after_hours: 20, to_percent: 50 }),
	does('claim', { store }),
	does('cut', { store, after_hours: 8, to_percent: 40 }),
	does('claim', { store }),
	does('cut', { store, after_hours: 8, to_percent: 15 }),
];

const BEGINS = [does('open'), does('price')] as const;
const SELLS = [does('sell'), does('receive')] as const;
const CASHES = [does('withdraw', { after_hours: 1 }), does('cut', { after_hours: 20 }), does('claim')] as const;

const OTHERS: Readonly<Record<string, Strategy>> = {
	'bust-out': [
		does('open', { deposit: 3000 }),
		does('price', { price: 200 }),
		does('warm_up', { days: 20, sales_a_day: 1, strangers: 1 }),
		does('price', { sku: 2 }),
		does('sell', { sku: 2, after_hours: 2 }),
		does('receive'),
		does('withdraw', { after_hours: 1 }),
		does('cut', { sku: 2, after_hours: 12 }),
		does('claim'),
	],
	relist: [
		...BEGINS,
		...SELLS,
		does('withdraw'),
		does('price', { sku: 2, price: CHEAP, after_hours: 20 }),
		does('sell', { sku: 2, lines: 3 }),
		does('cut'),
		does('claim'),
	],
	'cut-then-withdraw': [
		...BEGINS,
		...SELLS,
		does('cut', { after_hours: 20 }),
		does('withdraw', { after_hours: 1 }),
		does('claim'),
	],
	'claim-from-held': [
		...BEGINS,
		does('sell'),
		does('cut', { after_hours: 4 }),
		does('claim'),
		does('receive', { after_hours: 1 }),
		does('withdraw'),
	],
	'return-after-claim': [
		...BEGINS,
		...SELLS,
		does('cut', { to_percent: 60, after_hours: 4 }),
		does('claim'),
		does('send_back', { after_hours: 1 }),
		does('withdraw'),
	],
	'return-before-claim': [
		...BEGINS,
		...SELLS,
		does('withdraw', { percent: 50 }),
		does('goodwill', { share: 60 }),
		does('cut', { to_percent: 30, after_hours: 4 }),
		does('send_back', { percent: 50, units_percent: 50 }),
		does('claim', { after_hours: 1 }),
	],
	'pay-after-cut': [
		...BEGINS,
		does('cut', { after_hours: 1 }),
		does('sell', { ordered_before: 1 }),
		does('claim'),
		does('receive'),
		does('withdraw'),
		does('claim'),
	],
	'payments-fail': [
		...BEGINS,
		...SELLS,
		does('cut', { to_percent: 50, after_hours: 4 }),
		does('claim'),
		does('bounce', { what: 1, count: 20 }),
		does('withdraw'),
		does('bounce', { what: 0, count: 1, after_hours: 1 }),
		does('claim'),
		does('cut', { to_percent: 10, after_hours: 20 }),
		does('claim'),
	],
	'payment-fails-after-second-cut': [
		...BEGINS,
		...SELLS,
		does('cut', { to_percent: 90, after_hours: 2 }),
		does('claim'),
		does('cut', { to_percent: 5, after_hours: 1 }),
		does('withdraw', { after_hours: 1 }),
		does('bounce', { what: 1, count: 20, after_hours: 1 }),
		does('claim', { after_hours: 1 }),
	],
	'wait-for-windows': [
		...BEGINS,
		...SELLS,
		does('cut', { after_hours: 1 }),
		does('close', { after_hours: 100 }),
		...CASHES,
	],
	'coupon-instead-of-cut': [
		...BEGINS,
		...SELLS,
		does('withdraw'),
		does('coupon', { percent: 95, after_hours: 4 }),
		does('claim'),
	],
	'deliver-and-keep-held': [
		...BEGINS,
		does('sell'),
		does('deliver', { after_hours: 1 }),
		does('cut', { after_hours: 100 }),
		does('claim'),
		does('receive', { after_hours: 80 }),
		does('withdraw'),
	],
	'lend-the-deposit': [
		does('open', { deposit: 1000 }),
		does('price'),
		does('top_up', { yuan: 150_000 }),
		...SELLS,
		does('withdraw'),
		does('cut', { after_hours: 4 }),
		does('price', { after_hours: 1 }),
		does('withdraw', { after_hours: 1 }),
		does('cut', { after_hours: 4 }),
		does('claim'),
	],
	'in-good-time': [
		...BEGINS,
		does('warm_up', { sku: 1, days: 2, sales_a_day: 1 }),
		does('sell', { after_hours: 720, lines: 30, protect_days: 30 }),
		does('receive', { after_hours: 48 }),
		...CASHES,
	],
};

/** For the goal `suffering`: at honest stores. */
const AGAINST_HONEST: Readonly<Record<string, Strategy>> = {
	'claims-everything': [
		does('buy_honest', { after_hours: 220 }),
		does('claim_honest', { after_hours: 60 }),
		does('buy_honest', { store: 2, after_hours: 260 }),
		does('claim_honest', { store: 2, after_hours: 72 }),
	],
	'returns-everything': [does('buy_honest', { after_hours: 24 }), does('return_honest', { after_hours: 72 })],
	'returns-late': [
		does('buy_honest', { store: 2, after_hours: 180, lines: 15, quantity: 5 }),
		does('return_honest', { store: 2, after_hours: 430 }),
	],
	'frames-by-papers': [
		does('open', { papers: 2 }),
		does('price'),
		...SELLS,
		...CASHES,
		does('buy_honest', { lines: 10 }),
		does('claim_honest', { after_hours: 140 }),
	],
	'frames-by-buyers': [
		does('buy_honest', { lines: 20, after_hours: 200 }),
		...BEGINS,
		...SELLS,
		...CASHES,
		does('claim_honest', { after_hours: 72 }),
	],
};

/** All openings for a goal, in a fixed order. */
export function openings(goal: Goal): readonly Opening[] {
	// Where an attack is written out in moves of its own, that is what it is.
	const named = Object.entries(ATTACKS)
		.filter(([name]) => !Object.hasOwn(OTHERS, name))
		.map(([name, { gang }]) => ({ name, strategy: fromGang(gang) }));
	const others = Object.entries(OTHERS).map(([name, strategy]) => ({ name, strategy }));
	const honest = Object.entries(AGAINST_HONEST).map(([name, strategy]) => ({ name, strategy }));
	return goal === 'money' ? [...named, ...others] : [...honest, ...named];
}

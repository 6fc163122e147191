/**
 * A strategy is data: a list of moves, each with a few whole numbers, for several stores and buyers of one attacker.
 * The table below says which moves there are and within what bounds their numbers lie; the search changes strategies
 * by this table alone, and a strategy in a file is checked against it. Amounts are whole yuan (major units), so a file
 * can be read by a person.
 */
import { z } from 'zod';
import { SuretyError } from '../core/words/error.js';

/** What one number may be. `steep`: small values matter more, so they get more of the range. */
export type Bounds =
	| { readonly low: number; readonly high: number; readonly steep?: true }
	| { readonly choices: readonly number[] };

/** Most stores of the attacker and items of a store; the search may use fewer. */
export const MOST_STORES = 4;
export const MOST_ITEMS = 3;
/** Most moves of a strategy. */
export const MOST_MOVES = 40;

const percent = { low: 1, high: 100 } as const;
const sku = { low: 1, high: MOST_ITEMS } as const;

/** Every move also has `after_hours`, which pass before it, and `store`. */
export const MOVES = {
	/** Opens the store; papers 0: nobody else's; 1: those of the attacker's first store; 2, 3, ...: an honest store's. */
	open: { deposit: { low: 0, high: 100_000, steep: true }, papers: { choices: [0, 1, 2, 3, 4] } },
	/** Asks for a price in yuan, be it the first one. A new item is how a thing is listed again. */
	price: { sku, price: { low: 1, high: 50_000, steep: true } },
	raise: { sku, percent: { low: 101, high: 3000, steep: true } },
	/** To this share of the price, in so many even steps. */
	cut: {
		sku,
		to_percent: { low: 0, high: 99 },
		steps: { low: 1, high: 5 },
		hours_between: { low: 0, high: 36, steep: true },
	},
	/** A coupon on the item that any buyer could use at the checkout, as a share of its price. */
	coupon: { sku, percent: { low: 1, high: 95 } },
	/** Honest-looking trade: a few sales a day, received after two days; to strangers, who get real goods, or to itself. */
	warm_up: {
		sku,
		days: { low: 1, high: 30, steep: true },
		sales_a_day: { low: 1, high: 4 },
		strangers: { choices: [0, 1] },
	},
	/** To own accounts; `ordered_before` 1: at the item's highest price so far, as if ordered before a cut, paid after. */
	sell: {
		sku,
		lines: { low: 1, high: 40, steep: true },
		quantity: { low: 1, high: 10, steep: true },
		pays_percent: { low: 50, high: 100 },
		protect_days: { choices: [0, 7, 15, 30] },
		ordered_before: { choices: [0, 1] },
	},
	/** The parcels of a share of the lines arrive; what is released and when is another matter. */
	deliver: { percent },
	/** Confirms receipt of a share of the lines still on their way; the platform releases their proceeds. */
	receive: { percent },
	/** Asks for a share of the store's money that is not deposit. */
	withdraw: { percent },
	top_up: { yuan: { low: 1, high: 200_000, steep: true } },
	/** Own buyers claim on a share of the lines whose price has fallen. */
	claim: { percent },
	/** Own buyers send back a share of the units of a share of the lines. */
	send_back: { percent, units_percent: percent },
	/** The store gives own buyers a share of the price back without the goods. */
	goodwill: { percent, share: percent },
	/** The latest payments to the attacker fail, because it closed its accounts: 0 withdrawals, 1 claims. */
	bounce: { what: { choices: [0, 1] }, count: { low: 1, high: 20, steep: true } },
	close: {},
	/** Own buyers at a scripted honest store: `store` counts those. */
	buy_honest: { lines: { low: 1, high: 20, steep: true }, quantity: { low: 1, high: 5, steep: true } },
	claim_honest: { percent },
	return_honest: { percent },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Bounds>>>>;

export type MoveKind = keyof typeof MOVES;
export const MOVE_KINDS = Object.keys(MOVES) as readonly MoveKind[]; // the table's own keys

/** Moves that deal with scripted honest stores; only there where there are some. */
export const AT_HONEST: ReadonlySet<MoveKind> = new Set(['buy_honest', 'claim_honest', 'return_honest']);

const COMMON = {
	after_hours: { low: 0, high: 720, steep: true },
	store: { low: 1, high: MOST_STORES },
} as const satisfies Readonly<Record<string, Bounds>>;

export type MoveOf<K extends MoveKind> = { readonly do: K } & {
	readonly [F in keyof typeof COMMON | keyof (typeof MOVES)[K]]: number;
};
export type Move = { [K in MoveKind]: MoveOf<K> }[MoveKind];
export type Strategy = readonly Move[];

const BOUNDS = Object.fromEntries(MOVE_KINDS.map((kind) => [kind, Object.entries({ ...COMMON, ...MOVES[kind] })]));

/** The numbers of a move, with their bounds, in the table's order. */
export function boundsOf(kind: MoveKind): readonly (readonly [string, Bounds])[] {
	return BOUNDS[kind] as readonly (readonly [string, Bounds])[]; // there is one for every kind
}

export const numberOf = (move: Move, field: string): number =>
	(move as unknown as Readonly<Record<string, number>>)[field] ?? 0; // fields come from the move's own bounds

/** A move from its numbers; those that are missing get their least. */
export function moveOf(kind: MoveKind, numbers: Readonly<Record<string, number>>): Move {
	const move: Record<string, number | string> = { do: kind };
	for (const [field, bounds] of boundsOf(kind)) move[field] = within(numbers[field] ?? leastOf(bounds), bounds);
	return move as unknown as Move; // every field of the kind is there
}

const leastOf = (bounds: Bounds): number => ('choices' in bounds ? (bounds.choices[0] ?? 0) : bounds.low);

/** The nearest value that the bounds allow. */
export function within(value: number, bounds: Bounds): number {
	if ('choices' in bounds) {
		let best = bounds.choices[0] ?? 0;
		for (const choice of bounds.choices) if (Math.abs(choice - value) < Math.abs(best - value)) best = choice;
		return best;
	}
	return Math.max(bounds.low, Math.min(bounds.high, Math.round(value)));
}

/** A place from 0 to 1 as a value within bounds. Only sums and products, so that every machine finds the same. */
export function valueAt(place: number, bounds: Bounds): number {
	if ('choices' in bounds) {
		const last = bounds.choices.length - 1;
		return bounds.choices[Math.min(last, Math.floor(place * (last + 1)))] ?? 0;
	}
	const reach = bounds.steep === true ? place * place * place : place;
	return within(bounds.low + reach * (bounds.high - bounds.low), bounds);
}

/** The place of a value; `valueAt` gives it back. */
export function placeOf(value: number, bounds: Bounds): number {
	if ('choices' in bounds) return (Math.max(0, bounds.choices.indexOf(value)) + 0.5) / bounds.choices.length;
	const share = (value - bounds.low) / (bounds.high - bounds.low);
	if (bounds.steep !== true) return share;
	let [low, high] = [0, 1];
	for (let i = 0; i < 40; i++) {
		const middle = (low + high) / 2;
		if (middle * middle * middle < share) low = middle;
		else high = middle;
	}
	return high;
}

const boundsSchema = (bounds: Bounds) =>
	'choices' in bounds ? z.literal([...bounds.choices]) : z.number().int().min(bounds.low).max(bounds.high);
const moveSchemas = MOVE_KINDS.map((kind) =>
	z.strictObject({
		do: z.literal(kind),
		...Object.fromEntries(boundsOf(kind).map(([field, bounds]) => [field, boundsSchema(bounds)])),
	}),
);
const [firstSchema, ...otherSchemas] = moveSchemas;

export const strategySchema = z.array(z.union([firstSchema as z.ZodType, ...otherSchemas])).max(MOST_MOVES);

/** @throws SuretyError `bad_field` naming the first move that does not fit. */
export function parseStrategy(raw: unknown): Strategy {
	const read = strategySchema.safeParse(raw);
	if (read.success) return read.data as Strategy; // built from the same table as the type
	const [issue] = read.error.issues;
	throw new SuretyError('bad_field', `strategy: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, 'strategy');
}

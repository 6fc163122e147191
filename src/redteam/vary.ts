/**
 * Variation: how one strategy becomes another. Moves are put in, taken out, swapped, doubled and given to other stores,
 * numbers are moved a little or anew, and two strategies are spliced. Everything is drawn from the generator given.
 */
import type { Random } from '../sim/random.js';
import type { Goal } from './setting.js';
import {
	AT_HONEST,
	boundsOf,
	MOST_MOVES,
	MOST_STORES,
	MOVE_KINDS,
	type Move,
	type MoveKind,
	moveOf,
	numberOf,
	placeOf,
	type Strategy,
	valueAt,
} from './strategy.js';

const WORDS = 2 ** 32;
/** A number from 0 up to 1. */
export const fraction = (random: Random): number => random.word() / WORDS;

/** How far a small change moves a number's place. */
const NUDGE = 0.12;
const LONGER_CHANGE_PERCENT = 45;
const MOST_CHANGES = 6;

/** A child: a copy or a splice of its parents, changed once or a few times. */
export function childOf(a: Strategy, b: Strategy, goal: Goal, random: Random): Strategy {
	let child = random.chance(25) ? spliced(a, b, random) : a;
	for (let i = 0; i < MOST_CHANGES; i++) {
		child = changed(child, goal, random);
		if (!random.chance(LONGER_CHANGE_PERCENT)) break;
	}
	return child.slice(0, MOST_MOVES);
}

/** A strategy out of nothing: openings of stores first, or nothing would ever happen. */
export function randomStrategy(goal: Goal, random: Random): Strategy {
	const moves: Move[] = [];
	for (let store = random.between(1, 2); store > 0; store--)
		moves.push(at(randomMove('open', random), store), at(randomMove('price', random), store));
	for (let left = random.between(4, 14); left > 0; left--) moves.push(randomMove(randomKind(goal, random), random));
	return moves;
}

function changed(strategy: Strategy, goal: Goal, random: Random): Strategy {
	const place = random.below(strategy.length + 1);
	const move = strategy[place];
	const kind = random.below(100);
	if (move === undefined || kind < 24) return inserted(strategy, place, randomMove(randomKind(goal, random), random));
	if (kind < 34) return strategy.filter((_, i) => i !== place);
	if (kind < 42) return swapped(strategy, place, random.below(strategy.length));
	if (kind < 50) return inserted(strategy, random.below(strategy.length + 1), tweaked(move, random));
	if (kind < 55) return replaced(strategy, place, at(move, random.between(1, MOST_STORES)));
	if (kind < 60) return grown(strategy, move.store, random);
	return replaced(strategy, place, tweaked(move, random));
}

/** Another store does what one store does. */
function grown(strategy: Strategy, store: number, random: Random): Strategy {
	const other = random.between(1, MOST_STORES);
	const copies = strategy.filter((move) => move.store === store).map((move) => at(move, other));
	return [...strategy, ...copies].slice(0, MOST_MOVES);
}

function tweaked(move: Move, random: Random): Move {
	const bounds = boundsOf(move.do);
	const [field, limits] = random.pick(bounds);
	const here = placeOf(numberOf(move, field), limits);
	const far = random.chance(35) ? fraction(random) : here + (fraction(random) * 2 - 1) * NUDGE;
	const value = valueAt(Math.max(0, Math.min(1, far)), limits);
	return moveOf(move.do, { ...numbersOf(move), [field]: value });
}

function spliced(a: Strategy, b: Strategy, random: Random): Strategy {
	return [...a.slice(0, random.below(a.length + 1)), ...b.slice(random.below(b.length + 1))].slice(0, MOST_MOVES);
}

function randomKind(goal: Goal, random: Random): MoveKind {
	for (;;) {
		const kind = random.pick(MOVE_KINDS);
		if (goal === 'suffering' || !AT_HONEST.has(kind)) return kind;
	}
}

function randomMove(kind: MoveKind, random: Random): Move {
	const numbers = boundsOf(kind).map(([field, bounds]) => [field, valueAt(fraction(random), bounds)] as const);
	const move = moveOf(kind, Object.fromEntries(numbers));
	// Most ideas need one store, and one item of it.
	const near = random.chance(80) ? { ...numbersOf(move), store: 1, sku: 1 } : numbersOf(move);
	return moveOf(kind, near);
}

export const numbersOf = (move: Move): Record<string, number> =>
	Object.fromEntries(boundsOf(move.do).map(([field]) => [field, numberOf(move, field)]));

const at = (move: Move, store: number): Move => moveOf(move.do, { ...numbersOf(move), store });
const inserted = (strategy: Strategy, place: number, move: Move): Strategy => strategy.toSpliced(place, 0, move);
const replaced = (strategy: Strategy, place: number, move: Move): Strategy =>
	strategy.map((old, i) => (i === place ? move : old));

function swapped(strategy: Strategy, a: number, b: number): Strategy {
	const [first, second] = [strategy[a], strategy[b]];
	if (first === undefined || second === undefined) return strategy;
	return replaced(replaced(strategy, a, second), b, first);
}

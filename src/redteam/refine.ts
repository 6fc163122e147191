/**
 * Refinement: the numbers of one strategy, its moves as they are, by differential evolution (Storn and Price,
 * "Differential Evolution", Journal of Global Optimization 11, 1997; the variant current-to-best/1/bin). It ranks and
 * never measures, so it does not mind a worth that is flat nearly everywhere; and it only adds and multiplies, so it
 * runs alike on every machine, which is why it was taken rather than CMA-ES with its logarithms and eigenvectors.
 */
import type { Random } from '../sim/random.js';
import { compare, type Result } from './game.js';
import { boundsOf, moveOf, numberOf, placeOf, type Strategy, valueAt } from './strategy.js';
import { fraction } from './vary.js';

/** Vectors, and so trials in a generation. */
export const VECTORS = 16;
const CROSSING = 0.9;
/** It ends after so many generations without a better best. */
const PATIENCE = 10;

/** Written into the checkpoint as it is. */
export interface Refinement {
	readonly idea: string;
	readonly shape: Strategy;
	readonly vectors: readonly (readonly number[])[];
	readonly results: readonly (Result | null)[];
	readonly stale: number;
}

/** Around a strategy: itself, half of the others near it, half further off. */
export function beginRefining(idea: string, shape: Strategy, random: Random): Refinement {
	const here = placesOf(shape);
	const vectors = Array.from({ length: VECTORS }, (_, i) =>
		here.map((place) => {
			if (i === 0 || random.chance(40)) return place;
			return i % 2 === 0 ? fraction(random) : reflected(place + (fraction(random) - 0.5) * 0.4);
		}),
	);
	return { idea, shape, vectors, results: vectors.map(() => null), stale: 0 };
}

/** The trials of a generation: at first the vectors themselves, then one child of each. */
export function trials({ vectors, results }: Refinement, random: Random): readonly (readonly number[])[] {
	const best = vectors[bestOf(results)] ?? [];
	return vectors.map((vector, i) => {
		if (results[i] === null) return vector;
		const [a, b] = [random.pick(vectors), random.pick(vectors)];
		const scale = 0.4 + 0.5 * fraction(random);
		const surely = random.below(Math.max(1, vector.length));
		return vector.map((x, k) => {
			if (k !== surely && fraction(random) >= CROSSING) return x;
			return reflected(x + scale * ((best[k] ?? x) - x) + scale * ((a[k] ?? x) - (b[k] ?? x)));
		});
	});
}

/** A trial takes its parent's place unless it is less. */
export function choose(
	before: Refinement,
	tried: readonly (readonly number[])[],
	found: readonly Result[],
): Refinement {
	const vectors = [...before.vectors];
	const results = [...before.results];
	const old = results[bestOf(results)];
	for (const [i, result] of found.entries()) {
		const parent = results[i];
		if (parent !== null && parent !== undefined && compare(result, parent) < 0) continue;
		vectors[i] = tried[i] ?? [];
		results[i] = result;
	}
	const best = results[bestOf(results)];
	const isBetter = old === null || old === undefined || (best !== null && best !== undefined && compare(best, old) > 0);
	return { ...before, vectors, results, stale: isBetter ? 0 : before.stale + 1 };
}

export const isSpent = ({ stale, shape }: Refinement): boolean => stale >= PATIENCE || shape.length === 0;

/** The strategy that a vector stands for. */
export function shaped(shape: Strategy, vector: readonly number[]): Strategy {
	let k = 0;
	return shape.map((move) =>
		moveOf(
			move.do,
			Object.fromEntries(boundsOf(move.do).map(([field, bounds]) => [field, valueAt(vector[k++] ?? 0, bounds)])),
		),
	);
}

const placesOf = (shape: Strategy): readonly number[] =>
	shape.flatMap((move) => boundsOf(move.do).map(([field, bounds]) => placeOf(numberOf(move, field), bounds)));

function bestOf(results: readonly (Result | null)[]): number {
	let best = 0;
	for (const [i, result] of results.entries()) {
		const leader = results[best];
		if (result !== null && (leader === null || leader === undefined || compare(result, leader) > 0)) best = i;
	}
	return best;
}

/** Back inside 0 to 1, from the bound it went past. */
function reflected(x: number): number {
	const once = x < 0 ? -x : x > 1 ? 2 - x : x;
	return Math.max(0, Math.min(1, once));
}

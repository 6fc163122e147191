/**
 * The search: which strategy takes most. Strategies that work alike (see `idea` in `game.ts`) compete for one cell, and
 * the best of every cell is kept and varied: MAP-Elites (Mouret and Clune, "Illuminating search spaces by mapping
 * elites", 2015), so the search does not collapse into the first idea that paid. Beside it the numbers of the best are
 * refined (`refine.ts`). When nothing has become better for long, all but the hall of the best begins anew.
 *
 * A generation is made from the state, the seed and its number alone, and its games are pure. So the same seed and the
 * same number of generations give the same bytes, however many threads play the games and in whatever order.
 */
import { Random } from '../sim/random.js';
import { compare, type Result } from './game.js';
import { openings } from './openings.js';
import { beginRefining, choose, isSpent, type Refinement, shaped, trials, VECTORS } from './refine.js';
import type { Goal } from './setting.js';
import type { Strategy } from './strategy.js';
import { childOf, fraction, randomStrategy } from './vary.js';

/** Strategies in a generation, the trials of refinement among them. */
export const GENERATION = 96;
const MOST_CELLS = 320;
const MOST_IN_HALL = 24;
/** How often a strategy owes nothing to the elites, with and without known attacks to make it from. */
const FRESH_PERCENT = 10;
const RANDOM_PERCENT = 4;
/** How often a parent is any elite that came near. */
const ANY_PERCENT = 30;
/** Generations without a better one before the search begins anew. */
const PATIENCE = 30;

export interface Found {
	readonly strategy: Strategy;
	readonly result: Result;
	/** The generation it came from, and how many strategies had been tried by then. */
	readonly generation: number;
}

/** How the search went, a generation a row. */
export interface Row {
	readonly generation: number;
	readonly tried: number;
	readonly ideas: number;
	/** Of the best so far, in minor units. */
	readonly worth: number;
	readonly platformCost: number;
	readonly pressure: number;
}

/** All there is to know of a search; written to the checkpoint as it is. */
export interface SearchState {
	readonly seed: number;
	readonly goal: Goal;
	/** Whether it begins with the known attacks, or with nothing but chance. */
	readonly knows: boolean;
	/** Generations played. */
	readonly generation: number;
	readonly tried: number;
	readonly restarts: number;
	readonly stale: number;
	readonly best: Found | null;
	/** The best since the search last began anew. */
	readonly latest: Found | null;
	/** What cost the platform most, whether the attacker gained by it or not; `null` while nothing did. */
	readonly dearest: Found | null;
	readonly cells: readonly Found[];
	readonly hall: readonly Found[];
	readonly refined: readonly string[];
	readonly refinement: Refinement | null;
	readonly rows: readonly Row[];
}

export type Rate = (strategies: readonly Strategy[]) => Promise<readonly Result[]>;

export const beginSearch = (seed: number, goal: Goal, knows = true): SearchState => ({
	seed,
	goal,
	knows,
	generation: 0,
	tried: 0,
	restarts: 0,
	stale: 0,
	best: null,
	latest: null,
	dearest: null,
	cells: [],
	hall: [],
	refined: [],
	refinement: null,
	rows: [],
});

/** Plays one more generation. */
export async function nextGeneration(state: SearchState, rate: Rate): Promise<SearchState> {
	const { refinement, refined } = refining(state);
	const vectors = refinement === null ? [] : trials(refinement, new Random(state.seed, 'refine', state.generation));
	const shape = refinement?.shape ?? [];
	const strategies = [...varied(state, GENERATION - vectors.length), ...vectors.map((vector) => shaped(shape, vector))];
	const results = await rate(strategies);
	const found = strategies.map((strategy, i) => ({
		strategy,
		result: results[i] as Result, // one for each strategy
		generation: state.generation + 1,
	}));
	const chosen =
		refinement === null ? null : choose(refinement, vectors, results.slice(strategies.length - vectors.length));
	return settled({ ...state, refined, refinement: chosen }, found);
}

/** The state after a generation's games. */
function settled(state: SearchState, found: readonly Found[]): SearchState {
	const leader = bestFound(found, state.best);
	const latest = bestFound(found, state.latest);
	const isBetter = latest !== state.latest;
	const dearest = dearestOf(found, state.dearest);
	const isStuck = !isBetter && state.stale + 1 >= PATIENCE;
	const cells = elites([...state.cells, ...found], MOST_CELLS);
	const generation = state.generation + 1;
	const tried = state.tried + found.length;
	return {
		...state,
		generation,
		tried,
		restarts: state.restarts + (isStuck ? 1 : 0),
		stale: isBetter || isStuck ? 0 : state.stale + 1,
		best: leader,
		latest: isStuck ? null : latest,
		dearest,
		cells: isStuck ? [] : cells,
		hall: elites(
			[...state.hall, ...found.filter(({ result }) => result.platformCost > 0 || result.worth > 0)],
			MOST_IN_HALL,
		),
		refined: isStuck ? [] : state.refined,
		refinement: isStuck ? null : state.refinement,
		rows: [...state.rows, rowOf(leader, generation, tried, cells.length)],
	};
}

function rowOf(best: Found | null, generation: number, tried: number, ideas: number): Row {
	const { worth = 0, platformCost = 0, pressure = 0 } = best?.result ?? {};
	return { generation, tried, ideas, worth, platformCost, pressure };
}

/** Openings first, and random strategies beside them; then children of the elites. */
function varied({ seed, generation, goal, knows, cells }: SearchState, count: number): Strategy[] {
	const known = knows ? openings(goal).map(({ strategy }) => strategy) : [];
	const starts = cells.length === 0 ? known : [];
	return Array.from({ length: count }, (_, i) => {
		const random = new Random(seed, 'vary', generation, i);
		const start = starts[i];
		if (start !== undefined) return start;
		if (cells.length === 0 || random.chance(knows ? FRESH_PERCENT : RANDOM_PERCENT)) return fresh(known, goal, random);
		return childOf(parent(cells, random), parent(cells, random), goal, random);
	});
}

/** By chance alone, or a child of known attacks. */
function fresh(known: readonly Strategy[], goal: Goal, random: Random): Strategy {
	if (known.length === 0 || random.chance(40)) return randomStrategy(goal, random);
	return childOf(random.pick(known), random.pick(known), goal, random);
}

/**
 * The best far more often, or any elite that came near at all: holes are seldom where the pressure is highest. Cells
 * stand in order, best first, so those that came near stand before those that did not.
 */
function parent(cells: readonly Found[], random: Random): Strategy {
	const share = fraction(random);
	const isAny = random.chance(ANY_PERCENT);
	const near = isAny ? cells.findIndex(({ result }) => result.pressure === 0 && result.platformCost === 0) : 0;
	const end = near > 0 ? near : cells.length;
	const place = Math.floor(end * (isAny ? share : share * share * share));
	return (cells[place] as Found).strategy; // there are some, see `varied`
}

/** The refinement that goes on, or the next: the best idea that has not had one. */
function refining(state: SearchState): Pick<SearchState, 'refinement' | 'refined'> {
	const { refinement, cells, seed, generation } = state;
	if (refinement !== null && !isSpent(refinement)) return { refinement, refined: state.refined };
	const [first] = cells;
	if (first === undefined) return { refinement: null, refined: [] };
	const isNew = ({ result }: Found): boolean => !state.refined.includes(result.idea);
	const next = cells.slice(0, VECTORS).find(isNew);
	const target = next ?? first;
	const refined = [...(next === undefined ? [] : state.refined), target.result.idea];
	const random = new Random(seed, 'refinement', generation);
	return { refinement: beginRefining(target.result.idea, target.strategy, random), refined };
}

/** The best of each idea, best first; of equals, the one that was there before. */
function elites(all: readonly Found[], most: number): readonly Found[] {
	const byIdea = new Map<string, Found>();
	for (const one of all) {
		const elite = byIdea.get(one.result.idea);
		if (elite === undefined || isAbove(one, elite)) byIdea.set(one.result.idea, one);
	}
	return [...byIdea.values()].sort(inOrder).slice(0, most);
}

/** Worse for the platform, or the same in fewer moves. */
function isAbove(one: Found, other: Found): boolean {
	const difference = compare(one.result, other.result);
	return difference > 0 || (difference === 0 && one.strategy.length < other.strategy.length);
}

const inOrder = (a: Found, b: Found): number =>
	compare(b.result, a.result) || (a.result.idea < b.result.idea ? -1 : a.result.idea > b.result.idea ? 1 : 0);

function bestFound(found: readonly Found[], before: Found | null): Found | null {
	let best = before;
	for (const one of found) if (best === null || compare(one.result, best.result) > 0) best = one;
	return best;
}

function dearestOf(found: readonly Found[], before: Found | null): Found | null {
	let dearest = before;
	for (const one of found) if (one.result.platformCost > (dearest?.result.platformCost ?? 0)) dearest = one;
	return dearest;
}

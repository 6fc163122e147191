/**
 * Folds for cross-validation. A store is in one fold with all its rows, and so is a gang: abusive stores that share an
 * identifier, or two buyers whom their cuts hit, are one. Else a model would be asked about the sister of a store it
 * was trained on, and look better than it is.
 */
import { Random } from '../sim/random.js';

/** Two gangs may share one buyer by chance; an identifier or a second buyer says more. */
const BUYERS_IN_COMMON = 2;

/**
 * @param abuse indexes of abusive stores, and `circles` what they share things by.
 * @returns the abusive stores, gang by gang.
 */
export function gangsOf(abuse: readonly number[], circles: readonly (ReadonlySet<string> | undefined)[]): number[][] {
	const leader = new Map(abuse.map((store) => [store, store]));
	const find = (store: number): number => {
		const above = leader.get(store) ?? store;
		return above === store ? store : find(above);
	};
	const holders = new Map<string, number[]>();
	const common = new Map<string, number>();
	for (const store of abuse) {
		for (const thing of circles[store] ?? []) {
			const others = holders.get(thing) ?? [];
			holders.set(thing, [...others, store]);
			for (const other of others) {
				const pair = `${other} ${store}`;
				const count = (common.get(pair) ?? 0) + (thing.startsWith('buyer ') ? 1 : BUYERS_IN_COMMON);
				common.set(pair, count);
				if (count >= BUYERS_IN_COMMON) leader.set(find(store), find(other));
			}
		}
	}
	const gangs = new Map<number, number[]>();
	for (const store of abuse) gangs.set(find(store), [...(gangs.get(find(store)) ?? []), store]);
	return [...gangs.values()];
}

/** Deals gangs and honest stores out, the largest gang first and each to the fold with fewest. @returns fold by store. */
export function dealFolds(
	gangs: readonly (readonly number[])[],
	honest: readonly number[],
	folds: number,
	seed: number,
): Map<number, number> {
	const random = new Random(seed, 'folds');
	const dealt = new Map<number, number>();
	const sizes = Array.from({ length: folds }, () => 0);
	for (const gang of random.shuffle(gangs).sort((a, b) => b.length - a.length)) {
		const fold = sizes.indexOf(Math.min(...sizes));
		for (const store of gang) dealt.set(store, fold);
		sizes[fold] = (sizes[fold] ?? 0) + gang.length;
	}
	for (const [i, store] of random.shuffle(honest).entries()) dealt.set(store, i % folds);
	return dealt;
}

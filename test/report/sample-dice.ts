/** What the sample is made with: seeded chance and the ways of writing amounts, times and ids. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Roll = (below: number) => number;

/** A small linear congruential generator: the sample must not change between runs. */
export function dice(seed: number): Roll {
	let state = seed >>> 0;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

export const yuan = (amount: number): string => amount.toFixed(2);
export const time = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
export const numbered = (prefix: string, n: number, width: number): string => prefix + String(n).padStart(width, '0');

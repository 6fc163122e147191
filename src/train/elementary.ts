/**
 * Exponential and logarithm by sums, products and quotients alone. Those of the engine may differ in the last digit
 * between versions, and a model that came out otherwise on another machine could not be held against its seed.
 */

const SMALL = 1 / 64;

/** e to the power of x. */
export function exp(x: number): number {
	let [y, halvings] = [x, 0];
	for (; Math.abs(y) > SMALL; halvings++) y /= 2;
	// Taylor's series; the next term is below 1e-15.
	let power = 1 + y * (1 + (y / 2) * (1 + (y / 3) * (1 + (y / 4) * (1 + (y / 5) * (1 + y / 6)))));
	for (; halvings > 0; halvings--) power *= power;
	return power;
}

/** The natural logarithm of a number above 0, by Halley's method. */
export function log(x: number): number {
	let y = 0;
	for (let step = 1, turn = 0; Math.abs(step) > 1e-14 && turn < 200; turn++) {
		const power = exp(y);
		step = (2 * (x - power)) / (x + power);
		y += step;
	}
	return y;
}

/** The share, 0 to 1, of such log-odds. Beyond 30 either way it no longer changes. */
export const shareOf = (logOdds: number): number => 1 / (1 + exp(-Math.max(-30, Math.min(30, logOdds))));

/** The log-odds of a share between 0 and 1. */
export const logOddsOf = (share: number): number => log(share / (1 - share));

/**
 * Columns of features as columns of bins: at most 256 of them, cut where the values of a feature have gaps. A tree then
 * looks at 255 splits at most, however long the history is (the histogram method of LightGBM, Ke et al. 2017); with few
 * values they are all the splits there are.
 */

const MOST_BINS = 256;

export interface Binned {
	/** A value's bin is how many of these are at or below it. */
	readonly thresholds: readonly number[];
	readonly bins: Uint8Array;
}

/** @param count how many of the column's values there are. */
export function binned(column: Int32Array, count: number): Binned {
	const values = column.slice(0, count);
	const thresholds = thresholdsOf(Int32Array.from(values).sort());
	const bins = new Uint8Array(count);
	for (let i = 0; i < count; i++) bins[i] = binOf(thresholds, values[i] ?? 0);
	return { thresholds, bins };
}

/** Whole numbers halfway between neighbours; between so many of them that each bin has about as many rows. */
function thresholdsOf(sorted: Int32Array): number[] {
	const gaps: { readonly threshold: number; readonly behind: number }[] = [];
	for (let i = 1; i < sorted.length; i++) {
		const [low, high] = [sorted[i - 1] ?? 0, sorted[i] ?? 0];
		if (low < high) gaps.push({ threshold: Math.ceil((low + high) / 2), behind: i });
	}
	if (gaps.length < MOST_BINS) return gaps.map(({ threshold }) => threshold);
	const kept: number[] = [];
	for (const { threshold, behind } of gaps)
		if (behind * MOST_BINS >= (kept.length + 1) * sorted.length && kept.length < MOST_BINS - 1) kept.push(threshold);
	return kept;
}

function binOf(thresholds: readonly number[], value: number): number {
	let [reached, beyond] = [0, thresholds.length];
	while (reached < beyond) {
		const middle = (reached + beyond) >>> 1;
		if ((thresholds[middle] ?? 0) <= value) reached = middle + 1;
		else beyond = middle;
	}
	return reached;
}

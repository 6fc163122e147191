/** Where a unit price stands among all protected sales: counts by powers of two, exact and tiny. */
import type { Minor } from '../words/money.js';

const LEVELS = 54;

export class PriceLevels {
	private readonly counts = new Float64Array(LEVELS);
	private total = 0;

	add(unit: Minor): void {
		this.counts[level(unit)]! += 1;
		this.total++;
	}

	/** Share of sales in lower levels than the price's own (0 to 1). */
	shareBelow(unit: Minor): number {
		let below = 0;
		for (let i = level(unit) - 1; i >= 0; i--) below += this.counts[i]!;
		return this.total === 0 ? 0 : below / this.total;
	}
}

/** The number of bits of the price. */
function level(unit: Minor): number {
	const high = Math.floor(unit / 2 ** 31);
	return high > 0 ? 63 - Math.clz32(high) : 32 - Math.clz32(unit);
}

/** How well a ranking tells abusive stores from honest ones: what docs/MODEL.md reports, each as a share of 1. */

export interface Ranked {
	readonly isAbuse: boolean;
	/** Higher is more suspicious; -Infinity for a store that was never scored. */
	readonly rank: number;
}

export interface Measures {
	/** How often an abusive store ranks above an honest one; ties count half. */
	readonly auc: number;
	/** Mean of the precision at each abusive store, ties taken together. */
	readonly averagePrecision: number;
	/** Abusive ones among as many best-ranked stores as there are abusive ones. */
	readonly precision: number;
}

export function measure(stores: readonly Ranked[]): Measures {
	const abuse = stores.filter(({ isAbuse }) => isAbuse).length;
	const honest = stores.length - abuse;
	let [above, abuseAbove, pairs, precisions, atTop] = [0, 0, 0, 0, 0];
	for (const { size, bad } of tiersOf(stores)) {
		pairs += bad * (honest - (above - abuseAbove) - (size - bad) / 2);
		precisions += bad * ((abuseAbove + bad) / (above + size));
		// Of a tie that reaches beyond the place, its share.
		atTop += (bad * Math.min(size, Math.max(0, abuse - above))) / size;
		above += size;
		abuseAbove += bad;
	}
	return { auc: pairs / (abuse * honest), averagePrecision: precisions / abuse, precision: atTop / abuse };
}

/** Stores of one rank together, the highest first. */
function tiersOf(stores: readonly Ranked[]): { readonly size: number; readonly bad: number }[] {
	const tiers = new Map<number, { size: number; bad: number }>();
	for (const { rank, isAbuse } of stores) {
		const tier = tiers.get(rank) ?? { size: 0, bad: 0 };
		tier.size++;
		if (isAbuse) tier.bad++;
		tiers.set(rank, tier);
	}
	return [...tiers].sort(([a], [b]) => b - a).map(([, tier]) => tier);
}

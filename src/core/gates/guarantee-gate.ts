/** The guarantee gate: may this store's item show the price-protection badge? */
import type { Item, Store } from '../book/store.js';
import { ZERO } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { type Reason, reason } from '../words/reason.js';
import { hasRules, ruled } from './ruled.js';
import { type GateView, inWords, postedDeposit, requiredDeposit } from './view.js';

/** @param item undefined where it is asked of the store as a whole. */
export function guaranteeGate(view: GateView, store: Store, item?: Item): Answer {
	const why = refusal(view, store, item);
	const answer = { gate: 'guarantee', deposit_required: requiredDeposit(view, store) } as const;
	if (why !== undefined) return { ...answer, verdict: 'refuse', reasons: [why()] };
	const asked = { gate: 'guarantee', store, item, sku: item?.sku ?? '', price: item?.price ?? ZERO } as const;
	// [GG7]
	return ruled(view, asked, { ...answer, verdict: 'approve', reasons: [] });
}

/** Whether the gate approves. */
export const mayPromise = (view: GateView, store: Store, item?: Item): boolean =>
	refusal(view, store, item) === undefined &&
	(!hasRules(view, 'guarantee') || guaranteeGate(view, store, item).verdict === 'approve');

/** Why not; put into words only where somebody is told, for this is asked at every record. */
function refusal(view: GateView, store: Store, item: Item | undefined): (() => Reason) | undefined {
	const required = requiredDeposit(view, store);
	const posted = postedDeposit(view, store);
	// [GG1]
	if (store.closedAt !== undefined) return () => reason('store_closed');
	const values = () => ({
		score: view.risk.of(store).score,
		open: inWords(view, store.openValue),
		required: inWords(view, required),
		deposit: inWords(view, posted),
	});
	// [GG4]
	if (posted < required && view.risk.tier(store, view.policy) === 'abnormal')
		return () => reason('store_abnormal', values());
	// [GG3]
	if (posted < required) return () => reason('deposit_needed', values());
	if (!view.risk.onProbation(store, view.policy)) return undefined;
	const { probationGuarantees, probationUnitPrice } = view.policy;
	const open = store.openValue;
	// [GG5]
	if (open >= probationGuarantees)
		return () => reason('probation_cap', { cap: inWords(view, probationGuarantees), open: inWords(view, open) });
	const price = item?.price ?? ZERO;
	// [GG6]
	if (price > probationUnitPrice)
		return () => reason('probation_price', { cap: inWords(view, probationUnitPrice), price: inWords(view, price) });
	return undefined;
}

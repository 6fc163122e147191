/** The guarantee gate: may this store's item show the price-protection badge? */
import type { Item, Store } from '../book/store.js';
import { ZERO } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { reason } from '../words/reason.js';
import { type GateView, inWords, postedDeposit, requiredDeposit } from './view.js';

/** Whether the gate approves every item of a store, so that nothing needs to be said about it: true of almost all. */
export const promisesFreely = (view: GateView, store: Store): boolean =>
	store.closedAt === undefined &&
	!view.risk.of(store).probation &&
	postedDeposit(view, store) >= requiredDeposit(view, store);

/** @param item undefined where it is asked of the store as a whole. */
export function guaranteeGate(view: GateView, store: Store, item?: Item): Answer {
	const required = requiredDeposit(view, store);
	const posted = postedDeposit(view, store);
	const answer = { gate: 'guarantee', deposit_required: required } as const;
	// [GG1]
	if (store.closedAt !== undefined) return { ...answer, verdict: 'refuse', reasons: [reason('store_closed')] };
	const values = () => ({
		score: view.risk.of(store).score,
		open: inWords(view, store.openValue),
		required: inWords(view, required),
		deposit: inWords(view, posted),
	});
	// [GG4]
	if (posted < required && view.risk.tier(store, view.policy) === 'abnormal')
		return { ...answer, verdict: 'refuse', reasons: [reason('store_abnormal', values())] };
	// [GG3]
	if (posted < required) return { ...answer, verdict: 'refuse', reasons: [reason('deposit_needed', values())] };
	if (!view.risk.onProbation(store, view.policy)) return { ...answer, verdict: 'approve', reasons: [] };
	const { probationGuarantees, probationUnitPrice } = view.policy;
	// [GG5]
	if (store.openValue >= probationGuarantees) {
		const cap = inWords(view, probationGuarantees);
		return {
			...answer,
			verdict: 'refuse',
			reasons: [reason('probation_cap', { cap, open: inWords(view, store.openValue) })],
		};
	}
	// [GG6]
	const price = item?.price ?? ZERO;
	if (price > probationUnitPrice) {
		const cap = inWords(view, probationUnitPrice);
		return { ...answer, verdict: 'refuse', reasons: [reason('probation_price', { cap, price: inWords(view, price) })] };
	}
	return { ...answer, verdict: 'approve', reasons: [] };
}

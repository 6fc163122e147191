/** The guarantee gate: may this store's items show the price-protection badge? */
import type { Store } from '../book/store.js';
import type { Answer } from '../words/outcome.js';
import { reason } from '../words/reason.js';
import { type GateView, inWords, postedDeposit, requiredDeposit } from './view.js';

export function guaranteeGate(view: GateView, store: Store): Answer {
	const required = requiredDeposit(view, store);
	const posted = postedDeposit(view, store);
	const answer = { gate: 'guarantee', deposit_required: required } as const;
	// [GG1]
	if (store.closedAt !== undefined) return { ...answer, verdict: 'refuse', reasons: [reason('store_closed')] };
	const values = {
		score: view.risk.of(store).score,
		open: inWords(view, store.openValue),
		required: inWords(view, required),
		deposit: inWords(view, posted),
	};
	if (posted >= required) return { ...answer, verdict: 'approve', reasons: [] };
	// [GG4]
	if (view.risk.tier(store) === 'abnormal')
		return { ...answer, verdict: 'refuse', reasons: [reason('store_abnormal', values)] };
	// [GG3]
	return { ...answer, verdict: 'refuse', reasons: [reason('deposit_needed', values)] };
}

/** The payout gate: a store may withdraw what is left after reserves and margin. */
import { RESERVE } from '../book/ledger.js';
import type { Store } from '../book/store.js';
import type { Minor } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { reason } from '../words/reason.js';
import { hasRules, ruled } from './ruled.js';
import { type GateView, headroom, inWords, margin } from './view.js';

/** Whether the gate lets the amount through, found without its answer; what an observing gate asks of every withdrawal. */
export const isWithin = (view: GateView, store: Store, asked: Minor): boolean =>
	asked <= headroom(view, store) && !hasRules(view, 'payout');

/** [PO6] */
export const payoutGate = (view: GateView, store: Store, asked: Minor): Answer =>
	ruled(view, { gate: 'payout', store, amount: asked }, byFunds(view, store, asked));

function byFunds(view: GateView, store: Store, asked: Minor): Answer {
	const room = headroom(view, store);
	const values = {
		asked: inWords(view, asked),
		headroom: inWords(view, room),
		reserve: inWords(view, view.book.ledger.get(store.index, RESERVE)),
		margin: inWords(view, margin(view, store)),
	};
	// [PO4]
	if (asked <= room) {
		return {
			gate: 'payout',
			verdict: 'approve',
			reasons: [reason('within_headroom', values)],
			amount: asked,
			headroom: room,
		};
	}
	// [PO3]
	if (room > 0)
		return {
			gate: 'payout',
			verdict: 'limit',
			reasons: [reason('over_headroom', values)],
			amount: room,
			headroom: room,
		};
	// [PO2]
	return { gate: 'payout', verdict: 'hold', reasons: [reason('no_headroom', values)], amount: room, headroom: room };
}

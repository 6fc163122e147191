/** A market's history once more with every gate enforcing, each fact turned into the request it came from. */
import { BALANCE, OWED_REFUNDS } from '../../src/core/book/ledger.js';
import { Core } from '../../src/core/core.js';
import { defaultPolicy } from '../../src/core/policy.js';
import type { Fact, SuretyRecord } from '../../src/core/words/record.js';
import { openHistory } from '../../src/intake/index.js';
import { options } from '../acceptance/markets.js';

/** In fen. */
export interface Enforced {
	/** Advances and reserves that nothing covers. */
	readonly shortfall: number;
	/** Refunds of goods that stores cannot pay. */
	readonly owedRefunds: number;
	/** Stores a cut of which was held. */
	readonly held: ReadonlySet<string>;
}

export async function enforced(dir: string): Promise<Enforced> {
	const core = new Core({ ...options(), policy: defaultPolicy(options().currency, 'enforce') });
	const held = new Set<string>();
	const history = await openHistory({ dir, currency: options().currency });
	for await (const batch of history.records()) {
		for (const fact of batch) {
			const { verdict } = core.take(asked(fact, core));
			if (fact.type === 'price.changed' && verdict === 'hold') held.add(fact.store_id);
		}
	}
	await history.close();
	let [shortfall, owedRefunds] = [0, 0];
	for (const { index, advanced, recovered, gap } of core.book.stores) {
		shortfall += advanced - recovered + gap;
		owedRefunds -= core.book.ledger.get(index, OWED_REFUNDS);
	}
	return { shortfall, owedRefunds, held };
}

function asked(fact: Fact, core: Core): SuretyRecord {
	if (fact.type === 'price.changed') return { ...fact, type: 'price.propose' };
	if (fact.type === 'claim.paid') {
		const { id, at, claim_id, order_line_id } = fact;
		return { type: 'claim.file', id, at, claim_id, order_line_id };
	}
	if (fact.type !== 'withdrawal.paid') return fact;
	// A store asks for what it has: what a gate kept earlier changes its balance from history's.
	const balance = core.book.ledger.get(core.book.store(fact.store_id).index, BALANCE);
	return { ...fact, type: 'withdrawal.request', amount: balance < fact.amount ? balance : fact.amount };
}

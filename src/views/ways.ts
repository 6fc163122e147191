/** Why a merchant's request waits, and what the merchant can do about it; asked again of the gates as things are now. */
import { DEPOSIT } from '../core/book/ledger.js';
import type { Slot } from '../core/book/line-slab.js';
import { decide } from '../core/decide.js';
import type { Desk } from '../core/desk/desk.js';
import type { Hold } from '../core/desk/holds.js';
import { headroom, margin } from '../core/gates/view.js';
import { excess, type Minor, subtract, ZERO } from '../core/words/money.js';
import type { Outcome } from '../core/words/outcome.js';
import { type Language, sentence } from '../core/words/reason.js';
import { formatInstant } from '../core/words/time.js';
import { amounts, type Words } from './amounts.js';
import { endOf } from './guarantees-of.js';
import { say, type StatementWord, TOLD } from './statement-words.js';

/** One thing a merchant can do. */
export interface Way {
	readonly way: 'deposit' | 'deepest' | 'less' | 'wait' | 'withdraw' | 'appeal';
	readonly amount?: string;
	readonly price?: string;
	readonly until?: string;
	readonly sentence: string;
}

/** @param slots the store's open guarantees, those that end first before the others. */
export function waitingRequest(desk: Desk, hold: Hold, slots: readonly Slot[], language: Language) {
	const { id, gate, since, until } = hold;
	const now = present(desk, hold);
	const pays = gate === 'claim' && desk.core.of(hold.store_id).policy.unfunded_claim === 'pay';
	const told = now.reasons.filter(({ code }) => TOLD.has(code));
	return {
		decision_id: id,
		gate,
		since: formatInstant(since),
		until: formatInstant(until),
		default: pays ? ('approve' as const) : ('refuse' as const),
		sentence: what(desk, hold, language),
		reasons: told.map(({ code, values }) => ({
			code,
			message: sentence({ code, values }, language),
			// Of a rule, its sentence is all that a merchant is told.
			values: code === 'held_by_rule' ? {} : values,
		})),
		otherwise: say(pays ? 'otherwise_approved' : 'otherwise_refused', language, { until: formatInstant(until) }),
		ways: waysOf(desk, hold, now, slots, language),
	};
}

/** What the gate would say now. A store waits for a person and is not asked again. */
function present({ core }: Desk, hold: Hold): Outcome {
	const { gate, request, outcome } = hold;
	if (gate === 'admission') return outcome;
	if (request.type === 'claim.file') {
		const isKnown = core.book.findLine(request.order_line_id, request.at) !== 0;
		return isKnown ? decide(core, request) : outcome;
	}
	return decide(core.of(hold.store_id), { ...request, at: core.book.now });
}

function what(desk: Desk, { request, outcome }: Hold, language: Language): string {
	const words = amounts(desk);
	if (request.type === 'price.propose')
		return say('price', language, { price: words(request.price), sku: request.sku_id });
	if (request.type === 'withdrawal.request') return say('payout', language, { amount: words(request.amount) });
	if (request.type === 'claim.file') return say('claim', language, { amount: words(outcome.amount ?? ZERO) });
	return say('admission', language);
}

function waysOf(desk: Desk, hold: Hold, now: Outcome, slots: readonly Slot[], language: Language): Way[] {
	const words = amounts(desk);
	const ways: Way[] = [];
	const missing = deposit(desk, hold, now);
	const add = (way: Way['way'], values: { amount?: string; price?: string; until?: string } = {}): void => {
		ways.push({ way, ...values, sentence: say(`way_${way}` satisfies StatementWord, language, values) });
	};
	if (missing > 0) add('deposit', { amount: words(missing) });
	const deepest = hold.gate === 'price' ? deepestNow(now, words) : undefined;
	if (deepest !== undefined) add('deepest', { price: deepest });
	if (hold.gate === 'payout' && now.headroom !== undefined && now.headroom > 0 && !isByRule(now))
		add('less', { amount: words(now.headroom) });
	const [next] = slots;
	if (hold.gate !== 'admission' && next !== undefined) add('wait', { until: endOf(desk.core.book, next) });
	if (hold.gate !== 'claim') add('withdraw');
	add('appeal');
	return ways;
}

/** What a rule stops no amount lets through. */
const isByRule = ({ reasons }: Outcome): boolean => reasons.some(({ code }) => code === 'held_by_rule');

/** The lowest price that would go through now. */
function deepestNow(outcome: Outcome, words: Words): string | undefined {
	const { reasons, deepest_funded_price: funded } = outcome;
	const band = reasons.find(({ code }) => code === 'cut_out_of_band')?.values['price'];
	if (band !== undefined) return String(band);
	if (isByRule(outcome)) return undefined;
	return funded === undefined ? undefined : words(funded);
}

/** The deposit that would let the request through now; nothing where no deposit would. */
function deposit({ core }: Desk, { gate, store_id, request }: Hold, now: Outcome): Minor {
	if (gate === 'price') return now.top_up ?? ZERO;
	const store = core.book.findStore(store_id);
	if (store === undefined) return ZERO;
	if (gate === 'claim') return core.book.securing.owedFirst(store);
	if (request.type !== 'withdrawal.request') return ZERO;
	const uncovered = excess(margin(core.of(store.id), store), core.book.ledger.get(store.index, DEPOSIT));
	const wanted = subtract(request.amount, headroom(core.of(store.id), store));
	return wanted < uncovered ? wanted : uncovered;
}

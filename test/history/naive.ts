/** What the history should show, worked out from the log's entries in plain loops. */
import { becomes } from '../../src/core/decide.js';
import { formatMoney, type Minor } from '../../src/core/words/money.js';
import { type Fact, type Message, NOTICES, type SuretyRecord } from '../../src/core/words/record.js';
import { DAY, formatInstant, type Instant } from '../../src/core/words/time.js';
import type { RecordEntry } from '../../src/runtime/entry.js';
import { CNY } from './setup.js';

const isRecord = (message: Message): message is SuretyRecord => !Object.hasOwn(NOTICES, message.type);

/** The store of every record, by its id; undefined where it has none. */
export function storesOf(records: readonly RecordEntry[]): Map<string, string | undefined> {
	const [lines, claims, withdrawals, appeals, stores] = Array.from(
		{ length: 5 },
		() => new Map<string, string | undefined>(),
	);
	for (const { message } of records) {
		let store: string | undefined;
		if (message.type === 'claim.failed') store = claims?.get(message.claim_id);
		else if (message.type === 'withdrawal.failed') store = withdrawals?.get(message.withdrawal_id);
		else if (message.type === 'hold.settled' || message.type === 'hold.withdrawn')
			store = stores?.get(message.decision_id);
		else if (message.type === 'appeal.settled') store = appeals?.get(message.appeal_id);
		else if ('store_id' in message && message.store_id !== undefined) store = message.store_id;
		else if ('order_line_id' in message) store = lines?.get(message.order_line_id);
		if (message.type === 'order.paid') lines?.set(message.order_line_id, store);
		if (message.type === 'claim.file') claims?.set(message.claim_id, store);
		if (message.type === 'withdrawal.request') withdrawals?.set(message.withdrawal_id, store);
		if (message.type === 'appeal.filed') appeals?.set(message.appeal_id, store);
		stores?.set(message.id, store);
	}
	return stores ?? new Map<string, undefined>();
}

const COUNTS = [
	'sales',
	'cuts_approved',
	'cuts_held',
	'claims_asked',
	'claims_paid',
	'claims_failed',
	'withdrawals_asked',
	'withdrawals_paid',
	'withdrawals_held',
	'withdrawals_failed',
	'holds_decided',
	'holds_approved',
] as const;
const AMOUNTS = [
	'sold',
	'cuts_approved_triggered',
	'cuts_held_triggered',
	'advanced',
	'withdrawals_asked_amount',
	'withdrawn',
] as const;
type Sums = Record<(typeof COUNTS)[number] | (typeof AMOUNTS)[number], number>;

/** Sums by day, of all stores or of one. */
export function naiveDays(records: readonly RecordEntry[], only?: string, offsetMs = 0) {
	const stores = storesOf(records);
	const days = new Map<number, Sums>();
	const dayOf = (at: number): Sums => {
		const day = Math.floor((at + offsetMs) / DAY);
		const sums = days.get(day) ?? (Object.fromEntries([...COUNTS, ...AMOUNTS].map((name) => [name, 0])) as Sums);
		days.set(day, sums);
		return sums;
	};
	for (const { message, taken } of records) {
		if (only === undefined || stores.get(message.id) === only) {
			const sums = dayOf(message.at);
			count(sums, message, taken.outcome.verdict, taken.outcome.triggered ?? 0);
			if (taken.outcome.reasons.some(({ code }) => code === 'item_excluded')) unsell(sums, message);
			if (isRecord(message)) move(sums, becomes(message, taken.outcome));
		}
		for (const event of taken.events) {
			if (event.type !== 'hold.decided' || (only !== undefined && event.store_id !== only)) continue;
			const sums = dayOf(event.at);
			sums.holds_decided++;
			if (event.verdict === 'approve') sums.holds_approved++;
			move(sums, event.fact);
		}
	}
	return [...days].sort(([a], [b]) => a - b).map(([day, sums]) => inWords(day, sums));
}

function count(sums: Sums, message: Message, verdict: string, triggered: number): void {
	if (message.type === 'order.paid' && message.protect_days > 0) {
		sums.sales++;
		sums.sold += message.unit_price * message.quantity;
	}
	if (message.type === 'price.propose') {
		if (verdict === 'approve' && triggered > 0) sums.cuts_approved++;
		if (verdict === 'approve') sums.cuts_approved_triggered += triggered;
		if (verdict === 'hold') sums.cuts_held++;
		if (verdict === 'hold') sums.cuts_held_triggered += triggered;
	}
	if (message.type === 'claim.file') sums.claims_asked++;
	if (message.type === 'claim.failed') sums.claims_failed++;
	if (message.type === 'withdrawal.failed') sums.withdrawals_failed++;
	if (message.type !== 'withdrawal.request') return;
	sums.withdrawals_asked++;
	sums.withdrawals_asked_amount += message.amount;
	if (verdict === 'hold') sums.withdrawals_held++;
}

function unsell(sums: Sums, message: Message): void {
	if (message.type !== 'order.paid' || message.protect_days === 0) return;
	sums.sales--;
	sums.sold -= message.unit_price * message.quantity;
}

function move(sums: Sums, fact: Fact | undefined): void {
	if (fact?.type === 'claim.paid') {
		sums.claims_paid++;
		sums.advanced += fact.amount;
	} else if (fact?.type === 'withdrawal.paid') {
		sums.withdrawals_paid++;
		sums.withdrawn += fact.amount;
	}
}

function inWords(day: number, sums: Sums) {
	const counts = Object.fromEntries(COUNTS.map((name) => [name, sums[name]]));
	const amounts = Object.fromEntries(AMOUNTS.map((name) => [name, formatMoney(sums[name] as Minor, CNY)]));
	return { day: formatInstant((day * DAY) as Instant).slice(0, 10), ...counts, ...amounts };
}

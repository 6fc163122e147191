/** Decisions: every message that was taken, with its answer, newest first. */
import type { Answer } from '../../core/words/outcome.js';
import { type Reason, type ReasonCode, reason, type Values } from '../../core/words/reason.js';
import type { Message, MessageType } from '../../core/words/record.js';
import type { Currency } from '../../core/words/money.js';
import type { Instant } from '../../core/words/time.js';
import { answerJson, type Json, recordJson } from '../../runtime/wire.js';
import type { Cells } from '../file.js';
import {
	Conditions,
	moneyOf,
	type Page,
	type PageFilter,
	present,
	type Reader,
	readPage,
	textOf,
	timeOf,
	wholeOf,
} from './page.js';

export interface DecisionFilter extends PageFilter {
	readonly store_id?: string | undefined;
	readonly type?: string | undefined;
	/** The verdict, as first answered. */
	readonly verdict?: string | undefined;
	/** Record times: at or after `from`, before `to`. */
	readonly from?: Instant | undefined;
	readonly to?: Instant | undefined;
	/** Part of any id the record names, or a whole reason code; in whatever case. */
	readonly text?: string | undefined;
}

/** Amounts are decimal strings, times RFC 3339. Fields that the message or its answer does not have are absent. */
export type DecisionItem = {
	readonly seq: number;
	readonly id: string;
	readonly type: MessageType;
	readonly at: string;
	/** When it came in, by the machine's clock; and who sent it. */
	readonly came: string;
	readonly by: string;
	readonly policy: string;
	readonly verdict: string;
	readonly reasons: readonly Reason[];
	readonly observed?: Json;
	/** The fact it became at once; a held request's later fate is in the events. */
	readonly fact?: string;
	readonly store_id?: string;
	readonly sku_id?: string;
	readonly order_line_id?: string;
	readonly order_id?: string;
	readonly buyer_id?: string;
	/** The claim, withdrawal, appeal or earlier decision it names. */
	readonly subject_id?: string;
	/** The amount the message names: a deposit, price, price of a unit, or an amount asked for. */
	readonly asked?: string;
	/** What was granted or moved. */
	readonly amount?: string;
	readonly quantity?: number;
	readonly protect_days?: number;
	readonly recovered?: string;
	readonly deposit_required?: string;
	readonly triggered?: string;
	readonly free_funds?: string;
	readonly top_up?: string;
	readonly deepest_funded_price?: string;
	readonly headroom?: string;
	/** What else the message says, e.g. `label`, `coupon`, `verdict` and `by` of a person's word. */
	readonly detail?: Json;
};

const TEXT = `(contains(lower(concat_ws(chr(10), id, store_id, sku_id, order_line_id, order_id, buyer_id, subject_id)), $text)
	or list_contains(codes, $text))`;

export function readDecisions(reader: Reader, filter: DecisionFilter): Promise<Page<DecisionItem>> {
	const { store_id, type, verdict, from, to, text } = filter;
	const conditions = new Conditions()
		.add('store_id = $store', 'store', store_id)
		.add('type = $type', 'type', type)
		.add('verdict = $verdict', 'verdict', verdict)
		.add('"at" >= $from', 'from', from)
		.add('"at" < $to', 'to', to)
		.add(TEXT, 'text', text === '' ? undefined : text?.toLowerCase());
	return readPage(reader, { table: 'decisions', first: 'seq' }, filter, conditions, (row) =>
		itemOf(row, reader.currency),
	);
}

function itemOf(row: Cells, currency: Currency): DecisionItem {
	const amount = (name: string): string | undefined => (row[name] === null ? undefined : moneyOf(row[name], currency));
	const type = row['type'] as MessageType; // as it was written
	return present({
		seq: Number(row['seq']),
		id: String(row['id']),
		type,
		at: timeOf(row['at']),
		came: timeOf(row['came']),
		by: textOf(row['by']) ?? '',
		policy: textOf(row['policy']) ?? '',
		verdict: String(row['verdict']),
		reasons: reasonsOf((parsed(row['reasons']) ?? []) as readonly Pair[]),
		observed: observedOf(row['observed'], currency),
		fact: textOf(row['fact']),
		store_id: textOf(row['store_id']),
		sku_id: textOf(row['sku_id']),
		order_line_id: textOf(row['order_line_id']),
		order_id: textOf(row['order_id']),
		buyer_id: textOf(row['buyer_id']),
		subject_id: textOf(row['subject_id']),
		asked: amount('asked'),
		amount: amount('amount'),
		quantity: wholeOf(row['quantity']),
		protect_days: wholeOf(row['protect_days']),
		recovered: amount('recovered'),
		deposit_required: amount('deposit_required'),
		triggered: amount('triggered'),
		free_funds: amount('free_funds'),
		top_up: amount('top_up'),
		deepest_funded_price: amount('deepest_funded_price'),
		headroom: amount('headroom'),
		detail: detailOf(row['detail'], type, currency),
	}) as DecisionItem; // with what is not there left out
}

type Pair = readonly [ReasonCode, Values];
type PackedAnswer = Omit<Answer, 'reasons'> & { readonly reasons: readonly Pair[] };

const parsed = (cell: unknown): unknown => (typeof cell === 'string' ? JSON.parse(cell) : undefined);
const reasonsOf = (pairs: readonly Pair[]): readonly Reason[] => pairs.map(([code, values]) => reason(code, values));

function observedOf(cell: unknown, currency: Currency): Json | undefined {
	const answer = parsed(cell) as PackedAnswer | undefined; // as project.ts wrote it
	return answer === undefined ? undefined : answerJson({ ...answer, reasons: reasonsOf(answer.reasons) }, currency);
}

function detailOf(cell: unknown, type: MessageType, currency: Currency): Json | undefined {
	const detail = parsed(cell) as object | undefined; // as project.ts wrote it
	if (detail === undefined) return undefined;
	const { type: _, ...json } = recordJson({ ...detail, type } as Message, currency); // some fields of such a message
	return json;
}

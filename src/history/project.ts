/** Entries of the log into rows of the history: what a list, a search or a chart needs of each, and nothing secret. */
import { becomes } from '../core/decide.js';
import type { Event } from '../core/desk/events.js';
import { type Currency, type Minor, times } from '../core/words/money.js';
import type { Answer, Outcome } from '../core/words/outcome.js';
import type { Reason } from '../core/words/reason.js';
import { type Fact, type Message, NOTICES, type Notice } from '../core/words/record.js';
import type { AuditEntry, Entry, RecordEntry, SettingsEntry } from '../runtime/entry.js';
import { eventJson } from '../runtime/wire.js';
import { keyOf, NAMES, ownerName, type Owners } from './owners.js';
import { lineOf, type Row, type TableName } from './tables.js';

/** An entry and its place in the log. */
export interface Placed {
	readonly batch: number;
	readonly n: number;
	readonly entry: Entry;
}

/** Rows as lines of text, by table. */
export type Lines = Readonly<Record<TableName, string[]>>;

export const noLines = (): Lines => ({ decisions: [], events: [], audit: [], owners: [] });

/** The fields of messages that rows have columns for; every message has some of them. */
interface Named {
	readonly id: string;
	readonly store_id?: string | undefined;
	readonly sku_id?: string;
	readonly order_line_id?: string;
	readonly order_id?: string | undefined;
	readonly buyer_id?: string | undefined;
	readonly claim_id?: string;
	readonly withdrawal_id?: string;
	readonly appeal_id?: string;
	readonly decision_id?: string | undefined;
	readonly deposit?: Minor;
	readonly price?: Minor;
	readonly unit_price?: Minor;
	readonly amount?: Minor | undefined;
	readonly quantity?: number | undefined;
	readonly protect_days?: number;
	readonly recovered?: Minor | undefined;
}

const subjectOf = ({ claim_id, withdrawal_id, appeal_id, decision_id }: Named): string | undefined =>
	claim_id ?? withdrawal_id ?? appeal_id ?? decision_id;

/** What a list shows besides. Neither tokens of persons nor anybody's own words are here. */
const DETAILS = ['label', 'coupon', 'probation', 'papers', 'verified', 'category', 'traits', 'parts'] as const;
const NOTICE_DETAILS = ['verdict', 'by'] as const;

/** Personal fields of the fact that a held request became. */
const SECRETS: ReadonlySet<string> = new Set([
	'licence_no',
	'legal_person',
	'bank_account',
	'phone',
	'device_id',
	'ip',
	'address',
	'payment_account',
]);

export class Projector {
	private readonly currency: Currency;
	private readonly owners: Owners;

	constructor(currency: Currency, owners: Owners) {
		this.currency = currency;
		this.owners = owners;
	}

	/** Adds the rows of one entry. The stores of the ids it names must have been learnt. */
	project({ batch, n, entry }: Placed, lines: Lines): void {
		switch (entry.kind) {
			case 'record':
				this.record(entry, lines);
				break;
			case 'audit':
			case 'settings':
				lines.audit.push(lineOf('audit', { batch, n, came: entry.came, by: clean(entry.by), ...did(entry) }));
		}
	}

	private record({ message, taken, by, came }: RecordEntry, lines: Lines): void {
		const { outcome, events } = taken;
		const owner = ownerName(message);
		const store_id = storeNamed(message) ?? (owner === undefined ? undefined : this.owners.find(owner));
		const fact = isNotice(message) ? undefined : becomes(message, outcome);
		const row = rowOf(message, outcome, { store_id, fact, came, by: clean(by) });
		lines.decisions.push(lineOf('decisions', row));
		if (store_id !== undefined) this.own(message, outcome, store_id, lines);
		for (const [n, event] of events.entries()) lines.events.push(this.event(event, outcome.seq, n));
	}

	/** Remembers whose the ids are that later messages may name alone. */
	private own(message: Message, { verdict, seq }: Outcome, store_id: string, lines: Lines): void {
		const add = (name: string): void => {
			this.owners.set(name, store_id);
			lines.owners.push(lineOf('owners', { key: keyOf(name), name, store_id, seq }));
		};
		if (message.type === 'order.paid') add(NAMES.line(message.order_line_id));
		else if (message.type === 'claim.file' || message.type === 'claim.paid') add(NAMES.claim(message.claim_id));
		else if (message.type === 'withdrawal.request') add(NAMES.withdrawal(message.withdrawal_id));
		else if (message.type === 'appeal.filed') add(NAMES.appeal(message.appeal_id));
		if (verdict === 'hold') add(NAMES.decision(message.id));
	}

	private event(event: Event, seq: number, n: number): string {
		const { type, at, store_id } = event;
		const said = event as EventFigures; // each kind of event has some of them
		const fact: Named & { readonly type?: string } = event.type === 'hold.decided' ? (event.fact ?? NOTHING) : NOTHING;
		return lineOf('events', {
			seq,
			n,
			type,
			at,
			store_id: store_id === '' ? undefined : store_id,
			decision_id: said.decision_id,
			subject_id: said.claim_id ?? said.withdrawal_id ?? fact.claim_id ?? fact.withdrawal_id,
			order_line_id: said.order_line_id ?? fact.order_line_id,
			sku_id: fact.sku_id,
			verdict: said.verdict,
			fact: fact.type,
			price: fact.price,
			amount: said.amount,
			required: said.required,
			posted: said.posted,
			missing: said.missing,
			codes: codesOf(said.reasons),
			data: JSON.stringify(this.discreet(event)),
		});
	}

	private discreet(event: Event): object {
		const json = eventJson(event, this.currency);
		if (event.type !== 'hold.decided' || event.fact === undefined) return json;
		const fact = Object.entries(json['fact'] as object).filter(([name]) => !SECRETS.has(name));
		return { ...json, fact: Object.fromEntries(fact) };
	}
}

interface EventFigures {
	readonly verdict?: string;
	readonly decision_id?: string;
	readonly claim_id?: string;
	readonly withdrawal_id?: string;
	readonly order_line_id?: string;
	readonly amount?: Minor;
	readonly required?: Minor;
	readonly posted?: Minor;
	readonly missing?: Minor;
	readonly reasons?: readonly Reason[];
}

const NOTHING = { id: '' } as const;

const storeNamed = ({ store_id }: Named): string | undefined => store_id;

/** What is known of a message besides itself and its outcome. */
interface Beside {
	readonly store_id: string | undefined;
	readonly fact: Fact | undefined;
	readonly came: number;
	readonly by: string;
}

/** One literal on purpose: putting objects of this size together costs more than all else here. */
function rowOf(message: Message, outcome: Outcome, { store_id, fact, came, by }: Beside): Row<'decisions'> {
	const { observed } = outcome;
	const named: Named = message;
	return {
		seq: outcome.seq,
		id: message.id,
		type: message.type,
		at: message.at,
		came,
		by,
		policy: clean(outcome.policy),
		store_id,
		sku_id: named.sku_id,
		order_line_id: named.order_line_id,
		order_id: named.order_id === undefined ? undefined : clean(named.order_id),
		buyer_id: named.buyer_id,
		subject_id: subjectOf(named),
		verdict: outcome.verdict,
		observed_verdict: observed?.verdict,
		observed: observed === undefined ? undefined : answerText(observed),
		codes: codesOf(outcome.reasons, observed?.reasons),
		reasons: outcome.reasons.length === 0 ? undefined : JSON.stringify(pairs(outcome.reasons)),
		fact: fact?.type,
		asked: named.deposit ?? named.price ?? named.unit_price ?? named.amount,
		amount: outcome.amount ?? movedBy(fact),
		quantity: named.quantity,
		protect_days: named.protect_days,
		sold: soldUnderGuarantee(message, outcome),
		recovered: named.recovered,
		deposit_required: outcome.deposit_required,
		triggered: outcome.triggered,
		free_funds: outcome.free_funds,
		top_up: outcome.top_up,
		deepest_funded_price: outcome.deepest_funded_price,
		headroom: outcome.headroom,
		detail: detailOf(message),
	};
}

/** An order line that the programme leaves out is no sale under guarantee. */
function soldUnderGuarantee(message: Message, { reasons }: Outcome): Minor | undefined {
	if (message.type !== 'order.paid' || message.protect_days === 0) return undefined;
	const isExcluded = reasons.some(({ code }) => code === 'item_excluded');
	return isExcluded ? undefined : times(message.unit_price, message.quantity);
}

/** What moves with a fact that names an amount. */
const movedBy = (fact: Fact | undefined): Minor | undefined =>
	fact !== undefined && 'amount' in fact ? fact.amount : undefined;

function detailOf(message: Message): string | undefined {
	let detail: Record<string, unknown> | undefined;
	const fields: object = message;
	for (const name of isNotice(message) ? NOTICE_DETAILS : DETAILS) {
		const value = (fields as Readonly<Record<string, unknown>>)[name]; // absent in most messages
		if (value === undefined) continue;
		detail ??= {};
		detail[name] = value;
	}
	return detail === undefined ? undefined : JSON.stringify(detail);
}

const pairs = (reasons: readonly Reason[]) => reasons.map(({ code, values }) => [code, values]);
const answerText = ({ reasons, ...answer }: Answer): string => JSON.stringify({ ...answer, reasons: pairs(reasons) });

function codesOf(reasons: readonly Reason[] = [], more: readonly Reason[] = []): string | undefined {
	if (reasons.length + more.length === 0) return undefined;
	return [...new Set([...reasons, ...more].map(({ code }) => code))].join(',');
}

function did(entry: AuditEntry | SettingsEntry): { readonly action: string; readonly object: string } {
	if (entry.kind === 'audit') return { action: clean(entry.action), object: clean(entry.object) };
	const { name, version } = entry.policy as { readonly name?: unknown; readonly version?: unknown };
	return { action: 'set rules', object: clean(`policy ${String(name)} ${String(version)}`) };
}

const isNotice = (message: Message): message is Notice => Object.hasOwn(NOTICES, message.type);

/** Ids have no control characters; what other people name things may have. */
const clean = (text: string): string => (CONTROL.test(text) ? text.replace(/\p{Cc}/gu, ' ') : text);
const CONTROL = /\p{Cc}/u;

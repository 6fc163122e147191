/** Outcomes, events and records as the wire has them: amounts as decimal strings, times as RFC 3339. */
import type { Event } from '../core/desk/events.js';
import { type Currency, formatMoney, type Minor } from '../core/words/money.js';
import type { Answer, Outcome } from '../core/words/outcome.js';
import type { Message } from '../core/words/record.js';
import { formatInstant, type Instant } from '../core/words/time.js';

/** Fields that hold amounts, of whatever record, outcome or event. */
const AMOUNTS = new Set([
	'deposit',
	'amount',
	'price',
	'coupon',
	'unit_price',
	'recovered',
	'deposit_required',
	'triggered',
	'free_funds',
	'top_up',
	'deepest_funded_price',
	'headroom',
	'required',
	'posted',
	'missing',
]);
const TIMES = new Set(['at', 'until', 'since', 'ordered_at', 'campaign_ends_at']);

export type Json = Readonly<Record<string, unknown>>;

export function outcomeJson({ observed, shadow, ...outcome }: Outcome, currency: Currency): Json {
	const json = inWords(outcome, currency);
	if (observed !== undefined) json['observed'] = answerJson(observed, currency);
	if (shadow !== undefined) json['shadow'] = answerJson(shadow, currency);
	return json;
}

/** The text that `JSON.stringify` makes of `outcomeJson`, byte for byte, without the object in between. */
export function outcomeText(outcome: Outcome, currency: Currency): string {
	const { observed, shadow } = outcome;
	let text = fieldsText(outcome, currency);
	if (observed !== undefined) text += `,"observed":{${fieldsText(observed, currency)}}`;
	if (shadow !== undefined) text += `,"shadow":{${fieldsText(shadow, currency)}}`;
	return `{${text}}`;
}

export const answerJson = (answer: Answer, currency: Currency): Json => inWords(answer, currency);

export function eventJson(event: Event, currency: Currency): Json {
	if (event.type !== 'hold.decided' || event.fact === undefined) return inWords(event, currency);
	return { ...inWords(event, currency), fact: recordJson(event.fact, currency) };
}

export function recordJson(record: Message, currency: Currency): Json {
	const json = inWords(record, currency);
	if (record.type !== 'order.paid' || record.parts === undefined) return json;
	return { ...json, parts: inAmounts(record.parts, currency) };
}

function inWords(object: object, currency: Currency): Record<string, unknown> {
	const json: Record<string, unknown> = {};
	for (const name in object) {
		const value: unknown = (object as Json)[name];
		if (value === undefined) continue;
		if (typeof value !== 'number') json[name] = value;
		else if (AMOUNTS.has(name)) json[name] = formatMoney(value as Minor, currency);
		else json[name] = TIMES.has(name) ? formatInstant(value as Instant) : value;
	}
	return json;
}

/** As `inWords`, written down; what stands behind the rest is left to the caller. */
function fieldsText(object: Answer | Outcome, currency: Currency): string {
	let text = '';
	for (const name in object) {
		const value: unknown = (object as unknown as Json)[name];
		if (value === undefined || name === 'observed' || name === 'shadow') continue;
		text += `${text === '' ? '"' : ',"'}${name}":${valueText(name, value, currency)}`;
	}
	return text;
}

function valueText(name: string, value: unknown, currency: Currency): string {
	if (typeof value === 'string') return OURS.has(name) || PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
	if (typeof value !== 'number') return Array.isArray(value) && value.length === 0 ? '[]' : JSON.stringify(value);
	if (AMOUNTS.has(name)) return `"${formatMoney(value as Minor, currency)}"`;
	return TIMES.has(name) ? `"${formatInstant(value as Instant)}"` : String(value);
}

/** Fields whose words are ours, and texts that stand in JSON as they are. */
const OURS = new Set(['type', 'verdict', 'gate']);
const PLAIN = /^[ !#-[\]-~]*$/;

const inAmounts = (amounts: object, currency: Currency): Json =>
	Object.fromEntries(Object.entries(amounts).map(([name, value]) => [name, formatMoney(value as Minor, currency)]));

/** Answers of the service, and what goes into one besides the desk's outcome. */
import { type ErrorCode, SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import type { Outcome } from '../core/words/outcome.js';
import type { Message } from '../core/words/record.js';
import type { Verified } from '../door/verification.js';
import { type Json, outcomeJson, outcomeText } from './wire.js';

/** What is sent back for one record: an outcome or an error, in the contract's form. */
export type Answer = Json;

/** Why a record was not taken. */
export interface Untaken {
	readonly id?: string;
	readonly error: { readonly code: ErrorCode; readonly message: string; readonly field?: string };
}

/** What there is to say of one record; it becomes an object or a text only where it is answered. */
export type Said = Outcome | Untaken;

export const isUntaken = (said: Said): said is Untaken => 'error' in said;

export const answerOf = (said: Said, currency: Currency): Answer =>
	isUntaken(said) ? { ...said } : outcomeJson(said, currency);

/** An answer as JSON. */
export const answerText = (said: Said, currency: Currency): string =>
	isUntaken(said) ? JSON.stringify(said) : outcomeText(said, currency);

/** A message with what registries said of its papers; they know better than its sender. */
export function withWord(sent: Message, verified: Verified | undefined): Message {
	if (verified === undefined || Object.keys(verified).length === 0) return sent;
	if (sent.type !== 'store.apply' && sent.type !== 'store.opened') return sent;
	return { ...sent, verified: { ...sent.verified, ...verified } };
}

export function reused(id: string): SuretyError {
	return new SuretyError('id_reused', `id "${id}": was taken already with other content`, 'id');
}

export function untaken(id: string | undefined, { code, message, field }: SuretyError): Untaken {
	return { ...(id === undefined ? {} : { id }), error: { code, message, ...(field === undefined ? {} : { field }) } };
}

/** The id of a record that could not be read, as far as it has one. */
export function idOf(raw: unknown): string | undefined {
	if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, 'id')) return undefined;
	const { id } = raw as { id: unknown };
	return typeof id === 'string' && id.length <= 200 ? id : undefined;
}

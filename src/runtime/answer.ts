/** Answers of the service, and what goes into one besides the desk's outcome. */
import { SuretyError } from '../core/words/error.js';
import type { Message } from '../core/words/record.js';
import type { Verified } from '../door/verification.js';
import type { Json } from './wire.js';

/** What is sent back for one record: an outcome or an error, in the contract's form. */
export type Answer = Json;

/** A message with what registries said of its papers; they know better than its sender. */
export function withWord(sent: Message, verified: Verified | undefined): Message {
	if (verified === undefined || Object.keys(verified).length === 0) return sent;
	if (sent.type !== 'store.apply' && sent.type !== 'store.opened') return sent;
	return { ...sent, verified: { ...sent.verified, ...verified } };
}

export function reused(id: string): SuretyError {
	return new SuretyError('id_reused', `id "${id}": was taken already with other content`, 'id');
}

export function errorAnswer(id: string | undefined, { code, message, field }: SuretyError): Answer {
	return { ...(id === undefined ? {} : { id }), error: { code, message, ...(field === undefined ? {} : { field }) } };
}

/** The id of a record that could not be read, as far as it has one. */
export function idOf(raw: unknown): string | undefined {
	if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, 'id')) return undefined;
	const { id } = raw as { id: unknown };
	return typeof id === 'string' && id.length <= 200 ? id : undefined;
}

/**
 * Entries: what a batch of the log is made of. A record's entry holds the message as it was taken (personal fields
 * already tokens), its outcome and the events that followed: enough to apply it again without deciding anything, and
 * to answer it again. Sentences are left out; they are made from code and values when read.
 *
 * A batch is a version byte and msgpack, self-contained, so that any batch can be read by itself for ever.
 */
import { Packr } from 'msgpackr';
import type { Event, Taken } from '../core/desk/events.js';
import { SuretyError } from '../core/words/error.js';
import type { Outcome } from '../core/words/outcome.js';
import { type Reason, type ReasonCode, reason, type Values } from '../core/words/reason.js';
import type { Message } from '../core/words/record.js';

/** A message that was taken. */
export interface RecordEntry {
	readonly kind: 'record';
	readonly message: Message;
	/** The message as it was sent, where a registry's word was added to it. */
	readonly sent?: Message;
	readonly taken: Taken;
	/** Who sent it, and when it came in (milliseconds of 1970, the machine's clock; no decision depends on it). */
	readonly by: string;
	readonly came: number;
}

/** Something a person did or read that has to be accounted for. */
export interface AuditEntry {
	readonly kind: 'audit';
	readonly came: number;
	readonly by: string;
	/** What was done, in words of the API, e.g. `read personal`, and to what. */
	readonly action: string;
	readonly object: string;
}

/** The rules that hold from here on; the first entry of every log. */
export interface SettingsEntry {
	readonly kind: 'settings';
	readonly came: number;
	readonly by: string;
	readonly currency: string;
	readonly programme: unknown;
	readonly policy: unknown;
}

/** The rules a book is kept under, as documents. */
export type Settings = Pick<SettingsEntry, 'currency' | 'programme' | 'policy'>;

export type Entry = RecordEntry | AuditEntry | SettingsEntry;

/** What is compared when an id comes again: what its sender said, and nothing that was added. */
export const saidIn = ({ message, sent }: RecordEntry): Message => sent ?? message;

const VERSION = 1;
const packr = new Packr({ useRecords: true, variableMapSize: true, int64AsType: 'number' });

export function encodeBatch(entries: readonly Entry[]): Uint8Array {
	const body = packr.pack(entries.map(pack));
	const bytes = new Uint8Array(body.length + 1);
	bytes[0] = VERSION;
	bytes.set(body, 1);
	return bytes;
}

/** @throws SuretyError `log_format` where a newer version wrote it. */
export function decodeBatch(bytes: Uint8Array): readonly Entry[] {
	if (bytes[0] !== VERSION)
		throw new SuretyError('log_format', `a batch of format ${bytes[0]}; this version reads ${VERSION}`);
	return (packr.unpack(bytes.subarray(1)) as Packed[]).map(unpack); // what encodeBatch packed
}

/** Reasons as code and values; no undefined fields. */
type PackedReason = readonly [ReasonCode, Values];
type Packed =
	| {
			readonly k: 0;
			readonly m: Message;
			readonly o: object;
			readonly e?: readonly object[];
			/** What the sender said as `verified`, or 0 for nothing, where a registry's word stands in the message. */
			readonly s?: object | 0;
			readonly b: string;
			readonly t: number;
	  }
	| AuditEntry
	| SettingsEntry;

function pack(entry: Entry): Packed {
	if (entry.kind !== 'record') return entry;
	const { message, sent, taken, by, came } = entry;
	const [m, o] = [message, packOutcome(taken.outcome)];
	if (sent !== undefined) {
		const s = ('verified' in sent ? sent.verified : undefined) ?? 0;
		return { k: 0, m, o, e: taken.events.map(packSaid), s, b: by, t: came };
	}
	if (taken.events.length === 0) return { k: 0, m, o, b: by, t: came };
	return { k: 0, m, o, e: taken.events.map(packSaid), b: by, t: came };
}

function unpack(packed: Packed): Entry {
	if ('kind' in packed) return packed;
	const outcome = unpackOutcome(packed.o as PackedOutcome);
	const events = (packed.e ?? []).map((event) => unpackSaid(event) as unknown as Event);
	const { m: message, s: said, b: by, t: came } = packed;
	const sent = said === undefined ? {} : { sent: asSent(message, said) };
	return { kind: 'record', message, ...sent, taken: { outcome, events }, by, came };
}

/** The message with what its sender said as `verified` in its place, or without the field. */
function asSent(message: Message, said: object | 0): Message {
	if (said !== 0) return { ...message, verified: said } as Message; // as its sender's message was parsed
	const { verified: _, ...sent } = message as Message & { readonly verified?: object };
	return sent;
}

type PackedOutcome = { readonly r: readonly PackedReason[]; readonly v?: object; readonly s?: object } & Record<
	string,
	unknown
>;

function packOutcome(outcome: Outcome): object {
	const packed: Record<string, unknown> = {};
	for (const name in outcome) {
		if (name !== 'reasons' && name !== 'observed' && name !== 'shadow') packed[name] = outcome[name as keyof Outcome];
	}
	packed['r'] = packReasons(outcome.reasons);
	if (outcome.observed !== undefined) packed['v'] = packSaid(outcome.observed);
	if (outcome.shadow !== undefined) packed['s'] = packSaid(outcome.shadow);
	return packed;
}

function unpackOutcome({ r, v, s, ...rest }: PackedOutcome): Outcome {
	const beside: Record<string, unknown> = {};
	if (v !== undefined) beside['observed'] = unpackSaid(v);
	if (s !== undefined) beside['shadow'] = unpackSaid(s);
	return { ...withReasons(rest, r), ...beside } as unknown as Outcome; // the inverse of packOutcome
}

function packSaid(said: object): object {
	const packed = dense(said, 'reasons');
	if ('reasons' in said) packed['r'] = packReasons(said.reasons as readonly Reason[]);
	return packed;
}

function unpackSaid(packed: object): Record<string, unknown> {
	if (!('r' in packed)) return packed as Record<string, unknown>;
	const { r, ...rest } = packed as { r: readonly PackedReason[] };
	return withReasons(rest, r);
}

/** Reasons in their place, which is behind the verdict: an answer that is given again is the same text. */
function withReasons(
	rest: Readonly<Record<string, unknown>>,
	packed: readonly PackedReason[],
): Record<string, unknown> {
	const whole: Record<string, unknown> = {};
	for (const name in rest) {
		whole[name] = rest[name];
		if (name === 'verdict') whole['reasons'] = unpackReasons(packed);
	}
	whole['reasons'] ??= unpackReasons(packed);
	return whole;
}

const packReasons = (reasons: readonly Reason[]): readonly PackedReason[] =>
	reasons.map(({ code, values }) => [code, values]);
const unpackReasons = (packed: readonly PackedReason[]): readonly Reason[] =>
	packed.map(([code, values]) => reason(code, values));

/** A copy without fields that are not there, nor one that is kept in another form. */
function dense(object: object, but?: string): Record<string, unknown> {
	const copy: Record<string, unknown> = {};
	for (const name in object) {
		const value = (object as Record<string, unknown>)[name];
		if (value !== undefined && name !== but) copy[name] = value;
	}
	return copy;
}

/**
 * Deliveries: one event on its way to one endpoint. Its id is made from where the event lies in the log and from all
 * that lies before it (the batch's chain hash), so it is the same on every attempt and after every restart, and another
 * one where a log was restored from a copy and went on differently. Receivers drop what they have seen by it.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Event } from '../core/desk/events.js';
import type { Currency } from '../core/words/money.js';
import { formatInstant, type Instant } from '../core/words/time.js';
import type { Batch, Position } from '../log/port.js';
import type { Entry } from '../runtime/entry.js';
import { eventJson } from '../runtime/wire.js';

/** Where an event lies in the service's log: the batch, the entry in it, the event of that entry. */
export interface Ref {
	readonly number: number;
	readonly position: Position;
	readonly entry: number;
	readonly event: number;
}

export interface Delivery extends Ref {
	readonly id: string;
	readonly type: string;
	/** Attempts that failed. */
	attempts: number;
	/** When the next attempt may be made, in milliseconds of 1970. */
	dueMs: number;
	/** Kept until the first attempt; read from the log again for others. */
	body?: string | undefined;
}

/** A delivery that was given up. */
export interface DeadLetter extends Ref {
	readonly id: string;
	readonly type: string;
	readonly attempts: number;
	/** When it was given up, and what the last attempt met: a status or a failure to connect. */
	readonly diedMs: number;
	readonly last: string;
}

export interface FoundEvent {
	readonly entry: number;
	readonly event: number;
	readonly said: Event;
}

/** The events of one batch, in order. */
export interface EventBatch {
	readonly number: number;
	readonly position: Position;
	readonly chain: Uint8Array;
	readonly events: readonly FoundEvent[];
}

export function eventsOf({ number, position, chain }: Batch, entries: readonly Entry[]): EventBatch {
	const events: FoundEvent[] = [];
	for (const [entry, read] of entries.entries()) {
		if (read.kind !== 'record') continue;
		for (const [event, said] of read.taken.events.entries()) events.push({ entry, event, said });
	}
	return { number, position, chain, events };
}

export function deliveryId(logId: string, endpointId: string, chain: Uint8Array, ref: Omit<Ref, 'position'>): string {
	const hash = createHash('sha256').update(chain);
	hash.update(`${logId} ${ref.number} ${ref.entry} ${ref.event} ${endpointId}`);
	return `evt_${hash.digest('base64url').slice(0, 27)}`;
}

/** What is posted: the convention's `type`, `timestamp` (the event's own time) and `data` (all its other fields). */
export function bodyOf(event: Event, currency: Currency): string {
	const { type, at: _, ...data } = eventJson(event, currency);
	return JSON.stringify({ type, timestamp: formatInstant(event.at), data });
}

/** What is posted to try an endpoint out. */
export function pingOf(endpointId: string, nowMs: number): { readonly id: string; readonly body: string } {
	const timestamp = formatInstant(nowMs as Instant); // a time of the clock
	const body = JSON.stringify({ type: 'ping', timestamp, data: { endpoint_id: endpointId } });
	return { id: `ping_${randomBytes(12).toString('base64url')}`, body };
}

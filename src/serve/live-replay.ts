/**
 * A live replay: the history of some tables sent through a service as if it happened now, with what stores did turned
 * back into what they had to ask for. Where a gate says no, the rest of the history goes on as it was.
 */
import type { Fact, Message } from '../core/words/record.js';
import type { RecordId } from '../core/words/ids.js';
import type { History } from '../intake/history.js';
import type { Service } from '../runtime/service.js';
import { type Json, recordJson } from '../runtime/wire.js';

const SLICE = 500;

export interface ReplayOptions {
	/** How long the whole history takes, in seconds; 0 is as fast as it goes. */
	readonly seconds: number;
	/** Told after every slice. */
	readonly onProgress?: (done: number, of: number, answers: readonly Json[]) => void;
	readonly signal?: AbortSignal;
}

/** @returns records that were answered. */
export async function replayLive(history: History, service: Service, options: ReplayOptions): Promise<number> {
	const total = history.counts.records;
	const began = Date.now();
	let done = 0;
	for await (const batch of history.records()) {
		for (let from = 0; from < batch.length; from += SLICE) {
			if (options.signal?.aborted === true) return done;
			const slice = batch.slice(from, from + SLICE).map((fact, i) => request(fact, done + i));
			const raws = slice.map((message) => recordJson(message, service.currency));
			const answers = await service.submit(raws, 'replay');
			done += slice.length;
			options.onProgress?.(done, total, answers);
			const due = (options.seconds * 1000 * done) / total;
			const early = began + due - Date.now();
			if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
		}
	}
	return done;
}

/** What was asked for, where there is a gate to ask; else the fact. */
function request(fact: Fact, number: number): Message {
	const id = `replay-${number}` as RecordId;
	const { at } = fact;
	if (fact.type === 'price.changed') return { ...fact, type: 'price.propose', id };
	if (fact.type === 'withdrawal.paid') return { ...fact, type: 'withdrawal.request', id };
	if (fact.type !== 'claim.paid') return { ...fact, id };
	const { claim_id, order_line_id } = fact;
	return { type: 'claim.file', id, at, claim_id, order_line_id };
}

/**
 * A thread of the backtest: goes through its share of the runs with the blocks it is sent. It reads no tables and holds
 * nothing that lies outside JavaScript, so it may be ended at any moment.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../core/words/error.js';
import type { Instant } from '../core/words/time.js';
import type { FactBlock } from '../intake/index.js';
import { type RunDone, Share, type ShareOptions } from './share.js';

/** A block to take, or the end of the history. */
export type ToThread = { readonly block: FactBlock } | { readonly end: Instant | undefined };

/** Said after each block, and at the end with what was found. */
export interface FromThread {
	readonly done: readonly RunDone[] | undefined;
}

assert(parentPort !== null, 'this file is a thread');
const port = parentPort;
const share = new Share(workerData as ShareOptions); // given by `Aside`
const say = (done: FromThread['done']): void => port.postMessage({ done } satisfies FromThread);

port.on('message', (message: ToThread) => {
	if ('block' in message) {
		share.take(message.block);
		say(undefined);
		return;
	}
	say(share.finish(message.end));
	port.close();
});

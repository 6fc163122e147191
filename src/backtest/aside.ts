/** A share of the runs in another thread, which is fed with the blocks that this one reads. */
import { Worker } from 'node:worker_threads';
import type { Instant } from '../core/words/time.js';
import { compiledFile } from '../runtime/compiled-file.js';
import type { FactBlock } from '../intake/index.js';
import type { RunDone, ShareOptions } from './share.js';
import type { FromThread, ToThread } from './thread.js';

/** Blocks that may wait for a thread: enough for it never to wait itself, few enough to be small. */
const MOST_AHEAD = 2;

interface Waiter {
	readonly resolve: () => void;
	readonly reject: (error: Error) => void;
}

export class Aside {
	private readonly worker: Worker;
	private ahead = 0;
	private done: readonly RunDone[] | undefined;
	private failure: Error | undefined;
	private waiter: Waiter | undefined;

	constructor(options: ShareOptions) {
		this.worker = new Worker(compiledFile(new URL('./thread.js', import.meta.url)), {
			workerData: options,
			execArgv: [],
		});
		this.worker.on('message', ({ done }: FromThread) => this.heard(done));
		this.worker.on('error', (error: Error) => this.failed(error));
		this.worker.on('exit', (code) => this.failed(new Error(`a thread of the backtest ended with ${code}`)));
	}

	/** Hands a block over, once there is room for one more. Rejects where the thread has failed. */
	async send(block: FactBlock): Promise<void> {
		while (this.ahead >= MOST_AHEAD) await this.word();
		this.ahead++;
		this.post({ block });
	}

	/** The history ends here: what was found, once all that was sent has been taken. */
	async finish(end: Instant | undefined): Promise<readonly RunDone[]> {
		this.post({ end });
		while (this.done === undefined) await this.word();
		return this.done;
	}

	async stop(): Promise<void> {
		await this.worker.terminate();
	}

	private post(message: ToThread): void {
		// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
		this.worker.postMessage(message);
	}

	/** The thread's next word. */
	private word(): Promise<void> {
		return new Promise((resolve, reject) => {
			if (this.failure !== undefined) reject(this.failure);
			else this.waiter = { resolve, reject };
		});
	}

	private heard(done: FromThread['done']): void {
		this.ahead--;
		this.done = done;
		this.waiter?.resolve();
		this.waiter = undefined;
	}

	private failed(error: Error): void {
		this.failure ??= error;
		this.waiter?.reject(this.failure);
		this.waiter = undefined;
	}
}

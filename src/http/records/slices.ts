/**
 * Slices: records of one request on their way to the service, so many at a time, answered in their order. Whoever
 * reads the request waits for room; whoever writes the answers waits for them; so a client that does not read its
 * answers is, in the end, not read from either, and memory stays flat however long the stream is.
 */
import type { Said, Untaken } from '../../runtime/answer.js';
import { SuretyError } from '../../core/words/error.js';
import { Sick } from '../json.js';

/** Decides records; refuses all of them at once where it cannot take them now. */
export type Submit = (raws: readonly unknown[]) => Promise<readonly Said[]>;

interface Sent {
	readonly count: number;
	readonly answers: Promise<readonly Said[]>;
}

/** How long to wait where the service is busy in the middle of a stream. */
const PAUSE_MS = 25;

export class Slices {
	private readonly submit: Submit;
	private readonly most: number;
	private readonly sent: Sent[] = [];
	private isEnded = false;
	private isFirst = true;
	private failure: unknown;
	/** Wakes whoever waits for room, for answers, or for better times. */
	private waiting: (() => void)[] = [];

	constructor(submit: Submit, most: number) {
		this.submit = submit;
		this.most = most;
	}

	/** Whether more may be added: nothing failed, and somebody still listens. */
	get isOpen(): boolean {
		return !this.isEnded && this.failure === undefined;
	}

	/** Sends a slice once there is room. The first one is not tried again where the service is busy. */
	async add(items: readonly unknown[]): Promise<void> {
		while (this.isOpen && this.sent.length >= this.most) await this.change();
		while (this.isOpen) {
			const answers = answer(items, this.submit);
			let refusal: unknown;
			answers.catch((error: unknown) => {
				refusal = error;
			});
			// A service that does not take the slice says so at once; it has then seen nothing of it.
			await new Promise((resolve) => setImmediate(resolve));
			if (!this.isFirst && refusal instanceof SuretyError && refusal.code === 'busy') {
				await this.change(PAUSE_MS);
				continue;
			}
			this.isFirst = false;
			this.sent.push({ count: items.length, answers });
			this.changed();
			return;
		}
	}

	/** No more will be added. */
	end(): void {
		this.isEnded = true;
		this.changed();
	}

	/** Answers slice by slice; undefined after the last. @throws what the service refused a slice with. */
	async next(): Promise<readonly Said[] | undefined> {
		while (this.sent.length === 0 && !this.isEnded) await this.change();
		const [first] = this.sent;
		if (first === undefined) return undefined;
		try {
			return await first.answers;
		} catch (error) {
			this.failure = error;
			throw new Unanswered(first.count, error);
		} finally {
			this.sent.shift();
			this.changed();
		}
	}

	private changed(): void {
		for (const wake of this.waiting.splice(0)) wake();
	}

	private change(atMostMs?: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = atMostMs === undefined ? undefined : setTimeout(resolve, atMostMs);
			this.waiting.push(() => {
				clearTimeout(timer);
				resolve();
			});
		});
	}
}

/** So many records were not answered, and why. */
export class Unanswered extends Error {
	readonly count: number;

	constructor(count: number, cause: unknown) {
		super('not answered', { cause });
		this.count = count;
	}
}

/** Submits what can be a record, and puts errors where something else stood. */
export async function answer(items: readonly unknown[], submit: Submit): Promise<readonly Said[]> {
	if (!items.some((item) => item instanceof Sick)) return submit(items);
	const taken = await submit(items.filter((item) => !(item instanceof Sick)));
	let next = 0;
	return items.map((item) => (item instanceof Sick ? sickAnswer(item) : (taken[next++] as Said))); // one for each
}

export const sickAnswer = ({ id, code, message }: Sick): Untaken => ({
	...(id === undefined ? {} : { id }),
	error: { code, message },
});

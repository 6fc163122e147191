/**
 * A stream of records: up as NDJSON, answers down in the same order, over as many connections as it takes. Where the
 * platform can send and receive at once, one long request carries it all; elsewhere, and after anything went wrong, a
 * request carries what is at hand, which every browser and proxy lets through.
 *
 * Whoever does not take the answers stops the reading of them, hence in time the service, hence the asking for records.
 */
import { failureOfRecord, Passing, unreachable } from './api-error.js';
import type { Outbox } from './outbox.js';
import type { Transport } from './transport.js';
import { isError, type RecordAnswer } from './wire.js';

export interface StreamParts<T> {
	readonly transport: Transport;
	readonly outbox: Outbox<T>;
	/** Whether requests may be read while they are written. */
	readonly isDuplex: boolean;
	readonly signal?: AbortSignal | undefined;
}

const PATH = '/v1/records';
const NDJSON = 'application/x-ndjson';

export async function* streamRecords<T>(parts: StreamParts<T>): AsyncGenerator<RecordAnswer, void, undefined> {
	const { transport, outbox, signal } = parts;
	let failures = 0;
	try {
		while (await outbox.hasMore()) {
			try {
				for await (const answer of connection(parts, parts.isDuplex && failures === 0)) {
					failures = 0;
					yield answer;
				}
			} catch (error) {
				// A long connection that is cut while nothing is under way has done its work.
				const isIdle = error instanceof Passing && outbox.size === 0;
				if (!isIdle) await transport.wait(error, failures++, signal);
			}
		}
	} finally {
		outbox.close();
	}
}

async function* connection<T>(parts: StreamParts<T>, isDuplex: boolean): AsyncGenerator<RecordAnswer> {
	const { transport, outbox, signal } = parts;
	const number = outbox.connect();
	const watch = new Watch(transport, () => outbox.isAwaiting, signal);
	try {
		const body = isDuplex ? bodyOf(() => outbox.take(number), watch) : await outbox.take(number);
		if (body === undefined) return;
		watch.begin();
		const response = await transport.once({ method: 'POST', path: PATH, type: NDJSON, body, signal: watch.signal });
		for await (const line of linesOf(response, watch)) {
			const answer = JSON.parse(line) as RecordAnswer; // by the contract
			const failure = isError(answer) ? failureOfRecord(answer.error) : undefined;
			if (failure instanceof Passing) throw failure;
			outbox.answered(answer);
			yield answer;
		}
		if (outbox.isAwaiting) throw unreachable('the answer ended before all records were answered');
	} catch (error) {
		throw watch.failure?.error ?? error;
	} finally {
		watch.end();
	}
}

function bodyOf(take: () => Promise<string | undefined>, watch: Watch): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
		const piece = await take().catch((error: unknown) => {
			watch.failure = { error }; // the source's own, which `fetch` would hide
			throw error;
		});
		if (piece === undefined) return controller.close();
		watch.moved();
		controller.enqueue(encoder.encode(piece));
	};
	return new ReadableStream({ pull }, { highWaterMark: 0 });
}

async function* linesOf(response: Response, watch: Watch): AsyncGenerator<string> {
	if (response.body === null) return;
	const reader = response.body.getReader();
	const decoder = new TextDecoder();
	let rest = '';
	for (;;) {
		watch.begin();
		const read = await reader.read().catch((cause: unknown) => {
			throw unreachable('the answer broke off', cause);
		});
		watch.pause();
		const lines = (rest + decoder.decode(read.value, { stream: !read.done })).split('\n');
		rest = lines.pop() ?? '';
		yield* lines.filter((line) => line.trim() !== '');
		if (read.done) break;
	}
	if (rest.trim() !== '') throw unreachable('the answer ended in the middle of a line');
}

/** Ends a connection where an answer is due and none comes, or where the caller or the source gives up. */
class Watch {
	private readonly controller = new AbortController();
	private readonly isDue: () => boolean;
	private readonly timer: ReturnType<typeof setInterval>;
	private readonly given: AbortSignal | undefined;
	private readonly now: () => number;
	private readonly stop = (): void => this.controller.abort(this.given?.reason);
	/** What went wrong on this side. */
	failure: { readonly error: unknown } | undefined;
	/** When reading began, or something was sent since; undefined while nobody reads. */
	private sinceMs: number | undefined;

	constructor({ timeoutMs, now }: Transport, isDue: () => boolean, given: AbortSignal | undefined) {
		this.isDue = isDue;
		this.given = given;
		this.now = now;
		given?.addEventListener('abort', this.stop, { once: true });
		if (given?.aborted === true) this.stop();
		this.timer = setInterval(() => this.check(timeoutMs), Math.min(1000, timeoutMs / 4));
	}

	get signal(): AbortSignal {
		return this.controller.signal;
	}

	begin(): void {
		this.sinceMs = this.now();
	}

	pause(): void {
		this.sinceMs = undefined;
	}

	moved(): void {
		if (this.sinceMs !== undefined) this.begin();
	}

	end(): void {
		clearInterval(this.timer);
		this.given?.removeEventListener('abort', this.stop);
		this.controller.abort();
	}

	private check(timeoutMs: number): void {
		const isLate = this.sinceMs !== undefined && this.now() - this.sinceMs > timeoutMs;
		if (isLate && this.isDue()) this.controller.abort(new Error(`no answer in ${timeoutMs} ms`));
	}
}

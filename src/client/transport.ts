/** Requests to the service: one attempt, or as many as patience allows with waits that grow. Runs wherever `fetch` does. */
import { failureOf, Passing, SuretyApiError, unreachable } from './api-error.js';

export interface TransportOptions {
	/** Where the service is, e.g. `https://surety.internal:8420`. */
	readonly url: string | URL;
	/** The API key; none for a service that was started without authentication. */
	readonly key?: string;
	readonly fetch?: typeof fetch;
	/** Attempts after the first, without any answer in between; 6 unless said otherwise. */
	readonly retries?: number;
	/** The first wait before another attempt, doubled each time up to 10 s. */
	readonly backoffMs?: number;
	/** How long nothing may come while something is awaited; 30 s unless said otherwise. */
	readonly timeoutMs?: number;
	readonly random?: () => number;
	readonly now?: () => number;
}

export interface Ask {
	readonly method?: 'GET' | 'POST';
	readonly path: string;
	readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
	readonly type?: string;
	readonly body?: string | ReadableStream<Uint8Array>;
	readonly signal?: AbortSignal | undefined;
}

const LONGEST_WAIT_MS = 10_000;

export class Transport {
	readonly timeoutMs: number;
	readonly now: () => number;
	private readonly options: TransportOptions;
	private readonly base: string;
	private readonly fetchOf: typeof fetch;

	constructor(options: TransportOptions) {
		this.options = options;
		this.timeoutMs = options.timeoutMs ?? 30_000;
		this.now = options.now ?? Date.now;
		this.base = String(options.url).replace(/\/+$/, '');
		// Browsers want `fetch` called as what it is of.
		this.fetchOf = options.fetch ?? ((input, init) => fetch(input, init));
	}

	/**
	 * The JSON that answers a request; asked again while that may help.
	 * @param check may throw `Passing` on what came, to have it asked again.
	 * @throws SuretyApiError
	 */
	json<T>(ask: Ask, check: (answer: T) => T = (answer) => answer): Promise<T> {
		return this.patiently(async () => {
			const signal = joined(AbortSignal.timeout(this.timeoutMs), ask.signal);
			const response = await this.once({ ...ask, signal });
			return check((await response.json().catch((cause) => this.broken(cause, ask.signal))) as T); // by the contract
		}, ask.signal);
	}

	/**
	 * One attempt.
	 * @throws Passing or SuretyApiError, unless the response is good; the signal's reason where the caller gave up.
	 */
	async once({ method = 'GET', path, query = {}, type, body, signal }: Ask): Promise<Response> {
		const url = new URL(this.base + path);
		for (const [name, value] of Object.entries(query))
			if (value !== undefined) url.searchParams.set(name, String(value));
		const { key } = this.options;
		const headers = {
			accept: type ?? 'application/json',
			...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
			...(type === undefined ? {} : { 'content-type': type }),
		};
		const sent = body === undefined ? {} : { body, ...(typeof body === 'string' ? {} : { duplex: 'half' as const }) };
		const init: RequestInit = { method, headers, ...sent, ...(signal == null ? {} : { signal }) };
		const response = await this.fetchOf(url, init).catch((cause: unknown) => {
			throw unreachable(`${url.origin} could not be asked: ${causeOf(cause)}`, cause);
		});
		if (response.ok) return response;
		throw await failureOf(response, this.now());
	}

	/** Does something until it succeeds, fails for good, or patience ends. */
	async patiently<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		for (let failures = 0; ; failures++) {
			try {
				return await attempt();
			} catch (error) {
				await this.wait(error, failures, signal);
			}
		}
	}

	/** Waits after a failure that may pass; throws any other, and this one where patience ends. */
	async wait(error: unknown, failures: number, signal?: AbortSignal): Promise<void> {
		signal?.throwIfAborted();
		if (!(error instanceof Passing)) throw error;
		if (failures >= (this.options.retries ?? 6)) throw error.error;
		const full = Math.min((this.options.backoffMs ?? 200) * 2 ** failures, LONGEST_WAIT_MS);
		const spread = full * (0.5 + (this.options.random ?? Math.random)() / 2);
		await pause(Math.max(spread, error.waitMs), signal);
	}

	/** What an answer that broke off stands for. */
	broken(cause: unknown, signal?: AbortSignal): never {
		signal?.throwIfAborted();
		throw unreachable(`the answer broke off: ${causeOf(cause)}`, cause);
	}
}

function joined(own: AbortSignal, given: AbortSignal | undefined): AbortSignal {
	return given === undefined ? own : AbortSignal.any([own, given]);
}

function pause(waitMs: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const end = (): void => {
			clearTimeout(timer);
			reject(signal?.reason as Error);
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener('abort', end);
			resolve();
		}, waitMs);
		signal?.addEventListener('abort', end, { once: true });
	});
}

/** `fetch` says only that it failed; its cause says why. */
function causeOf(error: unknown): string {
	if (error instanceof SuretyApiError || !(error instanceof Error)) return String(error);
	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

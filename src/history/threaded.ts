/**
 * A history with a thread of its own. The deciding thread copies each durable batch's bytes and sends them, as long as
 * not too many are on their way; past that it sends nothing, and the thread reads on from the log's files. All reading
 * is asked by messages. Should the thread end, another one is started after a while; meanwhile nothing can be read.
 */
import { Worker } from 'node:worker_threads';
import type { Batch } from '../log/port.js';
import { compiledFile } from '../runtime/compiled-file.js';
import { claim, messageOf } from './file.js';
import { FIRST_RETRY_MS, LAST_RETRY_MS, MOST_QUEUED } from './follower.js';
import type { Counts, History, HistoryOptions } from './history.js';
import {
	type Argument,
	type Asked,
	BYTES_ARRIVED,
	errorOf,
	type FromThread,
	newShared,
	NEWEST,
	NEWS_ARRIVED,
	type Shared,
	type Standing,
	type Task,
	type ToThread,
} from './messages.js';
import type { AuditFilter } from './reads/audit.js';
import type { DailyFilter } from './reads/daily.js';
import type { DecisionFilter } from './reads/decisions.js';
import type { EventFilter } from './reads/events.js';
import type { Fresh } from './reads/page.js';
import { HistoryUnavailable, type Status } from './status.js';

interface Open {
	readonly message: ToThread & { k: 'ask' };
	readonly resolve: (value: never) => void;
	readonly reject: (error: Error) => void;
}

/** A thread that runs, what it shares with this one, and what was sent to it. */
interface Running {
	readonly worker: Worker;
	readonly shared: Shared;
	bytesSent: number;
	newsSent: number;
}

/** What waits for the history to get somewhere; another thread can go on with it. */
const WAITS: ReadonlySet<Asked> = new Set(['caughtUp', 'rebuild']);
const NONE: Counts = { records: 0, commits: 0, failures: 0, rebuilds: 0 };

export class Threaded implements History {
	private readonly options: HistoryOptions & { readonly folder: string };
	private readonly stopListening: () => void;
	/** The newest durable batch. */
	private newest: number;
	private thread: Running | undefined;
	private standing: Standing = standingStill('it is being opened');
	/** Counted by threads that have ended, and here. */
	private before: Counts = NONE;
	/** Batches that were not sent because too much was on its way. */
	private unsent = 0;
	private readonly open = new Map<number, Open>();
	private asks = 0;
	/** The cause that was told last: one that comes again and again is told once. */
	private warned = '';
	private retryMs = FIRST_RETRY_MS;
	private retry: NodeJS.Timeout | undefined;
	private closing: Promise<void> | undefined;

	private constructor(options: HistoryOptions & { readonly folder: string }) {
		const { log, service } = options;
		this.options = options;
		this.newest = Math.max(log.head.number, service.applied?.number ?? 0);
		this.stopListening = service.listen((batch) => this.heard(batch));
	}

	static async open(options: HistoryOptions & { readonly folder: string }): Promise<Threaded> {
		const threaded = new Threaded(options);
		await threaded.start();
		return threaded;
	}

	get status(): Status {
		return this.standing.status;
	}

	get fresh(): Fresh {
		return this.freshAt(this.standing.batch);
	}

	get counts(): Counts {
		return sum(this.before, this.standing.counts);
	}

	get overflows(): number {
		return this.unsent + this.standing.overflows;
	}

	caughtUp(): Promise<void> {
		return this.ask('caughtUp');
	}
	rebuild(): Promise<void> {
		return this.ask('rebuild');
	}
	decisions(filter: DecisionFilter): ReturnType<History['decisions']> {
		return this.read('decisions', filter);
	}
	events(filter: EventFilter): ReturnType<History['events']> {
		return this.read('events', filter);
	}
	audit(filter: AuditFilter): ReturnType<History['audit']> {
		return this.read('audit', filter);
	}
	daily(filter: DailyFilter): ReturnType<History['daily']> {
		return this.read('daily', filter);
	}
	storeHistory(storeId: string): ReturnType<History['storeHistory']> {
		return this.read('storeHistory', storeId);
	}

	close(): Promise<void> {
		this.stopListening();
		this.closing ??= this.shut();
		return this.closing;
	}

	/** All that the deciding thread does for the history at once. */
	private heard({ number, position, chain, payload }: Batch): void {
		this.newest = number;
		const { thread } = this;
		if (thread === undefined) return;
		const { shared } = thread;
		Atomics.store(shared, NEWEST, BigInt(number));
		const onTheWay = thread.bytesSent - Number(Atomics.load(shared, BYTES_ARRIVED));
		if (onTheWay + payload.length <= (this.options.mostQueued ?? MOST_QUEUED)) {
			thread.bytesSent += payload.length;
			const copy = payload.slice();
			this.say({ k: 'batch', batch: { number, position, chain, payload: copy } }, [copy.buffer]);
			return;
		}
		this.unsent++;
		// One that has not arrived yet will tell of this too.
		if (thread.newsSent > Number(Atomics.load(shared, NEWS_ARRIVED))) return;
		thread.newsSent++;
		this.say({ k: 'news' });
	}

	private say(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
		this.thread?.worker.postMessage(message, transfer);
	}

	/** What was read says how far the thread had come; how much is still to come is known here. */
	private async read<A extends Exclude<Asked, 'caughtUp' | 'rebuild' | 'close'>>(
		asked: A,
		...argument: Argument<A>
	): Promise<Awaited<ReturnType<History[A]>>> {
		const found = await this.ask(asked, ...argument);
		return { ...found, fresh: this.freshAt(found.fresh.batch) };
	}

	private freshAt(batch: number): Fresh {
		return { batch, behind: Math.max(0, this.newest - batch) };
	}

	private ask<A extends Asked>(asked: A, ...argument: Argument<A>): Promise<Awaited<ReturnType<History[A]>>> {
		const isWait = WAITS.has(asked);
		if (this.closing !== undefined && asked !== 'close') {
			if (isWait) return Promise.resolve(undefined as never); // there is nothing to wait for any more
			return Promise.reject(new HistoryUnavailable('it is closed'));
		}
		if (this.thread === undefined && !isWait) return Promise.reject(new HistoryUnavailable(this.why));
		const message = { k: 'ask', n: ++this.asks, asked, argument } as const;
		return new Promise((resolve, reject) => {
			this.open.set(message.n, { message, resolve, reject });
			// Whoever waits for an answer is not left without one.
			this.thread?.worker.ref();
			this.retry?.ref();
			this.say(message);
		});
	}

	private get why(): string {
		return this.standing.status.available ? 'its thread has ended' : this.standing.status.why;
	}

	/** Starts a thread; settles once it has said how it stands, or has ended. */
	private start(): Promise<void> {
		const { log, service, warn: _, ...options } = this.options;
		const release = claim(options.path);
		if (release === undefined) {
			this.failed('the file is in use by another history of this process');
			return Promise.resolve();
		}
		const shared = newShared();
		Atomics.store(shared, NEWEST, BigInt(this.newest));
		const task: Task = { ...options, logId: log.id, currency: service.currency, shared };
		const worker = new Worker(compiledFile(new URL('./thread.js', import.meta.url)), { workerData: task });
		this.thread = { worker, shared, bytesSent: 0, newsSent: 0 };
		for (const { message } of this.open.values()) this.say(message);
		return new Promise((resolve) => {
			let why = 'its thread has ended';
			let isOpen = false;
			worker.on('message', (said: FromThread) => {
				this.told(said);
				if (said.k === 'standing') {
					isOpen = true;
					resolve();
				}
				// Nobody waits for anything: the thread alone keeps no process alive.
				if (isOpen && this.open.size === 0) worker.unref();
			});
			worker.once('error', (error) => (why = messageOf(error)));
			worker.once('exit', () => {
				release();
				this.thread = undefined;
				if (this.closing === undefined) this.failed(why);
				resolve();
			});
		});
	}

	private told(said: FromThread): void {
		switch (said.k) {
			case 'standing':
				if (said.counts.commits > this.standing.counts.commits) this.retryMs = FIRST_RETRY_MS;
				this.standing = said;
				break;
			case 'warn':
				this.options.warn?.(said.sentence);
				break;
			case 'answer':
				this.open.get(said.n)?.resolve(said.value as never); // as that method answers
				this.open.delete(said.n);
				break;
			case 'failed':
				this.open.get(said.n)?.reject(errorOf(said.failure));
				this.open.delete(said.n);
		}
	}

	/** There is no thread: reads are refused, and another one is started later. */
	private failed(why: string): void {
		const { path, warn } = this.options;
		if (this.warned !== why) warn?.(`the history ${path} stands still: ${why}`);
		this.warned = why;
		this.before = sum(this.before, this.standing.counts, { ...NONE, failures: 1 });
		this.unsent += this.standing.overflows;
		this.standing = standingStill(why);
		for (const [n, { message, reject }] of this.open) {
			if (WAITS.has(message.asked)) continue;
			this.open.delete(n);
			reject(new HistoryUnavailable(why));
		}
		this.retry = setTimeout(() => void this.start(), this.retryMs);
		if (this.open.size === 0) this.retry.unref();
		this.retryMs = Math.min(LAST_RETRY_MS, this.retryMs * 2);
	}

	private async shut(): Promise<void> {
		clearTimeout(this.retry);
		const { thread } = this;
		// Should it end on its own meanwhile, nothing is left to be closed.
		if (thread !== undefined) {
			const ended = new Promise((resolve) => thread.worker.once('exit', resolve));
			await Promise.race([this.ask('close'), ended]);
			await thread.worker.terminate();
		}
		this.standing = { ...this.standing, status: { available: false, why: 'it is closed' } };
		for (const { message, resolve, reject } of this.open.values()) {
			if (WAITS.has(message.asked)) resolve(undefined as never);
			else reject(new HistoryUnavailable('it is closed'));
		}
		this.open.clear();
	}
}

const standingStill = (why: string): Standing => ({
	status: { available: false, why },
	batch: 0,
	counts: NONE,
	overflows: 0,
});

const sum = (...all: readonly Counts[]): Counts =>
	all.reduce((a, b) => ({
		records: a.records + b.records,
		commits: a.commits + b.commits,
		failures: a.failures + b.failures,
		rebuilds: a.rebuilds + b.rebuilds,
	}));

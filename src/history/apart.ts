/**
 * A history in a process of its own, which stands back where cores are few, and which a fault of the database's native
 * code ends alone. The deciding process tells it now and then how far the log has come, and it reads the log's files by
 * itself: sending it what was written would cost the deciding process far more. All reading is asked by messages.
 * Should the process end, another one is started after a while; meanwhile nothing can be read.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { compiledFile } from '../runtime/compiled-file.js';
import { claim, messageOf } from './file.js';
import { type Counts, FIRST_RETRY_MS, type History, type HistoryOptions, LAST_RETRY_MS } from './history.js';
import {
	type Argument,
	type Asked,
	errorOf,
	type FromProcess,
	type Standing,
	type Task,
	type ToProcess,
} from './messages.js';
import type { AuditFilter } from './reads/audit.js';
import type { DailyFilter } from './reads/daily.js';
import type { DecisionFilter } from './reads/decisions.js';
import type { EventFilter } from './reads/events.js';
import type { Fresh } from './reads/page.js';
import { HistoryUnavailable, type Status } from './status.js';

interface Open {
	readonly message: ToProcess & { k: 'ask' };
	readonly resolve: (value: never) => void;
	readonly reject: (error: Error) => void;
}

/** How long after a batch it is told how far the log has come: a message costs the deciding thread more than many. */
const GATHER_MS = 100;

/** What waits for the history to get somewhere; another process can go on with it. */
const WAITS: ReadonlySet<Asked> = new Set(['caughtUp', 'rebuild']);
const NONE: Counts = { records: 0, commits: 0, failures: 0, rebuilds: 0 };

export class Apart implements History {
	private readonly options: HistoryOptions & { readonly folder: string };
	private readonly stopListening: () => void;
	/** The newest durable batch. */
	private newest: number;
	private process: { readonly child: ChildProcess } | undefined;
	/** Tells of what has become durable. */
	private sending: NodeJS.Timeout | undefined;
	private standing: Standing = standingStill('it is being opened');
	/** Counted by processes that have ended, and here. */
	private before: Counts = NONE;
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
		this.stopListening = service.listen(({ number }) => {
			this.newest = number;
			if (this.process !== undefined) this.sending ??= setTimeout(() => this.sendNews(), GATHER_MS).unref();
		});
	}

	static async open(options: HistoryOptions & { readonly folder: string }): Promise<Apart> {
		const apart = new Apart(options);
		await apart.start();
		return apart;
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

	private sendNews(): void {
		clearTimeout(this.sending);
		this.sending = undefined;
		this.say({ k: 'news', newest: this.newest });
	}

	private say(message: ToProcess): void {
		const { child } = this.process ?? {};
		// Of a process that ends meanwhile, its end tells.
		if (child?.connected === true) child.send(message, () => undefined);
	}

	/** What was read says how far the process had come; how much is still to come is known here. */
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
		if (this.process === undefined && !isWait) return Promise.reject(new HistoryUnavailable(this.why));
		const message = { k: 'ask', n: ++this.asks, asked, argument } as const;
		return new Promise((resolve, reject) => {
			this.open.set(message.n, { message, resolve, reject });
			// Whoever waits for an answer is not left without one.
			this.keepAlive(true);
			this.retry?.ref();
			this.sendNews();
			this.say(message);
		});
	}

	private get why(): string {
		return this.standing.status.available ? 'its process has ended' : this.standing.status.why;
	}

	/** Whether the other process keeps this one alive. */
	private keepAlive(does: boolean): void {
		const { child } = this.process ?? {};
		if (does) {
			child?.ref();
			child?.channel?.ref();
		} else {
			child?.unref();
			child?.channel?.unref();
		}
	}

	/** Starts a process; settles once it has said how it stands, or has ended. */
	private start(): Promise<void> {
		const { log, service, warn: _, ...options } = this.options;
		const release = claim(options.path);
		if (release === undefined) {
			this.failed('the file is in use by another history of this process');
			return Promise.resolve();
		}
		const task: Task = { ...options, logId: log.id, currency: service.currency, newest: this.newest };
		const file = compiledFile(new URL('./process.js', import.meta.url));
		const child = fork(file, {
			serialization: 'advanced',
			execArgv: [],
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		this.process = { child };
		this.say({ k: 'begin', task });
		for (const { message } of this.open.values()) this.say(message);
		return new Promise((resolve) => {
			let isOpen = false;
			child.on('message', (said: FromProcess) => {
				this.told(said);
				if (said.k === 'standing') {
					isOpen = true;
					resolve();
				}
				// Nobody waits for anything: the history alone keeps no process alive.
				if (isOpen && this.open.size === 0) this.keepAlive(false);
			});
			const ended = (why: string): void => {
				if (this.process?.child !== child) return;
				release();
				this.process = undefined;
				if (this.closing === undefined) this.failed(why);
				resolve();
			};
			child.once('error', (error) => ended(messageOf(error)));
			child.once('exit', () => ended('its process has ended'));
		});
	}

	private told(said: FromProcess): void {
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

	/** There is no process: reads are refused, and another one is started later. */
	private failed(why: string): void {
		const { path, warn } = this.options;
		if (this.warned !== why) warn?.(`the history ${path} stands still: ${why}`);
		this.warned = why;
		this.before = sum(this.before, this.standing.counts, { ...NONE, failures: 1 });
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
		const child = this.process?.child;
		// Should it end on its own meanwhile, nothing is left to be closed.
		if (child !== undefined) {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			await Promise.race([this.ask('close'), ended]);
			child.ref(); // its end is waited for
			if (child.connected) child.disconnect(); // which ends it
			await ended;
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
});

const sum = (...all: readonly Counts[]): Counts =>
	all.reduce((a, b) => ({
		records: a.records + b.records,
		commits: a.commits + b.commits,
		failures: a.failures + b.failures,
		rebuilds: a.rebuilds + b.rebuilds,
	}));

/**
 * The follower: it is told how far the log has come, and reads from it, many batches at a time, what the history's file
 * lacks. A file that does not fit the log is made anew, and one that cannot be opened is tried again. It does all this,
 * and the reading, in the process it is opened in (see apart.ts).
 */
import { SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import type { Batch } from '../log/port.js';
import { Feeder } from './feeder.js';
import { type HistoryFile, isDamage, isFatal, messageOf, type Place } from './file.js';
import { FIRST_RETRY_MS, type FollowedLog, type History, LAST_RETRY_MS, type Pace } from './history.js';
import { deleteHistory, openHistory } from './open.js';
import { HistoryUnavailable, type Status } from './status.js';
import { type AuditFilter, type AuditItem, readAudit } from './reads/audit.js';
import { type Day, type DailyFilter, readDaily } from './reads/daily.js';
import { type DecisionFilter, type DecisionItem, readDecisions } from './reads/decisions.js';
import { type EventFilter, type EventItem, readEvents } from './reads/events.js';
import type { Fresh, Listed, Page, Reader } from './reads/page.js';
import { readStoreHistory, type StoreHistory } from './reads/store-history.js';

/** Where durable batches are told of. */
export interface Teller {
	readonly currency: Currency;
	/** The newest batch that was told already. */
	readonly applied: { readonly number: number } | undefined;
	/** The listener is given the newest batch, or what is known of it. */
	listen(listener: (newest: { readonly number: number }) => void): () => void;
}

export interface FollowerOptions extends Pace {
	/** The database's file, e.g. `history.duckdb` in the data folder; belongs to the history alone. */
	readonly path: string;
	readonly log: FollowedLog;
	readonly service: Teller;
	/** Told in a sentence what a person should know: that it is rebuilt and why, or cannot be opened. */
	readonly warn?: (sentence: string) => void;
	/** Told whenever it has come further, or stands still. */
	readonly changed?: () => void;
}

/** Rest after a commit, in multiples of the time it took. */
const PATIENCE = 3;
const LONGEST_REST_MS = 1000;

export class Follower implements History {
	/** Counters for the operator. */
	readonly counts = { records: 0, commits: 0, failures: 0, rebuilds: 0 };
	private readonly options: FollowerOptions;
	private readonly stopListening: () => void;
	private file: HistoryFile | undefined;
	private why = 'it is being opened';
	/** The newest durable batch that is known of. */
	private newest: number;
	private closing = false;
	/** What is to be done before the feeding goes on. */
	private todo: 'reopen' | 'rebuild' | undefined;
	private following: Promise<void> = Promise.resolve();
	/** Ends a wait for news or for the time of the next commit. */
	private wake: () => void = () => undefined;
	private readonly waiting: { readonly number: number; readonly resolve: () => void }[] = [];

	private constructor(options: FollowerOptions) {
		const { log, service } = options;
		this.options = options;
		this.newest = Math.max(log.head.number, service.applied?.number ?? 0);
		this.stopListening = service.listen(({ number }) => {
			this.newest = number;
			this.wake();
		});
	}

	/** Opens the history of a service; catching up goes on after that. Never throws: see `status`. */
	static async open(options: FollowerOptions): Promise<Follower> {
		const follower = new Follower(options);
		await follower.tryOpen();
		follower.following = follower.follow();
		return follower;
	}

	get status(): Status {
		return this.file === undefined ? { available: false, why: this.why } : { available: true };
	}

	/** The newest batch whose rows can be read, and how many of the log's batches are still to come. */
	get fresh(): Fresh {
		const batch = this.file?.place.number ?? 0;
		return { batch, behind: Math.max(0, this.newest - batch) };
	}

	/** Settles once everything that is durable now can be read, or the history is closed. */
	caughtUp(): Promise<void> {
		if (this.closing || this.isAt(this.newest)) return Promise.resolve();
		return new Promise((resolve) => {
			this.waiting.push({ number: this.newest, resolve });
		});
	}

	/** Deletes the file and makes it anew from the log; settles once it has caught up. */
	rebuild(): Promise<void> {
		this.interrupt('rebuild');
		return this.caughtUp();
	}

	/** Stops following and closes the file; what is not fed yet is fed when it is opened again. */
	async close(): Promise<void> {
		this.stopListening();
		this.closing = true;
		this.wake();
		await this.following;
		await this.shut('it is closed');
		this.tell();
	}

	decisions(filter: DecisionFilter): Promise<Page<DecisionItem>> {
		return this.read((reader) => readDecisions(reader, filter));
	}

	events(filter: EventFilter): Promise<Page<EventItem>> {
		return this.read((reader) => readEvents(reader, filter));
	}

	audit(filter: AuditFilter): Promise<Page<AuditItem>> {
		return this.read((reader) => readAudit(reader, filter));
	}

	daily(filter: DailyFilter): Promise<Listed<Day>> {
		return this.read((reader) => readDaily(reader, filter));
	}

	storeHistory(storeId: string): Promise<StoreHistory> {
		return this.read((reader) => readStoreHistory(reader, storeId));
	}

	private async read<T>(use: (reader: Reader) => Promise<T>): Promise<T> {
		const { file } = this;
		if (file === undefined) throw new HistoryUnavailable(this.why);
		const { currency } = this.options.service;
		try {
			return await file.read((query) => use({ query, currency, fresh: this.fresh }));
		} catch (error) {
			if (error instanceof SuretyError) throw error;
			if (this.file === file && isDamage(error)) this.interrupt('rebuild');
			else if (this.file === file && isFatal(error)) this.interrupt('reopen');
			throw new HistoryUnavailable(messageOf(error));
		}
	}

	private isAt(number: number): boolean {
		return this.file !== undefined && this.todo !== 'rebuild' && this.file.place.number >= number;
	}

	private interrupt(todo: 'reopen' | 'rebuild'): void {
		if (this.todo !== 'rebuild') this.todo = todo;
		this.wake();
	}

	/** Opens, feeds and opens again until it is closed. */
	private async follow(): Promise<void> {
		let retryMs = FIRST_RETRY_MS;
		while (!this.closing) {
			const { commits, failures } = this.counts;
			try {
				await this.restart();
				if (this.file !== undefined || (await this.tryOpen())) await this.feed();
			} catch (error) {
				await this.failed(error);
			}
			if (this.counts.failures === failures) continue;
			await this.pause(retryMs, () => this.closing);
			retryMs = this.counts.commits > commits ? FIRST_RETRY_MS : Math.min(LAST_RETRY_MS, retryMs * 2);
		}
	}

	/** Closes, and deletes, the file where that was asked. */
	private async restart(): Promise<void> {
		const { todo } = this;
		if (todo === undefined) return;
		await this.shut('it is being opened again');
		if (todo === 'rebuild') {
			deleteHistory(this.options.path);
			this.counts.rebuilds++;
		}
		this.todo = undefined;
	}

	/** Feeds what comes. */
	private async feed(): Promise<void> {
		const { service, batchMs = 250 } = this.options;
		const { file } = this;
		if (file === undefined) return;
		const feeder = new Feeder(file, service.currency);
		while (!this.isStopping) {
			this.tell();
			if (this.isAt(this.newest)) {
				await this.pause();
				continue;
			}
			const start = performance.now();
			await this.feedFrom(file.place, feeder);
			// Where feeding is dear, because the history is long or the machine busy, it is done less often.
			const rest = Math.min(LONGEST_REST_MS, PATIENCE * (performance.now() - start));
			await this.pause(Math.max(batchMs, rest));
		}
	}

	/** Feeds all that was durable when the reading began. */
	private async feedFrom(place: Place, feeder: Feeder): Promise<void> {
		const { log, mostBatch = 50_000 } = this.options;
		const batches = log.read(place)[Symbol.asyncIterator]();
		const next = async (): Promise<Batch | undefined> => {
			if (this.isStopping) return undefined;
			const result = await batches.next();
			return result.done === true ? undefined : result.value;
		};
		try {
			for (;;) {
				const fed = await feeder.feed(next, mostBatch);
				if (fed === 0) return;
				this.committed(fed);
			}
		} finally {
			await batches.return?.();
		}
	}

	private get isStopping(): boolean {
		return this.closing || this.todo !== undefined;
	}

	private committed(records: number): void {
		this.counts.records += records;
		this.counts.commits++;
		this.tell();
	}

	/** Tells those who wait that it has got as far as they asked. */
	private tell(): void {
		this.options.changed?.();
		for (const waiter of this.waiting.splice(0)) {
			if (this.closing || this.isAt(waiter.number)) waiter.resolve();
			else this.waiting.push(waiter);
		}
	}

	private async tryOpen(): Promise<boolean> {
		const { path, log } = this.options;
		try {
			this.file = await openHistory(path, log, (why) => {
				this.counts.rebuilds++;
				this.options.warn?.(`the history ${path} is made anew from the log: ${why}`);
			});
			return true;
		} catch (error) {
			await this.failed(error);
			return false;
		}
	}

	private async failed(error: unknown): Promise<void> {
		this.counts.failures++;
		if (isDamage(error)) this.todo = 'rebuild';
		const why = messageOf(error);
		if (why !== this.why) this.options.warn?.(`the history ${this.options.path} stands still: ${why}`);
		await this.shut(why);
	}

	private async shut(why: string): Promise<void> {
		const { file } = this;
		this.file = undefined;
		this.why = why;
		await file?.close();
		this.options.changed?.();
	}

	/** Waits for news, or for a time; does not wait on once it is over. */
	private async pause(ms?: number, isOver: () => boolean = () => this.isStopping): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		await new Promise<void>((resolve) => {
			if (isOver()) return resolve();
			if (ms !== undefined) timer = setTimeout(resolve, ms);
			this.wake = () => {
				if (ms === undefined || isOver()) resolve();
			};
		});
		clearTimeout(timer);
		this.wake = () => undefined;
	}
}

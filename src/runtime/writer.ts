/**
 * The writer: gathers requests into batches; a batch is decided in memory while the one before it is on its way to the
 * disk, made durable in one sync, and only then answered. What is waiting is bounded: past that a request is refused at
 * once, so memory does not grow however hard it is asked.
 *
 * If the disk fails, the batch stays in memory and is tried again until it is durable; meanwhile nothing new is taken
 * and those who wait are told after a while. Whoever sends the same ids again later gets the answers of then.
 */
import { SuretyError } from '../core/words/error.js';
import type { Batch, Log } from '../log/port.js';
import type { Said } from './answer.js';
import type { Decider } from './decider.js';
import { type AuditEntry, encodeBatch } from './entry.js';
import type { Counts, Decided, Job } from './job.js';

/** Largest batch, in records: long enough for one sync to be shared by many, short enough to be decided in no time. */
const MOST_IN_BATCH = 4000;
/** How long a request waits for a failing disk before it is told so. */
const PATIENCE_MS = 3000;
const RETRY_MS = 200;

export interface WriterOptions {
	readonly log: Log;
	readonly decider: Decider;
	readonly counts: Counts;
	/** The machine's clock, in milliseconds of 1970. */
	readonly now: () => number;
	/** Records that may wait before new ones are refused. */
	readonly mostWaiting: number;
	/** Told of each batch that is durable, in order, before anybody is answered. */
	readonly onDurable: (batch: Batch, decided: Decided) => void;
	/** Called where the book had to stop, after which nothing more is taken. */
	readonly onBroken: (error: unknown) => void;
}

export class Writer {
	private readonly options: WriterOptions;
	private queue: Job[] = [];
	private readonly audits: AuditEntry[] = [];
	private waiting = 0;
	private running: Promise<void> | undefined;
	/** Ends the wait for more to decide. */
	private wake: () => void = () => undefined;
	private state: 'open' | 'failing' | 'stopping' | 'broken' = 'open';
	/** A decided batch will not become durable: nothing may be written that was decided after it. */
	private isGivenUp = false;
	/** Decided while the batch before it is being written. */
	private next: Decided | undefined;

	constructor(options: WriterOptions) {
		this.options = options;
	}

	/** Whether records are taken now. */
	get ready(): boolean {
		return this.state === 'open';
	}

	/** Records that wait to be decided or made durable. */
	get backlog(): number {
		return this.waiting;
	}

	/** Makes room for so many records to wait. @returns why there is none. */
	makeRoom(count: number): SuretyError | undefined {
		const refusal = this.refusal(count);
		if (refusal === undefined) this.waiting += count;
		return refusal;
	}

	/** Puts a job that room was made for into the queue, unless nothing is taken any more since it came. */
	enter(job: Job): void {
		const isOver = this.state === 'stopping' || this.state === 'broken';
		const refusal = isOver ? this.refusal(0) : undefined;
		if (refusal === undefined) {
			this.queue.push(job);
			this.run();
			this.wake();
			return;
		}
		this.waiting -= job.raws.length;
		job.reject(refusal);
	}

	/** Goes into the next batch that is decided. */
	note(audit: AuditEntry): void {
		this.audits.push(audit);
	}

	/** Takes no more and answers what waits. @returns whether all that was decided is durable. */
	async stop(): Promise<boolean> {
		const isSound = this.state === 'open' || this.state === 'failing';
		if (isSound) this.state = 'stopping';
		await this.running;
		return isSound && !this.isGivenUp;
	}

	private refusal(count: number): SuretyError | undefined {
		switch (this.state) {
			case 'failing':
				return new SuretyError('log_unavailable', 'the disk under the log does not take writes; try again');
			case 'stopping':
				return new SuretyError('stopping', 'the service is stopping');
			case 'broken':
				return new SuretyError('stopping', 'the book has stopped itself rather than go on with wrong money');
			case 'open': {
				const isFull = this.waiting > 0 && this.waiting + count > this.options.mostWaiting;
				return isFull ? new SuretyError('busy', `${this.waiting} records are waiting already`) : undefined;
			}
		}
	}

	private run(): void {
		this.running ??= this.work().finally(() => {
			this.running = undefined;
			if (this.queue.length > 0 && this.state !== 'broken') this.run();
		});
	}

	/** Decides one batch while the one before it is being written. */
	private async work(): Promise<void> {
		await turn();
		let writing: Promise<void> = Promise.resolve();
		while (this.queue.length > 0) {
			const decided: Decided = { entries: [], contents: [], byId: new Map(), jobs: [], records: 0 };
			this.next = decided;
			try {
				await this.gather(decided, writing);
			} catch (error) {
				return this.break(error, decided);
			}
			this.next = undefined;
			writing = this.makeDurable(decided);
			// The disk works meanwhile; others may put more into the queue.
			await turn();
			if (this.queue.length === 0) await writing;
		}
		await writing;
	}

	/** Decides what comes until the disk is free for it: the more share a sync, the less each pays for it. */
	private async gather(decided: Decided, writing: Promise<void>): Promise<void> {
		let isFree = false;
		const free = writing.then(() => {
			isFree = true;
			this.wake();
		});
		for (;;) {
			this.decideWaiting(decided);
			if (isFree || decided.records >= MOST_IN_BATCH) break;
			await new Promise<void>((resolve) => (this.wake = resolve));
			if (!isFree) await turn();
		}
		await free;
	}

	/** Decides what waits, as much as makes one batch. */
	private decideWaiting(decided: Decided): void {
		const { decider } = this.options;
		for (const audit of this.audits.splice(0)) {
			decided.entries.push(audit);
			decided.contents.push(undefined);
		}
		const taken = this.takeJobs(decided).map((job) => ({ job, answers: [] as (Said | Promise<Said>)[] }));
		decided.jobs.push(...taken); // first, so that whoever breaks the book is told too
		for (const { job, answers } of taken) {
			for (const [i, raw] of job.raws.entries()) answers.push(decider.decide(raw, job.verified[i], job.by, decided));
		}
	}

	/**
	 * As many jobs as make one batch, off the queue. What is left is a new array: of one that is shifted again and again
	 * V8 keeps what has left it until it collects everything.
	 */
	private takeJobs(decided: Decided): readonly Job[] {
		let count = 0;
		for (; count < this.queue.length && decided.records < MOST_IN_BATCH; count++)
			decided.records += this.queue[count]?.raws.length ?? 0;
		const taken = this.queue.slice(0, count);
		this.queue = this.queue.slice(count);
		return taken;
	}

	private async makeDurable(decided: Decided): Promise<void> {
		if (this.isGivenUp) return this.disappoint(decided, new SuretyError('stopping', 'the service is stopping'));
		if (decided.entries.length > 0) {
			const batch = await this.append(encodeBatch(decided.entries), decided);
			if (batch === undefined) return;
			this.options.counts.batches++;
			this.options.onDurable(batch, decided);
		}
		for (const { job, answers } of decided.jobs) {
			this.waiting -= job.raws.length;
			if (answers.some(isLate))
				Promise.all(answers.map((answer) => Promise.resolve(answer))).then(job.resolve, job.reject);
			else job.resolve(answers as Said[]); // none is late
		}
	}

	/** Tries until the batch is durable; those who wait are told when it takes too long, and the service when it stops. */
	private async append(payload: Uint8Array, decided: Decided): Promise<Batch | undefined> {
		const { counts, log, now } = this.options;
		const since = now();
		for (;;) {
			try {
				const batch = await log.append(payload);
				if (this.state === 'failing') this.state = 'open';
				counts.bytes += payload.length;
				return batch;
			} catch (error) {
				if (!(error instanceof SuretyError) || error.code !== 'log_unavailable') {
					this.isGivenUp = true;
					this.break(error, decided);
					return undefined;
				}
				counts.failures++;
				const isStopping = this.state === 'stopping';
				if (!isStopping) this.state = 'failing';
				if (isStopping || now() - since > PATIENCE_MS) this.disappoint(decided, error);
				if (isStopping) {
					this.isGivenUp = true;
					return undefined;
				}
				await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
			}
		}
	}

	/** Tells those who wait, once; what they asked may still become durable. */
	private disappoint(decided: Decided, error: Error): void {
		const decidedOn = [decided, this.next].flatMap((batch) => batch?.jobs.splice(0) ?? []);
		const waiting = this.queue;
		this.queue = [];
		for (const job of [...decidedOn.map((one) => one.job), ...waiting]) {
			this.waiting -= job.raws.length;
			job.reject(error);
		}
	}

	/** Stops for good; those who wait are told, and so are those of the batch that broke it. */
	private break(error: unknown, decided: Decided): void {
		this.state = 'broken';
		this.disappoint(decided, new SuretyError('stopping', 'the book has stopped itself'));
		this.options.onBroken(error);
	}
}

/** Requests that arrive in the same turn of the event loop share a batch. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Whether an answer is still being read back from the log. */
const isLate = (answer: Said | Promise<Said>): boolean => answer instanceof Promise;

/**
 * The service: one writer around the desk and its log. Requests are gathered into batches; a batch is decided in memory
 * while the one before it is on its way to the disk, made durable in one sync, and only then answered. What is waiting
 * is bounded: past that a request is refused at once, so memory does not grow however hard it is asked.
 *
 * If the disk fails, the batch stays in memory and is tried again until it is durable; meanwhile nothing new is taken
 * and those who wait are told after a while. Whoever sends the same ids again later gets the answers of then.
 */
import type { Desk } from '../core/desk/desk.js';
import { deskHash } from '../core/desk/desk-hash.js';
import { parsePolicy, type Policy } from '../core/policy.js';
import { parseProgramme, type Programme } from '../core/programme/schema.js';
import { SuretyError } from '../core/words/error.js';
import { badField } from '../core/words/field.js';
import type { Currency } from '../core/words/money.js';
import { type Message, parseMessage } from '../core/words/record.js';
import { formatInstant, type Instant, MINUTE } from '../core/words/time.js';
import type { Batch, Log } from '../log/port.js';
import type { Door } from '../door/door.js';
import type { Verification, Verified } from '../door/verification.js';
import { type Answer, errorAnswer, idOf, reused, withWord } from './answer.js';
import { Answered } from './answered.js';
import { type Content, contentOf, isSame } from './content.js';
import { type AuditEntry, type Entry, encodeBatch, type RecordEntry, saidIn, type SettingsEntry } from './entry.js';
import type { KnownIds } from './known-ids.js';
import { type Place, type Recovered, recover, type Settings } from './recovery.js';
import type { Snapshots } from './snapshots.js';
import { eventJson, type Json, outcomeJson } from './wire.js';

export interface ServiceOptions {
	readonly log: Log;
	readonly currency: Currency;
	readonly programme: Programme;
	/** The policy document, as `parsePolicy` reads it. */
	readonly policy: unknown;
	/** Where snapshots are kept; none by default, so a restart replays the whole log. */
	readonly snapshots?: Snapshots;
	/** Turns personal identifiers into tokens before anything else sees them. */
	readonly door?: Door;
	/** Asks registries and banks about papers, before the door; nobody is asked by default. */
	readonly verification?: Verification;
	/** `live` lets time pass by the machine's clock and refuses records from the future; `records` does neither. */
	readonly clock?: 'live' | 'records';
	/** Ids that are remembered, about 40 bytes each. */
	readonly mostIds?: number;
	/** Records that may wait before new ones are refused. */
	readonly mostWaiting?: number;
	/** Called where the book had to stop, after which nothing more is taken. */
	readonly onBroken?: (error: unknown) => void;
	/** The machine's clock, in milliseconds of 1970. */
	readonly now?: () => number;
}

/** Largest batch, in records: long enough for one sync to be shared by many, short enough to be decided in no time. */
const MOST_IN_BATCH = 4000;
/** How long a request waits for a failing disk before it is told so. */
const PATIENCE_MS = 3000;
const RETRY_MS = 200;
const MOST_IDS = 10_000_000;
/** Clocks differ; records further ahead than this are wrong. */
const AHEAD_MS = 10 * MINUTE;

/** Submissions that share one are decided in their order, also where one of them waits for a registry. */
export interface Lane {
	ahead?: Promise<void> | undefined;
}

interface Job {
	readonly raws: readonly unknown[];
	/** What registries said of each; empty where nobody was asked. */
	readonly verified: readonly (Verified | undefined)[];
	readonly by: string;
	readonly resolve: (answers: readonly Answer[]) => void;
	readonly reject: (error: Error) => void;
}

/** A batch that has been decided and is not durable yet. */
interface Decided {
	readonly entries: Entry[];
	/** The index key and content of each record entry. */
	readonly contents: (Content | undefined)[];
	readonly jobs: { readonly job: Job; readonly answers: readonly (Answer | Promise<Answer>)[] }[];
	/** How many were asked for. */
	records: number;
}

/** Called with each durable batch, in order; for history and effects. Must not throw. */
export type Listener = (batch: Batch, entries: readonly Entry[]) => void;

export class Service {
	readonly desk: Desk;
	readonly log: Log;
	readonly currency: Currency;
	readonly programme: Programme;
	/** Records replayed at the start that no snapshot held. */
	readonly replayed: number;
	/** Counters for the operator. */
	readonly counts = { records: 0, errors: 0, batches: 0, bytes: 0, failures: 0, refused: 0 };
	private readonly options: ServiceOptions;
	private readonly ids: KnownIds;
	private readonly listeners = new Set<Listener>();
	private readonly queue: Job[] = [];
	private waiting = 0;
	/** Entries by record id that are decided and not durable yet. */
	private readonly pending = new Map<string, RecordEntry>();
	private readonly audits: AuditEntry[] = [];
	private readonly answered: Answered;
	private running: Promise<void> | undefined;
	/** Ends the wait for more to decide. */
	private wake: () => void = () => undefined;
	private state: 'open' | 'failing' | 'stopping' | 'broken' = 'open';
	/** A decided batch will not become durable: nothing may be written that was decided after it. */
	private isGivenUp = false;
	/** Decided while the batch before it is being written. */
	private next: Decided | undefined;
	private head: Place | undefined;
	private timer: NodeJS.Timeout | undefined;

	private constructor(options: ServiceOptions, { desk, ids, head, replayed }: Recovered) {
		this.options = options;
		this.log = options.log;
		this.currency = options.currency;
		this.programme = options.programme;
		this.desk = desk;
		this.ids = ids;
		this.answered = new Answered(options.log, ids);
		this.head = head;
		this.replayed = replayed;
	}

	/**
	 * Opens a service on its log: the newest snapshot, then the log's tail.
	 * @throws SuretyError `log_corrupt`, `log_format`, `bad_policy`, `bad_programme`.
	 */
	static async open(options: ServiceOptions): Promise<Service> {
		const { log, currency, programme, policy, snapshots, mostIds = MOST_IDS } = options;
		const recovered = await recover(log, { begin: { currency, programme, policy }, mostIds, snapshots });
		const service = new Service(options, recovered);
		await service.settle(recovered.settings);
		if (options.clock === 'live') service.startClock();
		return service;
	}

	/** Whether records are taken now. */
	get ready(): boolean {
		return this.state === 'open';
	}

	/** Records that wait to be decided or made durable. */
	get backlog(): number {
		return this.waiting;
	}

	/** What was asked of registries and banks; zeros where nobody is asked. */
	get verified(): Verification['counts'] {
		return this.options.verification?.counts ?? { asked: 0, failed: 0, repeated: 0, rested: 0 };
	}

	get policy(): Policy {
		return this.desk.core.policy;
	}

	/** The newest durable batch that has been applied. */
	get applied(): Place | undefined {
		return this.head;
	}

	/** 16 hexadecimal digits over the whole state. */
	get stateHash(): string {
		return deskHash(this.desk);
	}

	/**
	 * Decides records in order and answers once all of them are durable. A record that cannot be taken gets an error
	 * for an answer and does not stop the rest.
	 * @param by whose records they are, for the log.
	 * @param lane where other submissions must not be overtaken; without one, one that waits for a registry may be.
	 * @throws SuretyError `busy`, `stopping` or `log_unavailable`, before anything was decided or while it is unknown
	 * whether it will be durable: send the same ids again.
	 */
	submit(raws: readonly unknown[], by = 'library', lane: Lane = {}): Promise<readonly Answer[]> {
		const refusal = this.refusal(raws.length);
		if (refusal !== undefined) {
			this.counts.refused++;
			return Promise.reject(refusal);
		}
		this.waiting += raws.length;
		const asked = this.options.verification?.ask(raws, (id) => this.isTaken(id));
		return new Promise((resolve, reject) => {
			const enter = (verified: Job['verified']): void => this.enter({ raws, verified, by, resolve, reject });
			if (asked === undefined && lane.ahead === undefined) return enter([]);
			const turn = Promise.all([asked ?? [], lane.ahead]).then(([verified]) => {
				if (lane.ahead === turn) lane.ahead = undefined;
				enter(verified);
			});
			lane.ahead = turn;
		});
	}

	/** Puts a job into the queue, unless nothing is taken any more since it came. */
	private enter(job: Job): void {
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

	private isTaken(id: unknown): boolean {
		return typeof id === 'string' && (this.pending.has(id) || this.ids.where(id) !== undefined);
	}

	/** Writes down what a person did or read; durable with the next batch. */
	audit(by: string, action: string, object: string): Promise<void> {
		this.audits.push({ kind: 'audit', came: this.now(), by, action, object });
		return this.submit([], by).then(() => undefined);
	}

	/** The present state of a decision: the first answer, and the last word where it was held. */
	async decision(id: string): Promise<Json | undefined> {
		const pending = this.pending.get(id);
		const entry = pending ?? (await this.answered.find(id));
		if (entry === undefined) return undefined;
		const first = outcomeJson(entry.taken.outcome, this.currency);
		const hold = this.desk.holds.find(id);
		const word = this.desk.lastWord(id);
		if (hold !== undefined) return { ...first, state: 'waiting', until: formatInstant(hold.until) };
		if (word === undefined) return { ...first, state: 'settled' };
		const { type: _, decision_id: __, ...last } = eventJson(word, this.currency);
		return { ...first, state: 'settled', first_verdict: first['verdict'], verdict: word.verdict, decided: last };
	}

	/** Calls a listener with every batch that becomes durable from now on. */
	listen(listener: Listener): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	/** Takes no more, answers what waits, writes a snapshot and closes the log. */
	async close(): Promise<void> {
		clearInterval(this.timer);
		const isSound = this.state === 'open' || this.state === 'failing';
		if (isSound) this.state = 'stopping';
		await this.running;
		try {
			if (isSound && !this.isGivenUp && this.head !== undefined) {
				await this.options.snapshots?.write(this.desk, this.ids, this.head, this.log.head.chain, this.settings());
			}
		} catch {
			// A snapshot is a cache: without room for one the next start replays more of the log.
		} finally {
			await this.log.close();
		}
	}

	private now(): number {
		return (this.options.now ?? Date.now)();
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
				const most = this.options.mostWaiting ?? 50_000;
				const isFull = this.waiting > 0 && this.waiting + count > most;
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
			const decided: Decided = { entries: [], contents: [], jobs: [], records: 0 };
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
		for (const audit of this.audits.splice(0)) {
			decided.entries.push(audit);
			decided.contents.push(undefined);
		}
		while (decided.records < MOST_IN_BATCH) {
			const job = this.queue.shift();
			if (job === undefined) break;
			decided.records += job.raws.length;
			const answers: (Answer | Promise<Answer>)[] = [];
			decided.jobs.push({ job, answers }); // first, so that whoever breaks the book is told too
			for (const [i, raw] of job.raws.entries()) answers.push(this.answer(raw, job.verified[i], job.by, decided));
		}
	}

	private answer(raw: unknown, verified: Verified | undefined, by: string, decided: Decided): Answer | Promise<Answer> {
		let message: Message | undefined;
		try {
			const sent = parseMessage(this.options.door === undefined ? raw : this.options.door.pass(raw), this);
			message = sent;
			this.notAhead(sent);
			const content = contentOf(sent);
			const known = this.known(sent, content);
			if (known !== undefined) return known;
			message = withWord(sent, verified);
			const taken = this.desk.take(message);
			const asSent = message === sent ? {} : { sent };
			const entry: RecordEntry = { kind: 'record', message, ...asSent, taken, by, came: this.now() };
			decided.entries.push(entry);
			decided.contents.push(content);
			this.pending.set(message.id, entry);
			this.counts.records++;
			return outcomeJson(entry.taken.outcome, this.currency);
		} catch (error) {
			if (!(error instanceof SuretyError)) throw error;
			this.counts.errors++;
			return errorAnswer(message?.id ?? idOf(raw), error);
		}
	}

	/** The answer to an id that was taken before: the same content gets the same answer. */
	private known({ id }: Message, content: Content): Answer | Promise<Answer> | undefined {
		const pending = this.pending.get(id);
		if (pending !== undefined) {
			if (!isSame(contentOf(saidIn(pending)), content)) throw reused(id);
			return outcomeJson(pending.taken.outcome, this.currency);
		}
		const known = this.ids.find(id, content);
		if (known === undefined) return undefined;
		if (!known.same) throw reused(id);
		const answer = this.answered
			.find(id)
			.then((entry) => outcomeJson((entry as RecordEntry).taken.outcome, this.currency));
		answer.catch(() => undefined); // told with the batch's other answers, which may be later
		return answer;
	}

	private notAhead({ at }: Message): void {
		if (this.options.clock !== 'live' || at <= this.now() + AHEAD_MS) return;
		throw badField('at', formatInstant(at), 'is in the future');
	}

	private async makeDurable(decided: Decided): Promise<void> {
		if (this.isGivenUp) return this.disappoint(decided, new SuretyError('stopping', 'the service is stopping'));
		if (decided.entries.length > 0) {
			const batch = await this.append(encodeBatch(decided.entries), decided);
			if (batch === undefined) return;
			this.durable(batch, decided.entries, decided.contents);
		}
		for (const { job, answers } of decided.jobs) {
			this.waiting -= job.raws.length;
			if (answers.some(isLate))
				Promise.all(answers.map((answer) => Promise.resolve(answer))).then(job.resolve, job.reject);
			else job.resolve(answers as Answer[]); // none is late
		}
	}

	/** Tries until the batch is durable; those who wait are told when it takes too long, and the service when it stops. */
	private async append(payload: Uint8Array, decided: Decided): Promise<Batch | undefined> {
		const since = this.now();
		for (;;) {
			try {
				const batch = await this.log.append(payload);
				if (this.state === 'failing') this.state = 'open';
				this.counts.bytes += payload.length;
				return batch;
			} catch (error) {
				if (!(error instanceof SuretyError) || error.code !== 'log_unavailable') {
					this.isGivenUp = true;
					this.break(error, decided);
					return undefined;
				}
				this.counts.failures++;
				const isStopping = this.state === 'stopping';
				if (!isStopping) this.state = 'failing';
				if (isStopping || this.now() - since > PATIENCE_MS) this.disappoint(decided, error);
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
		for (const { job } of [...decided.jobs.splice(0), ...(this.next?.jobs.splice(0) ?? [])]) {
			this.waiting -= job.raws.length;
			job.reject(error);
		}
		for (const job of this.queue.splice(0)) {
			this.waiting -= job.raws.length;
			job.reject(error);
		}
	}

	private durable(batch: Batch, entries: readonly Entry[], contents: readonly (Content | undefined)[]): void {
		for (const [ordinal, entry] of entries.entries()) {
			if (entry.kind !== 'record') continue;
			this.ids.add(entry.message.id, contents[ordinal] ?? contentOf(saidIn(entry)), batch.position, ordinal);
			this.pending.delete(entry.message.id);
		}
		this.counts.batches++;
		this.head = { number: batch.number, position: batch.position };
		for (const listener of this.listeners) listener(batch, entries);
	}

	/** Stops for good; those who wait are told, and so are those of the batch that broke it. */
	private break(error: unknown, decided: Decided): void {
		this.state = 'broken';
		this.disappoint(decided, new SuretyError('stopping', 'the book has stopped itself'));
		(this.options.onBroken ?? rethrow)(error);
	}

	/** Writes down the rules that hold from now on, where they are not the ones the log ends with. */
	private async settle(last: Settings | undefined): Promise<void> {
		const wanted = this.settings();
		if (last !== undefined) {
			sameBook(last, wanted);
			if (JSON.stringify(last.policy) === JSON.stringify(wanted.policy)) return;
		}
		const policy = parsePolicy(wanted.policy, this.currency);
		this.desk.core.policies.checkAdoption(policy);
		const settings: SettingsEntry = { kind: 'settings', came: this.now(), by: 'service', ...wanted };
		const batch = await this.log.append(encodeBatch([settings]));
		this.desk.core.policies.adopt(policy);
		this.head = { number: batch.number, position: batch.position };
	}

	private settings(): Settings {
		const { currency, programme, policy } = this.options;
		return { currency, programme, policy };
	}

	/** Lets time pass where nothing else happens, so that windows end and holds run out. */
	private startClock(): void {
		const tick = (): void => {
			const at = this.now();
			if (this.state !== 'open' || this.desk.core.book.now > at - MINUTE) return;
			const message = { type: 'time.passed', id: `time.passed ${at}`, at: formatInstant(at as Instant) };
			this.submit([message], 'clock').catch(() => undefined); // the next tick tries again
		};
		this.timer = setInterval(tick, MINUTE);
		this.timer.unref();
	}
}

/** @throws SuretyError where a log was begun under another currency or programme: a book keeps the one it has. */
function sameBook(last: Settings, wanted: Settings): void {
	if (last.currency !== wanted.currency) {
		throw new SuretyError('bad_currency', `the log is kept in ${last.currency}, not in ${wanted.currency}`);
	}
	if (JSON.stringify(parseProgramme(last.programme)) !== JSON.stringify(wanted.programme)) {
		throw new SuretyError(
			'bad_programme',
			'the log was begun under another programme, and a book keeps the one it has; what is sold from now on may be promised otherwise by a policy that carries a programme',
		);
	}
}

/** Requests that arrive in the same turn of the event loop share a batch. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Whether an answer is still being read back from the log. */
const isLate = (answer: Answer | Promise<Answer>): boolean => answer instanceof Promise;

function rethrow(error: unknown): void {
	throw error;
}

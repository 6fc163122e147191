/**
 * The service: the desk, its log and whoever asks them, put together. A decider decides what is sent, a writer makes it
 * durable and answers; here it is opened on what the log says, listened to, and closed.
 */
import type { Desk } from '../core/desk/desk.js';
import { deskHash } from '../core/desk/desk-hash.js';
import { parsePolicy, type Policy } from '../core/policy.js';
import { parseProgramme, type Programme } from '../core/programme/schema.js';
import { SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import { formatInstant, type Instant, MINUTE } from '../core/words/time.js';
import type { Door } from '../door/door.js';
import type { Verification } from '../door/verification.js';
import type { Batch, Log } from '../log/port.js';
import { type Answer, answerOf, type Said } from './answer.js';
import { Answered } from './answered.js';
import { Decider } from './decider.js';
import { type Entry, encodeBatch, type Settings, type SettingsEntry } from './entry.js';
import type { Counts, Decided, Job } from './job.js';
import type { KnownIds } from './known-ids.js';
import { type Recovered, recover } from './recovery.js';
import type { Place, Snapshots } from './snapshots.js';
import type { Json } from './wire.js';
import { Writer } from './writer.js';

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

const MOST_IDS = 10_000_000;
const MOST_WAITING = 50_000;

/** Submissions that share one are decided in their order, also where one of them waits for a registry. */
export interface Lane {
	ahead?: Promise<void> | undefined;
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
	readonly counts: Counts = { records: 0, errors: 0, batches: 0, bytes: 0, failures: 0, refused: 0 };
	private readonly options: ServiceOptions;
	private readonly ids: KnownIds;
	private readonly decider: Decider;
	private readonly writer: Writer;
	private readonly listeners = new Set<Listener>();
	private head: Place | undefined;
	private timer: NodeJS.Timeout | undefined;

	private constructor(options: ServiceOptions, { desk, ids, head, replayed }: Recovered) {
		const { log, currency, programme, door, clock, mostWaiting = MOST_WAITING, onBroken = rethrow } = options;
		this.options = options;
		this.log = log;
		this.currency = currency;
		this.programme = programme;
		this.desk = desk;
		this.ids = ids;
		this.head = head;
		this.replayed = replayed;
		const { counts } = this;
		const now = (): number => this.now();
		const answered = new Answered(log, ids);
		const decider = new Decider({ desk, currency, ids, answered, door, counts, now, isLive: clock === 'live' });
		const onDurable = (batch: Batch, decided: Decided): void => this.durable(batch, decided);
		this.decider = decider;
		this.writer = new Writer({ log, decider, counts, now, mostWaiting, onDurable, onBroken });
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
		return this.writer.ready;
	}

	/** Records that wait to be decided or made durable. */
	get backlog(): number {
		return this.writer.backlog;
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
	async submit(raws: readonly unknown[], by = 'library', lane: Lane = {}): Promise<readonly Answer[]> {
		const said = await this.decide(raws, by, lane);
		return said.map((one) => answerOf(one, this.currency));
	}

	/** As `submit`, for whoever writes the answers down by themselves. */
	decide(raws: readonly unknown[], by: string, lane: Lane): Promise<readonly Said[]> {
		const refusal = this.writer.makeRoom(raws.length);
		if (refusal !== undefined) {
			this.counts.refused++;
			return Promise.reject(refusal);
		}
		const asked = this.options.verification?.ask(raws, (id) => this.decider.isTaken(id));
		return new Promise((resolve, reject) => {
			const enter = (verified: Job['verified']): void => this.writer.enter({ raws, verified, by, resolve, reject });
			if (asked === undefined && lane.ahead === undefined) return enter([]);
			const turn = Promise.all([asked ?? [], lane.ahead]).then(([verified]) => {
				if (lane.ahead === turn) lane.ahead = undefined;
				enter(verified);
			});
			lane.ahead = turn;
		});
	}

	/** Writes down what a person did or read; durable with the next batch. */
	audit(by: string, action: string, object: string): Promise<void> {
		this.writer.note({ kind: 'audit', came: this.now(), by, action, object });
		return this.submit([], by).then(() => undefined);
	}

	/** The present state of a decision: the first answer, and the last word where it was held. */
	decision(id: string): Promise<Json | undefined> {
		return this.decider.decision(id);
	}

	/** Calls a listener with every batch that becomes durable from now on. */
	listen(listener: Listener): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	/** Takes no more, answers what waits, writes a snapshot and closes the log. */
	async close(): Promise<void> {
		clearInterval(this.timer);
		const isSound = await this.writer.stop();
		try {
			if (isSound && this.head !== undefined) {
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

	private durable(batch: Batch, decided: Decided): void {
		this.decider.durable(decided, batch.position);
		this.head = { number: batch.number, position: batch.position };
		for (const listener of this.listeners) listener(batch, decided.entries);
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
			if (!this.ready || this.desk.core.book.now > at - MINUTE) return;
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

function rethrow(error: unknown): void {
	throw error;
}

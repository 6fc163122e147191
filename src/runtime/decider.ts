/**
 * The decider: reads what was sent, knows it again where it was sent before, and has the desk take it. What it decides
 * is not durable yet; the writer sees to that, and says so.
 */
import type { Desk } from '../core/desk/desk.js';
import { SuretyError } from '../core/words/error.js';
import { badField } from '../core/words/field.js';
import type { Currency } from '../core/words/money.js';
import { type Message, parseMessage } from '../core/words/record.js';
import { formatInstant, MINUTE } from '../core/words/time.js';
import type { Door } from '../door/door.js';
import type { Verified } from '../door/verification.js';
import type { Position } from '../log/port.js';
import { idOf, reused, type Said, untaken, withWord } from './answer.js';
import type { Answered } from './answered.js';
import { type Content, contentOf, isSame } from './content.js';
import { type RecordEntry, saidIn } from './entry.js';
import type { Counts, Decided } from './job.js';
import type { KnownIds } from './known-ids.js';
import { eventJson, type Json, outcomeJson } from './wire.js';

/** Clocks differ; records further ahead than this are wrong. */
const AHEAD_MS = 10 * MINUTE;

export interface DeciderOptions {
	readonly desk: Desk;
	readonly currency: Currency;
	readonly ids: KnownIds;
	readonly answered: Answered;
	readonly door: Door | undefined;
	readonly counts: Counts;
	/** The machine's clock, in milliseconds of 1970. */
	readonly now: () => number;
	/** Whether records from the future are refused. */
	readonly isLive: boolean;
}

export class Decider {
	private readonly options: DeciderOptions;
	/**
	 * Batches with records that are not durable yet. Each has a map of its own, which goes with it: of one map for all, to
	 * and from which ids come and go, V8 keeps the outgrown tables and what they hold until it collects everything.
	 */
	private readonly undurable = new Set<Decided>();

	constructor(options: DeciderOptions) {
		this.options = options;
	}

	/**
	 * Decides one record; what is new goes into the batch.
	 * @returns the answer, or the promise of one that is still being read back from the log.
	 */
	decide(raw: unknown, verified: Verified | undefined, by: string, decided: Decided): Said | Promise<Said> {
		const { desk, door, counts, now } = this.options;
		let message: Message | undefined;
		try {
			const sent = parseMessage(door === undefined ? raw : door.pass(raw), this.options);
			message = sent;
			this.notAhead(sent);
			const content = contentOf(sent);
			const known = this.known(sent, content);
			if (known !== undefined) return known;
			message = withWord(sent, verified);
			const taken = desk.take(message);
			const asSent = message === sent ? {} : { sent };
			const entry: RecordEntry = { kind: 'record', message, ...asSent, taken, by, came: now() };
			decided.entries.push(entry);
			decided.contents.push(content);
			decided.byId.set(message.id, entry);
			this.undurable.add(decided);
			counts.records++;
			return taken.outcome;
		} catch (error) {
			if (!(error instanceof SuretyError)) throw error;
			counts.errors++;
			return untaken(message?.id ?? idOf(raw), error);
		}
	}

	/** Whether a record of this id was taken before, as far as that is remembered. */
	isTaken(id: unknown): boolean {
		if (typeof id !== 'string') return false;
		return this.pending(id) !== undefined || this.options.ids.where(id) !== undefined;
	}

	/** The batch is on the disk, there. */
	durable(decided: Decided, position: Position): void {
		const { entries, contents } = decided;
		this.undurable.delete(decided);
		for (const [ordinal, entry] of entries.entries()) {
			if (entry.kind !== 'record') continue;
			const content = contents[ordinal] ?? contentOf(saidIn(entry));
			this.options.ids.add(entry.message.id, content, position, ordinal);
		}
	}

	/** The present state of a decision: the first answer, and the last word where it was held. */
	async decision(id: string): Promise<Json | undefined> {
		const { answered, currency, desk } = this.options;
		const entry = this.pending(id) ?? (await answered.find(id));
		if (entry === undefined) return undefined;
		const first = outcomeJson(entry.taken.outcome, currency);
		const hold = desk.holds.find(id);
		const word = desk.lastWord(id);
		if (hold !== undefined) return { ...first, state: 'waiting', until: formatInstant(hold.until) };
		if (word === undefined) return { ...first, state: 'settled' };
		const { type: _, decision_id: __, ...last } = eventJson(word, currency);
		return { ...first, state: 'settled', first_verdict: first['verdict'], verdict: word.verdict, decided: last };
	}

	/** What was decided and is not durable yet. */
	private pending(id: string): RecordEntry | undefined {
		for (const { byId } of this.undurable) {
			const entry = byId.get(id);
			if (entry !== undefined) return entry;
		}
		return undefined;
	}

	/** The answer to an id that was taken before: the same content gets the same answer. */
	private known({ id }: Message, content: Content): Said | Promise<Said> | undefined {
		const { answered, ids } = this.options;
		const pending = this.pending(id);
		if (pending !== undefined) {
			if (!isSame(contentOf(saidIn(pending)), content)) throw reused(id);
			return pending.taken.outcome;
		}
		const known = ids.find(id, content);
		if (known === undefined) return undefined;
		if (!known.same) throw reused(id);
		const answer = answered.find(id).then((entry) => (entry as RecordEntry).taken.outcome);
		answer.catch(() => undefined); // told with the batch's other answers, which may be later
		return answer;
	}

	private notAhead({ at }: Message): void {
		if (!this.options.isLive || at <= this.options.now() + AHEAD_MS) return;
		throw badField('at', formatInstant(at), 'is in the future');
	}
}

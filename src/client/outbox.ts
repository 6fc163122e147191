/**
 * The records of a stream that have no answer yet, in order. They are kept until they are answered, so whatever becomes
 * of a connection, the next one begins with the first that has none. Bounded: the source is asked for more only where
 * there is room.
 */
import { SuretyApiError } from './api-error.js';
import type { RecordAnswer } from './wire.js';

export interface Letter {
	readonly id: string;
	/** One line of NDJSON, its end included. */
	readonly line: string;
}

/** Records that wait for an answer, and the most that go out in one piece. */
const MOST_UNANSWERED = 8000;
const MOST_IN_PIECE = 1000;
const MOST_CHARACTERS = 2 ** 20;

export class Outbox<T> {
	private readonly next: () => IteratorResult<T> | Promise<IteratorResult<T>>;
	private readonly giveBack: () => unknown;
	private readonly prepare: (record: T) => Letter;
	/** Those before `first` are answered and leave now and then, many at once. */
	private readonly letters: Letter[] = [];
	private first = 0;
	/** How many of them the present connection has been given. */
	private sent = 0;
	private connection = 0;
	private pulling: Promise<IteratorResult<T>> | undefined;
	private filling: Promise<void> | undefined;
	private ended = false;
	private makeRoom: () => void = () => undefined;

	constructor(source: Iterable<T> | AsyncIterable<T>, prepare: (record: T) => Letter) {
		const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
		this.next = () => iterator.next();
		this.giveBack = () => iterator.return?.();
		this.prepare = prepare;
	}

	/** Whether the present connection owes answers. */
	get isAwaiting(): boolean {
		return this.sent > 0;
	}

	get size(): number {
		return this.letters.length - this.first;
	}

	/** Begins with the first unanswered record again; an earlier connection gets nothing more. */
	connect(): number {
		this.sent = 0;
		return ++this.connection;
	}

	/** Waits for a record to send; false where all are answered and none will come. */
	async hasMore(): Promise<boolean> {
		while (this.size === 0 && !this.ended) await this.fill();
		return this.size > 0;
	}

	/** The next lines for a connection, as soon as there are some; nothing at the end, or where it is not the present one. */
	async take(connection: number): Promise<string | undefined> {
		while (connection === this.connection) {
			if (this.size > this.sent) return this.piece();
			if (this.ended) return undefined;
			if (this.size < MOST_UNANSWERED) await this.fill();
			else await new Promise<void>((resolve) => (this.makeRoom = resolve));
		}
		return undefined;
	}

	/** Takes an answer for the oldest. */
	answered(answer: RecordAnswer): void {
		const first = this.letters[this.first];
		if (first === undefined || this.sent === 0 || (answer.id !== undefined && answer.id !== first.id)) {
			const detail = `an answer to ${answer.id ?? 'a record'} came where one to ${first?.id ?? 'none'} was due`;
			throw new SuretyApiError({ title: 'Answers out of order', detail, code: 'bad_answer' });
		}
		this.first++;
		this.sent--;
		if (this.first >= MOST_IN_PIECE) this.forget();
		this.makeRoom();
	}

	/** Ends the source early. */
	close(): void {
		this.connection++;
		this.makeRoom();
		if (this.ended) return;
		this.ended = true;
		Promise.resolve(this.pulling)
			.then(this.giveBack)
			.catch(() => undefined); // nobody waits for its records any more
	}

	private forget(): void {
		this.letters.splice(0, this.first);
		this.first = 0;
	}

	private piece(): string {
		let piece = '';
		const most = Math.min(this.size, this.sent + MOST_IN_PIECE);
		while (this.sent < most && piece.length < MOST_CHARACTERS)
			piece += this.letters[this.first + this.sent++]?.line ?? '';
		return piece;
	}

	/** Asks the source for at least one more record, and for those it has at hand. */
	private fill(): Promise<void> {
		this.filling ??= this.pull().finally(() => (this.filling = undefined));
		return this.filling;
	}

	private async pull(): Promise<void> {
		let isFirst = true;
		let soon: Promise<undefined> | undefined;
		const most = Math.min(this.size + MOST_IN_PIECE, MOST_UNANSWERED);
		while (!this.ended && this.size < most) {
			const next = this.pulling ?? this.next();
			let result: IteratorResult<T> | undefined;
			if (next instanceof Promise) {
				this.pulling = next;
				// The first is worth waiting for; others go along where they are there in a moment.
				soon ??= new Promise((resolve) => setTimeout(resolve, 0, undefined));
				result = await (isFirst ? next : Promise.race([next, soon]));
				if (result === undefined) return;
				this.pulling = undefined;
			} else {
				result = next;
			}
			if (result.done === true) this.ended = true;
			else this.letters.push(this.prepare(result.value));
			isFirst = false;
		}
	}
}

/**
 * A courier brings one endpoint its events. It takes them from the log in order as far as it has room, sends several at
 * once, and keeps what failed until its next attempt; so events of one store may arrive in another order than they
 * happened, and each says when that was. Couriers know nothing of each other: one that waits holds up nobody.
 *
 * An endpoint that fails many times in a row counts as down: new events stay in the log, and only one a minute is tried,
 * until one gets through. Then all that had failed meanwhile is sent at once, rather than hours later.
 */
import type { Position } from '../log/port.js';
import { type DeadLetter, type Delivery, deliveryId, bodyOf, type EventBatch } from './delivery.js';
import type { CourierParts } from './courier-parts.js';
import type { Endpoint } from './endpoint.js';
import type { Reply } from './post.js';
import type { Cursor, Kept, Step } from './progress.js';
import { askedWaitMs, jittered } from './schedule.js';

/** First attempts that lie ready with their bodies. */
const WINDOW = 256;
const DOWN_AFTER = 8;
/** Batches without a matching event before the cursor is written down nevertheless. */
const NOTE_EVERY = 1000;
const SOURCE_RETRY_MS = 5000;

export class Courier {
	endpoint: Endpoint;
	private readonly parts: CourierParts;
	private readonly open = new Map<string, Delivery>();
	private readonly dead = new Map<string, DeadLetter>();
	private cursor: Cursor;
	private noted: number;
	/** Of the open ones: first attempts, attempts that are due again, and those that wait. */
	private readonly fresh = new Set<Delivery>();
	private readonly due = new Set<Delivery>();
	private readonly waiting = new Set<Delivery>();
	private readonly flying = new Set<Promise<void>>();
	private reading: Promise<void> | undefined;
	private readAgainMs = 0;
	/** There may be more than the reading under way will see. */
	private isStale = false;
	private failuresInRow = 0;
	private probeAtMs = 0;
	private stopped = false;

	constructor(endpoint: Endpoint, cursor: Cursor, kept: Kept | undefined, parts: CourierParts) {
		this.endpoint = endpoint;
		this.cursor = cursor;
		this.noted = cursor.number;
		this.parts = parts;
		for (const letter of kept?.dead ?? []) this.dead.set(letter.id, letter);
		for (const delivery of kept?.open ?? []) {
			this.open.set(delivery.id, delivery);
			this.waiting.add(delivery);
		}
	}

	get openCount(): number {
		return this.open.size;
	}

	get deadCount(): number {
		return this.dead.size;
	}

	get position(): Cursor {
		return this.cursor;
	}

	/** Oldest first. */
	get deadLetters(): readonly DeadLetter[] {
		return [...this.dead.values()];
	}

	*state(): Iterable<Step> {
		const e = this.endpoint.id;
		yield { k: 'cursor', e, at: this.cursor };
		for (const d of this.open.values()) yield { k: 'open', e, d };
		for (const d of this.dead.values()) yield { k: 'dead', e, d };
	}

	/** Looks at the clock; to be called from time to time. */
	tick(): void {
		if (!this.isActive) return;
		const nowMs = this.parts.now();
		for (const delivery of this.waiting) if (delivery.dueMs <= nowMs) this.hurry(delivery);
		this.wake();
	}

	/** Does what can be done now; to be called whenever there may be more to do. */
	wake(): void {
		if (!this.isActive) return;
		const nowMs = this.parts.now();
		this.dispatch(nowMs);
		this.read(nowMs);
	}

	/** Begins nothing more, and waits for what is under way. */
	async stop(): Promise<void> {
		this.stopped = true;
		await Promise.all([this.reading, ...this.flying]);
		if (this.cursor.number !== this.noted) this.noteCursor();
	}

	/** Gives the dead another life: all, or the one named. */
	replay(id?: string): number {
		const letters = id === undefined ? this.deadLetters : [this.dead.get(id)].filter((letter) => letter !== undefined);
		for (const { diedMs: _, last: __, ...ref } of letters) {
			const delivery: Delivery = { ...ref, attempts: 0, dueMs: this.parts.now() };
			this.dead.delete(ref.id);
			this.open.set(ref.id, delivery);
			this.due.add(delivery);
			this.note({ k: 'open', e: this.endpoint.id, d: delivery });
		}
		this.wake();
		return letters.length;
	}

	private get isActive(): boolean {
		return !this.stopped && this.endpoint.disabled === undefined;
	}

	private get isDown(): boolean {
		return this.failuresInRow >= DOWN_AFTER;
	}

	private hurry(delivery: Delivery): void {
		this.waiting.delete(delivery);
		this.due.add(delivery);
	}

	private dispatch(nowMs: number): void {
		while (this.flying.size < this.parts.settings.concurrency && this.isActive) {
			const delivery = this.next(nowMs);
			if (delivery === undefined) return;
			const flight = this.attempt(delivery).finally(() => {
				this.flying.delete(flight);
				this.wake();
			});
			this.flying.add(flight);
		}
	}

	private next(nowMs: number): Delivery | undefined {
		for (const delivery of this.due) {
			this.due.delete(delivery);
			return delivery;
		}
		if (this.isDown && nowMs < this.probeAtMs) return undefined;
		for (const delivery of this.fresh) {
			this.fresh.delete(delivery);
			this.probeAtMs = nowMs + this.parts.settings.probeMs;
			return delivery;
		}
		return undefined;
	}

	private async attempt(delivery: Delivery): Promise<void> {
		let body: string | undefined;
		try {
			body = delivery.body ?? (await this.parts.source.body(delivery));
		} catch (error) {
			this.parts.warn(`webhooks: ${delivery.id} cannot be read: ${sentenceOf(error)}`);
			this.delay(delivery, SOURCE_RETRY_MS);
			return;
		}
		if (body === undefined) {
			this.parts.warn(`webhooks: ${delivery.id} is given up, the log does not hold its event any more`);
			return this.done(delivery);
		}
		const { endpoint } = this;
		const result = await this.parts.send(endpoint, delivery.id, body).catch((error: unknown) => sentenceOf(error));
		delivery.body = undefined;
		if (typeof result !== 'string' && result.status >= 200 && result.status < 300) this.succeeded(delivery);
		else this.failed(delivery, result);
	}

	private succeeded(delivery: Delivery): void {
		this.parts.counts.sent++;
		if (this.isDown) for (const other of this.waiting) this.hurry(other);
		this.failuresInRow = 0;
		this.done(delivery);
	}

	private done({ id }: Delivery): void {
		this.open.delete(id);
		this.note({ k: 'done', e: this.endpoint.id, id });
	}

	private failed(delivery: Delivery, result: Reply | string): void {
		const { settings, counts, now, random } = this.parts;
		counts.failed++;
		if (typeof result !== 'string' && result.status === 410) {
			this.delay(delivery, 0);
			if (this.endpoint.disabled === undefined) this.parts.disable(this.endpoint.id, 'gone');
			return;
		}
		this.failuresInRow++;
		delivery.attempts++;
		const waitMs = settings.retriesMs[delivery.attempts - 1];
		if (waitMs === undefined)
			return this.bury(delivery, typeof result === 'string' ? result : `status ${result.status}`);
		const asked = typeof result === 'string' ? 0 : askedWaitMs(result.retryAfter, now());
		this.delay(delivery, Math.max(jittered(waitMs, random()), asked));
	}

	private delay(delivery: Delivery, waitMs: number): void {
		delivery.dueMs = Math.round(this.parts.now() + waitMs);
		delivery.body = undefined;
		this.waiting.add(delivery);
		this.note({ k: 'open', e: this.endpoint.id, d: delivery });
	}

	private bury(delivery: Delivery, last: string): void {
		const { dueMs: _, body: __, ...ref } = delivery;
		const letter: DeadLetter = { ...ref, diedMs: this.parts.now(), last: last.slice(0, 200) };
		this.open.delete(ref.id);
		this.dead.set(ref.id, letter);
		this.parts.counts.dead++;
		this.note({ k: 'dead', e: this.endpoint.id, d: letter });
		const isFull = this.dead.size >= this.parts.settings.mostDead;
		if (isFull && this.endpoint.disabled === undefined) this.parts.disable(this.endpoint.id, 'dead_letters_full');
	}

	/** Takes events in, unless it is doing so or has enough. */
	private read(nowMs: number): void {
		this.isStale = true;
		const isWorth = this.fresh.size <= WINDOW / 2 && this.hasRoom() && nowMs >= this.readAgainMs;
		if (this.reading !== undefined || !isWorth) return;
		this.isStale = false;
		const from = this.cursor;
		this.reading = this.takeIn()
			.catch((error: unknown) => {
				this.readAgainMs = nowMs + SOURCE_RETRY_MS;
				this.parts.warn(`webhooks: the log cannot be read after batch ${this.cursor.number}: ${sentenceOf(error)}`);
			})
			.finally(() => {
				this.reading = undefined;
				if (this.isStale || from !== this.cursor) this.wake();
			});
	}

	private hasRoom(): boolean {
		const { progress, settings } = this.parts;
		return this.fresh.size < WINDOW && this.open.size < settings.mostOpen && !progress.isFull && !this.stopped;
	}

	private async takeIn(): Promise<void> {
		const batches = this.parts.source.after(this.cursor);
		for (;;) {
			const next = await batches.next();
			const before = this.open.size;
			const isWhole = next.done === true || this.takeBatch(next.value);
			if (next.done === true) this.pass(next.value.number, next.value.position);
			if (this.open.size > before || this.cursor.number - this.noted >= NOTE_EVERY) this.noteCursor();
			if (next.done === true) return;
			this.dispatch(this.parts.now());
			if (isWhole && !this.stopped) continue;
			await batches.return(this.cursor);
			return;
		}
	}

	/** Whether there was room for all of it. */
	private takeBatch(batch: EventBatch): boolean {
		const { endpoint, cursor } = this;
		let index = batch.number === cursor.into ? cursor.index : 0;
		for (; index < batch.events.length; index++) {
			if (!this.hasRoom()) {
				this.cursor = { ...cursor, into: batch.number, index };
				return false;
			}
			const { entry, event, said } = batch.events[index] as EventBatch['events'][number]; // below the length
			if (endpoint.events !== 'all' && !endpoint.events.includes(said.type)) continue;
			const ref = { number: batch.number, position: batch.position, entry, event };
			const { log, currency } = this.parts.source;
			const id = deliveryId(log.id, endpoint.id, batch.chain, ref);
			if (this.open.has(id) || this.dead.has(id)) continue; // the cursor was written down later than they were
			const delivery = { id, type: said.type, ...ref, attempts: 0, dueMs: 0, body: bodyOf(said, currency) };
			this.open.set(id, delivery);
			this.fresh.add(delivery);
			this.note({ k: 'open', e: endpoint.id, d: delivery });
		}
		this.pass(batch.number, batch.position);
		return true;
	}

	private pass(number: number, position: Position): void {
		if (number > this.cursor.number) this.cursor = { number, position, into: 0, index: 0 };
	}

	private noteCursor(): void {
		this.noted = this.cursor.number;
		this.note({ k: 'cursor', e: this.endpoint.id, at: this.cursor });
	}

	private note(step: Step): void {
		this.parts.progress.note(step);
	}
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

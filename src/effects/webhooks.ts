/**
 * Webhooks: every event of every durable batch is posted to every endpoint that asked for its type, signed by the
 * Standard Webhooks convention, at least once. The log is the queue: an endpoint is a cursor in it and the few deliveries
 * after the cursor that are open, so nothing is lost between an answer and its effects, and one that is down costs no
 * memory. Receivers drop repeats by `webhook-id`. Order is not promised, not even for one store: what failed arrives
 * later than what came after it, and `timestamp` says when it happened.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Position } from '../log/port.js';
import { Courier } from './courier.js';
import type { CourierParts } from './courier-parts.js';
import { type DeadLetterPage, type DeadLettersAsked, pageOf, shown } from './dead-letters.js';
import { pingOf } from './delivery.js';
import {
	type Disabled,
	type Endpoint,
	type EndpointView,
	parseDescription,
	parseEvents,
	secretsOf,
	viewOf,
} from './endpoint.js';
import { EndpointFile } from './endpoint-file.js';
import { EventSource } from './event-source.js';
import { type EndpointChange, type NewEndpoint, type PingResult, settingsOf, type WebhooksOptions } from './options.js';
import { fetchPoster, nodePoster, type Poster, type Reply } from './post.js';
import { beginning, type Cursor, type Kept, keptBy, Progress, type Step } from './progress.js';
import { checkSecret, newSecret, signed } from './signature.js';
import { Tail } from './tail.js';
import { parseTarget } from './target.js';

const DAY_MS = 24 * 3600 * 1000;

export class Webhooks {
	/** Attempts that were taken, attempts that failed, deliveries given up; since the start. */
	readonly counts = { sent: 0, failed: 0, dead: 0 };
	private readonly options: WebhooksOptions;
	private readonly file: EndpointFile;
	private readonly source: EventSource;
	private readonly poster: Poster;
	private readonly couriers = new Map<string, Courier>();
	private readonly stopping = new Set<Promise<void>>();
	private readonly now: () => number;
	private readonly warn: (sentence: string) => void;
	private readonly target: (url: string) => string;
	private progress!: Progress; // set by `open` before anyone gets hold of this
	private unlisten: () => void = () => undefined;
	private timer: NodeJS.Timeout | undefined;

	private constructor(options: WebhooksOptions, file: EndpointFile, source: EventSource) {
		const { allowPrivate = false, now = Date.now, warn = () => undefined } = options;
		this.options = options;
		this.file = file;
		this.now = now;
		this.warn = warn;
		this.target = (url) => parseTarget(url, allowPrivate).href;
		this.source = source;
		this.poster = options.fetch === undefined ? nodePoster(allowPrivate) : fetchPoster(options.fetch, allowPrivate);
	}

	/**
	 * Goes on where the last run ended.
	 * @throws SuretyError `log_locked`, `log_corrupt`, `log_format`, `log_unavailable`
	 */
	static async open(options: WebhooksOptions): Promise<Webhooks> {
		const { dir, log, service, mostProgressBytes = 32 * 2 ** 20, warn = () => undefined } = options;
		await mkdir(dir, { recursive: true, mode: 0o700 });
		const file = await EndpointFile.open(join(dir, 'endpoints.json'), warn);
		const tail = new Tail(service.applied);
		const hooks = new Webhooks(options, file, new EventSource(log, service.currency, tail));
		hooks.unlisten = service.listen((batch, entries) => {
			if (tail.push(batch, entries)) hooks.wake();
		});
		const state = (): Iterable<Step> => hooks.state();
		const { progress, steps } = await Progress.open({ dir, state, warn, mostBytes: mostProgressBytes });
		hooks.progress = progress;
		await hooks.recover(steps);
		await progress.renew();
		hooks.startClock();
		return hooks;
	}

	async list(): Promise<readonly EndpointView[]> {
		return this.file.all.map(viewOf);
	}

	/**
	 * Adds an endpoint for events from now on. Its secret is told here and never again.
	 * @throws SuretyError `bad_field`, `log_unavailable`
	 */
	async add(wanted: NewEndpoint): Promise<EndpointView & { readonly secret: string }> {
		const { number, position } = this.end;
		const endpoint: Endpoint = {
			id: `ep_${randomBytes(9).toString('base64url')}`,
			url: this.target(wanted.url),
			events: parseEvents(wanted.events),
			description: parseDescription(wanted.description),
			secret: wanted.secret === undefined ? newSecret() : checkSecret(wanted.secret),
			former: [],
			since: { log: this.options.log.id, number, position },
		};
		await this.file.change(endpoint.id, () => endpoint);
		this.employ(endpoint, beginning(endpoint.since)).wake();
		return { ...viewOf(endpoint), secret: endpoint.secret };
	}

	/** Forgets an endpoint with its deliveries and dead letters; whether there was one. */
	async remove(id: string): Promise<boolean> {
		if (this.file.find(id) === undefined) return false;
		await this.file.change(id, () => undefined);
		const courier = this.couriers.get(id);
		this.couriers.delete(id);
		const stopped = (courier?.stop() ?? Promise.resolve()).then(() => this.progress.note({ k: 'removed', e: id }));
		this.stopping.add(stopped);
		void stopped.finally(() => this.stopping.delete(stopped));
		return true;
	}

	/**
	 * Changes an endpoint; nothing where there is none.
	 * @throws SuretyError `bad_field`, `log_unavailable`
	 */
	async update(id: string, wanted: EndpointChange): Promise<EndpointView | undefined> {
		const { url, events, description, enabled } = wanted;
		const change = {
			...(url === undefined ? {} : { url: this.target(url) }),
			...(events === undefined ? {} : { events: parseEvents(events) }),
			...(description === undefined ? {} : { description: parseDescription(description) }),
		};
		const changed = await this.change(id, (before) => {
			const { disabled, ...rest } = before;
			const isOff = enabled === undefined ? disabled : enabled ? undefined : (disabled ?? 'by_hand');
			return { ...rest, ...change, ...(isOff === undefined ? {} : { disabled: isOff }) };
		});
		return changed === undefined ? undefined : viewOf(changed);
	}

	/**
	 * Gives an endpoint a new secret, and tells it; the old one signs as well until the overlap ends.
	 * @param overlapMs a day, unless said otherwise; 0 where the old one has leaked.
	 */
	async rotateSecret(id: string, overlapMs = DAY_MS): Promise<{ readonly secret: string } | undefined> {
		const changed = await this.change(id, (before) => {
			const nowMs = this.now();
			const former = before.former.filter(({ until }) => until > nowMs);
			const old = overlapMs > 0 ? [{ secret: before.secret, until: nowMs + overlapMs }] : [];
			return { ...before, secret: newSecret(), former: [...old, ...former] };
		});
		return changed === undefined ? undefined : { secret: changed.secret };
	}

	/** Sends a `ping` once, also to an endpoint that is disabled, and tells what came of it. */
	async test(id: string): Promise<PingResult | undefined> {
		const endpoint = this.file.find(id);
		if (endpoint === undefined) return undefined;
		const ping = pingOf(id, this.now());
		try {
			const { status } = await this.send(endpoint, ping.id, ping.body);
			return { ok: status >= 200 && status < 300, status };
		} catch (error) {
			return { ok: false, error: error instanceof Error ? error.message : String(error) };
		}
	}

	/** Deliveries that were given up, the oldest first; `next` is the cursor of the next page. */
	async deadLetters({ endpoint, cursor, limit = 100 }: DeadLettersAsked = {}): Promise<DeadLetterPage> {
		const couriers = [...this.couriers.values()].filter((c) => endpoint === undefined || c.endpoint.id === endpoint);
		return pageOf(
			couriers.flatMap((c) => c.deadLetters.map((letter) => shown(c.endpoint.id, letter))),
			cursor,
			limit,
		);
	}

	/** Sends a dead letter again, with all its attempts; whether there is one. */
	async replay(id: string): Promise<boolean> {
		return [...this.couriers.values()].some((courier) => courier.replay(id) > 0);
	}

	/** Sends all dead letters of an endpoint again; how many there were, where there is such an endpoint. */
	async replayAll(endpoint: string): Promise<number | undefined> {
		return this.couriers.get(endpoint)?.replay();
	}

	/**
	 * Figures for the operator: `counts`, deliveries that are open (being sent or waiting for another attempt), letters
	 * that lie dead, and batches that enabled endpoints have not taken in yet, summed.
	 */
	get metrics(): Readonly<Record<'sent' | 'failed' | 'dead' | 'open' | 'lying' | 'behind', number>> {
		const couriers = [...this.couriers.values()];
		const sum = (of: (courier: Courier) => number): number => couriers.reduce((total, c) => total + of(c), 0);
		return {
			...this.counts,
			open: sum((c) => c.openCount),
			lying: sum((c) => c.deadCount),
			behind: sum((c) => (c.endpoint.disabled === undefined ? this.source.behind(c.position.number) : 0)),
		};
	}

	/** Begins no more attempts, waits for those in flight, and writes down how far it came. */
	async close(): Promise<void> {
		this.unlisten();
		clearInterval(this.timer);
		await Promise.all([...this.couriers.values()].map((courier) => courier.stop()));
		await Promise.all(this.stopping);
		await this.progress.close();
		this.poster.close();
	}

	private async change(id: string, how: (before: Endpoint) => Endpoint): Promise<Endpoint | undefined> {
		if (this.file.find(id) === undefined) return undefined;
		const changed = await this.file.change(id, (before) => (before === undefined ? undefined : how(before)));
		const courier = this.couriers.get(id);
		if (changed === undefined || courier === undefined) return undefined;
		courier.endpoint = changed;
		courier.tick();
		return changed;
	}

	private disable(id: string, why: Disabled): void {
		const courier = this.couriers.get(id);
		if (courier === undefined) return;
		courier.endpoint = { ...courier.endpoint, disabled: why };
		this.warn(`webhooks: endpoint ${id} is disabled: ${why}`);
		this.change(id, (before) => ({ ...before, disabled: why })).catch((error: unknown) =>
			this.warn(`webhooks: endpoint ${id} is disabled until the next start only: ${String(error)}`),
		);
	}

	private send(endpoint: Endpoint, id: string, body: string): Promise<Reply> {
		const headers = {
			'content-type': 'application/json',
			'user-agent': 'surety-webhooks',
			...signed(secretsOf(endpoint, this.now()), id, this.now(), body),
		};
		return this.poster.post({ url: new URL(endpoint.url), headers, body, timeoutMs: this.options.timeoutMs ?? 15_000 });
	}

	private *state(): Iterable<Step> {
		yield { k: 'log', id: this.options.log.id };
		for (const courier of this.couriers.values()) yield* courier.state();
	}

	private async recover(steps: readonly Step[]): Promise<void> {
		const { logId, endpoints } = keptBy(steps);
		// Every start writes at least the log's id; so without any step what was sent is not known any more.
		if (logId === undefined && this.file.all.length > 0) return this.goOnFromTheEnd();
		const isSame = logId === this.options.log.id;
		for (const endpoint of this.file.all) {
			const kept = isSame ? endpoints.get(endpoint.id) : undefined;
			this.employ(endpoint, await this.startOf(endpoint, kept?.cursor), kept);
		}
	}

	/** As after a restore from a backup without progress: sending all again would have receivers pay twice. */
	private goOnFromTheEnd(): void {
		const { end } = this;
		this.warn(
			`webhooks: what was sent is not known; nothing up to batch ${end.number} is sent, deliveries begin there`,
		);
		for (const endpoint of this.file.all) this.employ(endpoint, end);
	}

	private employ(endpoint: Endpoint, cursor: Cursor, kept?: Kept): Courier {
		const courier = new Courier(endpoint, cursor, kept, this.parts());
		this.couriers.set(endpoint.id, courier);
		return courier;
	}

	/** Where an endpoint goes on; at the end where the log is another one or was restored from an older copy. */
	private async startOf({ id, since }: Endpoint, cursor: Cursor | undefined): Promise<Cursor> {
		const { log } = this.options;
		const from = cursor ?? beginning(since);
		const isOfThis = cursor !== undefined || since.log === log.id;
		if (isOfThis && (from.number === 0 || (await this.source.has(from)))) return from;
		this.warn(
			`webhooks: endpoint ${id} was at batch ${from.number} of a log that is not there; it goes on from the end`,
		);
		return this.end;
	}

	private get end(): Cursor {
		return { ...(this.options.service.applied ?? { number: 0, position: 0 as Position }), into: 0, index: 0 };
	}

	private parts(): CourierParts {
		return {
			settings: settingsOf(this.options),
			source: this.source,
			progress: this.progress,
			send: (endpoint, id, body) => this.send(endpoint, id, body),
			now: this.now,
			random: this.options.random ?? Math.random,
			warn: this.warn,
			disable: (id, why) => this.disable(id, why),
			counts: this.counts,
		};
	}

	private startClock(): void {
		const tick = (): void => {
			for (const courier of this.couriers.values()) courier.tick();
		};
		this.timer = setInterval(tick, this.options.pollMs ?? 1000);
		this.timer.unref();
		tick();
	}

	private wake(): void {
		if (this.timer === undefined) return; // what was kept is being taken over
		for (const courier of this.couriers.values()) courier.wake();
	}
}

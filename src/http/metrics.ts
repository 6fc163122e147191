/**
 * Figures for the operator, in Prometheus' form. What happens a hundred thousand times a second is counted in plain
 * numbers and given names only when somebody asks.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Log } from '../log/port.js';
import { isUntaken, type Said } from '../runtime/answer.js';
import type { Service } from '../runtime/service.js';
import type { ExposureView } from '../views/exposure-view.js';

const LATENCIES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** Of the process as a whole, so one for all servers in it. */
let ofProcess: Registry | undefined;

function processMetrics(): Registry {
	if (ofProcess === undefined) {
		ofProcess = new Registry();
		collectDefaultMetrics({ register: ofProcess });
	}
	return ofProcess;
}

/** Since the start, and as it stands: attempts and deliveries. */
export type WebhookFigures = Readonly<Record<'sent' | 'failed' | 'dead' | 'open' | 'lying' | 'behind', number>>;

export interface HistoryFigures {
	readonly status: { readonly available: boolean };
	readonly fresh: { readonly behind: number };
	readonly counts: Readonly<Record<'commits' | 'failures' | 'rebuilds', number>>;
}

export type VerificationFigures = Readonly<Record<'asked' | 'failed' | 'rested', number>>;

/** When a snapshot was written, in milliseconds of 1970, and how large it is. */
export interface SnapshotFigures {
	readonly at: number;
	readonly bytes: number;
}

export class Metrics {
	private readonly registry = new Registry();
	private readonly requests = new Histogram({
		name: 'surety_http_request_seconds',
		help: 'Time from the first byte of a request to the last of its answer',
		labelNames: ['route', 'status'] as const,
		buckets: LATENCIES,
		registers: [this.registry],
	});
	private readonly appends = new Histogram({
		name: 'surety_log_append_seconds',
		help: 'Time to make one batch durable',
		buckets: LATENCIES,
		registers: [this.registry],
	});
	private readonly batches = new Histogram({
		name: 'surety_batch_entries',
		help: 'Entries made durable by one sync',
		buckets: SIZES,
		registers: [this.registry],
	});
	private readonly byOutcome = new Map<string, Map<string, number>>();
	private readonly ofRoutes = new Map<string, { observe: (seconds: number) => void }>();

	/** A log whose appends are measured; to be given to the service in its place. */
	watch(log: Log): Log {
		const { appends } = this;
		return {
			id: log.id,
			recovery: log.recovery,
			get head() {
				return log.head;
			},
			append: async (payload) => {
				const began = performance.now();
				const batch = await log.append(payload);
				appends.observe((performance.now() - began) / 1000);
				return batch;
			},
			read: (after) => log.read(after),
			readAt: (position) => log.readAt(position),
			close: () => log.close(),
		};
	}

	request(route: string, status: number, milliseconds: number): void {
		const key = `${status} ${route}`;
		let histogram = this.ofRoutes.get(key);
		if (histogram === undefined) {
			histogram = this.requests.labels({ route, status: String(status) });
			this.ofRoutes.set(key, histogram);
		}
		histogram.observe(milliseconds / 1000);
	}

	answered(answers: readonly Said[]): void {
		for (const said of answers) {
			const name = isUntaken(said) ? '(unreadable)' : said.type;
			const word = isUntaken(said) ? 'error' : said.verdict;
			let verdicts = this.byOutcome.get(name);
			if (verdicts === undefined) this.byOutcome.set(name, (verdicts = new Map()));
			verdicts.set(word, (verdicts.get(word) ?? 0) + 1);
		}
	}

	/** Follows a service: its batches, counters and state, and the money in its book. */
	follow(service: Service, exposure: () => ExposureView): void {
		service.listen((_, entries) => this.batches.observe(entries.length));
		this.records();
		this.service(service);
		this.money(exposure);
	}

	/** Follows deliveries, as far as there are endpoints. */
	webhooks(read: () => WebhookFigures): void {
		this.counter('webhooks_delivered', 'Deliveries that arrived', () => read().sent);
		this.counter('webhooks_failed', 'Attempts that failed', () => read().failed);
		this.counter('webhooks_given_up', 'Deliveries that became dead letters', () => read().dead);
		this.gauge('webhooks_waiting', 'Deliveries under way or waiting for another attempt', () => read().open);
		this.gauge('webhooks_dead_letters', 'Dead letters that lie there now', () => read().lying);
		this.gauge('webhooks_behind_batches', 'Batches that webhooks have not taken in yet', () => read().behind);
	}

	history(history: HistoryFigures): void {
		const counts = (): HistoryFigures['counts'] => history.counts;
		this.gauge('history_available', '1 while lists can be read', () => Number(history.status.available));
		this.gauge('history_behind_batches', 'Durable batches that lists do not show yet', () => history.fresh.behind);
		this.counter('history_commits', 'Commits to the history', () => counts().commits);
		this.counter('history_failures', 'Times the history could not be opened or written', () => counts().failures);
		this.counter('history_rebuilds', 'Times the history was made anew', () => counts().rebuilds);
	}

	verification(read: () => VerificationFigures): void {
		this.counter('verification_asked', 'Times a registry was asked about papers', () => read().asked);
		this.counter('verification_failed', 'Of these, those that failed or took too long', () => read().failed);
		this.counter('verification_rested', 'Papers nobody was asked about, after failures in a row', () => read().rested);
	}

	/** @param newest looked for whenever somebody asks. */
	snapshots(newest: () => Promise<SnapshotFigures | undefined>, failures: () => number, now: () => number): void {
		const age = async (): Promise<number> => {
			const found = await newest();
			return found === undefined ? Number.NaN : (now() - found.at) / 1000;
		};
		this.gauge('snapshot_age_seconds', 'Since the newest snapshot was written', age);
		this.gauge('snapshot_bytes', 'Size of the newest snapshot', async () => (await newest())?.bytes ?? Number.NaN);
		this.counter('snapshot_failures', 'Snapshots that could not be written', failures);
	}

	/** The text of everything. */
	async text(): Promise<string> {
		return `${await this.registry.metrics()}\n${await processMetrics().metrics()}`;
	}

	private gauge(name: string, help: string, read: () => number | Promise<number>): void {
		const options = { name: `surety_${name}`, help, registers: [this.registry] };
		const gauge: Gauge = new Gauge({ ...options, collect: async () => gauge.set(await read()) });
	}

	private counter(name: string, help: string, read: () => number): void {
		const options = { name: `surety_${name}_total`, help, registers: [this.registry] };
		const counter: Counter = new Counter({
			...options,
			collect: () => {
				counter.reset();
				counter.inc(read());
			},
		});
	}

	private records(): void {
		const { byOutcome } = this;
		const counter: Counter<'type' | 'verdict'> = new Counter({
			name: 'surety_answers_total',
			help: 'Records answered, by type and verdict; repetitions included',
			labelNames: ['type', 'verdict'] as const,
			registers: [this.registry],
			collect: () => {
				counter.reset();
				for (const [type, verdicts] of byOutcome) {
					for (const [verdict, count] of verdicts) counter.inc({ type, verdict }, count);
				}
			},
		});
	}

	private service(service: Service): void {
		const { counts } = service;
		this.counter('records', 'Records taken', () => counts.records);
		this.counter('record_errors', 'Records that could not be taken', () => counts.errors);
		this.counter('log_batches', 'Batches made durable', () => counts.batches);
		this.counter('log_bytes', 'Bytes made durable', () => counts.bytes);
		this.counter('log_failures', 'Appends that failed and were tried again', () => counts.failures);
		this.counter('refused', 'Submissions refused because too much was waiting', () => counts.refused);
		this.gauge('backlog_records', 'Records that wait to be decided or made durable', () => service.backlog);
		this.gauge('ready', '1 while records are taken', () => Number(service.ready));
		this.gauge('holds', 'Requests that wait', () => service.desk.holds.count);
		this.gauge('stores', 'Stores in the book', () => service.desk.core.book.stores.length);
		this.gauge('record_time_seconds', 'The latest time seen in a record', () => service.desk.core.book.now / 1000);
	}

	private money(exposure: () => ExposureView): void {
		const money = (name: keyof ExposureView, help: string): void =>
			this.gauge(`money_${name}`, `${help}, in major units`, () => Number(exposure()[name]));
		money('open_value', 'What open guarantees could cost at most');
		money('unsecured', 'Of that, what neither held proceeds nor reserves cover');
		money('reserves', 'Reserved for triggered guarantees');
		money('held', 'Proceeds not released');
		money('balance', 'Released and not withdrawn');
		money('deposits', 'Deposits posted');
		money('unfilled', 'Triggered and not covered');
		money('owed_refunds', 'Refunds of goods that stores owe');
		money('shortfall', 'Advanced and not recovered');
	}
}

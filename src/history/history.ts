/**
 * The history: the log's records and events projected into SQL for lists, search and charts. It follows the service
 * and is never in its way. The log is the truth; this can be deleted and rebuilt at any time, and is, where it does not
 * fit the log. If it cannot be opened the service goes on without it, and it is tried again.
 */
import type { Log } from '../log/port.js';
import type { Service } from '../runtime/service.js';
import type { AuditFilter, AuditItem } from './reads/audit.js';
import type { DailyFilter, Day } from './reads/daily.js';
import type { DecisionFilter, DecisionItem } from './reads/decisions.js';
import type { EventFilter, EventItem } from './reads/events.js';
import type { Fresh, Listed, Page } from './reads/page.js';
import type { StoreHistory } from './reads/store-history.js';
import type { Status } from './status.js';

/** How it is paced. */
export interface Pace {
	/** Least time between two commits while following. */
	readonly batchMs?: number;
	/** Most records in one commit (a batch of the log is not parted). */
	readonly mostBatch?: number;
}

/** What is asked of the log that is followed: where it ends, and its batches. */
export type FollowedLog = Pick<Log, 'id' | 'read' | 'readAt'> & { readonly head: { readonly number: number } };

export interface HistoryOptions extends Pace {
	/** The database's file, e.g. `history.duckdb` in the data folder; belongs to the history alone. */
	readonly path: string;
	readonly log: Log;
	/** Where the log's files lie: with it, following and reading have a process of their own; without, they share this one. */
	readonly folder?: string;
	readonly service: Pick<Service, 'listen' | 'currency' | 'applied'>;
	/** Told in a sentence what a person should know: that it is rebuilt and why, or cannot be opened. */
	readonly warn?: (sentence: string) => void;
}

/** Reads throw `HistoryUnavailable` while the file cannot be read; they and filters that are wrong are all they throw. */
export interface History {
	/** Counters for the operator. */
	readonly counts: Counts;
	readonly status: Status;
	/** The newest batch whose rows can be read, and how many of the log's batches are still to come. */
	readonly fresh: Fresh;
	/** Settles once everything that is durable now can be read, or the history is closed. */
	caughtUp(): Promise<void>;
	/** Deletes the file and makes it anew from the log; settles once it has caught up. */
	rebuild(): Promise<void>;
	/** Stops following and closes the file; what is not fed yet is fed when it is opened again. */
	close(): Promise<void>;
	decisions(filter: DecisionFilter): Promise<Page<DecisionItem>>;
	events(filter: EventFilter): Promise<Page<EventItem>>;
	audit(filter: AuditFilter): Promise<Page<AuditItem>>;
	daily(filter: DailyFilter): Promise<Listed<Day>>;
	storeHistory(storeId: string): Promise<StoreHistory>;
}

export type Counts = Readonly<Record<'records' | 'commits' | 'failures' | 'rebuilds', number>>;

export const FIRST_RETRY_MS = 500;
export const LAST_RETRY_MS = 30_000;

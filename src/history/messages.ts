/** What the deciding process and a history's own process say to each other. */
import { SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import { messageOf } from './file.js';
import type { Counts, History, Pace } from './history.js';
import { HistoryUnavailable, type Status } from './status.js';

/** What the process begins with. */
export interface Task extends Pace {
	readonly path: string;
	/** The log's folder and its id. */
	readonly folder: string;
	readonly logId: string;
	readonly currency: Currency;
	/** The newest durable batch. */
	readonly newest: number;
}

/** What can be asked of the process: it answers each. */
export type Asked = 'caughtUp' | 'rebuild' | 'close' | 'decisions' | 'events' | 'audit' | 'daily' | 'storeHistory';
export type Argument<A extends Asked> = Parameters<History[A]>;

export type ToProcess =
	| { readonly k: 'begin'; readonly task: Task }
	/** The number of the newest durable batch. */
	| { readonly k: 'news'; readonly newest: number }
	| { readonly k: 'ask'; readonly n: number; readonly asked: Asked; readonly argument: readonly unknown[] };

/** How the follower stands. */
export interface Standing {
	readonly status: Status;
	/** The newest batch whose rows can be read. */
	readonly batch: number;
	readonly counts: Counts;
}

export type FromProcess =
	| ({ readonly k: 'standing' } & Standing)
	| { readonly k: 'warn'; readonly sentence: string }
	| { readonly k: 'answer'; readonly n: number; readonly value: unknown }
	| { readonly k: 'failed'; readonly n: number; readonly failure: Failure };

/** An error's kind does not survive on its way between processes, so what it is made of is sent. */
type Failure =
	| {
			readonly is: 'ours';
			readonly code: SuretyError['code'];
			readonly message: string;
			readonly field: string | undefined;
	  }
	| { readonly is: 'unavailable'; readonly why: string };

export function failureOf(error: unknown): Failure {
	if (error instanceof SuretyError) {
		const { code, message, field } = error;
		return { is: 'ours', code, message, field };
	}
	return { is: 'unavailable', why: error instanceof HistoryUnavailable ? error.why : messageOf(error) };
}

export const errorOf = (failure: Failure): Error =>
	failure.is === 'ours'
		? new SuretyError(failure.code, failure.message, failure.field)
		: new HistoryUnavailable(failure.why);

/** The list of dead letters, in pages: in order of death, over one endpoint or all. */
import { formatInstant, type Instant } from '../core/words/time.js';
import type { DeadLetter } from './delivery.js';

/** A delivery that was given up, as it may be shown. */
export type DeadLetterView = {
	readonly id: string;
	readonly endpoint_id: string;
	readonly type: string;
	readonly attempts: number;
	readonly died_at: string;
	/** What the last attempt met: a status, or why there was none. */
	readonly last: string;
};

export interface DeadLettersAsked {
	readonly cursor?: string | undefined;
	readonly limit?: number;
	readonly endpoint?: string;
}

export interface DeadLetterPage {
	readonly items: readonly DeadLetterView[];
	/** The cursor of the next page, where there is one. */
	readonly next?: string;
}

/** What is sorted by: the time of death first, then what no two letters share. */
export interface Shown {
	readonly key: string;
	readonly view: DeadLetterView;
}

export function pageOf(letters: readonly Shown[], cursor: string | undefined, limit: number): DeadLetterPage {
	const all = letters.toSorted((a, b) => (a.key < b.key ? -1 : 1));
	const rest = cursor === undefined ? all : all.filter(({ key }) => key > cursor);
	const page = rest.slice(0, limit);
	const items = page.map(({ view }) => view);
	const last = page.at(-1);
	return last === undefined || rest.length <= limit ? { items } : { items, next: last.key };
}

export function shown(endpoint_id: string, { id, type, attempts, diedMs, last }: DeadLetter): Shown {
	const died_at = formatInstant(diedMs as Instant); // a time of the clock
	const key = `${String(diedMs).padStart(15, '0')}.${endpoint_id}.${id}`;
	return { key, view: { id, endpoint_id, type, attempts, died_at, last } };
}

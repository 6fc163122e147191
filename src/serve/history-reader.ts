/** The history as HTTP asks it: times and days as text in, and how fresh the answer is out. */
import { badField } from '../core/words/field.js';
import { DAY, formatInstant, type Instant, later, parseInstant } from '../core/words/time.js';
import type { Fresh, History } from '../history/index.js';
import type { HistoryPage, HistoryReader } from '../http/parts.js';
import type { Service } from '../runtime/service.js';

/** Days that are shown where none are asked for. */
const DAYS = 90;

export function historyReader(history: History, { desk }: Service): HistoryReader {
	const now = (): Instant => desk.core.book.now;
	/** The record time the history has come to; unknown while it catches up. */
	const dated = ({ items, next, fresh }: { items: readonly object[]; next?: string; fresh: Fresh }): HistoryPage => ({
		items: items.map((item) => ({ ...item })),
		next,
		fresh_as_of: fresh.behind === 0 ? formatInstant(now()) : null,
	});
	return {
		decisions: async ({ from, to, ...asked }) =>
			dated(await history.decisions({ ...asked, from: time(from, 'from'), to: time(to, 'to') })),
		audit: async ({ from, to, ...asked }) =>
			dated(await history.audit({ ...asked, from: time(from, 'from'), to: time(to, 'to') })),
		daily: async ({ from, to }) => {
			const end = later(day(to, 'to') ?? now(), DAY);
			return dated(await history.daily({ from: day(from, 'from') ?? later(end, -DAYS * DAY), to: end }));
		},
		lastWord: async (decision_id) => {
			const { items } = await history.events({ decision_id, type: 'hold.decided', limit: 1 });
			const [word] = items;
			if (word === undefined) return undefined;
			const { seq: _, n: __, type: ___, decision_id: ____, ...decided } = word;
			return { first_verdict: 'hold', verdict: decided['verdict'], decided };
		},
	};
}

function time(text: string | undefined, name: string): Instant | undefined {
	if (text === undefined) return undefined;
	const parsed = parseInstant(text);
	if (typeof parsed === 'string') throw badField(name, text, parsed);
	return parsed;
}

const day = (text: string | undefined, name: string): Instant | undefined =>
	time(text === undefined || text.includes('T') ? text : `${text}T00:00:00Z`, name);

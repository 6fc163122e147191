/** Events: what followed from records besides their answers, newest first. */
import type { EventType } from '../../core/desk/events.js';
import type { Instant } from '../../core/words/time.js';
import type { Json } from '../../runtime/wire.js';
import type { Cells } from '../file.js';
import { Conditions, type Page, type PageFilter, type Reader, readPage } from './page.js';

export interface EventFilter extends PageFilter {
	readonly store_id?: string | undefined;
	readonly type?: string | undefined;
	/** The request that was held. */
	readonly decision_id?: string | undefined;
	readonly from?: Instant | undefined;
	readonly to?: Instant | undefined;
}

/** An event as the wire has it, and its place: the record it followed from, and its number among those that did. */
export type EventItem = Json & { readonly seq: number; readonly n: number; readonly type: EventType };

export function readEvents(reader: Reader, filter: EventFilter): Promise<Page<EventItem>> {
	const { store_id, type, decision_id, from, to } = filter;
	const conditions = new Conditions()
		.add('store_id = $store', 'store', store_id)
		.add('type = $type', 'type', type)
		.add('decision_id = $decision', 'decision', decision_id)
		.add('"at" >= $from', 'from', from)
		.add('"at" < $to', 'to', to);
	return readPage(reader, { table: 'events', first: 'seq', second: 'n' }, filter, conditions, itemOf);
}

function itemOf(row: Cells): EventItem {
	const event = JSON.parse(String(row['data'])) as Json & { readonly type: EventType }; // as it was written
	return { seq: Number(row['seq']), n: Number(row['n']), ...event };
}

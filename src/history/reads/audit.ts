/** The audit trail: what people did or read, and the rules that were set, newest first. By the machine's clock. */
import type { Instant } from '../../core/words/time.js';
import type { Cells } from '../file.js';
import { Conditions, type Page, type PageFilter, type Reader, readPage, textOf, timeOf } from './page.js';

export interface AuditFilter extends PageFilter {
	readonly by?: string | undefined;
	readonly action?: string | undefined;
	/** Part of the object, in whatever case. */
	readonly text?: string | undefined;
	readonly from?: Instant | undefined;
	readonly to?: Instant | undefined;
}

export type AuditItem = {
	/** The batch of the log that holds the entry, and its number there: where an auditor finds it. */
	readonly batch: number;
	readonly n: number;
	readonly came: string;
	readonly by: string;
	readonly action: string;
	readonly object: string;
};

export function readAudit(reader: Reader, filter: AuditFilter): Promise<Page<AuditItem>> {
	const { by, action, text, from, to } = filter;
	const conditions = new Conditions()
		.add('"by" = $by', 'by', by)
		.add('action = $action', 'action', action)
		.add('contains(lower(object), $text)', 'text', text?.toLowerCase())
		.add('came >= $from', 'from', from)
		.add('came < $to', 'to', to);
	return readPage(reader, { table: 'audit', first: 'batch', second: 'n' }, filter, conditions, itemOf);
}

const itemOf = (row: Cells): AuditItem => ({
	batch: Number(row['batch']),
	n: Number(row['n']),
	came: timeOf(row['came']),
	by: textOf(row['by']) ?? '',
	action: textOf(row['action']) ?? '',
	object: textOf(row['object']) ?? '',
});

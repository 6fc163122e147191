/** The history: what was decided, in SQL, for lists, search and charts. */
export type { History, HistoryOptions } from './history.js';
export { startHistory } from './start.js';
export { HistoryUnavailable, type Status } from './status.js';
export type { AuditFilter, AuditItem } from './reads/audit.js';
export type { DailyFilter, Day } from './reads/daily.js';
export type { DecisionFilter, DecisionItem } from './reads/decisions.js';
export type { EventFilter, EventItem } from './reads/events.js';
export type { Fresh, Listed, Page, PageFilter } from './reads/page.js';
export type { PriceStep, StoreHistory, Stretch } from './reads/store-history.js';

/**
 * Intake: a folder of a marketplace's exported tables becomes facts in order of time. Nothing here decides anything;
 * bad rows are put aside with their file, line and reason, and the rest goes on to the core.
 */
export { type FactBlock, factsIn, sharedBlock } from './fact-block.js';
export type { History, IntakeOptions, Progress, TableSummary } from './history.js';
export { parseMap, readMap, type TableMap, type TableMapping } from './map.js';
export { openHistory } from './open-history.js';
export { TABLES, TABLE_NAMES, type TableName } from './tables.js';

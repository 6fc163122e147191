/** The library: the core inside your own process, and the words it speaks. */
export { Core } from './core/core.js';
export type { CoreOptions } from './core/state.js';
export { defaultPolicy, type Policy, parsePolicy } from './core/policy.js';
export { DEFAULT_PROGRAMME, PRESETS } from './core/programme/presets.js';
export { type Programme, type ProgrammeDocument, parseProgramme } from './core/programme/schema.js';
export { stateHash } from './core/state-hash.js';
export { ERRORS, type ErrorCode, SuretyError } from './core/words/error.js';
export { type Currency, currency, formatMoney, type Minor, parseMoney } from './core/words/money.js';
export type { Answer, Gate, Outcome, Verdict } from './core/words/outcome.js';
export { type Language, REASONS, type Reason, type ReasonCode, sentence } from './core/words/reason.js';
export { type Fact, parseRecord, type RecordOf, type Request, type SuretyRecord } from './core/words/record.js';
export { formatInstant, type Instant, parseInstant } from './core/words/time.js';

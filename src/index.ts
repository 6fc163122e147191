/** The library: the service or the bare core inside your own process, and the words they speak. */
export { open, type OpenOptions } from './open.js';
export { Desk } from './core/desk/desk.js';
export { EVENT_TYPES, type Event, type EventType, type Taken } from './core/desk/events.js';
export { type Answer as RecordAnswer, Service, type ServiceOptions } from './runtime/service.js';
export { Core } from './core/core.js';
export type { CoreOptions } from './core/state.js';
export { defaultPolicy, type Policy, parsePolicy } from './core/policy.js';
export { DEFAULT_PROGRAMME, PRESETS } from './core/programme/presets.js';
export { type Programme, type ProgrammeDocument, parseProgramme } from './core/programme/schema.js';
export { Door, type Said, type Shown, type TokenKey, Tokens, type Verifier } from './door/index.js';
export { httpVerifier } from './effects/http-verifier.js';
export { stateHash } from './core/state-hash.js';
export { ERRORS, type ErrorCode, SuretyError } from './core/words/error.js';
export { type Currency, currency, formatMoney, type Minor, parseMoney } from './core/words/money.js';
export type { Answer, Gate, Outcome, Verdict } from './core/words/outcome.js';
export { type Language, REASONS, type Reason, type ReasonCode, sentence } from './core/words/reason.js';
export { type Fact, parseRecord, type RecordOf, type Request, type SuretyRecord } from './core/words/record.js';
export { formatInstant, type Instant, parseInstant } from './core/words/time.js';

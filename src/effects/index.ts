/** Effects: what others are told of, from the durable log outward. */
export { EVENT_TYPES, type EventType } from '../core/desk/events.js';
export type { DeadLetterPage, DeadLettersAsked, DeadLetterView } from './dead-letters.js';
export { DISABLED, type Disabled, type EndpointView } from './endpoint.js';
export { httpVerifier, type HttpVerifierOptions } from './http-verifier.js';
export type { EndpointChange, NewEndpoint, PingResult, WebhooksOptions } from './options.js';
export { progressIn } from './progress.js';
export { DEFAULT_RETRIES_MS } from './schedule.js';
export { Webhooks } from './webhooks.js';

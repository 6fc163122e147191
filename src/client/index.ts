/** The typed client of the service (`surety/client`); nothing of the service itself comes with it. */
export { type Problem, SuretyApiError } from './api-error.js';
export { type CallOptions, type ClientOptions, SuretyClient } from './client.js';
export type * from './reads.js';
export type { TransportOptions } from './transport.js';
export {
	type Amount,
	type FieldsOf,
	isError,
	type RecordAnswer,
	type RecordError,
	type RecordHead,
	type SuretyOutcome,
	type SuretyRecord,
	type WebhookBody,
} from './wire.js';

/**
 * What the outside world can do wrong, as one catalogue of stable codes. A policy's "no" is a verdict, never one of
 * these; a broken invariant is an `assert` (it stops the book rather than pay wrong money).
 */

/** Code to the plain meaning that documentation shows. Codes never change meaning. */
export const ERRORS = {
	bad_record: 'The record is not an object with a known type.',
	bad_field: 'A field is missing, of the wrong kind or outside its range.',
	bad_currency: 'The currency is not an ISO 4217 code.',
	bad_programme:
		'The programme document does not fit its schema or contradicts itself, or its name and version stand for another one.',
	bad_policy: 'The policy document does not fit its schema or contradicts itself.',
	bad_model: 'The model document does not fit its schema, or an index or score in it is out of place.',
	too_few_labels: 'The history has too few labelled stores that were ever scored to learn from, or of one kind only.',
	unknown_store: 'No store of this id has been opened.',
	unknown_order_line: 'No order line of this id is known, or it was settled so long ago that it has been forgotten.',
	too_large: 'The money of one store would grow past what can be added exactly.',
	duplicate_store: 'A store of this id is open already.',
	duplicate_order_line: 'An order line of this id is known already.',
	bad_folder: 'The folder to read is missing or is not a folder.',
	bad_table: 'A table is missing, unreadable or lacks a required column.',
	bad_rows: 'Rows were rejected and --strict was given.',
	bad_output: 'The output folder cannot be written.',
	bad_books: 'The books, the log or a snapshot do not agree with each other.',
	usage: 'The command line is wrong.',
	bad_keyring: 'The keyring has no usable key, or a key of it is malformed.',
	bad_access_file: 'The file of keys and users is damaged or was written by a newer version.',
	access_file_exposed: 'The file of keys and users may be read by other users of this machine; make it private.',
	access_unavailable: 'The file of keys and users cannot be read or written; nothing has changed. Try again.',
	bad_settings: 'The settings do not fit their schema or contradict each other.',
	id_reused: 'A record of this id was taken already, and its content was another.',
	unknown_decision: 'No decision of this id is known.',
	not_waiting: 'The decision is not waiting: it was never held, or it has been settled.',
	unknown_payment: 'No payment of this id is known, or it was made so long ago that it counts as made.',
	unknown_policy: 'No policy of this name and version is known.',
	policy_state: 'The policy is not in the state that this step needs.',
	same_person: 'Whoever drafted a policy cannot approve it.',
	unknown_appeal: 'No open appeal of this id is known.',
	busy: 'More is asked than can be answered now; ask again after the time given.',
	stopping: 'The service is stopping; ask again when it is back.',
	log_unavailable:
		'The disk is full, read-only or failing. Send the same again: what was taken after all is answered as it was, once.',
	log_corrupt: 'The log is not what was written: a part of it has changed since.',
	log_locked: 'Another process is writing to this data folder.',
	log_format: 'The log was written by a newer version than this one.',
	bad_json: 'The body or line is not JSON in UTF-8, or is nested too deep.',
	line_too_long: 'One line or element is longer than a record may be.',
	bad_request: 'The request is not proper HTTP, or its address cannot be read.',
	bad_parameter: 'A parameter of the address is unknown, malformed or given twice.',
	unauthorized: 'The request carries no credential that is good.',
	forbidden: 'The credential does not allow this.',
	not_found: 'There is nothing at this address.',
	method_not_allowed: 'This address does not take this method.',
	body_too_large: 'The body is larger than this address takes; records may come as NDJSON of any length.',
	unsupported_media_type: 'This address does not take a body of this type.',
	headers_too_large: 'The headers of the request are too large.',
	request_timeout: 'The request did not arrive in time.',
	rate_limited: 'More was asked in a short time than is allowed; ask again after the time given.',
	history_unavailable: 'The history cannot be read now; decisions are not concerned. Ask again.',
	not_ready: 'The service does not take records now.',
	not_configured: 'This service was started without the part that would answer this.',
	internal: 'Something went wrong inside the service; nobody else is to blame.',
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** A failure with a stable code; `field` names the culprit where there is one. */
export class SuretyError extends Error {
	readonly code: ErrorCode;
	readonly field: string | undefined;

	constructor(code: ErrorCode, message: string, field?: string) {
		super(message);
		this.name = 'SuretyError';
		this.code = code;
		this.field = field;
	}
}

/** Thrown where the book would otherwise go on with wrong money. Never caught inside the core. */
export class BrokenInvariant extends Error {
	override name = 'BrokenInvariant';
}

/** On in production, on purpose: see the file's head. */
export function assert(condition: boolean, sentence: string): asserts condition {
	if (!condition) throw new BrokenInvariant(sentence);
}

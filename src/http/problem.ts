/** Problem details (RFC 9457): every refusal of a request, with a stable code of the one catalogue. */
import type { Refused } from '../access/index.js';
import { REFUSALS } from '../access/index.js';
import { type ErrorCode, ERRORS, SuretyError } from '../core/words/error.js';
import { HistoryUnavailable } from '../history/status.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** The status of each code where it is a whole request's answer; whatever is not here is our own fault. */
export const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
	bad_json: 400,
	bad_request: 400,
	bad_parameter: 400,
	unauthorized: 401,
	forbidden: 403,
	not_found: 404,
	unknown_decision: 404,
	unknown_appeal: 404,
	unknown_policy: 404,
	method_not_allowed: 405,
	request_timeout: 408,
	id_reused: 409,
	duplicate_store: 409,
	duplicate_order_line: 409,
	not_waiting: 409,
	policy_state: 409,
	same_person: 409,
	body_too_large: 413,
	line_too_long: 413,
	unsupported_media_type: 415,
	bad_record: 422,
	bad_field: 422,
	bad_policy: 422,
	bad_programme: 422,
	unknown_store: 422,
	unknown_order_line: 422,
	unknown_payment: 422,
	too_large: 422,
	rate_limited: 429,
	headers_too_large: 431,
	internal: 500,
	not_configured: 501,
	busy: 503,
	stopping: 503,
	log_unavailable: 503,
	not_ready: 503,
	access_unavailable: 503,
	history_unavailable: 503,
};

export interface ProblemBody {
	readonly type: string;
	readonly title: string;
	readonly status: number;
	readonly code: ErrorCode;
	readonly detail: string;
	readonly field?: string;
	/** Of a credential that was refused: why. */
	readonly why?: string;
}

interface More {
	readonly field?: string | undefined;
	readonly why?: string;
	readonly retryAfterMs?: number | undefined;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown where a request is refused. */
export class Problem extends Error {
	readonly status: number;
	readonly body: ProblemBody;
	readonly headers: Readonly<Record<string, string>>;

	constructor(code: ErrorCode, detail: string, { field, why, retryAfterMs, headers }: More = {}) {
		super(detail);
		this.name = 'Problem';
		this.status = STATUS[code] ?? 500;
		this.body = {
			type: `urn:surety:error:${code}`,
			title: ERRORS[code],
			status: this.status,
			code,
			detail,
			...(field === undefined ? {} : { field }),
			...(why === undefined ? {} : { why }),
		};
		const wait = retryAfterMs ?? (this.status === 503 ? 1000 : undefined);
		const again = wait === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(wait / 1000))) };
		this.headers = { ...again, ...headers };
	}
}

/** Whatever was thrown, as a problem. What is not known to be harmless is not shown. */
export function problemOf(error: unknown): Problem {
	if (error instanceof Problem) return error;
	if (error instanceof SuretyError) return new Problem(error.code, error.message, { field: error.field });
	if (error instanceof HistoryUnavailable) return new Problem('history_unavailable', error.message);
	return new Problem(...ofFramework(error));
}

/** What Fastify and Node throw, in our words. */
function ofFramework(error: unknown): [ErrorCode, string] {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
		return ['bad_request', 'the address cannot be read'];
	if (code.startsWith('FST_ERR_CTP_INVALID_MEDIA_TYPE'))
		return ['unsupported_media_type', 'the content type cannot be read'];
	const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
	if (status >= 400 && status < 500) return ['bad_request', 'the request cannot be read'];
	return ['internal', 'the service failed to answer; its log says why'];
}

/** A refusal of access as a problem. */
export function problemOfRefusal({ why, retryAfterMs }: Refused): Problem {
	const more = { why, retryAfterMs };
	const detail = REFUSALS[why];
	switch (why) {
		case 'role_lacks':
		case 'scope_lacks':
		case 'other_store':
		case 'no_role':
			return new Problem('forbidden', detail, more);
		case 'locked_out':
		case 'too_many':
			return new Problem('rate_limited', detail, more);
		case 'busy':
		case 'provider_unreachable':
			return new Problem('busy', detail, more);
		case 'weak_password':
			return new Problem('bad_field', detail, { ...more, field: 'password' });
		case 'unknown_key':
		case 'key_expired':
		case 'key_revoked':
		case 'wrong_login':
		case 'unknown_session':
		case 'session_expired':
		case 'unknown_login':
		case 'provider_refused':
		case 'bad_token':
			return new Problem('unauthorized', detail, { ...more, headers: { 'www-authenticate': 'Bearer realm="surety"' } });
	}
}

export const notConfigured = (what: string): Problem =>
	new Problem('not_configured', `this service was started without ${what}`);

/** Failures as this client throws them: what the service said, by RFC 9457, or that it could not be asked. */

/** Problem details; `code` is stable and documented. */
export interface Problem {
	readonly type?: string;
	readonly title?: string;
	readonly status?: number;
	readonly detail?: string;
	readonly code?: string;
	readonly field?: string;
	readonly [more: string]: unknown;
}

export class SuretyApiError extends Error {
	override readonly name = 'SuretyApiError';
	/** The HTTP status; undefined where no answer came. */
	readonly status: number | undefined;
	/** The service's code, e.g. `unknown_store`; `unreachable` where no answer came. */
	readonly code: string;
	readonly field: string | undefined;
	readonly problem: Problem;

	constructor(problem: Problem, cause?: unknown) {
		super(problem.detail ?? problem.title ?? `status ${problem.status}`, cause === undefined ? {} : { cause });
		this.status = problem.status;
		this.code = problem.code ?? (problem.status === undefined ? 'unreachable' : `http_${problem.status}`);
		this.field = problem.field;
		this.problem = problem;
	}
}

/** Something that may pass: the same request is sent again. */
export class Passing extends Error {
	/** The least wait the service asked for. */
	readonly waitMs: number;
	/** What is thrown where patience ends. */
	readonly error: SuretyApiError;

	constructor(error: SuretyApiError, waitMs = 0) {
		super(error.message);
		this.error = error;
		this.waitMs = waitMs;
	}
}

export const unreachable = (detail: string, cause?: unknown): Passing =>
	new Passing(new SuretyApiError({ title: 'No answer', detail, code: 'unreachable' }, cause));

/** Statuses of a service, or of what stands before it, that is busy, starting or stopping. */
const PASSING = new Set([429, 502, 503, 504]);
/** Codes of records that were not decided, for the same reasons. */
const PASSING_CODES = new Set(['busy', 'stopping', 'log_unavailable']);

/** The failure a response stands for. */
export async function failureOf(response: Response, nowMs: number): Promise<Passing | SuretyApiError> {
	const error = new SuretyApiError({ status: response.status, ...problemOf(await response.text().catch(() => '')) });
	return PASSING.has(response.status) ? new Passing(error, askedWaitMs(response, nowMs)) : error;
}

/** The failure a record's error stands for. */
export function failureOfRecord(error: { readonly code: string; readonly message: string; readonly field?: string }) {
	const { code, message: detail, field } = error;
	const failure = new SuretyApiError({
		title: 'Record not taken',
		detail,
		code,
		...(field === undefined ? {} : { field }),
	});
	return PASSING_CODES.has(code) ? new Passing(failure) : failure;
}

function problemOf(text: string): Problem {
	try {
		const json: unknown = JSON.parse(text);
		return typeof json === 'object' && json !== null ? (json as Problem) : {};
	} catch {
		return {};
	}
}

function askedWaitMs({ headers }: Response, nowMs: number): number {
	const asked = headers.get('retry-after');
	if (asked === null) return 0;
	const waitMs = /^\d{1,6}$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - nowMs;
	return Number.isFinite(waitMs) ? Math.max(0, waitMs) : 0;
}

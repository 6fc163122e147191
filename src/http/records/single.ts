/** One record by itself: its outcome, or a problem where it could not be taken. */
import type { ErrorCode } from '../../core/words/error.js';
import { guarded } from './guard.js';
import { Problem } from '../problem.js';
import type { Call } from '../route.js';
import { answer, type Submit } from './slices.js';

interface Refusal {
	readonly code: ErrorCode;
	readonly message: string;
	readonly field?: string;
}

/** @throws Problem where the record gets an error for an answer. */
export async function answerSingle(call: Call, raw: unknown, submit: Submit): Promise<unknown> {
	const [only] = await answer([guarded(raw, call.caller)], submit);
	const error = only?.['error'] as Refusal | undefined; // what the service and `sickAnswer` make
	if (error !== undefined) throw new Problem(error.code, error.message, { field: error.field });
	return only;
}

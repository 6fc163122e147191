/** One record by itself: its outcome, or a problem where it could not be taken. */
import { answerText, isUntaken, type Said } from '../../runtime/answer.js';
import { Problem } from '../problem.js';
import type { Call, Edge } from '../route.js';
import { guarded } from './guard.js';
import { answer, type Submit } from './slices.js';

/** @returns the answer's text. @throws Problem where the record gets an error for an answer. */
export async function answerSingle(edge: Edge, call: Call, raw: unknown, submit: Submit): Promise<string> {
	const [only] = (await answer([guarded(raw, call.caller)], submit)) as [Said]; // one for each
	if (isUntaken(only)) throw new Problem(only.error.code, only.error.message, { field: only.error.field });
	call.reply.type('application/json; charset=utf-8');
	return answerText(only, edge.service.currency);
}

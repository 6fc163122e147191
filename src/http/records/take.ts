/**
 * `POST /v1/records`: records in, answers out, in the same order and form. A body that fits is read, decided and
 * answered as one; a longer one is streamed both ways, however long it is.
 */
import { Readable } from 'node:stream';
import { answerText, type Said } from '../../runtime/answer.js';
import { SuretyError } from '../../core/words/error.js';
import type { Currency } from '../../core/words/money.js';
import { gather, mediaType, parseBody } from '../body.js';
import { readJson, Sick } from '../json.js';
import { Problem, problemOf } from '../problem.js';
import type { Call, Edge } from '../route.js';
import { answerSingle } from './single.js';
import { ElementSplitter } from './elements.js';
import { guarded } from './guard.js';
import { LineSplitter } from './lines.js';
import { answer, Slices, type Submit, sickAnswer, Unanswered } from './slices.js';
import { submitter } from './submit.js';

export const NDJSON = 'application/x-ndjson';

/** How a body is cut, and its answers put together. */
interface Form {
	readonly type: string;
	readonly splitter: (longest: number) => LineSplitter | ElementSplitter;
	readonly begin: string;
	readonly between: string;
	readonly end: string;
}

const LINES: Form = {
	type: NDJSON,
	splitter: (longest) => new LineSplitter(longest),
	begin: '',
	between: '\n',
	end: '\n',
};
const ARRAY: Form = {
	type: 'application/json',
	splitter: (longest) => new ElementSplitter(longest),
	begin: '[',
	between: ',',
	end: ']',
};

/** By media type; a single JSON record may stand alone. */
const FORMS: ReadonlyMap<string, Form> = new Map([
	[NDJSON, LINES],
	['application/ndjson', LINES],
	['application/jsonl', LINES],
	['application/json', ARRAY],
	['application/cloudevents+json', ARRAY],
	['application/cloudevents-batch+json', ARRAY],
]);
export const RECORD_TYPES = [
	NDJSON,
	'application/json',
	'application/cloudevents+json',
	'application/cloudevents-batch+json',
];

/** @returns the answers, as a text or a stream of it. */
export async function takeRecords(edge: Edge, call: Call): Promise<string | Readable> {
	const form = FORMS.get(mediaType(call.request));
	if (form === undefined) throw new Problem('unsupported_media_type', `expected one of ${RECORD_TYPES.join(', ')}`);
	const { raw } = call.request;
	const { bodyBytes, idleMs } = edge.limits;
	const submit = submitter(edge, call);
	const isLong = raw.headers['content-length'] === undefined || Number(raw.headers['content-length']) > bodyBytes;
	// Of lines each may be answered before the next one comes; an array that fits is taken whole or not at all.
	if (isLong && form === LINES) return stream(edge, call, form, submit);
	const { bytes, isWhole } = await gather(raw, bodyBytes, idleMs);
	if (!isWhole) return stream(edge, call, form, submit, bytes);
	const values = form === LINES ? valuesOfLines(bytes, edge) : parseBody(bytes);
	if (!Array.isArray(values)) return answerSingle(edge, call, values, submit);
	const items = values.map((value) => guarded(value, call.caller));
	if (items.length <= edge.limits.slice) return allOf(edge, call, form, await answer(items, submit));
	return respond(edge, call, form, submit, (slices) => inSlices(slices, items, edge.limits.slice));
}

function valuesOfLines(bytes: Buffer, { limits }: Edge): unknown[] {
	const lines = new LineSplitter(limits.lineBytes);
	return [...lines.push(bytes), ...lines.end()].map(valueOf);
}

const valueOf = (text: string | Sick): unknown => (typeof text === 'string' ? readJson(text) : text);

/**
 * Answers are returned and not sent: of a reply that is returned from something asynchronous the framework waits for the
 * end, with a listener on its stream for each call.
 */
function allOf(edge: Edge, { reply }: Call, { type, begin, between, end }: Form, answers: readonly Said[]): string {
	const { currency } = edge.service;
	const text = answers.map((one) => answerText(one, currency)).join(between);
	const isNothing = type === NDJSON && answers.length === 0;
	reply.type(type);
	return isNothing ? '' : begin + text + end;
}

async function inSlices(slices: Slices, items: readonly unknown[], size: number): Promise<void> {
	for (let i = 0; i < items.length && slices.isOpen; i += size) await slices.add(items.slice(i, i + size));
}

function stream(edge: Edge, call: Call, form: Form, submit: Submit, head?: Buffer): Promise<string | Readable> {
	const splitter = form.splitter(edge.limits.lineBytes);
	const send = async (slices: Slices, texts: readonly (string | Sick)[]): Promise<void> => {
		const { slice } = edge.limits;
		for (let i = 0; i < texts.length && slices.isOpen; i += slice) {
			// Parsed only when there is room, so that no more than is in flight stands in memory as objects.
			const items = texts.slice(i, i + slice).map((text) => guarded(valueOf(text), call.caller));
			await slices.add(items);
		}
	};
	return respond(edge, call, form, submit, async (slices) => {
		if (head !== undefined) await send(slices, splitter.push(head));
		const isBroken = (): boolean => splitter instanceof ElementSplitter && splitter.isBroken;
		for await (const chunk of call.request.raw.iterator({ destroyOnReturn: false })) {
			if (!slices.isOpen || isBroken()) return;
			await send(slices, splitter.push(chunk as Buffer));
		}
		await send(slices, splitter.end());
	});
}

/**
 * Answers while `read` is still reading. What fails before the first answer fails the request; later, the records that
 * could not be answered say so, and the answers end there.
 */
async function respond(
	edge: Edge,
	call: Call,
	form: Form,
	submit: Submit,
	read: (slices: Slices) => Promise<void>,
): Promise<string | Readable> {
	const slices = new Slices(submit, edge.limits.slicesInFlight);
	const { reply, request } = call;
	edge.streams.add(slices);
	reply.raw.once('close', () => {
		slices.end();
		edge.streams.delete(slices);
	});
	read(slices)
		.catch(() => undefined) // the client went away; what was sent is answered to nobody
		.finally(() => slices.end());
	const first = await slices.next().catch((error: unknown) => {
		throw error instanceof Unanswered ? error.cause : error;
	});
	if (first === undefined) return allOf(edge, call, form, []);
	const texts = Readable.from(inPieces(form, edge.service.currency, first, slices), {
		objectMode: false,
		highWaterMark: 1 << 16,
	});
	texts.once('close', () => {
		slices.end();
		// Whoever was told half-way that it goes no further may still be sending.
		const leave = (): unknown => (request.raw.readableEnded ? undefined : request.raw.destroy());
		if (reply.raw.writableFinished) leave();
		else reply.raw.once('finish', leave);
	});
	reply.type(form.type);
	return texts;
}

/** The text of the answers, a slice at a time. */
async function* inPieces(
	form: Form,
	currency: Currency,
	first: readonly Said[],
	slices: Slices,
): AsyncGenerator<string> {
	let before = form.begin;
	const piece = (answers: readonly Said[]): string => {
		const text = before + answers.map((one) => answerText(one, currency)).join(form.between);
		before = form.between;
		// A line is whole with its newline; whoever waits for an answer waits for that.
		if (form !== LINES) return text;
		before = '';
		return text + form.end;
	};
	let answers: readonly Said[] | undefined = first;
	while (answers !== undefined) {
		if (answers.length > 0) yield piece(answers);
		answers = await slices.next().catch((error: unknown) => {
			if (error instanceof Unanswered) return unanswered(error);
			throw error;
		});
		if (answers !== undefined && isFailure.has(answers)) {
			yield piece(answers);
			break;
		}
	}
	if (form !== LINES) yield before === form.begin ? form.begin + form.end : form.end;
}

/** Answers that stand for a failure, after which there are no more. */
const isFailure = new WeakSet<readonly Said[]>();

function unanswered({ count, cause }: Unanswered): readonly Said[] {
	const known = cause instanceof SuretyError ? cause : problemOf(cause).body;
	const sick = new Sick(known.code, cause instanceof SuretyError ? cause.message : problemOf(cause).body.detail);
	const answers = Array.from({ length: count }, () => sickAnswer(sick));
	isFailure.add(answers);
	return answers;
}

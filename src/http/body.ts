/** Bodies that are read as a whole. */
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { readJson, readText, Sick } from './json.js';
import type { Limits } from './parts.js';
import { Problem } from './problem.js';

const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json$/;

/** The media type of a body, in small letters and without its parameters; JSON where it is not said. */
export const mediaType = ({ headers }: FastifyRequest): string =>
	(headers['content-type'] ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** @throws Problem where the body is no JSON object, is too large, or stops coming. */
export async function readObject(request: FastifyRequest, limits: Limits): Promise<Record<string, unknown>> {
	if (!JSON_TYPE.test(mediaType(request))) throw new Problem('unsupported_media_type', 'expected application/json');
	const { bytes, isWhole } = await gather(request.raw, limits.bodyBytes, limits.idleMs);
	if (!isWhole) throw new Problem('body_too_large', `the body is longer than ${limits.bodyBytes} bytes`);
	const value = parseBody(bytes);
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	throw new Problem('bad_json', 'expected a JSON object');
}

/** @throws Problem `bad_json` */
export function parseBody(bytes: Buffer): unknown {
	const text = readText(bytes);
	const value = text instanceof Sick ? text : readJson(text);
	if (value instanceof Sick) throw new Problem(value.code, value.message);
	return value;
}

/** Gathers a body up to a limit. Past it the stream is left paused, with what came so far. */
export function gather(
	raw: IncomingMessage,
	most: number,
	idleMs: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let length = 0;
		const timer = setTimeout(() => finish(new Problem('request_timeout', 'the body stopped coming')), idleMs);
		const onData = (chunk: Buffer): void => {
			chunks.push(chunk);
			length += chunk.length;
			if (length > most) finish();
			else timer.refresh();
		};
		const onEnd = (): void => finish();
		const onClose = (): void => finish(new Problem('bad_request', 'the body ended early'));
		const finish = (error?: Error): void => {
			clearTimeout(timer);
			raw.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
			if (!raw.readableEnded) raw.pause();
			if (error !== undefined) reject(error);
			else
				resolve({
					bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
					isWhole: length <= most,
				});
		};
		raw.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
	});
}

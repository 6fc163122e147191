/**
 * One attempt over the wire: a POST that follows no redirect, ends by a deadline, and reads no more of the reply than it
 * has to. Plain `node:http` rather than `fetch`, because only here a connection's address can be judged before it is
 * made. Proxies of the environment are not used.
 */
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isForbidden, publicLookup } from './target.js';

export interface Message {
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	readonly timeoutMs: number;
}

export interface Reply {
	readonly status: number;
	/** Seconds or a date, as the receiver put it. */
	readonly retryAfter: string | undefined;
}

/** Rejects where no answer came. */
export type Post = (message: Message) => Promise<Reply>;

export interface Poster {
	readonly post: Post;
	readonly close: () => void;
}

/** What is read of a reply's body before the connection is given up rather than kept. */
const MOST_REPLY_BYTES = 64 * 1024;

export function nodePoster(allowPrivate: boolean): Poster {
	const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
	const begin = ({ url, headers, body, timeoutMs }: Message): ClientRequest => {
		const isSecure = url.protocol === 'https:';
		const options = {
			method: 'POST',
			headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
			signal: AbortSignal.timeout(timeoutMs),
			...(allowPrivate ? {} : { lookup: publicLookup }),
		};
		return isSecure
			? httpsRequest(url, { ...options, agent: agents.https })
			: httpRequest(url, { ...options, agent: agents.http });
	};
	const once = (message: Message, again: boolean): Promise<Reply> =>
		new Promise((resolve, reject) => {
			const sending = begin(message);
			sending.on('response', (response) => resolve(replyOf(response)));
			sending.on('error', (error: NodeJS.ErrnoException) => {
				// The receiver closed a kept connection just as it was used again: nobody's failure.
				const isStale = again && sending.reusedSocket && error.code === 'ECONNRESET';
				if (isStale) once(message, false).then(resolve, reject);
				else reject(error.name === 'AbortError' ? new Error(`no answer in ${message.timeoutMs} ms`) : error);
			});
			sending.end(message.body);
		});
	return {
		post: async (message) => {
			// An address in digits is never looked up, so it is judged here.
			if (!allowPrivate && isForbidden(message.url)) throw new Error('not a public address');
			return once(message, true);
		},
		close: () => {
			agents.http.destroy();
			agents.https.destroy();
		},
	};
}

function replyOf(response: IncomingMessage): Reply {
	let bytes = 0;
	response.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes > MOST_REPLY_BYTES) response.destroy();
	});
	response.on('error', () => undefined); // what counts was in the head
	return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
}

/** Somebody's own `fetch`, which then guards its own connections; addresses in digits are still judged here. */
export function fetchPoster(fetchOf: typeof fetch, allowPrivate: boolean): Poster {
	return {
		post: async ({ url, headers, body, timeoutMs }) => {
			if (!allowPrivate && isForbidden(url)) throw new Error('not a public address');
			const signal = AbortSignal.timeout(timeoutMs);
			const response = await fetchOf(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
			await response.body?.cancel().catch(() => undefined); // what counts was in the head
			return { status: response.status, retryAfter: response.headers.get('retry-after') ?? undefined };
		},
		close: () => undefined,
	};
}

/**
 * The endpoints as one small file. It holds secrets, which sign and so cannot be hashed: only its owner may read it.
 */
import { chmod } from 'node:fs/promises';
import { SuretyError } from '../core/words/error.js';
import { readPrivate, writePrivate } from '../log/private-file.js';
import { type Endpoint, endpointDocument } from './endpoint.js';

const OWNER_ONLY = 0o600;

export class EndpointFile {
	private readonly path: string;
	private endpoints: ReadonlyMap<string, Endpoint>;
	private queue: Promise<unknown> = Promise.resolve();

	private constructor(path: string, endpoints: readonly Endpoint[]) {
		this.path = path;
		this.endpoints = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
	}

	/** @throws SuretyError `log_corrupt` where the file is not what was written, `log_unavailable` */
	static async open(path: string, warn: (sentence: string) => void): Promise<EndpointFile> {
		return new EndpointFile(path, await load(path, warn));
	}

	get all(): readonly Endpoint[] {
		return [...this.endpoints.values()];
	}

	find(id: string): Endpoint | undefined {
		return this.endpoints.get(id);
	}

	/**
	 * Puts another endpoint in an id's place, or takes it away; durable when it returns. One change at a time.
	 * @param change may throw, and then nothing changes.
	 * @throws SuretyError `log_unavailable`; nothing has changed then.
	 */
	change(id: string, change: (before: Endpoint | undefined) => Endpoint | undefined): Promise<Endpoint | undefined> {
		const changed = this.queue.then(async () => {
			const after = change(this.endpoints.get(id));
			const endpoints = new Map(this.endpoints);
			if (after === undefined) endpoints.delete(id);
			else endpoints.set(id, after);
			await this.write([...endpoints.values()]);
			this.endpoints = endpoints;
			return after;
		});
		this.queue = changed.catch(() => undefined);
		return changed;
	}

	private async write(endpoints: readonly Endpoint[]): Promise<void> {
		const document = { schema: 'surety.webhooks/1', endpoints };
		try {
			await writePrivate(this.path, `${JSON.stringify(document, null, '\t')}\n`);
		} catch (error) {
			throw new SuretyError('log_unavailable', `${this.path}: ${codeOf(error)}`);
		}
	}
}

async function load(path: string, warn: (sentence: string) => void): Promise<readonly Endpoint[]> {
	let text: string | undefined;
	try {
		text = await readPrivate(path, async () => {
			warn(`${path} was open to other users, and is not any more; rotate the secrets if they may have read it`);
			await chmod(path, OWNER_ONLY);
		});
	} catch (error) {
		throw new SuretyError('log_unavailable', `${path}: ${codeOf(error)}`);
	}
	if (text === undefined) return [];
	const parsed = endpointDocument.safeParse(jsonOf(text));
	if (parsed.success) return parsed.data.endpoints;
	// A parser's message would quote the file.
	throw new SuretyError('log_corrupt', `${path} is not a list of endpoints; put a sound copy in its place`);
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error); // Node's errors have one

/**
 * The endpoints as one small file, written aside, synced and renamed, so that it is the old or the new one whatever
 * happens. It holds secrets, which sign and so cannot be hashed: only its owner may read it.
 */
import { chmod, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SuretyError } from '../core/words/error.js';
import { type Endpoint, endpointDocument } from './endpoint.js';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

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
		const aside = `${this.path}.new`;
		try {
			await rm(aside, { force: true });
			const file = await open(aside, 'wx', OWNER_ONLY);
			try {
				await file.writeFile(`${JSON.stringify({ schema: 'surety.webhooks/1', endpoints }, null, '\t')}\n`);
				await file.sync();
			} finally {
				await file.close();
			}
			await rename(aside, this.path);
			await syncFolder(dirname(this.path));
		} catch (error) {
			throw new SuretyError('log_unavailable', `${this.path}: ${codeOf(error)}`);
		}
	}
}

async function load(path: string, warn: (sentence: string) => void): Promise<readonly Endpoint[]> {
	let text: string;
	try {
		const { mode } = await stat(path);
		// Windows has no such bits and reports all of them.
		if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
			warn(`${path} was open to other users, and is not any more; rotate the secrets if they may have read it`);
			await chmod(path, OWNER_ONLY);
		}
		text = await readFile(path, 'utf8');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return [];
		throw new SuretyError('log_unavailable', `${path}: ${codeOf(error)}`);
	}
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

/** Makes the rename itself durable. */
async function syncFolder(path: string): Promise<void> {
	if (process.platform === 'win32') return;
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error); // Node's errors have one

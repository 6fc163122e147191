/** The real server as a process of its own, on a folder and a free port, for tests to talk to and to kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openLog } from '../../src/log/embedded-log.js';
import { nodeDisk } from '../../src/log/node-disk.js';
import { Snapshots } from '../../src/runtime/snapshots.js';
import { type Verified, verifyLog } from '../../src/runtime/verify.js';

const ROOT = resolve(import.meta.dirname, '../..');
/** What `bin/surety` does once `dist` is fresh. A file, since node's own options would be handed down to its threads. */
const MAIN = `import { main } from ${JSON.stringify(pathToFileURL(join(ROOT, 'dist/cli/main.js')).href)};
process.exitCode = await main(process.argv.slice(2));
`;

export class Server {
	readonly url: URL;
	private readonly child: ChildProcess;
	private readonly ended: Promise<unknown>;
	/** What it said on standard error. */
	private readonly said: () => string;

	private constructor(child: ChildProcess, url: URL, ended: Promise<unknown>, said: () => string) {
		this.child = child;
		this.url = url;
		this.ended = ended;
		this.said = said;
	}

	static async start(data: string, settings: Readonly<Record<string, string>> = {}): Promise<Server> {
		const main = join(newFolder(), 'main.mjs');
		writeFileSync(main, MAIN);
		const args = [main, 'serve', '--data', data, '--port', '0', '--insecure-no-auth', '--clock', 'records'];
		const child = spawn(process.execPath, args, {
			env: { ...process.env, SURETY_LOG_LEVEL: 'silent', ...settings },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const ended = new Promise((end) => child.once('exit', end));
		let stderr = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
		});
		const address = await new Promise<string>((found, fail) => {
			let stdout = '';
			child.stdout.setEncoding('utf8').on('data', (text: string) => {
				stdout += text;
				const [, url] = /serves (http:\S+)/.exec(stdout) ?? [];
				if (url !== undefined) found(url);
			});
			void ended.then((code) => fail(new Error(`the server ended with ${String(code)}: ${stderr}`)));
		});
		return new Server(child, new URL(address), ended, () => stderr);
	}

	get stderr(): string {
		return this.said();
	}

	/** Whether it still runs. */
	get isAlive(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null;
	}

	async kill(): Promise<void> {
		this.child.kill('SIGKILL');
		await this.ended;
	}

	/** Asks it to stop. @returns its exit code. */
	async stop(): Promise<unknown> {
		this.child.kill('SIGTERM');
		return this.ended;
	}
}

export interface Said {
	readonly status: number;
	readonly text: string;
}

/** One socket to a server, kept open between requests. */
export class Connection {
	private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
	private readonly url: URL;

	constructor(url: URL) {
		this.url = url;
	}

	/** @param heard called with the answer's text as far as it has come; also of an answer that then breaks off. */
	ask(method: string, path: string, type: string, body: string, heard?: (text: string) => void): Promise<Said> {
		return new Promise((done, fail) => {
			const { hostname, port } = this.url;
			const headers = body === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
			const asked = request({ agent: this.agent, hostname, port, path, method, headers }, (answer) => {
				let text = '';
				answer.setEncoding('utf8');
				answer.on('data', (piece: string) => {
					text += piece;
					if (answer.statusCode === 200) heard?.(text);
				});
				answer.once('end', () => done({ status: answer.statusCode ?? 0, text }));
				answer.once('error', fail);
			});
			asked.once('error', fail);
			asked.end(body);
		});
	}

	async post(path: string, record: unknown): Promise<Record<string, unknown>> {
		const { text } = await this.ask('POST', path, 'application/json', JSON.stringify(record));
		return JSON.parse(text) as Record<string, unknown>;
	}

	async get(path: string): Promise<Record<string, unknown>> {
		const { status, text } = await this.ask('GET', path, '', '');
		if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
		return JSON.parse(text) as Record<string, unknown>;
	}

	close(): void {
		this.agent.destroy();
	}
}

/** As `surety verify` does, on a folder that nobody serves. */
export async function verifyFolder(data: string): Promise<Verified> {
	const log = await openLog({ dir: join(data, 'log'), readOnly: true });
	try {
		return await verifyLog(log, new Snapshots(join(data, 'snapshots'), nodeDisk, log.id));
	} finally {
		await log.close();
	}
}

const gates = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
/** Every gate enforces, and nobody is on probation. */
export const POLICY = { schema: 'surety.policy/1', name: 'torture', version: 1, gates };

/** @returns where it stands as a file, for `SURETY_POLICY`. */
export function policyFile(): string {
	const path = join(newFolder(), 'policy.json');
	writeFileSync(path, JSON.stringify(POLICY));
	return path;
}

const folders: string[] = [];

export function newFolder(): string {
	const path = mkdtempSync(join(tmpdir(), 'surety-torture-'));
	folders.push(path);
	return path;
}

export function removeFolders(): void {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

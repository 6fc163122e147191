/** `surety serve` as a child process, on any free port. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'surety');

export function newFolder(): { readonly dir: string; readonly remove: () => void } {
	const dir = mkdtempSync(join(tmpdir(), 'surety-serve-'));
	return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export const surety = (...args: string[]): { code: number | null; out: string; err: string } => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' });
	return { code: status, out: stdout, err: stderr };
};

export interface Server {
	readonly address: string;
	/** Everything it has said so far. */
	readonly said: () => string;
	/** From now on nobody reads what it says, as when `tee` is gone. */
	readonly unheard: () => void;
	/** Asks it to stop; settles with its exit code. */
	readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Ends every server that a failed test left running. */
export function endAll(): void {
	for (const child of running) child.kill('SIGKILL');
}

export function startServer(...args: string[]): Promise<Server> {
	const child: ChildProcess = spawn(process.execPath, [BIN, 'serve', '--port', '0', ...args]);
	let said = '';
	running.add(child);
	const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
	const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
		child.kill(signal);
		return ended;
	};
	const unheard = (): void => {
		for (const stream of [child.stdout, child.stderr]) stream?.destroy();
	};
	return new Promise((resolve, reject) => {
		const hear = (chunk: Buffer): void => {
			said += chunk.toString();
			const address = /surety serves (\S+)/.exec(said)?.[1];
			if (address !== undefined && said.includes('/docs\n')) resolve({ address, said: () => said, unheard, stop });
		};
		child.stdout?.on('data', hear);
		child.stderr?.on('data', hear);
		child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
	});
}

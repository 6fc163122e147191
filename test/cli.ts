/**
 * The command line without a process of its own, for what it says and the code it ends with. That `bin/surety` hands
 * both on is seen where commands are run as processes.
 */
import { vi } from 'vitest';
import { main } from '../src/cli/main.js';

export interface Said {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

export async function surety(...args: string[]): Promise<Said> {
	const said = { out: '', err: '' };
	const hear = (stream: NodeJS.WriteStream, name: 'out' | 'err') =>
		vi.spyOn(stream, 'write').mockImplementation((text) => {
			said[name] += String(text);
			return true;
		});
	const heard = [hear(process.stdout, 'out'), hear(process.stderr, 'err')];
	const undo = leftAsItWas();
	try {
		const code = await main(args);
		return { code, ...said };
	} finally {
		undo();
		for (const one of heard) one.mockRestore();
	}
}

/** A command changes what belongs to its process: who is told of signals, and whose the files are. */
function leftAsItWas(): () => void {
	const umask = process.umask();
	const signals = ['SIGINT', 'SIGTERM'] as const;
	const before = signals.map((signal) => process.listeners(signal));
	return () => {
		process.umask(umask);
		for (const [i, signal] of signals.entries()) {
			process.removeAllListeners(signal);
			for (const listener of before[i] ?? []) process.on(signal, listener);
		}
	};
}

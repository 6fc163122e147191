/** `bin/surety serve` as a user starts it, in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './blocks.js';

export interface Running {
	readonly url: string;
	/** The first administrator's. */
	readonly key: string;
	readonly data: string;
	/** @returns its exit code. */
	readonly stop: () => Promise<number | null>;
}

export function run(args: readonly string[]) {
	return spawnSync(process.execPath, [join(ROOT, 'bin', 'surety'), ...args], { cwd: ROOT, encoding: 'utf8' });
}

/** @param settings environment variables besides those there are. */
export async function start(settings: Readonly<Record<string, string>> = {}): Promise<Running> {
	const folder = mkdtempSync(join(tmpdir(), 'surety-docs-'));
	const data = join(folder, 'data');
	const command = [join(ROOT, 'bin', 'surety'), 'serve', '--data', data, '--port', '0', '--clock', 'records'];
	const child = spawn(process.execPath, command, { cwd: ROOT, env: { ...process.env, ...settings } });
	const said = await announcement(child);
	const stop = async (): Promise<number | null> => {
		const ended = child.exitCode === null ? once(child, 'exit') : undefined;
		child.kill('SIGTERM');
		await ended;
		rmSync(folder, { recursive: true, force: true });
		return child.exitCode;
	};
	return { url: /serves (\S+)/.exec(said)?.[1] ?? '', key: /first key {2}(\S+)/.exec(said)?.[1] ?? '', data, stop };
}

/** What a fresh service prints, to the last line of it. */
function announcement(child: ChildProcess): Promise<string> {
	let [said, wrong] = ['', ''];
	child.stderr?.on('data', (text) => {
		wrong += String(text);
	});
	return new Promise((resolve, reject) => {
		child.stdout?.on('data', (text) => {
			said += String(text);
			if (said.includes('not shown again')) resolve(said);
		});
		child.once('exit', () => reject(new Error(`it ended: ${wrong}`)));
	});
}

/** Processes that are started, waited for, looked at and stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set();
process.once('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, async () => {
		await Promise.all([...running].map(stopChild));
		process.exit(130);
	});
}

export const freePort = () =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject).listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});

/** Starts a script of this folder with a channel for messages. */
export function startChild(script, args = [], flags = []) {
	const path = fileURLToPath(new URL(script, import.meta.url));
	const child = spawn(process.execPath, [...flags, path, ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
	running.add(child);
	child.once('exit', () => running.delete(child));
	return child;
}

/** Starts a script that serves HTTP on a port and waits until it answers. */
export async function startServer(script, port, args, flags) {
	const child = startChild(script, args, flags);
	for (let attempt = 0; attempt < 600; attempt++) {
		if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`);
		const isUp = await fetch(`http://127.0.0.1:${port}/healthz`).then(
			({ ok }) => ok,
			() => false,
		);
		if (isUp) return child;
		await sleep(100);
	}
	throw new Error(`${script} does not answer`);
}

export async function stopChild(child) {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	await Promise.race([ended, sleep(30_000)]);
	if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

/** Sends a message and waits for the answer; one at a time. */
export async function ask(child, message) {
	const over = new AbortController();
	try {
		const ended = once(child, 'exit', over).then(() => [{ failed: 'the process ended' }]);
		const answered = once(child, 'message', over);
		child.send(message);
		const [answer] = await Promise.race([answered, ended.catch(() => new Promise(() => undefined))]);
		if (answer.failed !== undefined) throw new Error(answer.failed);
		return answer;
	} finally {
		over.abort();
	}
}

/** Memory in MiB that a process holds now (Linux). */
export function memoryOf({ pid }) {
	try {
		return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
	} catch {
		return Number.NaN;
	}
}

/** Processor seconds of a process and its descendants so far (Linux); neighbours on the machine do not count here. */
export function secondsOf({ pid }) {
	const children = new Map();
	const ticks = new Map();
	for (const entry of readNumbered('/proc')) {
		const fields = statOf(entry);
		if (fields === undefined) continue;
		children.set(fields.parent, [...(children.get(fields.parent) ?? []), entry]);
		ticks.set(entry, fields.ticks);
	}
	const sum = (of) => (children.get(of) ?? []).reduce((all, child) => all + sum(child), ticks.get(of) ?? Number.NaN);
	return sum(pid) / 100;
}

function readNumbered(folder) {
	try {
		return readdirSync(folder).map(Number).filter(Number.isInteger);
	} catch {
		return [];
	}
}

function statOf(pid) {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
	} catch {
		return undefined; // has ended meanwhile
	}
}

/** Waits until a process has finished what it does after its answers (history, garbage), five seconds at most. */
export async function untilQuiet(child) {
	for (let attempt = 0; attempt < 25; attempt++) {
		const before = secondsOf(child);
		await sleep(200);
		if (!(secondsOf(child) - before > 0.02)) return;
	}
}

/**
 * One writer a folder. A lock file that names a process cannot be trusted after a kill: the number may belong to another
 * process by now, or to another container. So the lock is a listening socket in the folder: whoever can be connected to
 * is alive, be it paused or busy, and the kernel ends the listening with the process, however it dies.
 *
 * Two takers cannot both win. Each first announces itself under a name never used before, already listening, and only
 * then looks for others; so of two at once at least one sees the other. Whoever sees a living one withdraws, and tries
 * again a few times, in case that one was withdrawing too. Sockets of the dead are swept away; their names never return,
 * so that nobody sweeps away a living one.
 *
 * It holds between the processes and containers of one machine. A folder mounted by two machines is not guarded.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SuretyError } from '../core/words/error.js';

const SUFFIX = '.sock';
const ATTEMPTS = 5;
/** Bytes a socket's path may have on every system; longer ones Node 20 cuts short without a word. */
const LONGEST_PATH = 100;

/** Takes the lock; the answer gives it back. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
	const sockets = join(folder, 'lock');
	await mkdir(sockets, { recursive: true });
	return withShortPath(sockets, async (path) => {
		for (let attempt = 1; ; attempt++) {
			const held = await announce(sockets, path);
			const rival = await findAlive(sockets, path, held.name);
			if (rival === undefined) return held.withdraw;
			await held.withdraw();
			if (attempt === ATTEMPTS) throw locked(folder, rival);
			await wait(randomInt(5, 50));
		}
	});
}

/** Listens under a name of its own. The name ends in `.sock` only once connecting succeeds. */
async function announce(folder: string, path: string): Promise<{ name: string; withdraw: () => Promise<void> }> {
	const mine = `${process.pid}-${randomBytes(6).toString('hex')}`;
	const name = mine + SUFFIX;
	const server = createServer((socket) => socket.destroy());
	await listen(server, join(path, mine));
	await rename(join(folder, mine), join(folder, name));
	const withdraw = async (): Promise<void> => {
		await rm(join(folder, name), { force: true });
		await new Promise((resolve) => server.close(resolve));
	};
	return { name, withdraw };
}

function listen(server: Server, path: string): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(path, resolve);
		server.unref();
	});
}

/** The name of another that lives, if any. */
async function findAlive(folder: string, path: string, mine: string): Promise<string | undefined> {
	for (const name of await readdir(folder)) {
		if (name === mine || !name.endsWith(SUFFIX)) continue;
		if (await answers(join(path, name))) return name;
		await rm(join(folder, name), { force: true });
	}
	return undefined;
}

/** Only a refusal or nothing there means dead: a living one may be too busy, or another user's. */
function answers(path: string): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(path, () => resolve(true));
		socket.on('error', (error: NodeJS.ErrnoException) =>
			resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
		);
		socket.on('connect', () => socket.destroy());
	});
}

/** Runs with a path of the folder that is short enough for a socket; Linux has such a one for every open folder. */
async function withShortPath<T>(folder: string, run: (path: string) => Promise<T>): Promise<T> {
	if (Buffer.byteLength(folder) + 40 < LONGEST_PATH) return run(folder);
	if (process.platform !== 'linux') {
		throw new SuretyError('log_unavailable', `The path of ${folder} is too long for a lock; use a shorter one.`);
	}
	const handle = await open(folder, 'r');
	try {
		return await run(`/proc/self/fd/${handle.fd}`);
	} finally {
		await handle.close();
	}
}

function locked(folder: string, rival: string): SuretyError {
	const pid = rival.slice(0, rival.indexOf('-'));
	return new SuretyError('log_locked', `${folder} is being written by process ${pid}; stop it first.`);
}

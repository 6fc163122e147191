/**
 * Makes a checkout runnable: installs the locked dependencies where they are missing and compiles where the sources
 * are newer than the build. An installed package has neither sources nor work to do. Talks on stderr only.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export function prepareCheckout() {
	if (!existsSync(join(root, 'src'))) return;
	if (isReady()) return;
	// Several commands may be started at once on a fresh checkout; one prepares, the others wait for it.
	const release = takeTurn();
	try {
		prepare();
	} finally {
		release();
	}
}

const installed = join(root, 'node_modules', '.package-lock.json');
const built = join(root, 'dist', '.built');
const mustInstall = () => !existsSync(installed) || isNewer(join(root, 'package-lock.json'), installed);
const mustCompile = () => !existsSync(built) || newestIn(join(root, 'src')) > statSync(built).mtimeMs;
const isReady = () => !mustInstall() && !mustCompile();

function prepare() {
	if (mustInstall()) {
		say('installing dependencies (once)');
		run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
	}
	if (mustCompile()) {
		say('compiling');
		run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
	}
}

/** Waits for whoever prepares the checkout now. @returns how to let the next one. */
function takeTurn() {
	const turn = join(root, '.preparing');
	for (;;) {
		try {
			writeFileSync(turn, String(process.pid), { flag: 'wx' });
			return () => rmSync(turn, { force: true });
		} catch (error) {
			if (error.code !== 'EEXIST') return () => undefined;
		}
		if (!isAlive(turn)) rmSync(turn, { force: true });
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
	}
}

function isAlive(turn) {
	try {
		const pid = Number(readFileSync(turn, 'utf8'));
		return pid === 0 || process.kill(pid, 0);
	} catch (error) {
		return error.code === 'EPERM';
	}
}

function run(command, args) {
	const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
	if (status !== 0) {
		say(`${command} ${args.join(' ')} failed`);
		rmSync(join(root, '.preparing'), { force: true });
		process.exit(1);
	}
}

const say = (what) => process.stderr.write(`surety: ${what}\n`);
const isNewer = (file, than) => statSync(file).mtimeMs > statSync(than).mtimeMs;

function newestIn(folder) {
	let newest = statSync(folder).mtimeMs;
	for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
		const { mtimeMs } = statSync(join(entry.parentPath ?? entry.path, entry.name));
		if (mtimeMs > newest) newest = mtimeMs;
	}
	return newest;
}

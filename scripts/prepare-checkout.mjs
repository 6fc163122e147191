/**
 * Makes a checkout runnable: installs the locked dependencies where they are missing and compiles where the sources
 * are newer than the build. An installed package has neither sources nor work to do. Talks on stderr only.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export function prepareCheckout() {
	if (!existsSync(join(root, 'src'))) return;
	const installed = join(root, 'node_modules', '.package-lock.json');
	if (!existsSync(installed) || isNewer(join(root, 'package-lock.json'), installed)) {
		say('installing dependencies (once)');
		run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
	}
	const built = join(root, 'dist', '.built');
	if (!existsSync(built) || newestIn(join(root, 'src')) > statSync(built).mtimeMs) {
		say('compiling');
		run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
	}
}

function run(command, args) {
	const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
	if (status !== 0) {
		say(`${command} ${args.join(' ')} failed`);
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

/** Compiles `src` into `dist`, from nothing, and stamps it. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const started = new Date();
rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
	cwd: root,
	stdio: ['ignore', 2, 2],
});
if (status !== 0) process.exit(status ?? 1);
writeFileSync(join(root, 'dist', '.built'), `${started.toISOString()}\n`);

/**
 * Once before all tests: `dist` is made fresh, since what is tested as a process runs from there, and processes keep
 * what V8 compiled for one another, where Node can (22.1 and newer): most of a short command is compiling.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error a script without types
import { prepareCheckout } from '../scripts/prepare-checkout.mjs';

export function setup(): () => void {
	(prepareCheckout as () => void)();
	const cache = mkdtempSync(join(tmpdir(), 'surety-compiled-'));
	process.env['NODE_COMPILE_CACHE'] ??= cache;
	return () => rmSync(cache, { recursive: true, force: true });
}

/**
 * Threads are started from files of their own, in JavaScript. Where the sources themselves are run, as tests do, that is
 * the file in `dist` made from the source beside; `bin/surety` sees to it that `dist` is fresh.
 */
import { existsSync } from 'node:fs';

/** @param url where the file is when the importing module is compiled: `new URL('./its-name.js', import.meta.url)`. */
export function compiledFile(url: URL): URL {
	if (existsSync(url)) return url;
	return new URL(url.href.replace(/\/src\/(?!.*\/src\/)/, '/dist/'));
}

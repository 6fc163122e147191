/** Reads rule numbers and imports out of files, for the checks in this folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** Paths from the root of every TypeScript file below a folder, in order. */
export function sources(folder: string): string[] {
	const from = join(ROOT, folder);
	if (!existsSync(from)) return [];
	return readdirSync(from, { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith('.ts'))
		.map((path) => join(folder, path))
		.sort();
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Rule numbers as they are cited: `[PR1]` anywhere, `rule: 'PR1'` in the catalogue of reasons. */
export function cited(text: string): Set<string> {
	return new Set([...text.matchAll(/\[([A-Z]{2}\d+)\]|\brule: '([A-Z]{2}\d+)'/g)].map((m) => (m[1] ?? m[2]) as string));
}

/** Rule numbers that a document gives a paragraph of their own. */
export function stated(text: string): string[] {
	return [...text.matchAll(/^\*\*\[([A-Z]{2}\d+)\]\*\*/gm)].map((m) => m[1] as string);
}

/** Paths from the root of the files a file imports, types included; packages are left out. */
export function imports(path: string): string[] {
	const found = read(path).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+)'/g);
	const folder = new URL('.', `file://${join(ROOT, path)}`);
	return [...found].map((m) => relative(ROOT, new URL(m[1] as string, folder).pathname).replace(/\.js$/, '.ts'));
}

/** Fenced blocks of a page of documentation, in order. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Block {
	/** What stands behind the fence, e.g. `json` or `json webhook`. */
	readonly language: string;
	readonly text: string;
	readonly line: number;
}

export const pageOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export function blocksOf(page: string): Block[] {
	return [...page.matchAll(/^```([\w ]+)\n([\s\S]*?)^```$/gm)].map((found) => ({
		language: found[1] ?? '',
		text: found[2] ?? '',
		line: page.slice(0, found.index).split('\n').length,
	}));
}

/** Values that a text holds one after another: one document over many lines, or one a line. */
export function valuesOf(text: string): unknown[] {
	try {
		return [JSON.parse(text)];
	} catch {
		const lines = text.replaceAll('}{', '}\n{').split('\n');
		return lines.filter((line) => line.trim() !== '').map((line): unknown => JSON.parse(line));
	}
}

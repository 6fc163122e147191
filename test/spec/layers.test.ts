/** Inner folders never import outer ones, so that data travels one way and the core can be taken out whole. */
import { describe, expect, test } from 'vitest';
import { imports, read, sources } from './rules-of.js';

/** Innermost first; what stands in one row may import each other. Paths are below `src/`. */
const LAYERS: readonly (readonly string[])[] = [
	['core/words/'],
	['core/programme/', 'core/rules/', 'core/model/', 'core/policy.ts'],
	['core/book/'],
	['core/policies.ts', 'core/shadow.ts'],
	['core/risk/', 'core/rings/'],
	['core/gates/'],
	['core/'],
	['intake/', 'sim/', 'log/', 'access/', 'door/'],
	['train/'],
	['runtime/'],
	['views/'],
	['history/', 'effects/'],
	['http/', 'client/'],
	['serve/'],
	['report/'],
	['redteam/'],
	['backtest/'],
	['cli/', ''],
];

/** The layer of a file: that of the longest path that fits. */
function layerOf(path: string): number {
	const inside = path.replace(/^src\//, '');
	let [layer, longest] = [-1, -1];
	for (const [i, folders] of LAYERS.entries()) {
		for (const folder of folders) {
			const fits = folder === '' ? !inside.includes('/') : inside.startsWith(folder);
			if (fits && folder.length > longest) [layer, longest] = [i, folder.length];
		}
	}
	return layer;
}

const files = sources('src');

test('every folder has its place in the order', () => {
	expect(files.filter((path) => layerOf(path) < 0)).toEqual([]);
	expect(files.length).toBeGreaterThan(50);
});

test('no file imports from a folder further out, not even a type', () => {
	const outward = files.flatMap((path) =>
		imports(path)
			.filter((target) => layerOf(target) > layerOf(path))
			.map((target) => `${path} imports ${target}`),
	);
	expect(outward).toEqual([]);
});

test('no file imports itself through others, not even for a type', () => {
	const done = new Set<string>();
	const circles: string[] = [];
	const follow = (path: string, way: readonly string[]): void => {
		if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
		if (way.includes(path) || done.has(path)) return;
		for (const target of imports(path)) follow(target, [...way, path]);
		done.add(path);
	};
	for (const path of files) follow(path, []);
	expect(circles).toEqual([]);
	expect(done.size).toBe(files.length);
});

describe('the core depends on nothing that could differ between two runs', () => {
	const core = sources('src/core');

	test.each([
		['the clock', /\bDate\.now|new Date\(\)|performance\./, 'the record’s own `at`'],
		['chance', /Math\.random|randomUUID|node:crypto/, 'ids come in the record'],
		['the machine', /\bprocess\.|from 'node:|\brequire\(/, 'options given to the core'],
		['the machine’s language', /\.toLocale|localeCompare|\bIntl\./, 'a comparison by code units'],
		['the machine’s zone', /\.get(Hours|Day|Date|Month|FullYear|TimezoneOffset)\(/, 'milliseconds and time.ts'],
	])('%s', (_, banned, instead) => {
		const found = core.filter((path) => banned.test(read(path)));
		expect(found, `use ${instead}`).toEqual([]);
	});

	test('packages: zod and CEL read documents, and that is all', () => {
		const packages = core.flatMap((path) => [...read(path).matchAll(/from '([^.'][^']*)'/g)].map((m) => m[1]));
		expect([...new Set(packages)]).toEqual(['zod', '@marcbachmann/cel-js']);
	});
});

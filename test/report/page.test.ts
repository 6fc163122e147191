/** The report page: well formed, safe from hostile ids, whole in both languages, the same bytes again, offline. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ReportPage } from '../../src/report/model.js';
import { pagePieces, renderPage } from '../../src/report/page/index.js';
import { all, elementsOf, languageOf, read, readMarkup, textOf, textsOf } from './markup-tree.js';
import type { Element } from './markup-tree.js';
import { samplePage } from './sample.js';

const HAN = /\p{Script=Han}/u;
const founding = samplePage();
const page = renderPage(founding);
const tree = readMarkup(page);

const sectionOf = (id: string): Element => {
	const found = all(tree, 'details').find((details) => details.attributes.get('id') === id);
	if (found === undefined) throw new Error(`no section ${id}`);
	return found;
};

describe('the founding case', () => {
	test('is told in one sentence', () => {
		const { shortfall } = founding.report.totals;
		const figure = `¥${shortfall.replace(/\B(?=(\d{3})+\.)/g, ',')}`;
		expect(read(tree, 'en')).toContain(
			`29 stores acting as 1 ring took ${figure} that could not be recovered, between 2023-10`,
		);
		expect(read(tree, 'en')).toContain('Enforcing, the price gate would have prevented all of it.');
		expect(read(tree, 'zh-Hans')).toContain('29 家店铺结成 1 个团伙');
		expect(read(tree, 'zh-Hans')).toContain('价格闸口即可全部避免');
	});

	test('does not say that a gate would have prevented all when money left before it spoke', () => {
		const gates = founding.report.gates.map((gate) => ({ ...gate, advanced_after: '1200.00' }));
		const told = read(readMarkup(renderPage({ ...founding, report: { ...founding.report, gates } })), 'en');
		expect(told).not.toContain('prevented');
		expect(told).toContain('¥1,200.00 was paid after');
	});

	test('is told in another currency, and then in UTC', () => {
		const told = read(readMarkup(renderPage({ ...founding, report: { ...founding.report, currency: 'USD' } })), 'en');
		expect(told).toMatch(/took USD \d,\d{3},\d{3}\.\d\d that/);
		expect(told).toContain('Times are UTC.');
	});

	test('shows every flagged store in the list, in a section and in the ring', () => {
		const rows = all(tree, 'tr').filter((row) => row.attributes.get('class') === 'is-flagged');
		const sections = all(tree, 'details').filter((details) => details.attributes.get('class') === 'store');
		const names = all(tree, 'text').filter((text) => text.attributes.get('class') === 'store-name');
		expect(rows).toHaveLength(29);
		expect(sections.filter((section) => textOf(section).includes('ring R-1'))).toHaveLength(29);
		for (const { store_id } of founding.report.stores.filter(({ flagged }) => flagged)) {
			expect(rows.some((row) => textOf(row).includes(store_id))).toBe(true);
			expect(names.some((name) => textOf(name) === store_id)).toBe(true);
		}
	});

	test('tells the trick in numbered steps that the picture repeats', () => {
		const first = sectionOf('store-1');
		const steps = all(first, 'ol').flatMap((list) => all(list, 'li').map((step) => read(step, 'en')));
		expect(steps.map((step) => /(Sold|Withdrew|Cut|claims by)/.exec(step)?.[0])).toEqual([
			'Sold',
			'Withdrew',
			'Cut',
			'claims by',
		]);
		const badges = all(first, 'g').filter((group) => group.attributes.get('class') === 'badge');
		expect(badges.map(textOf).toSorted()).toEqual(['1', '2', '3', '4']);
	});

	test('zooms to the hours that matter', () => {
		const first = sectionOf('store-1');
		const claims =
			first === undefined
				? []
				: all(first, 'rect').filter((mark) => mark.attributes.get('class') === 'claim' && mark.attributes.has('y'));
		const places = new Set(claims.map((claim) => claim.attributes.get('x')));
		expect(claims.length).toBeGreaterThanOrEqual(7);
		expect(places.size).toBe(claims.length);
	});

	test('links lead somewhere, and every id is there once', () => {
		const ids = [...elementsOf(tree)].flatMap((element) => element.attributes.get('id') ?? []);
		expect(new Set(ids).size).toBe(ids.length);
		for (const link of all(tree, 'a')) expect(ids).toContain(link.attributes.get('href')?.slice(1));
	});

	test('draws no coordinate that is not a number', () => {
		expect(page).not.toMatch(/NaN|Infinity|undefined/);
	});
});

describe('both languages', () => {
	test('stand side by side wherever there are words', () => {
		for (const parent of elementsOf(tree)) {
			const kids = parent.children.filter((child) => typeof child !== 'string');
			for (const [i, kid] of kids.entries()) {
				if (languageOf(kid) !== 'en' || kid.name === 'html') continue;
				const other = kids[i + 1];
				expect(other === undefined ? '' : languageOf(other), textOf(kid)).toBe('zh-Hans');
				expect(textOf(kid)).not.toMatch(/[，。；]/);
				expect(other === undefined ? '' : textOf(other), textOf(kid)).toMatch(HAN);
			}
		}
	});

	test('no English words stand outside, save codes and data', () => {
		for (const { text, around } of textsOf(tree)) {
			const apart = around.some(
				(element) =>
					['code', 'style', 'script'].includes(element.name) || (element.name !== 'html' && languageOf(element) !== ''),
			);
			if (!apart && /[a-z]{2,} [a-z]{2,}/.test(text)) expect(text).toMatch(HAN);
		}
	});

	test('every word list has both, with the same values', async () => {
		for (const [name, words] of await wordLists()) {
			for (const [key, { en, zh }] of words) {
				expect(en, `${name}.${key}`).not.toMatch(HAN);
				if (/[a-z]{2}/.test(en.replace(/\{\w+\}/g, ''))) expect(zh, `${name}.${key}`).toMatch(HAN);
				expect(values(zh), `${name}.${key}`).toEqual(values(en));
			}
		}
	});

	test('no value is left unfilled', () => {
		for (const { text, around } of textsOf(tree))
			if (!around.some(({ name }) => name === 'style' || name === 'script')) expect(text).not.toMatch(/\{\w+\}/);
	});
});

/** Names of the values that a text takes. */
const values = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, value]) => value ?? '').toSorted();

/** Every exported list of words in the folder of the page. */
async function wordLists(): Promise<[string, [string, { en: string; zh: string }][]][]> {
	const lists: [string, [string, { en: string; zh: string }][]][] = [];
	for (const file of sources()) {
		const module = (await import(new URL(file, PAGE_FOLDER).href)) as Readonly<Record<string, unknown>>;
		for (const [name, value] of Object.entries(module)) {
			if (typeof value !== 'object' || value === null) continue;
			const words = Object.entries(value as Readonly<Record<string, unknown>>);
			const texts = words.filter((entry): entry is [string, { en: string; zh: string }] => isText(entry[1]));
			if (texts.length > 0) lists.push([name, texts]);
		}
	}
	expect(lists.length).toBeGreaterThan(10);
	return lists;
}

const isText = (value: unknown): boolean =>
	typeof value === 'object' && value !== null && 'en' in value && 'zh' in value;
const PAGE_FOLDER = new URL('../../src/report/page/', import.meta.url);
const sources = (): string[] =>
	readdirSync(PAGE_FOLDER)
		.filter((file) => file.endsWith('.ts'))
		.toSorted();

describe('hostile ids', () => {
	const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&{stores}$&`;
	const hostile = (text: string): string => (/^[SBR][-\d]/.test(text) ? HOSTILE + text : text);

	/** Every id, link value, file and message replaced. */
	function poisoned(value: unknown, key = ''): unknown {
		if (Array.isArray(value)) return value.map((entry) => poisoned(entry, key));
		if (typeof value === 'object' && value !== null)
			return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poisoned(inner, name)]));
		if (typeof value !== 'string') return value;
		return ['kind', 'value', 'file', 'table', 'rejected', 'programme', 'state_hash', 'sku'].includes(key) &&
			value !== 'shared_buyers'
			? HOSTILE + value
			: hostile(value);
	}

	test('stay text', () => {
		const clean = [...elementsOf(tree)];
		const sick = readMarkup(renderPage(poisoned(founding) as ReportPage));
		const elements = [...elementsOf(sick)];
		expect(elements.filter(({ name }) => name === 'script')).toHaveLength(1);
		expect(elements.filter(({ name }) => name === 'img')).toHaveLength(0);
		const attributes = new Set(clean.flatMap((element) => Array.from(element.attributes.keys())));
		for (const element of elements) for (const name of element.attributes.keys()) expect(attributes).toContain(name);
		expect(textOf(sick)).toContain(HOSTILE);
	});
});

describe('the file', () => {
	test('is the same bytes again, whole or in pieces', () => {
		expect(renderPage(samplePage())).toBe(page);
		expect([...pagePieces(founding)].join('')).toBe(page);
	});

	test('asks nobody: no address, no source, no import', () => {
		expect(page).not.toMatch(/https?:|\/\/[a-z]+\.|url\(|@import|<link|\ssrc=|fetch\(|XMLHttp|localStorage|cookie/);
		for (const link of all(tree, 'a')) expect(link.attributes.get('href')).toMatch(/^#[a-z0-9-]+$/);
	});

	test('lets only its own style and script run', () => {
		const policy = all(tree, 'meta').find((meta) => meta.attributes.get('http-equiv') === 'Content-Security-Policy');
		expect(policy?.attributes.get('content')).toMatch(
			/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'/,
		);
		expect([...elementsOf(tree)].some(({ attributes }) => attributes.has('style'))).toBe(false);
	});

	test('is made without clock, chance or locale', () => {
		for (const file of sources()) {
			const source = readFileSync(new URL(file, PAGE_FOLDER), 'utf8');
			expect(source, file).not.toMatch(/Date\.now|new Date\(|Math\.random|toLocale|Intl\.|localeCompare/);
		}
	});
});

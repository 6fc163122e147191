/**
 * A strict reader of the page: every tag must be closed in order, every attribute quoted, every `<` and `&` meant. It
 * takes far less than a browser does; what it takes, any browser reads alike.
 */
export interface Element {
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: (Element | string)[];
}

const VOID = new Set(['meta', 'input', 'br']);
/** Elements whose text is not markup. */
const RAW = new Set(['style', 'script']);
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<]*")?)*)\s*(\/?)>/;
const ENTITY = /&(?!(?:amp|lt|gt|quot|#39);)/;

/** @throws Error naming the place where the page is not well formed. */
export function readMarkup(page: string): Element {
	const root: Element = { name: '#page', attributes: new Map(), children: [] };
	const open: Element[] = [root];
	let at = page.startsWith('<!doctype html>') ? '<!doctype html>'.length : 0;
	while (at < page.length) at = step(page, at, open);
	if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is never closed`);
	return root;
}

function step(page: string, at: number, open: Element[]): number {
	const parent = open.at(-1) as Element; // the root stays
	if (page.charAt(at) !== '<') return readText(page, at, parent);
	const tag = TAG.exec(page.slice(at, at + 4000));
	if (tag === null) throw new Error(`not a tag: ${page.slice(at, at + 60)}`);
	const [whole, slash, name = '', attributes = '', alone] = tag;
	const after = at + whole.length;
	if (slash === '/') {
		if (parent.name !== name) throw new Error(`</${name}> closes <${parent.name}>: ${page.slice(at - 80, after)}`);
		open.pop();
		return after;
	}
	const element: Element = { name, attributes: readAttributes(attributes), children: [] };
	parent.children.push(element);
	if (VOID.has(name) || alone === '/') return after;
	if (!RAW.has(name)) {
		open.push(element);
		return after;
	}
	const end = page.indexOf(`</${name}>`, after);
	if (end < 0) throw new Error(`<${name}> is never closed`);
	element.children.push(page.slice(after, end));
	return end + name.length + 3;
}

function readText(page: string, at: number, parent: Element): number {
	const next = page.indexOf('<', at);
	const text = page.slice(at, next < 0 ? page.length : next);
	if (ENTITY.test(text)) throw new Error(`a bare &: ${text.slice(0, 80)}`);
	parent.children.push(plain(text));
	return at + text.length;
}

function readAttributes(text: string): ReadonlyMap<string, string> {
	const attributes = new Map<string, string>();
	for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)) {
		if (attributes.has(name)) throw new Error(`attribute ${name} twice: ${text}`);
		attributes.set(name, plain(value));
	}
	return attributes;
}

const plain = (text: string): string =>
	text
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&#39;', "'")
		.replaceAll('&amp;', '&');

export function* elementsOf(root: Element): Generator<Element> {
	yield root;
	for (const child of root.children) if (typeof child !== 'string') yield* elementsOf(child);
}

export const textOf = (element: Element): string =>
	element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');

/** All text with the elements around it, outermost first. */
export function* textsOf(
	element: Element,
	around: readonly Element[] = [],
): Generator<{ readonly text: string; readonly around: readonly Element[] }> {
	const inside = [...around, element];
	for (const child of element.children) {
		if (typeof child === 'string') yield { text: child, around: inside };
		else yield* textsOf(child, inside);
	}
}

export const all = (root: Element, name: string): Element[] =>
	[...elementsOf(root)].filter((element) => element.name === name);

export const languageOf = (element: Element): string => element.attributes.get('lang') ?? '';

/** The page as a reader of one language sees it. */
export function read(root: Element, language: 'en' | 'zh-Hans'): string {
	const shown = [...textsOf(root)].filter(({ around }) =>
		around.every(
			(element) =>
				element.name === 'html' ||
				(!['style', 'script'].includes(element.name) && ['', language].includes(languageOf(element))),
		),
	);
	return shown.map(({ text }) => text).join('');
}

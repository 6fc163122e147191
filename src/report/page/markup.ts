/**
 * Markup that cannot be injected into. The `html` tag escapes whatever it is given unless it is markup already, so an
 * id from a hostile export ends up as text by construction and no caller has to remember to escape it. Every sentence
 * of the page is a pair of languages; both are in the page and a style rule shows one.
 */
import type { Language } from '../../core/words/reason.js';

export interface Markup {
	readonly markup: string;
}

export type Part = Markup | string | number | null | readonly Part[];

/** The same words in both languages. */
export type Text = Readonly<Record<Language, string>>;

const ESCAPES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');

function written(part: Part): string {
	if (part === null) return '';
	if (typeof part === 'string') return escapeText(part);
	if (typeof part === 'number') return String(part);
	if ('markup' in part) return part.markup;
	return part.map(written).join('');
}

/** Attribute values have to be in double quotes; then everything inserted is safe in text and attributes alike. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
	let markup = strings[0] ?? '';
	for (const [i, part] of parts.entries()) markup += written(part) + (strings[i + 1] ?? '');
	return { markup };
}

/** Takes text as markup. Only for what this folder itself wrote: style, script, numbers of a path. */
export const trusted = (markup: string): Markup => ({ markup });

/** Both languages, one of which is shown. */
export const both = (en: Part, zh: Part): Markup => html`<span lang="en">${en}</span><span lang="zh-Hans">${zh}</span>`;

export const say = ({ en, zh }: Text): Markup => (en === zh ? timed(en) : both(timed(en), timed(zh)));

const TIME = /(\d{4}-\d\d-\d\d(?: \d\d:\d\d(?:–\d\d:\d\d)?)?)/;

/** Days and times inside a sentence are kept on one line. */
const timed = (words: string): Markup =>
	html`${words.split(TIME).map((piece, i) => (i % 2 === 1 ? html`<time>${piece}</time>` : piece))}`;

/** Puts values in the places a text names in braces, in both languages. */
export function fill(text: Text, values: Readonly<Record<string, string | number | Text>>): Text {
	const filled = (language: Language): string =>
		text[language].replace(/\{(\w+)\}/g, (braces, name: string) => {
			const value = values[name];
			if (value === undefined) return braces;
			return typeof value === 'object' ? value[language] : String(value);
		});
	return { en: filled('en'), zh: filled('zh') };
}

/** Like `fill`, as markup with the values set in bold. */
export function fillBold(text: Text, values: Readonly<Record<string, Text>>): Markup {
	const filled = (language: Language): Part =>
		text[language].split(/(\{\w+\})/).map((piece) => {
			const value = values[piece.slice(1, -1)];
			return value === undefined ? timed(piece) : html`<strong>${value[language]}</strong>`;
		});
	return both(filled('en'), filled('zh'));
}

/** The words of several texts one after another. */
export const joined = (texts: readonly Text[], en: string, zh: string): Text => ({
	en: texts.map((text) => text.en).join(en),
	zh: texts.map((text) => text.zh).join(zh),
});

export const same = (text: string): Text => ({ en: text, zh: text });

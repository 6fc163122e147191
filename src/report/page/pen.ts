/**
 * The few strokes all pictures are drawn with. Looks are left to the style sheet (by class), so that a picture follows
 * light, dark and print; only geometry is written here, to a tenth of a pixel to keep the page small.
 */
import { html, say } from './markup.js';
import type { Markup, Text } from './markup.js';

/** A coordinate as written: one decimal. */
export const px = (x: number): number => Math.round(x * 10) / 10;

export const LETTER = 6.8;
const WIDE_LETTER = 12;

/** About how wide a label of 12 px comes out, the wider language counting. */
export const widthOf = (text: Text): number => Math.max(lineWidth(text.en), lineWidth(text.zh));

const lineWidth = (line: string): number =>
	Array.from(line).reduce((sum, letter) => sum + (letter > '\u2e80' ? WIDE_LETTER : LETTER), 0);

/** A label in both languages. `look` is a class; anchors are classes too (`end`, `middle`). */
export function label(x: number, y: number, text: Text, look: string): Markup {
	const at = (words: string, attributes: Markup): Markup =>
		html`<text x="${px(x)}" y="${px(y)}" class="${look}"${attributes}>${words}</text>`;
	if (text.en === text.zh) return at(text.en, html``);
	return html`${at(text.en, html` lang="en"`)}${at(text.zh, html` lang="zh-Hans"`)}`;
}

/**
 * What a mark says when pointed at. The first line holds both languages, set apart by a middle dot (the script shows
 * the reader's); the lines after it are figures and ids.
 */
export function hint(what: Text, ...lines: readonly string[]): Markup {
	return html`<title>${[`${what.en} · ${what.zh}`, ...lines].join('\n')}</title>`;
}

/** Long ids cut in the middle: their ends tell them apart. */
export function shortId(id: string, most = 16): string {
	const letters = Array.from(id);
	if (letters.length <= most) return id;
	const tail = Math.floor((most - 1) / 2);
	return `${letters.slice(0, most - 1 - tail).join('')}…${letters.slice(-tail).join('')}`;
}

/** A name cut in the middle until it is at most so many pixels wide. */
export function fitted(name: string, width: number): string {
	let most = Array.from(name).length;
	let shown = name;
	while (most > 4 && lineWidth(shown) > width) shown = shortId(name, --most);
	return shown;
}

/** A numbered dot, the same beside the sentence it belongs to. */
export function badge(x: number, y: number, n: number): Markup {
	return html`<g class="badge"><circle cx="${px(x)}" cy="${px(y)}" r="8"/><text x="${px(x)}" y="${px(y + 4)}">${n}</text></g>`;
}

/** A numbered label that stays inside `left` to `right`, around `x` where it can. */
export function callout(x: number, y: number, n: number, text: Text, left: number, right: number): Markup {
	const width = widthOf(text) + 22;
	const start = Math.max(left, Math.min(x - width / 2, right - width));
	return html`${badge(start + 8, y - 4, n)}${label(start + 20, y, text, 'callout')}`;
}

/** A picture with its name and description for those who hear it; `wide` pictures scroll on a narrow screen. */
export function picture(width: number, height: number, name: Text, description: Text, marks: Markup): Markup {
	const told = `${name.en} · ${name.zh}`;
	const described = html`<desc>${`${description.en} ${description.zh}`}</desc>`;
	return html`<div class="picture" tabindex="0" role="group"><svg viewBox="0 0 ${px(width)} ${px(height)}" role="img"><title>${told}</title>${described}${marks}</svg></div>`;
}

/** Two or three round values from 0 up to `most`. */
export function roundValues(most: number): readonly number[] {
	if (most <= 0) return [0];
	const size = 10 ** Math.floor(Math.log10(most));
	const step = [0.5, 1, 2, 5, 10].map((part) => part * size).find((part) => most / part <= 3) ?? size;
	const values: number[] = [];
	for (let i = 0; i * step <= most * 1.0001; i++) values.push(Math.round(i * step * 100) / 100);
	return values;
}

/** A line that keeps its value until the next point: `points` in order, from the first to `right`. */
export function steps(points: readonly { readonly x: number; readonly y: number }[], right: number): string {
	const [first, ...rest] = points;
	if (first === undefined) return '';
	const path = rest.map(({ x, y }) => `H${px(x)}V${px(y)}`).join('');
	return `M${px(first.x)} ${px(first.y)}${path}H${px(right)}`;
}

export const caption = (text: Text): Markup => html`<p class="caption">${say(text)}</p>`;

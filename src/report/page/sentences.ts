/** Reasons as sentences a person reads: amounts grouped, times in the page's zone, each in both languages. */
import { sentence } from '../../core/words/reason.js';
import type { Reason, Values } from '../../core/words/reason.js';
import { shownTime } from './clock.js';
import type { Clock } from './clock.js';
import { grouped } from './figure.js';
import { html, say } from './markup.js';
import type { Markup, Text } from './markup.js';

/** Values that are names and never amounts, even where they look like one. */
const NAMES = new Set(['store', 'stores', 'ring', 'sku', 'kind', 'kinds', 'what', 'scope']);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const DECIMAL = /^\d+(\.\d+)?$/;

export function sentenceOf({ code, values }: Reason, clock: Clock): Text {
	const shown = { code, values: readable(values, clock) };
	return { en: `${sentence(shown, 'en').replaceAll(' %', '\u00a0%')}.`, zh: `${sentence(shown, 'zh')}。` };
}

function readable(values: Values, clock: Clock): Values {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => {
			const text = String(value);
			if (TIME.test(text)) return [name, shownTime(text, clock)];
			const isAmount = DECIMAL.test(text) && (typeof value === 'number' || !NAMES.has(name));
			return [name, isAmount ? grouped(text) : value];
		}),
	);
}

/** The sentence with its stable code after it. */
export const coded = (reason: Reason, clock: Clock): Markup =>
	html`${say(sentenceOf(reason, clock))} <code>${reason.code}</code>`;

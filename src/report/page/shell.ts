/**
 * What every page of ours stands in: one file that loads nothing. Both languages are in it and a style rule shows one,
 * so it can be read, switched and printed with scripts off. A content security policy names the one style sheet and the
 * one script by digest: even markup that came in with an id could not run.
 */
import { createHash } from 'node:crypto';
import { html, trusted } from './markup.js';
import type { Markup } from './markup.js';
import { SCRIPT } from './script.js';

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export interface Shell {
	readonly title: string;
	/** What the bar at the top links to. */
	readonly links: Markup;
	readonly style: string;
}

export function opening({ title, links, style }: Shell): Markup {
	const policy = `default-src 'none'; style-src ${digest(style)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${trusted(style)}</style></head>
<body><input class="hidden-input" type="radio" name="language" id="en" checked autocomplete="off" aria-label="English"><input class="hidden-input" type="radio" name="language" id="zh" autocomplete="off" aria-label="简体中文">
<nav><div><a class="brand" href="#top">Surety</a>${links}<span class="languages"><label for="en">English</label><label for="zh">简体中文</label></span></div></nav>
`;
}

export const ending: Markup = html`<script>${trusted(SCRIPT)}</script></body></html>\n`;

/** The API's description as a page to be read: no script, nothing from elsewhere. */
import { createHash } from 'node:crypto';
import { ERRORS } from '../core/words/error.js';
import { REASONS } from '../core/words/reason.js';
import { problemCodes } from './openapi.js';
import type { JsonSchema, Route } from './route.js';
import { componentSchemas } from './schemas.js';

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #8884}section{margin:1.5rem 0}
code{font:14px ui-monospace,monospace}.method{font-weight:700;margin-right:.5em}
table{border-collapse:collapse;width:100%;margin:.5rem 0}td,th{border:1px solid #8884;padding:.25rem .5rem;text-align:left;vertical-align:top}
nav a{margin-right:1em}.note{color:#888}`;

/** What a page with this style must be allowed; everything else stays forbidden. */
export const DOCS_STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const escape = (text: string): string =>
	text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
const code = (text: string): string => `<code>${escape(text)}</code>`;
/** Backticks are the only mark-up in descriptions. */
const prose = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');
const row = (cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	`<table><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr>${rows.map(row).join('')}</table>`;

export function docsPage(routes: readonly Route[], version: string): string {
	const tags = [...new Set(routes.map(({ tag }) => tag))];
	const parts = tags.map((tag) => {
		const own = routes.filter((route) => route.tag === tag);
		return `<h2 id="${slug(tag)}">${escape(tag)}</h2>${own.map(routePart).join('')}`;
	});
	const schemas = Object.entries(componentSchemas()).map(([name, schema]) => schemaPart(name, schema));
	const links = [...tags, 'shapes', 'problems', 'reasons'].map((tag) => `<a href="#${slug(tag)}">${escape(tag)}</a>`);
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Surety API</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>Surety API <span class="note">${escape(version)}</span></h1>
<p>Send <code>Authorization: Bearer KEY</code>. The machine-readable description is <a href="/openapi.json">openapi.json</a>.</p>
<nav>${links.join('')}</nav>${parts.join('')}
<h2 id="shapes">shapes</h2>${schemas.join('')}
<h2 id="problems">problems</h2>${table(['code', 'status', 'meaning'], problemCodes().map(problemRow))}
<h2 id="reasons">reasons</h2>${table(
		['code', 'rule', 'English', '中文'],
		Object.entries(REASONS).map(([name, r]) => [code(name), r.rule, escape(r.en), escape(r.zh)]),
	)}
</body></html>`;
}

const slug = (text: string): string => text.replaceAll(' ', '-');

const problemRow = ([name, status]: readonly [string, number]): readonly string[] => [
	code(name),
	String(status),
	prose(ERRORS[name as keyof typeof ERRORS]),
];

function routePart({ method, path, summary, description = '', needs, query = {}, body, answers }: Route): string {
	const parameters = Object.entries(query).map(([name, field]) => [
		code(name),
		typeOf(field.schema),
		prose(field.description),
	]);
	const bodies = Object.entries(body ?? {}).map(([type, schema]) => [code(type), typeOf(schema)]);
	const good = Object.entries(answers).map(([status, answer]) => [
		status,
		typeof answer === 'string' ? escape(answer) : typeOf(answer),
	]);
	return `<section><h3><span class="method">${method}</span>${code(path)}</h3><p>${prose(summary)}</p>
<p>${prose(description)}</p><p class="note">needs ${code(needs)}</p>
${parameters.length === 0 ? '' : table(['parameter', 'value', ''], parameters)}
${bodies.length === 0 ? '' : table(['body', ''], bodies)}${table(['answer', ''], good)}</section>`;
}

function schemaPart(name: string, schema: JsonSchema): string {
	const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
	const required = (schema['required'] ?? []) as readonly string[];
	const rows = properties.map(([field, inner]) => [
		code(field),
		typeOf(inner),
		required.includes(field) ? '' : 'may be absent',
	]);
	const body = rows.length === 0 ? `<p>${typeOf(schema)}</p>` : table(['field', 'value', ''], rows);
	return `<section id="${name}"><h3>${code(name)}</h3>${body}</section>`;
}

/** A schema in a few words. */
function typeOf(schema: JsonSchema): string {
	const reference = schema['$ref'];
	if (typeof reference === 'string') {
		const name = reference.split('/').at(-1) ?? '';
		return `<a href="#${name}">${escape(name)}</a>`;
	}
	if ('const' in schema) return code(String(schema['const']));
	if (Array.isArray(schema['enum'])) return schema['enum'].map((word) => code(String(word))).join(' ');
	const options = schema['oneOf'] ?? schema['anyOf'];
	if (Array.isArray(options)) return options.map((option) => typeOf(option as JsonSchema)).join(' or ');
	if (schema['type'] === 'array') return `list of ${typeOf((schema['items'] ?? {}) as JsonSchema)}`;
	const inner = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
	if (inner.length > 0) return `{ ${inner.map(([name, one]) => `${code(name)}: ${typeOf(one)}`).join(', ')} }`;
	const word = Array.isArray(schema['type'])
		? schema['type'].join(' or ')
		: typeof schema['type'] === 'string'
			? schema['type']
			: 'anything';
	return escape(typeof schema['format'] === 'string' ? schema['format'] : word);
}

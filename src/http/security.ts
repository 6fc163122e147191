/** Headers that say what a browser must not do with our answers. No other site is let in (no CORS). */
import { DOCS_STYLE_HASH } from './docs-page.js';

const BASE = {
	'x-content-type-options': 'nosniff',
	'cache-control': 'no-store',
	'referrer-policy': 'no-referrer',
	'x-frame-options': 'DENY',
} as const;
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

export type Headers = Readonly<Record<string, string>>;

/** Of every answer of the API, and of the page of documentation. */
export function securityHeaders(isTls: boolean): { readonly api: Headers; readonly docs: Headers } {
	const tls = isTls ? { 'strict-transport-security': 'max-age=31536000' } : {};
	const base = { ...BASE, ...tls };
	return {
		api: { ...base, 'content-security-policy': NOTHING },
		docs: {
			...base,
			'content-security-policy': `${NOTHING}; style-src ${DOCS_STYLE_HASH}; base-uri 'none'; form-action 'none'`,
		},
	};
}

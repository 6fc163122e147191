/** For those who run it and those who call it: health, figures and the description of all this. */
import { Problem } from '../problem.js';
import type { Route } from '../route.js';
import { object } from '../schemas.js';

export const OPERATE_ROUTES: readonly Route[] = [
	{
		method: 'GET',
		path: '/healthz',
		tag: 'operating',
		summary: 'Is the process alive?',
		needs: 'open',
		answers: { 200: object({ status: { const: 'alive' }, version: { type: 'string' } }) },
		handle: ({ version }) => ({ status: 'alive', version }),
	},
	{
		method: 'GET',
		path: '/readyz',
		tag: 'operating',
		summary: 'Are records taken?',
		needs: 'open',
		answers: { 200: object({ status: { const: 'ready' } }) },
		handle: ({ service }) => {
			if (!service.ready) throw new Problem('not_ready', 'the disk under the log fails, or the service is stopping');
			return { status: 'ready' };
		},
	},
	{
		method: 'GET',
		path: '/metrics',
		tag: 'operating',
		summary: 'Figures for Prometheus',
		needs: 'metrics:read',
		answers: { 200: 'text/plain; version=0.0.4' },
		handle: async ({ metrics }, { reply }) => reply.type('text/plain; version=0.0.4').send(await metrics.text()),
	},
	{
		method: 'GET',
		path: '/openapi.json',
		tag: 'operating',
		summary: 'This API, described',
		needs: 'open',
		answers: { 200: { type: 'object' } },
		handle: ({ openApi }) => openApi(),
	},
	{
		method: 'GET',
		path: '/docs',
		tag: 'operating',
		summary: 'The same, to be read',
		needs: 'open',
		answers: { 200: 'text/html' },
		handle: ({ docs }, { reply }) => reply.type('text/html; charset=utf-8').send(docs()),
	},
];

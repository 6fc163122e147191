/** Where effects are sent, and what could not be delivered. */
import { EVENT_TYPES } from '../../core/desk/events.js';
import type { WebhookAdmin, WebhookRequest } from '../parts.js';
import { notConfigured, Problem } from '../problem.js';
import { type Call, type Edge, PAGED, paged, type Route } from '../route.js';
import { array, object, page, ref } from '../schemas.js';

const webhooksOf = ({ webhooks }: Edge): WebhookAdmin => {
	if (webhooks === undefined) throw notConfigured('webhooks');
	return webhooks;
};

async function add(edge: Edge, call: Call) {
	const webhooks = webhooksOf(edge);
	const added = await webhooks.add(requestOf(await call.body()));
	await edge.service.audit(call.caller.name, 'add webhook', `webhook ${String(added['id'])}`);
	call.reply.code(201);
	return added;
}

function requestOf({ url, events }: Record<string, unknown>): WebhookRequest {
	const isAddress = typeof url === 'string' && url.length <= 2000 && URL.canParse(url) && /^https?:/.test(url);
	if (!isAddress) throw new Problem('bad_field', 'url: expected an http or https address', { field: 'url' });
	if (events === undefined) return { url };
	const known: readonly unknown[] = EVENT_TYPES;
	if (Array.isArray(events) && events.length > 0 && events.length <= 50 && events.every((e) => known.includes(e)))
		return { url, events: events as string[] };
	throw new Problem('bad_field', `events: expected a list of ${EVENT_TYPES.join(', ')}`, { field: 'events' });
}

async function remove(edge: Edge, call: Call) {
	if (!(await webhooksOf(edge).remove(call.path('id')))) throw new Problem('not_found', 'no such webhook');
	await edge.service.audit(call.caller.name, 'remove webhook', `webhook ${call.path('id')}`);
	return call.reply.code(204).send();
}

async function replay(edge: Edge, call: Call) {
	if (!(await webhooksOf(edge).replay(call.path('id')))) throw new Problem('not_found', 'no such delivery');
	await edge.service.audit(call.caller.name, 'replay webhook', `delivery ${call.path('id')}`);
	return call.reply.code(202).send();
}

const needs = 'webhooks:manage';
const tag = 'webhooks';

export const WEBHOOK_ROUTES: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/webhooks',
		tag,
		summary: 'Where effects are sent',
		needs,
		answers: { 200: object({ items: array(ref('Webhook')) }) },
		handle: async (edge) => ({ items: await webhooksOf(edge).list() }),
	},
	{
		method: 'POST',
		path: '/v1/webhooks',
		tag,
		summary: 'Send effects to an address; its secret is shown this once',
		needs,
		body: { 'application/json': ref('WebhookRequest') },
		answers: { 201: ref('Webhook') },
		handle: add,
	},
	{
		method: 'DELETE',
		path: '/v1/webhooks/{id}',
		tag,
		summary: 'Send nothing there any more',
		needs,
		answers: { 204: 'Nothing' },
		handle: remove,
	},
	{
		method: 'GET',
		path: '/v1/webhooks/dead-letters',
		tag,
		summary: 'Deliveries that were given up',
		needs,
		query: PAGED,
		answers: { 200: page({ type: 'object' }) },
		handle: async (edge, call) => {
			const asked = { cursor: call.after('dead-letters'), limit: call.limit };
			return paged('dead-letters', await webhooksOf(edge).deadLetters(asked));
		},
	},
	{
		method: 'POST',
		path: '/v1/webhooks/dead-letters/{id}/replay',
		tag,
		summary: 'Try a delivery again',
		needs,
		answers: { 202: 'Nothing' },
		handle: replay,
	},
];

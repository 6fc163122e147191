/** Where effects are sent, and what could not be delivered. */
import { EVENT_TYPES } from '../../core/desk/events.js';
import { HOUR } from '../../core/words/time.js';
import type { WebhookAdmin, WebhookChange } from '../parts.js';
import { notConfigured, Problem } from '../problem.js';
import { type Call, type Edge, PAGED, paged, type Route, TEXT, WHOLE } from '../route.js';
import { array, object, page, ref } from '../schemas.js';

const webhooksOf = ({ webhooks }: Edge): WebhookAdmin => {
	if (webhooks === undefined) throw notConfigured('webhooks');
	return webhooks;
};

const there = <T>(found: T | undefined): T => {
	if (found === undefined) throw new Problem('not_found', 'no such webhook');
	return found;
};

async function add(edge: Edge, call: Call) {
	const webhooks = webhooksOf(edge);
	const { url, enabled, ...rest } = changeOf(await call.body());
	if (url === undefined) throw wrong('url', 'expected an http or https address');
	if (enabled !== undefined) throw wrong('enabled', 'a new one is enabled');
	const added = await webhooks.add({ url, ...rest });
	await edge.service.audit(call.caller.name, 'add webhook', `webhook ${String(added['id'])}`);
	call.reply.code(201);
	return added;
}

async function update(edge: Edge, call: Call) {
	const webhooks = webhooksOf(edge);
	const [id, change] = [call.path('id'), changeOf(await call.body())];
	const changed = there(await webhooks.update(id, change));
	await edge.service.audit(call.caller.name, 'change webhook', `webhook ${id}: ${Object.keys(change).join(', ')}`);
	return changed;
}

function changeOf({ url, events, description, enabled, ...rest }: Record<string, unknown>): WebhookChange {
	const unknown = Object.keys(rest)[0];
	if (unknown !== undefined) throw wrong(unknown.slice(0, 60), 'is not known here');
	const isAddress = typeof url === 'string' && url.length <= 2000 && URL.canParse(url) && /^https?:/.test(url);
	if (url !== undefined && !isAddress) throw wrong('url', 'expected an http or https address');
	if (events !== undefined && !isChoice(events)) {
		throw wrong('events', `expected "all" or a list of ${EVENT_TYPES.join(', ')}`);
	}
	if (description !== undefined && (typeof description !== 'string' || description.length > 500)) {
		throw wrong('description', 'expected a text of up to 500 characters');
	}
	if (enabled !== undefined && typeof enabled !== 'boolean') throw wrong('enabled', 'expected true or false');
	return {
		...(isAddress ? { url } : {}),
		...(events === undefined ? {} : { events }),
		...(description === undefined ? {} : { description }),
		...(enabled === undefined ? {} : { enabled }),
	};
}

function isChoice(events: unknown): events is 'all' | readonly string[] {
	const known: readonly unknown[] = EVENT_TYPES;
	const isList = Array.isArray(events) && events.length > 0 && events.length <= 50;
	return events === 'all' || (isList && events.every((event) => known.includes(event)));
}

const wrong = (field: string, problem: string): Problem => new Problem('bad_field', `${field}: ${problem}`, { field });

async function rotate(edge: Edge, call: Call) {
	const id = call.path('id');
	const overlapMs = Number(call.query('overlap_hours') ?? 24) * HOUR;
	const rotated = there(await webhooksOf(edge).rotateSecret(id, overlapMs));
	await edge.service.audit(call.caller.name, 'rotate webhook secret', `webhook ${id}`);
	return rotated;
}

async function test(edge: Edge, call: Call) {
	const id = call.path('id');
	const result = there(await webhooksOf(edge).test(id));
	await edge.service.audit(call.caller.name, 'test webhook', `webhook ${id}`);
	return result;
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

async function replayAll(edge: Edge, call: Call) {
	const id = call.path('id');
	const replayed = there(await webhooksOf(edge).replayAll(id));
	await edge.service.audit(call.caller.name, 'replay webhook', `all ${replayed} of webhook ${id}`);
	call.reply.code(202);
	return { replayed };
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
		method: 'PATCH',
		path: '/v1/webhooks/{id}',
		tag,
		summary: 'Change a webhook, or enable it again; what is not in the body stays',
		needs,
		body: { 'application/json': ref('WebhookChange') },
		answers: { 200: ref('Webhook') },
		handle: update,
	},
	{
		method: 'POST',
		path: '/v1/webhooks/{id}/secret',
		tag,
		summary: 'Give a webhook a new secret, which is shown this once',
		needs,
		query: {
			overlap_hours: WHOLE(0, 720, 'How long the old secret signs as well: 24 hours unless said; 0 if it has leaked'),
		},
		answers: { 200: object({ secret: { type: 'string' } }) },
		handle: rotate,
	},
	{
		method: 'POST',
		path: '/v1/webhooks/{id}/test',
		tag,
		summary: 'Send a ping now, and tell what came of it',
		needs,
		answers: { 200: ref('Ping') },
		handle: test,
	},
	{
		method: 'POST',
		path: '/v1/webhooks/{id}/replay',
		tag,
		summary: 'Try everything again that was given up',
		needs,
		answers: { 202: object({ replayed: { type: 'integer', minimum: 0 } }) },
		handle: replayAll,
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
		query: { ...PAGED, webhook: TEXT('Only of this webhook') },
		answers: { 200: page(ref('DeadLetter')) },
		handle: async (edge, call) => {
			const endpoint = call.query('webhook');
			const of = endpoint === undefined ? {} : { endpoint };
			const asked = { cursor: call.after('dead-letters'), limit: call.limit, ...of };
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

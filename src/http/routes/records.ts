/** Records by the stream, and one by one under addresses of their own. */
import type { Permission } from '../../access/index.js';
import { takeRecords, RECORD_TYPES } from '../records/take.js';
import { answerSingle } from '../records/single.js';
import { submitter } from '../records/submit.js';
import { permit } from '../caller.js';
import { Problem } from '../problem.js';
import type { Call, Edge, JsonSchema, Route } from '../route.js';
import { array, ref, singleBody } from '../schemas.js';
import type { MessageType } from '../../core/words/record.js';

type Body = Readonly<Record<string, unknown>>;

const STREAMED =
	'NDJSON or a JSON array, of any length; answers come in the same order and form, each once it is durable. A record ' +
	'that cannot be taken gets an error in its place and does not stop the rest. Blank lines are passed over. If the ' +
	'log fails half-way, the records concerned are answered with `log_unavailable` or `stopping` and the answers end ' +
	'there: send the unanswered ones again. A single JSON object is answered like the routes for single records.';

const RECORDS: Route = {
	method: 'POST',
	path: '/v1/records',
	tag: 'records',
	summary: 'Send facts and ask gates',
	description: STREAMED,
	needs: 'records:write',
	body: Object.fromEntries(
		RECORD_TYPES.map((type) => [
			type,
			type.includes('cloudevents')
				? type.includes('batch')
					? array(ref('CloudEvent'))
					: ref('CloudEvent')
				: type === 'application/json'
					? { oneOf: [array(ref('Record')), ref('Record')] }
					: ref('Record'),
		]),
	),
	answers: { 200: { oneOf: [array(ref('Answer')), ref('Answer')] } },
	handle: takeRecords,
};

export interface Single {
	/** `single records` where absent. */
	readonly tag?: string;
	readonly path: string;
	readonly summary: string;
	readonly description?: string;
	readonly needs?: Permission;
	/** The first is meant where the body does not say. */
	readonly types: readonly [MessageType, ...MessageType[]];
	/** Fields that the address gives. */
	readonly given?: (call: Call) => Body;
	/** Fields that the address gives and the body need not. */
	readonly without?: readonly string[];
}

const kindOf = (call: Call): 'claim' | 'withdrawal' => {
	const kind = call.path('kind');
	if (kind === 'claim' || kind === 'withdrawal') return kind;
	throw new Problem('not_found', 'payments are of kind claim or withdrawal');
};

const SINGLES: readonly Single[] = [
	{ path: '/v1/stores', summary: 'May this store open?', types: ['store.apply', 'store.opened'] },
	{ path: '/v1/prices', summary: 'May this item cost this?', types: ['price.propose', 'price.changed'] },
	{
		path: '/v1/orders',
		summary: 'An order line was paid',
		types: ['order.paid', 'order.delivered', 'order.released', 'order.refunded'],
	},
	{ path: '/v1/claims', summary: 'A buyer asks for the difference', types: ['claim.file', 'claim.paid'] },
	{ path: '/v1/withdrawals', summary: 'May this money leave?', types: ['withdrawal.request', 'withdrawal.paid'] },
	{
		path: '/v1/decisions/{id}/settle',
		summary: 'Decide a request that waits for a person',
		description: 'Signed with the caller’s name.',
		needs: 'queue:decide',
		types: ['hold.settled'],
		given: (call) => ({ decision_id: call.path('id') }),
		without: ['decision_id', 'by'],
	},
	{
		path: '/v1/decisions/{id}/withdraw',
		summary: 'Take back a request that waits',
		types: ['hold.withdrawn'],
		given: (call) => ({ decision_id: call.path('id') }),
		without: ['decision_id', 'by'],
	},
	{ path: '/v1/appeals', summary: 'Appeal on behalf of a store', needs: 'appeals:file', types: ['appeal.filed'] },
	{
		path: '/v1/appeals/{id}/settle',
		summary: 'Decide an appeal',
		description: 'Signed with the caller’s name.',
		needs: 'queue:decide',
		types: ['appeal.settled'],
		given: (call) => ({ appeal_id: call.path('id') }),
		without: ['appeal_id', 'by'],
	},
	{
		path: '/v1/payments/{kind}/{id}/failed',
		summary: 'A payment that was decided could not be made',
		types: ['claim.failed', 'withdrawal.failed'],
		given: (call) => ({ type: `${kindOf(call)}.failed`, [`${kindOf(call)}_id`]: call.path('id') }),
		without: ['claim_id', 'withdrawal_id', 'type'],
	},
];

const SINGLE_HELP =
	'`id` is in the body or in the header `Idempotency-Key`; `at` is required, for the same request sent again must ' +
	'have the same content to get the same answer.';

export function single({
	tag = 'single records',
	path,
	summary,
	description,
	needs = 'records:write',
	types,
	given,
	without = [],
}: Single): Route {
	return {
		method: 'POST',
		path,
		tag,
		summary,
		description: description === undefined ? SINGLE_HELP : `${SINGLE_HELP} ${description}`,
		needs,
		...(needs === 'appeals:file' ? { storeIn: 'body' as const } : {}),
		body: { 'application/json': singleBody(types, without) },
		answers: { 200: ref('Outcome') satisfies JsonSchema },
		handle: (edge, call) => take(edge, call, types, given?.(call) ?? {}),
	};
}

async function take(edge: Edge, call: Call, types: readonly string[], given: Body): Promise<unknown> {
	const body = await call.body();
	const type = given['type'] ?? body['type'] ?? types[0];
	if (!types.includes(type as string))
		throw new Problem('bad_field', `type: expected ${types.join(' or ')}`, { field: 'type' });
	for (const [name, value] of Object.entries(given)) {
		if (body[name] !== undefined && body[name] !== value)
			throw new Problem('bad_field', `${name}: is not the one of the address`, { field: name });
	}
	const record = { ...body, ...given, type, id: idOf(call, body) };
	if (type === 'appeal.filed') permit(call.caller, 'appeals:file', storeOf(record));
	return answerSingle(edge, call, record, submitter(edge, call));
}

/** @throws Problem where body and header do not agree. */
function idOf({ request }: Call, { id }: Body): unknown {
	const key = request.headers['idempotency-key'];
	if (key === undefined || key === id) return id;
	if (id !== undefined)
		throw new Problem('bad_field', 'id: is not the one of the header Idempotency-Key', { field: 'id' });
	return key;
}

const storeOf = (record: Body): string | undefined =>
	typeof record['store_id'] === 'string' ? record['store_id'] : undefined;

export const RECORD_ROUTES: readonly Route[] = [RECORDS, ...SINGLES.map(single)];

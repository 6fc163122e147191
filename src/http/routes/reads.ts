/** What can be seen: stores, decisions, rings, exposure, the queue, statements and history. */
import { STORE_KINDS, type StoreKind } from '../../core/rings/identifiers.js';
import { HistoryUnavailable } from '../../history/status.js';
import type { Json } from '../../runtime/wire.js';
import { listRings, ringView } from '../../views/ring-view.js';
import { listStores, storeSummary, storeView } from '../../views/store-view.js';
import { queueView } from '../../views/queue-view.js';
import { statement } from '../../views/statement.js';
import { MESSAGE_TYPES } from '../schemas.js';
import { permit } from '../caller.js';
import type { HistoryPage, HistoryReader } from '../parts.js';
import { notConfigured, Problem } from '../problem.js';
import { type Call, DAY_OF, type Edge, FLAG, ONE_OF, PAGED, paged, type Route, TEXT, TIME } from '../route.js';
import { array, object, page, ref } from '../schemas.js';

const PERSONAL = FLAG('Show what belongs to persons; needs `personal:read` and is written to the audit log');

function found<T>(value: T | undefined, what: string): T {
	if (value === undefined) throw new Problem('not_found', `no such ${what}`);
	return value;
}

/** Whether the caller asked for what belongs to persons, may see it, and that is written down. */
async function personal({ service }: Edge, call: Call, what: string): Promise<boolean> {
	if (call.flag('personal') !== true) return false;
	permit(call.caller, 'personal:read');
	await service.audit(call.caller.name, 'read personal', what);
	return true;
}

const historyOf = ({ history }: Edge): HistoryReader => {
	if (history === undefined) throw notConfigured('history');
	return history;
};

/** A page of the history: its own cursors, made opaque like all others. */
const ofHistory = (list: string, asked: HistoryPage) => paged(list, asked);

export const READ_ROUTES: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/stores/{id}',
		tag: 'reads',
		summary: 'One store as it stands',
		needs: 'stores:read',
		answers: { 200: ref('Store') },
		handle: ({ service }, call) => found(storeView(service.desk, call.path('id')), 'store'),
	},
	{
		method: 'GET',
		path: '/v1/stores',
		tag: 'reads',
		summary: 'Stores, in the order they were opened',
		needs: 'stores:read',
		query: { ...PAGED, flagged: FLAG('Only those that are flagged, or are not') },
		answers: { 200: page(ref('StoreSummary')) },
		handle: ({ service }, call) => {
			const asked = { after: call.after('stores', /^\d{1,10}$/), limit: call.limit, flagged: call.flag('flagged') };
			return paged('stores', listStores(service.desk, asked));
		},
	},
	{
		method: 'GET',
		path: '/v1/stores/{id}/statement',
		tag: 'reads',
		summary: 'What a merchant sees: what is locked, why, and how it comes free',
		needs: 'statement:read',
		storeIn: 'path',
		query: { ...PAGED, lang: ONE_OF(['en', 'zh'], 'Language of the sentences; English without') },
		answers: { 200: ref('Statement') },
		handle: ({ service }, call) => {
			const list = `statement ${call.path('id')}`;
			const language = call.query('lang') === 'zh' ? 'zh' : 'en';
			const asked = { after: call.after(list), limit: call.limit };
			const shown = found(statement(service.desk, call.path('id'), language, asked), 'store');
			return { ...shown, guarantees: paged(list, shown.guarantees) };
		},
	},
	{
		method: 'GET',
		path: '/v1/decisions/{id}',
		tag: 'reads',
		summary: 'A decision as it stands now',
		needs: 'decisions:read',
		answers: { 200: ref('Decision') },
		handle: decisionOf,
	},
	{
		method: 'GET',
		path: '/v1/decisions',
		tag: 'history',
		summary: 'What was decided, latest first',
		needs: 'decisions:read',
		query: {
			...PAGED,
			store_id: TEXT('Only of this store'),
			type: ONE_OF(MESSAGE_TYPES, 'Only records of this type'),
			verdict: ONE_OF(['approve', 'limit', 'hold', 'refuse', 'recorded'], 'Only with this verdict'),
			from: TIME('From this time'),
			to: TIME('To this time'),
		},
		answers: { 200: ref('HistoryPage') },
		handle: async (edge, call) => {
			const of = (name: string): string | undefined => call.query(name);
			const filter = {
				store_id: of('store_id'),
				type: of('type'),
				verdict: of('verdict'),
				from: of('from'),
				to: of('to'),
			};
			const asked = { ...filter, cursor: call.after('decisions'), limit: call.limit };
			return ofHistory('decisions', await historyOf(edge).decisions(asked));
		},
	},
	{
		method: 'GET',
		path: '/v1/daily',
		tag: 'history',
		summary: 'Sums for each day',
		needs: 'stores:read',
		query: { from: DAY_OF('First day'), to: DAY_OF('Last day') },
		answers: { 200: ref('HistoryPage') },
		handle: async (edge, call) =>
			ofHistory('daily', await historyOf(edge).daily({ from: call.query('from'), to: call.query('to') })),
	},
	{
		method: 'GET',
		path: '/v1/audit',
		tag: 'history',
		summary: 'Who read and decided what',
		needs: 'audit:read',
		query: { ...PAGED, by: TEXT('Only by this one'), from: TIME('From this time'), to: TIME('To this time') },
		answers: { 200: ref('HistoryPage') },
		handle: async (edge, call) => {
			const history = historyOf(edge);
			if (history.audit === undefined) throw notConfigured('a history of the audit log');
			const filter = { by: call.query('by'), from: call.query('from'), to: call.query('to') };
			return ofHistory('audit', await history.audit({ ...filter, cursor: call.after('audit'), limit: call.limit }));
		},
	},
	{
		method: 'GET',
		path: '/v1/rings',
		tag: 'reads',
		summary: 'Rings, in the order they were found',
		needs: 'stores:read',
		query: PAGED,
		answers: { 200: page(ref('RingSummary')) },
		handle: ({ service }, call) =>
			paged('rings', listRings(service.desk, { after: call.after('rings'), limit: call.limit })),
	},
	{
		method: 'GET',
		path: '/v1/rings/{id}',
		tag: 'reads',
		summary: 'One ring and what ties it',
		needs: 'stores:read',
		query: { personal: PERSONAL },
		answers: { 200: ref('Ring') },
		handle: async (edge, call) => {
			const id = call.path('id');
			found(ringView(edge.service.desk, id, false), 'ring');
			const isPersonal = await personal(edge, call, `ring ${id}`);
			return found(ringView(edge.service.desk, id, isPersonal), 'ring');
		},
	},
	{
		method: 'GET',
		path: '/v1/exposure',
		tag: 'reads',
		summary: 'What the platform stands to lose, and what secures it',
		needs: 'stores:read',
		answers: { 200: ref('Exposure') },
		handle: ({ exposure }) => exposure(),
	},
	{
		method: 'GET',
		path: '/v1/queue',
		tag: 'reads',
		summary: 'What waits for a person, oldest first',
		needs: 'queue:read',
		query: { ...PAGED, personal: PERSONAL },
		answers: { 200: page(ref('QueueItem')) },
		handle: async (edge, call) => {
			const isPersonal = await personal(edge, call, 'queue');
			const asked = { after: call.after('queue'), limit: call.limit, personal: isPersonal };
			return paged('queue', queueView(edge.service.desk, asked));
		},
	},
	{
		method: 'POST',
		path: '/v1/lookups',
		tag: 'reads',
		summary: 'Which stores have shown this value?',
		description:
			'Written to the audit log, without the value. The value goes in the body, so that no log of addresses has it.',
		needs: 'personal:read',
		body: {
			'application/json': object({
				kind: { enum: STORE_KINDS },
				value: { type: 'string', minLength: 1, maxLength: 500 },
			}),
		},
		answers: { 200: object({ items: array(ref('StoreSummary')) }) },
		handle: lookUp,
	},
];

/** A decision; of one whose last word the book has forgotten, as the history remembers it. */
async function decisionOf({ service, history }: Edge, call: Call): Promise<Json> {
	const id = call.path('id');
	const decision = found(await service.decision(id), 'decision');
	if (decision['state'] !== 'settled' || decision['verdict'] !== 'hold') return decision;
	try {
		return { ...decision, ...(await history?.lastWord?.(id)) };
	} catch (error) {
		if (error instanceof HistoryUnavailable) return decision; // it is settled, that much is known
		throw error;
	}
}

async function lookUp({ service, tokens }: Edge, call: Call) {
	const { kind, value } = await call.body();
	if (!STORE_KINDS.includes(kind as StoreKind))
		throw new Problem('bad_field', `kind: expected one of ${STORE_KINDS.join(', ')}`, { field: 'kind' });
	if (typeof value !== 'string' || value === '' || value.length > 500)
		throw new Problem('bad_field', 'value: expected 1 to 500 characters', { field: 'value' });
	await service.audit(call.caller.name, 'look up personal', String(kind));
	const values = tokens === undefined || tokens.isToken(value) ? [value] : tokens.equivalents(kind as StoreKind, value);
	const { book, risk } = service.desk.core;
	const stores = new Set(values.flatMap((one) => risk.identifiers.find(kind as StoreKind, one)?.stores ?? []));
	const items = [...stores].flatMap((index) => {
		const store = book.stores[index];
		return store === undefined ? [] : [storeSummary(service.desk, store)];
	});
	return { items };
}

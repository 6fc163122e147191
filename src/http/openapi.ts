/** The API's description (OpenAPI 3.1), made from the routes that are served and the tables that parse. */
import { PERMISSIONS } from '../access/index.js';
import { PROBLEM_TYPE, STATUS } from './problem.js';
import type { JsonSchema, Route } from './route.js';
import { componentSchemas, ref } from './schemas.js';

const PROBLEM = { description: 'A problem', content: { [PROBLEM_TYPE]: { schema: ref('Problem') } } };
const NDJSON = 'application/x-ndjson';

export function openApi(routes: readonly Route[], version: string): JsonSchema {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
	return {
		openapi: '3.1.0',
		info: {
			title: 'Surety',
			version,
			description: 'Price protection that cannot be robbed: asked before money moves, answering what is durable.',
			license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
		},
		servers: [{ url: '/' }],
		tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
		security: [{ key: [] }, { session: [] }],
		paths,
		components: {
			securitySchemes: {
				key: { type: 'http', scheme: 'bearer' },
				session: { type: 'apiKey', in: 'cookie', name: 'surety_session' },
			},
			responses: { Problem: PROBLEM },
			schemas: componentSchemas(),
		},
	};
}

/** A name for generated clients, e.g. `getStoresByIdStatement`. */
const operationId = ({ method, path }: Route): string =>
	method.toLowerCase() +
	path
		.replace(/^\/v1/, '')
		.replace(/\.json$/, '')
		.replace(/\{(\w+)\}/g, 'by-$1')
		.replace(/[/-]+(\w)/g, (_, letter: string) => letter.toUpperCase());

function operation(route: Route): JsonSchema {
	const { tag, summary, description, needs, body } = route;
	const permission = needs === 'open' || needs === 'login' ? undefined : needs;
	const help = permission === undefined ? [] : [`Needs \`${permission}\`: ${PERMISSIONS[permission].means}`];
	return {
		operationId: operationId(route),
		tags: [tag],
		summary,
		description: [...(description === undefined ? [] : [description]), ...help].join('\n\n'),
		...(needs === 'open' ? { security: [] } : {}),
		...(permission === undefined ? {} : { 'x-permission': permission }),
		parameters: parameters(route),
		...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
		responses: responses(route),
	};
}

const contentOf = (body: Readonly<Record<string, JsonSchema>>): JsonSchema =>
	Object.fromEntries(Object.entries(body).map(([type, schema]) => [type, { schema }]));

function parameters({ path, query = {}, body }: Route): readonly JsonSchema[] {
	const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
		name,
		in: 'path',
		required: true,
		schema: { type: 'string' },
	}));
	const inQuery = Object.entries(query).map(([name, { schema, description }]) => ({
		name,
		in: 'query',
		description,
		schema,
	}));
	const isSingle = body !== undefined && path !== '/v1/records' && JSON.stringify(body).includes('"at"');
	const inHeader = { name: 'Idempotency-Key', in: 'header', description: 'The record’s id, where the body has none' };
	return [...inPath, ...inQuery, ...(isSingle ? [{ ...inHeader, schema: { type: 'string' } }] : [])];
}

function responses({ answers, path }: Route): JsonSchema {
	const good = Object.entries(answers).map(([status, answer]) => [status, response(answer, path)] as const);
	return { ...Object.fromEntries(good), default: { $ref: '#/components/responses/Problem' } };
}

function response(answer: JsonSchema | string, path: string): JsonSchema {
	if (typeof answer !== 'string') {
		const json = { 'application/json': { schema: answer } };
		const lines = path === '/v1/records' ? { [NDJSON]: { schema: ref('Answer') } } : {};
		return { description: 'Done', content: { ...json, ...lines } };
	}
	return answer.startsWith('text/')
		? { description: 'Done', content: { [answer]: { schema: { type: 'string' } } } }
		: { description: answer };
}

/** Codes that a whole request may be answered with, and their statuses. */
export const problemCodes = (): readonly (readonly [string, number])[] => Object.entries(STATUS);

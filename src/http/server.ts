/**
 * The HTTP edge: routes from one table, with the checks that all of them share. Who is asking is found out, and
 * whether they may, before a byte of the body is looked at; every refusal is a problem document.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import { RateLimit, sourceOf } from '../access/index.js';
import { HistoryUnavailable } from '../history/status.js';
import { exposureView, type ExposureView } from '../views/exposure-view.js';
import { type Caller, callerOf, permit, permitSome, STRANGER } from './caller.js';
import { docsPage } from './docs-page.js';
import { Metrics } from './metrics.js';
import { openApi } from './openapi.js';
import { type Limits, LIMITS, type Parts } from './parts.js';
import { Problem, PROBLEM_TYPE, problemOf, problemOfRefusal } from './problem.js';
import { Call, checkQuery, type Edge, type Route } from './route.js';
import { ROUTES } from './routes/index.js';
import { securityHeaders } from './security.js';
import { beginSpan, endSpan } from './traces.js';

declare module 'fastify' {
	interface FastifyRequest {
		caller: Caller;
	}
	interface FastifyContextConfig {
		/** Ours, of the one table; absent for what others add to the server. */
		route?: Route;
	}
}

/** Causes of one kind that are told apart; none is forgotten, so there must be an end to them. */
const MOST_CAUSES = 100;

/** A server that is not listening yet. Others may add pages of their own to it before it does. */
export function createServer(parts: Parts): FastifyInstance {
	const edge = edgeOf(parts);
	const app = fastifyOf(edge);
	// Set before anything looks at it; what is shared by all requests may not be an object.
	app.decorateRequest('caller', null as unknown as Caller);
	app.removeAllContentTypeParsers();
	// Bodies are left where they are: what is to be read, and how, is each route's own business.
	app.addContentTypeParser('*', (_request, _payload, done) => done(null));
	const gate = gateOf(edge);
	app.addHook('onRequest', (request, reply, done) => {
		try {
			gate(request, reply);
			done();
		} catch (error) {
			done(problemOf(error));
		}
	});
	app.addHook('onResponse', (request, reply, done) => {
		const route = request.routeOptions.url ?? '(none)';
		edge.metrics.request(route, reply.statusCode, reply.elapsedTime);
		endSpan(request, reply);
		request.log.info({ method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime }, 'answered');
		done();
	});
	app.addHook('preClose', (done) => {
		for (const stream of edge.streams) stream.end();
		done();
	});
	const causes = new Set<string>();
	app.setErrorHandler((error, request, reply) => {
		if (error instanceof HistoryUnavailable) warnOnce(causes, error.why, request);
		return refuse(error, request, reply);
	});
	app.setNotFoundHandler((request, reply) => refuse(nowhere(request), request, reply));
	for (const route of ROUTES) addRoute(app, edge, route);
	guardSockets(app.server, edge.limits);
	return app;
}

function edgeOf(parts: Parts): Edge {
	const { service, version, metrics = new Metrics(), now = Date.now } = parts;
	const limits: Limits = { ...LIMITS, ...parts.limits };
	const exposure = exposureOnceASecond(parts, now);
	metrics.follow(service, exposure);
	let [document, page] = [undefined as ReturnType<typeof openApi> | undefined, undefined as string | undefined];
	return {
		...parts,
		limits,
		metrics,
		clock: now,
		exposure,
		streams: new Set(),
		openApi: () => (document ??= openApi(ROUTES, version)),
		docs: () => (page ??= docsPage(ROUTES, version)),
	};
}

/** Looking at every store takes its time, so it is done at most once a second and takes a twentieth of all time. */
function exposureOnceASecond({ service }: Parts, now: () => number): () => ExposureView {
	let view: ExposureView | undefined;
	let until = 0;
	return () => {
		const began = now();
		if (view === undefined || began >= until) {
			view = exposureView(service.desk);
			const took = now() - began;
			until = began + Math.max(1000, took * 20);
		}
		return view;
	};
}

function fastifyOf({ logger, trustProxy, https, limits }: Edge): FastifyInstance {
	const { headerBytes: maxHeaderSize, headersMs } = limits;
	const http = { maxHeaderSize, connectionsCheckingInterval: Math.min(5000, Math.ceil(headersMs / 4)) };
	const options = {
		logger: logger ?? false,
		trustProxy: trustProxy ?? false,
		logController: new LogController({ disableRequestLogging: true }),
		routerOptions: { maxParamLength: 2000, ignoreTrailingSlash: false, caseSensitive: true },
		// A stream may last for ever; only silence ends it (see `guardSockets`).
		requestTimeout: 0,
		forceCloseConnections: 'idle' as const,
		frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => refuse(error, request, reply),
		clientErrorHandler: onClientError,
	};
	// Their types differ by the kind of server underneath, which nothing here depends on.
	const app: unknown =
		https === undefined ? fastify({ ...options, http }) : fastify({ ...options, https: { ...https, ...http } });
	return app as FastifyInstance;
}

/** Who may pass, and how often; before the body. */
function gateOf(edge: Edge): (request: FastifyRequest, reply: FastifyReply) => void {
	const { access, limits, clock } = edge;
	const [callers, strangers] = [new RateLimit(limits.perKey), new RateLimit(limits.perAddress)];
	const headers = securityHeaders(edge.https !== undefined);
	return (request, reply) => {
		const { route } = request.routeOptions.config;
		reply.headers(route?.path === '/docs' ? headers.docs : headers.api);
		request.caller = STRANGER;
		beginSpan(request);
		if (route === undefined) return;
		const now = clock();
		if (route.needs === 'open') {
			if (route.method === 'POST') limit(strangers, sourceOf(request.ip), now);
		} else {
			request.caller = admit(() => callerOf(access, request.headers, request.method, now), strangers, request, now);
			limit(callers, request.caller.source, now);
			if (route.needs !== 'login') checkPermission(route, request);
		}
		checkQuery(route, request.query as Record<string, unknown>);
	};
}

/** Finds out who is asking; those who fail too often are not listened to for a while. */
function admit(find: () => Caller, strangers: RateLimit, { ip }: FastifyRequest, now: number): Caller {
	try {
		return find();
	} catch (error) {
		limit(strangers, sourceOf(ip), now);
		throw error;
	}
}

function limit(limits: RateLimit, source: string, now: number): void {
	const taken = limits.take(source, now);
	if (!taken.allowed) throw problemOfRefusal(taken);
}

function checkPermission({ needs, storeIn }: Route, { caller, params }: FastifyRequest): void {
	if (needs === 'open' || needs === 'login') return;
	if (storeIn === 'body') permitSome(caller, needs);
	else permit(caller, needs, storeIn === 'path' ? (params as Record<string, string>)['id'] : undefined);
}

function addRoute(app: FastifyInstance, edge: Edge, route: Route): void {
	app.route({
		method: route.method,
		url: route.path.replace(/\{(\w+)\}/g, ':$1'),
		config: { route },
		handler: async (request, reply) => route.handle(edge, new Call(request, reply, request.caller, edge.limits)),
	});
}

/** A cause is told once, however many ask meanwhile. */
function warnOnce(causes: Set<string>, why: string, request: FastifyRequest): void {
	if (causes.has(why) || causes.size >= MOST_CAUSES) return;
	causes.add(why);
	request.log.warn({ why }, 'the history cannot be read');
}

/** Answers with a problem document. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
	const problem = problemOf(error);
	if (problem.status >= 500 && problem.body.code === 'internal') request.log.error({ err: error }, 'failed to answer');
	// Whoever is refused may still be sending; what they send is not waited for.
	if (!request.raw.complete && hasBody(request.raw)) reply.header('connection', 'close');
	return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(JSON.stringify(problem.body));
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
	headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Nothing is there, or it does not take this method. */
function nowhere({ raw, method }: FastifyRequest): Problem {
	const path = (raw.url ?? '').split('?', 1)[0] ?? '';
	const methods = ROUTES.filter((route) => patternOf(route).test(path)).map((route) => route.method as string);
	if (methods.length === 0) return new Problem('not_found', 'there is nothing at this address');
	const allow = [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].join(', ');
	return new Problem('method_not_allowed', `${method.slice(0, 20)}: expected ${allow}`, { headers: { allow } });
}

const patternOf = ({ path }: Route): RegExp => new RegExp(`^${path.replace('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);

/** What is no HTTP, or came too slowly or too large to become a request. */
function onClientError(error: Error & { code?: string }, socket: Socket): void {
	if (error.code === 'ECONNRESET' || socket.destroyed) return;
	const problem = problemOfClient(error.code ?? '');
	const body = JSON.stringify(problem.body);
	const head = `HTTP/1.1 ${problem.status} ${problem.body.code}\r\ncontent-type: ${PROBLEM_TYPE}\r\n`;
	if (socket.writable) {
		socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
	}
	// Whoever does not read the answer is not waited for.
	socket.destroySoon();
}

function problemOfClient(code: string): Problem {
	if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large', 'the headers are too large');
	if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request_timeout', 'the request did not come in time');
	return new Problem('bad_request', 'this is not proper HTTP');
}

/** Slow senders and slow readers: headers have their time, and a connection on which nothing moves is ended. */
function guardSockets(server: Server, { headersMs, idleMs }: Limits): void {
	server.headersTimeout = headersMs;
	server.requestTimeout = 0;
	// A little longer than a body is waited for, so that whoever can still be told is told.
	server.timeout = Math.ceil(idleMs * 1.25);
	server.keepAliveTimeout = Math.max(idleMs, 5000);
	server.maxRequestsPerSocket = 0;
}

/** OpenTelemetry spans: one a request, one a submission in it. Nothing at all happens unless an SDK is registered. */
import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';

const tracer = trace.getTracer('surety');
const spans = new WeakMap<object, Span>();

/** Begins a request's span, as a child of the caller's where the headers name one. */
export function beginSpan(request: FastifyRequest): void {
	const route = request.routeOptions.url ?? '(none)';
	const parent = propagation.extract(context.active(), request.headers);
	const attributes = { 'http.request.method': request.method, 'http.route': route };
	const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
	if (span.isRecording()) spans.set(request, span);
}

export function endSpan(request: FastifyRequest, reply: FastifyReply): void {
	const span = spans.get(request);
	if (span === undefined) return;
	span.setAttribute('http.response.status_code', reply.statusCode);
	if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
	span.end();
}

/** Runs something in a span of its own within the request's. */
export async function traced<T>(
	request: FastifyRequest,
	name: string,
	attributes: Attributes,
	run: () => Promise<T>,
): Promise<T> {
	const parent = spans.get(request);
	if (parent === undefined) return run();
	const within = trace.setSpan(context.active(), parent);
	const span = tracer.startSpan(name, { attributes }, within);
	try {
		return await context.with(trace.setSpan(within, span), run);
	} catch (error) {
		span.setStatus({ code: SpanStatusCode.ERROR });
		throw error;
	} finally {
		span.end();
	}
}

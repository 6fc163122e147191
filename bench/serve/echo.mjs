/** The same framework with nothing behind it: a body is read and answered with as many bytes as the service answers. */
import Fastify from 'fastify';

const app = Fastify({ logger: false, bodyLimit: 64 * 1024 * 1024 });
let answer = '';
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
app.get('/healthz', async () => 'ok');
app.post('/v1/records', async (request, reply) => {
	reply.type(request.headers['content-type']);
	return request.body.length >= answer.length ? request.body.slice(0, answer.length) : answer;
});
/** How long answers are from now on. */
process.on('message', ({ bytes }) => {
	answer = 'e'.repeat(bytes);
	process.send({ bytes });
});
process.once('SIGTERM', () => process.exit(0));
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });

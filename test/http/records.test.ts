/** `POST /v1/records` as the contract has it: forms, order, repetition, errors in their places. */
import { afterAll, expect, test } from 'vitest';
import { day, lines, parsed, type Serving, serve, TRADE, TRADE_VERDICTS, type Wire } from './serving.js';

const servings: Serving[] = [];
afterAll(() => Promise.all(servings.map((serving) => serving.stop())));
async function fresh(more: Parameters<typeof serve>[0] = {}): Promise<Serving> {
	const serving = await serve(more);
	servings.push(serving);
	return serving;
}

const NDJSON = { headers: { 'content-type': 'application/x-ndjson' } };
const verdicts = (answers: readonly Wire[]): unknown[] =>
	answers.map(({ verdict, error }) => verdict ?? (error as Wire)['code']);

test('NDJSON in, NDJSON out; a JSON array in, a JSON array out; the same answers', async () => {
	const { ask } = await fresh();
	const said = await ask('POST', '/v1/records', lines(TRADE), NDJSON);
	expect(said.status).toBe(200);
	expect(said.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
	expect(verdicts(parsed(said.text))).toEqual(TRADE_VERDICTS);
	const again = await ask('POST', '/v1/records', TRADE);
	expect(again.headers.get('content-type')).toMatch(/^application\/json/);
	expect(JSON.parse(again.text)).toEqual(parsed(said.text));
});

test('a sick line gets its error in its place; blank lines are passed over', async () => {
	const { ask } = await fresh();
	const body = `${JSON.stringify(TRADE[0])}\r\n\n{"type":\n[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\nnull\n7\n{"type":"x","id":"n"}\n${JSON.stringify(TRADE[1])}`;
	const said = await ask('POST', '/v1/records', body, NDJSON);
	expect(verdicts(parsed(said.text))).toEqual([
		'recorded',
		'bad_json',
		'bad_json',
		'bad_record',
		'bad_record',
		'bad_record',
		'approve',
	]);
});

test('an outcome has the contract’s fields, money as decimal text', async () => {
	const { ask } = await fresh();
	const answers = parsed((await ask('POST', '/v1/records', lines(TRADE), NDJSON)).text);
	expect(answers[5]).toMatchObject({
		id: 'r6',
		seq: 6,
		type: 'price.propose',
		verdict: 'hold',
		policy: 'test@1',
		triggered: '900.00',
		reasons: [{ code: 'cut_unfunded', message: expect.any(String), values: expect.any(Object) }],
	});
});

test('CloudEvents, single and in a batch', async () => {
	const { ask } = await fresh();
	const { type, id, at, ...data } = TRADE[0] as Wire;
	const event = { specversion: '1.0', id, type, time: at, source: '/shop', data };
	const single = { headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' } };
	const batch = { headers: { 'content-type': 'application/cloudevents-batch+json' } };
	expect((await ask('POST', '/v1/records', event, single)).json).toMatchObject({ id: 'r1', verdict: 'recorded' });
	expect(JSON.parse((await ask('POST', '/v1/records', [event], batch)).text)).toMatchObject([{ id: 'r1', seq: 1 }]);
	const bad = await ask('POST', '/v1/records', { ...event, id: 'other', data: { ...data, deposit: '-1' } }, single);
	expect([bad.status, bad.json['code'], bad.json['field']]).toEqual([422, 'bad_field', 'deposit']);
});

test('malformed JSON is refused as a whole and nothing of it is taken', async () => {
	const { ask, service } = await fresh();
	const said = await ask('POST', '/v1/records', `[${JSON.stringify(TRADE[0])},`);
	expect([said.status, said.json['code']]).toEqual([400, 'bad_json']);
	expect(service.desk.core.seq).toBe(0);
});

test('keys such as __proto__ are nothing but keys', async () => {
	const { ask } = await fresh();
	const body = `{"__proto__":{"deposit":"7"},"constructor":{"prototype":{"store_id":"X"}},"type":"store.opened","id":"p","at":"${day(1)}","store_id":"__proto__","deposit":"1"}`;
	expect(parsed((await ask('POST', '/v1/records', body, NDJSON)).text)).toMatchObject([
		{ id: 'p', verdict: 'recorded' },
	]);
	expect(({} as Wire)['deposit']).toBeUndefined();
	expect((await ask('GET', '/v1/stores/__proto__')).json).toMatchObject({ store_id: '__proto__' });
	expect((await ask('GET', '/v1/stores/constructor')).status).toBe(404);
});

test('half a character is refused, for the log could not give it back', async () => {
	const { ask } = await fresh();
	const record = `{"type":"store.opened","id":"u","at":"${day(1)}","store_id":"\\ud800","deposit":"1"}`;
	expect(verdicts(parsed((await ask('POST', '/v1/records', record, NDJSON)).text))).toEqual(['bad_json']);
	const whole = record.replace('\\ud800', '\\ud83d\\ude00');
	expect(verdicts(parsed((await ask('POST', '/v1/records', whole, NDJSON)).text))).toEqual(['recorded']);
});

test('a person’s decision is signed with the caller’s name, whatever the record says', async () => {
	const { ask, key } = await fresh();
	await ask('POST', '/v1/records', TRADE);
	const refusal = {
		type: 'hold.settled',
		id: 'h1',
		at: day(3, 11),
		decision_id: 'r6',
		verdict: 'refuse',
		by: 'somebody else',
	};
	const program = await key({ role: 'service' });
	const forbidden = await ask('POST', '/v1/records', [refusal], { bearer: program });
	expect(JSON.parse(forbidden.text)).toMatchObject([{ id: 'h1', error: { code: 'forbidden' } }]);
	const approver = await key({ role: 'admin', name: 'Ann' });
	await ask('POST', '/v1/records', [refusal], { bearer: approver });
	const decided = (await ask('GET', '/v1/decisions/r6')).json;
	expect(decided).toMatchObject({ state: 'settled', verdict: 'refuse', first_verdict: 'hold' });
	expect(JSON.stringify(decided['decided'])).toMatch(/key:[0-9a-f]{16} Ann/);
});

test('bodies of another type, and none at all', async () => {
	const { ask } = await fresh();
	const said = await ask('POST', '/v1/records', 'x', { headers: { 'content-type': 'text/csv' } });
	expect([said.status, said.json['code']]).toEqual([415, 'unsupported_media_type']);
	expect((await ask('POST', '/v1/records', '', NDJSON)).text).toBe('');
	expect((await ask('POST', '/v1/records', '[]')).text).toBe('[]');
	expect((await ask('POST', '/v1/records')).status).toBe(400);
});

test('a busy service answers 503 with Retry-After before anything was decided', async () => {
	const { ask, service } = await fresh({ options: { mostWaiting: 10 } });
	const many = Array.from({ length: 10 }, (_, i) => ({ ...TRADE[0], id: `o${i}`, store_id: `S${i}` }));
	const waiting = service.submit(many, 'another');
	const [said] = await Promise.all([ask('POST', '/v1/records', [TRADE[0]]), waiting]);
	// The other may be done before ours comes in; then ours is taken.
	if (said?.status === 503) expect(said.headers.get('retry-after')).toBe('1');
	else expect(said?.status).toBe(200);
});

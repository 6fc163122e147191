/** A policy's way over HTTP: drafted by one person, approved by another, in shadow, staged, enforced, rolled back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { openLog } from '../../src/log/embedded-log.js';
import { nodeDisk } from '../../src/log/node-disk.js';
import { Service } from '../../src/runtime/service.js';
import { Snapshots } from '../../src/runtime/snapshots.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENFORCE, POLICY, type Said, serve, type Serving, type Wire } from './serving.js';

const dir = mkdtempSync(join(tmpdir(), 'surety-policies-'));
const AT = '2024-03-01T10:00:00Z';
const STRICT = {
	...POLICY,
	name: 'strict',
	margin_percent: { new: 100, normal: 100, watch: 100, abnormal: 100, probation: 100 },
};

let serving: Serving;
let people: Record<'ann' | 'ben' | 'eve', string>;
let sent = 0;

const openService = async () => {
	const log = await openLog({ dir: join(dir, 'log') });
	const snapshots = new Snapshots(join(dir, 'snapshots'), nodeDisk, log.id);
	return { log, snapshots, options: { log, snapshots } };
};

async function start(): Promise<void> {
	const { options } = await openService();
	serving = await serve({ options });
	people = {
		ann: await serving.key({ role: 'analyst', name: 'ann' }),
		ben: await serving.key({ role: 'approver', name: 'ben' }),
		eve: await serving.key({ role: 'viewer', name: 'eve' }),
	};
}

beforeAll(start);
afterAll(async () => {
	await serving.stop();
	rmSync(dir, { recursive: true, force: true });
});

const step = (who: keyof typeof people, path: string, body: Wire = {}): Promise<Said> =>
	serving.ask('POST', `/v1/policies${path}`, { id: `step-${++sent}`, at: AT, ...body }, { bearer: people[who] });
const see = async (path: string) => (await serving.ask('GET', path, undefined, { bearer: people.eve })).json;
const stateOf = async (policy: string) => (await see(`/v1/policies/${policy}`))['state'];
async function asksFor(amount: string): Promise<Wire> {
	const id = `w-${++sent}`;
	const body = { id, at: AT, withdrawal_id: id, store_id: 'S', amount };
	return (await serving.ask('POST', '/v1/withdrawals', body)).json;
}

test('a store trades under the policy the service was started with', async () => {
	const trade = [
		{ type: 'store.opened', id: 'o', at: AT, store_id: 'S', deposit: '0' },
		{ type: 'price.changed', id: 'p', at: AT, store_id: 'S', sku_id: 'K', price: '1000' },
		...['a', 'b'].flatMap((line) => [
			{
				type: 'order.paid',
				id: `${line}-paid`,
				at: AT,
				order_line_id: line,
				store_id: 'S',
				sku_id: 'K',
				buyer_id: 'B',
				quantity: 1,
				unit_price: '1000',
				protect_days: 7,
			},
			{ type: 'order.released', id: `${line}-released`, at: AT, order_line_id: line },
		]),
	];
	expect((await serving.ask('POST', '/v1/records', trade)).status).toBe(200);
	expect(await asksFor('100')).toMatchObject({ verdict: 'approve', policy: 'test@1' });
});

test('an analyst drafts, a viewer may not, and a wrong document is told what is wrong', async () => {
	expect((await step('eve', '', { document: STRICT })).status).toBe(403);
	const odd = await step('ann', '', { document: { ...STRICT, margin_percent: { ...STRICT.margin_percent, new: -5 } } });
	expect([odd.status, odd.json['code']]).toEqual([422, 'bad_policy']);
	expect(String(odd.json['detail'])).toContain('margin_percent.new');
	expect((await step('ann', '', { document: STRICT, note: 'for autumn', by: 'somebody else' })).status).toBe(200);
	const seen = await see('/v1/policies/strict@1');
	expect(seen).toMatchObject({ state: 'draft', share_percent: 0, drafted: { note: 'for autumn' } });
	expect((seen['drafted'] as Wire)['by']).toMatch(/^key:\w+ ann$/);
	expect(seen['differences']).toHaveLength(4);
	expect(await asksFor('100')).toMatchObject({ verdict: 'approve', policy: 'test@1' });
});

test('in shadow it changes nothing, and each answer says what it would have been', async () => {
	expect((await step('ann', '/strict@1/shadow')).status).toBe(200);
	const asked = await asksFor('100');
	expect(asked).toMatchObject({ verdict: 'approve', amount: '100.00', policy: 'test@1' });
	expect(asked['shadow']).toMatchObject({ verdict: 'hold', gate: 'payout', policy: 'strict@1' });
	expect((await serving.ask('GET', `/v1/decisions/${String(asked['id'])}`)).json['shadow']).toEqual(asked['shadow']);
	expect(await see('/v1/shadow')).toMatchObject({
		shadow: { policy: 'strict@1', gates: { payout: { asked: 1, stricter: 1, stricter_amount: '100.00' } } },
	});
});

test('it is approved by a second person once it has been tried on history', async () => {
	expect((await step('ben', '/strict@1/approve')).json).toMatchObject({ code: 'policy_state' });
	const result = { policy: 'strict@1', shortfall: '0.00' };
	expect((await step('ann', '/strict@1/backtest', { result })).status).toBe(200);
	expect((await step('ann', '/strict@1/approve')).status).toBe(403);
	const same = { type: 'policy.drafted', document: { ...STRICT, version: 2 } };
	expect((await step('ben', '', same)).status).toBe(200);
	await step('ben', '/strict@2/backtest', { result: { policy: 'strict@2' } });
	const own = await step('ben', '/strict@2/approve');
	expect([own.status, own.json['code']]).toEqual([409, 'same_person']);
	expect((await step('ben', '/strict@1/approve', { note: 'agreed' })).status).toBe(200);
	expect(await stateOf('strict@1')).toBe('approved');
	expect((await step('ben', '/nobody@9/approve')).status).toBe(404);
});

test('enforced it decides at once, is still there after a restart, and is rolled back at once', async () => {
	expect((await step('ann', '/strict@1/enforce', { share_percent: 100 })).status).toBe(403);
	expect((await step('ben', '/strict@1/enforce', { share_percent: 101 })).status).toBe(422);
	expect((await step('ben', '/strict@1/enforce', { share_percent: 100 })).status).toBe(200);
	expect(await asksFor('100')).toMatchObject({ verdict: 'hold', policy: 'strict@1' });
	const hash = serving.service.stateHash;
	await serving.stop();
	await start();
	expect(serving.service.stateHash).toBe(hash);
	expect(await stateOf('strict@1')).toBe('live');
	expect(await stateOf('test@1')).toBe('retired');
	expect(await asksFor('100')).toMatchObject({ policy: 'strict@1' });
	expect((await step('ben', '/rollback', { note: 'too strict' })).status).toBe(200);
	expect(await asksFor('100')).toMatchObject({ verdict: 'approve', policy: 'test@1' });
	const listed = await see('/v1/policies');
	expect((listed['items'] as Wire[]).map((one) => [one['policy'], one['state'], one['share_percent']])).toEqual([
		['test@1', 'live', 100],
		['strict@1', 'approved', 0],
		['strict@2', 'draft', 0],
	]);
});

test('[PL9] a draft may carry a programme, whole or by its preset; what differs is told in words', async () => {
	const programme = {
		schema: 'surety.programme/1',
		name: 'fifteen',
		version: 1,
		clock: { start: 'payment', days: 15 },
	};
	const longer = { ...POLICY, name: 'longer', programme };
	expect((await step('ann', '', { document: longer })).status).toBe(200);
	const seen = await see('/v1/policies/longer@1');
	expect(seen).toMatchObject({
		programme: 'fifteen@1',
		document: { programme: { ...programme, repeat: 'further_fall' } },
	});
	expect((seen['differences'] as Wire[]).map(({ field, from, to, en }) => [field, from, to, en])).toEqual([
		[
			'programme',
			'default@1',
			'fifteen@1',
			'What is sold from then on is promised by the programme fifteen@1, not default@1; what was promised before stays',
		],
		['programme.clock.days', 'line', 15, 'The window is 15 days, not as long as the order line says'],
	]);
	expect((await step('ann', '', { document: { ...POLICY, name: 'preset', programme: 'jd-self' } })).status).toBe(200);
	expect(await see('/v1/policies/preset@1')).toMatchObject({
		programme: 'jd-self@1',
		document: { programme: { clock: { start: 'delivery', days: 7 } } },
	});
	expect(await see('/v1/policies/test@1')).toMatchObject({ programme: 'default@1' });
});

test('[PR15] a programme that the book could not sell under is refused, with its field and why', async () => {
	const draft = async (programme: unknown) => {
		const { status, json } = await step('ann', '', { document: { ...POLICY, name: 'odd', programme } });
		return [status, json['code'], json['field']];
	};
	expect(await draft('tmall-15')).toEqual([422, 'bad_policy', 'programme.reference']);
	expect(await draft('nobody')).toEqual([422, 'bad_policy', 'programme']);
	const clock = { start: 'payment', days: 16 };
	const same = { schema: 'surety.programme/1', name: 'fifteen', version: 1, clock };
	expect(await draft(same)).toEqual([422, 'bad_programme', 'programme']);
	expect((await serving.ask('GET', '/v1/policies/odd@1', undefined, { bearer: people.eve })).status).toBe(404);
});

test('[PR14] a statement names what each guarantee was promised under', async () => {
	await step('ann', '/longer@1/backtest', { result: { policy: 'longer@1' } });
	await step('ben', '/longer@1/approve');
	expect((await step('ben', '/longer@1/enforce', { share_percent: 100 })).status).toBe(200);
	const sale = { order_line_id: 'c', store_id: 'S', sku_id: 'K', buyer_id: 'B', quantity: 1, unit_price: '1000' };
	await serving.ask('POST', '/v1/orders', { id: 'c-paid', at: AT, ...sale, protect_days: 7 });
	const { guarantees } = (await serving.ask('GET', '/v1/stores/S/statement')).json as {
		guarantees: { items: Wire[] };
	};
	expect(guarantees.items.map(({ programme, frees_at }) => [programme, frees_at])).toEqual([
		['default@1', '2024-03-08T10:00:00Z'],
		['default@1', '2024-03-08T10:00:00Z'],
		['fifteen@1', '2024-03-16T10:00:00Z'],
	]);
	await step('ben', '/rollback');
});

test('a policy in the settings is live from the next start; what its label stands for never changes', async () => {
	await serving.stop();
	const begin = { currency: currency('CNY'), programme: DEFAULT_PROGRAMME, clock: 'records' as const };
	const other = { ...POLICY, gates: { ...ENFORCE, price: 'observe' } };
	const { options } = await openService();
	await expect(Service.open({ ...begin, ...options, policy: other })).rejects.toMatchObject({ code: 'bad_policy' });
	await options.log.close();
	const again = await openService();
	const service = await Service.open({ ...begin, ...again.options, policy: { ...other, version: 2 } });
	expect(service.policy.label).toBe('test@2');
	await service.close();
	serving = await serve({ options: { ...(await openService()).options, policy: { ...other, version: 2 } } });
	people = { ...people, eve: await serving.key({ role: 'viewer', name: 'eve' }) };
	expect(await stateOf('test@2')).toBe('live');
});

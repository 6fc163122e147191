/**
 * A thousand connections to the real server race on one store: withdrawals, cuts, claims, refunds of payouts that
 * failed. Whatever comes first, the store is never overdrawn: what was granted is within what it had, no guarantee is
 * left without cover, and the book comes to the sum that the wire's answers come to.
 */
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../src/sim/random.js';
import { Connection, newFolder, policyFile, removeFolders, Server, verifyFolder } from './process.js';
import { progress, total } from './told.js';

const CONNECTIONS = 1000;
const ROUNDS = Math.ceil(Number(process.env['SURETY_RUNS'] ?? 1));
const SEED = Number(process.env['SURETY_SEED'] ?? 1);
const at = (minute: number): string => new Date(Date.UTC(2024, 2, 1) + minute * 60_000).toISOString();
const cents = (amount: unknown): number => Math.round(Number(amount) * 100);

afterAll(removeFolders);

type Said = Readonly<Record<string, unknown>>;

async function withServer(play: (server: Server, connections: readonly Connection[]) => Promise<void>): Promise<void> {
	const data = newFolder();
	const server = await Server.start(data, { SURETY_POLICY: policyFile() });
	const connections = Array.from({ length: CONNECTIONS }, () => new Connection(server.url));
	// Every one is open before the race begins.
	await Promise.all(connections.map((one) => one.ask('GET', '/healthz', '', '')));
	try {
		await play(server, connections);
	} finally {
		for (const one of connections) one.close();
	}
	expect(await server.stop()).toBe(0);
	await verifyFolder(data);
}

async function moneyOf(connection: Connection): Promise<Record<string, number>> {
	const { money, shortfall } = await connection.get('/v1/stores/S');
	const amounts = Object.entries(money as Record<string, unknown>).map(([name, amount]) => [name, cents(amount)]);
	return { ...(Object.fromEntries(amounts) as Record<string, number>), shortfall: cents(shortfall) };
}

test('a thousand withdrawals at once take what there is, to the last fen and not one more', async () => {
	await withServer(async (_, connections) => {
		const [first] = connections as readonly [Connection];
		await first.post('/v1/stores', { type: 'store.opened', id: 'o', at: at(0), store_id: 'S', deposit: '100' });
		const sale = { order_line_id: 'L', store_id: 'S', sku_id: 'K', buyer_id: 'B', quantity: 1, unit_price: '9876.54' };
		await first.post('/v1/orders', { type: 'order.paid', id: 'p', at: at(1), ...sale, protect_days: 0 });
		await first.post('/v1/orders', { type: 'order.released', id: 'r', at: at(2), order_line_id: 'L' });
		const random = new Random(1, 'race');
		const asked = connections.map((__, i) => ({
			type: 'withdrawal.request',
			id: `w${i}`,
			at: at(3),
			withdrawal_id: `W${i}`,
			store_id: 'S',
			amount: `${random.between(1, 300)}.${random.between(10, 99)}`,
		}));
		const said = await Promise.all(connections.map((one, i) => one.post('/v1/withdrawals', asked[i])));
		const granted = said.map(({ verdict, amount }) =>
			verdict === 'approve' || verdict === 'limit' ? cents(amount) : 0,
		);
		expect(granted.reduce((sum, one) => sum + one, 0)).toBe(987_654);
		expect(await moneyOf(first)).toMatchObject({ balance: 0, deposit: 10_000, owed: 0, shortfall: 0 });
		// The same ones again, from other connections: the same answers, and nothing more is paid.
		const again = await Promise.all(connections.map((one, i) => one.post('/v1/withdrawals', asked.at(-1 - i))));
		expect(again.reverse()).toEqual(said);
	});
});

test(`${ROUNDS} races of withdrawals, cuts, claims and failed payouts on one store`, async () => {
	for (let round = 0; round < ROUNDS; round++) {
		await withServer((_, connections) => race(connections, SEED + round));
		progress(round + 1, ROUNDS);
	}
	total({ races: ROUNDS, connections: CONNECTIONS });
});

async function race(connections: readonly Connection[], seed: number): Promise<void> {
	const [first] = connections as readonly [Connection];
	const random = new Random(seed, 'race');
	const lines = Array.from({ length: 200 }, (_, i) => `L${i}`);
	const book = [
		{ type: 'store.opened', id: 'open', at: at(0), store_id: 'S', deposit: '5000' },
		{ type: 'price.propose', id: 'price', at: at(0), store_id: 'S', sku_id: 'K', price: '100' },
		...lines.flatMap((order_line_id, i) => [
			{
				type: 'order.paid',
				id: `paid ${i}`,
				at: at(1),
				order_line_id,
				store_id: 'S',
				sku_id: 'K',
				buyer_id: `B${i % 40}`,
				quantity: 1,
				unit_price: '100',
				protect_days: 7,
			},
			// A quarter is still held.
			...(i % 4 === 0 ? [] : [{ type: 'order.released', id: `released ${i}`, at: at(2), order_line_id }]),
		]),
	];
	const { text } = await first.ask('POST', '/v1/records', 'application/json', JSON.stringify(book));
	expect(text).not.toContain('error');
	let left = 500_000 + lines.length * 10_000;
	const pays = ({ verdict, amount }: Said): number =>
		verdict === 'approve' || verdict === 'limit' ? cents(amount) : 0;
	const asked = new Map<string, Said>();
	const act = async (connection: Connection, id: string): Promise<void> => {
		const minute = at(random.between(10, 30));
		const draw = random.below(100);
		if (draw < 40) {
			const withdrawal_id = `W ${id}`;
			const amount = String(random.between(1, 4000));
			const body = { type: 'withdrawal.request', id, at: minute, withdrawal_id, store_id: 'S', amount };
			const said = await connection.post('/v1/withdrawals', body);
			asked.set(id, said);
			left -= pays(said);
			if (pays(said) === 0 || !random.chance(20)) return;
			const failed = await connection.post(`/v1/payments/withdrawal/${encodeURIComponent(withdrawal_id)}/failed`, {
				id: `${id} failed`,
				at: minute,
			});
			expect(failed).toMatchObject({ verdict: 'recorded' });
			left += pays(said);
		} else if (draw < 65) {
			const price = String(random.pick([1, 30, 60, 80, 90, 95, 100]));
			const body = { type: 'price.propose', id, at: minute, store_id: 'S', sku_id: 'K', price };
			await connection.post('/v1/prices', body);
		} else {
			const body = { type: 'claim.file', id, at: minute, claim_id: `C ${id}`, order_line_id: random.pick(lines) };
			const said = await connection.post('/v1/claims', body);
			expect(said['verdict']).not.toBe('hold'); // every cut that went through was funded
			left -= pays(said);
		}
	};
	await Promise.all(connections.map((connection, i) => act(connection, `a${i}`)));
	await Promise.all(connections.map((connection, i) => act(connection, `b${i}`)));
	// What had to wait may have gone through since.
	await first.post('/v1/records', { type: 'time.passed', id: 'end', at: at(60 * 24 * 40) });
	for (const [id, { verdict }] of asked) {
		if (verdict !== 'hold') continue;
		const { decided } = await first.get(`/v1/decisions/${encodeURIComponent(id)}`);
		left -= pays(decided as Said);
	}
	const { held = 0, balance = 0, deposit = 0, reserved = 0, ...rest } = await moneyOf(first);
	expect(rest).toEqual({ unfilled: 0, owed: 0, shortfall: 0 });
	expect(Math.min(held, balance, deposit, reserved, left)).toBeGreaterThanOrEqual(0);
	expect(held + balance + deposit + reserved).toBe(left);
}

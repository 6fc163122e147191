/**
 * The real server, killed with SIGKILL at random moments while many connections send it records, one by one and by the
 * hundred. After each kill it is started again on what is left, and: `verify` passes, snapshots included; whatever was
 * answered gets the same answer when it is sent again; whatever was not is sent again and has one effect. At the end
 * the sequence numbers of all answers are 1, 2, 3 and so on without a gap, and another service that is told the same in
 * that order says the same.
 */
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { memoryLog } from '../../src/log/memory-log.js';
import type { Answer } from '../../src/runtime/answer.js';
import { Service } from '../../src/runtime/service.js';
import { Random } from '../../src/sim/random.js';
import { Connection, newFolder, POLICY, policyFile, removeFolders, Server, verifyFolder } from './process.js';
import { progress, total } from './told.js';
import { type Raw, Trade } from './trade.js';

const KILLS = Math.ceil(4 * Number(process.env['SURETY_RUNS'] ?? 1));
/** A folder is left after so many kills, so that verifying it stays quick. */
const KILLS_A_FOLDER = 8;
const CONNECTIONS = 10;
const SEED = Number(process.env['SURETY_SEED'] ?? 1);
const NDJSON = 'application/x-ndjson';
const SINGLE: Readonly<Record<string, string>> = {
	'store.opened': '/v1/stores',
	'store.apply': '/v1/stores',
	'price.propose': '/v1/prices',
	'order.paid': '/v1/orders',
	'order.released': '/v1/orders',
	'order.refunded': '/v1/orders',
	'order.delivered': '/v1/orders',
	'claim.file': '/v1/claims',
	'withdrawal.request': '/v1/withdrawals',
};

afterAll(removeFolders);

const counts = { kills: 0, records: 0, repeated: 0, unanswered: 0, survived: 0, snapshots: 0, held: 0 };

class Book {
	private readonly data = newFolder();
	private readonly random: Random;
	private readonly trades: readonly Trade[];
	private readonly sent = new Map<string, Raw>();
	private readonly answered = new Map<string, Answer>();
	/** Answered since the last start. */
	private latest: string[] = [];
	private isKilled = false;

	constructor(seed: number) {
		this.random = new Random(seed, 'kill');
		this.trades = Array.from({ length: CONNECTIONS }, (_, i) => new Trade(new Random(seed, 'trade', i), `T${i}`, 6));
	}

	async lives(kills: number): Promise<void> {
		for (let i = 0; i < kills; i++) {
			const server = await this.start();
			this.isKilled = false;
			// Some lives are long enough for snapshots.
			const isLong = i % 4 === 1;
			const sizes = isLong ? [1, 300, 900] : [1, 1, 1, 1, 20, 150];
			const load = this.trades.map((trade, n) =>
				this.loads(server, trade, new Random(SEED, 'load', n, counts.kills), sizes),
			);
			await new Promise((resolve) =>
				setTimeout(resolve, isLong ? this.random.between(1500, 3000) : this.random.between(20, 700)),
			);
			this.isKilled = true;
			await server.kill();
			await Promise.all(load);
			counts.kills++;
			progress(counts.kills, KILLS, counts);
			counts.snapshots += (await verifyFolder(this.data)).snapshots;
		}
		const server = await this.start();
		await this.complete(server);
		expect(await server.stop()).toBe(0);
		const { records } = await verifyFolder(this.data);
		expect(records).toBe(this.answered.size);
		await this.retell();
	}

	/** Starts the server and sends again what was under way when it died. */
	private async start(): Promise<Server> {
		const settings = { SURETY_SNAPSHOT_MIB: '1', SURETY_SEGMENT_MIB: '1', SURETY_POLICY: policyFile() };
		const server = await Server.start(this.data, settings);
		const known = [...this.answered.keys()];
		const some = Array.from({ length: Math.min(300, known.length) }, () => this.random.pick(known));
		const unanswered = this.unanswered();
		counts.unanswered += unanswered.length;
		const before = this.answered.size;
		const again = [...new Set([...unanswered, ...this.latest.slice(-2000), ...some])].map(
			(id) => this.sent.get(id) as Raw,
		);
		this.latest = [];
		await this.send(server, this.random.shuffle(again));
		for (const id of unanswered) if (Number(this.answered.get(id)?.['seq'] ?? Infinity) <= before) counts.survived++;
		counts.repeated += again.length - unanswered.length;
		return server;
	}

	/** One connection's records, one request after the other, until the server is killed. */
	private async loads(server: Server, trade: Trade, random: Random, sizes: readonly number[]): Promise<void> {
		const connection = new Connection(server.url);
		try {
			while (!this.isKilled) {
				const parcel = trade.some(random.pick(sizes));
				if (random.chance(10) && this.latest.length > 0) parcel.push(this.sent.get(random.pick(this.latest)) as Raw);
				await this.ask(connection, parcel);
			}
		} catch (error) {
			if (!this.isKilled || error instanceof TypeError) throw error;
		} finally {
			connection.close();
		}
	}

	private async ask(connection: Connection, parcel: readonly Raw[]): Promise<void> {
		for (const raw of parcel) this.sent.set(raw.id, raw);
		const [first] = parcel;
		const path = parcel.length === 1 && first !== undefined ? SINGLE[String(first['type'])] : undefined;
		if (first !== undefined && path !== undefined) {
			const { status, text } = await connection.ask('POST', path, 'application/json', JSON.stringify(first));
			if (status === 200) this.given(first, JSON.parse(text) as Answer);
			else if (status >= 500) expect.fail(`${status}: ${text}`);
			return;
		}
		let lines = 0;
		const heard = (text: string): void => {
			const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
			whole.pop();
			for (; lines < whole.length; lines++)
				this.given(parcel[lines] as Raw, JSON.parse(whole[lines] as string) as Answer);
		};
		const body = parcel.map((raw) => `${JSON.stringify(raw)}\n`).join('');
		const { status, text } = await connection.ask('POST', '/v1/records', NDJSON, body, heard);
		expect(status, text).toBe(200);
		expect(lines).toBe(parcel.length);
	}

	private given({ id }: Raw, answer: Answer): void {
		const before = this.answered.get(id);
		if (before !== undefined) {
			if (JSON.stringify(answer) !== JSON.stringify(before)) expect(answer, `the answer to ${id}`).toEqual(before);
		} else if ('error' in answer) {
			expect(answer['error']).not.toMatchObject({ code: 'id_reused' });
			this.sent.delete(id); // it was not taken
		} else {
			expect(answer['id']).toBe(id);
			this.answered.set(id, answer);
			this.latest.push(id);
			counts.records++;
			if (answer['verdict'] === 'hold') counts.held++;
		}
	}

	private unanswered(): string[] {
		return [...this.sent.keys()].filter((id) => !this.answered.has(id));
	}

	private async send(server: Server, raws: readonly Raw[]): Promise<void> {
		const connections = Array.from({ length: 4 }, () => new Connection(server.url));
		await Promise.all(
			connections.map(async (connection, n) => {
				const own = raws.filter((_, i) => i % connections.length === n);
				for (let i = 0; i < own.length; i += 500) await this.ask(connection, own.slice(i, i + 500));
				connection.close();
			}),
		);
	}

	/** Everything has been answered, with one number each. */
	private async complete(server: Server): Promise<void> {
		await this.send(
			server,
			this.unanswered().map((id) => this.sent.get(id) as Raw),
		); // one of the sent
		await this.send(
			server,
			[...this.answered.keys()].map((id) => this.sent.get(id) as Raw),
		);
		const seqs = [...this.answered.values()].map(({ seq }) => Number(seq)).sort((a, b) => a - b);
		expect(seqs.findIndex((seq, i) => seq !== i + 1)).toBe(-1);
	}

	/** Another service, told the same in the same order, says the same. */
	private async retell(): Promise<void> {
		const inOrder = [...this.answered.values()].sort((a, b) => Number(a['seq']) - Number(b['seq']));
		const other = await Service.open({
			log: memoryLog(),
			currency: currency('CNY'),
			programme: DEFAULT_PROGRAMME,
			policy: POLICY,
			clock: 'records',
		});
		for (let i = 0; i < inOrder.length; i += 2000) {
			const part = inOrder.slice(i, i + 2000);
			const said = await other.submit(
				part.map(({ id }) => this.sent.get(id as string)),
				'again',
			);
			const differs = part.findIndex((one, n) => JSON.stringify(said[n]) !== JSON.stringify(one));
			if (differs >= 0) expect(said[differs]).toEqual(part[differs]);
		}
		expect(other.desk.core.seq).toBe(inOrder.length);
		await other.close();
	}
}

test(`${KILLS} kills under load`, async () => {
	for (let done = 0; done < KILLS; done += KILLS_A_FOLDER) {
		await new Book(SEED * 1000 + done).lives(Math.min(KILLS_A_FOLDER, KILLS - done));
		removeFolders();
	}
	total(counts);
	expect(counts.kills).toBe(KILLS);
	for (const what of ['records', 'repeated', 'unanswered', 'held'] as const)
		expect(counts[what], what).toBeGreaterThan(0);
});

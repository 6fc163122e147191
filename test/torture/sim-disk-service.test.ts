/**
 * The whole service on a disk that tears, delays and fails writes and a machine that falls over, thousands of times.
 * After each end the service opens again and: every answer that was given is given again; the state is the one that a
 * replay of the log comes to, and snapshots agree; what was not answered may be there or not, and sent again it has
 * exactly one effect. At the end of each run a second service, which never failed, is told what the first one took, in
 * the order of its sequence numbers, and must say the same. A failure names its seed: `runLives(seed)` repeats it.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { SuretyError } from '../../src/core/words/error.js';
import { currency } from '../../src/core/words/money.js';
import type { Disk } from '../../src/log/disk.js';
import { openLog } from '../../src/log/embedded-log.js';
import { memoryLog } from '../../src/log/memory-log.js';
import type { Log } from '../../src/log/port.js';
import { recover } from '../../src/runtime/recovery.js';
import type { Answer } from '../../src/runtime/answer.js';
import { Service } from '../../src/runtime/service.js';
import { Snapshots } from '../../src/runtime/snapshots.js';
import { verifyLog } from '../../src/runtime/verify.js';
import { Random } from '../../src/sim/random.js';
import { type Fault, SimDisk } from '../log/sim-disk.js';
import { progress, total } from './told.js';
import { type Raw, Trade } from './trade.js';

const RUNS = Math.ceil(300 * Number(process.env['SURETY_RUNS'] ?? 1));
const FAULTS: readonly Fault[] = ['full', 'write', 'sync', 'read-only'];
const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };
const POLICY = { schema: 'surety.policy/1', name: 'torture', version: 1, gates: ENFORCE };
const BEGIN = { currency: currency('CNY'), programme: DEFAULT_PROGRAMME, policy: POLICY };
const MOST_IDS = 10_000;

// The service waits before it tries a failing disk again; here that takes no time.
beforeAll(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterAll(() => {
	vi.useRealTimers();
});

class Lives {
	private readonly disk: SimDisk;
	private readonly random: Random;
	private readonly trade: Trade;
	private readonly segmentBytes: number;
	/** Every record ever sent. */
	private readonly sent = new Map<string, Raw>();
	/** Answers that were given and must never change. */
	private readonly answered = new Map<string, Answer>();
	/** Snapshots are large beside these small logs, so only some runs have them. */
	private readonly hasSnapshots: boolean;
	private problem: unknown;
	private time = 0;
	readonly counts = {
		answered: 0,
		repeated: 0,
		refused: 0,
		lives: 0,
		ends: 0,
		stopped: 0,
		snapshots: 0,
		recovered: 0,
		survived: 0,
	};

	constructor(seed: number) {
		this.disk = new SimDisk(seed);
		this.random = new Random(seed, 'service');
		this.trade = new Trade(new Random(seed, 'trade'), 'T', 3, seed % 3 === 0 ? POLICY : undefined);
		this.disk.shortWrites = this.random.pick([0, 0, 30]);
		this.hasSnapshots = this.random.chance(10);
		this.segmentBytes = this.random.pick([3000, 12_000, 1_000_000]);
	}

	async live(): Promise<void> {
		for (let lives = this.random.between(2, 4); lives > 0; lives--) {
			if (this.random.chance(20)) this.willEnd();
			await this.oneLife();
			this.counts.lives++;
			if (this.disk.dead) this.counts.ends++;
			this.disk.restart(this.disk.dead ? undefined : this.random.pick(['crash', 'kill']));
			vi.clearAllTimers(); // nothing of the past life goes on
			if (this.problem !== undefined) throw this.problem;
		}
		await this.lastLife();
		if (this.problem !== undefined) throw this.problem;
	}

	private async oneLife(): Promise<void> {
		const isFaulty = this.random.chance(10);
		if (isFaulty) this.fails();
		const disk = mortal(this.disk);
		let service: Service;
		try {
			service = await this.open(disk);
		} catch (error) {
			if (!isUnavailable(error) || !(this.disk.dead || isFaulty)) throw error;
			return;
		}
		this.disk.fault = undefined;
		const flights = new Set<Promise<void>>();
		if (!(await this.answersAgain(service, flights))) return;
		await this.compare(service);
		if (this.random.chance(80)) this.willEnd();
		for (let steps = this.random.below(14); steps > 0 && !this.disk.dead; steps--)
			await this.step(service, disk, flights);
		if (!this.disk.dead && this.random.chance(60)) await this.stops(service, flights);
	}

	/** One thing that happens to a running service. */
	private async step(service: Service, disk: Disk, flights: Set<Promise<void>>): Promise<void> {
		const draw = this.random.below(100);
		if (draw < 60) {
			for (let at = this.random.between(1, 4); at > 0; at--) this.send(service, this.parcel(), flights);
		} else if (draw < 70) this.fails();
		else if (draw < 78) {
			if (this.disk.fault !== undefined) this.counts.recovered++;
			this.disk.fault = undefined;
		} else if (draw < 84 && this.hasSnapshots) await this.snapshot(disk);
		await this.turns(this.random.below(5));
	}

	/** Stops in order, perhaps in the middle of everything. */
	private async stops(service: Service, flights: Set<Promise<void>>): Promise<void> {
		for (let more = this.random.below(4); more > 0; more--) {
			this.send(service, this.parcel(), flights);
			await this.turns(this.random.below(2));
		}
		const closing = { isDone: false };
		const closed = service.close().then(
			() => {
				closing.isDone = true;
			},
			(error: unknown) => {
				// The snapshot may have met a sick disk; the log itself is done with.
				closing.isDone = true;
				if (!(error instanceof Error && 'code' in error)) this.problem ??= error;
			},
		);
		for (let turns = 0; turns < 300 && !closing.isDone && !this.disk.dead; turns++) await this.turns(1);
		if (this.disk.dead) return;
		if (!closing.isDone) throw new Error('the service does not stop');
		await closed;
		await this.turns(2);
		expect(flights.size, 'requests nobody answered').toBe(0);
		this.counts.stopped++;
	}

	/** The last life is healthy: what was not answered is sent again, and everything has had one effect. */
	private async lastLife(): Promise<void> {
		const service = await this.open(mortal(this.disk));
		const flights = new Set<Promise<void>>();
		expect(await this.answersAgain(service, flights)).toBe(true);
		await this.compare(service);
		const unanswered = [...this.sent.values()].filter(({ id }) => !this.answered.has(id));
		const before = service.desk.core.seq;
		const fresh = this.random.shuffle(unanswered);
		while (fresh.length > 0) this.send(service, fresh.splice(0, this.random.between(1, 8)), flights);
		await this.settled(flights);
		const seqs = [...this.answered.values()].map(({ seq }) => Number(seq)).sort((a, b) => a - b);
		expect(seqs).toEqual(seqs.map((_, i) => i + 1));
		expect(service.desk.core.seq).toBe(seqs.length);
		this.counts.survived += unanswered.filter(
			({ id }) => Number(this.answered.get(id)?.['seq'] ?? before + 1) <= before,
		).length;
		await this.retell(service);
		await service.close();
		const again = await this.open(mortal(this.disk));
		expect(again.stateHash).toBe(service.stateHash);
		if (this.hasSnapshots) expect(again.replayed).toBe(0);
		await again.close();
	}

	/** Another service, told the same in the same order, says the same. */
	private async retell(service: Service): Promise<void> {
		const inOrder = [...this.answered.values()].sort((a, b) => Number(a['seq']) - Number(b['seq']));
		const other = await Service.open({ ...BEGIN, log: memoryLog(), clock: 'records' });
		const raws = inOrder.map(({ id }) => this.sent.get(id as string));
		expect(await other.submit(raws, 'again')).toEqual(inOrder);
		expect(other.stateHash).toBe(service.stateHash);
	}

	/** Sends everything that was answered once more. @returns false if the disk died meanwhile. */
	private async answersAgain(service: Service, flights: Set<Promise<void>>): Promise<boolean> {
		const known = this.random.shuffle([...this.answered.keys()]);
		while (known.length > 0) {
			const ids = known.splice(0, this.random.between(5, 40));
			this.send(
				service,
				ids.map((id) => this.sent.get(id) as Raw), // was sent, hence answered
				flights,
			);
		}
		await this.settled(flights);
		return !this.disk.dead;
	}

	/** The log, replayed beside the service, comes to the service's state; so do the snapshots. */
	private async compare(service: Service): Promise<void> {
		const { stateHash } = service;
		const log = await openLog({ dir: '/log', disk: this.disk, readOnly: true });
		const verified = await verifyLog(log, new Snapshots('/snapshots', this.disk, log.id));
		await log.close();
		expect(verified.state).toBe(stateHash);
		expect(verified.records).toBe(service.desk.core.seq);
		this.counts.snapshots += verified.snapshots;
	}

	private send(service: Service, raws: readonly Raw[], flights: Set<Promise<void>>): void {
		for (const raw of raws) this.sent.set(raw.id, raw);
		const known = new Set(raws.map(({ id }) => id).filter((id) => this.answered.has(id)));
		const flight = service
			.submit(raws, 'test')
			.then(
				(answers) => {
					expect(answers).toHaveLength(raws.length);
					answers.forEach((answer, i) => this.given(raws[i] as Raw, answer, known));
				},
				(error: unknown) => {
					this.counts.refused++;
					if (!isUnavailable(error) && !(error instanceof SuretyError && error.code === 'stopping')) throw error;
				},
			)
			.catch((error: unknown) => {
				this.problem ??= error;
			})
			.finally(() => flights.delete(flight));
		flights.add(flight);
	}

	/** @param known ids that had an answer when this was sent. */
	private given({ id }: Raw, answer: Answer, known: ReadonlySet<string>): void {
		const before = this.answered.get(id);
		// Of two requests in flight the later one may be answered first; the earlier one was refused before it was taken.
		if (before !== undefined && 'error' in answer && !known.has(id)) return;
		if (before !== undefined) {
			if (JSON.stringify(answer) !== JSON.stringify(before)) expect(answer, `the answer to ${id}`).toEqual(before);
			this.counts.repeated++;
		} else if ('error' in answer) {
			// It was not taken, so nothing is promised; but never because of what was taken before.
			expect(answer['error']).not.toMatchObject({ code: 'id_reused' });
		} else {
			expect(answer['id']).toBe(id);
			this.answered.set(id, answer);
			this.counts.answered++;
		}
	}

	/** New records, some answered before, some not answered, some twice. */
	private parcel(): Raw[] {
		const known = [...this.sent.values()];
		const parcel: Raw[] = this.trade.some(this.random.below(6));
		if (known.length > 0) for (let i = this.random.below(4); i > 0; i--) parcel.push(this.random.pick(known));
		if (parcel.length > 0 && this.random.chance(20)) parcel.push(this.random.pick(parcel));
		return parcel;
	}

	private willEnd(): void {
		this.disk.endWithin(this.random.below(90), this.random.pick(['crash', 'crash', 'kill']));
	}

	private fails(): void {
		this.disk.fault = this.random.pick(FAULTS);
		this.disk.once = this.random.chance(60);
		this.disk.patience = this.random.pick([0, 0, 1, 3]);
	}

	/** As the worker beside a running service writes one. */
	private async snapshot(disk: Disk): Promise<void> {
		try {
			const log = await openLog({ dir: '/log', disk, readOnly: true });
			const { desk, ids, head, settings } = await recover(log, { begin: BEGIN, mostIds: MOST_IDS });
			if (head !== undefined && settings !== undefined)
				await new Snapshots('/snapshots', disk, log.id).write(desk, ids, head, log.head.chain, settings);
		} catch (error) {
			if (!(error instanceof Error && 'code' in error)) throw error;
		}
	}

	private async open(disk: Disk): Promise<Service> {
		const log: Log = await openLog({ dir: '/log', disk, segmentBytes: this.segmentBytes });
		return Service.open({
			...BEGIN,
			log,
			...(this.hasSnapshots ? { snapshots: new Snapshots('/snapshots', disk, log.id) } : {}),
			clock: 'records',
			mostIds: MOST_IDS,
			now: () => this.time,
			onBroken: (error) => {
				this.problem ??= error;
			},
		});
	}

	private async settled(flights: ReadonlySet<Promise<void>>): Promise<void> {
		for (let turns = 0; flights.size > 0 && !this.disk.dead; turns++) {
			if (turns > 500) throw new Error('requests nobody answers');
			await this.turns(1);
		}
	}

	/** Lets everybody do something, and 200 ms pass, so often. */
	private async turns(count: number): Promise<void> {
		for (let i = 0; i < count; i++) {
			await new Promise((resolve) => setImmediate(resolve));
			this.time += 200;
			vi.advanceTimersByTime(200);
		}
	}
}

/** The disk as one life sees it: afterwards nothing of that life reaches it any more. */
function mortal(disk: SimDisk): Disk {
	const { life } = disk;
	const alive = <T>(act: () => Promise<T>): Promise<T> =>
		life === disk.life ? act() : Promise.reject(Object.assign(new Error('EDEAD'), { code: 'EDEAD' }));
	return {
		open: (path, mode) => alive(() => disk.open(path, mode)),
		list: (folder) => alive(() => disk.list(folder)),
		rename: (from, to) => alive(() => disk.rename(from, to)),
		remove: (path) => alive(() => disk.remove(path)),
		makeFolder: () => alive(() => disk.makeFolder()),
		syncFolder: (folder) => alive(() => disk.syncFolder(folder)),
		lock: (folder) => alive(() => disk.lock(folder)),
	};
}

const isUnavailable = (error: unknown): boolean => error instanceof SuretyError && error.code === 'log_unavailable';

async function runLives(seed: number): Promise<Lives['counts']> {
	const lives = new Lives(seed);
	try {
		await lives.live();
	} catch (error) {
		throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
	}
	return lives.counts;
}

test(`${RUNS} histories of a service on a failing disk`, async () => {
	const sums: Record<string, number> = {};
	const first = Number(process.env['SURETY_SEED'] ?? 1);
	for (let seed = first; seed < first + RUNS; seed++) {
		for (const [what, count] of Object.entries(await runLives(seed))) sums[what] = (sums[what] ?? 0) + count;
		progress(seed + 1 - first, RUNS, sums);
	}
	total({ histories: RUNS, ...sums });
	// Each kind of event must be common, or the runs prove nothing about it.
	for (const what of Object.keys(sums)) expect(sums[what], what).toBeGreaterThan(RUNS / 50);
});

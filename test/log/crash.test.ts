/**
 * Thousands of lives on a disk that fails and a machine that falls over. Whatever happens: every batch that was
 * answered for is there, in order, the same bytes, number, position and chain; of the others at most one is, and only
 * one whose fate was open; and the log always opens again. A failure names its seed: `runLives(seed)` repeats it.
 */
import { expect, test } from 'vitest';
import { SuretyError } from '../../src/core/words/error.js';
import { openLog } from '../../src/log/embedded-log.js';
import type { Batch, Log } from '../../src/log/port.js';
import { Random } from '../../src/sim/random.js';
import { progress, total } from '../torture/told.js';
import { plain, readAll } from './conformance.js';
import { type Fault, SimDisk } from './sim-disk.js';

const RUNS = 3000 * Number(process.env['SURETY_RUNS'] ?? 1);
const FAULTS: readonly Fault[] = ['full', 'write', 'sync', 'read-only'];

class Lives {
	readonly disk: SimDisk;
	private readonly random: Random;
	private readonly segmentBytes: number;
	private readonly answered: Batch[] = [];
	/** Payloads of failed or unanswered appends since the last answer; one of them may be in the log after an end. */
	private open: Uint8Array[] = [];
	private id: string | undefined;
	/** How often each thing happened, to see that the runs reach it. */
	readonly counts = { acknowledged: 0, failed: 0, ends: 0, torn: 0, adopted: 0, retried: 0 };

	constructor(seed: number) {
		this.disk = new SimDisk(seed);
		this.random = new Random(seed, 'lives');
		this.disk.shortWrites = this.random.pick([0, 0, 30]);
		this.segmentBytes = this.random.pick([700, 2000, 1_000_000]);
	}

	async live(): Promise<void> {
		for (let life = this.random.between(2, 5); life > 0; life--) {
			if (this.random.chance(85))
				this.disk.endWithin(this.random.below(90), this.random.pick(['crash', 'crash', 'kill']));
			await this.oneLife();
		}
		await this.check(await this.openLog());
	}

	private async oneLife(): Promise<void> {
		const isFaulty = this.random.chance(10);
		if (isFaulty) this.fail();
		try {
			const log = await this.openLog();
			await this.check(log);
			for (let steps = this.random.below(12); steps > 0; steps--) await this.step(log);
			await log.close();
		} catch (error) {
			if (!(error instanceof SuretyError) || error.code !== 'log_unavailable') throw error;
			expect(this.disk.dead || isFaulty).toBe(true);
		}
		this.counts.ends++;
		this.disk.restart(this.disk.dead ? undefined : this.random.pick(['crash', 'kill']));
	}

	private fail(): void {
		this.disk.fault = this.random.pick(FAULTS);
		this.disk.once = this.random.chance(50);
		this.disk.patience = this.random.pick([0, 0, 1, 2]);
	}

	private async step(log: Log): Promise<void> {
		const payload = this.payload();
		if (this.random.chance(20)) this.fail();
		const { fault, once } = this.disk;
		if (await this.append(log, payload)) return;
		// A fault that left the cut alone has left nothing, and a read-only disk never took anything.
		const isCut = fault !== undefined && (once || fault === 'full' || fault === 'read-only');
		if (isCut && !this.disk.dead) this.open.pop();
		this.disk.fault = undefined;
		if (this.random.chance(70) && (await this.append(log, payload))) this.counts.retried++;
	}

	private async append(log: Log, payload: Uint8Array): Promise<boolean> {
		this.open.push(payload);
		const { head } = log;
		try {
			const batch = await log.append(payload);
			this.answered.push(batch);
			this.open = [];
			this.counts.acknowledged++;
			return true;
		} catch (error) {
			expect(error).toMatchObject({ code: 'log_unavailable' });
			expect(log.head).toEqual(head);
			this.counts.failed++;
			if (this.disk.dead) throw error;
			return false;
		}
	}

	private async check(log: Log): Promise<void> {
		this.id ??= log.id;
		if (this.answered.length === 0) this.id = log.id; // a log without a batch may never have been
		expect(log.id).toBe(this.id);
		const read = await readAll(log);
		const { answered } = this;
		expect(read.slice(0, answered.length).map(plain)).toEqual(answered.map(plain));
		expect(read.length - answered.length).toBeLessThanOrEqual(1);
		expect(log.head).toMatchObject({ number: read.length });
		const extra = read[answered.length];
		if (extra !== undefined) {
			expect(this.open.map((payload) => Buffer.from(payload).toString('hex'))).toContain(
				Buffer.from(extra.payload).toString('hex'),
			);
			answered.push(extra);
			this.counts.adopted++;
		}
		this.open = [];
		if (log.recovery.torn !== undefined) this.counts.torn++;
		for (const batch of answered) expect(plain(await log.readAt(batch.position))).toEqual(plain(batch));
	}

	private openLog(): Promise<Log> {
		return openLog({ dir: '/log', disk: this.disk, segmentBytes: this.segmentBytes });
	}

	private payload(): Uint8Array {
		const length = this.random.pick([0, 20, 400, 1500]) + this.random.below(30);
		return Uint8Array.from({ length }, () => this.random.below(256));
	}
}

async function runLives(seed: number): Promise<Lives['counts']> {
	const lives = new Lives(seed);
	try {
		await lives.live();
	} catch (error) {
		throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
	}
	return lives.counts;
}

test(`${RUNS} histories of appends, faults, crashes and kills`, async () => {
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

// Found by the histories: a batch given up came back two lives later, because its cut had never been synced.
test('what opening has found after a kill is what a crash leaves', async () => {
	for (let seed = 1; seed <= 300; seed++) {
		const disk = new SimDisk(seed);
		const open = (): Promise<Log> => openLog({ dir: '/log', disk });
		const log = await open();
		if (seed % 2 === 0) await log.append(new Uint8Array(700).fill(1));
		disk.fault = 'sync';
		await expect(log.append(new Uint8Array(1700).fill(2))).rejects.toThrow();
		disk.restart('kill');
		const { head } = await open();
		disk.restart('crash');
		expect((await open()).head, `seed ${seed}`).toEqual(head);
	}
});

/**
 * What every log must do, whatever it is built on. An adapter's test makes a harness and calls `logConformance`; the
 * harness should keep segments, or what the adapter has in their stead, small, so that these few batches fill several.
 */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Batch, Log } from '../../src/log/port.js';
import { Random } from '../../src/sim/random.js';

export interface LogHarness {
	/** Opens the same log each time. */
	open(options?: { readOnly: boolean }): Promise<Log>;
	/** A log of its own, new each time. */
	openOther(): Promise<Log>;
	/** Each makes what is under the log fail in its way; the answer repairs it. */
	readonly failures: readonly (() => () => void)[];
	dispose(): Promise<void>;
}

const random = new Random(7, 'payloads');
const payloads = (count: number, upTo = 2000): Uint8Array[] =>
	Array.from({ length: count }, () => Uint8Array.from({ length: random.below(upTo) }, () => random.below(256)));

/** Plain data, so that two can be compared. */
export const plain = ({ number, position, chain, payload }: Batch): object => ({
	number,
	position: Number(position),
	chain: Buffer.from(chain).toString('hex'),
	payload: Buffer.from(payload).toString('hex'),
});

export async function readAll(log: Log, after?: Batch): Promise<Batch[]> {
	const batches: Batch[] = [];
	for await (const batch of log.read(after)) batches.push(batch);
	return batches;
}

export async function appendAll(log: Log, list: readonly Uint8Array[]): Promise<Batch[]> {
	const batches: Batch[] = [];
	for (const payload of list) batches.push(await log.append(payload));
	return batches;
}

export function logConformance(name: string, makeHarness: () => Promise<LogHarness>): void {
	describe(`log: ${name}`, () => {
		let harness: LogHarness;
		beforeEach(async () => {
			harness = await makeHarness();
		});
		afterEach(() => harness.dispose());

		birth(() => harness);
		appendAndRead(() => harness);
		reopening(() => harness);
		oneWriter(() => harness);
		test('what fails leaves nothing, and the same batch goes in once the disk has recovered', async () => {
			for (const failure of harness.failures) await failAndRecover(harness, failure);
		});
	});
}

function birth(harness: () => LogHarness): void {
	test('a new log has an id of its own, no batch, and a hash to begin with', async () => {
		const log = await harness().open();
		const other = await harness().openOther();
		expect(log.id).toMatch(/^[0-9a-f]{32}$/);
		expect(log.id).not.toBe(other.id);
		expect(log.head.number).toBe(0);
		expect(log.head.chain).toHaveLength(32);
		expect(log.head.chain).not.toEqual(other.head.chain);
		expect(log.recovery).toEqual({});
		expect(await readAll(log)).toEqual([]);
		await other.close();
		await log.close();
	});

	test('an empty log opened again is the same log', async () => {
		const log = await harness().open();
		await log.close();
		const again = await harness().open();
		expect(again.id).toBe(log.id);
		expect(again.head).toEqual(log.head);
		await again.close();
	});
}

function appendAndRead(harness: () => LogHarness): void {
	test('batches come back as they went in: numbered, in order, chained', async () => {
		const log = await harness().open();
		let chain = log.head.chain;
		const sent = payloads(40);
		for (const [i, payload] of sent.entries()) {
			const batch = await log.append(payload);
			chain = new Uint8Array(createHash('sha256').update(chain).update(payload).digest());
			expect(plain(batch)).toEqual(plain({ number: i + 1, position: batch.position, chain, payload }));
			expect(log.head).toEqual({ number: i + 1, chain });
		}
		const read = await readAll(log);
		expect(read.map(({ payload }) => payload)).toEqual(sent);
		expect(read.at(-1)?.chain).toEqual(chain);
		const positions = read.map(({ position }) => position);
		expect(
			positions.every((position, i) => Number.isSafeInteger(position) && position > (positions[i - 1] ?? -1)),
		).toBe(true);
		await log.close();
	});

	test('reading begins after any batch, and one batch is found by its position', async () => {
		const log = await harness().open();
		const batches = await appendAll(log, payloads(20));
		for (const [i, batch] of batches.entries()) {
			expect((await readAll(log, batch)).map(plain)).toEqual(batches.slice(i + 1).map(plain));
			expect(plain(await log.readAt(batch.position))).toEqual(plain(batch));
		}
		await log.close();
	});

	test('empty and large batches', async () => {
		const log = await harness().open();
		const sent = [new Uint8Array(0), new Uint8Array(3_000_000).fill(7), new Uint8Array(1), new Uint8Array(2_000_000)];
		await appendAll(log, sent);
		expect((await readAll(log)).map(({ payload }) => Buffer.compare(payload, sent.shift() ?? payload))).toEqual([
			0, 0, 0, 0,
		]);
		await log.close();
	});

	test('reading sees what was durable when it began, while appending goes on', async () => {
		const log = await harness().open();
		const before = await appendAll(log, payloads(15));
		const seen: Batch[] = [];
		let appended: Promise<Batch> | undefined;
		for await (const batch of log.read()) {
			seen.push(batch);
			await appended;
			appended = log.append(batch.payload);
		}
		await appended;
		expect(seen.map(plain)).toEqual(before.map(plain));
		expect(await readAll(log)).toHaveLength(30);
		await log.close();
	});

	test('reading may be given up', async () => {
		const log = await harness().open();
		await appendAll(log, payloads(5));
		for await (const batch of log.read()) if (batch.number === 2) break;
		await log.close();
	});
}

function reopening(harness: () => LogHarness): void {
	test('all is there again: id, head, batches, positions; and it goes on from there', async () => {
		let log = await harness().open();
		const { id } = log;
		const batches: Batch[] = [];
		for (let life = 0; life < 6; life++) {
			batches.push(...(await appendAll(log, payloads(7))));
			const { head } = log;
			await log.close();
			log = await harness().open();
			expect(log.id).toBe(id);
			expect(log.head).toEqual(head);
			expect(log.recovery).toEqual({});
			expect((await readAll(log)).map(plain)).toEqual(batches.map(plain));
			for (const batch of batches) expect(plain(await log.readAt(batch.position))).toEqual(plain(batch));
		}
		await log.close();
	});

	test('a position or a number that the log does not have is not read over', async () => {
		const log = await harness().open();
		const batches = await appendAll(log, payloads(5));
		const other = await harness().openOther();
		const [first, last] = [batches[0]!, batches[4]!];
		await expect(readAll(log, { ...last, number: 4 })).rejects.toMatchObject({ code: 'log_corrupt' });
		await appendAll(other, [first.payload]);
		await expect(readAll(other, last)).rejects.toMatchObject({ code: 'log_corrupt' });
		await other.close();
		await log.close();
	});
}

function oneWriter(harness: () => LogHarness): void {
	test('a second writer is refused, a reader is not, and closing makes room', async () => {
		const log = await harness().open();
		await log.append(new Uint8Array(10));
		await expect(harness().open()).rejects.toMatchObject({ code: 'log_locked' });
		const reader = await harness().open({ readOnly: true });
		expect(reader.head).toEqual(log.head);
		expect((await readAll(reader)).map(plain)).toEqual((await readAll(log)).map(plain));
		await expect(reader.append(new Uint8Array(1))).rejects.toThrow('read-only');
		await reader.close();
		await log.close();
		await log.close();
		await expect(log.append(new Uint8Array(1))).rejects.toThrow('closed');
		const next = await harness().open();
		expect(next.head.number).toBe(1);
		await next.close();
	});

	test('one batch at a time, and closing waits for it', async () => {
		const log = await harness().open();
		const first = log.append(new Uint8Array(100));
		await expect(log.append(new Uint8Array(1))).rejects.toThrow('one batch at a time');
		await log.close();
		await expect(first).resolves.toMatchObject({ number: 1 });
		const again = await harness().open();
		expect(again.head.number).toBe(1);
		await again.close();
	});
}

async function failAndRecover(harness: LogHarness, failure: () => () => void): Promise<void> {
	let log = await harness.open();
	const batches = await readAll(log);
	for (const payload of payloads(8)) {
		const { head } = log;
		const repair = failure();
		for (let i = 0; i < 2; i++) await expect(log.append(payload)).rejects.toMatchObject({ code: 'log_unavailable' });
		expect(log.head).toEqual(head);
		expect((await readAll(log)).map(plain)).toEqual(batches.map(plain));
		repair();
		batches.push(await log.append(payload), await log.append(payload));
	}
	expect((await readAll(log)).map(plain)).toEqual(batches.map(plain));
	await log.close();
	log = await harness.open();
	expect((await readAll(log)).map(plain)).toEqual(batches.map(plain));
	await log.close();
}

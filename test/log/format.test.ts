/** Logs of every released format are read for ever, and go on in the present one. See fixtures/README.md. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/log/embedded-log.js';
import type { Log } from '../../src/log/port.js';
import { readAll } from './conformance.js';

const V1 = {
	id: '558358ed209ca2207412cead2121a93f',
	chain: '114cb31ab19c40d5d201ee84bf1bed07efae14febaa85626ea2a316c08b29641',
	/** Batches 1, 6 and 8 begin the segments: ordinal · 2^32 + offset. */
	positions: new Map([
		[1, 96],
		[6, 2 ** 32 + 96],
		[7, 2 ** 32 + 370],
		[8, 2 * 2 ** 32 + 96],
	]),
};

async function expectV1(log: Log): Promise<void> {
	expect(log.id).toBe(V1.id);
	const batches = await readAll(log);
	expect(batches).toHaveLength(12);
	for (const { number: n, position, payload } of batches) {
		expect(payload).toEqual(Uint8Array.from({ length: (n * 37) % 256 }, (_, i) => (n * 7 + i) & 255));
		expect(position).toBe(V1.positions.get(n) ?? position);
	}
	expect(Buffer.from(batches.at(-1)!.chain).toString('hex')).toBe(V1.chain);
}

test('v1 is read', async () => {
	await expectV1(await openLog({ dir: 'test/log/fixtures/v1', readOnly: true, partition: 3 }));
});

test('v1 is opened for writing, and goes on', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'surety-v1-'));
	cpSync('test/log/fixtures/v1', dir, { recursive: true });
	const log = await openLog({ dir, partition: 3 });
	expect(log.recovery).toEqual({});
	await expectV1(log);
	expect(await log.append(Uint8Array.of(1))).toMatchObject({ number: 13 });
	expect(await readAll(log)).toHaveLength(13);
	await log.close();
	rmSync(dir, { recursive: true });
});

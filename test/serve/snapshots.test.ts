/** What an operator is told of snapshots: how old the newest is, how large, and how often none could be written. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Metrics } from '../../src/http/metrics.js';
import { newestSnapshot } from '../../src/serve/snapshotter.js';

test('the figures are those of the newest file, looked for whenever somebody asks', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'surety-snapshots-'));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const metrics = new Metrics();
	let [now, failures] = [0, 0];
	metrics.snapshots(
		() => newestSnapshot(folder),
		() => failures,
		() => now,
	);
	const figures = async (): Promise<Record<string, string | undefined>> => {
		const found = [...(await metrics.text()).matchAll(/^surety_snapshot_(\w+) (\S+)$/gm)];
		return Object.fromEntries(found.map(([, name, value]) => [name, value]));
	};
	const write = (name: string, bytes: number, at: number): void => {
		writeFileSync(join(folder, name), Buffer.alloc(bytes));
		utimesSync(join(folder, name), at, at);
	};
	expect(await figures()).toEqual({ age_seconds: 'Nan', bytes: 'Nan', failures_total: '0' });
	write('00000000000000000007.snapshot', 10, 500);
	write('00000000000000000012.snapshot', 20, 1000);
	write('00000000000000000013.snapshot.new', 30, 2000);
	[now, failures] = [1_060_000, 2];
	expect(await figures()).toEqual({ age_seconds: '60', bytes: '20', failures_total: '2' });
	expect(await newestSnapshot(join(folder, 'nowhere'))).toBeUndefined();
});

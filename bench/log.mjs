/**
 * Records a second into the embedded log, durable, at 1, 100 and 1,000 records of 100 bytes a batch, against a plain
 * loop that appends the same bytes to a file and syncs as often. The two take turns, so that both meet the same disk.
 * Then reading it all back, checked. Arguments: `--quick` for a tenth of the sizes.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { openLog } from '../dist/log/embedded-log.js';

const quick = process.argv.includes('--quick');
const RECORD = 100;
const ROUNDS = 8;
/** On the disk of the checkout: a temporary folder is often memory. */
const dir = 'out/bench-log';
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const count = (n) => Math.round(n).toLocaleString('en');

async function compare(records, batches) {
	const payload = new Uint8Array(records * RECORD).map((_, i) => i * 31);
	const log = await openLog({ dir: `${dir}/log` });
	const file = await open(`${dir}/plain`, 'w');
	const rates = { log: [], plain: [] };
	const timed = async (of, append) => {
		const start = performance.now();
		for (let i = 0; i < batches / ROUNDS; i++) await append();
		rates[of].push(((batches / ROUNDS) * records * 1000) / (performance.now() - start));
	};
	for (let round = 0; round < ROUNDS; round++) {
		await timed('log', () => log.append(payload));
		await timed('plain', async () => {
			await file.write(payload);
			await file.datasync();
		});
	}
	await file.close();
	await log.close();
	const [ours, plain] = [median(rates.log), median(rates.plain)];
	console.log(
		`log, ${count(records)} records a batch: ${count(ours)} records/s; plain append and sync ${count(plain)}; ratio ${(ours / plain).toFixed(2)}`,
	);
	await readBack();
}

async function readBack() {
	const log = await openLog({ dir: `${dir}/log` });
	let [batches, bytes] = [0, 0];
	const start = performance.now();
	for await (const { payload } of log.read()) [batches, bytes] = [batches + 1, bytes + payload.length];
	const seconds = (performance.now() - start) / 1000;
	await log.close();
	console.log(`     read back: ${count(batches / seconds)} batches/s, ${count(bytes / seconds / 1e6)} MB/s`);
}

for (const [records, batches] of [
	[1, 8000],
	[100, 8000],
	[1000, 4000],
]) {
	rmSync(dir, { recursive: true, force: true });
	mkdirSync(dir, { recursive: true });
	await compare(records, quick ? batches / 10 : batches);
}
rmSync(dir, { recursive: true });

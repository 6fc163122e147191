/** Entries come back from the log as they went in, to the order of their fields: an answer given again is the same text. */
import { expect, test } from 'vitest';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { decodeBatch } from '../../src/runtime/entry.js';
import { Service } from '../../src/runtime/service.js';
import { eventJson, outcomeJson, outcomeText } from '../../src/runtime/wire.js';
import { Market } from '../history/market.js';

const CNY = currency('CNY');

test.each(['enforce', 'observe'] as const)('a market where gates %s', async (mode) => {
	const gates = { admission: mode, guarantee: mode, price: mode, claim: mode, payout: mode };
	const policy = { schema: 'surety.policy/1', name: 'test', version: 1, gates };
	const service = await Service.open({ log: memoryLog(), currency: CNY, programme: DEFAULT_PROGRAMME, policy });
	let told = 0;
	service.listen((batch, entries) => {
		for (const [i, read] of decodeBatch(batch.payload).entries()) {
			const entry = entries[i];
			if (entry?.kind !== 'record' || read.kind !== 'record') continue;
			const text = ({ taken }: typeof entry): string =>
				JSON.stringify([outcomeJson(taken.outcome, CNY), taken.events.map((event) => eventJson(event, CNY))]);
			expect(text(read)).toBe(text(entry));
			expect(outcomeText(read.taken.outcome, CNY)).toBe(JSON.stringify(outcomeJson(entry.taken.outcome, CNY)));
			told++;
		}
	});
	const records = new Market(7).take(1500);
	const first = await service.submit(records, 'test');
	const taken = first.flatMap((answer, i) => (answer['error'] === undefined ? [i] : []));
	expect(taken.length).toBe(told);
	const again = await service.submit(records, 'test');
	for (const i of taken) expect(JSON.stringify(again[i])).toBe(JSON.stringify(first[i]));
	const gate = mode === 'enforce' ? /"verdict":"(limit|hold|refuse)"/ : /"observed":/;
	expect(JSON.stringify(first)).toMatch(gate);
	await service.close();
});

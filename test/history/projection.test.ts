/** What the history shows is what was decided: rows, sums, lists in pages, and nothing that is secret. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Instant } from '../../src/core/words/time.js';
import { DAY, MINUTE } from '../../src/core/words/time.js';
import { memoryLog } from '../../src/log/memory-log.js';
import { eventJson, outcomeJson } from '../../src/runtime/wire.js';
import { ALWAYS, BEGIN, Market } from './market.js';
import { naiveDays, storesOf } from './naive.js';
import { allOf, CNY, contentOf, diskLog, entriesOf, historyOf, newFolder, serve, tell } from './setup.js';

const byNumber = (a: number, b: number): number => a - b;

test('every decision and event is there once, as it was answered, with the store it belongs to', async () => {
	const dir = newFolder();
	const service = await serve(await diskLog(dir));
	const { history, warnings } = await historyOf(service, dir);
	await tell(service, new Market(1), 4000);
	await service.audit('ann', 'read personal', 'store\tS1');
	await history.caughtUp();
	const { records } = await entriesOf(service.log);
	const { decisions, events, audit } = await contentOf(history);
	const stores = storesOf(records);
	expect(decisions.length).toBe(records.length);
	for (const [i, item] of decisions.reverse().entries()) {
		const { message, taken, by } = records[i]!;
		const { amount, ...outcome } = outcomeJson(taken.outcome, CNY);
		expect(item).toMatchObject({ ...outcome, at: new Date(message.at).toISOString().replace('.000Z', 'Z'), by });
		if (amount !== undefined) expect(item.amount).toBe(amount);
		expect([message.id, item.store_id]).toEqual([message.id, stores.get(message.id)]);
	}
	const said = records.flatMap(({ taken }) =>
		taken.events.map((event) => [taken.outcome.seq, eventJson(event, CNY)] as const),
	);
	expect(said.length).toBeGreaterThan(100);
	expect(new Set(said.map(([, event]) => event['how']))).toEqual(
		new Set([undefined, 'funds', 'person', 'withdrawn', 'superseded', 'expired']),
	);
	expect(events.length).toBe(said.length);
	for (const [i, item] of events.reverse().entries()) {
		const { fact, ...event } = said[i]![1];
		expect(item).toMatchObject({ seq: said[i]![0], ...event });
		if (fact !== undefined) expect(fact).toMatchObject(item['fact'] as object);
	}
	expect(audit.map(({ by, action, object }) => [by, action, object])).toEqual([
		['ann', 'read personal', 'store S1'],
		['service', 'set rules', 'policy test 1'],
	]);
	expect(warnings).toEqual([]);
	expect(history.fresh).toEqual({ batch: service.log.head.number, behind: 0 });
});

test('neither tokens of persons nor anybody’s own words are in the file', async () => {
	const dir = newFolder();
	const service = await serve(await diskLog(dir));
	const { history } = await historyOf(service, dir);
	await tell(service, new Market(2), 1500);
	await history.caughtUp();
	const all = JSON.stringify(await contentOf(history));
	expect(all).toContain('order.paid');
	await history.close();
	const bytes = readFileSync(join(dir, 'history.duckdb'), 'latin1');
	for (const secret of ['token-', 'own words']) expect(all.includes(secret) || bytes.includes(secret)).toBe(false);
});

test('sums by day equal those of plain loops over the outcomes, of all and of one store', async () => {
	const service = await serve(memoryLog());
	const { history } = await historyOf(service, newFolder());
	await tell(service, new Market(3), 5000);
	await history.caughtUp();
	const { records } = await entriesOf(service.log);
	const naive = naiveDays(records);
	expect((await history.daily(ALWAYS)).items).toEqual(naive);
	for (const name of Object.keys(naive[0]!)) {
		expect([name, naive.some((day) => Number.parseFloat(day[name as 'day']) > 0)]).toEqual([name, true]);
	}
	expect((await history.daily({ ...ALWAYS, store_id: 'S2' })).items).toEqual(naiveDays(records, 'S2'));
	expect((await history.daily({ ...ALWAYS, offset_minutes: 480 })).items).toEqual(
		naiveDays(records, undefined, 480 * MINUTE),
	);
	const part = { from: (BEGIN + 3 * DAY) as Instant, to: (BEGIN + 5 * DAY) as Instant };
	expect((await history.daily(part)).items).toEqual(naive.slice(3, 5));
});

test('lists by store, type, verdict, time and text are those of plain loops, in pages of any size', async () => {
	const service = await serve(memoryLog());
	const { history } = await historyOf(service, newFolder());
	await tell(service, new Market(4), 3000);
	await history.caughtUp();
	const all = await allOf((page) => history.decisions(page));
	const same = async (filter: object, keeps: (item: (typeof all)[number]) => boolean, limit = 37): Promise<void> => {
		const expected = all.filter(keeps).map(({ seq }) => seq);
		expect(expected.length).toBeGreaterThan(0);
		const found = await allOf((page) => history.decisions({ ...filter, ...page }), limit);
		expect(found.map(({ seq }) => seq)).toEqual(expected);
	};
	await same({ store_id: 'S3' }, ({ store_id }) => store_id === 'S3');
	await same(
		{ type: 'claim.file', verdict: 'refuse' },
		({ type, verdict }) => type === 'claim.file' && verdict === 'refuse',
		1000,
	);
	await same({ text: 'CUT_UNFUNDED' }, ({ reasons }) => reasons.some(({ code }) => code === 'cut_unfunded'));
	await same(
		{ text: 'l70' },
		(item) => Object.values(item).some((id) => typeof id === 'string' && /^l70/i.test(id)),
		1,
	);
	const [from, to] = [all[2000]!.at, all[500]!.at];
	const between = { from: Date.parse(from) as Instant, to: Date.parse(to) as Instant };
	await same(between, ({ at }) => at >= from && at < to, 100);
	expect((await history.decisions({ text: "x' or true --%_", limit: 10 })).items).toEqual([]);
	expect((await history.decisions({ store_id: "S1' --", limit: 10 })).items).toEqual([]);
	const events = await allOf((page) => history.events(page), 11);
	const held = events.find(({ type }) => type === 'hold.decided')!;
	expect((await history.events({ decision_id: String(held['decision_id']), limit: 5 })).items).toEqual([held]);
	expect(await allOf((page) => history.events({ store_id: 'S1', ...page }), 3)).toEqual(
		events.filter(({ store_id }) => store_id === 'S1'),
	);
	await expect(history.decisions({ limit: 0 })).rejects.toMatchObject({ code: 'bad_field', field: 'limit' });
	await expect(history.events({ limit: 5, cursor: 'no' })).rejects.toMatchObject({ field: 'cursor' });
});

test('pages neither repeat nor skip while rows are added', async () => {
	const service = await serve(memoryLog());
	const { history } = await historyOf(service, newFolder());
	const market = new Market(5);
	await tell(service, market, 1000);
	await history.caughtUp();
	const before = await allOf((page) => history.decisions(page));
	const seen: number[] = [];
	let cursor: string | undefined;
	do {
		const page = await history.decisions({ limit: 23, cursor });
		seen.push(...page.items.map(({ seq }) => seq));
		cursor = page.next;
		await tell(service, market, 40);
		await history.caughtUp();
	} while (cursor !== undefined);
	expect(seen).toEqual(before.map(({ seq }) => seq));
	expect((await allOf((page) => history.decisions(page))).length).toBeGreaterThan(2000);
});

test('a store’s course: sums of stretches equal those by day, prices are steps or say what they stand for', async () => {
	const service = await serve(memoryLog());
	const { history } = await historyOf(service, newFolder());
	await tell(service, new Market(6, 2), 4000);
	await history.caughtUp();
	const course = await history.storeHistory('S0');
	const days = (await history.daily({ ...ALWAYS, store_id: 'S0' })).items;
	const sum = (list: readonly object[], name: string): number =>
		list.reduce((all, one) => all + Math.round(Number((one as Record<string, unknown>)[name]) * 100), 0);
	for (const name of ['sales', 'sold', 'claims_asked', 'claims_paid', 'advanced', 'withdrawals_paid', 'withdrawn']) {
		expect([name, sum(course.stretches, name)]).toEqual([name, sum(days, name)]);
	}
	expect(course.stretches.length).toBeLessThanOrEqual(400);
	const { records } = await entriesOf(service.log);
	const prices = records.flatMap(({ message, taken: { outcome, events } }) => {
		const freed: { readonly store_id: string; readonly price: number }[] = events.flatMap((event) =>
			event.type === 'hold.decided' && event.fact?.type === 'price.changed' ? [event.fact] : [],
		);
		const isPrice = message.type === 'price.changed' || message.type === 'price.propose';
		if (isPrice && ['approve', 'recorded'].includes(outcome.verdict)) freed.push(message);
		return freed;
	});
	const own = prices.filter(({ store_id }) => store_id === 'S0');
	expect(course.sampled).toBe(false);
	expect(course.prices.map(({ price }) => Math.round(Number(price) * 100)).toSorted(byNumber)).toEqual(
		own.map(({ price }) => price).toSorted(byNumber),
	);
	expect(await history.storeHistory('nobody')).toMatchObject({ prices: [], stretches: [], skus_left_out: 0 });
});

test('a store of very many prices is sampled: entries add up to all steps', async () => {
	const service = await serve(memoryLog());
	const { history } = await historyOf(service, newFolder());
	const at = (i: number): string => new Date(BEGIN + i * MINUTE).toISOString();
	await service.submit([{ type: 'store.opened', id: 'o', at: at(0), store_id: 'S', deposit: '1' }], 'test');
	const price = (i: number) => ({
		type: 'price.changed',
		id: `p${i}`,
		at: at(i),
		store_id: 'S',
		sku_id: `K${i % 30}`,
		price: `${i % 97}`,
	});
	await service.submit(
		Array.from({ length: 9000 }, (_, i) => price(i)),
		'test',
	);
	await history.caughtUp();
	const { prices, sampled, skus_left_out } = await history.storeHistory('S');
	expect({ sampled, skus_left_out }).toEqual({ sampled: true, skus_left_out: 10 });
	expect(prices.reduce((sum, { steps }) => sum + steps, 0)).toBe(6000);
	expect(prices.length).toBeLessThan(6000);
	const last = prices.findLast(({ sku_id }) => sku_id === 'K0')!;
	expect(last.price).toBe(`${8970 % 97}.00`);
});

/** The case the product exists for, from tables to report, and the same history with every gate enforcing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Core } from '../../src/core/core.js';
import { defaultPolicy } from '../../src/core/policy.js';
import { stateHash } from '../../src/core/state-hash.js';
import type { Fact, SuretyRecord } from '../../src/core/words/record.js';
import { openHistory } from '../../src/intake/index.js';
import type { Report } from '../../src/report/model.js';
import { FOUNDING_CASE, type MarketOptions, type Truth, writeMarket } from '../../src/sim/index.js';
import { folder, look, options } from './markets.js';

const { dir, remove } = folder();
const tables = join(dir, 'tables');
let truth: Truth;
let report: Report;

beforeAll(async () => {
	truth = await writeMarket(tables, FOUNDING_CASE);
	({ report } = await look(tables, join(dir, 'out')));
});
afterAll(remove);

const gangStores = (of: Truth): string[] =>
	of.gangs.flatMap(({ stores }) => stores.map(({ store_id }) => store_id)).sort();
const flagged = (of: Report) => of.stores.filter((store) => store.flagged);

describe('the founding case', () => {
	test('all 29 stores are flagged, and no honest one', () => {
		expect(
			flagged(report)
				.map(({ store_id }) => store_id)
				.sort(),
		).toEqual(gangStores(truth));
		expect(flagged(report)).toHaveLength(29);
	});

	test('each at or before its first claim', () => {
		for (const { store_id, flagged_at, first_claim_at } of flagged(report)) {
			expect(Date.parse(flagged_at ?? ''), store_id).toBeLessThanOrEqual(Date.parse(first_claim_at ?? ''));
		}
	});

	test('one ring holds all 29, and only accounts of the gang', () => {
		expect(report.rings).toHaveLength(1);
		expect(report.rings[0]?.stores).toEqual(gangStores(truth));
		const accounts = new Set<string>(truth.gangs.flatMap(({ buyers }) => buyers));
		expect(report.rings[0]?.buyers.filter((buyer) => !accounts.has(buyer))).toEqual([]);
		expect(report.rings[0]?.buyers.length).toBeGreaterThan(accounts.size * 0.8);
	});

	test('advanced, recovered and shortfall are exact, in all and store by store', () => {
		const { advanced, recovered, shortfall } = truth.totals;
		expect(report.totals).toMatchObject({ advanced, recovered, shortfall });
		for (const store of truth.gangs.flatMap(({ stores }) => stores)) {
			const found = report.stores.find(({ store_id }) => store_id === store.store_id);
			expect(found).toMatchObject({ advanced: store.advanced, recovered: store.recovered, shortfall: store.shortfall });
		}
	});

	test('the state is the same on every machine and every Node', () => {
		expect(report.state_hash).toBe('7d1272dca9177f62');
	});

	test('a second investigation gives the same bytes', async () => {
		await look(tables, join(dir, 'again'));
		const bytes = (out: string, file: string): string => readFileSync(join(dir, out, file), 'utf8');
		expect(bytes('again', 'report.json')).toBe(bytes('out', 'report.json'));
		expect(bytes('again', 'report.html')).toBe(bytes('out', 'report.html'));
	});

	test('with every gate enforcing, the same history leaves a shortfall of 0.00', async () => {
		const { core, held } = await enforcing();
		expect(core.book.stores.reduce((sum, store) => sum + store.advanced - store.recovered + store.gap, 0)).toBe(0);
		expect(held.priceCuts).toBeGreaterThan(0);
		expect(held.priceCutsOfHonest / truth.totals.price_changes).toBeLessThan(0.0005);
		expect(stateHash(core)).toHaveLength(16);
	});

	test('[SG15] with every gate enforcing, those whose cuts are held are still found, and nobody else', async () => {
		const { core } = await enforcing();
		const found = core.book.stores.filter((store) => core.risk.of(store).flaggedAt !== undefined);
		expect(found.map(({ id }) => id).sort()).toEqual(gangStores(truth));
		expect(core.risk.rings.all().map((ring) => ring.stores.length)).toEqual([29]);
	});
});

/** Played once; whichever test comes first begins it. */
const enforcing = (): ReturnType<typeof enforce> => (played ??= enforce(tables));
let played: ReturnType<typeof enforce> | undefined;

/** The history once more, each fact turned into the request it came from where there is one. */
async function enforce(from: string) {
	const core = new Core({ ...options(), policy: defaultPolicy(options().currency, 'enforce') });
	const gang = new Set(gangStores(truth));
	const held = { priceCuts: 0, priceCutsOfHonest: 0 };
	const history = await openHistory({ dir: from, currency: options().currency });
	for await (const batch of history.records()) {
		for (const fact of batch) {
			const { verdict } = core.take(asked(fact, core));
			if (fact.type !== 'price.changed' || verdict !== 'hold') continue;
			held.priceCuts++;
			if (!gang.has(fact.store_id)) held.priceCutsOfHonest++;
		}
	}
	await history.close();
	return { core, held };
}

function asked(fact: Fact, core: Core): SuretyRecord {
	if (fact.type === 'price.changed') return { ...fact, type: 'price.propose' };
	if (fact.type === 'claim.paid')
		return { type: 'claim.file', id: fact.id, at: fact.at, claim_id: fact.claim_id, order_line_id: fact.order_line_id };
	if (fact.type === 'withdrawal.paid') {
		// A store asks for what it has: what a gate kept earlier changes its balance from history's.
		const balance = core.book.ledger.get(core.book.store(fact.store_id).index, 1);
		return { ...fact, type: 'withdrawal.request', amount: balance < fact.amount ? balance : fact.amount };
	}
	return fact;
}

/** Gangs that make it harder, each among look-alikes: all their stores, nobody else. */
const HARDER: Readonly<Record<string, Partial<MarketOptions>>> = {
	'clean papers': { gangs: [{ stores: 12, people: 4, buyers: 30, papers: 'clean' }] },
	'receipts a day later, raised then cut, not everything withdrawn': {
		gangs: [{ stores: 12, people: 4, buyers: 36, receipts: 'next-day', trick: 'raise-then-cut', withdraws: 'most' }],
	},
	'cut step by step at 3,000 yuan': {
		gangs: [{ stores: 10, people: 3, buyers: 30, trick: 'stepwise', unitPrice: 3000 }],
	},
	'no identifiers in the export': { identifiers: false, gangs: [{ stores: 10, people: 3, buyers: 30 }] },
	'three stores': { gangs: [{ stores: 3, people: 1, buyers: 12 }] },
	'no gang at all': { gangs: [] },
};

describe.each(Object.entries(HARDER))('%s', (name, market) => {
	test.each([7, 8])(
		'seed %i: every gang store is flagged in time, nobody else, and the money is exact',
		async (seed) => {
			const at = folder();
			const told = await writeMarket(at.dir, { ...FOUNDING_CASE, seed, honestStores: 500, days: 120, ...market });
			const { report: found } = await look(at.dir, join(at.dir, 'out'));
			at.remove();
			expect(
				flagged(found)
					.map(({ store_id }) => store_id)
					.sort(),
				name,
			).toEqual(gangStores(told));
			// Of a price cut step by step the deposit covers the first step: there is nothing to see until the next.
			const grace = name.startsWith('cut step by step') ? 3_600_000 : 0;
			for (const store of flagged(found)) {
				expect(Date.parse(store.flagged_at ?? '')).toBeLessThanOrEqual(Date.parse(store.first_claim_at ?? '') + grace);
			}
			expect(found.totals).toMatchObject({ advanced: told.totals.advanced, shortfall: told.totals.shortfall });
		},
	);
});

/**
 * A model from one simulated market, asked about another: it finds more of the attacks that the transparent score
 * misses, and flags no more honest stores.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelDocument } from '../../src/core/model/schema.js';
import { defaultPolicy, parsePolicy } from '../../src/core/policy.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';
import type { Report } from '../../src/report/model.js';
import { investigate } from '../../src/report/investigate.js';
import { type AttackName, ATTACKS } from '../../src/sim/attacks.js';
import { type MarketOptions, type Truth, writeLabels, writeMarket } from '../../src/sim/index.js';
import { train, type Trained } from '../../src/train/train.js';

const CNY = currency('CNY');
const root = mkdtempSync(join(tmpdir(), 'surety-train-'));
afterAll(() => rmSync(root, { recursive: true }));

async function market(name: string, seed: number, attacks: readonly AttackName[]): Promise<Truth> {
	const options: MarketOptions = {
		seed,
		days: 120,
		honestStores: 60,
		medianBuyers: 20,
		lookalikes: 'all',
		trade: 'measured',
		commissionPercent: 2,
		gangs: attacks.map((attack) => ({ ...ATTACKS[attack].gang, attack })),
	};
	return writeMarket(join(root, name), options);
}

const learn = (): Promise<Trained> =>
	train({
		dir: join(root, 'past'),
		currency: CNY,
		programme: DEFAULT_PROGRAMME,
		name: 'learned',
		version: 1,
		seed: 1,
		unlabelled: 'honest',
	});

let past: Trained;
let now: Truth;
beforeAll(async () => {
	const attacks = ['stepwise', 'next-day-receipts', 'bust-out', 'careful', 'small-claims'] as const;
	await writeLabels(join(root, 'past'), await market('past', 31, attacks));
	now = await market('now', 32, ['bust-out', 'careful', 'small-claims']);
	past = await learn();
});

test('out of fold, gang by gang, it tells stores apart, and the document says so', () => {
	const { report, document } = past;
	expect(report.stores).toMatchObject({ abuse: 50, honest: 60 });
	expect(report.gangs).toBe(5);
	expect(report.learned.honest_flagged).toBe(0);
	expect(report.learned.abuse_flagged).toBeGreaterThan(report.transparent.abuse_flagged);
	expect(document.trained.learned.abuse_flagged).toBe(report.learned.abuse_flagged);
	expect(document.trees.length).toBe(report.trees);
});

/** Flagged stores by attack, and honest ones. */
async function flagged(model: ModelDocument | undefined): Promise<{ found: Record<string, number>; report: Report }> {
	const { document } = defaultPolicy(CNY);
	const policy = parsePolicy({ ...document, model }, CNY);
	const out = join(root, model === undefined ? 'transparent' : 'learned');
	const tables = { dir: join(root, 'now'), programme: DEFAULT_PROGRAMME, currency: CNY };
	const { report } = await investigate({ ...tables, policy, out, strict: false });
	const stores = new Set(report.stores.filter((store) => store.flagged).map(({ store_id }) => store_id));
	const found: Record<string, number> = {};
	for (const gang of now.gangs)
		found[gang.attack ?? ''] = gang.stores.filter(({ store_id }) => stores.delete(store_id)).length;
	return { found: { ...found, honest: stores.size }, report };
}

test('[SC7] on another market it finds more of what the transparent score misses, and no honest store', async () => {
	const transparent = await flagged(undefined);
	const learned = await flagged(past.document);
	expect(learned.report.model).toBe('learned@1');
	expect(transparent.report).not.toHaveProperty('model');
	expect(learned.found['honest']).toBe(0);
	for (const [attack, count] of Object.entries(transparent.found))
		expect(learned.found[attack], attack).toBeGreaterThanOrEqual(count);
	const sum = (found: Record<string, number>): number => Object.values(found).reduce((all, one) => all + one, 0);
	expect(sum(learned.found)).toBeGreaterThan(sum(transparent.found));
	for (const { flagged_at, reasons } of learned.report.stores.filter((store) => store.flagged)) {
		expect(flagged_at).not.toBeNull();
		expect(reasons[0]?.message).not.toContain('{');
	}
});

test('stores that nobody labelled can be left out', async () => {
	const asked = {
		dir: join(root, 'past'),
		currency: CNY,
		programme: DEFAULT_PROGRAMME,
		name: 'x',
		version: 1,
		seed: 1,
	};
	await expect(train({ ...asked, unlabelled: 'ignore' })).rejects.toThrow(
		'of stores that were ever scored there are 0 of the 20 honest that it takes',
	);
});

/** A learned model in the core: the walk by hand, what is refused, and how it scores and flags; SC7 to SC10 of docs/SPEC.md. */
import { describe, expect, test } from 'vitest';
import { compiledOf } from '../../src/core/model/compiled.js';
import { FEATURE_NAMES, type FeatureName } from '../../src/core/model/feature-names.js';
import { type ModelDocument, parseModel } from '../../src/core/model/schema.js';
import { defaultPolicy, parsePolicy, type Policy } from '../../src/core/policy.js';
import { bothSpeak } from '../../src/core/risk/learned.js';
import type { Scoring } from '../../src/core/risk/risk.js';
import { SuretyError } from '../../src/core/words/error.js';
import { currency } from '../../src/core/words/money.js';
import { Marketplace, programme } from '../programme/marketplace.js';
import { BY_HAND } from '../train/model-by-hand.js';

const CNY = currency('CNY');
const rowOf = (values: Partial<Record<FeatureName, number>>): Int32Array =>
	Int32Array.from(FEATURE_NAMES, (name) => values[name] ?? 0);
const walked = (values: Partial<Record<FeatureName, number>>) => {
	const contributions = new Float64Array(FEATURE_NAMES.length);
	const logOdds = compiledOf(BY_HAND).logOdds(rowOf(values), contributions);
	const told = FEATURE_NAMES.flatMap((name, i) => (contributions[i] === 0 ? [] : [[name, contributions[i]]]));
	return { logOdds, told: Object.fromEntries(told) as object, score: compiledOf(BY_HAND).score(logOdds) };
};

describe('[SC9] the walk: base and contributions add up to the log-odds', () => {
	test('the base is what is expected of a store of which nothing is known', () => {
		expect(compiledOf(BY_HAND).base).toBe(-400_000);
	});

	test.each([
		[{}, { uncovered_share: -2_000_000, quick_share: -1_100_000 }, -3_500_000, 25],
		[
			{ uncovered_share: 499, quick_share: 199 },
			{ uncovered_share: -2_000_000, quick_share: -1_100_000 },
			-3_500_000,
			25,
		],
		[
			{ uncovered_share: 500, deepest_fall: 49 },
			{ uncovered_share: 3_500_000, deepest_fall: -500_000, quick_share: -1_100_000 },
			1_500_000,
			75,
		],
		[
			{ uncovered_share: 900, deepest_fall: 50, quick_share: 200 },
			{ uncovered_share: 3_500_000, deepest_fall: 500_000, quick_share: 900_000 },
			4_500_000,
			100,
		],
	])('%j', (values, told, logOdds, score) => {
		expect(walked(values)).toEqual({ logOdds, told, score });
	});

	test('a document is compiled once, and never becomes part of it', () => {
		expect(compiledOf(BY_HAND)).toBe(compiledOf(BY_HAND));
		expect(parseModel(JSON.parse(JSON.stringify(BY_HAND)))).toEqual(BY_HAND);
	});
});

/** The document with one thing changed. */
function changed(change: (model: Mutable<ModelDocument>) => void): unknown {
	const copy = JSON.parse(JSON.stringify(BY_HAND)) as Mutable<ModelDocument>;
	change(copy);
	return copy;
}
type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
const first = (model: Mutable<ModelDocument>) => model.trees[0] as Mutable<ModelDocument['trees'][number]>;

describe('[SC10] a model that is out of place is refused with the place', () => {
	test.each<[string, (model: Mutable<ModelDocument>) => unknown]>([
		['schema', (model) => Object.assign(model, { schema: 'surety.model/2' })],
		['name', (model) => (model.name = 'No Name')],
		['features.1', (model) => Object.assign(model.features, ['uncovered_share', 'horoscope'])],
		['features.2', (model) => (model.features[2] = 'uncovered_share')],
		['base', (model) => (model.base = 0.5)],
		['trees', (model) => (model.trees = [])],
		['trees', (model) => (model.trees = Array.from({ length: 501 }, () => first(model)))],
		['trees.0.feature.0', (model) => (first(model).feature[0] = 3)],
		['trees.0.feature.0', (model) => (first(model).feature[0] = -2)],
		['trees.0.left.0', (model) => (first(model).left[0] = 0)],
		['trees.0.left.2', (model) => (first(model).left[2] = 2)],
		['trees.0.right.2', (model) => (first(model).right[2] = 5)],
		['trees.0.right.2', (model) => (first(model).right[2] = 3)],
		['trees.0.left.1', (model) => (first(model).left[1] = 3)],
		['trees.0.value', (model) => first(model).value.pop()],
		['trees.0.value.1', (model) => (first(model).value[1] = 2e9)],
		['trees.1.threshold.0', (model) => ((model.trees[1] as { threshold: unknown[] }).threshold[0] = '200')],
		['calibration', (model) => model.calibration.pop()],
		['calibration.7', (model) => (model.calibration[7] = -9_000_000)],
		['document', (model) => Object.assign(model, { comment: 'unknown' })],
	])('%s', (field, change) => {
		const document = changed(change);
		expect(fieldOf(() => parseModel(document), 'bad_model')).toBe(field);
		const inPolicy = { ...defaultPolicy(CNY).document, model: document };
		const place = field === 'document' ? 'model' : `model.${field}`;
		expect(fieldOf(() => parsePolicy(inPolicy, CNY), 'bad_policy')).toBe(place);
	});

	test('a tree of a depth of seven is too deep, one of six is not', () => {
		const chain = (depth: number) => {
			const inner = Array.from({ length: depth }, (_, i) => i);
			const leaves = Array.from({ length: depth + 1 }, () => 0);
			return changed((model) => {
				model.trees[0] = {
					feature: [...inner.map(() => 0), ...leaves.map(() => -1)],
					threshold: [...inner, ...leaves],
					left: [...inner.map((i) => (i + 1 < depth ? i + 1 : depth)), ...leaves],
					right: [...inner.map((i) => depth + 1 + i), ...leaves],
					value: [...inner, ...leaves],
				};
			});
		};
		expect(() => parseModel(chain(6))).not.toThrow();
		expect(fieldOf(() => parseModel(chain(7)), 'bad_model')).toBe('trees.0.left.6');
	});
});

function fieldOf(work: () => unknown, code: string): string | undefined {
	try {
		work();
	} catch (error) {
		expect(error).toBeInstanceOf(SuretyError);
		const { code: found, field } = error as SuretyError;
		expect(found).toBe(code);
		return field === '' || field === undefined ? 'document' : field;
	}
	throw new Error('nothing was thrown');
}

const policyWith = (model: ModelDocument): Policy => parsePolicy({ ...defaultPolicy(CNY).document, model }, CNY);

/** A store that is opened, sells at 100 to four buyers, withdraws what it earned, cuts to `price`; each claims. */
function run(policy: Policy, price: string, received: string, withdraws = '400.00'): Marketplace {
	const shop = new Marketplace(programme(), policy);
	shop.price('2024-06-01 09:00:00', '100.00');
	for (const n of [1, 2, 3, 4]) {
		shop.sells('2024-06-01 10:00:00', `L${n}`, { buyer_id: `B${n}` });
		shop.tell('order.released', received, { order_line_id: `L${n}` });
	}
	if (withdraws !== '0') {
		const fields = { store_id: 'S1', withdrawal_id: 'W', amount: withdraws };
		shop.tell('withdrawal.paid', '2024-06-04 12:00:00', fields);
	}
	shop.price('2024-06-05 00:00:00', price);
	return shop;
}
const AT_ONCE = '2024-06-01 11:00:00';
const LATER = '2024-06-04 11:00:00';
const riskOf = (shop: Marketplace) => shop.core.risk.of(shop.store);

describe('[SC7] a store is scored by the model of the policy that decides for it', () => {
	test('its reasons are the signals’ own, with their figures, and their points add up to no more than the score', () => {
		const { score, flaggedAt, reasons } = riskOf(run(policyWith(BY_HAND), '10.00', AT_ONCE));
		expect(score).toBe(100);
		expect(flaggedAt).toBe(Date.parse('2024-06-05T00:00:00+08:00'));
		// 3.5 of uncovered money, .5 of the fall, .9 of receipts, out of 4.9.
		expect(reasons.map(({ code, values }) => [code, values['points']])).toEqual([
			['uncovered_cut', 71],
			['fast_receipt', 18],
			['out_of_line_cut', 10],
		]);
		expect(reasons[0]?.message).toContain('Price cuts made 360.00 claimable');
	});

	test('without a model the transparent score stays', () => {
		expect(riskOf(run(defaultPolicy(CNY), '10.00', AT_ONCE)).reasons[0]?.values['points']).not.toBe(71);
	});

	test('the higher score counts: a model that trusts everybody hides nothing that the rules see', () => {
		const trusting = parseModel({ ...BY_HAND, base: -900_000_000 });
		const [plain, trusted] = [defaultPolicy(CNY), policyWith(trusting)].map((one) =>
			riskOf(run(one, '10.00', AT_ONCE)),
		);
		expect(plain?.score).toBeGreaterThan(0);
		expect(trusted).toMatchObject({ score: plain?.score, reasons: plain?.reasons, flaggedAt: plain?.flaggedAt });
	});

	test('[SG17] [SG18] what no signal tells has reasons of its own', () => {
		const model = parseModel({ ...BY_HAND, features: ['uncovered_share', 'burst_share', 'age_days'] });
		const { reasons } = riskOf(run(policyWith(model), '10.00', LATER));
		expect(reasons.map(({ code }) => code)).toEqual(['uncovered_cut', 'out_of_scale', 'like_labelled']);
		expect(reasons.map(({ message }) => message).slice(1)).toEqual([
			'Sales hit by the cuts cost 100.00 a unit, 100 % of the store’s average protected sale; open guarantees came to 100 % of all it ever sold under guarantee',
			'Age, trade and withdrawals are like those of stores labelled as abuse (model by-hand@1): open for 156 days, 4 buyers, 4 protected lines, 1 withdrawal',
		]);
	});
});

describe('[SC8] a store is flagged only where money and conduct both speak', () => {
	test('money alone stops a point short', () => {
		const { score, flaggedAt } = riskOf(run(policyWith(BY_HAND), '10.00', LATER));
		expect([score, flaggedAt]).toEqual([59, undefined]);
	});

	test('whatever a model says, nothing uncovered is no reason', () => {
		const certain = parseModel({ ...BY_HAND, base: 900_000_000 });
		const { score, flaggedAt } = riskOf(run(policyWith(certain), '10.00', AT_ONCE, '0'));
		expect([score, flaggedAt]).toEqual([59, undefined]);
	});

	test('each side as a whole', () => {
		const sides = (values: Partial<Record<FeatureName, number>>) => bothSpeak(Float64Array.from(rowOf(values)));
		expect(sides({ uncovered_share: 1, quick_share: 1 })).toBe(true);
		expect(sides({ uncovered_share: 5, depth: -6, quick_share: 1 })).toBe(false);
		expect(sides({ uncovered_share: 1, quick_share: 5, tiny_deposit: -5 })).toBe(false);
	});
});

test('whoever watches sees each scoring, and changes nothing', () => {
	const seen: Scoring[] = [];
	const quiet = run(defaultPolicy(CNY), '10.00', AT_ONCE);
	const watched = new Marketplace(programme(), defaultPolicy(CNY));
	watched.core.risk.watch((scoring) => seen.push(scoring));
	watched.price('2024-06-01 09:00:00', '100.00');
	watched.sells('2024-06-01 10:00:00', 'L1');
	watched.price('2024-06-02 10:00:00', '40.00');
	expect(seen).toHaveLength(1);
	const [{ row, uncovered, score } = {}] = seen;
	const of = (name: FeatureName): number | undefined => row?.[FEATURE_NAMES.indexOf(name)];
	expect(uncovered).toBe(false);
	expect(score).toBe(riskOf(watched).score);
	expect([of('depth'), of('deepest_fall'), of('hours_since_sale'), of('lines_hit')]).toEqual([600, 60, 24, 1]);
	expect([of('age_days'), of('buyers'), of('unit_price_multiple'), of('burst_share')]).toEqual([153, 1, 100, 1000]);
	expect(riskOf(quiet).reasons.length).toBeGreaterThan(0);
});

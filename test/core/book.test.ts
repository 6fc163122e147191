/** The book against the naive book: long random histories with everything in them, compared after every record. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everything, everythingSteered, History, type HistorySetting, OTHERS, runs, SEED } from './history.js';

const CASES: Readonly<Record<string, HistorySetting>> = {
	'the default programme, observing': {},
	'the default programme, enforcing, with commission': {
		gates: 'enforce',
		policy: { commission_basis_points: 500, minimum_deposit: '0.05' },
	},
	'price observed, payout and claim enforced, releases that name their amount': {
		gates: { payout: 'enforce', claim: 'enforce' },
		namedReleases: true,
	},
	'price enforced, payout observed': { gates: { price: 'enforce' } },
	'a minimum difference and a cap per line': {
		programme: { minimum_difference: '0.05', caps: { line: '0.12' } },
	},
	'the store bears 70 %': { programme: { store_bears_percent: 70 }, gates: { claim: 'enforce' } },
	'deposit before balance': { programme: { funding: ['deposit', 'balance'] } },
	'only the balance funds': { programme: { funding: ['balance'] }, gates: { price: 'enforce' } },
	'only the deposit funds': { programme: { funding: ['deposit'] } },
	'one claim a line': { programme: { repeat: 'none' }, gates: { price: 'enforce' } },
	'the clock starts at delivery': {
		programme: { clock: { start: 'delivery', days: 2, undelivered_days: 5 } },
		gates: { payout: 'enforce' },
	},
	'the clock starts at the order': { programme: { clock: { start: 'order', days: 3 } } },
	'checkout coupons, counted and deducted parts, exclusions': {
		programme: {
			reference: 'checkout',
			parts: { platform_coupon: 'count', gift: 'deduct' },
			exclude: { traits: ['flash_sale'], at_claim: ['after_sale_open'] },
		},
	},
	'caps per buyer, store and period': {
		programme: {
			caps: {
				buyer: { amount: '0.20', days: 7 },
				store: { amount: '0.40', days: 5 },
				period: { amount: '0.60', days: 9 },
			},
		},
		gates: { claim: 'enforce' },
	},
};

describe('after every record of a random history, the book and the naive book agree', () => {
	test.each(Object.entries(CASES))(
		'%s',
		(_, setting) => {
			fc.assert(
				fc.property(everything(60), (steps) => {
					const history = new History({ ...setting, policy: { remember_days: 3650, ...setting.policy } });
					for (const step of steps) history.play(step);
				}),
				{ seed: SEED, numRuns: runs(150) },
			);
		},
		600_000,
	);
});

const STEERED: Readonly<Record<string, HistorySetting>> = {
	'the default programme to begin with, observing': {},
	'enforcing, with commission': { gates: 'enforce', policy: { commission_basis_points: 500, minimum_deposit: '0.05' } },
	'price observed, payout and claim enforced': { gates: { payout: 'enforce', claim: 'enforce' } },
	'a clock from delivery and a share to begin with, the deposit first': {
		programme: {
			clock: { start: 'delivery', days: 1, undelivered_days: 3 },
			store_bears_percent: 40,
			funding: ['deposit', 'balance'],
		},
		gates: { claim: 'enforce' },
	},
	'checkout coupons, caps to begin with, only the balance funds': {
		programme: {
			reference: 'checkout',
			funding: ['balance'],
			caps: { buyer: { amount: '0.30', days: 7 }, period: { amount: '0.80', days: 9 } },
		},
		gates: { price: 'enforce', claim: 'enforce' },
	},
};

describe('... and so they do while policies with other programmes come and go', () => {
	test.each(Object.entries(STEERED))(
		'[PR14] [PL9] %s',
		(_, setting) => {
			fc.assert(
				fc.property(everythingSteered(70), (steps) => {
					const policy = { remember_days: 3650, ...setting.policy };
					const history = new History({ ...setting, policy, others: OTHERS });
					for (const step of steps) history.play(step);
				}),
				{ seed: SEED, numRuns: runs(150) },
			);
		},
		600_000,
	);

	test('[PL9] the histories sell under every programme, within one store and on one item', () => {
		const mixed = { programmes: new Set<string>(), onOneItem: 0 };
		for (const steps of fc.sample(everythingSteered(70), { seed: SEED, numRuns: 60 })) {
			const history = new History({ gates: 'enforce', policy: { remember_days: 3650 }, others: OTHERS });
			const byItem = new Map<string, Set<number>>();
			for (const step of steps) history.play(step);
			const { lines, index } = history.core.book;
			for (const { id, store, sku } of history.naive.lines) {
				const programme = lines.programme(index.find(id));
				const here = byItem.get(`${store.id} ${sku}`) ?? new Set();
				byItem.set(`${store.id} ${sku}`, here.add(programme));
				mixed.programmes.add(history.core.book.programmes.of(programme).name);
			}
			if ([...byItem.values()].some((here) => here.size > 1)) mixed.onOneItem++;
		}
		expect([...mixed.programmes].sort()).toEqual(['other-0@1', 'other-1@1', 'other-2@1', 'story@1']);
		expect(mixed.onOneItem).toBeGreaterThan(15);
	});
});

/**
 * Every sequence of records to a depth, in a world of two stores, two items and three prices: with the gates enforcing,
 * what asks its gates costs the platform nothing; what goes past them costs no more than the gates said it would.
 * Sequences that lead to the same state are followed once. `SURETY_DEPTH` goes deeper; docs/LOSS-BOUND.md tells how far
 * it has been run.
 */
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/core/policy.js';
import { parseProgramme } from '../../src/core/programme/schema.js';
import { CNY } from '../core/story.js';
import { type Freedom, type Move, World, type WorldOptions } from './world.js';

const DEPTH = Number(process.env['SURETY_DEPTH'] ?? 3);
const ENFORCE = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', claim: 'enforce', payout: 'enforce' };

function options(policy: object = {}, programme: object = {}): WorldOptions {
	const clock = { start: 'payment', days: 'line' };
	return {
		currency: CNY,
		programme: parseProgramme({ schema: 'surety.programme/1', name: 'small', version: 1, clock, ...programme }),
		policy: parsePolicy({ schema: 'surety.policy/1', name: 'small', version: 1, gates: ENFORCE, ...policy }, CNY),
	};
}

const open = (store_id: string): Move => ({ type: 'store.apply', store_id, deposit: 20 });
const price = (store_id: string, sku_id: string, to: number): Move => ({
	type: 'price.propose',
	store_id,
	sku_id,
	price: to,
});
const sell = (line: string): Move => ({
	type: 'order.paid',
	order_line_id: line,
	store_id: line[0],
	sku_id: line[1],
	buyer_id: 'B',
	quantity: 1,
	unit_price: 100,
	protect_days: 7,
});

/** Where the search begins: what would otherwise use up its depth. */
const BEGINNINGS: Readonly<Record<string, readonly Move[]>> = {
	'nothing yet': [],
	'two lines sold, one of them released': [
		open('S'),
		open('T'),
		price('S', 'K', 100),
		price('S', 'L', 100),
		sell('SK0'),
		sell('SK1'),
		{ type: 'order.released', order_line_id: 'SK0' },
	],
	'a cut that is funded, with its reserve': [
		open('S'),
		price('S', 'K', 100),
		sell('SK0'),
		sell('SK1'),
		{ type: 'order.released', order_line_id: 'SK0' },
		{ type: 'order.released', order_line_id: 'SK1' },
		{ type: 'withdrawal.request', withdrawal_id: 'w', store_id: 'S', amount: 60 },
		price('S', 'K', 60),
	],
};
const NONE = { new: 0, normal: 0, watch: 0, abnormal: 0, probation: 0 };
/** Sold under it, a line is promised for another time, is claimed on once, and may cost the platform a part. */
const OTHER = {
	schema: 'surety.programme/1',
	name: 'other',
	version: 1,
	clock: { start: 'delivery', days: 1, undelivered_days: 3 },
	repeat: 'none',
	store_bears_percent: 70,
};
const RULES: Readonly<Record<string, WorldOptions>> = {
	'the default policy': options(),
	'no margin at all': options({ margin_percent: NONE, deposit_percent: NONE }),
	'commission, the store bears 70 %, the deposit first': options(
		{ margin_percent: NONE, deposit_percent: NONE, commission_basis_points: 1000 },
		{ store_bears_percent: 70, funding: ['deposit', 'balance'] },
	),
	'no margin, and a policy with another programme that comes and goes': {
		...options({ margin_percent: NONE, deposit_percent: NONE }),
		other: options({ name: 'other', margin_percent: NONE, deposit_percent: NONE, programme: OTHER }).policy.document,
	},
};

/** @returns how many different worlds were reached. */
function search(rules: WorldOptions, beginning: readonly Move[], depth: number, freedom: Freedom): number {
	const play = (path: readonly Move[]): World => {
		const world = new World(rules);
		for (const move of beginning) if (!world.take(move)) throw new Error(`the beginning fails at ${move.type}`);
		for (const move of path) world.take(move);
		return world;
	};
	let paths: (readonly Move[])[] = [[]];
	let reached = 1;
	for (let step = 0; step < depth; step++) {
		const next: (readonly Move[])[] = [];
		const seen = new Set<string>();
		for (const path of paths) {
			for (const move of play(path).moves(freedom)) {
				const world = play(path);
				if (!world.take(move) || seen.has(world.key)) continue;
				seen.add(world.key);
				const wrong = world.losses();
				if (freedom === 'asked' && world.unsecured > 0) wrong.push(`${world.unsecured} lines are not secured`);
				if (wrong.length > 0)
					throw new Error(`${wrong.join('; ')} after ${JSON.stringify([...path, move], undefined, ' ')}`);
				next.push([...path, move]);
			}
		}
		paths = next;
		reached += next.length;
	}
	return reached;
}

describe.each(Object.entries(RULES))('%s', (_, rules) => {
	describe.each(Object.entries(BEGINNINGS))('from %s', (__, beginning) => {
		test('[BK4] what asks its gates costs the platform nothing', () => {
			expect(search(rules, beginning, DEPTH, 'asked')).toBeGreaterThan(DEPTH > 2 ? 300 : 10);
		}, 36_000_000);

		test('[BK7] what goes past them costs no more than they said', () => {
			expect(search(rules, beginning, DEPTH - 1, 'any')).toBeGreaterThan(10);
		}, 36_000_000);
	});
});

test('a policy whose price gate only observes is found out', () => {
	const rules = options({ gates: { ...ENFORCE, price: 'observe' }, margin_percent: NONE, deposit_percent: NONE });
	const beginning = BEGINNINGS['two lines sold, one of them released'] ?? [];
	expect(() => search(rules, beginning, 3, 'asked')).toThrow(/missing by the book|gap|not secured/);
});

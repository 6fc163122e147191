/** Strategies as data: the table of moves, places and values, files, and variation within bounds. */
import { describe, expect, test } from 'vitest';
import { SuretyError } from '../../src/core/words/error.js';
import { openings } from '../../src/redteam/openings.js';
import {
	AT_HONEST,
	boundsOf,
	MOST_MOVES,
	MOVE_KINDS,
	moveOf,
	parseStrategy,
	placeOf,
	valueAt,
} from '../../src/redteam/strategy.js';
import { beginRefining, shaped, trials, VECTORS } from '../../src/redteam/refine.js';
import { readStrategyFile } from '../../src/redteam/strategy-file.js';
import { childOf, randomStrategy } from '../../src/redteam/vary.js';
import { ATTACKS } from '../../src/sim/attacks.js';
import { Random } from '../../src/sim/random.js';

test('every value has a place that gives it back', () => {
	for (const kind of MOVE_KINDS) {
		for (const [field, bounds] of boundsOf(kind)) {
			const values = 'choices' in bounds ? bounds.choices : [bounds.low, bounds.low + 1, bounds.high - 1, bounds.high];
			for (const value of values) expect(valueAt(placeOf(value, bounds), bounds), `${kind}.${field}`).toBe(value);
			expect(valueAt(0, bounds)).toBe(values[0]);
			expect(valueAt(1, bounds)).toBe(values.at(-1));
		}
	}
});

test('every attack the simulator knows by name is an opening', () => {
	const names = openings('money').map(({ name }) => name);
	expect(names).toEqual(expect.arrayContaining(Object.keys(ATTACKS)));
	expect(new Set(names).size).toBe(names.length);
	for (const goal of ['money', 'suffering'] as const)
		for (const { strategy } of openings(goal)) expect(parseStrategy(structuredClone(strategy))).toEqual(strategy);
});

test('variation and refinement stay within the table', () => {
	const all = openings('money').map(({ strategy }) => strategy);
	for (let i = 0; i < 500; i++) {
		const random = new Random(1, i);
		const child = childOf(random.pick(all), random.pick(all), 'money', random);
		expect(parseStrategy(structuredClone(child))).toEqual(child);
		expect(child.length).toBeLessThanOrEqual(MOST_MOVES);
		expect(child.filter((move) => AT_HONEST.has(move.do))).toEqual([]);
		const fresh = randomStrategy('suffering', random);
		expect(parseStrategy(structuredClone(fresh))).toEqual(fresh);
		if (i % 50 === 0 && child.length > 0) {
			const refinement = beginRefining('', child, random);
			expect(shaped(child, refinement.vectors[0] ?? [])).toEqual(child);
			const tried = trials(refinement, random).map((vector) => shaped(child, vector));
			expect(tried).toHaveLength(VECTORS);
			for (const strategy of tried) expect(parseStrategy(structuredClone(strategy))).toEqual(strategy);
		}
	}
});

describe('what is not a strategy is refused', () => {
	test.each([
		['a move that is not known', [{ do: 'steal', after_hours: 0, store: 1 }]],
		['a number out of bounds', [{ ...moveOf('withdraw', { percent: 50 }), percent: 101 }]],
		['a number that is not whole', [{ ...moveOf('withdraw', { percent: 50 }), percent: 1.5 }]],
		['a field too many', [{ ...moveOf('close', {}), amount: 1 }]],
		['a choice that is none', [{ ...moveOf('sell', {}), protect_days: 8 }]],
		['too many moves', Array.from({ length: MOST_MOVES + 1 }, () => moveOf('close', {}))],
	])('%s', (_, raw) => {
		expect(() => parseStrategy(raw)).toThrow(SuretyError);
	});

	test.each(['', '{', 'null', '[]', '{"schema":"surety.strategy/2","strategy":[]}'])('a file of %j', (text) => {
		expect(() => readStrategyFile(text, 'x.json')).toThrow(SuretyError);
	});
});

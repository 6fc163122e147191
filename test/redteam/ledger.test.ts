/**
 * Two ledgers, one answer: what an attack cost the platform is counted from the cash that moved, and by the book. Both
 * are asked about thousands of strategies made by chance, under policies that let them do harm.
 */
import { describe, expect, test } from 'vitest';
import { play } from '../../src/redteam/game.js';
import { openings } from '../../src/redteam/openings.js';
import type { Strategy } from '../../src/redteam/strategy.js';
import { childOf, randomStrategy } from '../../src/redteam/vary.js';
import { Random } from '../../src/sim/random.js';
import { OTHERS, settingOf } from './settings.js';

const RUNS = Math.ceil(400 * Number(process.env['SURETY_RUNS'] ?? 1));
const SEED = Number(process.env['SURETY_SEED'] ?? 1);

/** Children of the known attacks, which do far more than pure chance, and pure chance. */
function strategy(i: number, random: Random): Strategy {
	const known = openings('money').map((opening) => opening.strategy);
	const mother = known[i % known.length] as Strategy; // there are many
	return i % 5 === 0 ? randomStrategy('money', random) : childOf(mother, random.pick(known), 'money', random);
}

/** Under these the platform loses nothing, whatever is played. */
const HARMLESS: ReadonlySet<string> = new Set([
	'the default policy',
	'prices and payouts observed',
	'paid once a line, unfunded claims paid',
]);

describe('the game’s own ledger equals the book', () => {
	test.each(Object.entries(OTHERS))('%s', (name, part) => {
		const setting = settingOf(part);
		let [harmful, paid] = [0, 0];
		for (let i = 0; i < RUNS; i++) {
			const random = new Random(SEED, name, i);
			const tried = strategy(i, random);
			const { platformCost, bookCost, profit, steps } = play(tried, setting);
			expect(platformCost, `${JSON.stringify(tried)}\nplatform's cost ${platformCost}`).toBe(bookCost);
			expect(platformCost).toBeGreaterThanOrEqual(0);
			if (platformCost > 0) harmful++;
			if (steps.some(({ move, amount }) => move.do === 'claim' && amount > 0)) paid++;
			if (!tried.some((move) => move.do === 'warm_up')) expect(profit).toBeLessThanOrEqual(platformCost);
		}
		expect(paid, 'claims were paid at all').toBeGreaterThan(0);
		if (HARMLESS.has(name)) expect(harmful).toBe(0);
		else expect(harmful).toBeGreaterThan(0);
		if (name === 'the default policy') expect(harmful).toBe(0);
	});
});

test('an attacker that deals with itself alone gains exactly what the platform loses, less its expenses', () => {
	const setting = settingOf(OTHERS['everything observed']);
	const { strategy: founding } = openings('money')[0] as { strategy: Strategy };
	const { profit, platformCost, expenses, in: came, out } = play(founding, setting);
	expect(profit + expenses).toBe(platformCost);
	expect(out - came).toBe(platformCost);
	expect(platformCost).toBeGreaterThan(200_000_00);
});

/**
 * The search itself: it finds holes that were planted, finds none where there is none, and what it finds follows from
 * the seed and the number of generations alone.
 */
import { describe, expect, test } from 'vitest';
import { gather } from '../../src/redteam/crew.js';
import { closings, shortened } from '../../src/redteam/closing.js';
import { play } from '../../src/redteam/game.js';
import { beginSearch, nextGeneration, type SearchState } from '../../src/redteam/search.js';
import type { SettingDocument } from '../../src/redteam/setting.js';
import { documentOf, PLANTED, settingOf } from './settings.js';

async function search(state: SearchState, document: SettingDocument, generations: number): Promise<SearchState> {
	const crew = gather(document, 1);
	let now = state;
	for (let i = 0; i < generations; i++) now = await nextGeneration(now, (strategies) => crew.rate(strategies));
	return now;
}

/** Generations until the platform loses something, at most so many. */
async function untilFound(state: SearchState, document: SettingDocument, most: number): Promise<SearchState> {
	let now = state;
	while (now.generation < most && now.dearest === null) now = await search(now, document, 1);
	return now;
}

describe('the default policy, every gate enforcing', () => {
	test.each([
		['the known attacks, seed 1', 1, true, 6],
		['the known attacks, seed 2', 2, true, 6],
		['nothing but chance, seed 3', 3, false, 10],
	])('no strategy costs the platform anything: from %s', async (_, seed, knows, generations) => {
		const { hall, dearest, best, tried } = await search(beginSearch(seed, 'money', knows), documentOf(), generations);
		expect(tried).toBe(generations * 96);
		expect(hall).toEqual([]);
		expect(dearest).toBeNull();
		expect(best?.result.worth).toBeLessThanOrEqual(0);
		// It was attacked in earnest: guarantees were open that all the store's money did not cover.
		expect(best?.result.pressure).toBeGreaterThan(knows ? 500_000_00 : 0);
		expect(best?.result.gap).toBe(0);
	});
});

describe('planted holes', () => {
	const cases = Object.entries(PLANTED).flatMap(([name, part]) => [1, 2, 3].map((seed) => [name, seed, part] as const));

	test.each(cases)('%s: found within 4 generations and worth 100,000 yuan or more, seed %i', async (_, seed, part) => {
		const { best } = await search(beginSearch(seed, 'money'), documentOf(part), 4);
		expect(best?.result.worth).toBeGreaterThan(100_000_00);
		expect(best?.result.platformCost).toBeGreaterThanOrEqual(best?.result.worth ?? 0);
	});

	test.each([
		['price and claims observed, small margins', 1],
		['payouts observed, unfunded claims paid', 5],
		['the platform bears 30 %', 1],
	] as const)('%s: found without knowing any attack, within 40 generations, seed %i', async (name, seed) => {
		const { dearest } = await untilFound(beginSearch(seed, 'money', false), documentOf(PLANTED[name]), 40);
		expect(dearest?.result.platformCost).toBeGreaterThan(0);
	});

	test.each([
		['price and claims observed, small margins', ['gates.price', 'gates.claim']],
		['payouts observed, unfunded claims paid', ['gates.payout', 'unfunded_claim']],
		['the platform bears 30 %', ['store_bears_percent']],
	] as const)('%s: the change that closes it is named', async (name, points) => {
		const { best } = await search(beginSearch(1, 'money'), documentOf(PLANTED[name]), 2);
		const setting = settingOf(PLANTED[name]);
		const short = shortened(best?.strategy ?? [], setting);
		expect(short.length).toBeLessThanOrEqual(best?.strategy.length ?? 0);
		expect(play(short, setting).worth).toBeGreaterThanOrEqual(best?.result.worth ?? 0);
		const closed = closings(short, setting).filter(({ platformCost }) => platformCost === 0);
		expect(closed.map(({ point }) => point)).toEqual(points);
	});

	test('it keeps different ideas, not one in many copies', async () => {
		const { hall, cells } = await search(
			beginSearch(1, 'money'),
			documentOf(PLANTED['payouts observed, unfunded claims paid']),
			6,
		);
		expect(new Set(cells.map(({ result }) => result.idea)).size).toBe(cells.length);
		expect(cells.length).toBeGreaterThan(100);
		expect(hall.length).toBeGreaterThan(3);
	});

	test('prices and payouts observed alone cost the platform nothing: the claim gate pays only what is secured', async () => {
		const part = { policy: { ...settingOfModes(), name: 'two-observe' } };
		const { dearest, best } = await search(beginSearch(1, 'money'), documentOf(part), 6);
		expect(dearest).toBeNull();
		expect(best?.result.gap).toBeGreaterThan(100_000_00);
	});
});

const settingOfModes = () => ({
	schema: 'surety.policy/1',
	version: 1,
	gates: { admission: 'enforce', guarantee: 'enforce', price: 'observe', claim: 'enforce', payout: 'observe' },
});

describe('honest stores', () => {
	test('the goal suffering finds what delays honest withdrawals or holds honest cuts, and weighs it', async () => {
		const document = documentOf({ goal: 'suffering' });
		const { best } = await search(beginSearch(1, 'suffering'), document, 2);
		const { suffering } = play(best?.strategy ?? [], settingOf({ goal: 'suffering' }));
		expect(suffering?.worth).toBe(best?.result.worth);
		expect(suffering?.worth).toBeGreaterThan(0);
		expect(suffering?.cost).toBeDefined();
	});

	test('a strategy that does nothing does nobody harm', () => {
		const { suffering } = play([], settingOf({ goal: 'suffering' }));
		expect(suffering).toEqual({ flagged: 0, heldCuts: 0, delayedAmountDays: 0, worth: 0, cost: 0 });
	});
});

describe('the same seed and number of generations give the same bytes', () => {
	test('with a break in the middle, the state read back from its own text', async () => {
		const document = documentOf(PLANTED['the platform bears 30 %']);
		const whole = await search(beginSearch(7, 'money'), document, 6);
		const half = JSON.parse(JSON.stringify(await search(beginSearch(7, 'money'), document, 3))) as SearchState;
		expect(JSON.stringify(await search(half, document, 3))).toBe(JSON.stringify(whole));
	});

	test('another seed gives another search', async () => {
		const document = documentOf();
		const [a, b] = [
			await search(beginSearch(1, 'money'), document, 2),
			await search(beginSearch(2, 'money'), document, 2),
		];
		expect(JSON.stringify(a.cells)).not.toBe(JSON.stringify(b.cells));
	});

	test('it begins anew when stuck, and keeps the best', async () => {
		const result = { worth: 1e12, profit: 1e12, platformCost: 1e12, gap: 0, pressure: 0, idea: 'out of reach' };
		const best = { strategy: [], result, generation: 0 };
		const stuck = await search({ ...beginSearch(1, 'money'), best, latest: best, stale: 29 }, documentOf(), 1);
		expect(stuck).toMatchObject({ restarts: 1, stale: 0, cells: [], refinement: null, latest: null, best });
		const anew = await search(stuck, documentOf(), 1);
		const first = await search(beginSearch(1, 'money'), documentOf(), 1);
		// The known attacks again, and others by chance beside them.
		expect(anew.cells.length).toBeGreaterThan(20);
		expect(anew.cells).not.toEqual(first.cells);
	});
});

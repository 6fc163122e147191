/** The page: one file that loads nothing, both languages for every sentence, and nothing of the strategy lost. */
import { describe, expect, test } from 'vitest';
import { closings } from '../../src/redteam/closing.js';
import { play } from '../../src/redteam/game.js';
import { type Findings, findingsOf, tell } from '../../src/redteam/findings.js';
import { openings } from '../../src/redteam/openings.js';
import { renderFindings } from '../../src/redteam/page/index.js';
import { beginSearch, nextGeneration } from '../../src/redteam/search.js';
import { gather } from '../../src/redteam/crew.js';
import type { SettingDocument } from '../../src/redteam/setting.js';
import { gameInWords } from '../../src/redteam/steps-in-words.js';
import { type Move, MOVE_KINDS, moveOf, type Strategy } from '../../src/redteam/strategy.js';
import { documentOf, OTHERS, PLANTED, settingOf } from './settings.js';

async function findings(document: SettingDocument, generations: number): Promise<Findings> {
	const crew = gather(document, 1);
	let state = beginSearch(1, document.goal);
	for (let i = 0; i < generations; i++) state = await nextGeneration(state, (strategies) => crew.rate(strategies));
	return findingsOf(document, state);
}

const found = await findings(documentOf(PLANTED['price and claims observed, small margins']), 1);
const nothing = await findings(documentOf(), 1);
const harm = await findings(documentOf({ goal: 'suffering' }), 1);

describe.each([
	['a hole', found],
	['nothing', nothing],
	['harm to honest stores', harm],
])('with %s found', (_, told) => {
	const page = renderFindings(told);

	test('it loads nothing and says so', () => {
		expect(page).toContain('default-src &#39;none&#39;; style-src &#39;sha256-');
		expect(page).not.toMatch(/\b(?:src|href)="(?!#)/);
		expect(page).not.toMatch(/@import|url\(/);
		expect(page).not.toMatch(/undefined|NaN|\[object/);
	});

	test('what is said in one language is said in the other', () => {
		expect(page.match(/<span lang="en">/g)?.length).toBe(page.match(/<span lang="zh-Hans">/g)?.length);
	});

	test('it is the same bytes again', () => expect(renderFindings(told)).toBe(page));
});

test('every step, figure and closing of the worst is on the page', () => {
	const page = renderFindings(found);
	const [worst] = found.found;
	expect(worst?.hole?.en).toContain('the price gate enforcing');
	for (const { what } of worst?.steps ?? []) expect(page).toContain(what.zh);
	for (const { point } of worst?.closings ?? []) expect(page).toContain(`<code>${point}</code>`);
	expect(worst?.path.at(-1)?.platform_cost).toBe(worst?.platform_cost);
	expect(page).toContain('A strategy was found that takes ¥');
});

test('where nothing was found it says so, and shows what came nearest', () => {
	expect(nothing.found).toEqual([]);
	expect(nothing.nearest?.steps.length).toBeGreaterThan(2);
	expect(renderFindings(nothing)).toContain('No strategy was found by which the platform loses anything.');
});

test('every kind of move has a sentence in both languages', () => {
	const setting = settingOf({ ...OTHERS['everything observed'], goal: 'suffering' });
	const moves: Move[] = MOVE_KINDS.flatMap((kind) => {
		const move = moveOf(kind, {
			store: 1,
			sku: 1,
			percent: 50,
			price: 9000,
			lines: 5,
			to_percent: 40,
			protect_days: 7,
		});
		return kind === 'close' ? [] : [move];
	});
	const strategy: Strategy = [
		...moves,
		moveOf('sell', { store: 1, sku: 1, lines: 3, ordered_before: 1 }),
		moveOf('close', {}),
	];
	const told = gameInWords(play(strategy, setting), setting.currency);
	expect(told.length).toBeGreaterThan(10);
	for (const { what } of told) {
		expect(what.en).not.toMatch(/[{}]/);
		expect(what.zh).not.toMatch(/[{}]/);
		expect(what.zh).toMatch(/\p{Script=Han}/u);
	}
});

test('held claims that the platform paid later are told', () => {
	const setting = settingOf(PLANTED['payouts observed, unfunded claims paid']);
	const { strategy } = openings('money').find(({ name }) => name === 'cut-then-withdraw') as { strategy: Strategy };
	const played = play(strategy, setting);
	const attack = tell('x', strategy, played, closings(strategy, setting), 1, setting.currency);
	expect(attack.steps.map(({ what }) => what.en).join('\n')).toContain(
		'held requests of store 1 at the claim gate go through',
	);
	expect(attack.hole?.en).toContain('Any one of these closes it: the payout gate enforcing, unfunded claims refused.');
});

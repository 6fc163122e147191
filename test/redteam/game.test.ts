/**
 * The game by hand: the example that opens docs/SPEC.md, figure by figure, and the assumptions that stand at the head of
 * the platform's file. Amounts below are in yuan; games count in fen.
 */
import { describe, expect, test } from 'vitest';
import { type Play, play } from '../../src/redteam/game.js';
import type { SettingDocument } from '../../src/redteam/setting.js';
import { type Move, type MoveKind, moveOf } from '../../src/redteam/strategy.js';
import { OTHERS, policy, programme, settingOf } from './settings.js';

const usual = { store: 1, sku: 1, percent: 100, units_percent: 100, share: 100, lines: 1, quantity: 1, steps: 1 };

function does(kind: MoveKind, numbers: Readonly<Record<string, number>> = {}): Move {
	return moveOf(kind, { ...usual, price: 10_000, pays_percent: 100, protect_days: 7, deposit: 1000, ...numbers });
}

const game = (moves: readonly Move[], part: Partial<SettingDocument> = {}): Play => play(moves, settingOf(part));
const yuan = (amount: number): number => amount / 100;
/** What each move came to, in yuan. */
const amounts = ({ steps }: Play): readonly number[] => steps.map(({ amount }) => yuan(amount));

const sold = [does('open'), does('price'), does('sell', { lines: 20 }), does('receive')];
const LICENCE_AND_ACCOUNTS = 1500 + 20 * (30 + 5);

describe('the example of the specification', () => {
	test('unsecured: withdraw 200,000, cut to 300, claim; the platform has lost 193,000', () => {
		const moves = [...sold, does('withdraw'), does('cut', { to_percent: 3, after_hours: 20 }), does('claim')];
		const played = game(moves, OTHERS['everything observed']);
		expect(amounts(played).slice(4)).toEqual([200_000, 300, 194_000]);
		expect(yuan(played.platformCost)).toBe(193_000);
		expect(yuan(played.bookCost)).toBe(193_000);
		expect(yuan(played.profit)).toBe(193_000 - LICENCE_AND_ACCOUNTS);
	});

	test('secured: 161,000 leave, the cut to 300 is held, the one to 8,000 is paid for, the platform loses nothing', () => {
		const moves = [
			...sold,
			does('withdraw'),
			does('cut', { to_percent: 3, after_hours: 20 }),
			does('cut', { to_percent: 80 }),
			does('claim'),
		];
		const played = game(moves);
		expect(amounts(played).slice(4)).toEqual([161_000, 300, 8000, 40_000]);
		expect(played.steps[5]?.answers).toEqual({ 'hold cut_unfunded': 1 });
		expect(played.steps[6]?.answers).toEqual({ 'approve cut_funded': 1 });
		expect(played.steps[7]?.answers).toEqual({ 'approve claim_secured': 20 });
		expect(yuan(played.platformCost)).toBe(0);
		expect(yuan(played.profit)).toBe(-LICENCE_AND_ACCOUNTS);
		expect(played.later).toMatchObject([{ gate: 'price', how: 'superseded', isPaid: false }]);
	});
});

describe('what is assumed of the platform', () => {
	test('[1] a price that the gate does not let through is no price', () => {
		const played = game([...sold, does('withdraw'), does('cut', { to_percent: 3 }), does('sell')]);
		expect(amounts(played).at(-1)).toBe(10_000);
	});

	test('[2] without the guarantee gate’s yes a sale carries no guarantee', () => {
		const full = { new: 100, normal: 100, watch: 100, abnormal: 100 };
		const strict = policy({ price: 'observe', claim: 'observe' }, { deposit_percent: full });
		const moves = [...sold, does('cut', { to_percent: 50 }), does('claim')];
		// The deposit of 1,000 carries the first promise, and no second one.
		expect(game(moves, { policy: strict }).steps.at(-1)).toMatchObject({ done: 1, tried: 1 });
		expect(game(moves, OTHERS['everything observed']).steps.at(-1)).toMatchObject({ done: 20, tried: 20 });
	});

	test('[3] ordered before a cut, paid after it, at the earlier price', () => {
		const moves = [does('open'), does('price'), does('cut', { to_percent: 10 }), does('sell', { ordered_before: 1 })];
		const played = game([...moves, does('claim')]);
		expect(amounts(played).slice(3)).toEqual([10_000, 9000]);
		expect(played.platformCost).toBe(0);
	});

	test('[4] receipt confirms itself after ten days', () => {
		const paid = [does('open'), does('price'), does('sell')];
		expect(amounts(game([...paid, does('withdraw', { after_hours: 239 })])).at(-1)).toBe(0);
		expect(amounts(game([...paid, does('withdraw', { after_hours: 241 })])).at(-1)).toBe(10_000);
	});

	test('[6] goods that come back after release are paid as far as the store has money, and only once', () => {
		const back = [...sold, does('withdraw'), does('send_back'), does('send_back', { after_hours: 1 })];
		const played = game(back);
		expect(amounts(played).slice(4)).toEqual([161_000, 40_000, 0]);
		expect(played.platformCost).toBe(0);
		const held = game([
			does('open'),
			does('price'),
			does('sell', { lines: 3 }),
			does('send_back', { units_percent: 50 }),
		]);
		expect(amounts(held).at(-1)).toBe(30_000);
	});

	test('[6] what was claimed is not paid for again when the goods come back', () => {
		const moves = [
			does('open'),
			does('price'),
			does('sell', { lines: 2, quantity: 2 }),
			does('cut', { to_percent: 60 }),
		];
		const played = game([...moves, does('claim'), does('send_back', { units_percent: 50 }), does('send_back')]);
		expect(amounts(played).slice(4)).toEqual([16_000, 12_000, 12_000]);
		expect(played.platformCost).toBe(0);
	});

	test('[7] payments that bounce come back, and the claim may be made again', () => {
		const moves = [...sold, does('cut', { to_percent: 50 }), does('claim'), does('bounce', { what: 1, count: 20 })];
		const played = game([...moves, does('claim'), does('withdraw'), does('bounce', { what: 0 }), does('withdraw')]);
		expect(amounts(played).slice(5)).toEqual([100_000, 100_000, 100_000, 81_000, 81_000, 81_000]);
		expect(played.platformCost).toBe(0);
	});

	test('[8] the deposit comes back, less what is owed', () => {
		const idle = game([does('open', { deposit: 50_000 })]);
		expect(yuan(idle.profit)).toBe(-1500);
		const owing = [...sold, does('withdraw'), does('cut', { to_percent: 3 }), does('claim')];
		const { platformCost } = game(owing, OTHERS['everything observed']);
		expect(yuan(platformCost)).toBe(193_000);
	});

	test('[9] a claim that nobody funds takes the policy’s default, by time alone', () => {
		const moves = [...sold, does('withdraw'), does('cut', { to_percent: 3 }), does('claim')];
		const unpaid = { admission: 'observe', guarantee: 'observe', price: 'observe', payout: 'observe' } as const;
		const refused = game(moves, { policy: policy(unpaid) });
		expect(refused.later).toMatchObject([{ gate: 'claim', how: 'expired', isPaid: false, count: 20 }]);
		expect(refused.platformCost).toBe(0);
		const paid = game(moves, { policy: policy(unpaid, { unfunded_claim: 'pay' }) });
		expect(paid.later).toMatchObject([{ gate: 'claim', how: 'expired', isPaid: true, count: 20 }]);
		expect(yuan(paid.platformCost)).toBe(193_000);
	});
});

describe('what the attacker has', () => {
	test('it spends no more than its budget', () => {
		const means = { budget: 25_000, stores: 4, buyers: 40, days: 60 };
		const played = game(sold, { means });
		expect(played.steps[2]).toMatchObject({ done: 2, tried: 20 });
		expect(Math.min(...played.readings.map(({ purse }) => purse))).toBeGreaterThanOrEqual(0);
	});

	test('strangers pay for real goods, and claim for themselves', () => {
		const moves = [
			does('open'),
			does('price', { price: 1000 }),
			does('warm_up', { days: 2, sales_a_day: 2, strangers: 1 }),
		];
		const played = game([...moves, does('withdraw', { after_hours: 72 }), does('cut', { to_percent: 90 })]);
		expect(amounts(played)[2]).toBe(4000);
		// Four times 150 earned, less a licence and what the strangers get back.
		expect(yuan(played.profit)).toBe(4 * 150 - 1500 - 4 * 100);
		expect(played.platformCost).toBe(0);
	});

	test('where the platform bears a part, an attacker that funds every claim still takes it', () => {
		const moves = [...sold, does('cut', { to_percent: 50 }), does('claim')];
		const played = game(moves, { programme: programme({ store_bears_percent: 70 }) });
		expect(yuan(played.platformCost)).toBe(30_000);
		expect(yuan(played.profit)).toBe(30_000 - LICENCE_AND_ACCOUNTS);
	});
});

test('[PL9] a policy’s programme is what a game is played under, as if it had been given by itself', () => {
	const other = programme({ repeat: 'none', clock: { start: 'delivery', days: 3, undelivered_days: 20 } });
	const [carried, given] = [
		settingOf({ policy: policy({}, { programme: other }) }),
		settingOf({ policy: policy({}), programme: other }),
	];
	expect(carried.programme).toEqual(given.programme);
	expect(carried.policy.sellsUnder).toBeUndefined();
	const odd = policy({}, { programme: programme({ reference: 'checkout' }) });
	expect(() => settingOf({ policy: odd })).toThrow(/programme\.reference/);
});

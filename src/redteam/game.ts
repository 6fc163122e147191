/**
 * One game: a strategy played to its end against the real desk under the policy as given. What is assumed of the
 * platform stands at the head of `platform.ts`.
 *
 * What a strategy is worth is the **take**: the smaller of what the attacker ended up richer by and what the platform
 * lost. Profit alone could come out of honest trade with strangers, and a loss alone could cost the attacker more than
 * it does harm; money taken from the platform is both. Where nothing was taken, how near it came decides, so that the
 * search has a slope to climb: first a loss without profit, then a gap (something claimable that nothing secures), then
 * the pressure (what open guarantees could cost beyond all the store's money, were the price to fall now).
 */
import { BALANCE, DEPOSIT, HELD_ACCOUNT, RESERVE } from '../core/book/ledger.js';
import { add, excess, least, type Minor, most, subtract, ZERO } from '../core/words/money.js';
import { bookCost } from './book-cost.js';
import { Attacker } from './attacker.js';
import type { Step } from './step.js';
import { HonestTrade, type Suffering } from './honest.js';
import { type Later, Settlements } from './later.js';
import { Platform } from './platform.js';
import type { Setting } from './setting.js';
import type { Move, MoveKind, Strategy } from './strategy.js';

/** What a game came to. Amounts in minor units. */
export interface Result {
	/** The worth of the strategy: the take, or for the goal `suffering` its weight for each thousand yuan of cost. */
	readonly worth: number;
	readonly profit: number;
	readonly platformCost: number;
	/** The largest gap that stood open after a move, and the largest pressure. */
	readonly gap: number;
	readonly pressure: number;
	/** What kind of idea it is; strategies with the same are variations of one. */
	readonly idea: string;
}

/** The cash of the attacker and of the platform after a step. */
export interface Reading {
	readonly hour: number;
	readonly purse: Minor;
	readonly platformCost: Minor;
	readonly atPlatform: Minor;
}

export interface Play extends Result {
	readonly steps: readonly Step[];
	/** What became of held requests later. */
	readonly later: readonly Later[];
	readonly readings: readonly Reading[];
	/** What the book itself says the platform is missing. */
	readonly bookCost: number;
	readonly expenses: Minor;
	/** Cash that came to the platform and left it. */
	readonly in: Minor;
	readonly out: Minor;
	readonly suffering: Suffering | undefined;
}

/** Plays a strategy to its end. */
export function play(strategy: Strategy, setting: Setting): Play {
	const platform = new Platform(setting);
	const attacker = new Attacker(platform);
	const honest = setting.goal === 'suffering' ? new HonestTrade(platform) : undefined;
	const watch = new Watch(platform, attacker);
	platform.onPrice = (store, sku, price, before) => {
		if (before !== undefined && price < before && platform.stores.get(store) === true)
			attacker.shoppers.strangersClaim(store, sku);
	};
	const later = new Settlements();
	platform.onEvent = (event) => {
		if (event.type === 'hold.decided') later.note(event, platform.hour);
	};
	honest?.begin();
	for (const move of strategy) {
		attacker.play([move]);
		watch.look();
	}
	honest?.end();
	platform.windUp(longestWindow(setting));
	watch.look();
	const { profit } = attacker.purse;
	const { platformCost, in: came, out } = platform.cash;
	const suffering = honest?.suffering(subtract(attacker.purse.tradeGain, profit));
	return {
		worth: suffering === undefined ? least(profit, platformCost) : suffering.worth,
		profit,
		platformCost,
		gap: watch.gap,
		pressure: watch.pressure,
		idea: ideaOf(attacker.steps, suffering),
		steps: attacker.steps,
		later: later.all(),
		readings: watch.readings,
		bookCost: bookCost(platform.desk.core.book),
		expenses: attacker.purse.expenses,
		in: came,
		out,
		suffering,
	};
}

/** Only the figures, as the search wants them. */
export function rate(strategy: Strategy, setting: Setting): Result {
	const { worth, profit, platformCost, gap, pressure, idea } = play(strategy, setting);
	return { worth, profit, platformCost, gap, pressure, idea };
}

/** Which of two results is worse for the platform: above zero the first, below the second. */
export function compare(a: Result, b: Result): number {
	if (a.worth > 0 || b.worth > 0) return a.worth - b.worth;
	return a.platformCost - b.platformCost || a.gap - b.gap || a.pressure - b.pressure || a.profit - b.profit;
}

const longestWindow = ({ programme: { clock } }: Setting): number => {
	const days = clock.days === 'line' ? 30 : clock.days;
	return Math.max(days, clock.start === 'delivery' ? clock.undelivered_days : 0);
};

/** Looks at the book after each move: how near it came. */
class Watch {
	readonly readings: Reading[] = [];
	gap: Minor = ZERO;
	pressure: Minor = ZERO;
	private readonly platform: Platform;
	private readonly attacker: Attacker;

	constructor(platform: Platform, attacker: Attacker) {
		this.platform = platform;
		this.attacker = attacker;
	}

	look(): void {
		const { book } = this.platform.desk.core;
		let [gap, pressure, there]: [Minor, Minor, Minor] = [ZERO, ZERO, ZERO];
		for (const store of book.stores) {
			const free = [BALANCE, DEPOSIT, RESERVE].reduce<Minor>(
				(sum, of) => add(sum, book.ledger.get(store.index, of)),
				ZERO,
			);
			gap = add(gap, store.gap);
			pressure = add(pressure, excess(store.exposed, free));
			there = add(there, add(free, book.ledger.get(store.index, HELD_ACCOUNT)));
		}
		this.gap = most(this.gap, gap);
		this.pressure = most(this.pressure, pressure);
		const { hour } = this.platform;
		const purse = this.attacker.purse.content;
		this.readings.push({ hour, purse, platformCost: this.platform.cash.platformCost, atPlatform: there });
	}
}

const LETTERS: Readonly<Record<MoveKind, string>> = {
	open: 'O',
	price: '',
	raise: 'A',
	cut: 'C',
	coupon: 'Q',
	warm_up: 'U',
	sell: 'S',
	deliver: 'D',
	receive: 'R',
	withdraw: 'W',
	top_up: 'T',
	claim: 'K',
	send_back: 'B',
	goodwill: 'G',
	bounce: 'F',
	close: 'X',
	buy_honest: 'b',
	claim_honest: 'k',
	return_honest: 'r',
};
const LONGEST_IDEA = 12;

/** The order in which moves first worked, how many stores took part, and how deep the deepest cut went. */
function ideaOf(steps: readonly Step[], suffering: Suffering | undefined): string {
	let order = '';
	const stores = new Set<string>();
	let deepest = 0;
	for (const { move, store, done } of steps) {
		if (done === 0) continue;
		stores.add(store);
		if (move.do === 'cut') deepest = Math.max(deepest, 100 - move.to_percent);
		const letter = letterOf(move);
		if (!order.includes(letter) && order.length < LONGEST_IDEA) order += letter;
	}
	const harm = suffering === undefined ? '' : `/${suffering.flagged}${suffering.heldCuts > 0 ? 'h' : ''}`;
	return `${order}/${stores.size}/${Math.floor(deepest / 34)}${harm}`;
}

const letterOf = (move: Move): string =>
	move.do === 'sell' && move.ordered_before === 1 ? 'P' : move.do === 'price' && move.sku > 1 ? 'N' : LETTERS[move.do];

/** What a search found, as `redteam.json` has it; the page is drawn from the same. Amounts are decimal strings. */
import { type Currency, formatMoney, type Minor } from '../core/words/money.js';
import { GATES } from '../core/words/outcome.js';
import type { Text } from '../report/page/markup.js';
import { type Closing, closings, shortened } from './closing.js';
import { compare, type Play, play, rate } from './game.js';
import { holeInWords } from './hole.js';
import type { Found, Row, SearchState } from './search.js';
import { type Goal, readSetting, type Setting, type SettingDocument } from './setting.js';
import { gameInWords, type Told } from './steps-in-words.js';
import type { Strategy } from './strategy.js';

type Amount = string;

/** One strategy, played and told. */
export interface Attack {
	readonly name: string;
	/** The smaller of what the attacker ended up richer by and what the platform lost; nothing where one is below it. */
	readonly take: Amount;
	readonly profit: Amount;
	readonly platform_cost: Amount;
	/** The same by the book's own count. */
	readonly book_shortfall: Amount;
	/** The largest gap that stood open, and what guarantees could have cost beyond the store's money. */
	readonly gap: Amount;
	readonly pressure: Amount;
	readonly suffering: {
		readonly flagged: number;
		readonly held_cuts: number;
		readonly delayed_amount_days: number;
		readonly per_thousand: Amount;
		/** What the attack cost the attacker, trade with strangers apart. */
		readonly cost: Amount;
	} | null;
	readonly found_in_generation: number;
	readonly steps: readonly Told[];
	readonly path: readonly { readonly hour: number; readonly purse: Amount; readonly platform_cost: Amount }[];
	readonly hole: Text | null;
	readonly closings: readonly { readonly point: string; readonly value: string; readonly platform_cost: Amount }[];
	readonly strategy: Strategy;
}

export interface Findings {
	readonly schema: 'surety.redteam/1';
	readonly goal: Goal;
	readonly currency: string;
	readonly policy: string;
	readonly programme: string;
	readonly gates: Readonly<Record<string, string>>;
	readonly means: Setting['means'];
	readonly prices: Setting['prices'];
	readonly seed: number;
	readonly generations: number;
	readonly tried: number;
	readonly restarts: number;
	/** Strategies by which the platform lost money, worst first; for `suffering`, those that did harm. */
	readonly found: readonly Attack[];
	/** Where nothing was found: the strategy that came nearest. */
	readonly nearest: Attack | null;
	readonly rows: readonly (Omit<Row, 'worth' | 'platformCost' | 'pressure'> & {
		readonly worth: Amount;
		readonly platform_cost: Amount;
		readonly pressure: Amount;
	})[];
}

/** Most strategies that are cut down to what they need, and most that are told at length. */
const MOST_LOOKED_AT = 12;
const MOST_TOLD = 8;

export function findingsOf(document: SettingDocument, search: SearchState): Findings {
	const setting = readSetting(document);
	const code = setting.currency;
	const harmful = search.hall.filter(({ result }) =>
		search.goal === 'money' ? result.platformCost > 0 : result.worth > 0,
	);
	const found = essences(harmful.slice(0, MOST_LOOKED_AT), setting)
		.slice(0, MOST_TOLD)
		.map((one, i) => attackOf(one, nameOf(i), setting));
	const nearest =
		found.length > 0 || search.best === null ? null : attackOf(essence(search.best, setting), 'nearest', setting);
	const money = (amount: number): Amount => formatMoney(amount as Minor, code); // games count in minor units
	return {
		schema: 'surety.redteam/1',
		goal: search.goal,
		currency: code,
		policy: setting.policy.label,
		programme: `${setting.programme.name}@${setting.programme.version}`,
		gates: Object.fromEntries(GATES.map((gate) => [gate, setting.policy.gates[gate]])),
		means: setting.means,
		prices: setting.prices,
		seed: search.seed,
		generations: search.generation,
		tried: search.tried,
		restarts: search.restarts,
		found,
		nearest,
		rows: search.rows.map(({ worth, platformCost, pressure, ...row }) => ({
			...row,
			worth: money(worth),
			platform_cost: money(platformCost),
			pressure: money(pressure),
		})),
	};
}

const nameOf = (i: number): string => `found-${String(i + 1).padStart(2, '0')}`;

/** What is left of each when all it can do without is gone; of those that are one idea then, the worst. */
function essences(found: readonly Found[], setting: Setting): readonly Found[] {
	const byIdea = new Map<string, Found>();
	for (const one of found) {
		const short = essence(one, setting);
		const same = byIdea.get(short.result.idea);
		if (same === undefined || compare(short.result, same.result) > 0) byIdea.set(short.result.idea, short);
	}
	return [...byIdea.values()].sort((a, b) => compare(b.result, a.result));
}

function essence({ strategy, generation }: Found, setting: Setting): Found {
	const short = shortened(strategy, setting);
	return { strategy: short, result: rate(short, setting), generation };
}

function attackOf({ strategy, generation }: Found, name: string, setting: Setting): Attack {
	const played = play(strategy, setting);
	const closing = played.platformCost > 0 ? closings(strategy, setting) : [];
	return tell(name, strategy, played, closing, generation, setting.currency);
}

/** A strategy as it was played, told. */
export function tell(
	name: string,
	strategy: Strategy,
	played: Play,
	closing: readonly Closing[],
	generation: number,
	code: Currency,
): Attack {
	const money = (amount: number): Amount => formatMoney(amount as Minor, code); // games count in minor units
	const { suffering } = played;
	return {
		name,
		take: money(Math.max(0, Math.min(played.profit, played.platformCost))),
		profit: money(played.profit),
		platform_cost: money(played.platformCost),
		book_shortfall: money(played.bookCost),
		gap: money(played.gap),
		pressure: money(played.pressure),
		suffering:
			suffering === undefined
				? null
				: {
						flagged: suffering.flagged,
						held_cuts: suffering.heldCuts,
						delayed_amount_days: suffering.delayedAmountDays,
						per_thousand: money(suffering.worth),
						cost: money(suffering.cost),
					},
		found_in_generation: generation,
		steps: gameInWords(played, code),
		path: played.readings.map(({ hour, purse, platformCost }) => ({
			hour,
			purse: money(purse),
			platform_cost: money(platformCost),
		})),
		hole: played.platformCost > 0 ? holeInWords(closing, played) : null,
		closings: closing.map(({ point, value, platformCost }) => ({ point, value, platform_cost: money(platformCost) })),
		strategy,
	};
}

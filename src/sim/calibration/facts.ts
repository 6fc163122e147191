/**
 * What was measured on real markets, number by number with its source, as data: the simulated market is held against
 * these and nothing else. Where several data sets tell the same number they disagree, and the market has to lie among
 * them; where one does, it has to be near.
 */
import type { Language } from '../../core/words/reason.js';
import { WINDOWS } from './price-falls.js';

type Text = Readonly<Record<Language, string>>;

export const SOURCES = {
	books: { en: '211 books, daily, marketplace, last two years', zh: '211 种图书，逐日，平台卖家，近两年' },
	games: { en: '50 board games, daily, marketplace', zh: '50 种桌游，逐日，平台卖家' },
	wholesale: { en: '4,594 wholesale items, weekly', zh: '4,594 种批发商品，逐周' },
	grocery: { en: '15,715 grocery items, weekly, with promotions', zh: '15,715 种杂货，逐周，含促销' },
	sales: { en: 'from sale to sale, 1,574 marketplace sellers', zh: '逐笔成交，1,574 个平台卖家' },
	histories: { en: 'public price histories', zh: '公开价格历史' },
	stores: {
		en: 'buyers of 1,994 real stores, 522,341 buyer-store pairs',
		zh: '1,994 家真实店铺的买家，522,341 对买家与店铺',
	},
} as const satisfies Record<string, Text>;
export type SourceName = keyof typeof SOURCES;

/** One number of the real world and where it comes from. */
export interface Measured {
	readonly source: SourceName;
	readonly value: number;
}

/** `within`: between the least and the most that were measured. `near`: about the one value. `at-most`: not above it. */
export type Comparison = 'within' | 'near' | 'at-most';
export type FactGroup = 'falls' | 'refund' | 'shape' | 'buyers' | 'sizes';
export type Unit = '%' | 'buyers' | 'pairs' | 'share' | 'groups';

export interface MarketFact {
	readonly id: string;
	readonly group: FactGroup;
	readonly title: Text;
	readonly unit: Unit;
	readonly comparison: Comparison;
	readonly real: readonly Measured[];
}

const SETS = ['books', 'games', 'wholesale', 'grocery', 'sales'] as const;

/** Per cent of item-days, for 7, 15 and 30 days; sources in the order of SETS. */
const FALLS: Readonly<Record<number, readonly (readonly [number, number, number])[]>> = {
	0: [
		[14, 23, 34],
		[19, 31, 45],
		[4, 6, 10],
		[4, 7, 13],
		[4.9, 7, 9.8],
	],
	30: [
		[1.3, 2.6, 4.7],
		[2.1, 4.3, 8.5],
		[0.19, 0.33, 0.49],
		[0.38, 0.74, 1.3],
		[0, 0, 0.03],
	],
	50: [
		[0.18, 0.37, 0.65],
		[0.06, 0.16, 0.44],
		[0.03, 0.06, 0.08],
		[0.02, 0.03, 0.05],
		[0, 0, 0],
	],
};
const REFUNDS = [
	[1.9, 3.4, 5.6],
	[2.7, 4.9, 8.2],
	[0.5, 0.9, 1.4],
	[0.6, 1.2, 2.1],
	[0.5, 0.7, 1],
] as const;

export const fallId = (window: number, atLeast: number): string =>
	`fall_${atLeast === 0 ? 'any' : atLeast}_within_${window}`;
export const refundId = (window: number): string => `refund_within_${window}`;

const perSet = (rows: readonly (readonly number[])[], i: number): Measured[] =>
	SETS.map((source, set) => ({ source, value: rows[set]?.[i] ?? 0 }));

const falls: readonly MarketFact[] = [0, 30, 50].flatMap((atLeast) =>
	WINDOWS.map((window, i) => ({
		id: fallId(window, atLeast),
		group: 'falls' as const,
		title: {
			en: `fall by ${atLeast === 0 ? 'anything' : `${atLeast} % or more`} within ${window} days`,
			zh: `${window} 天内降价${atLeast === 0 ? '（不论多少）' : `至少 ${atLeast}%`}`,
		},
		unit: '%' as const,
		comparison: 'within' as const,
		real: perSet(FALLS[atLeast] ?? [], i),
	})),
);

const refunds: readonly MarketFact[] = WINDOWS.map((window, i) => ({
	id: refundId(window),
	group: 'refund',
	title: { en: `mean refund if all claim within ${window} days`, zh: `${window} 天内若人人申请，平均退差` },
	unit: '%',
	comparison: 'within',
	real: perSet(REFUNDS, i),
}));

/** The fact's own words: what is counted, in which unit. */
const told = (id: string, group: FactGroup, unit: Unit, en: string, zh: string) => ({
	id,
	group,
	unit,
	title: { en, zh },
});

type Told = ReturnType<typeof told>;

const within = (source: SourceName, least: number, most: number, fact: Told): MarketFact => ({
	...fact,
	comparison: 'within',
	real: [
		{ source, value: least },
		{ source, value: most },
	],
});

const near = (source: SourceName, value: number, fact: Told): MarketFact => ({
	...fact,
	comparison: 'near',
	real: [{ source, value }],
});

const atMost = (source: SourceName, value: number, fact: Told): MarketFact => ({
	...near(source, value, fact),
	comparison: 'at-most',
});

const CLIFF = {
	en: 'falls of a fifth or more in one step: back at 95 % within 15 days',
	zh: '一次降价两成以上：15 天内回到原价 95%',
};
const TOGETHER = {
	en: 'items of one store that fall by a fifth in one week (stores of 50 items or more, 99 of 100 weeks)',
	zh: '同一店铺一周内降价两成的商品（50 种以上商品的店铺，百周中的九十九周）',
};

const shape: readonly MarketFact[] = [
	within(
		'histories',
		0.001,
		0.002,
		told('fall_90_within_15', 'shape', '%', 'fall by 90 % or more within 15 days', '15 天内降价至少 90%'),
	),
	within('histories', 46, 67, told('cliff_recovers', 'shape', '%', CLIFF.en, CLIFF.zh)),
	within(
		'histories',
		0.002,
		0.11,
		told('raised_then_halved', 'shape', '%', 'raised, then halved, within 15 days', '15 天内先涨后腰斩'),
	),
	atMost('histories', 7, told('fallen_together', 'shape', '%', TOGETHER.en, TOGETHER.zh)),
];

const buyers: readonly MarketFact[] = [
	near(
		'stores',
		4.2,
		told('pairs_sharing_any', 'buyers', '%', 'pairs of stores that share a buyer', '有共同买家的店铺对'),
	),
	near(
		'stores',
		0.034,
		told('pairs_sharing_ten', 'buyers', '%', 'pairs of stores that share ten buyers', '有十名以上共同买家的店铺对'),
	),
	near(
		'stores',
		0.03,
		told(
			'overlap_p99',
			'buyers',
			'share',
			'overlap of buyers, 99th percentile of pairs',
			'买家重合度，店铺对的第 99 百分位',
		),
	),
	near(
		'stores',
		0.1,
		told('overlap_p9999', 'buyers', 'share', 'overlap of buyers, 99.99th percentile', '买家重合度，第 99.99 百分位'),
	),
	near(
		'stores',
		0.21,
		told('overlap_most', 'buyers', 'share', 'overlap of buyers, the most of any pair', '买家重合度，最大值'),
	),
	near(
		'stores',
		64,
		told('close_buyers', 'buyers', 'pairs', 'pairs of buyers who share four stores', '共同光顾四家店铺的买家对'),
	),
	near(
		'stores',
		3,
		told(
			'components',
			'buyers',
			'groups',
			'groups of stores that hang together by any buyer',
			'由任一买家相连的店铺群',
		),
	),
	near('stores', 6.1, told('returning', 'buyers', '%', 'buyers who come back to a store', '再次光顾同一店铺的买家')),
];

const sizes: readonly MarketFact[] = [
	near('stores', 104, told('buyers_p50', 'sizes', 'buyers', 'buyers of a store, median', '店铺买家数，中位数')),
	near(
		'stores',
		618,
		told('buyers_p90', 'sizes', 'buyers', 'buyers of a store, 90th percentile', '店铺买家数，第 90 百分位'),
	),
	near('stores', 6821, told('buyers_most', 'sizes', 'buyers', 'buyers of the largest store', '最大店铺的买家数')),
];

export const MARKET_FACTS: readonly MarketFact[] = [...falls, ...refunds, ...shape, ...buyers, ...sizes];

/** How large a market has to be before a number of it says anything about the fact. */
export interface LargeEnough {
	readonly stores: number;
	readonly item_days: number;
}

/** The largest, and counts of members of the whole market, are compared with a market as large as the real one. */
const AS_REAL = 1994;
const STORES: Readonly<Record<string, number>> = {
	returning: 30,
	buyers_p50: 50,
	buyers_p90: 100,
	pairs_sharing_any: 100,
	pairs_sharing_ten: 250,
	overlap_p99: 100,
	overlap_p9999: 250,
	overlap_most: AS_REAL,
	close_buyers: AS_REAL,
	components: AS_REAL,
	buyers_most: AS_REAL,
};
const ITEM_DAYS: Readonly<Record<string, number>> = {
	fall_90_within_15: 500_000,
	fallen_together: 500_000,
	returning: 0,
};
const SOME_ITEM_DAYS = 100_000;

export function comparedFrom({ id, group }: MarketFact): LargeEnough {
	const ofPrices = group === 'falls' || group === 'refund' || group === 'shape';
	return { stores: STORES[id] ?? 1, item_days: ITEM_DAYS[id] ?? (ofPrices ? SOME_ITEM_DAYS : 0) };
}

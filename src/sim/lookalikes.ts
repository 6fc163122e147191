/**
 * Casts the honest look-alikes: how many of each, in a market of 1,200 honest stores, and who plays them. What they do
 * is beside: sales in `lookalike-sales.ts`, stores in `lookalike-stores.ts`; shoppers are sent from here.
 */
import type { StoreId } from '../core/words/ids.js';
import { DAY } from '../core/words/time.js';
import type { Calendar } from './calendar.js';
import type { Cast, Planner } from './cast.js';
import { address, type Buyer, device, ipAddress, newPapers, paymentAccount } from './identity.js';
import { clearance, festivalFlash, priceTooHigh, priceTooLow } from './lookalike-sales.js';
import {
	agentsAddress,
	digitalGoods,
	normalClosing,
	sister,
	staffPurchases,
	viralNewcomer,
} from './lookalike-stores.js';
import { LOOKALIKES, type LookalikeName, type MarketOptions } from './options.js';
import { WIND_DOWN } from './trade.js';

type Casting = (cast: Cast, count: number) => void;

const single =
	(kind: LookalikeName, planner: Planner, everyThird = planner): Casting =>
	(cast, count) => {
		for (let i = 0; i < count; i++)
			cast.lookalike(
				kind,
				cast.giveEach(1, () => (i % 3 === 0 ? everyThird : planner)),
			);
	};

/** Instances among 1,200 honest stores, at least one in any market, and how one is cast. */
const STORES: Readonly<Partial<Record<LookalikeName, readonly [count: number, casting: Casting]>>> = {
	'festival-flash': [40, single('festival-flash', festivalFlash)],
	clearance: [12, single('clearance', clearance)],
	'price-too-low': [10, single('price-too-low', priceTooLow(false), priceTooLow(true))],
	'price-too-high': [10, single('price-too-high', priceTooHigh)],
	'viral-newcomer': [6, single('viral-newcomer', viralNewcomer)],
	'digital-goods': [12, single('digital-goods', digitalGoods)],
	'staff-purchases': [8, single('staff-purchases', staffPurchases)],
	'normal-closing': [10, single('normal-closing', normalClosing)],
	sisters: [4, castSisters],
	'registration-agent': [1, castAgentsClients],
};

/** Gives the wished look-alikes their stores. A market too short to wind a store down has none that closes. */
export function castLookalikes(cast: Cast, options: MarketOptions, calendar: Calendar): void {
	for (const kind of wished(options)) {
		const [per1200, casting] = STORES[kind] ?? [0, undefined];
		if (kind === 'normal-closing' && calendar.days * DAY < 2 * WIND_DOWN) continue;
		casting?.(cast, instances(per1200, options));
	}
}

/** Sends the shoppers with a part to play to ordinary stores; after all stores have their roles. */
export function sendShoppers(cast: Cast, options: MarketOptions): void {
	const kinds = wished(options);
	const measured = options.trade === 'measured';
	if (kinds.includes('families')) for (let i = instances(20, options); i > 0; i--) sendFamily(cast, measured);
	if (kinds.includes('claim-bots')) for (let i = instances(15, options); i > 0; i--) sendClaimBot(cast, measured);
}

const wished = ({ lookalikes }: MarketOptions): readonly LookalikeName[] =>
	lookalikes === 'all' ? LOOKALIKES : lookalikes === 'none' ? [] : lookalikes;

const instances = (per1200: number, { honestStores }: MarketOptions): number =>
	Math.max(1, Math.round((per1200 * honestStores) / 1200));

/** Four to six stores of one owner, and some buyers who like two or three of them. */
function castSisters(cast: Cast, count: number): void {
	for (let group = 0; group < count; group++) {
		const { random } = cast;
		const owner = newPapers(random);
		const stores = cast.giveEach(random.between(4, 6), () => sister(owner));
		for (let fans = random.between(10, 30); fans > 0; fans--) {
			cast.visit(cast.population.someone({}), random.some(stores, random.between(2, 3)));
		}
		cast.lookalike('sisters', stores);
	}
}

/** Sixty stores (a twentieth of a small market) registered at one agent's address. */
function castAgentsClients(cast: Cast, count: number): void {
	const clients = Math.min(60 * count, Math.ceil(cast.all.length / 20));
	const agents = address(cast.random);
	cast.lookalike(
		'registration-agent',
		cast.giveEach(clients, () => agentsAddress(agents)),
	);
}

/** Three to five people with one tablet and one address who buy in the same stores. */
function sendFamily(cast: Cast, measured: boolean): void {
	const { random, population } = cast;
	const home = { device: device(random), address: address(random), ip: ipAddress(random) };
	const purse = random.chance(40) ? { payment: paymentAccount(random) } : {};
	const members: Buyer[] = Array.from({ length: random.between(3, 5) }, () =>
		population.someone({ ...home, ...purse }),
	);
	const stores = cast.ordinary(measured && !random.chance(15) ? random.between(2, 3) : random.between(2, 4));
	for (const member of members) cast.visit(member, stores);
	cast.lookalike('families', [], members);
}

/** A heavy shopper whose browser extension asks for every difference within minutes, also where sales are. */
function sendClaimBot(cast: Cast, measured: boolean): void {
	const buyer = cast.population.someone({ claims: 'at-once' });
	const sales: StoreId[] = cast.lookalikes
		.filter(({ kind }) => kind === 'festival-flash' || kind === 'clearance' || kind === 'digital-goods')
		.flatMap(({ stores }) => stores);
	const [least, most] = measured ? heavy(cast.all.length) : [20, 40];
	cast.visit(buyer, [...cast.ordinary(cast.random.between(least, most)), ...cast.random.some(sales, 4)]);
	cast.lookalike('claim-bots', [], [buyer]);
}

/** How many stores a heavy shopper visits: in a small market fewer, or a handful of people would tie all stores. */
function heavy(stores: number): readonly [least: number, most: number] {
	const share = Math.min(1, stores / 1200);
	return [Math.ceil(6 + 14 * share), Math.ceil(8 + 32 * share)];
}

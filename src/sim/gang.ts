/**
 * A gang after the founding case: people who hold stores on bought licences, keep bought shopper accounts, and take
 * turns in waves. Here is who they are and what they share; what one store does in its turn is in `gang-store.ts`.
 */
import type { StoreId } from '../core/words/ids.js';
import type { Cast } from './cast.js';
import { gangStore } from './gang-store.js';
import type { GangTurn } from './gang-turn.js';
import {
	address,
	bankAccount,
	type Buyer,
	device,
	newPapers,
	type Papers,
	paymentAccount,
	person,
	phone,
} from './identity.js';
import type { GangOptions } from './options.js';
import { Random } from './random.js';

export interface GangPerson {
	readonly id: string;
	readonly stores: StoreId[];
	readonly buyers: Buyer[];
}

export interface Gang {
	readonly attack: string | null;
	readonly people: readonly GangPerson[];
	readonly stores: readonly StoreId[];
	readonly buyers: readonly Buyer[];
}

/** What one person works with. */
interface Kit {
	readonly person: GangPerson;
	readonly bank: string;
	readonly phone: string;
	readonly devices: readonly string[];
	readonly payments: readonly string[];
	readonly address: string;
}

/** Gives the gang its stores, accounts and turns. */
export function formGang(cast: Cast, seed: number, number: number, options: GangOptions, days: number): Gang {
	const random = new Random(seed, 'gang', number);
	const kits = equip(random, options.people);
	const buyers = Array.from({ length: options.buyers }, (_, i) => account(cast, random, kits, i, options));
	const turnDays = waves(random, options, days);
	const stores: StoreId[] = [];
	for (let i = 0; i < options.stores; i++) {
		const kit = kits[i % kits.length] as Kit; // there is a kit for each person
		const papers = options.papers === 'clean' ? newPapers(random) : sharedPapers(random, kit, kits);
		const turn: GangTurn = {
			options,
			papers,
			day: turnDays[i] ?? 0,
			buyers: crew(random, options, kit.person.buyers, buyers),
		};
		const storeId = cast.give((scene, id) => gangStore(scene, id, turn));
		if (storeId === undefined) continue;
		stores.push(storeId);
		kit.person.stores.push(storeId);
	}
	return { attack: options.attack ?? null, people: kits.map((kit) => kit.person), stores, buyers };
}

/** Accounts also buy some things in honest stores, so that they look like shoppers. */
export function camouflage(cast: Cast, gang: Gang): void {
	for (const buyer of gang.buyers) cast.visit(buyer, cast.ordinary(cast.random.between(0, 4)));
}

/** Neighbours lend each other a device; two in three use the cashier's accounts as well. */
function equip(random: Random, people: number): Kit[] {
	const cashier = paymentAccount(random);
	const devices = Array.from({ length: people }, () => device(random));
	return devices.map((own, i) => ({
		person: { id: person(random), stores: [], buyers: [] },
		bank: bankAccount(random),
		phone: phone(random),
		devices: i % 3 === 2 ? [own, device(random)] : [own, devices[(i + 1) % people] as string],
		payments: i % 3 === 0 ? [paymentAccount(random)] : [paymentAccount(random), cashier],
		address: address(random),
	}));
}

function account(cast: Cast, random: Random, kits: readonly Kit[], number: number, { papers }: GangOptions): Buyer {
	const kit = kits[number % kits.length] as Kit; // there is a kit for each person
	const buyer =
		papers === 'clean'
			? cast.population.someone({ claims: 'now-and-then' })
			: cast.population.someone({
					claims: 'now-and-then',
					...(random.chance(55) ? { device: random.pick(kit.devices) } : {}),
					...(random.chance(50) ? { payment: random.pick(kit.payments) } : {}),
					...(random.chance(40) ? { address: kit.address } : {}),
				});
	kit.person.buyers.push(buyer);
	return buyer;
}

/** Three stores in ten carry clean papers and are tied to the rest by buyers only. */
function sharedPapers(random: Random, kit: Kit, kits: readonly Kit[]): Papers {
	const papers = newPapers(random);
	if (random.chance(30)) return papers;
	return {
		...papers,
		...(random.chance(35) ? { person: kit.person.id } : {}),
		...(random.chance(60) ? { bank: random.chance(80) ? kit.bank : (kits[0] as Kit).bank } : {}),
		...(random.chance(45) ? { phone: kit.phone } : {}),
		...(random.chance(70) ? { device: random.pick(kit.devices) } : {}),
		...(random.chance(20) ? { address: kit.address } : {}),
	};
}

/** Who buys in a store: a few accounts of the holder's own and several of the others'. */
function crew(random: Random, options: GangOptions, own: readonly Buyer[], all: readonly Buyer[]): Buyer[] {
	const [least, most] = options.salesPerStore ?? [6, 9];
	const count = random.between(least, most);
	const mine = random.some(own, Math.ceil(count / 3));
	const others = all.filter((buyer) => !mine.includes(buyer));
	const crewed = [...mine, ...random.some(others, count - mine.length)];
	// A small gang's accounts buy more than once.
	while (crewed.length < count) crewed.push(random.pick(all));
	return crewed;
}

/** The day of each store's turn: three to six stores within a few days, then a pause. */
function waves(random: Random, options: GangOptions, days: number): number[] {
	const earliest = options.past === 'trusted' ? Math.floor(days * 0.55) : Math.min(30, Math.floor(days / 4));
	const [first, last] = options.activeDays ?? [Math.min(earliest, days - 30), days - 25];
	const sizes: number[] = [];
	for (let left = options.stores; left > 0; left -= sizes.at(-1) ?? left)
		sizes.push(Math.min(left, random.between(3, 6)));
	const pause = (last - first) / sizes.length;
	const turns = sizes.flatMap((size, wave) =>
		Array.from({ length: size }, () => Math.floor(first + (wave + 0.3) * pause) + random.between(0, 3)),
	);
	return random.shuffle(turns);
}

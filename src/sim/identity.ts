/** Who people and stores are on paper: licences, accounts, phones, devices, addresses. All invented. */
import type { BuyerId } from '../core/words/ids.js';
import { Random } from './random.js';

/** What a store registered with. */
export interface Papers {
	readonly licence: string;
	readonly person: string;
	readonly bank: string;
	readonly phone: string;
	readonly device: string;
	readonly ip: string;
	readonly address: string;
}

/** `at-once`: minutes after any fall, as robots do. `always`: every line, within hours. `patiently`: not in the first half hour. */
export type ClaimHabit = 'now-and-then' | 'at-once' | 'always' | 'patiently';

export interface Buyer {
	readonly id: BuyerId;
	readonly device: string;
	readonly ip: string;
	readonly address: string;
	readonly payment: string;
	readonly claims: ClaimHabit;
}

const CITIES = [
	'Shanghai',
	'Hangzhou',
	'Suzhou',
	'Nanjing',
	'Shenzhen',
	'Guangzhou',
	'Beijing',
	'Chengdu',
	'Wuhan',
	"Xi'an",
];
const ROADS = ['Zhongshan', 'Renmin', 'Jiefang', 'Heping', 'Xinhua', 'Changjiang', 'Huaihai', 'Jianshe', 'Guangming'];
const SIDES = ['East', 'South', 'West', 'North', 'Middle'];

export function address(random: Random): string {
	const street = `${random.between(1, 1999)} ${random.pick(ROADS)} Road ${random.pick(SIDES)}`;
	return `${random.pick(CITIES)} ${street} building ${random.between(1, 40)} room ${random.between(1, 32)}0${random.between(1, 9)}`;
}

export const person = (random: Random): string => `ID-${random.hex(12)}`;
export const bankAccount = (random: Random): string => `62${random.digits(17)}`;
export const phone = (random: Random): string => `13${random.digits(9)}`;
export const device = (random: Random): string => `d-${random.hex(16)}`;
export const paymentAccount = (random: Random): string => `pay-${random.hex(14)}`;
export const ipAddress = (random: Random): string =>
	`${random.between(36, 223)}.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`;

export function newPapers(random: Random): Papers {
	return {
		licence: `9131${random.hex(14).toUpperCase()}`,
		person: person(random),
		bank: bankAccount(random),
		phone: phone(random),
		device: device(random),
		ip: ipAddress(random),
		address: address(random),
	};
}

/** Every how many buyers (in a hundred) let a browser extension claim for them. */
const ROBOT_PERCENT = 1.5;
/** Mobile carriers put many phones behind one address. */
const CARRIER_PERCENT = 35;
const CARRIER_IPS = 3000;
/** What part of the circle is one neighbourhood. */
export const NEIGHBOURHOOD = 0.02;
/** A prime above any number of buyers: multiplying modulo it scatters ids, so that they tell nothing. */
const ID_SPACE = 99_999_989;
const ID_STEP = 61_803_399;

/** All shopper accounts. Honest ones are made from their number whenever needed: nobody has to remember them. */
export class Population {
	private readonly seed: number;
	private readonly size: number;
	private readonly local: number;
	private nextNumber: number;

	/**
	 * @param size honest shoppers who buy anywhere.
	 * @param local those who buy in a neighbourhood; after them are numbered those with a part to play.
	 */
	constructor(seed: number, size: number, local = 0) {
		this.seed = seed;
		this.size = size;
		this.local = local;
		this.nextNumber = size + local;
	}

	/** An ordinary shopper. */
	anyone(random: Random): Buyer {
		return this.account(random.below(this.size), {});
	}

	/** One of those who live about a place. @param place 32 bits: neighbourhoods lie on a circle. */
	neighbour(random: Random, place: number): Buyer {
		const away = Math.floor(random.below(2 ** 32) * NEIGHBOURHOOD);
		const at = ((place + away) >>> 0) / 2 ** 32;
		return this.account(this.size + Math.floor(at * this.local), {});
	}

	/** A shopper nobody meets by chance. */
	someone(traits: Partial<Omit<Buyer, 'id'>>): Buyer {
		return this.account(this.nextNumber++, traits);
	}

	private account(number: number, traits: Partial<Omit<Buyer, 'id'>>): Buyer {
		const random = new Random(this.seed, 'buyer', number);
		return {
			id: `B${String((number * ID_STEP) % ID_SPACE).padStart(8, '0')}` as BuyerId,
			claims: random.chance(ROBOT_PERCENT) ? 'at-once' : 'now-and-then',
			device: device(random),
			payment: paymentAccount(random),
			address: address(random),
			ip: random.chance(CARRIER_PERCENT) ? carrierIp(random) : ipAddress(random),
			...traits,
		};
	}
}

function carrierIp(random: Random): string {
	const number = random.below(CARRIER_IPS);
	return `117.136.${number >> 8}.${number & 255}`;
}

/** Which shopper accounts were seen: a bit each, so that a market of any size needs a dozen megabytes and no more. */
export class BuyerSet {
	private readonly bits = new Uint32Array(Math.ceil(ID_SPACE / 32));
	size = 0;

	add(id: BuyerId): void {
		const number = Number(id.slice(1));
		const [word, bit] = [number >>> 5, 1 << (number & 31)];
		const before = this.bits[word] ?? 0;
		if ((before & bit) !== 0) return;
		this.bits[word] = before | bit;
		this.size++;
	}
}

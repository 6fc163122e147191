/**
 * Who plays what: every store of the market gets an id that tells nothing, a role and, if it is not an ordinary one,
 * the plan of its role. Roles are given out before any store is planned, so that stores can then be made one by one.
 */
import type { StoreId } from '../core/words/ids.js';
import type { Buyer, Population } from './identity.js';
import type { LookalikeName } from './options.js';
import type { StorePlan } from './plan.js';
import { Random } from './random.js';
import { honestStore, type Scene } from './trade.js';

export type Planner = (scene: Scene, storeId: StoreId) => StorePlan;

/** The members of one honest look-alike: some are stores, some are buyers. */
export interface Lookalike {
	readonly kind: LookalikeName;
	readonly stores: readonly StoreId[];
	readonly buyers: readonly Buyer[];
}

export class Cast {
	readonly random: Random;
	readonly population: Population;
	readonly lookalikes: Lookalike[] = [];
	readonly visits = new Map<StoreId, Buyer[]>();
	readonly all: readonly StoreId[];
	private readonly free: StoreId[];
	private readonly planners = new Map<StoreId, Planner>();

	constructor(seed: number, stores: number, population: Population) {
		this.population = population;
		this.random = new Random(seed, 'cast');
		this.all = Array.from({ length: stores }, (_, number) => `S${String(number + 1).padStart(5, '0')}` as StoreId);
		this.free = this.random.shuffle(this.all);
	}

	/** Gives a role to a store nobody has yet; nothing if all have one. */
	give(planner: Planner): StoreId | undefined {
		const storeId = this.free.pop();
		if (storeId !== undefined) this.planners.set(storeId, planner);
		return storeId;
	}

	/** Gives one role to several stores. */
	giveEach(count: number, planner: (member: number) => Planner): StoreId[] {
		const given = Array.from({ length: count }, (_, member) => this.give(planner(member)));
		return given.filter((storeId) => storeId !== undefined);
	}

	/** Stores that are still ordinary. */
	ordinary(count: number): StoreId[] {
		return this.random.some(this.free, count);
	}

	visit(buyer: Buyer, stores: readonly StoreId[]): void {
		for (const storeId of stores) this.visits.set(storeId, [...(this.visits.get(storeId) ?? []), buyer]);
	}

	lookalike(kind: LookalikeName, stores: readonly StoreId[], buyers: readonly Buyer[] = []): void {
		if (stores.length + buyers.length > 0) this.lookalikes.push({ kind, stores, buyers });
	}

	/** Where each store stands among all by size, 0..1: every size comes as often as it should, in small markets too. */
	sizeRanks(seed: number): (storeId: StoreId) => number {
		const order = new Random(seed, 'sizes').shuffle(this.all.map((_, place) => place));
		const ranks = Float64Array.from(order, (place) => (place + 0.5) / order.length);
		return (storeId) => ranks[Number(storeId.slice(1)) - 1] ?? 0.5;
	}

	plan(scene: Scene, storeId: StoreId): StorePlan {
		const planner = this.planners.get(storeId);
		return planner === undefined ? honestStore(scene, storeId) : planner(scene, storeId);
	}
}

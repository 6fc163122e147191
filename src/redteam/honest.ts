/**
 * A few scripted honest stores for the goal `suffering`: they have traded for five weeks when the attacker begins, sell
 * one thing a day, withdraw everything once a week, and cut their price twice, as shops do. What gates and scores do to
 * them is counted against the same trade without an attacker, and weighed in yuan by the figures below.
 */
import { add, excess, type Minor, shareDown, ZERO } from '../core/words/money.js';
import type { OrderLineId } from '../core/words/ids.js';
import { DAY, HOUR } from '../core/words/time.js';
import { papersOf } from './papers.js';
import type { Line } from './cash.js';
import { Platform } from './platform.js';
import { inMinor, type Setting } from './setting.js';

const STORES = 3;
const BEFORE_DAYS = 35;
/** Hours after the attacker begins, and the share of the usual price. */
const CUTS = [
	{ day: 10, percent: 85 },
	{ day: 13, percent: 100 },
	{ day: 24, percent: 70 },
	{ day: 28, percent: 100 },
] as const;
const USUAL = 200;
const TRAVEL = 3 * DAY;
const CLAIMS_EVERY = 3;

/** What each kind of harm weighs, in yuan: a store wrongly flagged, a cut held, and 1,000 yuan kept back for a day. */
const WEIGHTS = { flagged: 20_000, heldCut: 2000, thousandDays: 1 } as const;
/** An attack that costs less than this is counted as costing this. */
const LEAST_COST = 1000;

export interface Harm {
	readonly flagged: number;
	readonly heldCuts: number;
	/** Yuan x days that honest withdrawals were kept back. */
	readonly delayedAmountDays: number;
}

export interface Suffering extends Harm {
	/** Harm in yuan for each 1,000 yuan the attack cost, in minor units. */
	readonly worth: number;
	readonly cost: Minor;
}

const quiet = new WeakMap<Setting, Harm>();

/** The same trade without anybody else. */
function quietHarm(setting: Setting): Harm {
	let harm = quiet.get(setting);
	if (harm === undefined) {
		const trade = new HonestTrade(new Platform(setting));
		trade.begin();
		trade.end();
		harm = trade.harm;
		quiet.set(setting, harm);
	}
	return harm;
}

export class HonestTrade {
	private readonly platform: Platform;
	private readonly days: number;
	private heldCuts = 0;
	private delayed = 0;
	private count = 0;

	constructor(platform: Platform) {
		this.platform = platform;
		this.days = platform.setting.means.days;
	}

	/** Plans all of their trade and plays the weeks before the attacker comes. */
	begin(): void {
		for (let i = 1; i <= STORES; i++) this.planStore(`honest${i}`, i);
		this.platform.pass(BEFORE_DAYS * DAY);
		this.platform.beginNow();
	}

	end(): void {
		const { platform } = this;
		platform.pass(Math.max(0, platform.begin + this.days * DAY - platform.now));
	}

	/** Counted so far. */
	get harm(): Harm {
		const { book, risk } = this.platform.desk.core;
		const flagged = book.stores.filter(({ id, index }) => id.startsWith('honest') && isFlagged(index)).length;
		return { flagged, heldCuts: this.heldCuts, delayedAmountDays: this.delayed };

		function isFlagged(index: number): boolean {
			return risk.stores[index]?.flaggedAt !== undefined;
		}
	}

	/** What the attack added. */
	suffering(cost: Minor): Suffering {
		const { setting } = this.platform;
		const before = quietHarm(setting);
		const now = this.harm;
		const harm = {
			flagged: now.flagged - before.flagged,
			heldCuts: now.heldCuts - before.heldCuts,
			delayedAmountDays: Math.round(now.delayedAmountDays - before.delayedAmountDays),
		};
		const yuan =
			harm.flagged * WEIGHTS.flagged +
			harm.heldCuts * WEIGHTS.heldCut +
			(harm.delayedAmountDays / 1000) * WEIGHTS.thousandDays;
		const unit = inMinor(1, setting.currency);
		const thousands = Math.max(cost, LEAST_COST * unit) / (1000 * unit);
		return { ...harm, worth: Math.round((yuan * unit) / thousands), cost };
	}

	private planStore(store: string, nth: number): void {
		const { platform } = this;
		const { currency } = platform.setting;
		const price = inMinor(USUAL * nth, currency);
		const total = BEFORE_DAYS + this.days;
		const verified = { licence_no: 'confirmed', bank_account: 'confirmed' };
		platform.plan(nth * HOUR, () => {
			const deposit = inMinor(5000, currency);
			const papers = papersOf(store);
			platform.tell({ type: 'store.apply', store_id: store, deposit, verified, ...papers });
			this.setPrice(store, price);
		});
		for (let day = 1; day < total; day++) platform.plan(day * DAY + (9 + nth) * HOUR, () => this.sells(store));
		for (let day = 7; day <= total; day += 7) platform.plan(day * DAY + 8 * HOUR, () => this.withdraws(store));
		for (const { day, percent } of CUTS) {
			const asked = shareDown(price, percent * 10_000);
			platform.plan((BEFORE_DAYS + day + nth) * DAY, () => this.setPrice(store, asked));
		}
	}

	private setPrice(store: string, price: Minor): void {
		const outcome = this.platform.tell({ type: 'price.propose', store_id: store, sku_id: 'k1', price });
		if (outcome?.verdict === 'hold') this.heldCuts++;
		this.platform.plan(6 * HOUR, () => {
			for (const line of this.platform.lines.values())
				if (line.store === store && !line.isOwn && line.unit > price && Number(line.id.slice(1)) % CLAIMS_EVERY === 0)
					this.platform.claim(line);
		});
	}

	private sells(store: string): void {
		const unit = this.platform.price(store, 'k1')?.now ?? ZERO;
		const id = `h${++this.count}` as OrderLineId; // ids are made here
		const none = { claimed: ZERO, returned: ZERO, storePart: ZERO };
		const rest = { isOwn: false, isProtected: false, isReleased: false, units: 1, ...none };
		const line: Line = { id, store, sku: 'k1', unit, paid: unit, ...rest };
		const buyer = `shopper${this.count}`;
		if (this.platform.sell(line, buyer, 7)) this.platform.plan(TRAVEL, () => this.platform.confirm(line));
	}

	/** Everything, once a week; what is kept back is kept for a week. */
	private withdraws(store: string): void {
		const asked = this.platform.ownMoney(store);
		if (asked === 0) return;
		const outcome = this.platform.withdraw(store, asked);
		const granted = outcome?.verdict === 'hold' ? ZERO : (outcome?.amount ?? ZERO);
		const kept = excess(asked, add(granted, ZERO));
		this.delayed += (kept / inMinor(1, this.platform.setting.currency)) * 7;
	}
}

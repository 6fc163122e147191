/**
 * The naive book: what the contract and the numbered rules say, in the slowest and plainest way. Every movement of
 * money is one entry in a list, every account is that list added up again, every sum is taken over all lines, every
 * price is tried one by one. It shares no code with the book it checks, so where the two agree both are likely right.
 *
 * Amounts are plain numbers of minor units, times are milliseconds. It forgets nothing.
 */
import type { Programme } from '../../src/core/programme/schema.js';
import type { Fact, RecordOf } from '../../src/core/words/record.js';

const DAY_MS = 86_400_000;

export interface NaiveLine {
	readonly id: string;
	readonly store: NaiveStore;
	readonly sku: string;
	readonly buyer: string;
	readonly unit: number;
	/** The protected price of a unit. */
	readonly base: number;
	/** Whether it ever had a guarantee. */
	readonly promised: boolean;
	/** Second of payment, rounded down. */
	readonly paidS: number;
	quantity: number;
	/** Last second of the window. */
	endS: number;
	open: boolean;
	/** Whether its proceeds still wait to be released. */
	unreleased: boolean;
	delivered: boolean;
	refunded: number;
	fromHeld: number;
	goodwill: number;
	/** Commission that gave way to the line's own reserve; taken when that comes free. */
	fee: number;
	/** What it was sold under. */
	readonly programme: Programme;
}

export interface NaiveStore {
	readonly id: string;
	closed: boolean;
	/** How much of the reserves the deposit has lent. */
	lent: number;
	unexplained: number;
	advanced: number;
	recovered: number;
	/** Lines with something due on them, in the order in which that began. */
	triggered: NaiveLine[];
}

interface Item {
	readonly store: NaiveStore;
	readonly sku: string;
	price: number | undefined;
	reference: number | undefined;
	pricedAt: number | undefined;
}

interface Move {
	readonly store: NaiveStore;
	readonly from: string;
	readonly to: string;
	readonly amount: number;
}

interface PaidClaim {
	readonly buyer: string;
	readonly store: string;
	readonly at: number;
	readonly amount: number;
	/** Of the line that it was paid on. */
	readonly programme: Programme;
}

/** What a gate should say; figures it does not give are absent. */
export interface NaiveAnswer {
	readonly verdict: string;
	readonly because?: string;
	readonly triggered?: number;
	readonly free_funds?: number;
	readonly top_up?: number;
	readonly deepest_funded_price?: number;
	readonly amount?: number;
	readonly headroom?: number;
	readonly deposit_required?: number;
}

/** What the naive book cannot know by itself. */
export interface NaiveSetting {
	/** The book's own programme, for what all of them agree on. */
	readonly programme: Programme;
	/** What this store sells under now. */
	readonly sellsUnder: (store: string) => Programme;
	readonly commissionBasisPoints: number;
	/** Share of unsecured open value that must stay, in per cent, for this store now. */
	readonly marginPercent: (store: string) => number;
	/** Share of open value that the deposit must reach, in per cent, for this store now; and the least of all. */
	readonly depositPercent: (store: string) => number;
	readonly minimumDeposit: number;
}

/** Decimal yuan as fen. */
const fen = (text: string): number => Math.round(Number(text) * 100);
const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
const heldOf = (line: NaiveLine): string => `held of ${line.id}`;
const reserveOf = (line: NaiveLine): string => `reserve of ${line.id}`;

export class NaiveBook {
	readonly stores: NaiveStore[] = [];
	readonly lines: NaiveLine[] = [];
	now = 0;
	private readonly items: Item[] = [];
	private readonly moves: Move[] = [];
	private readonly claims: PaidClaim[] = [];
	private readonly setting: NaiveSetting;
	private readonly programme: Programme;

	constructor(setting: NaiveSetting) {
		this.setting = setting;
		this.programme = setting.programme;
	}

	// What the book says

	store(id: string): NaiveStore {
		return this.stores.find((store) => store.id === id) as NaiveStore;
	}

	line(id: string): NaiveLine {
		return this.lines.find((line) => line.id === id) as NaiveLine;
	}

	/** An account: everything that ever came to it less everything that ever left it. */
	account(store: NaiveStore, name: string): number {
		const mine = this.moves.filter((move) => move.store === store);
		return (
			sum(mine.filter(({ to }) => to === name).map(({ amount }) => amount)) -
			sum(mine.filter(({ from }) => from === name).map(({ amount }) => amount))
		);
	}

	held = (line: NaiveLine): number => this.account(line.store, heldOf(line));
	reserve = (line: NaiveLine): number => this.account(line.store, reserveOf(line));
	due = (line: NaiveLine): number => this.storePart(line, this.claimable(line));
	own = (line: NaiveLine): number => Math.min(this.due(line), this.held(line));
	gap = (line: NaiveLine): number => this.due(line) - this.own(line) - this.reserve(line);

	linesOf(store: NaiveStore): NaiveLine[] {
		return this.lines.filter((line) => line.store === store);
	}

	total(store: NaiveStore, part: (line: NaiveLine) => number): number {
		return sum(this.linesOf(store).map(part));
	}

	/** [BK5] What the line could cost at most. */
	mostCost(line: NaiveLine): number {
		return line.open ? Math.max(0, Math.min(line.base, line.unit) * line.quantity - line.refunded - line.goodwill) : 0;
	}

	openValue = (store: NaiveStore): number => this.total(store, (line) => this.mostCost(line));
	exposed = (store: NaiveStore): number =>
		this.total(store, (line) => Math.max(0, this.mostCost(line) - this.held(line)));

	freeFunds(store: NaiveStore): number {
		return sum(this.programme.funding.map((name) => this.account(store, name)));
	}

	/** [PO1] [PO2] */
	headroom(store: NaiveStore): number {
		const unsecured = Math.max(0, this.exposed(store) - this.total(store, (line) => this.reserve(line)));
		const margin = Math.ceil((unsecured * this.setting.marginPercent(store.id)) / 100);
		const kept = Math.max(0, margin - this.account(store, 'deposit'));
		return Math.max(0, this.account(store, 'balance') - kept);
	}

	/** [BK1] [BK2] [PR8] [PR9] [PR10] At the item's reference price, or at another. */
	claimable(line: NaiveLine, reference = this.item(line.store, line.sku).reference): number {
		if (!line.open || reference === undefined) return 0;
		const { repeat, caps, minimum_difference } = line.programme;
		if (repeat === 'none' && line.refunded > 0) return 0;
		const fall = Math.max(0, line.base - reference) * line.quantity;
		const { line: lineCap } = caps;
		const difference = Math.max(0, Math.min(fall, lineCap === undefined ? fall : fen(lineCap)) - line.refunded);
		if (difference < fen(minimum_difference)) return 0;
		return Math.min(
			difference,
			Math.max(0, Math.min(line.base, line.unit) * line.quantity - line.refunded - line.goodwill),
		);
	}

	// What the gates should say

	/** [PG1] to [PG6]. */
	askPrice(record: { at: number; store_id: string; sku_id: string; price: number; coupon?: number | undefined }) {
		const store = this.store(record.store_id);
		const item = this.item(store, record.sku_id);
		const free = this.freeFunds(store);
		if (store.closed) return { verdict: 'refuse', because: 'store_closed' } satisfies NaiveAnswer;
		if (item.pricedAt !== undefined && record.at < item.pricedAt)
			return { verdict: 'approve', because: 'price_late' } satisfies NaiveAnswer;
		const cost = this.costOf(item, this.reference(record.price, record.coupon));
		// [PG6] The lowest price that is funded, tried one by one from nothing.
		let deepest = 0;
		while (this.costOf(item, this.reference(deepest, record.coupon)).needed > free) deepest++;
		return {
			verdict: cost.needed <= free ? 'approve' : 'hold',
			triggered: cost.triggered,
			free_funds: free + cost.own,
			top_up: cost.needed <= free ? 0 : cost.needed + this.paidFirst(store) - free,
			deepest_funded_price: deepest,
		} satisfies NaiveAnswer;
	}

	/** What a top-up would pay before it funds a cut: debts, and the gaps there are. */
	private paidFirst(store: NaiveStore): number {
		const owed = this.account(store, 'owed') + this.account(store, 'refunds owed');
		return this.total(store, (line) => this.gap(line)) - owed;
	}

	/** [CL1] to [CL9]. */
	askClaim(record: { at: number; order_line_id: string; traits?: readonly string[] | undefined }): NaiveAnswer {
		const line = this.line(record.order_line_id);
		const refuse = (because: string): NaiveAnswer => ({ verdict: 'refuse', because, amount: 0 });
		if (!line.promised || record.at < line.paidS * 1000) return refuse('not_protected');
		if (line.endS * 1000 < record.at) return refuse('window_ended');
		if (line.quantity === 0) return refuse('line_refunded');
		if (record.traits?.some((trait) => line.programme.exclude.at_claim.includes(trait)))
			return refuse('claim_excluded');
		const due = this.claimable(line);
		if (due === 0) return { verdict: 'refuse', amount: 0 };
		const amount = Math.min(due, this.capLeft(line, record.at));
		if (amount === 0) return refuse('cap_reached');
		const secured = this.own(line) + this.reserve(line);
		if (secured < this.storePart(line, amount)) return { verdict: 'hold', because: 'funds_short', amount };
		return { verdict: amount < due ? 'limit' : 'approve', amount };
	}

	/** [PO2] [PO3] [PO4]. */
	askPayout(record: { store_id: string; amount: number }): NaiveAnswer {
		const headroom = this.headroom(this.store(record.store_id));
		if (record.amount <= headroom) return { verdict: 'approve', amount: record.amount, headroom };
		return { verdict: headroom > 0 ? 'limit' : 'hold', amount: headroom, headroom };
	}

	/** [AG5], for stores that share no papers. */
	askAdmission({ deposit }: { deposit: number }): NaiveAnswer {
		const { minimumDeposit } = this.setting;
		return { verdict: deposit < minimumDeposit ? 'hold' : 'approve', deposit_required: minimumDeposit };
	}

	/** [GG1] [GG3]. */
	askGuarantee({ store_id }: { store_id: string }): NaiveAnswer {
		const store = this.store(store_id);
		const share = Math.ceil((this.openValue(store) * this.setting.depositPercent(store_id)) / 100);
		const required = Math.max(this.setting.minimumDeposit, share);
		const posted = this.account(store, 'deposit') + store.lent;
		const approved = !store.closed && posted >= required;
		return { verdict: approved ? 'approve' : 'refuse', deposit_required: required };
	}

	// What happens

	/** Windows whose last second is over end, in order; then what the record says happens. */
	pass(at: number): void {
		if (at <= this.now) return;
		this.now = at;
		const over = this.lines.filter((line) => line.open && line.endS * 1000 < at);
		for (const line of over.sort((a, b) => a.endS - b.endS)) this.end(line);
	}

	apply(fact: Fact): void {
		switch (fact.type) {
			case 'store.opened':
				this.openStore(fact);
				return;
			case 'store.closed':
				this.store(fact.store_id).closed = true;
				return;
			case 'deposit.received':
				this.move(this.store(fact.store_id), 'bank', 'deposit', fact.amount);
				this.settle(this.store(fact.store_id), []);
				return;
			case 'deposit.returned':
				this.returnDeposit(fact);
				return;
			case 'withdrawal.paid':
				this.withdraw(fact);
				return;
			case 'price.changed':
				this.changePrice(fact);
				return;
			case 'order.paid':
				this.pay(fact);
				return;
			case 'order.delivered':
				this.deliver(fact);
				return;
			case 'order.released':
				this.release(fact);
				return;
			case 'order.refunded':
				this.refund(fact);
				return;
			case 'claim.paid':
				this.payClaim(fact);
				return;
			case 'store.labelled':
				return;
		}
	}

	private openStore(fact: RecordOf<'store.opened'>): void {
		const store = {
			id: fact.store_id,
			closed: false,
			lent: 0,
			unexplained: 0,
			advanced: 0,
			recovered: 0,
			triggered: [],
		};
		this.stores.push(store);
		this.move(store, 'bank', 'deposit', fact.deposit);
	}

	/** The free deposit, then what it has lent to reserves; the rest is unexplained. */
	private returnDeposit({ store_id, amount }: RecordOf<'deposit.returned'>): void {
		const store = this.store(store_id);
		let left = amount - this.take(store, 'deposit', 'bank', amount);
		const lent = Math.min(left, store.lent);
		store.lent -= lent;
		left -= this.takeReserves(store, 'bank', lent);
		this.unexplained(store, left);
		this.settle(store, []);
	}

	/** The balance, then reserves that came from it [BK7]; the rest is unexplained. */
	private withdraw({ store_id, amount }: RecordOf<'withdrawal.paid'>): void {
		const store = this.store(store_id);
		let left = amount - this.take(store, 'balance', 'bank', amount);
		const fromBalance = this.total(store, (line) => this.reserve(line)) - store.lent;
		left -= this.takeReserves(store, 'bank', Math.min(left, fromBalance));
		this.unexplained(store, left);
		this.settle(store, []);
	}

	/** [BK10] */
	private unexplained(store: NaiveStore, amount: number): void {
		this.move(store, 'platform', 'bank', amount);
		store.unexplained += amount;
	}

	/** [BK11] [PG2] After a fall the item's lines are secured, latest sale first; a rise only frees money. */
	private changePrice({ store_id, sku_id, price, coupon, at }: RecordOf<'price.changed'>): void {
		const store = this.store(store_id);
		const item = this.item(store, sku_id);
		if (item.pricedAt !== undefined && at < item.pricedAt) return;
		const before = item.reference ?? Number.POSITIVE_INFINITY;
		item.price = price;
		item.reference = this.reference(price, coupon);
		item.pricedAt = at;
		this.settle(store, item.reference < before ? this.openLines(item).reverse() : []);
	}

	/** [OR1] [PR1] [PR2] [PR3] [PR5] [PR6] */
	private pay(fact: RecordOf<'order.paid'>): void {
		const programme = this.setting.sellsUnder(fact.store_id);
		const { clock, exclude } = programme;
		const store = this.store(fact.store_id);
		const excluded =
			fact.protect_days === 0 ||
			(fact.traits ?? []).some((trait) => exclude.traits.includes(trait)) ||
			(fact.category !== undefined && exclude.categories.includes(fact.category));
		const days =
			clock.start === 'delivery' ? clock.undelivered_days : clock.days === 'line' ? fact.protect_days : clock.days;
		const start = clock.start === 'order' ? (fact.ordered_at ?? fact.at) : fact.at;
		const endS = excluded ? Math.floor(fact.at / 1000) : Math.ceil((start + days * DAY_MS) / 1000);
		const line: NaiveLine = {
			id: fact.order_line_id,
			store,
			sku: fact.sku_id,
			buyer: fact.buyer_id,
			unit: fact.unit_price,
			base: this.base(fact, programme),
			promised: !excluded,
			paidS: Math.floor(fact.at / 1000),
			quantity: fact.quantity,
			endS,
			open: !excluded && endS * 1000 >= this.now,
			unreleased: true,
			delivered: false,
			refunded: 0,
			fromHeld: 0,
			goodwill: 0,
			fee: 0,
			programme,
		};
		this.lines.push(line);
		this.move(store, 'buyers', heldOf(line), fact.unit_price * fact.quantity);
		this.settle(store, [line]);
	}

	private base(fact: RecordOf<'order.paid'>, { parts }: Programme): number {
		let base: number = fact.unit_price;
		for (const [part, rule] of Object.entries(parts)) {
			const value = fact.parts?.[part as keyof Programme['parts']] ?? 0;
			if (rule === 'count') base += value;
			if (rule === 'deduct') base = Math.max(0, base - value);
		}
		return base;
	}

	/** [OR2] */
	private deliver({ order_line_id, at }: RecordOf<'order.delivered'>): void {
		const line = this.line(order_line_id);
		if (line.delivered) return;
		line.delivered = true;
		const { start, days } = line.programme.clock;
		if (start !== 'delivery' || days === 'line' || !line.open) return;
		line.endS = Math.ceil((at + days * DAY_MS) / 1000);
		if (line.endS * 1000 < this.now) this.end(line);
	}

	/** [OR3] */
	private release({ order_line_id, amount }: RecordOf<'order.released'>): void {
		const line = this.line(order_line_id);
		if (!line.unreleased) return;
		line.unreleased = false;
		const { store } = line;
		const held = this.held(line);
		const commission = Math.floor((held * this.setting.commissionBasisPoints) / 10_000);
		const net = amount ?? held - commission;
		// What a release names above what is held first gives back what claims had taken from it.
		const paid = net > held ? net - Math.min(line.fromHeld, net - held) : net;
		// What secured the line itself goes on securing it; then comes the store's part, then the platform's.
		const kept = this.own(line);
		const toBalance = Math.max(0, Math.min(paid, held) - kept);
		line.fee = Math.max(0, kept - paid);
		this.move(store, heldOf(line), reserveOf(line), kept);
		this.move(store, heldOf(line), 'balance', toBalance);
		this.move(store, heldOf(line), 'platform', held - kept - toBalance);
		this.move(store, 'platform', 'balance', Math.max(0, paid - held));
		this.settle(store, [line]);
	}

	/** [OR4] */
	private refund({ order_line_id, amount, quantity }: RecordOf<'order.refunded'>): void {
		const line = this.line(order_line_id);
		const { store, unit } = line;
		let units = quantity;
		if (units === undefined) {
			units = 0;
			while (units < line.quantity && (units + 1) * unit <= amount) units++;
		}
		units = Math.min(units, line.quantity);
		let left = amount - this.take(store, heldOf(line), 'buyers', amount);
		for (const name of this.programme.funding) left -= this.take(store, name, 'buyers', left);
		this.move(store, 'refunds owed', 'buyers', left);
		line.quantity -= units;
		line.goodwill += Math.max(0, amount - units * unit);
		if (line.quantity === 0) line.open = false;
		if (line.quantity === 0 && this.held(line) === 0) line.unreleased = false;
		this.settle(store, [line]);
	}

	/** [CL10] */
	private payClaim(fact: RecordOf<'claim.paid'>): void {
		const line = this.line(fact.order_line_id);
		const { store } = line;
		const { amount, recovered: stated } = fact;
		const storePart = this.storePart(line, amount);
		let left = stated ?? storePart;
		const wanted = left;
		const fromHeld = this.take(store, heldOf(line), 'buyers', left);
		left -= fromHeld;
		left -= this.take(store, reserveOf(line), 'buyers', left);
		this.trimLent(store);
		for (const name of this.programme.funding) left -= this.take(store, name, 'buyers', left);
		left -= this.takeReserves(store, 'buyers', left);
		// What a stated recovery says beyond the money we know of came from outside.
		const outside = stated === undefined ? 0 : left;
		const recovered = wanted - left + outside;
		const shortfall = Math.max(0, storePart - recovered);
		this.move(store, 'bank', 'buyers', outside);
		this.move(store, stated === undefined ? 'owed' : 'owed as stated', 'buyers', shortfall);
		this.move(store, 'platform', 'buyers', amount - recovered - shortfall);
		store.advanced += amount;
		store.recovered += recovered;
		line.refunded += amount;
		line.fromHeld += fromHeld;
		this.claims.push({ buyer: line.buyer, store: store.id, at: fact.at, amount, programme: line.programme });
		this.settle(store, [line]);
	}

	/** [BK9] */
	private end(line: NaiveLine): void {
		line.open = false;
		this.settle(line.store, []);
	}

	/**
	 * [BK3] [BK6] [BK8] Brings all of a store's lines in order: what is reserved in excess comes free; the lines that the
	 * record is about are secured; then debts are paid, refunds owed, and other gaps filled, oldest first.
	 */
	private settle(store: NaiveStore, first: readonly NaiveLine[]): void {
		for (const line of this.linesOf(store)) this.free(line);
		for (const line of first) this.fill(line);
		for (const name of this.programme.funding) {
			const paid = this.take(store, name, 'owed', -this.account(store, 'owed'));
			store.recovered += paid;
		}
		for (const name of this.programme.funding)
			this.take(store, name, 'refunds owed', -this.account(store, 'refunds owed'));
		const begun = [...first, ...this.linesOf(store)].filter((line) => !store.triggered.includes(line));
		store.triggered = [...new Set([...store.triggered, ...begun])].filter((line) => this.due(line) > 0);
		for (const line of store.triggered) this.fill(line);
	}

	/** [BK8] Commission still due is taken; then what the deposit lent goes back to it first. */
	private free(line: NaiveLine): void {
		const { store } = line;
		const excess = Math.max(0, this.reserve(line) - (this.due(line) - this.own(line)));
		const fee = Math.min(excess, line.fee);
		this.move(store, reserveOf(line), 'platform', fee);
		line.fee -= fee;
		this.trimLent(store);
		const freed = excess - fee;
		const toDeposit = Math.min(freed, store.lent);
		this.move(store, reserveOf(line), 'deposit', toDeposit);
		this.move(store, reserveOf(line), 'balance', freed - toDeposit);
		store.lent -= toDeposit;
	}

	private fill(line: NaiveLine): void {
		for (const name of this.programme.funding) {
			const filled = this.take(line.store, name, reserveOf(line), this.gap(line));
			if (name === 'deposit') line.store.lent += filled;
		}
	}

	/** [BK7] Reserves that must give way, oldest first. */
	private takeReserves(store: NaiveStore, to: string, wanted: number): number {
		let taken = 0;
		for (const line of store.triggered) taken += this.take(store, reserveOf(line), to, wanted - taken);
		this.trimLent(store);
		return taken;
	}

	private trimLent(store: NaiveStore): void {
		store.lent = Math.min(
			store.lent,
			this.total(store, (line) => this.reserve(line)),
		);
	}

	private costOf(item: Item, reference: number): { triggered: number; own: number; needed: number } {
		const cost = { triggered: 0, own: 0, needed: 0 };
		for (const line of this.openLines(item)) {
			const due = this.storePart(line, this.claimable(line, reference));
			if (due <= this.due(line)) continue;
			const own = Math.min(due, this.held(line));
			cost.triggered += due - this.due(line);
			cost.own += Math.max(0, own - this.own(line));
			cost.needed += Math.max(0, due - own - this.reserve(line) - this.gap(line));
		}
		return cost;
	}

	/** [PR10] What the caps leave for a claim made at this time. */
	private capLeft(line: NaiveLine, at: number): number {
		const { programme } = line;
		const { buyer, store, period } = programme.caps;
		const left = (cap: { amount: string; days: number } | undefined, counts: (claim: PaidClaim) => boolean): number => {
			if (cap === undefined) return Number.POSITIVE_INFINITY;
			const periodOf = (time: number): number => Math.floor(time / (cap.days * DAY_MS));
			const own = this.claims.filter((claim) => claim.programme.name === programme.name);
			const used = own.filter((claim) => counts(claim) && periodOf(claim.at) === periodOf(at));
			return Math.max(0, fen(cap.amount) - sum(used.map(({ amount }) => amount)));
		};
		return Math.min(
			left(buyer, (claim) => claim.buyer === line.buyer),
			left(store, (claim) => claim.store === line.store.id),
			left(period, () => true),
		);
	}

	/** [PR11] The store's part of the next refunds on a line, the sum rounded up. */
	private storePart(line: NaiveLine, amount: number): number {
		const borne = (refunds: number): number => Math.ceil((refunds * line.programme.store_bears_percent) / 100);
		return borne(line.refunded + amount) - borne(line.refunded);
	}

	/** [PR4] */
	private reference(price: number, coupon: number | undefined): number {
		return this.programme.reference === 'checkout' ? Math.max(0, price - (coupon ?? 0)) : price;
	}

	private openLines({ store, sku }: Item): NaiveLine[] {
		return this.lines.filter((line) => line.open && line.store === store && line.sku === sku);
	}

	private item(store: NaiveStore, sku: string): Item {
		const known = this.items.find((item) => item.store === store && item.sku === sku);
		if (known !== undefined) return known;
		const item = { store, sku, price: undefined, reference: undefined, pricedAt: undefined };
		this.items.push(item);
		return item;
	}

	private move(store: NaiveStore, from: string, to: string, amount: number): void {
		if (amount < 0) throw new Error(`a movement of ${amount} from ${from} to ${to}`);
		if (amount > 0) this.moves.push({ store, from, to, amount });
	}

	private take(store: NaiveStore, from: string, to: string, wanted: number): number {
		const amount = Math.max(0, Math.min(wanted, this.account(store, from)));
		this.move(store, from, to, amount);
		return amount;
	}
}

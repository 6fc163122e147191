/**
 * A world small enough to try everything in: two stores, two items, three prices, lines of one unit, one buyer. Every
 * move there is at a moment can be listed and taken, each of them one record; beside the core stands a ledger of its
 * own that only counts cash in and cash out.
 */
import { OWED, OWED_REFUNDS, OWED_STATED } from '../../src/core/book/ledger.js';
import { NONE } from '../../src/core/book/line-slab.js';
import { Core } from '../../src/core/core.js';
import { headroom } from '../../src/core/gates/view.js';
import type { PolicyDocument } from '../../src/core/policy.js';
import type { Rules } from '../../src/core/programme/rules.js';
import { stateHash } from '../../src/core/state-hash.js';
import type { CoreOptions } from '../../src/core/state.js';
import { SuretyError } from '../../src/core/words/error.js';
import type { Minor } from '../../src/core/words/money.js';
import type { Outcome } from '../../src/core/words/outcome.js';
import type { PolicyNotice, SuretyRecord } from '../../src/core/words/record.js';
import { DAY, type Instant } from '../../src/core/words/time.js';

export const PRICES = [100, 60, 10] as const;
const ITEMS = [
	['S', 'K'],
	['S', 'L'],
	['T', 'K'],
] as const;
const STORES = ['S', 'T'] as const;
/** Lines of one item that may be sold. */
const MOST_LINES = 2;
const WINDOW_DAYS = 7;

interface Line {
	readonly id: string;
	readonly store: string;
	/** What it was sold under. */
	readonly rules: Rules;
}

/** What a world begins with. */
export interface WorldOptions extends CoreOptions {
	/** A policy that is approved and may come and go. */
	readonly other?: PolicyDocument;
}

/** A record without id and time, which the world gives. */
export type Move = Readonly<Record<string, unknown>> & { readonly type: string };

/** `asked`: what a marketplace does that asks its gates. `any`: facts that go past them too. */
export type Freedom = 'asked' | 'any';

export class World {
	readonly core: Core;
	/** Cash the platform has taken in for a store, less what it has paid out for it; in minor units. */
	private readonly cash = new Map<string, number>();
	private readonly refunded = new Map<string, number>();
	private readonly lines: Line[] = [];
	private now = 1_700_000_000_000;
	private records = 0;
	/** The most that facts which went past a gate may cost, by what the gate would have said. */
	excess = 0;

	private readonly other: string | undefined;

	constructor({ other, ...options }: WorldOptions) {
		this.core = new Core(options);
		this.other = other && `${other.name}@${other.version}`;
		if (this.other === undefined) return;
		this.steer('policy.drafted', { document: other });
		this.steer('policy.approved', { policy: this.other });
	}

	/** Takes a move. @returns whether it could be taken at all. */
	take(move: Move): boolean {
		if (move.type.startsWith('policy.')) {
			this.steer(move.type, move);
			return true;
		}
		if (move.type === 'wait') {
			this.now += Number(move['days']) * DAY;
			this.core.book.advance(this.now as Instant);
			return true;
		}
		const record = { ...move, id: `r${++this.records}`, at: this.now } as unknown as SuretyRecord;
		const room = this.roomBefore(record);
		let outcome: Outcome;
		try {
			outcome = this.core.take(record);
		} catch (error) {
			if (error instanceof SuretyError) return false;
			throw error;
		}
		this.count(record, outcome, room);
		return true;
	}

	/** Everything that can happen next. */
	moves(freedom: Freedom): Move[] {
		return [...this.requests(), ...this.platform(), ...this.steering(), ...(freedom === 'any' ? this.past() : [])];
	}

	/** What two worlds have in common where nothing that matters tells them apart. */
	get key(): string {
		const { live, staged } = this.core.policies;
		const policies = `${live.label} ${staged?.sharePercent}`;
		return `${stateHash(this.core)} ${policies} ${this.excess} ${[...this.cash].join()}`;
	}

	/** What is wrong, by the book and by the ledger; nothing where all is well. */
	losses(): string[] {
		const { book } = this.core;
		return book.stores.flatMap((store) => {
			const of = (account: number): number => book.ledger.get(store.index, account);
			const missing = store.gap - of(OWED) - of(OWED_STATED);
			const paid = 0 - (this.cash.get(store.id) ?? 0) + of(OWED_REFUNDS);
			const told: string[] = [];
			if (missing > this.excess) told.push(`${store.id}: ${missing} is missing by the book`);
			if (paid > this.excess) told.push(`${store.id}: ${paid} more was paid out than came in`);
			return told;
		});
	}

	private *requests(): Generator<Move> {
		for (const store_id of STORES) if (!this.isOpen(store_id)) yield { type: 'store.apply', store_id, deposit: 20 };
		for (const [store_id, sku_id] of ITEMS) {
			for (const price of PRICES) yield { type: 'price.propose', store_id, sku_id, price };
		}
		for (const { id } of this.lines) yield { type: 'claim.file', claim_id: `c${this.records}`, order_line_id: id };
		for (const store_id of STORES) {
			for (const amount of [60, 1000]) {
				yield { type: 'withdrawal.request', withdrawal_id: `w${this.records}`, store_id, amount };
			}
		}
		yield { type: 'guarantee.quote', store_id: 'S', sku_id: 'K' };
	}

	private *platform(): Generator<Move> {
		for (const [store_id, sku_id] of ITEMS) {
			const sold = this.lines.filter(({ id }) => id.startsWith(`${store_id}${sku_id}`)).length;
			if (sold === MOST_LINES) continue;
			const order_line_id = `${store_id}${sku_id}${sold}`;
			yield {
				type: 'order.paid',
				order_line_id,
				store_id,
				sku_id,
				buyer_id: 'B',
				quantity: 1,
				unit_price: 100,
				protect_days: WINDOW_DAYS,
			};
		}
		for (const { id, store } of this.lines) {
			yield { type: 'order.delivered', order_line_id: id };
			yield { type: 'order.released', order_line_id: id };
			yield { type: 'order.refunded', order_line_id: id, amount: 100, quantity: 1, store_id: store };
			yield { type: 'order.refunded', order_line_id: id, amount: 40, store_id: store };
		}
		for (const store_id of STORES) {
			yield { type: 'deposit.received', store_id, amount: 30 };
			yield { type: 'store.closed', store_id };
			yield { type: 'store.labelled', store_id, label: 'abuse' };
		}
		yield { type: 'wait', days: 1 };
		yield { type: 'wait', days: WINDOW_DAYS + 1 };
	}

	/** The other policy decides for half of the stores, for all, or no more. */
	private *steering(): Generator<Move> {
		const { live, staged } = this.core.policies;
		if (this.other === undefined) return;
		if (live.label === this.other || staged !== undefined) yield { type: 'policy.rolled_back' };
		if (live.label === this.other) return;
		for (const share_percent of [50, 100]) yield { type: 'policy.enforced', policy: this.other, share_percent };
	}

	private steer(type: string, fields: object): void {
		this.core.policies.step({ type, at: this.now, by: 'ann', ...fields } as unknown as PolicyNotice);
	}

	/** Facts that ask nobody. */
	private *past(): Generator<Move> {
		for (const store_id of STORES) {
			if (!this.isOpen(store_id)) yield { type: 'store.opened', store_id, deposit: 20 };
			yield { type: 'deposit.returned', store_id, amount: 20 };
			yield { type: 'withdrawal.paid', withdrawal_id: `w${this.records}`, store_id, amount: 100 };
		}
		for (const [store_id, sku_id] of ITEMS) yield { type: 'price.changed', store_id, sku_id, price: 10 };
		for (const { id } of this.lines) {
			yield { type: 'claim.paid', claim_id: `c${this.records}`, order_line_id: id, amount: 50 };
		}
	}

	private isOpen(id: string): boolean {
		return this.core.book.findStore(id) !== undefined;
	}

	private roomBefore(record: SuretyRecord): number {
		if (record.type !== 'withdrawal.paid') return 0;
		const store = this.core.book.findStore(record.store_id);
		this.core.book.advance(record.at);
		return store === undefined ? 0 : headroom(this.core, store);
	}

	/** Counts the cash, and what a fact that went past its gate may cost. */
	private count(record: SuretyRecord, { verdict, amount = 0 as Minor, observed }: Outcome, room: number): void {
		const passes = verdict !== 'hold' && verdict !== 'refuse';
		switch (record.type) {
			case 'store.apply':
			case 'store.opened':
				if (passes) this.move(record.store_id, record.deposit);
				return;
			case 'deposit.received':
				return this.move(record.store_id, record.amount);
			case 'order.paid':
				this.lines.push({
					id: record.order_line_id,
					store: record.store_id,
					rules: this.rulesOf(record.order_line_id),
				});
				return this.move(record.store_id, record.unit_price * record.quantity);
			case 'order.refunded':
				return this.move(this.storeOf(record.order_line_id), 0 - record.amount);
			case 'claim.file':
				if (passes) this.refund(record.order_line_id, amount);
				return;
			case 'withdrawal.request':
				if (passes) this.move(record.store_id, 0 - amount);
				return;
			case 'deposit.returned':
				this.excess += record.amount;
				return this.move(record.store_id, 0 - record.amount);
			case 'withdrawal.paid':
				this.excess += Math.max(0, record.amount - room);
				return this.move(record.store_id, 0 - record.amount);
			case 'claim.paid':
				this.excess += observed === undefined ? 0 : Math.max(0, record.amount - (observed.amount ?? 0));
				return this.refund(record.order_line_id, record.amount);
			case 'price.changed':
				this.excess += observed?.top_up ?? 0;
				return;
			case 'store.closed':
			case 'store.labelled':
			case 'order.delivered':
			case 'order.released':
			case 'guarantee.quote':
			case 'price.propose':
		}
	}

	/** A part of a refund may be the platform's own by its programme: a cost it has chosen. */
	private refund(line: string, amount: number): void {
		const rules = this.lines.find(({ id }) => id === line)?.rules ?? this.core.book.rules;
		const before = this.refunded.get(line) ?? 0;
		this.refunded.set(line, before + amount);
		const part = rules.borneByStore((before + amount) as Minor) - rules.borneByStore(before as Minor);
		this.move(this.storeOf(line), -part);
	}

	private move(store: string, amount: number): void {
		this.cash.set(store, (this.cash.get(store) ?? 0) + amount);
	}

	private rulesOf(line: string): Rules {
		const { book } = this.core;
		return book.rulesOf(book.index.find(line));
	}

	private storeOf(line: string): string {
		return this.lines.find(({ id }) => id === line)?.store ?? '';
	}

	/** Open lines that are not secured; a second look at what `gap` sums up. */
	get unsecured(): number {
		const { book } = this.core;
		return this.lines.filter(({ id }) => {
			const slot = book.index.find(id);
			if (slot === NONE) return false;
			const detail = book.lines.detailOf(slot);
			const due = book.securing.storePart(slot, book.securing.claimable(slot, book.securing.itemOf(slot).reference));
			return due > (detail?.own ?? 0) + (detail?.reserve ?? 0);
		}).length;
	}
}

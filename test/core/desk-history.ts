/**
 * Histories told to a desk: facts, requests and notices of every kind, made of few stores, items, buyers, phones and
 * prices so that they meet each other all the time. fast-check draws abstract steps, so that failures shrink to a few;
 * here they become messages that name what the desk knows by then. Whatever the desk takes is replayed at once from its
 * written form on a second desk, and what must always hold is looked at after each message.
 */
import fc from 'fast-check';
import { ACCOUNTS, OWED, OWED_STATED, PLATFORM } from '../../src/core/book/ledger.js';
import { NONE } from '../../src/core/book/line-slab.js';
import { deskHash } from '../../src/core/desk/desk-hash.js';
import type { Desk } from '../../src/core/desk/desk.js';
import type { Event, Taken } from '../../src/core/desk/events.js';
import { SuretyError } from '../../src/core/words/error.js';
import type { OrderLineId } from '../../src/core/words/ids.js';
import { type Message, parseMessage } from '../../src/core/words/record.js';
import { DAY, formatInstant, HOUR, type Instant, MINUTE } from '../../src/core/words/time.js';
import { decodeBatch, encodeBatch } from '../../src/runtime/entry.js';
import { CNY, newDesk, type Setting, yuan } from './story.js';

/** How often each kind comes, of all steps together. */
const HONEST = {
	'order.paid': 20,
	'order.released': 18,
	'order.refunded': 3,
	'order.delivered': 1,
	'deposit.received': 4,
	'price.propose': 22,
	'claim.file': 18,
	'withdrawal.request': 14,
	'store.apply': 4,
	'store.labelled': 3,
	'guarantee.quote': 1,
	'time.passed': 5,
	'hold.withdrawn': 4,
	'hold.settled': 8,
	'claim.failed': 5,
	'withdrawal.failed': 3,
	'appeal.filed': 1,
	'appeal.settled': 2,
} as const;
const OTHER_FACTS = {
	'price.changed': 10,
	'claim.paid': 3,
	'withdrawal.paid': 4,
	'deposit.returned': 2,
	'store.opened': 1,
	'store.closed': 1,
	/** Sold, released, emptied, cut without asking, and claimed: what claims wait for. */
	robbery: 6,
} as const;

/** A policy with another programme begins to decide, is looked at in shadow, or is taken back. */
const STEERING = { steering: 12 } as const;

type Kind = keyof typeof HONEST | keyof typeof OTHER_FACTS | keyof typeof STEERING;

export interface DeskStep {
	readonly kind: Kind;
	readonly store: number;
	readonly sku: number;
	readonly line: number;
	readonly pick: number;
	readonly price: number;
	readonly quantity: number;
	readonly days: number;
	readonly yes: boolean;
	readonly named: boolean;
	readonly wait: number;
	readonly late: number;
}

/** Mostly moments; holds run out in hours and windows in days. */
const WAITS = [
	...Array<number>(30).fill(0),
	...Array<number>(6).fill(MINUTE),
	...Array<number>(5).fill(20 * MINUTE),
	...Array<number>(4).fill(HOUR),
	1,
	3 * HOUR,
	7 * HOUR,
	DAY,
	3 * DAY,
];

function stepsOf(weights: Readonly<Partial<Record<Kind, number>>>, longest: number): fc.Arbitrary<DeskStep[]> {
	const kinds = Object.entries(weights).flatMap(([kind, times]) => Array<Kind>(times).fill(kind as Kind));
	const step = fc.record({
		kind: fc.constantFrom(...kinds),
		store: fc.constantFrom(0, 0, 0, 0, 1, 2),
		sku: fc.constantFrom(0, 0, 0, 1),
		line: fc.constantFrom(0, 0, 1, 2, 3),
		pick: fc.nat(5),
		price: fc.constantFrom(0, 1, 3, 7, 10, 13, 20, 31),
		quantity: fc.constantFrom(1, 1, 2, 3),
		days: fc.constantFrom(3, 3, 3, 3, 3, 3, 1, 0),
		yes: fc.boolean(),
		named: fc.boolean(),
		wait: fc.constantFrom(...WAITS),
		late: fc.constantFrom(...Array<number>(20).fill(0), 1, 10 * MINUTE, HOUR, DAY, 4 * DAY),
	});
	return fc.array(step, { minLength: Math.floor(longest / 2), maxLength: longest, size: 'max' });
}

/** Facts, requests and notices of every kind, honest or not. */
export const everything = (longest: number): fc.Arbitrary<DeskStep[]> =>
	stepsOf({ ...HONEST, ...OTHER_FACTS }, longest);
/** What can be asked is asked; besides that only facts and words that an honest platform tells. */
export const honest = (longest: number): fc.Arbitrary<DeskStep[]> => stepsOf(HONEST, longest);

/** The same, while policies come and go (see `others`). */
export const everythingSteered = (longest: number): fc.Arbitrary<DeskStep[]> =>
	stepsOf({ ...HONEST, ...OTHER_FACTS, ...STEERING }, longest);
export const honestSteered = (longest: number): fc.Arbitrary<DeskStep[]> =>
	stepsOf({ ...HONEST, ...STEERING }, longest);

export interface DeskSetting extends Setting {
	/** Fields in which the programmes of policies that may come differ from the book's own. */
	readonly others?: readonly Readonly<Record<string, unknown>>[];
}

const BEGIN = Date.UTC(2024, 0, 1);

export class DeskHistory {
	readonly desk: Desk;
	/** Reads what the first desk wrote. */
	readonly reader: Desk;
	readonly taken: { readonly message: Message; readonly taken: Taken }[] = [];
	readonly events: Event[] = [];
	/** Messages that could not be taken, by code. */
	readonly refused = new Map<string, number>();
	private readonly setting: DeskSetting;
	private readonly told: string[] = [];
	private readonly lines: string[] = [];
	private clock = BEGIN;

	constructor(setting: DeskSetting) {
		this.setting = setting;
		this.desk = newDesk(setting);
		this.reader = newDesk(setting);
		this.tell({ type: 'store.opened', store_id: 'S0', deposit: '0.07', phone: 'P0' });
		this.tell({ type: 'store.opened', store_id: 'S1', deposit: '0', phone: 'P1', address: 'A0' });
	}

	play(step: DeskStep): void {
		this.clock += step.wait;
		const { kind } = step;
		if (kind === 'robbery') this.rob(step);
		else if (kind === 'steering') this.steer(step);
		else this.tell(this.messageOf({ ...step, kind }), Math.max(BEGIN, this.clock - step.late));
	}

	/** One of the other policies decides for half of the stores or for all, looks on, or the one before decides again. */
	private steer({ pick, line, yes, named }: DeskStep): void {
		const { others = [] } = this.setting;
		if (others.length === 0) return;
		const n = line % others.length;
		const policy = `other-${n}@1`;
		const isKnown = [...this.desk.core.policies.all()].some(([label]) => label === policy);
		if (!isKnown) this.approve(n, others[n] ?? {});
		if (pick === 0) this.tell({ type: 'policy.rolled_back', by: 'ben' });
		else if (pick === 1) this.tell({ type: 'policy.shadowed', policy, by: 'ben' });
		else this.tell({ type: 'policy.enforced', policy, share_percent: yes || named ? 50 : 100, by: 'ben' });
	}

	/** A policy from draft to approval: the first one, with another programme. */
	private approve(n: number, programme: Readonly<Record<string, unknown>>): void {
		const { document } = this.desk.core.policies.find('story@1').policy;
		const { schema, clock, reference, funding, fund_within_hours } = this.desk.core.book.rules.programme;
		const name = `other-${n}`;
		const own = { schema, version: 1, clock, reference, funding, fund_within_hours, name, ...programme };
		this.tell({ type: 'policy.drafted', document: { ...document, name, programme: own }, by: 'ann' });
		this.tell({ type: 'policy.backtested', policy: `${name}@1`, result: { policy: `${name}@1` }, by: 'ann' });
		this.tell({ type: 'policy.approved', policy: `${name}@1`, by: 'ben' });
	}

	private rob({ store, sku, price, quantity, yes }: DeskStep): void {
		const { stores } = this.desk.core.book;
		const store_id = stores[store % stores.length]?.id ?? 'S0';
		const line = `L${this.told.length + 1}`;
		const sale = { buyer_id: 'B0', quantity, unit_price: '0.40', protect_days: 3 };
		this.tell({ type: 'order.paid', order_line_id: line, store_id, sku_id: `K${sku}`, ...sale });
		this.tell({ type: 'order.released', order_line_id: line });
		this.tell({
			type: 'withdrawal.paid',
			withdrawal_id: `x${this.told.length}`,
			store_id,
			amount: yuan(quantity * 40),
		});
		this.tell({ type: 'price.changed', store_id, sku_id: `K${sku}`, price: yuan(price) });
		if (yes) this.tell({ type: 'claim.file', claim_id: `x${this.told.length}`, order_line_id: line });
	}

	/** Every message so far, as text. */
	get script(): string {
		return this.told.join('\n');
	}

	/** A fresh desk that replays everything taken, as it was and not as it was written. */
	replayed(): Desk {
		const desk = newDesk(this.setting);
		for (const { message, taken } of this.taken) desk.replay(message, taken);
		return desk;
	}

	private tell(fields: Readonly<Record<string, unknown>>, at = this.clock): void {
		const raw = { id: `r${this.told.length + 1}`, at: formatInstant(at as Instant), ...fields };
		this.told.push(JSON.stringify(raw));
		try {
			const message = parseMessage(raw, { currency: CNY });
			const taken = this.take(message);
			if (taken !== undefined) this.follow(message, taken);
			const wrong = this.wrongs();
			if (wrong.length > 0) throw new Error(wrong.join('\n'));
		} catch (error) {
			throw new Error(`${String(error)}\nat the last of these messages:\n${this.script}`, { cause: error });
		}
	}

	/** A message that cannot be taken changes nothing. */
	private take(message: Message): Taken | undefined {
		const before = deskHash(this.desk);
		try {
			return this.desk.take(message);
		} catch (error) {
			if (!(error instanceof SuretyError)) throw error;
			if (deskHash(this.desk) !== before) throw new Error('what was not taken changed something', { cause: error });
			this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1);
			return undefined;
		}
	}

	private follow(message: Message, taken: Taken): void {
		this.taken.push({ message, taken });
		this.events.push(...taken.events);
		if (message.type === 'order.paid') this.lines.push(message.order_line_id);
		const [written] = decodeBatch(encodeBatch([{ kind: 'record', message, taken, by: 'ann', came: 0 }]));
		if (written?.kind !== 'record') throw new Error('a record was not written as one');
		this.reader.replay(written.message, written.taken);
		if (deskHash(this.reader) !== deskHash(this.desk)) throw new Error('a replay gives another state');
	}

	private wrongs(): string[] {
		const { book } = this.desk.core;
		const wrong: string[] = [];
		for (const store of book.stores) {
			book.check(store);
			let sum = 0;
			for (let account = 0; account < ACCOUNTS; account++) sum += book.ledger.get(store.index, account);
			if (sum !== 0) wrong.push(`the accounts of ${store.id} add up to ${sum}`);
		}
		for (const hold of this.desk.holds.all()) {
			if (hold.until <= book.now - MINUTE) wrong.push(`${hold.id} waits past its time`);
			if (this.desk.lastWord(hold.id) !== undefined) wrong.push(`${hold.id} waits and has a last word`);
		}
		return wrong;
	}

	/** What the platform is missing; what it bears by a programme that has come is its own to bear. */
	losses(): string[] {
		const { book } = this.desk.core;
		const { programmes } = book;
		const bears = programmes.names.some((_, n) => programmes.of(n).programme.store_bears_percent < 100);
		const losses: string[] = [];
		for (const store of book.stores) {
			const of = (account: number): number => book.ledger.get(store.index, account);
			const owed = -of(OWED) - of(OWED_STATED);
			const platform = of(PLATFORM);
			if (owed > 0) losses.push(`${store.id} owes ${owed} for advances`);
			if (platform < 0 && !bears) losses.push(`the platform gave ${-platform} for ${store.id}`);
			if (store.unexplained > 0) losses.push(`${store.id} took ${store.unexplained} that it did not have`);
			if (store.gap > 0) losses.push(`${store.gap} is due at ${store.id} and not secured`);
		}
		return losses;
	}

	/** What the platform was told to pay and did, against what the book says was paid. */
	paid(): { readonly told: number; readonly booked: number } {
		let told = 0;
		for (const event of this.events) if (event.type === 'advance.due') told += event.amount;
		const failed = new Set<string>();
		for (const { message } of this.taken) if (message.type === 'claim.failed') failed.add(message.claim_id);
		for (const event of this.events)
			if (event.type === 'advance.due' && failed.has(event.claim_id)) told -= event.amount;
		return { told, booked: this.desk.core.book.stores.reduce((sum, { advanced }) => sum + advanced, 0) };
	}

	private messageOf(
		step: DeskStep & { readonly kind: Exclude<Kind, 'robbery' | 'steering'> },
	): Record<string, unknown> {
		const { kind, pick, price, quantity } = step;
		const { stores } = this.desk.core.book;
		const store_id =
			step.pick === 5 && step.named && step.yes ? 'S9' : (stores[step.store % stores.length]?.id ?? 'S0');
		const sku_id = `K${step.sku}`;
		const n = this.told.length + 1;
		const line = this.lines[this.lines.length - 1 - (step.line % Math.max(1, this.lines.length))];
		switch (kind) {
			case 'price.changed':
			case 'price.propose':
				return { type: kind, store_id, sku_id, price: yuan(price) };
			case 'deposit.received':
			case 'deposit.returned':
				return { type: kind, store_id, amount: yuan(price * quantity) };
			case 'withdrawal.paid':
			case 'withdrawal.request':
				return { type: kind, store_id, withdrawal_id: `x${n}`, amount: yuan((step.yes ? 31 : price) * quantity) };
			case 'store.closed':
				return { type: kind, store_id };
			case 'store.labelled':
				return { type: kind, store_id, label: step.yes ? 'honest' : 'abuse' };
			case 'guarantee.quote':
				return { type: kind, store_id, sku_id };
			case 'store.apply':
			case 'store.opened':
				return { type: kind, ...this.application(step, n) };
			case 'order.paid': {
				const sale = {
					buyer_id: `B${pick % 2}`,
					quantity,
					unit_price: yuan(pick === 0 ? price : 31),
					protect_days: step.days,
				};
				return { type: kind, order_line_id: `L${n}`, store_id, sku_id, ...sale };
			}
			case 'order.delivered':
			case 'order.released':
			case 'order.refunded':
			case 'claim.paid':
			case 'claim.file':
				if (line === undefined) return this.messageOf({ ...step, kind: 'order.paid' });
				return { type: kind, order_line_id: line, ...this.lineFields(step, line, n) };
			case 'hold.settled':
			case 'hold.withdrawn':
			case 'claim.failed':
			case 'withdrawal.failed':
			case 'appeal.filed':
			case 'appeal.settled':
			case 'time.passed':
				if (pick < 5 && !this.isAbout(kind)) return this.messageOf({ ...step, kind: 'price.propose' });
				return { type: kind, ...this.noticeFields(step, store_id, n) };
		}
	}

	/** Words about what is not there are an error, and now and then tried. */
	private isAbout(kind: Kind): boolean {
		const { holds, payments, appeals } = this.desk;
		const size = (all: Iterable<unknown>): number => [...all].length;
		if (kind === 'hold.settled' || kind === 'hold.withdrawn') return holds.count > 0;
		if (kind === 'claim.failed') return size(payments.claims()) > 0;
		if (kind === 'withdrawal.failed') return size(payments.withdrawals()) > 0;
		return kind !== 'appeal.settled' || size(appeals.all()) > 0;
	}

	/** Few phones and one agent's address, so that papers meet. */
	private application({ store, pick, price, yes, named }: DeskStep, n: number): Record<string, unknown> {
		return {
			store_id: named ? `S${store + 2}` : `C${n}`,
			deposit: yuan(price),
			phone: `P${pick % 3}`,
			address: yes ? 'A0' : undefined,
			verified: yes && named ? { licence_no: 'confirmed', bank_account: 'confirmed' } : undefined,
			papers: pick === 5 ? { licence_no: 'bad_check_digit' } : undefined,
		};
	}

	private lineFields({ kind, price, quantity, named }: DeskStep, line: string, n: number): Record<string, unknown> {
		const { book } = this.desk.core;
		const slot = book.findLine(line as OrderLineId);
		const unit = slot === NONE ? price : book.lines.unit(slot);
		if (kind === 'order.refunded')
			return { amount: yuan(named ? unit * quantity : price), quantity: named ? quantity : undefined };
		// Both kinds of payment use the same ids, as marketplaces may.
		if (kind === 'claim.file') return { claim_id: `x${n}` };
		if (kind === 'claim.paid') return { claim_id: `x${n}`, amount: yuan(price) };
		return {};
	}

	private noticeFields({ kind, pick, yes }: DeskStep, store_id: string, n: number): Record<string, unknown> {
		const { desk } = this;
		const one = <T>(all: Iterable<T>): T | undefined => [...all].at(-1 - (pick % 3));
		if (kind === 'hold.settled') {
			const hold = one(desk.holds.all());
			const isOnlyStores = this.setting.gates === 'enforce' && hold?.gate !== 'admission';
			return { decision_id: hold?.id ?? 'r1', verdict: yes && !isOnlyStores ? 'approve' : 'refuse', by: 'ann' };
		}
		if (kind === 'hold.withdrawn') return { decision_id: one(desk.holds.all())?.id ?? 'r1', by: 'the store' };
		if (kind === 'claim.failed') return { claim_id: one(desk.payments.claims())?.[0] ?? 'x1' };
		if (kind === 'withdrawal.failed') return { withdrawal_id: one(desk.payments.withdrawals())?.[0] ?? 'x1' };
		if (kind === 'appeal.filed')
			return { appeal_id: `a${pick}`, store_id, decision_id: yes ? `r${n - 1}` : undefined, text: 'why?' };
		if (kind === 'appeal.settled')
			return { appeal_id: one(desk.appeals.all())?.id ?? 'a9', verdict: yes ? 'upheld' : 'overturned', by: 'ann' };
		return {};
	}
}

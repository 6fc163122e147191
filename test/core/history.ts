/**
 * Histories: long random ones, made of few stores, items, buyers and prices so that they meet each other all the time.
 * fast-check draws abstract steps (any list of steps is a history, so failures shrink to a few); here they become
 * records, each told to the core and to the naive book, and after each the two must agree on every account and line.
 */
import fc from 'fast-check';
import {
	ACCOUNTS,
	BALANCE,
	BANK,
	BUYERS,
	DEPOSIT,
	HELD_ACCOUNT,
	OWED,
	OWED_REFUNDS,
	OWED_STATED,
	PLATFORM,
	RESERVE,
} from '../../src/core/book/ledger.js';
import { NONE, OPEN } from '../../src/core/book/line-slab.js';
import type { Core } from '../../src/core/core.js';
import { headroom } from '../../src/core/gates/view.js';
import { SuretyError } from '../../src/core/words/error.js';
import type { StoreId } from '../../src/core/words/ids.js';
import type { Minor } from '../../src/core/words/money.js';
import type { Answer, Gate, Outcome } from '../../src/core/words/outcome.js';
import {
	type Fact,
	parseMessage,
	parseRecord,
	type PolicyNotice,
	type SuretyRecord,
} from '../../src/core/words/record.js';
import { DAY, formatInstant, HOUR, type Instant, MINUTE } from '../../src/core/words/time.js';
import { type NaiveAnswer, NaiveBook, type NaiveLine, type NaiveStore } from './naive-book.js';
import { CNY, newCore, type Setting, yuan } from './story.js';

/** Repeats of a property: modest by default, times SURETY_RUNS for a long hunt. */
export const runs = (modest: number): number => modest * Number(process.env['SURETY_RUNS'] ?? 1);
export const SEED = 20231016;

const PRICES = [0, 1, 7, 10, 13, 20, 20, 31] as const; // fen
/** What buyers pay is mostly dear, so that most prices are falls. */
const PAID = [31, 31, 20, 20, 10, 7, 0] as const;
/** Mostly moments, so that much happens within one window; now and then a day or a whole window. */
const WAITS = [
	...Array<number>(24).fill(0),
	...Array<number>(12).fill(30 * MINUTE),
	...Array<number>(8).fill(3 * HOUR),
	1,
	DAY - 1,
	DAY,
	3 * DAY,
	7 * DAY + 500,
];
const LATE = [0, 0, 0, 0, 0, 0, 0, 0, 1, HOUR, DAY, 8 * DAY] as const;

/** How often each kind comes, of all steps together. */
const REQUESTS_AND_HONEST_FACTS = {
	'order.paid': 20,
	'order.released': 12,
	'order.refunded': 5,
	'order.delivered': 4,
	'deposit.received': 4,
	'price.propose': 20,
	'claim.file': 14,
	'withdrawal.request': 8,
	'guarantee.quote': 2,
	'store.apply': 1,
} as const;
const OTHER_FACTS = {
	'price.changed': 16,
	'claim.paid': 8,
	'withdrawal.paid': 5,
	'deposit.returned': 3,
	'store.closed': 1,
} as const;

/** Another policy begins to decide, or the one before does again. */
const STEERING = { steering: 9 } as const;

type Kind = keyof typeof REQUESTS_AND_HONEST_FACTS | keyof typeof OTHER_FACTS | keyof typeof STEERING;

/** One abstract step: a kind, and numbers to pick its fields with. */
export interface Step {
	readonly kind: Kind;
	readonly store: number;
	readonly sku: number;
	readonly buyer: number;
	readonly line: number;
	readonly price: number;
	readonly paid: number;
	readonly other: number;
	readonly quantity: number;
	readonly days: number;
	readonly stated: number | undefined;
	readonly named: boolean;
	readonly wait: number;
	readonly late: number;
}

function stepsOf(weights: Readonly<Partial<Record<Kind, number>>>, longest: number): fc.Arbitrary<Step[]> {
	const kinds = Object.entries(weights).flatMap(([kind, times]) => Array<Kind>(times).fill(kind as Kind));
	const step = fc.record({
		kind: fc.constantFrom(...kinds),
		store: fc.constantFrom(0, 0, 0, 1, 2),
		sku: fc.constantFrom(0, 0, 0, 1),
		buyer: fc.nat(1),
		line: fc.nat(5),
		price: fc.constantFrom(...PRICES),
		paid: fc.constantFrom(...PAID),
		other: fc.constantFrom(0, 0, 1, 5, 10, 40),
		quantity: fc.constantFrom(1, 1, 2, 3),
		days: fc.constantFrom(7, 7, 7, 7, 7, 7, 7, 7, 1, 0),
		stated: fc.option(fc.nat(25), { nil: undefined, freq: 2 }),
		named: fc.boolean(),
		wait: fc.constantFrom(...WAITS),
		late: fc.constantFrom(...LATE),
	});
	return fc.array(step, { minLength: 1, maxLength: longest, size: 'max' });
}

/** Facts and requests of every kind, honest or not. */
export const everything = (longest: number): fc.Arbitrary<Step[]> =>
	stepsOf({ ...REQUESTS_AND_HONEST_FACTS, ...OTHER_FACTS }, longest);
/** What can be asked is asked; besides that only facts that an honest platform tells. */
export const honest = (longest: number): fc.Arbitrary<Step[]> => stepsOf(REQUESTS_AND_HONEST_FACTS, longest);

/** The same, while policies come and go (see `others`). */
export const everythingSteered = (longest: number): fc.Arbitrary<Step[]> =>
	stepsOf({ ...REQUESTS_AND_HONEST_FACTS, ...OTHER_FACTS, ...STEERING }, longest);
export const honestSteered = (longest: number): fc.Arbitrary<Step[]> =>
	stepsOf({ ...REQUESTS_AND_HONEST_FACTS, ...STEERING }, longest);

export interface HistorySetting extends Setting {
	/** Deposits of the two stores that every history begins with, in fen. */
	readonly deposits?: readonly [number, number];
	/** Whether releases may name an amount of their own. */
	readonly namedReleases?: boolean;
	/** Policies that may come: each differs from the first one by these fields, its programme from the book's own. */
	readonly others?: readonly Other[];
}

export interface Other {
	readonly policy?: Readonly<Record<string, unknown>>;
	readonly programme?: Readonly<Record<string, unknown>>;
}

const FROM_DELIVERY = { clock: { start: 'delivery', days: 2, undelivered_days: 5 }, repeat: 'none' } as const;
/** Policies that between them promise otherwise in everything in which the programmes of a book may differ. */
export const OTHERS: readonly Other[] = [
	{ programme: FROM_DELIVERY },
	{
		programme: {
			clock: { start: 'order', days: 3 },
			store_bears_percent: 70,
			minimum_difference: '0.05',
			caps: { line: '0.12' },
		},
		policy: { margin_percent: { new: 0, normal: 0, watch: 0, abnormal: 0 } },
	},
	{
		programme: {
			parts: { platform_coupon: 'count', gift: 'deduct' },
			exclude: { traits: ['flash_sale'], at_claim: ['after_sale_open'] },
			caps: {
				buyer: { amount: '0.20', days: 7 },
				store: { amount: '0.40', days: 5 },
				period: { amount: '0.60', days: 9 },
			},
		},
	},
	// The same programme as the first one's, and none but the book's own.
	{
		programme: { ...FROM_DELIVERY, name: 'other-0' },
		policy: { deposit_percent: { new: 20, normal: 20, watch: 50, abnormal: 100 } },
	},
	{ policy: { margin_percent: { new: 60, normal: 40, watch: 60, abnormal: 100 } } },
];

interface Expected {
	readonly verdict: string;
	/** What the gate should have said, where a gate was asked or looked on. */
	readonly answer: NaiveAnswer | undefined;
}

const BEGIN = Date.UTC(2024, 0, 1);

/** Plays steps to the core and the naive book side by side. */
export class History {
	readonly core: Core;
	readonly naive: NaiveBook;
	private readonly setting: HistorySetting;
	private readonly told: string[] = [];
	private clock = BEGIN;

	constructor(setting: HistorySetting = {}) {
		this.setting = setting;
		this.core = newCore(setting);
		const { policies, policy, book } = this.core;
		const of = (store: string) => policies.of(store as StoreId);
		const tier = (store: string) => this.core.tier(book.store(store as StoreId));
		this.naive = new NaiveBook({
			programme: book.rules.programme,
			sellsUnder: (store) => of(store).programme ?? book.rules.programme,
			commissionBasisPoints: policy.commission_basis_points,
			marginPercent: (store) => of(store).margin_percent[tier(store)],
			depositPercent: (store) => of(store).deposit_percent[tier(store)],
			minimumDeposit: policy.minimumDeposit,
		});
		const [a, b] = setting.deposits ?? [20, 0];
		this.tell({ type: 'store.opened', store_id: 'A', deposit: yuan(a) });
		this.tell({ type: 'store.opened', store_id: 'B', deposit: yuan(b) });
	}

	play(step: Step): void {
		this.clock += step.wait;
		if (step.kind === 'steering') {
			this.steer(step);
			return;
		}
		const at = Math.max(BEGIN, this.clock - step.late);
		const { at: when, ...fields } = this.recordOf(step, at);
		this.tell(fields, when);
	}

	/** Every record so far, as text. */
	get script(): string {
		return this.told.join('\n');
	}

	/** One of the other policies decides for half of the stores or for all, or the one before does again. */
	private steer({ paid, line, buyer }: Step): void {
		const { others = [] } = this.setting;
		if (others.length === 0) return;
		const n = line % others.length;
		const label = `other-${n}@1`;
		if (![...this.core.policies.all()].some(([known]) => known === label)) this.approve(n, others[n] as Other);
		if (paid === 0) this.note('policy.rolled_back', {});
		else this.note('policy.enforced', { policy: label, share_percent: buyer === 0 ? 50 : 100 });
		const differences = this.compareBooks();
		if (differences.length > 0)
			throw new Error(`${differences.join('\n')}\nat the last of these records:\n${this.script}`);
	}

	/** A policy from draft to approval. */
	private approve(n: number, { policy = {}, programme }: Other): void {
		const { document } = this.core.policies.find('story@1').policy;
		const { schema, clock, reference, funding } = this.core.book.rules.programme;
		const own = { schema, version: 1, clock, reference, funding, name: `other-${n}`, ...programme };
		const rest = { name: `other-${n}`, ...(programme === undefined ? {} : { programme: own }), ...policy };
		this.note('policy.drafted', { document: { ...document, ...rest } });
		this.note('policy.backtested', { policy: `other-${n}@1`, result: { policy: `other-${n}@1` } });
		this.note('policy.approved', { policy: `other-${n}@1` });
	}

	/** A step that a policy takes; one that cannot be taken now is left out. */
	private note(type: PolicyNotice['type'], fields: Readonly<Record<string, unknown>>): void {
		const by = type === 'policy.approved' ? 'ben' : 'ann';
		const raw = { type, id: `n${this.told.length + 1}`, at: formatInstant(this.clock as Instant), by, ...fields };
		const notice = parseMessage(raw, { currency: CNY }) as PolicyNotice; // as its type says
		try {
			this.core.policies.check(notice);
		} catch (error) {
			if (error instanceof SuretyError && error.code === 'policy_state') return;
			throw error;
		}
		this.told.push(JSON.stringify(raw));
		this.core.policies.step(notice);
	}

	private tell(fields: Readonly<Record<string, unknown>>, at = this.clock): void {
		const raw = { id: `r${this.told.length + 1}`, at: formatInstant(at as Instant), ...fields };
		this.told.push(JSON.stringify(raw));
		const record = parseRecord(raw, { currency: CNY });
		let expected: Expected;
		let outcome: Outcome;
		try {
			expected = this.expect(record);
			outcome = this.core.take(record);
		} catch (error) {
			throw new Error(`${String(error)} at the last of these records:\n${this.script}`, { cause: error });
		}
		const differences = [...this.compareAnswer(expected, outcome), ...this.compareBooks()];
		if (differences.length > 0)
			throw new Error(`${differences.join('\n')}\nat the last of these records:\n${this.script}`);
	}

	/** Lets the naive book decide and apply a record. */
	private expect(record: SuretyRecord): Expected {
		const { naive } = this;
		naive.pass(record.at);
		switch (record.type) {
			case 'price.propose': {
				const answer = naive.askPrice(record);
				return this.decide('price', answer, { ...record, type: 'price.changed' });
			}
			case 'claim.file': {
				const answer = naive.askClaim(record);
				const amount = (answer.amount ?? 0) as Minor;
				return this.decide('claim', answer, { ...record, type: 'claim.paid', amount });
			}
			case 'withdrawal.request': {
				const answer = naive.askPayout(record);
				const amount = this.enforces('payout') ? ((answer.amount ?? 0) as Minor) : record.amount;
				return this.decide('payout', answer, { ...record, type: 'withdrawal.paid', amount });
			}
			case 'store.apply':
				return this.decide('admission', naive.askAdmission(record), { ...record, type: 'store.opened' });
			case 'guarantee.quote':
				return this.decide('guarantee', naive.askGuarantee(record), undefined);
			case 'store.opened':
			case 'store.closed':
			case 'store.labelled':
			case 'deposit.received':
			case 'deposit.returned':
			case 'price.changed':
			case 'order.paid':
			case 'order.delivered':
			case 'order.released':
			case 'order.refunded':
			case 'claim.paid':
			case 'withdrawal.paid': {
				const observed = this.observe(record);
				naive.apply(record);
				return { verdict: 'recorded', answer: observed };
			}
		}
	}

	private decide(gate: Gate, answer: NaiveAnswer, fact: Fact | undefined): Expected {
		const passes = answer.verdict === 'approve' || answer.verdict === 'limit';
		const binding = this.enforces(gate) || (gate === 'claim' && answer.verdict !== 'hold');
		if (fact !== undefined && (passes || !binding)) this.naive.apply(fact);
		return { verdict: binding ? answer.verdict : 'approve', answer };
	}

	/** What an observing gate should say of a fact; undefined where that is not compared. */
	private observe(fact: Fact): NaiveAnswer | undefined {
		if (fact.type === 'price.changed' && !this.naive.store(fact.store_id).closed) return this.naive.askPrice(fact);
		if (fact.type === 'withdrawal.paid') return this.naive.askPayout(fact);
		if (fact.type === 'claim.paid') {
			const line = this.naive.line(fact.order_line_id);
			if (!line.open && line.endS * 1000 >= fact.at) return undefined;
			const answer = this.naive.askClaim(fact);
			// [CL9] More was paid than was due.
			const isOver = answer.verdict === 'approve' && (answer.amount ?? 0) < fact.amount;
			return isOver ? { ...answer, verdict: 'limit' } : answer;
		}
		return undefined;
	}

	private enforces(gate: Gate): boolean {
		return this.core.policy.gates[gate] === 'enforce';
	}

	private compareAnswer({ verdict, answer }: Expected, outcome: Outcome): string[] {
		const differences: string[] = [];
		const same = (what: string, is: unknown, should: unknown): void => {
			if (is !== should) differences.push(`${what} is ${String(is)}, should be ${String(should)}`);
		};
		same('verdict', outcome.verdict, verdict);
		if (answer === undefined) return differences;
		const given: Answer | Outcome = outcome.observed ?? outcome;
		if (outcome.verdict === 'recorded' && outcome.observed === undefined)
			same('verdict of the observing gate', 'approve', answer.verdict);
		else if (!(outcome.verdict === 'approve' && outcome.observed === undefined))
			same('verdict of the gate', given.verdict, answer.verdict);
		if (outcome.verdict === 'recorded' && outcome.observed === undefined) return differences;
		for (const [name, should] of Object.entries(answer)) {
			if (name === 'verdict') continue;
			if (name === 'because') same('reason', given.reasons[0]?.code, should);
			else same(name, given[name as keyof typeof given], should);
		}
		return differences;
	}

	/** Every account, sum and line of both books, and what must hold of the core's by itself. */
	private compareBooks(): string[] {
		const differences: string[] = [];
		const same = (what: string, is: unknown, should: unknown): void => {
			if (is !== should) differences.push(`${what} is ${String(is)}, should be ${String(should)}`);
		};
		for (const store of this.naive.stores) {
			for (const [name, is, should] of this.sums(store)) same(`${name} of store ${store.id}`, is, should);
			for (const line of this.naive.linesOf(store))
				for (const [name, is, should] of this.columns(line)) same(`${name} of line ${line.id}`, is, should);
		}
		return differences;
	}

	private sums(naive: NaiveStore): [string, number, number][] {
		const { core, naive: book } = this;
		const { ledger } = core.book;
		const store = core.book.store(naive.id as StoreId);
		const of = (account: number): number => ledger.get(store.index, account);
		let all = 0;
		for (let account = 0; account < ACCOUNTS; account++) all += of(account);
		const named = (name: string): number => book.account(naive, name);
		return [
			['sum of all accounts', all, 0],
			['held', of(HELD_ACCOUNT), book.total(naive, (line) => book.held(line))],
			['balance', of(BALANCE), named('balance')],
			['deposit', of(DEPOSIT), named('deposit')],
			['reserve', of(RESERVE), book.total(naive, (line) => book.reserve(line))],
			['owed', of(OWED), named('owed')],
			['owed as stated', of(OWED_STATED), named('owed as stated')],
			['refunds owed', of(OWED_REFUNDS), named('refunds owed')],
			['buyers', of(BUYERS), named('buyers')],
			['bank', of(BANK), named('bank')],
			['platform', of(PLATFORM), named('platform')],
			['due', store.due, book.total(naive, (line) => book.due(line))],
			['own', store.own, book.total(naive, (line) => book.own(line))],
			['gap', store.gap, book.total(naive, (line) => book.gap(line))],
			['lent by the deposit', store.reserveFromDeposit, naive.lent],
			['open value', store.openValue, book.openValue(naive)],
			['exposed', store.exposed, book.exposed(naive)],
			['headroom', headroom(core.of(store.id), store), book.headroom(naive)],
			['unexplained', store.unexplained, naive.unexplained],
			['advanced', store.advanced, naive.advanced],
			['recovered', store.recovered, naive.recovered],
			['open guarantees', store.openGuarantees, book.linesOf(naive).filter((line) => line.open).length],
			['triggered lines', store.triggered.size, naive.triggered.length],
			['gap that free funds could fill', core.book.securing.freeFunds(store) > 0 ? store.gap : 0, 0],
		];
	}

	private columns(naive: NaiveLine): [string, number | boolean, number | boolean][] {
		const { naive: book } = this;
		const { lines, index } = this.core.book;
		const slot = index.find(naive.id);
		if (slot === NONE) return [['whether known', false, true]];
		const d = lines.detailOf(slot);
		return [
			['open', lines.has(slot, OPEN), naive.open],
			['last second', lines.endS(slot), naive.endS],
			['quantity', lines.quantity(slot), naive.quantity],
			['protected price', lines.base(slot), naive.base],
			['held', lines.held(slot), book.held(naive)],
			['refunded', d?.refunded ?? 0, naive.refunded],
			['due', d?.due ?? 0, book.due(naive)],
			['own', d?.own ?? 0, book.own(naive)],
			['reserve', d?.reserve ?? 0, book.reserve(naive)],
			['gap', d?.gap ?? 0, book.gap(naive)],
		];
	}

	/** The record a step stands for now, with its time; steps about lines open one where there is none. */
	private recordOf(step: Step, at: number): Record<string, unknown> & { readonly at: number } {
		const { stores, lines } = this.naive;
		const store_id = (stores[step.store % stores.length] as NaiveStore).id;
		const sku_id = `K${step.sku}`;
		const line = lines[lines.length - 1 - (step.line % lines.length)];
		const next = lines.length + 1;
		const { kind } = step as { readonly kind: Exclude<Kind, 'steering'> }; // those are no records
		switch (kind) {
			case 'price.changed':
			case 'price.propose': {
				const coupon = step.stated === undefined ? undefined : yuan(step.stated % 8);
				return { type: kind, at, store_id, sku_id, price: yuan(step.price), coupon };
			}
			case 'deposit.received':
			case 'deposit.returned':
				return { type: kind, at, store_id, amount: yuan(step.price + step.other) };
			case 'withdrawal.paid':
			case 'withdrawal.request':
				return { type: kind, at, store_id, withdrawal_id: 'w', amount: yuan(step.price * step.quantity) };
			case 'store.closed':
				return { type: kind, at, store_id };
			case 'guarantee.quote':
				return { type: kind, at, store_id, sku_id };
			case 'store.apply':
				return { type: kind, at, store_id: `C${this.told.length}`, deposit: yuan(step.other) };
			case 'order.paid':
				return { type: kind, at, order_line_id: `L${next}`, store_id, sku_id, ...orderFields(step, at) };
			case 'order.delivered':
			case 'order.released':
			case 'order.refunded':
			case 'claim.paid':
			case 'claim.file':
				if (line === undefined) return this.recordOf({ ...step, kind: 'order.paid' }, at);
				return { type: kind, at: this.timeFor(line, kind, at), order_line_id: line.id, ...this.lineFields(line, step) };
		}
	}

	private lineFields(line: NaiveLine, { kind, price, other, quantity, stated, named }: Step): Record<string, unknown> {
		if (kind === 'order.refunded') {
			const whole = line.unit * line.quantity;
			const amounts = [line.unit * quantity, whole, other, line.unit * quantity + other];
			return { amount: yuan(amounts[(stated ?? 0) % 4] as number), quantity: named ? quantity : undefined };
		}
		if (kind === 'order.released')
			return { amount: named && this.setting.namedReleases === true ? yuan(price * quantity) : undefined };
		if (kind === 'claim.file') return { claim_id: 'c', traits: stated === 1 ? ['after_sale_open'] : undefined };
		if (kind !== 'claim.paid') return {};
		const amount = named ? this.naive.claimable(line) : price;
		return {
			claim_id: 'c',
			amount: yuan(amount),
			recovered: stated === undefined ? undefined : yuan(Math.min(stated, amount)),
		};
	}

	/** A claim from before the end of a window that has ended meanwhile has its own tests (see gates.test.ts). */
	private timeFor(line: NaiveLine, kind: Kind, at: number): number {
		return kind === 'claim.file' && !line.open ? this.clock : at;
	}
}

function orderFields({ buyer, paid, other, quantity, days, stated, named }: Step, at: number): Record<string, unknown> {
	return {
		buyer_id: `B${buyer}`,
		quantity,
		unit_price: yuan(paid),
		protect_days: days,
		parts: named ? { platform_coupon: yuan(other), gift: yuan(1) } : undefined,
		traits: stated === 1 ? ['flash_sale'] : undefined,
		ordered_at: stated === 2 ? formatInstant((at - HOUR) as Instant) : undefined,
	};
}

/** The book's structures, each against something plainer: a Map, a sorted array, a sum taken anew. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calendar } from '../../src/core/book/calendar.js';
import { Fingerprint } from '../../src/core/book/fingerprint.js';
import { ACCOUNTS, BALANCE, BANK, DEPOSIT, HELD_ACCOUNT, Ledger, OWED, RESERVE } from '../../src/core/book/ledger.js';
import { TextIndex } from '../../src/core/book/text-index.js';
import { HELD, LineSlab, NONE, type Slot } from '../../src/core/book/line-slab.js';
import { Caps } from '../../src/core/gates/caps.js';
import { parseProgramme } from '../../src/core/programme/schema.js';
import { OWN, Programmes } from '../../src/core/programme/programmes.js';
import type { Minor } from '../../src/core/words/money.js';
import { DAY, type Instant } from '../../src/core/words/time.js';
import { runs, SEED } from './history.js';
import { CNY } from './story.js';

const minor = (amount: number): Minor => amount as Minor;

function newSlot(lines: LineSlab, endS = 0): Slot {
	const slot = lines.allocate();
	lines.set(slot, 0, 0, minor(1), 1, HELD, 0, endS);
	return slot;
}

describe('the line index against a Map', () => {
	/** Ids whose fingerprints share a segment and a first place, found by trying. */
	const crowded = (howMany: number): string[] => {
		const key = new Fingerprint();
		const ids: string[] = [];
		for (let i = 0; ids.length < howMany; i++) {
			key.of(`line-${i}`);
			if (key.a >>> 24 === 7 && (key.b & 15) >= 14) ids.push(`line-${i}`);
		}
		return ids;
	};

	test.each([
		['ids of all segments', Array.from({ length: 400 }, (_, i) => `S${i % 7}-${i}`)],
		['ids that collide, at the end of one segment so that probing wraps around', crowded(60)],
	])('%s: inserted, found and removed at random', (_, ids) => {
		const step = fc.record({ id: fc.nat(ids.length - 1), act: fc.constantFrom('put', 'put', 'drop', 'find') });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
				const lines = new LineSlab();
				const index = new TextIndex(lines);
				const plain = new Map<string, Slot>();
				for (const { id, act } of steps) {
					const name = ids[id] as string;
					const known = plain.get(name);
					if (index.find(name) !== (known ?? NONE)) throw new Error(`${name} is at ${index.find(name)}, not ${known}`);
					if (act === 'put' && known === undefined) {
						const slot = newSlot(lines);
						index.insert(name, slot);
						plain.set(name, slot);
					} else if (act === 'drop' && known !== undefined) {
						index.remove(known);
						lines.release(known);
						plain.delete(name);
					}
				}
				for (const name of ids) expect(index.find(name)).toBe(plain.get(name) ?? NONE);
				expect(lines.count).toBe(plain.size);
			}),
			{ seed: SEED, numRuns: runs(60) },
		);
	});

	test('grows to a hundred thousand ids and shrinks to none', () => {
		const lines = new LineSlab();
		const index = new TextIndex(lines);
		const slots = Array.from({ length: 100_000 }, (_, i) => {
			const slot = newSlot(lines);
			index.insert(`L${i}`, slot);
			return slot;
		});
		expect(slots.every((slot, i) => index.find(`L${i}`) === slot)).toBe(true);
		for (const slot of slots.filter((_, i) => i % 2 === 0)) index.remove(slot);
		expect(slots.every((slot, i) => index.find(`L${i}`) === (i % 2 === 0 ? NONE : slot))).toBe(true);
		for (const slot of slots.filter((_, i) => i % 2 === 1)) index.remove(slot);
		expect(slots.some((_, i) => index.find(`L${i}`) !== NONE)).toBe(false);
	});
});

describe('the calendar against a sorted array', () => {
	interface Planned {
		readonly slot: Slot;
		endS: number;
	}

	test('lines come out in order of their second, then of their slot, even when ends move', () => {
		const step = fc.record({
			act: fc.constantFrom('add', 'add', 'add', 'move', 'pass', 'pass'),
			in: fc.constantFrom(0, 1, 30, 1800, 3599, 3600, 7200, 90_000),
			which: fc.nat(20),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
				const lines = new LineSlab();
				const calendar = new Calendar(lines, (slot) => lines.endS(slot));
				const taken = new Set<Slot>();
				let plain: Planned[] = [];
				let now = 1_000_000;
				for (const { act, in: seconds, which } of steps) {
					const one = plain[which % plain.length];
					if (act === 'add') {
						const endS = now + seconds;
						const slot = newSlot(lines, endS);
						plain.push({ slot, endS });
						calendar.add(slot, endS, true);
					} else if (act === 'move' && one !== undefined) {
						one.endS = now + seconds;
						lines.setEndS(one.slot, one.endS);
						calendar.add(one.slot, one.endS, false);
					} else if (act === 'pass') {
						now += seconds;
						const due = plain.filter(({ endS }) => endS < now);
						plain = plain.filter(({ endS }) => endS >= now);
						expect(takeOut(lines, calendar, taken, now)).toEqual(
							due.sort((a, b) => a.endS - b.endS || a.slot - b.slot).map(({ slot }) => slot),
						);
					}
				}
			}),
			{ seed: SEED, numRuns: runs(150) },
		);
	});

	/** Takes out what is due; an entry is a hint, and counts only if the line's end has not moved past it. */
	function takeOut(lines: LineSlab, calendar: Calendar, taken: Set<Slot>, before: number): Slot[] {
		const out: Slot[] = [];
		for (let entry = calendar.takeBefore(before); entry !== undefined; entry = calendar.takeBefore(before)) {
			if (lines.endS(entry.slot) > entry.second || taken.has(entry.slot)) continue;
			taken.add(entry.slot);
			out.push(entry.slot);
		}
		return out;
	}
});

describe('fingerprints', () => {
	const uuid = (i: number): string => {
		const hex = (Math.imul(i + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
		return `${hex}-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
	};
	const FAMILIES: Readonly<Record<string, (i: number) => string>> = {
		'S00001-00001': (i) => `S${String(i % 500).padStart(5, '0')}-${String(Math.floor(i / 500)).padStart(5, '0')}`,
		'sequential numbers': (i) => String(i),
		'long numbers that differ at the front': (i) => `${String(i).padStart(9, '0')}2023101600000000`,
		UUIDs: uuid,
		'one letter repeated': (i) => `${'a'.repeat(i % 150)}${Math.floor(i / 150)}`,
		'Chinese words and numbers': (i) => `订单${i}号`,
	};
	const MANY = 200_000;

	test.each(Object.entries(FAMILIES))('%s: no two alike, and low and high bits spread evenly', (_, idOf) => {
		const key = new Fingerprint();
		const seen = new Set<string>();
		const low = new Uint32Array(1024);
		const segments = new Uint32Array(256);
		for (let i = 0; i < MANY; i++) {
			key.of(idOf(i));
			seen.add(`${key.a} ${key.b} ${key.c}`);
			low[key.b & 1023]!++;
			segments[key.a >>> 24]!++;
		}
		expect(seen.size).toBe(MANY);
		// Chi-square over n cells is n on average, with a deviation of sqrt(2n); six deviations are never chance.
		for (const cells of [low, segments]) {
			const expected = MANY / cells.length;
			const chi = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
			expect(chi).toBeLessThan(cells.length + 6 * Math.sqrt(2 * cells.length));
		}
	});

	test('depend on order, length and every character', () => {
		const key = new Fingerprint();
		const of = (text: string): string => {
			key.of(text);
			return `${key.a} ${key.b} ${key.c}`;
		};
		const texts = ['ab', 'ba', 'a', 'aa', 'aaa', 'abc', 'abd', 'bac', 'abcd', 'cdab', '\u00e9', 'e\u0301', ' a', 'a '];
		expect(new Set(texts.map(of)).size).toBe(texts.length);
	});
});

describe('the ledger', () => {
	test('checks that a row adds up to nothing and that every account has its sign', () => {
		const ledger = new Ledger();
		ledger.row(0);
		ledger.move(0, BANK, DEPOSIT, minor(100));
		ledger.move(0, DEPOSIT, RESERVE, minor(40));
		expect(() => ledger.check(0)).not.toThrow();
		expect(ledger.take(0, DEPOSIT, BALANCE, minor(100))).toBe(60);
		expect(ledger.take(0, DEPOSIT, BALANCE, minor(100))).toBe(0);
		expect(() => ledger.check(0)).not.toThrow();
		ledger.move(0, HELD_ACCOUNT, BALANCE, minor(1));
		expect(() => ledger.check(0)).toThrow('fell below zero');
		ledger.move(0, BALANCE, HELD_ACCOUNT, minor(1));
		ledger.move(0, BANK, OWED, minor(1));
		expect(() => ledger.check(0)).toThrow('owed by the platform');
	});

	test('stops before sums can be wrong', () => {
		const ledger = new Ledger();
		ledger.row(0);
		for (let i = 0; i < 300; i++) ledger.move(0, BANK, BALANCE, minor(1e13));
		expect(() => ledger.check(0)).toThrow('too large');
	});

	test('keeps every store’s row when it grows', () => {
		const ledger = new Ledger();
		for (let store = 0; store < 5000; store++) {
			ledger.row(store);
			ledger.move(store, BANK, DEPOSIT, minor(store));
		}
		for (let store = 0; store < 5000; store++) {
			expect(ledger.get(store, DEPOSIT)).toBe(store);
			let sum = 0;
			for (let account = 0; account < ACCOUNTS; account++) sum += ledger.get(store, account);
			expect(sum).toBe(0);
		}
	});
});

describe('[PR10] caps against the list of everything paid', () => {
	test('each leaves what its own period has not used, for claims in any order of time', () => {
		const document = {
			schema: 'surety.programme/1',
			name: 'caps',
			version: 1,
			clock: { start: 'payment', days: 'line' },
			caps: {
				buyer: { amount: '0.30', days: 7 },
				store: { amount: '0.50', days: 3 },
				period: { amount: '0.80', days: 10 },
			},
		};
		const scopes = [
			{ amount: 30, days: 7, key: (p: Paid) => p.buyer },
			{ amount: 50, days: 3, key: (p: Paid) => p.store },
			{ amount: 80, days: 10, key: () => '' },
		];
		interface Paid {
			readonly buyer: string;
			readonly store: string;
			readonly at: number;
			readonly amount: number;
		}
		const claim = fc.record({
			buyer: fc.constantFrom('B', 'C'),
			store: fc.constantFrom('S', 'T'),
			at: fc.nat(20).map((day) => day * DAY),
			amount: fc.nat(20),
		});
		fc.assert(
			fc.property(fc.array(claim, { maxLength: 30 }), (claims) => {
				const caps = new Caps(new Programmes(parseProgramme(document), CNY));
				const paid: Paid[] = [];
				for (const next of claims) {
					const lefts = scopes.map(({ amount, days, key }) => {
						const period = (p: Paid): number => Math.floor(p.at / (days * DAY));
						const used = paid.filter((p) => key(p) === key(next) && period(p) === period(next));
						return Math.max(0, amount - used.reduce((sum, p) => sum + p.amount, 0));
					});
					expect(caps.left(OWN, next.buyer, next.store, next.at as Instant).left).toBe(Math.min(...lefts));
					caps.paid(OWN, next.buyer, next.store, next.at as Instant, minor(next.amount));
					paid.push(next);
				}
			}),
			{ seed: SEED, numRuns: runs(200) },
		);
	});
});

/** When abnormal stores count as one ring; rules RG of docs/SPEC.md. Stores are flagged here by a person's label. */
import { describe, expect, test } from 'vitest';
import { enforcing, Marketplace, observing, programme, said } from '../programme/marketplace.js';

type Papers = Readonly<Record<string, string>>;

class City extends Marketplace {
	constructor(stores: Readonly<Record<string, Papers>>, policy = observing) {
		super(programme(), policy);
		for (const [store_id, papers] of Object.entries(stores)) {
			this.tell('store.opened', '2024-01-02 00:00:00', { store_id, deposit: '0', ...papers });
		}
	}

	/** Each buyer buys at each store at 100; the price falls to 20 and all claim. */
	trade(stores: readonly string[], buyers: readonly string[], papers: Papers = {}): void {
		for (const store_id of stores) {
			for (const buyer_id of buyers) {
				this.sells('2024-01-03 00:00:00', `${store_id}-${buyer_id}`, { store_id, buyer_id, ...papers });
			}
			this.tell('price.changed', '2024-01-04 00:00:00', { store_id, sku_id: 'K1', price: '20.00' });
			for (const buyer_id of buyers) this.claim('2024-01-04 00:01:00', `${store_id}-${buyer_id}`);
		}
	}

	label(label: 'abuse' | 'honest', ...stores: readonly string[]): void {
		for (const store_id of stores) this.tell('store.labelled', '2024-01-05 00:00:00', { store_id, label });
	}

	/** Members by name, one list a ring. */
	get rings(): string[][] {
		const { book, risk } = this.core;
		return risk.rings.all().map((ring) => ring.stores.map((index) => book.stores[index]?.id ?? '?').sort());
	}

	get ringBuyers(): string[][] {
		return this.core.risk.rings.all().map((ring) => this.core.risk.rings.buyers(ring));
	}

	get links(): string[] {
		const { risk } = this.core;
		return risk.rings
			.all()
			.flatMap((ring) => risk.rings.links(ring))
			.map(({ kind, stores, buyers }) => `${kind} ${stores.length} ${buyers.join(' ')}`.trim());
	}
}

test('[RG1] only abnormal stores make a ring; an honest sister with the same account does not join', () => {
	const account = { bank_account: '6222' };
	const city = new City({ A: account, B: account, Sister: account });
	city.label('abuse', 'A');
	expect(city.rings).toEqual([]);
	city.label('abuse', 'B');
	expect(city.rings).toEqual([['A', 'B']]);
});

describe('[RG2] a shared paper ties by its kind and by how many of its holders are abnormal', () => {
	const cases: readonly [string, Papers, boolean][] = [
		['a licence', { licence_no: 'N1' }, true],
		['a bank account', { bank_account: '6222' }, true],
		['a legal person', { legal_person: '张三' }, true],
		['a telephone', { phone: '138' }, true],
		['an address alone', { address: '世纪大道 1 号' }, false],
		['a network alone', { ip: '10.0.0.1' }, false],
		['address and network together', { address: '世纪大道 1 号', ip: '10.0.0.1' }, true],
	];

	test.each(cases)('%s', (_, papers, tied) => {
		const city = new City({ A: papers, B: papers });
		city.label('abuse', 'A', 'B');
		expect(city.rings).toEqual(tied ? [['A', 'B']] : []);
	});

	test('an agent’s telephone, mostly on honest stores’ papers, ties nobody', () => {
		const agent = { phone: '138', address: '世纪大道 1 号' };
		const tenants = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`T${i}`, agent]));
		const city = new City({ A: agent, B: agent, ...tenants });
		city.label('abuse', 'A', 'B');
		expect(city.rings).toEqual([]);
	});
});

describe('[RG3] shared buyers tie, in full when they are three in ten of the smaller circle', () => {
	const many = Array.from({ length: 10 }, (_, i) => `B${i}`);
	const few = (shared: number, name: string): string[] =>
		many.map((buyer, i) => (i < shared ? buyer : `${name}-${buyer}`));

	test.each([
		[10, true],
		[3, true],
		[2, true], // two thirds of the full tie
		[1, false], // one third of it
	])('%i of ten', (shared, tied) => {
		const city = new City({ A: {}, B: {} });
		city.trade(['A'], few(shared, 'A'));
		city.trade(['B'], few(shared, 'B'));
		city.label('abuse', 'A', 'B');
		expect(city.rings).toEqual(tied ? [['A', 'B']] : []);
	});
});

describe('[RG4] different buyers tie their stores by what they share', () => {
	const cases: readonly [string, Papers, number, boolean][] = [
		['one payment account', { payment_account: 'P-1' }, 1, true],
		['one device', { device_id: 'D-1' }, 1, false],
		['two on one device', { device_id: 'D-1' }, 2, true],
		['a family’s address and network', { address: '静安区', ip: '10.0.0.1' }, 4, false],
	];

	test.each(cases)('%s', (_, papers, buyers, tied) => {
		const city = new City({ A: {}, B: {} });
		const names = (store: string): string[] => Array.from({ length: buyers }, (_unused, i) => `${store}-${i}`);
		city.trade(['A'], names('A'), papers);
		city.trade(['B'], names('B'), papers);
		city.label('abuse', 'A', 'B');
		expect(city.rings).toEqual(tied ? [['A', 'B']] : []);
	});
});

test('[RG5] a store that ties two rings makes them one, under the older name', () => {
	const city = new City({
		A: { phone: '1' },
		B: { phone: '1' },
		C: { bank_account: '2' },
		D: { bank_account: '2' },
		Middle: { phone: '1', bank_account: '2' },
	});
	city.label('abuse', 'A', 'B', 'C', 'D');
	expect(city.rings).toEqual([
		['A', 'B'],
		['C', 'D'],
	]);
	city.label('abuse', 'Middle');
	expect(city.rings).toEqual([['A', 'B', 'C', 'D', 'Middle']]);
	expect(city.core.risk.rings.all()[0]?.id).toBe('R0001');
});

test('[RG6] [RG7] its buyers are those who dealt with two members or took a good part; every link is listed', () => {
	const city = new City({ A: { licence_no: 'N1' }, B: { licence_no: 'N1' } });
	city.trade(['A', 'B'], ['B1', 'B2'], { payment_account: 'P-1' });
	city.label('abuse', 'A', 'B');
	expect(city.ringBuyers).toEqual([['B1', 'B2']]);
	expect(city.links).toEqual(['licence_no 2', 'payment_account 0 B1 B2', 'shared_buyers 2 B1', 'shared_buyers 2 B2']);
});

describe('[RG8] a ring is known at the door', () => {
	const account = { bank_account: '6222' };

	test('[AG2] a new store with a member’s account is refused', () => {
		const city = new City({ A: account, B: account }, enforcing);
		city.label('abuse', 'A', 'B');
		const apply = { store_id: 'New', deposit: '0', ...account };
		expect(said(city.tell('store.apply', '2024-01-06 00:00:00', apply))).toBe('refuse papers_of_ring');
	});

	test('[AG3] with the account of a flagged store in no ring it is held', () => {
		const city = new City({ A: account, B: {} }, enforcing);
		city.label('abuse', 'A');
		const apply = { store_id: 'New', deposit: '0', ...account };
		expect(said(city.tell('store.apply', '2024-01-06 00:00:00', apply))).toBe('hold papers_of_flagged');
	});

	test('[SG14] stores that a person has found honest are in no ring any more', () => {
		const city = new City({ A: account, B: account });
		city.label('abuse', 'A', 'B');
		city.label('honest', 'A', 'B');
		expect(city.rings).toEqual([]);
	});
});

test('[RG3] a buyer who claims at two flagged stores after they were flagged ties them', () => {
	const city = new City({ A: {}, B: {} });
	city.label('abuse', 'A', 'B');
	city.trade(['A', 'B'], ['B1']);
	expect(city.rings).toEqual([['A', 'B']]);
});

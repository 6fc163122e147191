/** Views over a desk: figures that add up, pages that miss nothing, and nothing shown to whom it does not belong. */
import { expect, test } from 'vitest';
import { exposureView } from '../../src/views/exposure-view.js';
import { queueView } from '../../src/views/queue-view.js';
import { listRings, ringView } from '../../src/views/ring-view.js';
import { listStores, storeView } from '../../src/views/store-view.js';
import { statement } from '../../src/views/statement.js';
import { day, Marketplace, withHolds, withRing } from './marketplace.js';

const ALL = { limit: 100 };

test('a store: its money by account, its promises, what waits', () => {
	const { desk } = withHolds();
	const view = storeView(desk, 'S');
	expect(view).toMatchObject({
		store_id: 'S',
		tier: 'watch', // for the cut that it could not pay for
		flagged: false,
		flagged_at: null,
		ring_id: null,
		open_guarantees: { count: 3, value: '2900.00', unsecured: '2000.00' },
		money: { held: '900.00', reserved: '0.00', owed: '0.00', unfilled: '0.00' },
		margin: '600.00',
		waiting: [{ gate: 'price' }, { gate: 'payout' }],
	});
	expect(view?.waiting[0]?.reasons[0]?.code).toBe('cut_unfunded');
	expect(storeView(desk, 'none')).toBeUndefined();
});

test('stores are listed in order of opening, page by page, each once, and by flag', () => {
	const m = withRing();
	for (let i = 0; i < 25; i++) m.tell('store.opened', day(4), { store_id: `H${i}`, deposit: '1' });
	const seen: string[] = [];
	let after: string | undefined;
	do {
		const page = listStores(m.desk, { after, limit: 4 });
		seen.push(...page.items.map(({ store_id }) => store_id));
		after = page.next;
	} while (after !== undefined);
	expect(seen).toEqual(['G1', 'G2', ...Array.from({ length: 25 }, (_, i) => `H${i}`)]);
	expect(listStores(m.desk, { flagged: true, ...ALL }).items.map(({ store_id }) => store_id)).toEqual(['G1', 'G2']);
	expect(listStores(m.desk, { flagged: false, ...ALL }).items).toHaveLength(25);
});

test('a ring: its members and links; values of persons only for those who may see them', () => {
	const { desk } = withRing();
	const { items } = listRings(desk, ALL);
	expect(items).toMatchObject([{ ring_id: 'R0001', stores: ['G1', 'G2'], advanced: '49900.00' }]);
	const [masked, plain] = [ringView(desk, 'R0001', false), ringView(desk, 'R0001', true)];
	const account = { kind: 'bank_account', stores: ['G1', 'G2'] };
	expect(masked?.links).toContainEqual(expect.objectContaining({ ...account, value: null }));
	expect(plain?.links).toContainEqual(expect.objectContaining({ ...account, value: '6222020200112233' }));
	expect(JSON.stringify(masked)).not.toContain('6222020200112233');
	expect(ringView(desk, 'R9999', true)).toBeUndefined();
});

test('exposure adds up over the stores', () => {
	const { desk } = withHolds();
	expect(exposureView(desk)).toMatchObject({
		currency: 'CNY',
		open_guarantees: 3,
		open_value: '2900.00',
		unsecured: '2000.00',
		deposits: '100.00',
		shortfall: '0.00',
		stores: { open: 1, closed: 0, flagged: 0, by_tier: { watch: 1, normal: 0 } },
		waiting: { admission: 0, price: 1, payout: 1, claim: 0, guarantee: 0 },
		appeals: 0,
	});
	const robbed = exposureView(withRing().desk);
	expect(Number(robbed.shortfall)).toBeGreaterThan(0);
	expect(robbed).toMatchObject({ rings: 1, stores: { flagged: 2 } });
});

test('the queue: what waits for a person, oldest first, with its default; papers masked', () => {
	const m = new Marketplace();
	for (const store_id of ['A', 'B', 'C'])
		m.tell('store.apply', day(1), { store_id, deposit: '1', legal_person: '110101199003070000' });
	m.tell('appeal.filed', day(2), { appeal_id: 'P', store_id: 'A', text: 'let my sister in' });
	const { items } = queueView(m.desk, { ...ALL, personal: false });
	expect(items.map(({ kind, store_id }) => [kind, store_id])).toEqual([
		['decision', 'B'],
		['decision', 'C'],
		['appeal', 'A'],
	]);
	expect(items[0]).toMatchObject({ gate: 'admission', default: 'refuse', request: { legal_person: null } });
	const personal = queueView(m.desk, { ...ALL, personal: true }).items[0];
	expect(personal).toMatchObject({ request: { legal_person: '110101199003070000' } });
	const first = queueView(m.desk, { limit: 1, personal: false });
	expect(queueView(m.desk, { limit: 5, after: first.next, personal: false }).items).toHaveLength(2);
});

test('a statement says what is locked, by what, until when, and how to free what waits', () => {
	const { desk } = withHolds();
	const shown = statement(desk, 'S', 'en', ALL);
	expect(shown?.summary).toContain(
		'600.00 must stay as margin while guarantees are open; your deposit counts towards it',
	);
	expect(shown?.guarantees.items.map(({ frees_at, at_most }) => [frees_at.slice(0, 10), at_most])).toEqual([
		['2024-03-09', '1000.00'],
		['2024-03-10', '1000.00'],
		['2024-03-10', '900.00'],
	]);
	const cut = shown?.waiting[0];
	expect(cut?.sentence).toBe('Your price of 1.00 for K waits');
	expect(cut?.ways.map(({ way }) => way)).toEqual(['deposit', 'deepest', 'wait', 'withdraw', 'appeal']);
	const deposit = cut?.ways[0]?.amount ?? '';
	expect(Number(deposit)).toBeGreaterThan(0);
	const paged = statement(desk, 'S', 'en', { limit: 2 });
	expect(paged?.guarantees.items).toHaveLength(2);
	const rest = statement(desk, 'S', 'en', { limit: 2, after: paged?.guarantees.next });
	expect(rest?.guarantees.items).toHaveLength(1);
});

test('the deposit a statement asks for is the one that frees the request, and a cent less is not', () => {
	for (const [amount, verdict] of [
		['whole', undefined],
		['less', 'waiting'],
	]) {
		const m = withHolds();
		const asked = statement(m.desk, 'S', 'en', ALL)?.waiting[0];
		const cents = Math.round(Number(asked?.ways[0]?.amount) * 100) - (amount === 'less' ? 1 : 0);
		m.tell('deposit.received', day(6), { store_id: 'S', amount: (cents / 100).toFixed(2) });
		const waits = m.desk.holds.find(asked?.decision_id ?? '') === undefined ? undefined : 'waiting';
		expect(waits).toBe(verdict);
	}
});

test('a statement is said in Chinese too, every sentence of it', () => {
	const shown = statement(withHolds().desk, 'S', 'zh', ALL);
	const sentences = [
		...(shown?.summary ?? []),
		...(shown?.guarantees.items.map(({ sentence }) => sentence) ?? []),
		...(shown?.waiting.map(({ sentence, otherwise }) => sentence + otherwise) ?? []),
		...(shown?.waiting.flatMap(({ ways }) => ways.map(({ sentence }) => sentence)) ?? []),
		...(shown?.waiting.flatMap(({ reasons }) => reasons.map(({ message }) => message)) ?? []),
	];
	expect(sentences.length).toBeGreaterThan(10);
	for (const sentence of sentences) expect(sentence).toMatch(/[\u4e00-\u9fff]/);
	for (const sentence of sentences) expect(sentence).not.toMatch(/[{}]/);
});

test('a statement shows no other store, no buyer, and nothing of how stores are judged', () => {
	for (const m of [withHolds(), withRing()]) {
		const own = m.desk.core.book.stores[0]?.id ?? '';
		const others = m.desk.core.book.stores.slice(1).map(({ id }) => `"${id}"`);
		const text = JSON.stringify(statement(m.desk, own, 'en', ALL));
		for (const hidden of [
			...others,
			'buyer-of',
			'"B1',
			'score',
			'R0001',
			'ring_id',
			'flagged',
			'tier',
			'abnormal',
			'peak',
		])
			expect(text).not.toContain(hidden);
	}
});

test('an application that waits has a statement too, without the reasons that speak of others', () => {
	const m = withRing();
	m.desk.core.policies.adopt(new Marketplace().desk.core.policy);
	m.tell('store.apply', day(5), { store_id: 'N', deposit: '1', bank_account: '6222020200112233' });
	const hold = m.desk.holds.of('N')[0];
	if (hold === undefined) return; // refused outright: then there is nothing to show
	const text = JSON.stringify(statement(m.desk, 'N', 'en', ALL));
	expect(text).toContain('looked at by a person');
	expect(text).not.toMatch(/R0001|G1|bank_account/);
	expect(statement(m.desk, 'nobody', 'en', ALL)).toBeUndefined();
});

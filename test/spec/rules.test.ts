/** The rules that a policy's authors write: what they may say, what they see, and that they only ever stop. */
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/core/policy.js';
import { type RuleGate, WORDS } from '../../src/core/rules/vocabulary.js';
import { SuretyError } from '../../src/core/words/error.js';
import { sentence } from '../../src/core/words/reason.js';
import { parseMessage } from '../../src/core/words/record.js';
import { queueView } from '../../src/views/queue-view.js';
import { statement } from '../../src/views/statement.js';
import { DeskStory, errorOf } from '../core/desk-story.js';
import { CNY, newCore, newDesk, Story } from '../core/story.js';

const rule = (gate: RuleGate, when: string, more: Readonly<Record<string, unknown>> = {}) => ({
	name: 'mine',
	gate,
	when,
	verdict: gate === 'guarantee' ? 'refuse' : 'hold',
	...more,
});
const every = (gate: RuleGate) => rule(gate, 'true', { name: `all-${gate}` });
const under = (...rules: readonly object[]): Story => new Story({ gates: 'enforce', policy: { rules } });
const problem = (gate: RuleGate, when: string, more = {}): unknown => {
	try {
		parsePolicy({ schema: 'surety.policy/1', name: 'p', version: 1, rules: [rule(gate, when, more)] }, CNY);
		return 'sound';
	} catch (error) {
		return error instanceof SuretyError && error.code === 'bad_policy' ? error.message : error;
	}
};

describe('[RU5] a mistake is told when the policy is drafted, with its place', () => {
	test.each([
		['price', 'fall_percent >= 50 && store.age_days < 14'],
		['price', '2 * triggered > store.free_funds - money("0.01") || hour(8) >= 22'],
		['price', 'store.tier in ["new", "watch"] ? fall_percent > 20 : fall_percent > 60'],
		['guarantee', 'price > money("3000") && !store.flagged'],
		['payout', 'amount > granted || store.id.startsWith("S")'],
		['admission', 'sharing.phone >= 3 && !(is_verified || category == "books")'],
	] as const)('%s: %s', (gate, when) => expect(problem(gate, when)).toBe('sound'));

	test.each([
		['fall_percent >= ', 'Unexpected token: EOF (at character 17)'],
		['depth >= 50', 'Unknown variable: depth (at character 1)'],
		['is_first && store.age > 3', 'No such key: age (at character 19)'],
		['price > 500', 'no such overload: money > int; an amount is written money("12.30") (at character 1)'],
		['money("12.345") > price', 'money(...): CNY has 2 decimals (at character 7)'],
		['fall_percent', 'gives int, and a rule is true or false (at character 1)'],
		['fall_percent / 2 > 3', 'rules have no division: multiply the other side instead (at character 1)'],
		['fall_percent > 2.5', 'expected a whole number, a text, true or false (at character 16)'],
		['store.id.matches("(a+)+")', 'rules have no "matches" (at character 1)'],
		['[1, 2].exists(x, x > 1)', 'rules have no "exists" (at character 1)'],
		['store.id + "x" == "Sx"', 'only numbers and amounts can be added or multiplied (at character 1)'],
		['hour(15) == 1', 'hour(...) takes an offset from -12 to 14 hours (at character 6)'],
		['amount > money("1")', 'Unknown variable: amount (at character 1)'],
		['has(store.id)', 'rules have no "has" (at character 1)'],
		['int("1") == 1', 'rules have no "int" (at character 1)'],
	])('%s', (when, says) => expect(problem('price', when)).toBe(`policy: rules.0.when: ${says}`));

	test('an expression beyond reading is refused', () => {
		const deep = `${'('.repeat(60)}is_first${')'.repeat(60)} && ${'!'.repeat(60)}is_first`;
		expect(problem('price', deep)).toMatch(/^policy: rules\.0\.when: .*\(at character \d+\)$/);
		expect(problem('price', 'is_first'.padEnd(2000))).toMatch(/rules\.0\.when: .*1000/);
	});

	test('nothing waits at the guarantee gate; two rules have two names; no rule stands before claims', () => {
		expect(problem('guarantee', 'true', { verdict: 'hold' })).toMatch(/^policy: rules\.0\.verdict: /);
		expect(problem('claim' as RuleGate, 'true')).toMatch(/^policy: rules\.0\.gate: /);
		const twice = [rule('price', 'true'), rule('payout', 'true')];
		const read = () => parsePolicy({ schema: 'surety.policy/1', name: 'p', version: 1, rules: twice }, CNY);
		expect(read).toThrow('policy: rules.1.name: "mine" is the name of two rules');
	});
});

describe('[RU1] rules only stop', () => {
	test('what a gate stops by itself keeps its own reason', () => {
		const story = under(rule('price', 'true'), rule('payout', 'true', { name: 'all' }));
		story.opens('S', '0');
		story.prices('100');
		story.sells('a', '100');
		story.releases('a');
		story.on(1).withdraws('100');
		expect(story.asksFor('10')).toMatchObject({ verdict: 'hold', because: ['no_headroom'] });
		expect(story.proposes('50')).toMatchObject({ verdict: 'hold', because: ['cut_unfunded'], top_up: '50.00' });
	});

	test('a claim is paid at once under whatever rules', () => {
		const story = under(...(['admission', 'guarantee', 'payout'] as const).map((gate) => every(gate)));
		story.opens('S', '1000');
		story.prices('100');
		story.sells('a', '100');
		story.on(1).proposes('70');
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '30.00' });
	});

	test('[MO2] of a fact, what the rule would have said stands beside it', () => {
		const story = under(rule('payout', 'amount > money("50")'), rule('price', 'fall_percent >= 40', { name: 'cliff' }));
		story.opens('S', '1000');
		story.prices('100');
		story.sells('a', '100', { protect_days: 0 });
		story.releases('a');
		expect(story.withdraws('50')).toEqual({ verdict: 'recorded', because: [] });
		expect(story.withdraws('50.01').observed).toMatchObject({ verdict: 'hold', because: ['held_by_rule'] });
		expect(story.prices('61')).toEqual({ verdict: 'recorded', because: [] });
		expect(story.prices('30').observed).toMatchObject({ verdict: 'hold', because: ['held_by_rule'] });
	});

	test('[MO1] an observing gate lets through what a rule would have stopped', () => {
		const story = new Story({ policy: { rules: [every('payout')] } });
		story.opens('S', '0');
		story.sells('a', '100', { protect_days: 0 });
		story.releases('a');
		expect(story.asksFor('40')).toMatchObject({
			verdict: 'approve',
			amount: '40.00',
			observed: { verdict: 'hold', because: ['held_by_rule'] },
		});
	});
});

describe('[RU2] what a rule stops', () => {
	const cliff = rule('price', 'fall_percent >= 50 && store.age_days < 3');
	const fallen = (...rules: readonly object[]): DeskStory => {
		const story = new DeskStory({ gates: 'enforce', policy: { rules } });
		story.opens('S', '1000');
		story.prices('100');
		story.sells('a', '100');
		story.releases('a');
		return story;
	};

	test('[PG8] a cut waits for a person, with the figures of its gate', () => {
		const story = fallen(cliff);
		expect(story.on(1).proposes('51')).toMatchObject({ verdict: 'approve' });
		const held = story.proposes('25');
		expect(held).toMatchObject({ verdict: 'hold', because: ['held_by_rule'], triggered: '26.00', top_up: '0.00' });
		const [id = ''] = story.waiting;
		expect(queueView(story.desk, { limit: 9, personal: false }).items).toMatchObject([{ decision_id: id }]);
		story.settles(id, 'approve');
		expect(story.followed).toEqual([`hold.decided ${id}: approve by person`]);
		expect(story.files('a')).toMatchObject({ verdict: 'approve', amount: '75.00' });
	});

	test('[HO2] [HO4] it passes by itself once the rule no longer speaks, and is refused where it does to the end', () => {
		const story = fallen(cliff);
		story.on(1).proposes('25');
		const [id = ''] = story.waiting;
		story.passes(2.9);
		expect(story.waiting).toEqual([id]);
		story.passes(3.1);
		expect(story.followed).toEqual([`hold.decided ${id}: approve by funds`]);
		expect(story.because.get('hold.decided')).toEqual(['hold_freed', 'cut_funded']);
		const other = fallen(rule('price', 'fall_percent >= 50'));
		other.on(1).proposes('25');
		other.passes(5);
		expect(other.because.get('hold.decided')).toEqual(['hold_expired']);
	});

	test('[HO5] [PO6] a withdrawal is paid whole once a person says yes, and grants nothing before', () => {
		const story = fallen(rule('payout', 'amount >= money("60")'));
		expect(story.on(1).asksFor('59.99')).toMatchObject({ verdict: 'approve' });
		story.sells('b', '200', { protect_days: 0 });
		story.releases('b');
		expect(story.asksFor('150')).toMatchObject({ verdict: 'hold', because: ['held_by_rule'], amount: '0.00' });
		const [id = ''] = story.waiting;
		const before = story.money().balance;
		story.settles(id, 'approve');
		expect(story.followed[0]).toBe(`hold.decided ${id}: approve 150.00 by person`);
		expect(Number(before) - Number(story.money().balance)).toBe(150);
	});

	test('[HO5] no person lets out what the store has not', () => {
		const story = fallen(rule('payout', 'true'));
		story.on(1).asksFor('100000');
		const [id = ''] = story.waiting;
		expect(errorOf(() => story.settles(id, 'approve'))).toBe('bad_field');
		expect(story.waiting).toEqual([id]);
	});

	test('[GG7] a badge is refused, and the store is told that it is off', () => {
		const story = fallen(rule('guarantee', 'store.open_value >= money("150")'));
		expect(story.tell('guarantee.quote', { store_id: 'S', sku_id: 'K' })).toMatchObject({ verdict: 'approve' });
		story.sells('b', '100');
		expect(story.followed).toContain('badge.off S');
		expect(story.tell('guarantee.quote', { store_id: 'S', sku_id: 'K' })).toMatchObject({
			verdict: 'refuse',
			because: ['refused_by_rule'],
		});
	});

	test('[AG11] a store is refused, or waits for a person who lets it in', () => {
		const rules = [
			rule('admission', 'sharing.phone >= 2', { name: 'third', verdict: 'refuse' }),
			rule('admission', 'sharing.phone == 1 && !is_verified'),
		];
		const story = new DeskStory({ gates: 'enforce', policy: { rules } });
		expect(story.applies('A', { phone: '1' })).toMatchObject({ verdict: 'approve' });
		expect(story.applies('B', { phone: '1' })).toMatchObject({ verdict: 'hold', because: ['held_by_rule'] });
		const [id = ''] = story.waiting;
		story.settles(id, 'approve');
		expect(story.store('B').closedAt).toBeUndefined();
		expect(story.applies('C', { phone: '1' })).toMatchObject({ verdict: 'refuse', because: ['refused_by_rule'] });
	});
});

test('[RU3] every rule that speaks is named, and one that refuses decides', () => {
	const rules = [
		rule('price', 'is_first', { name: 'first' }),
		rule('price', 'price > money("5000")', { name: 'dear', verdict: 'refuse' }),
		rule('price', 'sku_id == "L"', { name: 'other' }),
	];
	const core = newCore({ gates: 'enforce', policy: { rules } });
	const story = new Story({}, core);
	story.opens('S');
	expect(story.proposes('6000')).toMatchObject({ verdict: 'refuse', because: ['held_by_rule', 'refused_by_rule'] });
	expect(story.proposes('5000')).toMatchObject({ verdict: 'hold', because: ['held_by_rule'] });
	expect(story.store().items).toBe(0);
});

describe('[RU4] who is told what', () => {
	const says = { en: 'Large cuts are looked at', zh: '大幅降价须复核' };
	const outcomeUnder = (more: Readonly<Record<string, unknown>>) => {
		const desk = newDesk({
			gates: 'enforce',
			policy: { rules: [rule('price', 'price >= money("10") && is_first', more)] },
		});
		const take = (record: object) => desk.take(parseMessage(record, { currency: CNY })).outcome;
		take({ type: 'store.opened', id: '1', at: '2024-01-01T00:00:00Z', store_id: 'S', deposit: '0' });
		const asked = {
			type: 'price.propose',
			id: '2',
			at: '2024-01-01T00:00:00Z',
			store_id: 'S',
			sku_id: 'K',
			price: '10',
		};
		return { desk, outcome: take(asked) };
	};

	test('the platform: the name of the rule and what it saw', () => {
		const [why] = outcomeUnder({ says }).outcome.reasons;
		expect(why?.values).toMatchObject({ rule: 'mine', because: 'price 10.00, is_first true' });
		expect(why?.message).toBe(`A rule of the platform: ${says.en}`);
		expect(why && sentence(why, 'zh')).toBe(`平台规则：${says.zh}`);
	});

	test('a merchant: the sentence, and nothing of the rule', () => {
		const { desk } = outcomeUnder({ says });
		const [waiting] = statement(desk, 'S', 'zh', { limit: 9 })?.waiting ?? [];
		expect(waiting?.reasons).toEqual([{ code: 'held_by_rule', message: `平台规则：${says.zh}`, values: {} }]);
		expect(waiting?.ways.map(({ way }) => way)).toEqual(['withdraw', 'appeal']);
		expect(outcomeUnder({}).outcome.reasons[0]?.message).toBe('A rule of the platform: a person looks at this first');
	});
});

/** Every word, asked where its value is known. */
describe('what the words say', () => {
	const facts: readonly (readonly [RuleGate, readonly string[]])[] = [
		[
			'price',
			[
				'store.id == "S"',
				'store.age_days == 4',
				'store.tier == "new" && store.score == 0 && !store.flagged && !store.in_ring',
				'store.buyers == 2 && store.sales == 2 && store.quick_sales == 1 && store.claimers == 1',
				'store.withdrawals == 1 && store.withdrawn_72h == money("20")',
				'store.deposit == money("1000") && store.reserve == money("0")',
				'store.balance == money("70") && store.held == money("200")',
				'store.free_funds == money("1070")',
				'store.open_value == money("290") && store.exposure == money("90")',
				'store.advanced == money("10") && store.headroom == money("70")',
				'sku_id == "K" && price == money("30") && before == money("90") && !is_first',
				'fall_percent == 66 && raise_percent == 0 && hours_since_change == 24',
				'triggered == money("180")',
				'hour(0) == 0 && hour(8) == 8 && hour(-5) == 19 && weekday(0) == 5 && weekday(-5) == 4',
				'day(0) == 5 && day(-5) == 4 && month(8) == 1',
				'9007199254740991 + 1 == 9007199254740991 && -9007199254740991 - 9 == -9007199254740991',
				'store.sales * 3 - 1 == 5 && -store.sales < 0',
				'sku_id.startsWith("K") && sku_id.endsWith("K") && sku_id.contains("K") && !("x" in ["y"])',
				'is_first ? false : store.sales in [1, 2]',
			],
		],
		['payout', ['amount == money("60") && granted == money("60")']],
		['guarantee', ['price == money("90") && sku_id == "K"']],
		[
			'admission',
			[
				'deposit == money("7") && category == "" && !is_verified',
				'sharing.phone == 1 && sharing.licence_no == 0 && sharing.legal_person == 0 && sharing.bank_account == 0',
				'sharing.device_id == 0 && sharing.ip == 1 && sharing.address == 0',
			],
		],
	];

	/** Four days old, two lines sold, one of them received at once, claimed and released, a little withdrawn. */
	const trade = (gate: RuleGate, when: string): DeskStory => {
		const only = gate === 'guarantee' ? `store.age_days > 3 && ${when}` : when;
		const rules = [rule(gate, only, { verdict: 'refuse' })];
		const gates = { admission: 'enforce', guarantee: 'enforce', price: 'enforce', payout: 'enforce' } as const;
		const story = new DeskStory({ gates, policy: { rules } });
		story.opens('S', '1000', { phone: '1', ip: '::1' });
		story.on(1).prices('100');
		story.sells('a', '100');
		story.releases('a');
		story.on(2).sells('b', '100', { buyer_id: 'C', quantity: 2 });
		story.on(2.5).withdraws('20');
		story.on(3).prices('90');
		story.files('a');
		return story.on(4);
	};
	const ask: Readonly<Record<RuleGate, (story: DeskStory) => { readonly verdict: string }>> = {
		price: (story) => story.proposes('30'),
		payout: (story) => story.asksFor('60'),
		guarantee: (story) => story.tell('guarantee.quote', { store_id: 'S', sku_id: 'K' }),
		admission: (story) => story.applies('T', { deposit: '7', phone: '1', ip: '::1' }),
	};

	test.each(facts.flatMap(([gate, list]) => list.map((when) => [gate, when] as const)))('%s: %s', (gate, when) => {
		expect(ask[gate](trade(gate, when)).verdict).toBe('refuse');
		expect(ask[gate](trade(gate, `!(${when})`)).verdict).not.toBe('refuse');
	});

	test('each word is asked above', () => {
		const asked = facts.flatMap(([, list]) => list).join(' ');
		expect(Object.keys(WORDS).filter((name) => !asked.includes(name))).toEqual([]);
	});
});

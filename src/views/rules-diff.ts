/** What differs between the rules of two policies, in words: which are new, gone, or say something else. */
import type { RuleGate } from '../core/rules/vocabulary.js';
import type { Rule } from '../core/rules/schema.js';
import type { Difference, Direction } from './difference.js';

const GATE_NAMES = {
	admission: '准入',
	guarantee: '承诺',
	price: '价格',
	payout: '提现',
} as const satisfies Readonly<Record<RuleGate, string>>;
const VERDICTS = {
	hold: { en: 'holds', zh: '搁置' },
	refuse: { en: 'refuses', zh: '拒绝' },
} as const satisfies Readonly<Record<Rule['verdict'], { readonly en: string; readonly zh: string }>>;

/** In the order of the later document; rules that are gone come last. */
export function rulesDiff(from: readonly Rule[], to: readonly Rule[]): Difference[] {
	const was = new Map(from.map((rule) => [rule.name, rule]));
	const is = new Set(to.map(({ name }) => name));
	const changed = to.flatMap((rule) => {
		const old = was.get(rule.name);
		if (old === undefined) return [difference(undefined, rule, 'stricter', 'New rule', '新增规则')];
		return JSON.stringify(old) === JSON.stringify(rule)
			? []
			: [difference(old, rule, 'other', 'Changed rule', '修改规则')];
	});
	const gone = from.filter(({ name }) => !is.has(name));
	return [...changed, ...gone.map((rule) => difference(rule, undefined, 'looser', 'Rule taken away', '取消规则'))];
}

function difference(
	from: Rule | undefined,
	to: Rule | undefined,
	effect: Direction,
	en: string,
	zh: string,
): Difference {
	const { name, gate, verdict, when } = (to ?? from) as Rule; // one of them is there
	return {
		field: `rules.${name}`,
		from: from?.when ?? '-',
		to: to?.when ?? '-',
		effect,
		en: `${en} "${name}": the "${gate}" gate ${VERDICTS[verdict].en} where ${when}`,
		zh: `${zh}“${name}”：“${GATE_NAMES[gate]}”闸口在 ${when} 时${VERDICTS[verdict].zh}`,
	};
}

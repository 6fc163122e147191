/**
 * The last guard of a gate: the rules that the policy's authors wrote. Rules are asked only where a gate would let
 * something through, and can only stop it, so no rule can cost the platform anything [RU1].
 */
import type { Policy } from '../policy.js';
import type { Compiled } from '../rules/compile.js';
import { compileRule } from '../rules/language.js';
import type { Rule } from '../rules/schema.js';
import { type RuleGate, WORDS, type WordName } from '../rules/vocabulary.js';
import type { Minor } from '../words/money.js';
import type { Answer } from '../words/outcome.js';
import { type Reason, reason } from '../words/reason.js';
import { type Asked, SUBJECT_READER, type Subject } from './rule-words.js';
import { type GateView, inWords } from './view.js';

interface ReadyRule {
	readonly rule: Rule;
	readonly compiled: Compiled<Subject>;
}

type ByGate = Readonly<Record<RuleGate, readonly ReadyRule[]>>;

/** Functions are no part of a policy, which is data; they are made when it is first asked. */
const ready = new WeakMap<Policy, ByGate>();

/** Whether a gate has rules under the policy; most have none, and are quicker for it. */
export const hasRules = ({ policy }: GateView, gate: RuleGate): boolean =>
	policy.rules?.some((rule) => rule.gate === gate) ?? false;

/** [RU2] [RU3] A gate's answer with the rules asked: refused where one refuses, else held where one holds. */
export function ruled(view: GateView, asked: Asked, answer: Answer): Answer {
	if ((answer.verdict !== 'approve' && answer.verdict !== 'limit') || !hasRules(view, asked.gate)) return answer;
	const subject: Subject = { view, asked, answer };
	const speaking = rulesOf(view)[asked.gate].filter(({ compiled }) => compiled.test(subject) === true);
	if (speaking.length === 0) return answer;
	const verdict = speaking.some(({ rule }) => rule.verdict === 'refuse') ? 'refuse' : 'hold';
	const reasons = speaking.map((one) => spoken(one, subject));
	// Nothing is granted meanwhile.
	const granted = answer.amount === undefined ? {} : { amount: 0 as Minor };
	return { ...answer, ...granted, verdict, reasons };
}

function rulesOf({ policy, currency }: GateView): ByGate {
	let rules = ready.get(policy);
	if (rules === undefined) {
		const byGate: Record<RuleGate, ReadyRule[]> = { admission: [], guarantee: [], price: [], payout: [] };
		for (const rule of policy.rules ?? [])
			byGate[rule.gate].push({ rule, compiled: compileRule(rule, SUBJECT_READER, currency) });
		rules = byGate;
		ready.set(policy, rules);
	}
	return rules;
}

/** [RU4] What a merchant may be told, and, for whoever looks into it, what the rule saw. */
function spoken({ rule, compiled: { words } }: ReadyRule, subject: Subject): Reason {
	const because = words.map((name) => `${name} ${shown(name, subject)}`).join(', ');
	const code = rule.verdict === 'refuse' ? 'refused_by_rule' : 'held_by_rule';
	const { en, zh } = rule.says ?? UNSAID[rule.verdict];
	return reason(code, { rule: rule.name, because, says: en, says_zh: zh });
}

function shown(name: WordName, subject: Subject): string {
	const value = SUBJECT_READER.word(name)(subject);
	return WORDS[name].type === 'money' ? inWords(subject.view, value as Minor) : String(value);
}

/** What is told where a rule's author says nothing: a rule that is known is a rule that is dodged. */
const UNSAID = {
	hold: { en: 'a person looks at this first', zh: '须先由人工复核' },
	refuse: { en: 'this is not possible now', zh: '暂不允许' },
} as const satisfies Readonly<Record<Rule['verdict'], { readonly en: string; readonly zh: string }>>;

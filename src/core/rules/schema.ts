/** A rule as its author writes it, in the policy it belongs to. */
import { z } from 'zod';
import { RULE_GATES } from './vocabulary.js';

const MOST_RULES = 100;
const LONGEST_EXPRESSION = 1000;
const LONGEST_SENTENCE = 300;

const sentence = z.string().min(1).max(LONGEST_SENTENCE);

export const ruleSchema = z.strictObject({
	name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected lower-case letters, digits and hyphens'),
	gate: z.enum(RULE_GATES),
	/** A CEL expression over the words of `vocabulary.ts`; the rule speaks where it is true. */
	when: z.string().min(1).max(LONGEST_EXPRESSION),
	/** `hold` waits for a person; `refuse` says no at once. */
	verdict: z.enum(['hold', 'refuse']),
	/** What the merchant is told; without it, that the platform's rules say so and no more. */
	says: z.strictObject({ en: sentence, zh: sentence }).optional(),
});

export const rulesSchema = z.array(ruleSchema).max(MOST_RULES);

export type Rule = z.infer<typeof ruleSchema>;

/**
 * Policy: how cautious the gates are, as a typed, versioned document. The programme says what shoppers are promised;
 * the policy says how the platform secures it. Shares are whole per cent, so no float reaches a decision.
 */
import { z } from 'zod';
import { SuretyError } from './words/error.js';
import { type Currency, type Minor, parseMoney } from './words/money.js';
import { GATES, type Gate } from './words/outcome.js';
import { DAY } from './words/time.js';

/** How a store is treated. `new` until it has a history; the others follow the score. */
export const TIERS = ['new', 'normal', 'watch', 'abnormal'] as const;
export type Tier = (typeof TIERS)[number];

const percent = z.number().int().min(0).max(100);
const mode = z.enum(['observe', 'enforce']);
const perTier = (fallback: Record<Tier, number>) =>
	z.strictObject({ new: percent, normal: percent, watch: percent, abnormal: percent }).default(fallback);

export const policySchema = z.strictObject({
	schema: z.literal('surety.policy/1'),
	name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected lower-case letters, digits and hyphens'),
	version: z.number().int().min(1),
	/** `observe` records the answer a gate would have given and lets things happen; `enforce` decides. */
	gates: z
		.strictObject({ admission: mode, guarantee: mode, price: mode, claim: mode, payout: mode })
		.default({ admission: 'observe', guarantee: 'observe', price: 'observe', claim: 'observe', payout: 'observe' }),
	/** Share of the unsecured value of open guarantees that must stay with the platform. */
	margin_percent: perTier({ new: 20, normal: 5, watch: 30, abnormal: 100 }),
	/** Share of the value of open guarantees that the deposit must reach before new ones may be offered. */
	deposit_percent: perTier({ new: 0, normal: 0, watch: 10, abnormal: 100 }),
	/** The least deposit any store may open with. */
	minimum_deposit: z
		.string()
		.regex(/^\d+(\.\d+)?$/, 'expected a decimal amount')
		.default('0'),
	/** Taken from what is released, unless the release names its amount. In hundredths of a per cent. */
	commission_basis_points: z.number().int().min(0).max(10_000).default(0),
	/** A store is new for this long. */
	new_store_days: z.number().int().min(0).max(3650).default(30),
	/** Score from which a store is watched, and from which it is flagged (abnormal). Whole per cent. */
	watch_score: percent.default(40),
	flag_score: percent.default(60),
	/** How long a settled order line is remembered after its window, so that a late claim is told why it is refused. */
	remember_days: z.number().int().min(0).max(3650).default(30),
});

type PolicyDocument = z.infer<typeof policySchema>;

/** A policy ready for use, with its amounts in minor units. */
export interface Policy extends Omit<PolicyDocument, 'minimum_deposit'> {
	readonly minimumDeposit: Minor;
	readonly rememberMs: number;
	readonly newStoreMs: number;
	/** `name@version`, as outcomes name it. */
	readonly label: string;
}

/** @throws SuretyError `bad_policy` naming every field that does not fit. */
export function parsePolicy(document: unknown, currency: Currency): Policy {
	const result = policySchema.safeParse(document);
	if (!result.success) {
		const problems = result.error.issues.map((i) => `${i.path.join('.') || 'document'}: ${i.message}`);
		throw new SuretyError('bad_policy', `policy: ${problems.join('; ')}`, result.error.issues[0]?.path.join('.'));
	}
	const { minimum_deposit, ...rest } = result.data;
	const minimumDeposit = parseMoney(minimum_deposit, currency);
	if (typeof minimumDeposit === 'string') {
		throw new SuretyError('bad_policy', `policy: minimum_deposit: ${minimumDeposit}`, 'minimum_deposit');
	}
	if (rest.flag_score < rest.watch_score) {
		throw new SuretyError('bad_policy', 'policy: flag_score: is below watch_score', 'flag_score');
	}
	const label = `${rest.name}@${rest.version}`;
	return {
		...rest,
		minimumDeposit,
		label,
		rememberMs: rest.remember_days * DAY,
		newStoreMs: rest.new_store_days * DAY,
	};
}

/** The default policy with every gate in one mode. */
export function defaultPolicy(currency: Currency, everyGate: 'observe' | 'enforce' = 'observe'): Policy {
	const gates = Object.fromEntries(GATES.map((gate) => [gate, everyGate])) as Record<Gate, 'observe' | 'enforce'>;
	return parsePolicy({ schema: 'surety.policy/1', name: 'default', version: 1, gates }, currency);
}

/**
 * Policy: how cautious the gates are, as a typed, versioned document. The programme says what shoppers are promised;
 * the policy says how the platform secures it, and may name the programme that its stores sell under from now on. Shares
 * are whole per cent, so no float reaches a decision.
 */
import { z } from 'zod';
import { modelFault, modelSchema } from './model/schema.js';
import { PRESETS } from './programme/presets.js';
import { Rules } from './programme/rules.js';
import { type Programme, programmeSchema } from './programme/schema.js';
import { problemOf } from './rules/language.js';
import { type Rule, rulesSchema } from './rules/schema.js';
import { SuretyError } from './words/error.js';
import { type Currency, type Minor, parseMoney } from './words/money.js';
import { GATES, type Gate } from './words/outcome.js';
import { DAY } from './words/time.js';

/** How a store is treated. `new` until it has a history, `probation` as admission says; the others follow the score. */
export const TIERS = ['new', 'normal', 'watch', 'abnormal', 'probation'] as const;
export type Tier = (typeof TIERS)[number];

const percent = z.number().int().min(0).max(100);
const mode = z.enum(['observe', 'enforce']);
const perTier = (fallback: Record<Tier, number>) =>
	z
		.strictObject({
			new: percent,
			normal: percent,
			watch: percent,
			abnormal: percent,
			probation: percent.default(fallback.probation),
		})
		.default(fallback);
const amount = z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal amount');
const hours = z.number().int().min(0).max(8760);
const count = z.number().int().min(0).max(1_000_000);

export const policySchema = z.strictObject({
	schema: z.literal('surety.policy/1'),
	name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected lower-case letters, digits and hyphens'),
	version: z.number().int().min(1),
	/** `observe` records the answer a gate would have given and lets things happen; `enforce` decides. */
	gates: z
		.strictObject({ admission: mode, guarantee: mode, price: mode, claim: mode, payout: mode })
		.default({ admission: 'observe', guarantee: 'observe', price: 'observe', claim: 'observe', payout: 'observe' }),
	/** Share of the unsecured value of open guarantees that must stay with the platform. */
	margin_percent: perTier({ new: 20, normal: 3, watch: 30, abnormal: 100, probation: 50 }),
	/** Share of the value of open guarantees that the deposit must reach before new ones may be offered. */
	deposit_percent: perTier({ new: 0, normal: 0, watch: 10, abnormal: 100, probation: 0 }),
	/** The deepest fall of a protected price, at once, that goes through without a person; 100: any that is funded. */
	band_percent: perTier({ new: 100, normal: 100, watch: 100, abnormal: 100, probation: 100 }),
	/** The least deposit any store may open with. */
	minimum_deposit: amount.default('0'),
	admission: z
		.strictObject({
			/** The least deposit where registries and banks have not confirmed the papers. */
			unverified_deposit: amount.default('0'),
			/** Stores without a past on one person, account, phone or device before a person looks. */
			most_new_stores: count.default(5),
			/** Stores opened within `burst_days` at one address or network before the next ones are limited. */
			burst_stores: count.default(10),
			burst_days: z.number().int().min(1).max(365).default(7),
		})
		.default({ unverified_deposit: '0', most_new_stores: 5, burst_stores: 10, burst_days: 7 }),
	/** What a store that was let in with limits may do, until it has shown `days` and `sales` of honest trade. */
	probation: z
		.strictObject({
			/** 0: nobody is limited at admission. */
			days: z.number().int().min(0).max(3650).default(0),
			sales: count.default(20),
			/** Most value of open guarantees, and the dearest unit that may carry one. */
			guarantee_cap: amount.default('50000'),
			unit_price_cap: amount.default('5000'),
		})
		.default({ days: 0, sales: 20, guarantee_cap: '50000', unit_price_cap: '5000' }),
	/** How long a held request waits before its default: an unfunded cut, withdrawal or claim, or a store, is refused. */
	hold_hours: z
		.strictObject({ price: hours, payout: hours, admission: hours })
		.default({ price: 72, payout: 168, admission: 72 }),
	/** What becomes of a claim that nobody funded in the programme's time: the platform pays, or it is refused. */
	unfunded_claim: z.enum(['pay', 'refuse']).default('refuse'),
	/** How long a store has to answer a call for more deposit. */
	call_hours: hours.default(168),
	/** Taken from what is released, unless the release names its amount. In hundredths of a per cent. */
	commission_basis_points: z.number().int().min(0).max(10_000).default(0),
	/** A store is new for this long, or until it has sold under guarantee to so many buyers. */
	new_store_days: z.number().int().min(0).max(3650).default(30),
	new_store_buyers: count.min(1).default(50),
	/** Score from which a store is watched, and from which it is flagged (abnormal). Whole per cent. */
	watch_score: percent.default(40),
	flag_score: percent.default(60),
	/** How long a settled order line is remembered after its window, so that a late claim is told why it is refused. */
	remember_days: z.number().int().min(0).max(3650).default(30),
	/** What its authors want stopped besides; see docs/RULES.md. */
	rules: rulesSchema.optional(),
	/** [PL9] What shoppers are promised on what is sold under this policy; absent: what the book was begun with. */
	programme: programmeSchema.optional(),
	/** [SC7] A learned model that scores the stores this policy decides for; absent: the transparent score. */
	model: modelSchema.optional(),
});

export type PolicyDocument = z.infer<typeof policySchema>;

/** A policy ready for use, with its amounts in minor units. */
export interface Policy extends Omit<PolicyDocument, 'minimum_deposit'> {
	readonly minimumDeposit: Minor;
	readonly unverifiedDeposit: Minor;
	readonly probationGuarantees: Minor;
	readonly probationUnitPrice: Minor;
	readonly rememberMs: number;
	readonly newStoreMs: number;
	/** `name@version`, as outcomes name it. */
	readonly label: string;
	/** The same of its programme; undefined where that is the book's own. */
	readonly sellsUnder: string | undefined;
	/** As it was written, with what it left out; a programme that was named by its preset stands there whole. */
	readonly document: PolicyDocument;
}

/** @throws SuretyError `bad_policy` naming every field that does not fit. */
export function parsePolicy(document: unknown, currency: Currency): Policy {
	const result = policySchema.safeParse(withPreset(document));
	if (!result.success) {
		const problems = result.error.issues.map((i) => `${i.path.join('.') || 'document'}: ${i.message}`);
		throw new SuretyError('bad_policy', `policy: ${problems.join('; ')}`, result.error.issues[0]?.path.join('.'));
	}
	const { minimum_deposit, ...rest } = result.data;
	const money = (text: string, field: string): Minor => {
		const parsed = parseMoney(text, currency);
		if (typeof parsed === 'number') return parsed;
		throw new SuretyError('bad_policy', `policy: ${field}: ${parsed}`, field);
	};
	checkOrder(rest);
	checkRules(rest.rules ?? [], currency);
	checkModel(rest);
	const label = `${rest.name}@${rest.version}`;
	return {
		...rest,
		document: result.data,
		minimumDeposit: money(minimum_deposit, 'minimum_deposit'),
		unverifiedDeposit: money(rest.admission.unverified_deposit, 'admission.unverified_deposit'),
		probationGuarantees: money(rest.probation.guarantee_cap, 'probation.guarantee_cap'),
		probationUnitPrice: money(rest.probation.unit_price_cap, 'probation.unit_price_cap'),
		label,
		sellsUnder: rest.programme && nameOfFitting(rest.programme, currency),
		rememberMs: rest.remember_days * DAY,
		newStoreMs: rest.new_store_days * DAY,
	};
}

/** [PR16] A policy may name its programme by a preset, which stands for one document for ever. */
function withPreset(document: unknown): unknown {
	if (typeof document !== 'object' || document === null || !('programme' in document)) return document;
	const { programme } = document;
	if (typeof programme !== 'string') return document;
	const preset = PRESETS.get(programme);
	if (preset !== undefined) return { ...document, programme: preset };
	const known = [...PRESETS.keys()].join(', ');
	throw new SuretyError(
		'bad_policy',
		`policy: programme: "${programme}" is none of ${known}; give the document itself`,
		'programme',
	);
}

/** A programme's name and version, once it is clear that its amounts fit the currency. */
function nameOfFitting(programme: Programme, currency: Currency): string {
	try {
		return new Rules(programme, currency).name;
	} catch (error) {
		if (!(error instanceof SuretyError)) throw error;
		const field = `programme.${error.field ?? ''}`;
		throw new SuretyError('bad_policy', `policy: ${error.message.replace('programme: ', 'programme.')}`, field);
	}
}

/** [RU5] */
function checkRules(rules: readonly Rule[], currency: Currency): void {
	const names = new Set<string>();
	for (const [i, rule] of rules.entries()) {
		const wrong = (field: keyof Rule, problem: string): SuretyError =>
			new SuretyError('bad_policy', `policy: rules.${i}.${field}: ${problem}`, `rules.${i}.${field}`);
		if (names.has(rule.name)) throw wrong('name', `"${rule.name}" is the name of two rules`);
		names.add(rule.name);
		if (rule.gate === 'guarantee' && rule.verdict === 'hold')
			throw wrong('verdict', 'the guarantee gate refuses or approves; nothing waits at it');
		const problem = problemOf(rule, currency);
		if (problem !== undefined) throw wrong('when', problem);
	}
}

/** [PL1] A riskier tier is never treated more gently than a safer one. */
function checkOrder(document: Omit<PolicyDocument, 'minimum_deposit'>): void {
	const contradiction = (field: string, problem: string): SuretyError =>
		new SuretyError('bad_policy', `policy: ${field}: ${problem}`, field);
	if (document.flag_score < document.watch_score) throw contradiction('flag_score', 'is below watch_score');
	for (const [field, sign] of BY_RISK) {
		const { normal, watch, abnormal } = document[field];
		if ((watch - normal) * sign < 0) throw contradiction(`${field}.watch`, `is gentler than ${field}.normal`);
		if ((abnormal - watch) * sign < 0) throw contradiction(`${field}.abnormal`, `is gentler than ${field}.watch`);
	}
}

/** [SC10] What the schema cannot say of a model. */
function checkModel({ model }: Pick<PolicyDocument, 'model'>): void {
	const fault = model && modelFault(model);
	if (fault === undefined) return;
	const field = `model.${fault[0]}`;
	throw new SuretyError('bad_policy', `policy: ${field}: ${fault[1]}`, field);
}

/** Settings by tier, and whether a larger one is stricter (1) or gentler (-1). */
const BY_RISK = [
	['margin_percent', 1],
	['deposit_percent', 1],
	['band_percent', -1],
] as const;

/** The default policy with every gate in one mode. */
export function defaultPolicy(currency: Currency, everyGate: 'observe' | 'enforce' = 'observe'): Policy {
	const gates = Object.fromEntries(GATES.map((gate) => [gate, everyGate])) as Record<Gate, 'observe' | 'enforce'>;
	return parsePolicy({ schema: 'surety.policy/1', name: 'default', version: 1, gates }, currency);
}

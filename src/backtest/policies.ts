/**
 * The policies of a backtest: documents from files, and the two it is always compared with. A document that says
 * nothing of gates is asked what it would do, so all of them enforce; one that speaks of them is taken as written.
 */
import { readFile } from 'node:fs/promises';
import { defaultPolicy, type Policy, parsePolicy } from '../core/policy.js';
import { SuretyError } from '../core/words/error.js';
import type { Currency } from '../core/words/money.js';
import { GATES, type Gate } from '../core/words/outcome.js';
import { withModel } from '../train/model-file.js';

const everyGate = (mode: 'observe' | 'enforce'): Record<Gate, 'observe' | 'enforce'> => ({
	admission: mode,
	guarantee: mode,
	price: mode,
	claim: mode,
	payout: mode,
});

/**
 * @param paths none: the default policy, enforcing.
 * @throws SuretyError `usage` for a file that is not there, `bad_policy` for what is in it.
 */
export async function readPolicies(paths: readonly string[], currency: Currency): Promise<Policy[]> {
	if (paths.length === 0) return [defaultPolicyFor(currency)];
	const policies: Policy[] = [];
	for (const path of paths) policies.push(await readPolicy(path, currency));
	return checkPolicies(policies);
}

/** @throws SuretyError as `readPolicies` does. */
export const readPolicy = async (path: string, currency: Currency): Promise<Policy> =>
	policyFrom(await withModel(await readDocument(path), path), path, currency);

/** What a policy is compared with where nothing else is named. */
export const defaultPolicyFor = (currency: Currency): Policy => defaultPolicy(currency, 'enforce');

/** @throws SuretyError `bad_policy` where a policy could not be told from another, or would never be asked. */
export function checkPolicies(policies: readonly Policy[]): Policy[] {
	const known = new Set<string>();
	for (const { label, gates } of policies) {
		if (known.has(label)) {
			throw new SuretyError(
				'bad_policy',
				`policy ${label} is given twice: give each another name or version, so that they can be told apart`,
			);
		}
		known.add(label);
		if (GATES.some((gate) => gates[gate] === 'enforce')) continue;
		throw new SuretyError(
			'bad_policy',
			`policy ${label}: gates: all of them observe, so nothing would ever be asked; that is the comparison "nothing", which is always made`,
			'gates',
		);
	}
	return [...policies];
}

/** What really happened: nobody asked a gate. */
export const nothing = (currency: Currency): Policy =>
	named(currency, { name: 'nothing', gates: everyGate('observe') });

/**
 * All proceeds stay until their windows end, and nothing else is asked. As a policy that is margin in full for every
 * tier, once deposits count for nothing: the payout gate would let a deposit stand in for that much of the margin.
 */
export const flatHold = (currency: Currency): Policy =>
	named(currency, {
		name: 'flat-hold',
		gates: { ...everyGate('observe'), payout: 'enforce' },
		margin_percent: { new: 100, normal: 100, watch: 100, abnormal: 100, probation: 100 },
	});

const named = (currency: Currency, rest: object): Policy =>
	parsePolicy({ schema: 'surety.policy/1', version: 1, ...rest }, currency);

/** @param where for messages. */
export function policyFrom(document: unknown, where: string, currency: Currency): Policy {
	if (typeof document !== 'object' || document === null || Array.isArray(document))
		throw new SuretyError('bad_policy', `${where}: expected a policy document, a JSON object`);
	const whole = Object.hasOwn(document, 'gates') ? document : { ...document, gates: everyGate('enforce') };
	try {
		return parsePolicy(whole, currency);
	} catch (error) {
		if (!(error instanceof SuretyError)) throw error;
		throw new SuretyError(error.code, `${where}: ${error.message}`, error.field);
	}
}

async function readDocument(path: string): Promise<unknown> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		const why = (error as NodeJS.ErrnoException).code ?? String(error);
		throw new SuretyError('usage', `policy "${path}": cannot be read (${why})`);
	}
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new SuretyError('bad_policy', `${path}: ${(error as Error).message}`);
	}
}

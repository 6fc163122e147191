/** `surety policy`: whether a policy document is sound, and what it would change, in words, before anything is asked of it. */
import { defaultPolicyFor, readPolicy } from '../backtest/policies.js';
import type { Policy } from '../core/policy.js';
import { DEFAULT_PROGRAMME } from '../core/programme/presets.js';
import { CLOCKS, WORDS } from '../core/rules/vocabulary.js';
import { SuretyError } from '../core/words/error.js';
import { currency } from '../core/words/money.js';
import { GATES } from '../core/words/outcome.js';
import type { Difference, Direction } from '../views/difference.js';
import { policyDiff } from '../views/policy-diff.js';
import type { ExitCode } from './exit-code.js';
import { readOptions, readProgramme } from './options.js';
import { type Paint, paintFor } from './summary.js';

export async function runPolicy(args: string[]): Promise<ExitCode> {
	const { values, positionals } = readOptions({
		args,
		allowPositionals: true,
		options: {
			against: { type: 'string' },
			programme: { type: 'string' },
			currency: { type: 'string', default: 'CNY' },
			words: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
		},
	});
	if (values.words) {
		process.stdout.write(values.json ? `${JSON.stringify(WORDS)}\n` : words(paintFor(process.stdout)));
		return 0;
	}
	const [path] = positionals;
	if (path === undefined || positionals.length > 1)
		throw new SuretyError('usage', 'usage: surety policy FILE [--against FILE]');
	const code = currency(values.currency);
	const own = values.programme === undefined ? DEFAULT_PROGRAMME : await readProgramme(values.programme);
	const policy = await readPolicy(path, code);
	const other = values.against === undefined ? defaultPolicyFor(code) : await readPolicy(values.against, code);
	const differences = policyDiff(other.document, policy.document, own);
	const told = { policy: policy.label, against: other.label, differences };
	process.stdout.write(
		values.json ? `${JSON.stringify(told)}\n` : `${describe(policy, other, differences, paintFor(process.stdout))}\n`,
	);
	return 0;
}

/** What rules may look at. */
function words(paint: Paint): string {
	const rows = Object.entries(WORDS).map(
		([name, { type, gates, says }]) =>
			`  ${paint.bold(name.padEnd(22))} ${type.padEnd(7)} ${gates.join(', ').padEnd(25)} ${says}`,
	);
	const clocks = Object.entries(CLOCKS).map(
		([name, says]) =>
			`  ${paint.bold(`${name}(8)`.padEnd(22))} ${'int'.padEnd(7)} ${'all'.padEnd(25)} ${says}, at UTC+8`,
	);
	return `${[...rows, ...clocks].join('\n')}\n`;
}

function describe(policy: Policy, other: Policy, differences: readonly Difference[], paint: Paint): string {
	const enforcing = GATES.filter((gate) => policy.gates[gate] === 'enforce');
	return [
		paint.bold(`${policy.label} is sound.`),
		`  gates that enforce: ${enforcing.length === 0 ? 'none' : enforcing.join(', ')}`,
		...(policy.rules ?? []).map((rule) => `  rule ${rule.name}: ${rule.gate} ${rule.verdict} where ${rule.when}`),
		'',
		differences.length === 0 ? `Nothing differs from ${other.label}.` : `What differs from ${other.label}:`,
		...differences.map((one) => `  ${mark(one.effect, paint)} ${one.en}`),
	].join('\n');
}

function mark(effect: Direction, paint: Paint): string {
	if (effect === 'other') return paint.dim('other   ');
	return effect === 'stricter' ? paint.green('stricter') : paint.red('looser  ');
}

/** `surety demo`, what `npm start` runs: the founding case, written as tables and investigated. */
import { join } from 'node:path';
import { defaultPolicy } from '../core/policy.js';
import { DEFAULT_PROGRAMME } from '../core/programme/presets.js';
import { currency } from '../core/words/money.js';
import { FOUNDING_CASE, writeMarket } from '../sim/index.js';
import { withProgress } from './investigate.js';
import type { ExitCode } from './main.js';
import { readOptions } from './options.js';
import { paintFor, summarise } from './summary.js';

export async function runDemo(args: string[]): Promise<ExitCode> {
	const { values } = readOptions({ args, options: { out: { type: 'string', default: 'out/founding-case' } } });
	const dir = join(values.out, 'tables');
	process.stderr.write('Writing the founding case: 29 stores of one gang among 1,200 honest ones …\n');
	await writeMarket(dir, FOUNDING_CASE);
	const code = currency('CNY');
	const found = await withProgress({
		dir,
		out: values.out,
		strict: false,
		currency: code,
		programme: DEFAULT_PROGRAMME,
		policy: defaultPolicy(code),
	});
	process.stdout.write(`\n${summarise(found, paintFor(process.stdout))}  Tables   ${dir}\n\n`);
	return 0;
}

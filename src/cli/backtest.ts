/** `surety backtest`. */
import { type Backtested, type BacktestOptions, backtest } from '../backtest/backtest.js';
import { readPolicies } from '../backtest/policies.js';
import { SuretyError } from '../core/words/error.js';
import { currency } from '../core/words/money.js';
import { readMap } from '../intake/index.js';
import type { ExitCode } from './main.js';
import { readOptions, readProgramme } from './options.js';
import { ProgressLine } from './progress.js';
import { paintFor } from './summary.js';
import { summariseBacktest } from './backtest-summary.js';

export async function runBacktest(args: string[]): Promise<ExitCode> {
	const { values, positionals } = readOptions({
		args,
		allowPositionals: true,
		options: {
			out: { type: 'string' },
			policy: { type: 'string', multiple: true, default: [] },
			programme: { type: 'string', default: 'default' },
			currency: { type: 'string', default: 'CNY' },
			map: { type: 'string' },
			strict: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
		},
	});
	const [dir, ...more] = positionals;
	if (dir === undefined || more.length > 0)
		throw new SuretyError('usage', 'backtest takes one folder: surety backtest DIR --out OUT [--policy FILE]...');
	if (values.out === undefined)
		throw new SuretyError('usage', 'backtest needs --out OUT, the folder to write the comparison to');
	const code = currency(values.currency);
	const done = await withProgress({
		dir,
		out: values.out,
		strict: values.strict,
		currency: code,
		programme: await readProgramme(values.programme),
		policies: await readPolicies(values.policy, code),
		map: values.map === undefined ? undefined : await readMap(values.map),
	});
	process.stdout.write(values.json ? asJson(done) : `\n${summariseBacktest(done, paintFor(process.stdout))}\n`);
	return 0;
}

async function withProgress(options: BacktestOptions): Promise<Backtested> {
	const progress = new ProgressLine(process.stderr);
	try {
		return await backtest({ ...options, onProgress: progress.show });
	} finally {
		progress.end();
	}
}

/** The runs without their stores. */
function asJson({ backtest: found, jsonPath, htmlPath }: Backtested): string {
	const told = { ...found, backtest_json: jsonPath, backtest_html: htmlPath };
	return `${JSON.stringify(told, (key, value: unknown) => (key === 'by_store' ? undefined : value))}\n`;
}

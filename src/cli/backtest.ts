/** `surety backtest`. */
import { type Backtested, backtest } from '../backtest/backtest.js';
import { readPolicies } from '../backtest/policies.js';
import type { ExitCode } from './exit-code.js';
import { readOptions } from './options.js';
import { withProgress } from './progress.js';
import { paintFor } from './summary.js';
import { summariseBacktest } from './backtest-summary.js';
import { readTables, TABLE_OPTIONS } from './tables.js';

export async function runBacktest(args: string[]): Promise<ExitCode> {
	const { values, positionals } = readOptions({
		args,
		allowPositionals: true,
		options: { ...TABLE_OPTIONS, policy: { type: 'string', multiple: true, default: [] } },
	});
	const tables = await readTables(values, positionals, {
		usage: 'surety backtest DIR --out OUT [--policy FILE]...',
		writes: 'the comparison',
	});
	const policies = await readPolicies(values.policy, tables.currency);
	const done = await withProgress((onProgress) => backtest({ ...tables, policies, onProgress }));
	process.stdout.write(values.json ? asJson(done) : `\n${summariseBacktest(done, paintFor(process.stdout))}\n`);
	return 0;
}

/** The runs without their stores. */
function asJson({ backtest: found, jsonPath, htmlPath }: Backtested): string {
	const told = { ...found, backtest_json: jsonPath, backtest_html: htmlPath };
	return `${JSON.stringify(told, (key, value: unknown) => (key === 'by_store' ? undefined : value))}\n`;
}

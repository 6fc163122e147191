/** Backtests in a temporary folder: of tables written here, or of a simulated market. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backtested, type BacktestOptions, backtest } from '../../src/backtest/backtest.js';
import { readPolicies } from '../../src/backtest/policies.js';
import { DEFAULT_PROGRAMME } from '../../src/core/programme/presets.js';
import { currency } from '../../src/core/words/money.js';

export const CNY = currency('CNY');

/** A temporary folder, and how to remove it. */
export function folder(): { readonly dir: string; readonly remove: () => void } {
	const dir = mkdtempSync(join(tmpdir(), 'surety-backtest-'));
	return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Writes tables as CSV files. */
export function writeTables(dir: string, tables: Readonly<Record<string, readonly string[]>>): string {
	mkdirSync(dir, { recursive: true });
	for (const [name, lines] of Object.entries(tables)) writeFileSync(join(dir, `${name}.csv`), `${lines.join('\n')}\n`);
	return dir;
}

export async function look(dir: string, out: string, more: Partial<BacktestOptions> = {}): Promise<Backtested> {
	return backtest({
		dir,
		out,
		strict: false,
		currency: CNY,
		programme: DEFAULT_PROGRAMME,
		policies: await readPolicies([], CNY),
		...more,
	});
}

export const bytes = (path: string): string => readFileSync(path, 'utf8');
